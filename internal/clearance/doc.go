// Package clearance answers one question of every pipeline: may this version of this service go to this environment now?
// Yes or no, every reason, the windows in force, the next opening, and the way to an override.
//
// The answer itself is made by package answer from a snapshot. This package puts the snapshot together from the catalog,
// the calendar, releases and what it is told of their verdicts and decisions; keeps all of it in memory, current to the last
// commit; records answers; keeps overrides; and says whether the live run of a release may start.
//
// It does not know how a verdict or a decision comes about, nor what a run does. docs/adr/0009-may-deploy.md has the rules.
package clearance
