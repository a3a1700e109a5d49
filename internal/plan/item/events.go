package item

// The entries about the parts of a release.
const (
	PhaseChanged       = "phase.changed"
	PhaseEntered       = "phase.entered"
	PhaseLeft          = "phase.left"
	ScopeAdded         = "scope.added"
	ScopeChanged       = "scope.changed"
	ScopeRemoved       = "scope.removed"
	MilestoneAdded     = "milestone.added"
	MilestoneChanged   = "milestone.changed"
	MilestoneRemoved   = "milestone.removed"
	DeliverableAdded   = "deliverable.added"
	DeliverableChanged = "deliverable.changed"
	DeliverableRemoved = "deliverable.removed"
)
