package register

import (
	"slices"

	"slipway/internal/plan"
	"slipway/internal/plan/action"
	"slipway/internal/plan/fault"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

func (f Filter) where(tx *db.Tx) (db.Where, error) {
	var w db.Where
	var bad fault.List
	all, scopes, err := auth.Scopes(tx, "action.read")
	if err != nil {
		return w, err
	}
	auth.Seen(&w, "a.product", "product", all, scopes)
	if len(f.States) > 0 {
		for _, s := range f.States {
			if !slices.Contains(action.States(), s) {
				bad.Say("state", "action.state_unknown", "An action is open, started, said-done, closed or dropped, not %.30q.", string(s))
			}
		}
		db.In(&w, "a.state", f.States)
	}
	if f.Open {
		db.In(&w, "a.state", []State{action.Open, action.Started, action.Said})
	}
	if f.Overdue {
		db.In(&w, "a.state", []State{action.Open, action.Started})
		w.And("a.due < ?", tx.Now)
	}
	if !f.DueBefore.IsZero() {
		w.And("a.due < ?", f.DueBefore)
	}
	if f.Settled {
		w.And("NOT a.mirrored")
	}
	if f.Gating {
		w.And("a.gates")
	}
	if f.Mine {
		w.And("a.owner = ?", auth.Me(tx))
	}
	if f.Owner != "" {
		w.And("a.owner = ?", bad.Person(tx, "owner", f.Owner))
	}
	if f.Source != "" {
		if f.Source != action.Condition && !slices.Contains(action.Kinds(), f.Source) {
			bad.Say("source", "action.source_unknown", "An action comes from itself, a condition, risk, meeting, review, audit, report, conflict or plan, not from %.30q.", f.Source)
		}
		w.And("a.source_kind = ?", f.Source)
	}
	if f.Ref != "" {
		w.And("a.source_ref = ?", f.Ref)
	}
	if f.Product != "" {
		w.And("a.product = ?", f.Product)
	}
	if f.Release != "" {
		r, err := plan.ReleaseByRef(tx, f.Release)
		if err != nil {
			return w, err
		}
		w.And("a.release = ?", r.ID)
	}
	bad.Text("q", f.Query, 200, false)
	w.Words("a.search", f.Query)
	return w, bad.Err()
}
