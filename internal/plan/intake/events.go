package intake

// The entries of the wing.
const (
	Filed     = "request.filed"
	Accepted  = "request.accepted"
	Boarded   = "request.boarded"  // a train opened the release that it waited for
	Returned  = "request.returned" // its train was closed before it opened a release
	Deferred  = "request.deferred"
	Declined  = "request.declined"
	Withdrawn = "request.withdrawn"
)
