package plan

import (
	"slipway/internal/plan/item"
)

// The entries of the area.
const (
	ReleaseCreated     = "release.created"
	ReleaseImported    = "release.imported"
	ReleaseChanged     = "release.changed"
	ReleasePlanned     = "release.planned"
	ReleaseActivated   = "release.activated"
	ReleaseApproved    = "release.approved"
	ReleaseReopened    = "release.reopened"
	ReleaseStarted     = "release.deployment_started"
	ReleaseStopped     = "release.deployment_stopped"
	ReleaseDeployed    = "release.deployed"
	ReleaseVerified    = "release.verified"
	ReleaseRolledBack  = "release.rolled_back"
	ReleaseRetargeted  = "release.retargeted"
	ReleaseHeld        = "release.held"
	ReleaseResumed     = "release.resumed"
	ReleaseCancelled   = "release.cancelled"
	ReleaseClosed      = "release.closed"
	ScopeAdded         = item.ScopeAdded
	ScopeChanged       = item.ScopeChanged
	ScopeRemoved       = item.ScopeRemoved
	MilestoneAdded     = item.MilestoneAdded
	MilestoneChanged   = item.MilestoneChanged
	MilestoneRemoved   = item.MilestoneRemoved
	DeliverableAdded   = item.DeliverableAdded
	DeliverableChanged = item.DeliverableChanged
	DeliverableRemoved = item.DeliverableRemoved
	PhaseChanged       = item.PhaseChanged
	PhaseEntered       = item.PhaseEntered
	PhaseLeft          = item.PhaseLeft
	TemplateAdded      = "template.added"
	TemplateChanged    = "template.changed"
)
