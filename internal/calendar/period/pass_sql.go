package period

import (
	"slipway/internal/calendar/book"
	"slipway/internal/calendar/openness"
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// PassesOf returns the standing permits of a release by freeze.
func PassesOf(tx *db.Tx, release id.Release) (book.Passes, error) {
	if release == "" {
		return nil, nil
	}
	ps, err := Permits(tx, `WHERE f.release = $1 AND f.withdrawn_at IS NULL ORDER BY f.permitted_at, f.id`, release)
	return passes(ps), err
}

func passes(ps []Permit) book.Passes {
	var out book.Passes
	for _, p := range ps {
		if out == nil {
			out = book.Passes{}
		}
		n := &openness.Pass{By: p.ByName, Until: p.Until.Std()}
		if o := out[string(p.Freeze)]; o != nil && (o.Until.IsZero() || !n.Until.IsZero() && n.Until.Before(o.Until)) {
			continue
		}
		out[string(p.Freeze)] = n
	}
	return out
}

// PassesByRelease returns the standing permits of releases.
func PassesByRelease(tx *db.Tx, rs ...id.Release) (map[id.Release]book.Passes, error) {
	if len(rs) == 0 {
		return nil, nil
	}
	var w db.Where
	w.And("f.withdrawn_at IS NULL")
	db.In(&w, "f.release", rs)
	ps, err := Permits(tx, w.String()+` ORDER BY f.release, f.permitted_at, f.id`, w.Args...)
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
