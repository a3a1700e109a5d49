// Package uiverdict holds the components around a verdict and a decision: the verdict itself, reasons and ways out, the four
// questions, what a change hits, differences, voided approvals, offers and the poll. It computes nothing: words and states
// are given.
package uiverdict
