package budget

// The entries of the wing.
const (
	LineAdded   = "budget.added"
	LineChanged = "budget.changed"
	LineBooked  = "budget.booked"
	LineRemoved = "budget.removed"
)
