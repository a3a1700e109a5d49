// Package schedule is the critical path method: when the tasks of a network can start and finish at the earliest, when they
// must at the latest, which of them decide the end, and by which link.
//
// Time is a whole number on one axis. Without calendars a unit of the axis is a unit of work, whatever it stands for. With
// them a unit is a minute since 1970 UTC, and each task's Calendar says which minutes its work can be done in.
//
// Work that is done stays where it happened, and what is left never lies before the date that the facts are from. It knows
// no people, no limited resources (that is package level), no chance (package forecast) and no clock.
package schedule
