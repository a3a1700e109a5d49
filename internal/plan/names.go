package plan

import (
	"slipway/internal/id"
	"slipway/internal/plan/item"
	"slipway/internal/plan/release"
	"slipway/internal/plan/template"
	"slipway/internal/platform/db"
)

// What the parts keep, as everybody else sees it.
type (
	// Release is a named, versioned set of service versions that are planned to reach production together.
	Release = release.Release
	// Window is when a release is to be deployed: from Start up to End. The zero value is none.
	Window = release.Window
	// State is where a release stands.
	State = release.State
	// Transition is one way from a state to another.
	Transition = release.Transition
	// Reason is why something is refused: a stable dotted code, a sentence, who can change it, since when, and what to do.
	Reason = release.Reason
	// Filter narrows the list of releases.
	Filter = release.Filter
	// Follower takes part in the life of a release inside the same change. An error undoes the change.
	Follower = release.Follower
	// HoldFollower is a Follower that also acts when a release is put on hold.
	HoldFollower = release.HoldFollower
	// OwnerFollower is a Follower that also acts when somebody else answers for a release and nothing else of it changes.
	OwnerFollower = release.OwnerFollower
	// Change is one recorded change of a section.
	Change = release.Change
	// ChangeFilter narrows the history of a release, newest first.
	ChangeFilter = release.ChangeFilter
	// ItemSpec is one item of a manifest as a person states it.
	ItemSpec = release.ItemSpec
	// ManifestItem is one exact version that a release carries.
	ManifestItem = release.ManifestItem
	// ManifestContent is what is signed of an item of the manifest.
	ManifestContent = release.ManifestContent
	// WindowContent is what is signed of when and where.
	WindowContent = release.WindowContent
	// Carried is one item of a release that has not ended.
	Carried = release.Carried

	// Phase is a named stretch of a release's life with gates at its entry and exit.
	Phase = item.Phase
	// PhaseEdit says what to change of how a phase is planned; what is nil stays.
	PhaseEdit = item.PhaseEdit
	// PhaseProgress is a phase, planned against actual.
	PhaseProgress = item.PhaseProgress
	// Replan is one recorded change of planned dates.
	Replan = item.Replan
	// Move is one planned date that a re-plan moved.
	Move = item.Move
	// Milestone is a dated point that the plan promises.
	Milestone = item.Milestone
	// MilestoneEdit says what to change of a milestone; what is nil stays.
	MilestoneEdit = item.MilestoneEdit
	// Deliverable is something that a release must produce.
	Deliverable = item.Deliverable
	// DeliverableEdit says what to change of a deliverable; what is nil stays.
	DeliverableEdit = item.DeliverableEdit
	// ScopeItem is a story, defect or change that a release contains.
	ScopeItem = item.ScopeItem
	// ScopeSpec is a scope item as a person states it.
	ScopeSpec = item.ScopeSpec
	// ScopeStep is one step of a change of the scope: Add an item, Change one by its key, or Remove one.
	ScopeStep = item.ScopeStep
	// ScopeFilter narrows the list of scope items, which is in the order of the keys.
	ScopeFilter = item.ScopeFilter
	// ScopeCount says how large the scope of a release is.
	ScopeCount = item.ScopeCount
	// ScopeContent is what is signed of a scope item.
	ScopeContent = item.ScopeContent

	// Template is what a release is made from.
	Template = template.Template
	// PhaseSpec is a phase of a template.
	PhaseSpec = template.PhaseSpec
	// MilestoneSpec is a milestone of a template, or one that a person states.
	MilestoneSpec = template.MilestoneSpec
	// DeliverableSpec is a deliverable of a template, or one that a person states.
	DeliverableSpec = template.DeliverableSpec
	// DeliverableState says how far a deliverable is.
	DeliverableState = template.DeliverableState
	// TaskSpec is a task that every release of the template gets.
	TaskSpec = template.TaskSpec
	// EstimateSpec is a three-point estimate in hours of work.
	EstimateSpec = template.EstimateSpec
	// LinkSpec says how a task hangs on another of its template.
	LinkSpec = template.LinkSpec
	// ScopeChangeSpec says that changes of the scope are approved by a role from some point on.
	ScopeChangeSpec = template.ScopeChangeSpec
	// CriterionSpec is one condition of a gate.
	CriterionSpec = template.CriterionSpec
	// EvidenceSpec says what evidence must show.
	EvidenceSpec = template.EvidenceSpec
	// ApprovalSpec is a signature that a release needs.
	ApprovalSpec = template.ApprovalSpec
	// PollSpec is the go/no-go poll that a release is decided by.
	PollSpec = template.PollSpec
	// PollRole is a role that answers a poll.
	PollRole = template.PollRole
	// Policy are the rules of a template that hold for each of its releases.
	Policy = template.Policy
	// Offset is a distance from a window's start: "-2d", "-4h", "+30m", "0". The empty text is none.
	Offset = template.Offset
	// Span is a length of time: "14d", "12h", "30m". The empty text is none.
	Span = template.Span
)

// The states of a release.
const (
	Draft      = release.Draft
	Planned    = release.Planned
	Active     = release.Active
	Approved   = release.Approved
	Deploying  = release.Deploying
	Deployed   = release.Deployed
	Verified   = release.Verified
	Closed     = release.Closed
	Held       = release.Held
	Cancelled  = release.Cancelled
	RolledBack = release.RolledBack
)

// The sections that this area owns. SectionRunbook names the choice of a runbook; its content is the runbook's area's.
const (
	SectionScope    = template.SectionScope
	SectionManifest = template.SectionManifest
	SectionWindow   = template.SectionWindow
	SectionPlan     = template.SectionPlan
	SectionRunbook  = template.SectionRunbook
)

// The states of a deliverable, the kinds and the states of scope items.
const (
	DeliverableOpen     = template.DeliverableOpen
	DeliverableReady    = template.DeliverableReady
	DeliverableAccepted = template.DeliverableAccepted
	DeliverableDropped  = template.DeliverableDropped
	Story               = item.Story
	Defect              = item.Defect
	ChangeOf            = item.ChangeOf
	ScopeOpen           = item.ScopeOpen
	ScopeDone           = item.ScopeDone
)

// The kinds of criteria.
const (
	KindConfirmation = template.KindConfirmation
	KindJUnit        = template.KindJUnit
	KindFact         = template.KindFact
	KindApproval     = template.KindApproval
	KindRisk         = template.KindRisk
	KindBackout      = template.KindBackout
	KindWindow       = template.KindWindow
	KindPoll         = template.KindPoll
)

// States returns every state, in the order of a release's life.
func States() []State { return release.States() }

// Transitions returns the table of the transitions of a release.
func Transitions() []Transition { return release.Transitions() }

// SectionNames returns every section of a release's content, in the order of pages.
func SectionNames() []string { return template.SectionNames() }

// CriterionKinds returns the kinds of criteria.
func CriterionKinds() []string { return template.CriterionKinds() }

// Phases returns the phases of a release in their order. It checks no permission.
func Phases(tx *db.Tx, r id.Release) ([]Phase, error) { return item.Phases(tx, r) }

// Milestones returns the milestones of a release by date, those without one last. It checks no permission.
func Milestones(tx *db.Tx, r id.Release) ([]Milestone, error) { return item.Milestones(tx, r) }

// PhasesEach returns the phases of some releases in their order, by release, at one statement for every 500. It checks no permission.
func PhasesEach(tx *db.Tx, releases []id.Release) (map[id.Release][]Phase, error) {
	return item.PhasesEach(tx, releases)
}

// MilestonesEach returns the milestones of some releases as Milestones does, by release, at one statement for every 500. It checks no permission.
func MilestonesEach(tx *db.Tx, releases []id.Release) (map[id.Release][]Milestone, error) {
	return item.MilestonesEach(tx, releases)
}

// CountScope counts the scope items of a release with one statement. It checks no permission.
func CountScope(tx *db.Tx, r id.Release) (ScopeCount, error) { return item.CountScope(tx, r) }

// Authors returns who changed a section of a release after an instant, each once; the zero instant is the beginning.
// Changes that Slipway made by itself have no author. It checks no permission.
func Authors(tx *db.Tx, r id.Release, section string, since db.Time) ([]id.Person, error) {
	return release.Authors(tx, r, section, since)
}

// ChangesSince returns the changes of a section after an instant, oldest first, 200 at most; "" is every section. It
// checks no permission.
func ChangesSince(tx *db.Tx, r id.Release, section string, since db.Time) ([]Change, error) {
	return release.ChangesSince(tx, r, section, since)
}

// ChangeCounts returns how often the sections of releases that this area owns were changed, in one statement. Changes are
// only ever added, one with each commit that touches the content: a release with the same number has the same content. It
// checks no permission.
func ChangeCounts(tx *db.Tx, releases ...id.Release) (map[id.Release]int64, error) {
	return release.ChangeCounts(tx, releases...)
}

// Carrying returns the releases that carry a version of a service or an artefact of it by digest, the earliest window
// first; "" leaves version or digest out. Closed and cancelled ones are in it only if asked for. It checks no permission.
func Carrying(tx *db.Tx, s id.Service, version, digest string, ended bool) ([]Release, error) {
	return release.Carrying(tx, s, version, digest, ended)
}

// AllCarried calls fn with every item of every release that has not ended. It checks no permission and serves what is
// kept in memory. No other statement may run on the transaction meanwhile.
func AllCarried(tx *db.Tx, fn func(Carried)) error { return release.AllCarried(tx, fn) }

// Manifests returns what releases carry, each by service, in one statement. It checks no permission.
func Manifests(tx *db.Tx, releases ...id.Release) (map[id.Release][]ManifestItem, error) {
	return release.Manifests(tx, releases...)
}
