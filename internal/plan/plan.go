package plan

import (
	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Plans is the service of the area.
type Plans struct {
	db        *db.DB
	followers []Follower
	guards    []StateGuard
	checks    []TemplateCheck
}

// New returns the service over a migrated database.
func New(d *db.DB) *Plans { return &Plans{db: d} }

// Follow adds areas that prepare their part of a release and keep it in step. It belongs to the wiring, before any call.
func (p *Plans) Follow(f ...Follower) *Plans {
	p.followers = append(p.followers, f...)
	return p
}

// Guard adds areas that may refuse a transition. It belongs to the wiring, before any call.
func (p *Plans) Guard(g ...StateGuard) *Plans {
	p.guards = append(p.guards, g...)
	return p
}

// CheckTemplates adds judges of templates, such as one that compiles the conditions of criteria. It belongs to the wiring.
func (p *Plans) CheckTemplates(c ...TemplateCheck) *Plans {
	p.checks = append(p.checks, c...)
	return p
}

// Follower takes part in the life of a release inside the same change. An error undoes the change.
type Follower interface {
	// ReleaseCreated prepares the follower's part from the template.
	ReleaseCreated(tx *db.Tx, r Release, t Template) error
	// ReleaseChanged says which sections were changed. SectionRunbook means that another runbook was chosen.
	ReleaseChanged(tx *db.Tx, r Release, sections []string) error
	// ReleaseEnded says that the release was closed or cancelled.
	ReleaseEnded(tx *db.Tx, r Release) error
}

// StateGuard names what still stands in the way of a transition that a person asked for; nothing lets it pass.
type StateGuard interface {
	Unready(tx *db.Tx, r Release, to State) ([]Reason, error)
}

// TemplateCheck judges a template beyond its shape. It fails with errs.Invalid, naming fields by their dotted path.
type TemplateCheck func(t Template) error

// Reason is why something is refused: a stable dotted code, a sentence, who can change it, since when, and what to do.
type Reason struct {
	Code  string    `json:"code"`
	Text  string    `json:"text"`
	Owner id.Person `json:"owner,omitempty"`
	Since db.Time   `json:"since,omitzero"`
	Next  string    `json:"next,omitempty"`
}

// Window is when a release is to be deployed: from Start up to End. The zero value is none.
type Window struct {
	Start db.Time `json:"start" yaml:"start"`
	End   db.Time `json:"end" yaml:"end"`
}

// IsZero reports whether no window is set.
func (w Window) IsZero() bool { return w.Start == 0 && w.End == 0 }

// Release is a named, versioned set of service versions that are planned to reach production together.
type Release struct {
	ID              id.Release       `json:"id"`
	Key             string           `json:"key"`
	Name            string           `json:"name"`
	Title           string           `json:"title,omitempty"`
	Version         string           `json:"version"`
	Product         id.Product       `json:"product"`
	ProductKey      string           `json:"productKey"`
	ProductName     string           `json:"productName"`
	Template        string           `json:"template"`        // key of the template that it was made from
	TemplateVersion int              `json:"templateVersion"` // and the template's version then
	State           State            `json:"state"`
	HeldFrom        State            `json:"heldFrom,omitempty"`    // the state that Resume returns to
	StateReason     string           `json:"stateReason,omitempty"` // what was said at the last transition
	StateAt         db.Time          `json:"stateAt"`
	StateBy         string           `json:"stateBy"`
	Owner           id.Person        `json:"owner,omitempty"`
	Window          Window           `json:"window,omitzero" db:"win"`
	Environments    []id.Environment `json:"environments,omitempty" db:"-"` // in the order of promotion
	EnvironmentKeys []string         `json:"environmentKeys,omitempty" db:"-"`
	Runbook         string           `json:"runbook,omitempty"` // key of the runbook, "" for none yet
	ManifestDigest  string           `json:"manifestDigest"`    // as ManifestDigest returns it
	Rev             int64            `json:"rev"`
	CreatedAt       db.Time          `json:"createdAt"`
	CreatedBy       string           `json:"createdBy"`
	ChangedAt       db.Time          `json:"changedAt"`
	ChangedBy       string           `json:"changedBy"`
}

// Ended reports whether the release is closed or cancelled, so that nothing of it changes any more.
func (r Release) Ended() bool { return r.State.Ended() }

// Targets reports whether the release is to go to the environment.
func (r Release) Targets(e id.Environment) bool {
	for _, x := range r.Environments {
		if x == e {
			return true
		}
	}
	return false
}

// Scope returns the scope of the rights on a release: its product's.
func Scope(r Release) auth.Scope { return catalog.Scope(r.Product) }

// ScopeOf returns the scope of the rights on a product's releases.
func ScopeOf(p id.Product) auth.Scope { return catalog.Scope(p) }

// ManifestItem is one exact version that a release carries.
type ManifestItem struct {
	Service     id.Service `json:"service"`
	ServiceKey  string     `json:"serviceKey"`
	ServiceName string     `json:"serviceName"`
	Version     string     `json:"version"`
	Digest      string     `json:"digest,omitempty"` // of the artefact: "sha256:…"
	Commit      string     `json:"commit,omitempty" db:"commit_id"`
}

// Phase is a named stretch of a release's life with gates at its entry and exit.
type Phase struct {
	Key          string   `json:"key"`
	Name         string   `json:"name"`
	Days         int      `json:"days,omitempty"`
	Start        Offset   `json:"start,omitempty" db:"start_offset"` // from the window's start, where the template says one
	Entry        []string `json:"entry,omitempty" db:"-"`            // what holds at the gate into it, in words
	Exit         []string `json:"exit,omitempty" db:"-"`
	PlannedStart db.Time  `json:"plannedStart,omitzero"`
	PlannedEnd   db.Time  `json:"plannedEnd,omitzero"`
	ActualStart  db.Time  `json:"actualStart,omitzero"`
	ActualEnd    db.Time  `json:"actualEnd,omitzero"`
}

// Milestone is a dated point that the plan promises.
type Milestone struct {
	ID        string    `json:"id"`
	Key       string    `json:"key"`
	Name      string    `json:"name"`
	Owner     id.Person `json:"owner,omitempty"`
	PlannedAt db.Time   `json:"plannedAt,omitzero"`
	Offset    Offset    `json:"offset,omitempty" db:"from_window"` // from the window's start; the date follows the window while it is set
	ActualAt  db.Time   `json:"actualAt,omitzero"`
	Rev       int64     `json:"rev"`
	ChangedAt db.Time   `json:"changedAt"`
	ChangedBy string    `json:"changedBy"`
}

// DeliverableState says how far a deliverable is.
type DeliverableState string

// The states of a deliverable.
const (
	DeliverableOpen     DeliverableState = "open"
	DeliverableReady    DeliverableState = "ready" // waits for acceptance
	DeliverableAccepted DeliverableState = "accepted"
	DeliverableDropped  DeliverableState = "dropped"
)

// Deliverable is something that a release must produce.
type Deliverable struct {
	ID        string           `json:"id"`
	Key       string           `json:"key"`
	Name      string           `json:"name"`
	Owner     id.Person        `json:"owner,omitempty"`
	State     DeliverableState `json:"state"`
	URL       string           `json:"url,omitempty"`
	Rev       int64            `json:"rev"`
	ChangedAt db.Time          `json:"changedAt"`
	ChangedBy string           `json:"changedBy"`
}

// ScopeItem is a story, defect or change that a release contains.
type ScopeItem struct {
	ID          string     `json:"id"`
	Key         string     `json:"key"` // as the tracker says it: PAY-2188
	Title       string     `json:"title"`
	Kind        string     `json:"kind"` // story, defect or change
	URL         string     `json:"url,omitempty"`
	Service     id.Service `json:"service,omitempty"`
	ServiceKey  string     `json:"serviceKey,omitempty"`
	ServiceName string     `json:"serviceName,omitempty"`
	Owner       id.Person  `json:"owner,omitempty"`
	State       string     `json:"state"`              // open or done
	Commits     []string   `json:"commits" db:"-"`     // as Git names them
	NoCommit    string     `json:"noCommit,omitempty"` // why there is none, where that is right
	Rev         int64      `json:"rev"`
	ChangedAt   db.Time    `json:"changedAt"`
	ChangedBy   string     `json:"changedBy"`
}

// The kinds and the states of scope items.
const (
	Story     = "story"
	Defect    = "defect"
	ChangeOf  = "change"
	ScopeOpen = "open"
	ScopeDone = "done"
)
