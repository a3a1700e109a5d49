package release

import (
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan/fault"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Where turns the filter into conditions. A product, person or environment that does not exist is a fault of the filter.
func (f Filter) Where(tx *db.Tx) (db.Where, error) {
	var w db.Where
	all, scopes, err := auth.Scopes(tx, "plan.read")
	if err != nil {
		return w, err
	}
	auth.Seen(&w, "r.product", "product", all, scopes)
	var bad fault.List
	if f.Product != "" {
		p, err := catalog.ProductByRef(tx, f.Product)
		if errs.Is(err, errs.CodeNotFound) {
			bad.Say("product", "product.unknown", "There is no product %.60q, or you may not see it.", f.Product)
		}
		bad.At("product", beyond(err))
		w.And("r.product = ?", p.ID)
	}
	if f.Owner != "" {
		w.And("r.owner = ?", bad.Person(tx, "owner", f.Owner))
	}
	if f.Environment != "" {
		ids, _ := Environments(tx, &bad, "environment", []string{f.Environment})
		if len(ids) == 1 {
			w.And("r.id IN (SELECT t.release FROM release_environment t WHERE t.environment = ?)", ids[0])
		}
	}
	states := make([]string, len(f.States))
	for i, s := range f.States {
		states[i] = string(s)
		if !s.Known() {
			bad.Say("state", "state.unknown", "%.40q is not a state of a release.", string(s))
		}
	}
	if len(states) > 0 {
		db.In(&w, "r.state", states)
	}
	if f.Ended != nil {
		w.And("r.ended = ?", *f.Ended)
	}
	bad.Text("query", f.Query, 200, false)
	w.Words("r.search", f.Query)
	if !f.From.IsZero() {
		// A window lasts WindowMax at most: the order of the list tells where the first that matters can stand.
		w.And("r.window_end > ? AND r.sort_at >= ?", int64(f.From), int64(f.From.Add(-WindowMax)))
	}
	if !f.To.IsZero() {
		w.And("r.sort_at < ?", int64(f.To))
	}
	if f.AfterID != "" {
		op := ">"
		if f.Newest {
			op = "<"
		}
		w.And("(r.sort_at, r.id) "+op+" (?, ?)", f.AfterSort, f.AfterID)
	}
	return w, bad.Err()
}

// beyond keeps a failure that is more than a reference to nothing.
func beyond(err error) error {
	if errs.Is(err, errs.CodeNotFound) {
		return nil
	}
	return err
}
