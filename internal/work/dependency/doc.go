// Package dependency is what releases, services, teams and outside parties wait for: who gives what to whom, by when it is
// needed, when it is promised, and who is hit when it slips.
//
// A need-by date is computed back from the window of the release that waits, and moves with it. What is bound to a date must
// not run in circles; that one service calls another may.
//
// A dependency is seen by whoever may see one of its sides: it is what the two have agreed on.
//
// The package knows nothing of tasks, conflicts and pages.
package dependency
