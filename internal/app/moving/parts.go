package moving

import (
	"fmt"
	"slices"
	"time"

	"slipway/internal/plan"
	"slipway/internal/plan/move"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/work"
	"slipway/internal/work/dependency"
	"slipway/internal/work/outlook"
)

// dependantWitness knows who waits for a release and what it waits for.
type dependantWitness struct {
	still
	dependencies *dependency.Dependencies
}

// Foresee implements move.Witness.
func (d dependantWitness) Foresee(tx *db.Tx, r plan.Release, w plan.Window) ([]move.Hit, error) {
	hits, err := d.dependencies.Moved(tx, r, w)
	if err != nil {
		return nil, err
	}
	var out []move.Hit
	for _, x := range hits {
		out = append(out, dependant(tx, x))
	}
	begin, _, err := d.dependencies.Bounds(tx, r.ID)
	if err == nil && !begin.IsZero() && w.Start < begin {
		out = append(out, move.Hit{ID: "waits", Area: move.Dependants, Thing: "What it waits for", Text: "comes by " + move.When(tx, begin) + ", " + ui.Duration(begin.Sub(w.Start)) + " after the new start", Word: move.Breaks, Severity: move.Hard})
	}
	return out, err
}

func dependant(tx *db.Tx, x dependency.Hit) move.Hit {
	h := move.Hit{ID: string(x.Party.Kind) + "/" + x.Party.ID, Area: move.Dependants, Thing: x.Party.Name}
	what := ""
	if n := len(x.Path); n > 0 && x.Path[n-1].What != "" {
		what = "waits for " + x.Path[n-1].What + ". "
	}
	by := time.Duration(x.By) * time.Minute
	switch {
	case x.By == 0:
		h.Text, h.Word = what+ui.Duration(time.Duration(x.Spare)*time.Minute)+" are left", move.Fits
	case x.Guessed:
		h.Text, h.Word, h.Severity = what+"no date is stated on the way: up to "+ui.Duration(by)+" are passed on", move.Settle, move.Soft
	default:
		h.Text, h.Word, h.Severity = what+"has to move by "+ui.Duration(by), move.Breaks, move.Hard
		if !x.Becomes.IsZero() {
			h.Text += ", to " + move.When(tx, x.Becomes)
		}
	}
	return h
}

// approvalWitness knows which signatures a move voids, and that a decision goes stale. Both follow from the content by themselves.
type approvalWitness struct {
	still
	consequences func(tx *db.Tx, r plan.Release, section string) ([]uiverdict.Hit, error)
}

// Foresee implements move.Witness.
func (a approvalWitness) Foresee(tx *db.Tx, r plan.Release, _ plan.Window) ([]move.Hit, error) {
	hits, err := a.consequences(tx, r, plan.SectionWindow)
	var out []move.Hit
	if r.State == plan.Approved {
		out = append(out, move.Hit{ID: "release", Area: move.Approvals, Thing: "The release", Text: "is approved; it becomes active again", Word: move.Settle, Severity: move.Soft})
	}
	for _, h := range hits {
		x := move.Hit{Area: move.Approvals, Thing: h.Thing, Text: h.Text, Word: move.Stands}
		switch h.Word {
		case "Voids":
			x.Word, x.Severity = move.Voids, move.Soft
		case "Stale":
			x.Word, x.Severity = move.Stale, move.Soft
		}
		out = append(out, x)
	}
	return out, err
}

// taskWitness knows the tasks that follow the window and those that do not. The tasks follow by themselves.
type taskWitness struct{}

// Foresee implements move.Witness.
func (taskWitness) Foresee(tx *db.Tx, r plan.Release, w plan.Window) ([]move.Hit, error) {
	tasks, err := work.TasksOf(tx, r.ID)
	if err != nil {
		return nil, err
	}
	var out []move.Hit
	moved, late := 0, 0
	for _, t := range tasks {
		due := t.Offset.From(w.Start)
		switch {
		case t.Status.Ended():
		case t.Offset != "" && due != t.Due:
			moved++
			if due < tx.Now {
				late++
			}
		case t.Offset == "" && fixed(t) > w.Start && fixed(t) <= r.Window.Start:
			out = append(out, move.Hit{ID: "task/" + t.Key, Area: move.Plan, Thing: t.Name, Text: "stays on " + move.When(tx, fixed(t)) + ", which is after the new start", Word: move.Settle, Severity: move.Soft})
		}
	}
	if moved > 0 {
		h := move.Hit{ID: "tasks", Area: move.Plan, Thing: ui.Plural(moved, "task", "tasks"), Text: "due dates move with the window", Word: move.Follows}
		if late > 0 {
			h.Text, h.Word, h.Severity = fmt.Sprintf("due dates move with the window; %d of them would be over", late), move.Settle, move.Soft
		}
		out = append(out, h)
	}
	return out, nil
}

func fixed(t work.Task) db.Time { return max(t.Due, t.FixedEnd) }

// Move implements move.Witness: the tasks have followed; this says which.
func (taskWitness) Move(tx *db.Tx, r plan.Release, before plan.Window, _ move.Choices) ([]move.Moved, error) {
	tasks, err := work.TasksOf(tx, r.ID)
	var out []move.Moved
	for _, t := range tasks {
		if was := t.Offset.From(before.Start); !t.Status.Ended() && t.Offset != "" && was != t.Due {
			out = append(out, move.Moved{Kind: "task", ID: t.ID, Key: t.Key, Before: was, After: t.Due})
		}
	}
	return out, err
}

// workWitness knows whether the work before the window is done by then.
type workWitness struct {
	still
	outlooks *outlook.Outlooks
}

// Foresee implements move.Witness.
func (x workWitness) Foresee(tx *db.Tx, r plan.Release, w plan.Window) ([]move.Hit, error) {
	o, err := x.outlooks.Odds(tx, r, w.Start)
	if err != nil {
		return nil, err
	}
	h := move.Hit{ID: "work", Area: move.Work, Thing: "Work before the window", Loose: true}
	if len(o.Chances) == 0 {
		return nil, nil
	}
	h.Text = fmt.Sprintf("done in time with a chance of %.0f %%. P80 is %s", o.Chances[0]*100, move.When(tx, o.P80))
	if o.Stale {
		h.Text += ". The forecast is being made anew"
	}
	if h.Word = move.Fits; w.Start < o.P80 {
		h.Word, h.Severity = move.Settle, move.Soft
	}
	return []move.Hit{h}, nil
}

// toldWitness says who learns of a move.
type toldWitness struct {
	still
	dependencies *dependency.Dependencies
}

// Foresee implements move.Witness.
func (t toldWitness) Foresee(tx *db.Tx, r plan.Release, w plan.Window) ([]move.Hit, error) {
	out := []move.Hit{
		{ID: "record", Area: move.Told, Thing: "The record of the release", Text: "an entry with the reason and all that moved", Word: move.Tells},
		{ID: "calendars", Area: move.Told, Thing: "Calendar subscribers", Text: "the event moves in their feeds", Word: move.Tells},
	}
	hits, err := t.dependencies.Moved(tx, r, w)
	var names []string
	for _, h := range hits {
		if !slices.Contains(names, h.Party.Name) {
			names = append(names, h.Party.Name)
		}
	}
	if len(names) > 0 {
		out = append(out, move.Hit{ID: "dependants", Area: move.Told, Thing: ui.Plural(len(names), "dependant", "dependants"), Text: "by an entry of each", Word: move.Tells})
	}
	return out, err
}
