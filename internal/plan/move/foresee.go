package move

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/fault"
	"slipway/internal/plan/release"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Foresight is everything that a date of a release hits.
type Foresight struct {
	Release id.Release  `json:"release"`
	Key     string      `json:"key"`
	Name    string      `json:"name"`
	Rev     int64       `json:"rev"` // of the release
	Before  plan.Window `json:"before,omitzero"`
	Window  plan.Window `json:"window"`
	Hits    []Hit       `json:"hits"`   // in the order of the areas
	Settle  int         `json:"settle"` // of the hits: those that somebody has to settle, hard ones included
	Hard    int         `json:"hard"`   // those for which the date does not fit
	Voids   int         `json:"voids"`  // approvals that void
	Follows int         `json:"follows"`
	Chance  *float64    `json:"chance,omitempty"`       // that the work is done by the new date, 0 to 1
	Was     *float64    `json:"chanceBefore,omitempty"` // by the present one
	P50     db.Time     `json:"p50,omitzero"`
	P80     db.Time     `json:"p80,omitzero"`
	Span    plan.Window `json:"span"` // two weeks around it
	Lanes   []Lane      `json:"lanes"`
	Seen    string      `json:"seen"`          // says to a save what was shown
	Why     string      `json:"why,omitempty"` // it cannot be moved, or not by the caller
}

// Foresee says what another window of a release hits. A window without an end is as long as the present one. It changes nothing. It
// fails with errs.NotFound if the caller may not see the release, and with errs.Invalid for a window that is none or lies in the past.
func (m *Moves) Foresee(ctx context.Context, ref string, w plan.Window) (Foresight, error) {
	return db.Reading(ctx, m.db, func(tx *db.Tx) (Foresight, error) { return m.ForeseeTx(tx, ref, w) })
}

// ForeseeTx is Foresee inside the caller's snapshot.
func (m *Moves) ForeseeTx(tx *db.Tx, ref string, w plan.Window) (Foresight, error) {
	r, err := plan.ReleaseByRef(tx, ref)
	if err != nil {
		return Foresight{}, err
	}
	if w, err = judged(tx, r, w); err != nil {
		return Foresight{}, err
	}
	f, err := m.foresee(tx, r, w)
	if err != nil {
		return f, err
	}
	return f, m.paint(tx, r, &f)
}

// judged completes a window and judges it.
func judged(tx *db.Tx, r plan.Release, w plan.Window) (plan.Window, error) {
	if w.Start.IsZero() {
		return w, errs.InvalidField("start", "move.no_date", "Say when the window is to begin.")
	}
	if w.End.IsZero() {
		w.End = w.Start.Add(lengthOf(r.Window))
	}
	var f fault.List
	release.CheckWindow(&f, "", w)
	for i := range f.Fields {
		f.Fields[i].Name = f.Fields[i].Name[1:] // they stand by themselves here
	}
	if w.Start < tx.Now {
		f.Say("start", "move.past", "%s is over. Choose a date to come.", When(tx, w.Start))
	}
	return w, f.Err()
}

// foresee asks every witness.
func (m *Moves) foresee(tx *db.Tx, r plan.Release, w plan.Window) (Foresight, error) {
	f := Foresight{Release: r.ID, Key: r.Key, Name: r.Name, Rev: r.Rev, Before: r.Window, Window: w, Hits: []Hit{}, Lanes: []Lane{}}
	var err error
	if f.Why, err = whyNot(tx, r); err != nil {
		return f, err
	}
	for _, x := range m.of.Witnesses {
		hits, err := x.Foresee(tx, r, w)
		if err != nil {
			return f, err
		}
		f.Hits = append(f.Hits, hits...)
	}
	if err := m.odds(tx, r, &f); err != nil {
		return f, err
	}
	f.settle()
	f.Seen, err = seal(f.Hits)
	return f, err
}

// settle orders the hits, names them apart, asks about the hard ones and counts.
func (f *Foresight) settle() {
	at := Areas()
	slices.SortStableFunc(f.Hits, func(a, b Hit) int { return cmp.Compare(slices.Index(at, a.Area), slices.Index(at, b.Area)) })
	met := map[string]int{}
	for i := range f.Hits {
		h := &f.Hits[i]
		h.ID = string(h.Area) + "/" + cmp.Or(h.ID, h.Thing)
		if met[h.ID]++; met[h.ID] > 1 {
			h.ID = fmt.Sprintf("%s/%d", h.ID, met[h.ID])
		}
		h.Severity = cmp.Or(h.Severity, None)
		if h.Severity == Hard && h.Choice == nil {
			h.Choice = &Choice{Text: "Move it anyway", Note: h.Thing, Options: []Option{{Anyway, "Move it anyway"}}}
		}
		switch {
		case h.Severity == Hard:
			f.Hard++
			f.Settle++
		case h.Word == Settle || h.Word == Breaks:
			f.Settle++
		case h.Word == Voids:
			f.Voids++
		case h.Word == Follows:
			f.Follows++
		}
	}
}

func (m *Moves) odds(tx *db.Tx, r plan.Release, f *Foresight) error {
	if m.of.Forecasts == nil {
		return nil
	}
	o, err := m.of.Forecasts.Odds(tx, r, f.Window.Start, f.Before.Start)
	if err != nil {
		return err
	}
	f.P50, f.P80, f.Chance = o.P50, o.P80, o.Of(0)
	if !f.Before.IsZero() {
		f.Was = o.Of(1)
	}
	return nil
}

// spanDays is how many days the picture shows, and before how many of them the window lies at least.
const (
	spanDays = 14
	lead     = 3
)

// around are the two weeks of the picture: they hold both windows if these are near enough, else the new one.
func around(tx *db.Tx, before, w plan.Window) plan.Window {
	zone := Zone(tx)
	first := w.Start.Std().In(zone).AddDate(0, 0, -10)
	if !before.IsZero() {
		gap := w.Start.Sub(before.Start)
		switch {
		case gap >= 0 && gap <= (spanDays-lead-1)*24*time.Hour:
			first = before.Start.Std().In(zone).AddDate(0, 0, -lead)
		case gap < 0:
			first = w.Start.Std().In(zone).AddDate(0, 0, -lead)
		}
	}
	day := time.Date(first.Year(), first.Month(), first.Day(), 0, 0, 0, 0, zone)
	return plan.Window{Start: db.At(day), End: db.At(day.AddDate(0, 0, spanDays))}
}

func (m *Moves) paint(tx *db.Tx, r plan.Release, f *Foresight) error {
	f.Span = around(tx, f.Before, f.Window)
	for _, x := range m.of.Witnesses {
		p, ok := x.(Painter)
		if !ok {
			continue
		}
		lanes, err := p.Lanes(tx, r, f.Window, f.Span)
		if err != nil {
			return err
		}
		f.Lanes = append(f.Lanes, lanes...)
	}
	return nil
}

// whyNot says why the window cannot be moved, or not by the caller; "" if it can.
func whyNot(tx *db.Tx, r plan.Release) (string, error) {
	if err := release.Open(r, []release.Delta{{Section: plan.SectionWindow}}); err != nil {
		return errs.As(err).Msg, nil
	}
	may, err := auth.Allowed(tx, "plan.edit", plan.Scope(r))
	if err != nil || may {
		return "", err
	}
	return "Only a release manager of " + r.ProductName + " moves the date.", nil
}
