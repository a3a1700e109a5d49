// Package booked is what is reserved for a time: rows of bookings, how each thing may be booked, and the row that every
// confirmation of a thing must write. Who may book and what a booking conflicts with is not decided here.
package booked
