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

func identifiers(rs []plan.Release) []id.Release {
	out := make([]id.Release, len(rs))
	for i, r := range rs {
		out[i] = r.ID
	}
	return out
}

// passesByRelease returns the standing permits of releases.
func passesByRelease(tx *db.Tx, rs ...id.Release) (map[id.Release]book.Passes, error) {
	if len(rs) == 0 {
		return nil, nil
	}
	var w db.Where
	w.And("f.withdrawn_at IS NULL")
	db.In(&w, "f.release", rs)
	ps, err := permitsThat(tx, w.String()+` ORDER BY f.release, f.permitted_at, f.id`, w.Args...)
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
