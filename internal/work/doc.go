// Package work is the tasks of a release: who does what by when, how long it takes, what it waits for and what blocks it.
//
// Tasks are made from the template when a release is created, and by people. They belong to the plan of the work, not to
// the content that is signed, so a change of a task voids nothing.
//
// It knows nothing of criteria, approvals and runs. Dependencies between tasks are judged by work/schedule.
package work
