// Package change is the page with what changed of the criteria of a release: who added, changed or dropped which, why, and
// what it said before.
package change
