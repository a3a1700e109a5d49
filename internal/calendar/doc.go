// Package calendar is when deployments are allowed: windows and freezes, one-off and recurring, hard and soft, each with a
// scope; whether an environment is open at an instant and when it opens next; where releases stand in each other's way or
// in closed time; and what a new period would do before it is published.
//
// The rule itself is package openness, recurrence is package recur. The calendar knows releases from package plan. It does
// not know verdicts, runs or who may deploy what: package clearance puts those together.
package calendar
