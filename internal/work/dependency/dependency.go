package dependency

import (
	"strings"
	"time"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// ID identifies a dependency.
type ID string

// Kind is what a party is.
type Kind string

// The kinds of parties.
const (
	Release Kind = "release"
	Service Kind = "service"
	Team    Kind = "team"
	Outside Kind = "outside" // somebody beyond the organisation, known by name
)

// Kinds returns every kind.
func Kinds() []Kind { return []Kind{Release, Service, Team, Outside} }

// Party is a side of a dependency.
type Party struct {
	Kind    Kind       `json:"kind"`
	ID      string     `json:"id"` // of the release, service or team; of an outside party its key
	Key     string     `json:"key"`
	Name    string     `json:"name"`
	Product id.Product `json:"product,omitempty"`
	Team    id.Team    `json:"team,omitempty"`  // that runs the service
	Start   db.Time    `json:"start,omitzero"`  // of the release's window
	End     db.Time    `json:"end,omitzero"`    //
	State   plan.State `json:"state,omitempty"` // of the release
}

// Ref returns the party as people write it: "release:payments-26.11.0", "service:ledger", "team:payments",
// "outside:VoP responder".
func (p Party) Ref() string {
	if p.Kind == Outside {
		return string(p.Kind) + ":" + p.Name
	}
	return string(p.Kind) + ":" + p.Key
}

// Type says which ends of the two parties are tied together.
type Type string

// The types.
const (
	FinishStart  Type = "finish-start"  // the taker starts when the giver has finished
	StartStart   Type = "start-start"   // the taker starts when the giver has started
	FinishFinish Type = "finish-finish" // the taker finishes when the giver has finished
	Calls        Type = "calls"         // the taker uses the giver all the time; no date binds unless a release is named
)

// Types returns every type.
func Types() []Type { return []Type{FinishStart, StartStart, FinishFinish, Calls} }

// Status is how far the two sides are.
type Status string

// The statuses.
const (
	Proposed  Status = "proposed" // the giver has not agreed
	Agreed    Status = "agreed"
	AtRisk    Status = "at-risk" // agreed, and in doubt
	Delivered Status = "delivered"
	Withdrawn Status = "withdrawn" // not needed, or not given
)

// Statuses returns every status.
func Statuses() []Status { return []Status{Proposed, Agreed, AtRisk, Delivered, Withdrawn} }

// Words returns the status as a sentence says it.
func (s Status) Words() string { return strings.ReplaceAll(string(s), "-", " ") }

// Open reports whether something is still waited for.
func (s Status) Open() bool { return s != Delivered && s != Withdrawn }

// Dependency is something that one party gives and another waits for.
type Dependency struct {
	ID          ID          `json:"id"`
	Key         string      `json:"key"`
	What        string      `json:"what"`
	Text        string      `json:"text,omitempty"`
	Giver       Party       `json:"giver"`
	Taker       Party       `json:"taker"`
	Release     id.Release  `json:"release,omitempty"` // that it is for, or in which what is given changes
	ReleaseKey  string      `json:"releaseKey,omitempty"`
	ReleaseName string      `json:"releaseName,omitempty"`
	Type        Type        `json:"type"`
	Lag         plan.Offset `json:"lag,omitempty"` // between the two ends; negative where they may overlap
	Status      Status      `json:"status"`
	StatusAt    db.Time     `json:"statusAt"`
	Note        string      `json:"note,omitempty"` // what was said of the status
	Owner       id.Person   `json:"owner,omitempty"`
	Promised    db.Time     `json:"promised,omitzero"`
	DeliveredAt db.Time     `json:"deliveredAt,omitzero"`
	NeedBy      db.Time     `json:"needBy,omitzero" db:"-"`   // computed back from the window of who waits
	Expected    db.Time     `json:"expected,omitzero" db:"-"` // the giver's window, or what is promised
	Late        int64       `json:"late,omitempty" db:"-"`    // minutes by which it comes later than it is needed
	Rev         int64       `json:"rev"`
	CreatedAt   db.Time     `json:"createdAt"`
	CreatedBy   string      `json:"createdBy"`
	ChangedAt   db.Time     `json:"changedAt"`
	ChangedBy   string      `json:"changedBy"`

	ReleaseProduct id.Product `json:"-"`
	ReleaseStart   db.Time    `json:"-"`
	ReleaseEnd     db.Time    `json:"-"`
	ToldNeed       db.Time    `json:"-"`
	ToldExpected   db.Time    `json:"-"`
	SortAt         int64      `json:"-"`
}

// derive computes the dates.
func (d *Dependency) derive() {
	d.NeedBy, d.Expected = d.needBy(), d.expected()
	d.Late = 0
	if by := d.late(); by > 0 {
		d.Late = int64((by + time.Minute - 1) / time.Minute)
	}
}

func (d *Dependency) needBy() db.Time {
	start, end := d.ReleaseStart, d.ReleaseEnd
	if d.Taker.Kind == Release {
		start, end = d.Taker.Start, d.Taker.End
	}
	at := start
	if d.Type == FinishFinish {
		at = end
	}
	if at.IsZero() {
		return 0
	}
	return at.Add(-d.Lag.Duration())
}

func (d *Dependency) expected() db.Time {
	switch {
	case d.Status == Delivered:
		return d.DeliveredAt
	case d.Giver.Kind == Release && !d.Giver.Start.IsZero():
		if d.Type == StartStart {
			return d.Giver.Start
		}
		return d.Giver.End
	}
	return d.Promised
}

// late returns by how much it comes later than it is needed; 0 where it does not, or where a date is missing.
func (d *Dependency) late() time.Duration {
	if !d.Status.Open() || d.NeedBy.IsZero() || d.Expected.IsZero() {
		return 0
	}
	return max(d.Expected.Sub(d.NeedBy), 0)
}

// Overdue reports whether it should have been there.
func (d Dependency) Overdue(now db.Time) bool {
	return d.Status.Open() && !d.NeedBy.IsZero() && d.NeedBy < now && d.Type != Calls
}

// binds reports whether its dates bind: then it must not be part of a circle.
func (d *Dependency) binds() bool { return d.Status.Open() && d.Type != Calls }

// forRelease returns the release that waits in the end: the taker, or the one that it is for.
func (d *Dependency) forRelease() id.Release {
	if d.Taker.Kind == Release {
		return id.Release(d.Taker.ID)
	}
	return d.Release
}

// scopes returns where rights on the sides are asked: the giver's and the taker's products, and that of the release.
func (d *Dependency) scopes() (giver, all []auth.Scope) {
	add := func(to []auth.Scope, p id.Product) []auth.Scope {
		if p == "" {
			return to
		}
		return append(to, plan.ScopeOf(p))
	}
	giver = add(nil, d.Giver.Product)
	all = add(add(add(nil, d.Giver.Product), d.Taker.Product), d.ReleaseProduct)
	if len(all) == 0 {
		all = []auth.Scope{auth.Everywhere}
	}
	if len(giver) == 0 {
		giver = all
	}
	return giver, all
}

// order is the need-by date, or what stands behind every date.
func (d *Dependency) order() int64 {
	if d.NeedBy.IsZero() {
		return 1<<63 - 1
	}
	return int64(d.NeedBy)
}
