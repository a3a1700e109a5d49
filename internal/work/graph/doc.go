// Package graph is the order that tasks impose on each other: it refuses a cycle and shows it, sorts tasks so that each
// comes after what it needs, and finds the chain that decides how long all of it takes. It knows identifiers and durations, no
// calendars, no people and no states; lags and other relations than finish-start belong to package schedule.
package graph
