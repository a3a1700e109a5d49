// Package uiproblem draws an error as a page tells it: what happened, what was kept and what to do.
//
// It knows nothing of how errors come about.
package uiproblem
