package calendar

import (
	"time"

	"slipway/internal/calendar/openness"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// fit is how the window of a release lies in the open time of one place.
type fit struct {
	state  State         // the worst in it
	shut   time.Duration // closed
	asks   time.Duration // needs approval
	reason Reason        // of the first stretch that is not open
	from   time.Time     // its start
	to     time.Time     // and its end, as far as the window goes
}

// fits walks the window of a release through the calendar at one place.
func (b *book) fits(pl place, from, to time.Time, pass map[ID]*openness.Pass) (fit, error) {
	f := fit{state: Open}
	q, err := b.question(pl, from, pass)
	if err != nil {
		return f, err
	}
	for t := from; t.Before(to); {
		q.At = t
		s, until := openness.StateAt(q)
		if !until.After(t) || until.After(to) {
			until = to
		}
		switch {
		case s == Open:
		case f.from.IsZero():
			f.from, f.to = t, until
			f.reason = openness.Decide(q).Reasons[0]
		case f.to.Equal(t):
			f.to = until
		}
		switch s {
		case Closed:
			f.shut += until.Sub(t)
		case NeedsApproval:
			f.asks += until.Sub(t)
		}
		f.state = worse(f.state, s)
		t = until
	}
	return f, nil
}

// ahead tells that a release's window still matters: it is to be deployed, or it is under way.
func ahead(s plan.State) bool {
	switch s {
	case plan.Draft, plan.Planned, plan.Active, plan.Approved, plan.Deploying, plan.Held:
		return true
	}
	return false
}

// releasesBetween returns the releases that the caller may see whose window touches a span, by window, at most most.
func releasesBetween(tx *db.Tx, f plan.Filter, most int) ([]plan.Release, error) {
	var out []plan.Release
	f.Limit = 200
	for {
		rs, err := plan.Releases(tx, f)
		if err != nil {
			return nil, err
		}
		out = append(out, rs...)
		if len(rs) < f.Limit || len(out) >= most {
			return out, nil
		}
		last := rs[len(rs)-1]
		f.AfterSort, f.AfterID = last.Order(), string(last.ID)
	}
}

func identifiers(rs []plan.Release) []id.Release {
	out := make([]id.Release, len(rs))
	for i, r := range rs {
		out[i] = r.ID
	}
	return out
}

// passesByRelease returns the standing permits of every release.
func passesByRelease(tx *db.Tx) (map[id.Release]map[ID]*openness.Pass, error) {
	ps, err := permitsThat(tx, `WHERE f.withdrawn_at IS NULL ORDER BY f.release, f.permitted_at, f.id`)
	if err != nil {
		return nil, err
	}
	by := map[id.Release][]Permit{}
	for _, p := range ps {
		by[p.Release] = append(by[p.Release], p)
	}
	out := map[id.Release]map[ID]*openness.Pass{}
	for r, ps := range by {
		out[r] = passes(ps)
	}
	return out, nil
}
