package release

import (
	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

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

// Filter narrows the list of releases.
type Filter struct {
	States      []State
	Ended       *bool   // only those that have ended, or only those that have not
	Product     string  // key or identifier
	Owner       string  // key or identifier of a person
	Environment string  // key or identifier
	Query       string  // words of the key, name or title
	From, To    db.Time // the window meets the time from From up to To; zero leaves a side open
	Newest      bool    // the latest window first; else the earliest, and those without a window last
	AfterSort   int64   // with AfterID the release behind which the page starts: its Order and ID
	AfterID     string
	Limit       int // 1 to 201; 0 means 50
}

// Order returns the release's place in lists, for AfterSort.
func (r Release) Order() int64 { return r.sortAt() }

// WindowContent is what is signed of when and where.
type WindowContent struct {
	Start        db.Time  `json:"start"`
	End          db.Time  `json:"end"`
	Environments []string `json:"environments"` // keys, in the order of promotion
}

// WindowContent returns what is signed of when and where.
func (r Release) WindowContent() WindowContent {
	return WindowContent{Start: r.Window.Start, End: r.Window.End, Environments: List(r.EnvironmentKeys)}
}
