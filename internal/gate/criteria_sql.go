package gate

import (
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// edition names what the criteria of a release are in a snapshot. Every write of a criterion adds a change and changes are
// never taken away, so that their number rises with every commit that touches a criterion of the release: snapshots with
// the same number hold the same criteria, on every replica.
type edition struct {
	release id.Release
	changes int64
}

// criteria returns the criteria of each release as criteriaOf does, and reads those that this process has not read since they changed.
// What it returns is shared: nobody changes it. A write reads all: what it sees may never be committed.
func (g *Gate) criteria(tx *db.Tx, rs []plan.Release) (map[id.Release][]Criterion, error) {
	if tx.Writing() {
		return criteriaOf(tx, rs)
	}
	ids := make([]id.Release, len(rs))
	for i, r := range rs {
		ids[i] = r.ID
	}
	n, err := ChangeCounts(tx, ids...)
	if err != nil {
		return nil, err
	}
	out := make(map[id.Release][]Criterion, len(rs))
	var ask []plan.Release
	for _, r := range rs {
		cs, known := g.stated.Get(edition{r.ID, n[r.ID]})
		if !known {
			ask = append(ask, r)
			continue
		}
		out[r.ID] = cs
	}
	fresh, err := criteriaOf(tx, ask)
	if err != nil {
		return nil, err
	}
	for _, r := range ask {
		out[r.ID] = fresh[r.ID]
		g.stated.Put(edition{r.ID, n[r.ID]}, fresh[r.ID])
	}
	return out, nil
}

// ChangeCounts returns how often the criteria of releases were changed, in one statement. It checks no permission.
func ChangeCounts(tx *db.Tx, releases ...id.Release) (map[id.Release]int64, error) {
	out := make(map[id.Release]int64, len(releases))
	if len(releases) == 0 {
		return out, nil
	}
	var w db.Where
	db.In(&w, "release", releases)
	err := tx.Each(`SELECT release, count(*) FROM criterion_change`+w.String()+` GROUP BY release`, w.Args, func(scan func(dst ...any) error) error {
		var r id.Release
		var n int64
		err := scan(&r, &n)
		out[r] = n
		return err
	})
	return out, err
}
