package calendar

import (
	"slipway/internal/calendar/book"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

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
func passesByRelease(tx *db.Tx) (map[id.Release]book.Passes, error) {
	ps, err := permitsThat(tx, `WHERE f.withdrawn_at IS NULL ORDER BY f.release, f.permitted_at, f.id`)
	if err != nil {
		return nil, err
	}
	by := map[id.Release][]Permit{}
	for _, p := range ps {
		by[p.Release] = append(by[p.Release], p)
	}
	out := map[id.Release]book.Passes{}
	for r, ps := range by {
		out[r] = passes(ps)
	}
	return out, nil
}
