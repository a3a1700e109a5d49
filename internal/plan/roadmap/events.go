package roadmap

// The entries of the wing.
const (
	Proposed  = "roadmap.proposed"
	Countered = "roadmap.countered"
	Consented = "roadmap.consented" // one role agreed, others have not answered
	Refused   = "roadmap.refused"
	Agreed    = "roadmap.settled" // everybody has
	Moved     = "roadmap.moved"   // the window was changed behind the agreement
	Withdrawn = "roadmap.withdrawn"
	Published = "roadmap.published"
)
