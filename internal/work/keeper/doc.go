// Package keeper keeps the forecasts of releases up to date without being in anybody's way.
//
// A release whose tasks, milestones, phases or own dates change is looked at half a minute later, so that a series of changes makes one
// forecast. Every hour a round looks at the releases whose windows are at most 30 days away, since what other releases use and how past work went
// changes without an entry of theirs, and at those whose forecasts are worn by time alone (outlook.Worn): daily
// up to 30 days before the window, every third day up to 90, weekly before that. A change of working times starts a round of all. A forecast that still
// holds is not made again: looking costs what reading its plan does.
//
// What is to be looked at waits in a table, and one job takes one release at a time, on one core: changes before the round, and of the round the
// nearest window first. After a second of that the keeper rests three times as long as it took, and a tenth of a second at least, so that all
// forecasts together take about a quarter of one core, however many are due.
//
// Releases that have ended, have no window or no open tasks are left alone. It knows nothing of how a forecast is made.
package keeper
