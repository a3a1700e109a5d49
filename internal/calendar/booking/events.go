package booking

// The entries of bookings.
const (
	BookingRequested = "booking.requested"
	BookingConfirmed = "booking.confirmed"
	BookingDeclined  = "booking.declined"
	BookingMoved     = "booking.moved"
	BookingWithdrawn = "booking.withdrawn"
	BookingOffered   = "booking.offered"
	BookingKept      = "booking.kept"
	RuleChanged      = "booking.rule_changed"
)
