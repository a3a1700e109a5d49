// Package deployapi is the operations of the area: runbooks, the runbook of a release, and runs with their steps and logs.
package deployapi
