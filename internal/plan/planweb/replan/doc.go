// Package replan is the page of a release's phases, planned against actual, with every re-plan of its dates.
package replan
