// Package bookpage is the pages of bookings: who has what and when, asking for a booking and taking another time when it is taken,
// confirming, declining, moving and withdrawing one, and how a thing may be booked.
package bookpage
