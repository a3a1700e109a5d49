// Package workweb is the tasks on the plan of a release, as a list and as a board, and the form of a task. The frame around
// its pages is given by the application.
package workweb
