package calendar

import (
	"context"
	"time"

	"slipway/internal/calendar/book"
	"slipway/internal/calendar/openness"
	"slipway/internal/calendar/period"
	"slipway/internal/calendar/place"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Effect is what a new or changed period would do, before it is published.
type Effect struct {
	Occurrences []Span       `json:"occurrences"` // the next ones, at most ten
	Notes       []Note       `json:"notes,omitempty"`
	Releases    []ReleaseHit `json:"releases"` // that the caller may see
	Windows     []PeriodHit  `json:"windows"`  // windows that a freeze cuts, or freezes that cut a window
	Bookings    []BookingHit `json:"bookings"` // of environments, that the period falls into
	Running     string       `json:"running,omitempty"`
}

// ReleaseHit is a release whose window stands otherwise after the change.
type ReleaseHit struct {
	ID          id.Release `json:"id"`
	Key         string     `json:"key"`
	Name        string     `json:"name"`
	State       plan.State `json:"state"`
	Start       db.Time    `json:"start"`
	End         db.Time    `json:"end"`
	Environment string     `json:"environment"`
	Services    []string   `json:"services"`
	Before      State      `json:"before"`
	After       State      `json:"after"`
	Live        bool       `json:"live,omitempty"` // a live run is under way
	Text        string     `json:"text"`
}

// PeriodHit is a window and a freeze that share time and places.
type PeriodHit struct {
	ID   ID      `json:"id"`
	Key  string  `json:"key"`
	Name string  `json:"name"`
	From db.Time `json:"from"`
	To   db.Time `json:"to"`
	Text string  `json:"text"`
}

// horizon is how far ahead an effect is looked for.
const horizon = 366 * 24 * time.Hour

// Effect computes what publishing a period would do, and changes nothing. ref names the period that would be changed, ""
// asks for a new one. It fails as Add and Set do.
func (c *Calendar) Effect(ctx context.Context, k Kind, ref string, in Spec) (Effect, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) (Effect, error) {
		var old Period
		var err error
		if ref != "" {
			if old, err = PeriodByRef(tx, k, ref); err != nil {
				return Effect{}, err
			}
			if err := may(tx, old); err != nil {
				return Effect{}, err
			}
			if in.Key = old.Key; in.Owner == "" {
				in.Owner = string(old.Owner)
			}
		} else if err := mayAny(tx, k); err != nil {
			return Effect{}, err
		}
		p, notes, err := in.Check(tx, k)
		if err != nil {
			return Effect{}, err
		}
		if err := may(tx, p); err != nil {
			return Effect{}, err
		}
		if p.ID = old.ID; p.ID == "" {
			p.ID = "new"
			if _, err := period.By(tx, k, p.Key); err == nil {
				return Effect{}, taken(tx, k, p.Key)
			} else if !period.Missing(err) {
				return Effect{}, err
			}
		}
		out, err := effect(tx, p)
		out.Notes = notes
		return out, err
	})
}

// EffectOfWithdrawal computes what withdrawing a period would do.
func (c *Calendar) EffectOfWithdrawal(ctx context.Context, k Kind, ref string) (Effect, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) (Effect, error) {
		p, err := PeriodByRef(tx, k, ref)
		if err != nil {
			return Effect{}, err
		}
		if err := may(tx, p); err != nil {
			return Effect{}, err
		}
		p.Withdrawn = tx.Now
		return effect(tx, p)
	})
}

func effect(tx *db.Tx, p Period) (Effect, error) {
	e := Effect{Occurrences: []Span{}, Releases: []ReleaseHit{}, Windows: []PeriodHit{}, Bookings: []BookingHit{}}
	from, to := tx.Now.Std(), tx.Now.Std().Add(horizon)
	rule, err := p.Rule()
	if err != nil {
		return e, err
	}
	os, _ := rule.Occurrences(from, to.AddDate(10, 0, 0), 10)
	for _, o := range os {
		e.Occurrences = append(e.Occurrences, period.SpanOf(o))
	}
	f := false
	rs, err := plan.Between(tx, plan.Filter{From: tx.Now, To: db.At(to), Ended: &f}, releasesMax)
	if err != nil {
		return e, err
	}
	for _, r := range rs {
		if end := r.Window.End.Std(); end.After(to) {
			to = end
		}
	}
	before, err := period.Expand(tx, from, to.Add(time.Second))
	if err != nil {
		return e, err
	}
	times, err := p.Spans(from, to.Add(time.Second))
	if err != nil {
		return e, err
	}
	places, err := place.Of(tx, rs...)
	if err != nil {
		return e, err
	}
	if p.Withdrawn.IsZero() {
		if err := e.bookings(tx, p, times, from, to); err != nil {
			return e, err
		}
	}
	if p.Kind == Busy {
		if p.Withdrawn.IsZero() {
			e.busy(p, rs, places, times)
		}
		return e, nil
	}
	after := before.With(p.Entry(times), !p.Withdrawn.IsZero())
	pass, err := period.PassesByRelease(tx, identifiers(rs)...)
	if err != nil {
		return e, err
	}
	for _, r := range rs {
		if !ahead(r.State) {
			continue
		}
		if err := e.hit(r, p, places[r.ID], before, after, max(tx.Now, r.Window.Start).Std(), pass[r.ID]); err != nil {
			return e, err
		}
	}
	if p.Withdrawn.IsZero() {
		hidden, err := unseen(tx, from)
		if err != nil {
			return e, err
		}
		e.cut(p, times, before, from, to, hidden)
	}
	if p.Kind == Freeze {
		e.Running = runningText(p.Running)
	}
	return e, nil
}

func runningText(r Running) string {
	switch r {
	case Pause:
		return "A live run that is under way at its start pauses before its next step."
	case Abort:
		return "A live run that is under way at its start is aborted; its back-out stays possible."
	}
	return "A live run that is under way at its start goes on to its end."
}

// hit compares how the window of a release stands before and after, place by place.
func (e *Effect) hit(r plan.Release, p Period, places []book.Place, before, after *book.Book, from time.Time, pass book.Passes) error {
	at := map[string]int{}
	for _, pl := range places {
		if !p.Scope.Takes(pl) && !before.Takes(string(p.ID), pl) {
			continue
		}
		b, err := before.Fits(pl, from, r.Window.End.Std(), pass)
		if err != nil {
			return err
		}
		a, err := after.Fits(pl, from, r.Window.End.Std(), pass)
		if err != nil {
			return err
		}
		if a.Same(b) {
			continue
		}
		if i, ok := at[pl.Environment]; ok {
			h := &e.Releases[i]
			h.Services = append(h.Services, pl.Service)
			h.Before, h.After = book.Worse(h.Before, b.State), book.Worse(h.After, a.State)
			continue
		}
		at[pl.Environment] = len(e.Releases)
		h := ReleaseHit{ID: r.ID, Key: r.Key, Name: r.Name, State: r.State, Start: r.Window.Start, End: r.Window.End, Environment: pl.Environment, Services: []string{pl.Service},
			Before: b.State, After: a.State, Live: r.State == plan.Deploying}
		h.Text = book.Becomes(b, a, r.Window.End.Sub(r.Window.Start))
		e.Releases = append(e.Releases, h)
	}
	return nil
}

// cutsMax bounds the list of periods that a period meets.
const cutsMax = 50

// unseen returns the windows and freezes that the caller may not see.
func unseen(tx *db.Tx, from time.Time) (map[string]bool, error) {
	all, scopes, err := auth.Scopes(tx, "calendar.read")
	if err != nil || all {
		return nil, err
	}
	ps, err := period.Standing(tx, db.At(from))
	out := map[string]bool{}
	for _, p := range ps {
		out[string(p.ID)] = !p.SeenBy(all, scopes)
	}
	return out, err
}

// cut lists the first meeting of the period with each period of the other kind whose places it shares and that is not hidden.
func (e *Effect) cut(p Period, times openness.Times, b *book.Book, from, to time.Time, hidden map[string]bool) {
	for i := range b.Entries {
		o := &b.Entries[i]
		if o.Kind == p.Kind || hidden[o.ID] || !p.Scope.Shares(&o.Scope) || len(e.Windows) == cutsMax {
			continue
		}
		s, u, ok := book.Meet(times, o.Times, from, to)
		if !ok {
			continue
		}
		h := PeriodHit{ID: ID(o.ID), Key: o.Key, Name: o.Name, From: db.At(s), To: db.At(u)}
		if h.Text = "The freeze " + o.Name + " closes part of it."; p.Kind == Freeze {
			h.Text = "The window " + o.Name + " does not open during the freeze."
			if !p.Hard {
				h.Text = "The window " + o.Name + " needs approval during the freeze."
			}
		} else if !o.Hard {
			h.Text = "The freeze " + o.Name + " asks for approval in part of it."
		}
		e.Windows = append(e.Windows, h)
	}
}
