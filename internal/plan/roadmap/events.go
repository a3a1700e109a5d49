package roadmap

// The entries of the wing.
const (
	Proposed  = "roadmap_date.proposed"
	Countered = "roadmap_date.countered"
	Consented = "roadmap_date.consented" // one role agreed, others have not answered
	Refused   = "roadmap_date.refused"
	Agreed    = "roadmap_date.agreed" // everybody has
	Moved     = "roadmap_date.moved"  // the window was changed behind the agreement
	Withdrawn = "roadmap_date.withdrawn"
	Published = "roadmap_date.published"
)
