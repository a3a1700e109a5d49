package period

import (
	"errors"

	"slipway/internal/calendar/book"
	"slipway/internal/calendar/openness"
	"slipway/internal/calendar/recur"
	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Kind tells a window from a freeze.
type Kind = openness.Kind

// The kinds.
const (
	Window = openness.Window
	Freeze = openness.Freeze
	// Busy is a time at which harm is greatest, such as a peak, a month-end or a payroll run. It closes nothing.
	Busy Kind = "busy"
)

// Note is something about a period that is allowed and that its author should know.
type Note = recur.Note

// Running says what happens at the start of a freeze to work that runs already.
type Running string

// What may happen to running work.
const (
	Finish Running = "finish" // a live run goes on to its end
	Pause  Running = "pause"  // it pauses before its next step
	Abort  Running = "abort"  // it is aborted; its back-out stays possible
)

// ID names a window or a freeze.
type ID string

// Scope is what a period applies to. A place matches if it is in every list that is not empty; no list at all is the
// whole organisation.
type Scope = book.Scope

// Spec is what a person states about a window or a freeze.
type Spec struct {
	Key      string   `json:"key,omitempty" yaml:"key" doc:"Human key, unique among windows or among freezes; made from the name if left out" example:"peak-trading-2026"`
	Name     string   `json:"name" yaml:"name" doc:"Name as pages and refusals show it" example:"Peak trading"`
	Reason   string   `json:"reason,omitempty" yaml:"reason,omitempty" doc:"Why it is; a freeze needs it"`
	Owner    string   `json:"owner,omitempty" yaml:"owner,omitempty" doc:"Key or identifier of the person who answers for it and who lets releases pass a soft freeze; who adds it, unless stated"`
	Start    string   `json:"start" yaml:"start" doc:"Wall time in the zone (2026-11-23T22:00) or an instant (2026-11-23T21:00:00Z)" example:"2026-11-23T00:00"`
	End      string   `json:"end" yaml:"end" doc:"In the form of the start; not part of the period" example:"2026-12-02T00:00"`
	Zone     string   `json:"zone,omitempty" yaml:"zone,omitempty" doc:"IANA zone whose wall time it keeps" example:"Europe/Berlin"`
	RRule    string   `json:"rrule,omitempty" yaml:"rrule,omitempty" doc:"RRULE of RFC 5545 without DTSTART; none for a one-off" example:"FREQ=WEEKLY;BYDAY=TU,TH"`
	ExDates  []string `json:"exdates,omitempty" yaml:"exdates,omitempty" doc:"Starts that are left out, each in the form of the start, or a date: every start of that day"`
	RDates   []string `json:"rdates,omitempty" yaml:"rdates,omitempty" doc:"Further starts, each in the form of the start; they last as long as the others"`
	Hardness string   `json:"hardness,omitempty" yaml:"hardness,omitempty" enum:"hard,soft" doc:"Of a freeze: hard closes, soft asks its owner; hard unless stated"`
	Running  Running  `json:"running,omitempty" yaml:"running,omitempty" enum:"finish,pause,abort" doc:"Of a freeze: what happens at its start to live runs; finish unless stated"`
	Scope    `yaml:",inline"`
}

// Period is a window or a freeze as it is kept.
type Period struct {
	ID         ID        `json:"id"`
	Kind       Kind      `json:"kind"`
	Key        string    `json:"key"`
	Name       string    `json:"name"`
	Reason     string    `json:"reason,omitempty"`
	Owner      id.Person `json:"owner"`
	OwnerName  string    `json:"ownerName,omitempty" db:"-"`
	Start      string    `json:"start" db:"start_text"`
	End        string    `json:"end" db:"end_text"`
	Zone       string    `json:"zone,omitempty"`
	RRule      string    `json:"rrule,omitempty" db:"rrule"`
	ExDates    []string  `json:"exdates,omitempty" db:"-"`
	RDates     []string  `json:"rdates,omitempty" db:"-"`
	Hard       bool      `json:"hard"`
	Running    Running   `json:"running,omitempty"`
	Scope      Scope     `json:"scope" db:"-"`
	FirstStart db.Time   `json:"firstStart"`         // instant of the first start
	LastEnd    db.Time   `json:"lastEnd,omitzero"`   // instant of the last end; none for a recurrence without one
	Withdrawn  db.Time   `json:"withdrawn,omitzero"` // since when it counts no more
	WithdrawnW string    `json:"withdrawnReason,omitempty" db:"withdrawn_reason"`
	Rev        int64     `json:"rev"`
	CreatedAt  db.Time   `json:"createdAt"`
	CreatedBy  string    `json:"createdBy"`
	ChangedAt  db.Time   `json:"changedAt"`
	ChangedBy  string    `json:"changedBy"`

	ScopeJSON db.JSON `json:"-" db:"scope"`
	DatesJSON db.JSON `json:"-" db:"dates"` // exdates and rdates
	SeenJSON  db.JSON `json:"-" db:"seen"`  // products whose readers see it; none: everybody
}

// Permit is a freeze owner's permission for a release to pass a soft freeze.
type Permit struct {
	ID          string     `json:"id"`
	Freeze      ID         `json:"freeze" db:"period"`
	Release     id.Release `json:"release"`
	ReleaseKey  string     `json:"releaseKey,omitempty"`
	ReleaseName string     `json:"releaseName,omitempty"`
	Reason      string     `json:"reason"`
	Until       db.Time    `json:"until,omitzero" db:"until_at"` // none: as long as the freeze lasts
	By          id.Person  `json:"by" db:"permitted_by"`
	ByName      string     `json:"byName,omitempty" db:"-"`
	At          db.Time    `json:"at" db:"permitted_at"`
	WithdrawnAt db.Time    `json:"withdrawnAt,omitzero"`
	WithdrawnBy string     `json:"withdrawnBy,omitempty"`
}

// Span is a stretch of time, End not part of it.
type Span struct {
	Start db.Time `json:"start"`
	End   db.Time `json:"end"`
}

// Spec returns the period as it would be stated, its owner by identifier.
func (p Period) Spec() Spec {
	s := Spec{Key: p.Key, Name: p.Name, Reason: p.Reason, Owner: string(p.Owner), Start: p.Start, End: p.End, Zone: p.Zone, RRule: p.RRule, ExDates: p.ExDates, RDates: p.RDates, Scope: p.Scope}
	if p.Kind == Freeze {
		s.Hardness, s.Running = p.Hardness(), p.Running
	}
	return s
}

// Hardness returns hard or soft for a freeze.
func (p Period) Hardness() string {
	switch {
	case p.Kind != Freeze:
		return ""
	case p.Hard:
		return "hard"
	}
	return "soft"
}

// Rule returns the recurrence. It fails as recur.Parse does.
func (p Period) Rule() (*recur.Rule, error) {
	return recur.Parse(recur.Spec{Start: p.Start, End: p.End, Zone: p.Zone, RRule: p.RRule, ExDates: p.ExDates, RDates: p.RDates})
}

// Scopes returns the scopes of rights on a period that was stated for these products; none is everything.
func Scopes(products []id.Product) []auth.Scope {
	if len(products) == 0 {
		return []auth.Scope{auth.Everywhere}
	}
	out := make([]auth.Scope, len(products))
	for i, p := range products {
		out[i] = catalog.Scope(p)
	}
	return out
}

// SpanOf returns an occurrence as a span.
func SpanOf(o recur.Occurrence) Span { return Span{db.At(o.Start), db.At(o.End)} }

// Missing reports whether a period was not there.
func Missing(err error) bool { return errors.Is(err, db.ErrNone) }

// dates is how the exceptions of a rule are kept.
type dates struct {
	Ex []string `json:"ex,omitempty"`
	R  []string `json:"r,omitempty"`
}
