// Package booking is the reservation of an environment, a person, an item or a window for a time: asked for, confirmed by who
// answers for the thing or at once where nobody needs to, declined, moved, withdrawn, and offered back when its release is held or
// cancelled. Two confirmed bookings never take more of a thing than there is.
//
// What a booking stands in the way of is found by package clash in the same transaction.
package booking
