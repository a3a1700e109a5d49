package item

import (
	"slipway/internal/id"
	"slipway/internal/plan/template"
	"slipway/internal/platform/db"
)

// Phase is a named stretch of a release's life with gates at its entry and exit.
type Phase struct {
	Key          string          `json:"key"`
	Name         string          `json:"name"`
	Days         int             `json:"days,omitempty"`
	Start        template.Offset `json:"start,omitempty" db:"start_offset"` // from the window's start, where the template says one
	Entry        []string        `json:"entry,omitempty" db:"-"`            // what holds at the gate into it, in words
	Exit         []string        `json:"exit,omitempty" db:"-"`
	PlannedStart db.Time         `json:"plannedStart,omitzero"`
	PlannedEnd   db.Time         `json:"plannedEnd,omitzero"`
	ActualStart  db.Time         `json:"actualStart,omitzero"`
	ActualEnd    db.Time         `json:"actualEnd,omitzero"`
}

// Milestone is a dated point that the plan promises.
type Milestone struct {
	ID        string          `json:"id"`
	Key       string          `json:"key"`
	Name      string          `json:"name"`
	Owner     id.Person       `json:"owner,omitempty"`
	PlannedAt db.Time         `json:"plannedAt,omitzero"`
	Offset    template.Offset `json:"offset,omitempty" db:"from_window"` // from the window's start; the date follows the window while it is set
	ActualAt  db.Time         `json:"actualAt,omitzero"`
	Rev       int64           `json:"rev"`
	ChangedAt db.Time         `json:"changedAt"`
	ChangedBy string          `json:"changedBy"`
}

// Deliverable is something that a release must produce.
type Deliverable struct {
	ID        string                    `json:"id"`
	Key       string                    `json:"key"`
	Name      string                    `json:"name"`
	Owner     id.Person                 `json:"owner,omitempty"`
	State     template.DeliverableState `json:"state"`
	URL       string                    `json:"url,omitempty"`
	Rev       int64                     `json:"rev"`
	ChangedAt db.Time                   `json:"changedAt"`
	ChangedBy string                    `json:"changedBy"`
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
	Effort      int        `json:"effort,omitempty"`   // estimate in hours of work, 0 for none
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
