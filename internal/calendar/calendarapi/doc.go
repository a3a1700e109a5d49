// Package calendarapi is the calendar's operations: windows, freezes and their permits, openness and conflicts.
package calendarapi
