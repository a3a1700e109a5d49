package calendar

import (
	"time"

	"slipway/internal/calendar/book"
	"slipway/internal/calendar/openness"
	"slipway/internal/calendar/period"
	"slipway/internal/calendar/place"
	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// Standing is a period that counts, with its stretches written out, as memory keeps it between questions.
type Standing struct {
	ID        ID
	Kind      Kind
	Name      string
	Owner     id.Person
	OwnerName string
	Hard      bool
	Scope     Scope
	times     *openness.Spans
}

// AllStanding returns every period that counts from an instant on, its stretches written out up to another. It checks no
// permission and serves what is kept in memory. It costs two statements and about 20 µs a period.
func AllStanding(tx *db.Tx, from, to db.Time) ([]Standing, error) {
	ps, err := period.Standing(tx, from)
	if err != nil {
		return nil, err
	}
	out := make([]Standing, len(ps))
	for i, p := range ps {
		out[i] = Standing{ID: p.ID, Kind: p.Kind, Name: p.Name, Owner: p.Owner, OwnerName: p.OwnerName, Hard: p.Hard, Scope: p.Scope}
		if out[i].times, err = p.Spans(from.Std(), to.Std()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Passing is a permit that stands: a release that may pass a soft freeze.
type Passing struct {
	Freeze  ID
	Release id.Release
	By      string
	Until   db.Time // none: as long as the freeze lasts
}

// AllPassing returns every permit that stands. It checks no permission and serves what is kept in memory.
func AllPassing(tx *db.Tx) ([]Passing, error) {
	ps, err := period.Permits(tx, `WHERE f.withdrawn_at IS NULL ORDER BY f.permitted_at, f.id`)
	out := make([]Passing, len(ps))
	for i, p := range ps {
		out[i] = Passing{p.Freeze, p.Release, p.ByName, p.Until}
	}
	return out, err
}

// Decide answers from periods in memory, those whose scope takes in the service and environment. horizon is the instant up
// to which they were written out; passes are the permits that count. It reads nothing and costs about 50 ns a period.
func Decide(ps []Standing, e catalog.Environment, at, horizon time.Time, passes []Passing) Result {
	return openness.Decide(input(ps, e, at, horizon, passes))
}

func input(ps []Standing, e catalog.Environment, at, horizon time.Time, passes []Passing) openness.Input {
	in := openness.Input{At: at, Default: Closed, Horizon: horizon, Periods: make([]openness.Period, len(ps))}
	if place.Opens(e.Rule, e.DefaultOpen) {
		in.Default = Open
	}
	for i := range ps {
		p := &ps[i]
		q := openness.Period{ID: string(p.ID), Name: p.Name, Owner: p.OwnerName, Kind: p.Kind, Hard: p.Hard, Times: p.times}
		for _, x := range passes {
			if x.Freeze == p.ID && (q.Passed == nil || x.Until.IsZero() || !q.Passed.Until.IsZero() && x.Until.Std().After(q.Passed.Until)) {
				q.Passed = &openness.Pass{By: x.By, Until: x.Until.Std()}
			}
		}
		in.Periods[i] = q
	}
	return in
}

// Match keeps the periods whose scope takes in a service in an environment. It costs about 10 ns a period.
func Match(ps []Standing, s catalog.Service, e catalog.Environment) []Standing {
	pl := place.At(s, e)
	var out []Standing
	for i := range ps {
		if ps[i].Scope.Takes(pl) {
			out = append(out, ps[i])
		}
	}
	return out
}

// FreezeInForce is a freeze that meets a release now.
type FreezeInForce struct {
	Period
	Since db.Time `json:"since"`
	Until db.Time `json:"until"`
}

// FreezesInForce returns the freezes that are active at an instant on any service and environment of a release, but for
// soft ones that the release may pass. What they do to a live run that began before Since says Running. It checks no
// permission.
func FreezesInForce(tx *db.Tx, r plan.Release, at db.Time) ([]FreezeInForce, error) {
	places, err := place.Of(tx, r)
	if err != nil {
		return nil, err
	}
	ps, err := period.Standing(tx, at)
	if err != nil {
		return nil, err
	}
	pass, err := period.PassesOf(tx, r.ID)
	if err != nil {
		return nil, err
	}
	var out []FreezeInForce
	for _, p := range ps {
		if x := pass[string(p.ID)]; p.Kind != Freeze || x != nil && (x.Until.IsZero() || at.Std().Before(x.Until)) || !meetsAny(p, places[r.ID]) {
			continue
		}
		rule, err := p.Rule()
		if err != nil {
			return nil, err
		}
		if o, ok := rule.At(at.Std()); ok {
			out = append(out, FreezeInForce{p, db.At(o.Start), db.At(o.End)})
		}
	}
	return out, nil
}

func meetsAny(p Period, places []book.Place) bool {
	for _, pl := range places {
		if p.Scope.Takes(pl) {
			return true
		}
	}
	return false
}

// FirstOpen returns the first instant from an instant on and before another at which the periods leave the environment
// open, and the zero time if there is none. The arguments are those of Decide.
func FirstOpen(ps []Standing, e catalog.Environment, from, to, horizon time.Time, passes []Passing) time.Time {
	return book.FirstOpen(input(ps, e, from, horizon, passes), from, to)
}
