// Package weekpage draws a week of the calendar by the hour: a column a day, what lasts for days above, freezes and windows behind.
// What the things are and where they lead is said by who draws it.
package weekpage
