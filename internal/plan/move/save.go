package move

import (
	"context"
	"maps"
	"slices"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/fault"
	"slipway/internal/plan/item"
	"slipway/internal/plan/release"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Spec is a date as somebody saves it.
type Spec struct {
	Start   db.Time `json:"start" doc:"When the window is to begin"`
	End     db.Time `json:"end,omitzero" doc:"When it is to end; as long as the present one without it"`
	Reason  string  `json:"reason" doc:"Why, as the record and those who are told will read it"`
	Choices Choices `json:"choices,omitempty" doc:"What was chosen, by the identifier of the hit; what is left out takes its default"`
	Seen    string  `json:"seen" doc:"The word of the foresight that was looked at"`
}

// Result is a release after its date was moved.
type Result struct {
	plan.Release
	Before plan.Window `json:"before,omitzero"`
	Moved  []Moved     `json:"moved"` // all that moved, or was asked for
}

// Save moves the window of a release with everything that follows it, in one transaction: all of it or nothing. rev is the version of
// the release that was shown, 0 for any.
//
// It fails with errs.Conflict, carrying the present release, if that version is gone; with errs.Conflict and the reason move.changed,
// carrying Changed, if the date no longer hits what was shown; with errs.Blocked and one field for each hit that still has to be
// settled; with errs.Invalid for faulty fields; and as the witnesses do, so with calendar.booked where somebody else was faster.
func (m *Moves) Save(ctx context.Context, ref string, rev int64, in Spec) (Result, error) {
	return db.Writing(ctx, m.db, func(tx *db.Tx) (Result, error) { return m.SaveTx(tx, ref, rev, in) })
}

// SaveTx is Save inside the caller's transaction.
func (m *Moves) SaveTx(tx *db.Tx, ref string, rev int64, in Spec) (Result, error) {
	r, err := plan.ReleaseByRef(tx, ref)
	if err != nil {
		return Result{}, err
	}
	if err := auth.Check(tx, "plan.edit", plan.Scope(r)); err != nil {
		return Result{}, err
	}
	if rev != 0 && r.Rev != rev {
		return Result{}, release.Stale(r, r.Name, r.ChangedAt)
	}
	f, c, err := m.weighed(tx, r, in)
	if err != nil {
		return Result{}, err
	}
	return m.carryOut(tx, r, f, c, in.Reason)
}

// weighed judges a save and returns what the date hits with everything that was chosen.
func (m *Moves) weighed(tx *db.Tx, r plan.Release, in Spec) (Foresight, Choices, error) {
	var bad fault.List
	bad.Text("reason", in.Reason, fault.ReasonMax, true)
	w, err := judged(tx, r, plan.Window{Start: in.Start, End: in.End})
	bad.Add(err)
	was, err := opened(in.Seen)
	bad.Add(err)
	if err == nil && w == r.Window {
		bad.Say("start", "move.same", "%s is planned for that time already.", r.Name)
	}
	if err := bad.Err(); err != nil {
		return Foresight{}, nil, err
	}
	if err := release.Open(r, []release.Delta{{Section: plan.SectionWindow}}); err != nil {
		return Foresight{}, nil, err
	}
	f, err := m.foresee(tx, r, w)
	if err != nil {
		return f, nil, err
	}
	if ds := differ(was, f.Hits); len(ds) > 0 {
		if err := m.paint(tx, r, &f); err != nil {
			return f, nil, err
		}
		return f, nil, changed(f, ds)
	}
	c, err := f.choose(in.Choices)
	return f, c, err
}

// choose completes choices with their defaults. It fails with errs.Invalid for what cannot be chosen, and with errs.Blocked for what
// is not settled.
func (f *Foresight) choose(given Choices) (Choices, error) {
	var bad fault.List
	out, left := Choices{}, map[string]string{}
	maps.Copy(left, given)
	var open []errs.Field
	for _, h := range f.Hits {
		if h.Choice == nil {
			continue
		}
		v := given[h.ID]
		delete(left, h.ID)
		if v == "" {
			v = h.Choice.Default
		}
		switch {
		case v == "":
			open = append(open, errs.Field{Name: "choices." + h.ID, Reason: "move.to_settle", Msg: h.Thing + ": " + h.Choice.Text + "?"})
		case !slices.ContainsFunc(h.Choice.Options, func(o Option) bool { return o.Value == v }):
			bad.Say("choices."+h.ID, "move.no_option", "%.60q cannot be chosen for %s.", v, h.Thing)
		}
		out[h.ID] = v
	}
	for _, k := range slices.Sorted(maps.Keys(left)) {
		bad.Say("choices."+k, "move.no_choice", "The date does not ask about %.60q.", k)
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	if len(open) > 0 {
		return nil, errs.Blocked("move.to_settle", "Nothing was moved: %s still to be settled.", plural(len(open), "hit is", "hits are")).With(open...)
	}
	return out, nil
}

// carryOut moves the window and lets the witnesses follow.
func (m *Moves) carryOut(tx *db.Tx, r plan.Release, f Foresight, c Choices, reason string) (Result, error) {
	w := f.Window
	out := Result{Before: r.Window}
	var err error
	if out.Release, _, err = m.plans.EditIn(tx, string(r.ID), r.Rev, plan.Edit{Window: &w, Reason: reason}); err != nil {
		return out, err
	}
	if out.Moved, err = replanned(tx, r); err != nil {
		return out, err
	}
	for _, x := range m.of.Witnesses {
		more, err := x.Move(tx, out.Release, r.Window, c)
		if err != nil {
			return out, err
		}
		out.Moved = append(out.Moved, more...)
	}
	voids := []string{}
	for _, h := range f.Hits {
		if h.Word == Voids {
			voids = append(voids, h.Thing)
		}
	}
	release.Entry(tx, r, ReleaseMoved, map[string]any{"before": r.Window, "after": w, "reason": reason, "moved": out.Moved, "voids": voids, "choices": c})
	return out, nil
}

// replanned are the dates that the plan has moved.
func replanned(tx *db.Tx, r plan.Release) ([]Moved, error) {
	all, err := item.Replans(tx, r.ID)
	out := []Moved{}
	if err != nil || len(all) == 0 || all[0].At != tx.Now {
		return out, err
	}
	for _, x := range all[0].Moves {
		if x.Point != "end" {
			out = append(out, Moved{Kind: x.Kind, Key: x.Key, Before: x.Before, After: x.After})
		}
	}
	return out, nil
}
