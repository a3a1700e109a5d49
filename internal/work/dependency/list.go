package dependency

import (
	"context"
	"slices"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Filter narrows the list. The order is by need-by date, those without one last.
type Filter struct {
	Query     string   // words of key, texts, parties and release
	Party     string   // one that gives or takes, as people write it: service:ledger
	Release   string   // one that gives, takes, or that it is for, by key or identifier
	Owner     string   // key or identifier
	Statuses  []Status //
	Types     []Type   //
	Open      bool     // neither delivered nor withdrawn
	Late      bool     // open, and comes later than needed, or is needed already
	AfterSort int64    // with AfterID the dependency behind which the page starts
	AfterID   string   //
	Limit     int      // 1 to 201; 0 means 50
}

// Order returns what keyset paging needs of a dependency.
func (d Dependency) Order() int64 { return d.SortAt }

// List returns one page of the dependencies that the caller may see.
func (s *Dependencies) List(ctx context.Context, f Filter) ([]Dependency, error) {
	return db.Reading(ctx, s.db, func(tx *db.Tx) ([]Dependency, error) { return List(tx, f) })
}

// List is Dependencies.List inside the caller's snapshot. It costs one statement, and one more for each reference of the filter.
func List(tx *db.Tx, f Filter) ([]Dependency, error) {
	w, err := f.where(tx)
	if err != nil {
		return nil, err
	}
	if f.AfterID != "" {
		w.And("(d.sort_at, d.id) > (?, ?)", f.AfterSort, f.AfterID)
	}
	limit := f.Limit
	if limit <= 0 {
		limit = 50
	}
	return list(tx, w, min(limit, 201))
}

// CountOf returns how many dependencies that the caller may see pass the filter, whatever its page is.
func CountOf(tx *db.Tx, f Filter) (int64, error) {
	w, err := f.where(tx)
	if err != nil {
		return 0, err
	}
	return count(tx, w)
}

func (f Filter) where(tx *db.Tx) (db.Where, error) {
	var w db.Where
	var bad faults
	all, scopes, err := auth.Scopes(tx, "dependency.read")
	if err != nil {
		return w, err
	}
	seen(&w, all, scopes)
	if f.Party != "" {
		p := bad.party(tx, "party", f.Party)
		w.And("(d.giver_kind = ? AND d.giver = ? OR d.taker_kind = ? AND d.taker = ?)", string(p.Kind), p.ID, string(p.Kind), p.ID)
	}
	if f.Release != "" {
		r, err := plan.ReleaseByRef(tx, f.Release)
		if errs.Is(err, errs.CodeNotFound) {
			bad.Say("release", "release.unknown", "There is no release %.100q, or you may not see it.", f.Release)
		} else {
			bad.Add(err)
		}
		w.And("(d.giver = ? OR d.taker = ? OR d.release = ?)", string(r.ID), string(r.ID), string(r.ID))
	}
	if f.Owner != "" {
		w.And("d.owner = ?", bad.person(tx, f.Owner))
	}
	f.states(&w, &bad, tx.Now)
	bad.Add(catalog.CheckText("q", f.Query, 200, false))
	w.Words("d.search", f.Query)
	return w, bad.err()
}

func (f Filter) states(w *db.Where, bad *faults, now db.Time) {
	if len(f.Statuses) > 0 {
		for _, s := range f.Statuses {
			if !slices.Contains(Statuses(), s) {
				bad.Say("status", "dependency.status_unknown", "A status is proposed, agreed, at-risk, delivered or withdrawn, not %.30q.", string(s))
			}
		}
		db.In(w, "d.status", f.Statuses)
	}
	if len(f.Types) > 0 {
		for _, t := range f.Types {
			if !slices.Contains(Types(), t) {
				bad.Say("type", "dependency.type_unknown", "A type is finish-start, start-start, finish-finish or calls, not %.30q.", string(t))
			}
		}
		db.In(w, "d.type", f.Types)
	}
	if f.Open || f.Late {
		w.And("d.open = ?", true)
	}
	if f.Late {
		w.And("(d.told_expected > d.told_need OR d.type <> ? AND d.told_need < ?)", string(Calls), now)
	}
}

// named writes a circle of parties; those that the caller may not see stay unnamed.
func named(tx *db.Tx, circle []Party) (string, error) {
	all, scopes, err := auth.Scopes(tx, "dependency.read")
	if err != nil {
		return "", err
	}
	words := make([]string, len(circle))
	for i, p := range circle {
		words[i] = p.Name
		if !all && p.Product != "" && !slices.Contains(scopes, plan.ScopeOf(p.Product)) {
			words[i] = "a " + string(p.Kind) + " that you may not see"
		}
	}
	return strings.Join(words, " waits for "), nil
}
