// Package budgetpage is the budget of a release: what it was to cost and what it costs, line by line.
package budgetpage
