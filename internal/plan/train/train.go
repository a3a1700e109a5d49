package train

import (
	"time"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// ID identifies a train.
type ID string

// State is whether a train runs.
type State string

// The states of a train. A closed one stays closed.
const (
	StateRunning State = "running"
	StatePaused  State = "paused"
	StateClosed  State = "closed"
)

// Frozen is what a train does about a date on which a hard freeze stands in the way.
type Frozen string

// The rules for frozen dates.
const (
	Skip   Frozen = "skip"  // the date is left out
	Shift  Frozen = "shift" // the release goes on the next day, at the same wall time, that no hard freeze touches
	Ignore Frozen = "open"  // the release is opened, and the conflict shown
)

// Rules returns the rules for frozen dates.
func Rules() []string { return []string{string(Skip), string(Shift), string(Ignore)} }

// Cadence says when a train departs, in wall time.
type Cadence struct {
	Start  string    `json:"start" yaml:"start" doc:"First window's start, in wall time of the zone" example:"2026-12-03T21:00" db:"starts"`
	Zone   string    `json:"zone" yaml:"zone" doc:"IANA zone whose wall time is kept over clock changes" example:"Europe/Copenhagen"`
	RRule  string    `json:"rrule" yaml:"rrule" doc:"How it recurs, as an RRULE of RFC 5545" example:"FREQ=WEEKLY;INTERVAL=6" db:"rrule"`
	Length plan.Span `json:"length" yaml:"length" doc:"Length of the window" example:"150m"`
}

// Train is a cadence that opens releases by itself.
type Train struct {
	ID          ID         `json:"id"`
	Key         string     `json:"key"`
	Name        string     `json:"name"`
	Text        string     `json:"text,omitempty"`
	Product     id.Product `json:"product"`
	ProductKey  string     `json:"productKey"`
	ProductName string     `json:"productName"`
	Template    string     `json:"template"` // key
	Cadence
	Lead         plan.Span `json:"lead"`         // how long before the window the release opens; days and weeks in wall time
	Pattern      string    `json:"pattern"`      // of versions
	Number       int64     `json:"number"`       // that {n} stands for in the next version
	NumberYear   int64     `json:"-"`            // of the newest version
	Frozen       Frozen    `json:"frozen"`       // what happens to dates on which a hard freeze stands in the way
	Skips        []string  `json:"skips"`        // days on which it does not depart, in the zone
	Environments []string  `json:"environments"` // keys
	Services     []Carried `json:"services"`     // that its releases carry, by key
	Owner        id.Person `json:"owner"`
	State        State     `json:"state" enum:"running,paused,closed"`
	StateReason  string    `json:"stateReason,omitempty"`
	StateAt      db.Time   `json:"stateAt"`
	Since        db.Time   `json:"-"`
	NextAt       db.Time   `json:"nextAt,omitzero"`  // the next date of the cadence that is not settled
	OpensAt      db.Time   `json:"opensAt,omitzero"` // when its release is opened
	Fault        string    `json:"fault,omitempty"`  // why the release that is due could not be opened
	Rev          int64     `json:"rev"`
	CreatedAt    db.Time   `json:"createdAt"`
	CreatedBy    string    `json:"createdBy"`
	ChangedAt    db.Time   `json:"changedAt"`
	ChangedBy    string    `json:"changedBy"`
}

// Outcome is what became of a date of the cadence.
type Outcome string

// The outcomes. Ahead has not come.
const (
	OutcomeAhead   Outcome = "ahead"
	OutcomeOpened  Outcome = "opened"
	OutcomeSkipped Outcome = "skipped"
)

// Departure is one date of a train.
type Departure struct {
	At          db.Time     `json:"at"` // by the cadence
	Outcome     Outcome     `json:"outcome" enum:"ahead,opened,skipped"`
	Reason      string      `json:"reason,omitempty"`  // why it is left out or shifted
	Version     string      `json:"version,omitempty"` // of its release
	Window      plan.Window `json:"window,omitzero" db:"win"`
	OpensAt     db.Time     `json:"opensAt,omitzero" db:"-"` // of one that is ahead
	Release     id.Release  `json:"release,omitempty"`
	ReleaseKey  string      `json:"releaseKey,omitempty"`
	ReleaseName string      `json:"releaseName,omitempty"`
	State       plan.State  `json:"state,omitempty"` // of the release
	SettledAt   db.Time     `json:"settledAt,omitzero"`
}

// Boards reports whether a request can still go onto the release of a departure.
func (d Departure) Boards(now db.Time) bool {
	switch d.State {
	case plan.Draft, plan.Planned, plan.Active:
		return d.Outcome == OutcomeOpened && d.Window.Start > now
	}
	return false
}

// location returns the zone of a cadence that was accepted.
func (c Cadence) location() *time.Location {
	l, err := time.LoadLocation(c.Zone)
	if err != nil {
		return time.UTC
	}
	return l
}
