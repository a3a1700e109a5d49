// Package agenda tells where the schedules of all releases that are under way have their tasks: what capacity sets against working time.
//
// It keeps what it worked out of a release until something changes that the schedule rests on. It knows nothing of working time beyond
// the calendars that it is given, and keeps nothing in the database.
package agenda
