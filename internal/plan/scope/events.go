package scope

// The entries of the wing.
const (
	Proposed  = "scope.change_proposed"
	Applied   = "scope.change_applied"
	Declined  = "scope.change_declined"
	Withdrawn = "scope.change_withdrawn"
)
