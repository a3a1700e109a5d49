package calendar

import (
	"context"
	"strings"
	"time"

	"slipway/internal/calendar/book"
	"slipway/internal/calendar/period"
	"slipway/internal/calendar/recur"
	"slipway/internal/catalog"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Filter narrows the list of windows or freezes.
type Filter struct {
	Kind        Kind    // Window, Freeze or Busy; "" for windows and freezes
	From, To    db.Time // only those with an occurrence between these; with one of them alone, those that go on behind it or begin before it
	Product     string  // only those that can apply to it, by key or identifier
	Service     string
	Environment string
	Query       string // in key, name or reason
	Withdrawn   bool   // those too
	After       string // key of the last one of the page before
	Limit       int    // 0: all
}

// Listed is a period with its next occurrence.
type Listed struct {
	Period
	Active bool `json:"active"`
	// Next is the occurrence under way, or the next one; none when all are over.
	Next    *Span `json:"next,omitempty"`
	Permits int   `json:"permits,omitempty"`
}

// Get returns a window or a freeze. It fails with errs.NotFound if the caller may not see it.
func (c *Calendar) Get(ctx context.Context, k Kind, ref string) (Listed, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) (Listed, error) {
		p, err := PeriodByRef(tx, k, ref)
		if err != nil {
			return Listed{}, err
		}
		r, err := p.Rule()
		if err != nil {
			return Listed{}, err
		}
		return listed(p, r, tx.Now), nil
	})
}

// List returns the periods that the caller may see, by kind and key, at most Limit. There are hundreds of them, so that
// every page reads all.
func (c *Calendar) List(ctx context.Context, f Filter) ([]Listed, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) ([]Listed, error) { return c.Periods(tx, f) })
}

// Periods is List inside the caller's snapshot.
func (c *Calendar) Periods(tx *db.Tx, f Filter) ([]Listed, error) {
	out, _, err := c.listed(tx, f)
	return out, err
}

// listed returns the periods of a list, and each as it is written out.
func (c *Calendar) listed(tx *db.Tx, f Filter) ([]Listed, []*period.Written, error) {
	all, sc, err := auth.Scopes(tx, "calendar.read")
	if err != nil {
		return nil, nil, err
	}
	asks, err := f.asks(tx)
	if err != nil {
		return nil, nil, err
	}
	e, err := c.shelf.Show(tx)
	if err != nil {
		return nil, nil, err
	}
	out, from := []Listed{}, []*period.Written{}
	for _, w := range e.All() {
		if !f.takes(w.Period) || !w.SeenBy(all, sc) || !w.Scope.Meets(asks) || !has(w.Period, f.Query) {
			continue
		}
		t, err := w.Table()
		if err != nil {
			return nil, nil, err
		}
		if !f.touched(t) {
			continue
		}
		out, from = append(out, listed(e.Named(w), t, tx.Now)), append(from, w)
		if f.Limit > 0 && len(out) == f.Limit {
			break
		}
	}
	n, err := period.CountPermits(tx)
	for i := range out {
		out[i].Permits = n[out[i].ID]
	}
	return out, from, err
}

// takes reports whether the filter takes a period, as far as the period alone tells.
func (f Filter) takes(p Period) bool {
	switch {
	case f.Kind != "" && p.Kind != f.Kind, f.Kind == "" && p.Kind == Busy, !f.Withdrawn && !p.Withdrawn.IsZero(), f.After != "" && p.Key <= f.After:
		return false
	case !f.From.IsZero() && !p.LastEnd.IsZero() && p.LastEnd <= f.From, !f.To.IsZero() && p.FirstStart >= f.To:
		return false
	}
	return true
}

// touched reports whether some occurrence lies between the ends of the filter, where it has both.
func (f Filter) touched(t *recur.Table) bool {
	if f.From.IsZero() || f.To.IsZero() {
		return true
	}
	found, _ := t.Occurrences(f.From.Std(), f.To.Std(), 1)
	return len(found) > 0
}

// occurring is a rule, or one that is written out.
type occurring interface {
	At(t time.Time) (recur.Occurrence, bool)
	NextStart(t time.Time) (time.Time, bool)
}

func listed(p Period, r occurring, now db.Time) Listed {
	l := Listed{Period: p}
	if o, ok := r.At(now.Std()); ok {
		s := period.SpanOf(o)
		l.Active, l.Next = p.Withdrawn.IsZero(), &s
	} else if t, ok := r.NextStart(now.Std()); ok {
		if o, ok := r.At(t); ok {
			s := period.SpanOf(o)
			l.Next = &s
		}
	}
	return l
}

func has(p Period, query string) bool {
	text := strings.ToLower(p.Key + " " + p.Name + " " + p.Reason)
	for _, w := range strings.Fields(strings.ToLower(query)) {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// asks is the part of a place that the filter names.
func (f Filter) asks(tx *db.Tx) (a book.Place, err error) {
	if f.Product != "" {
		p, err := catalog.ProductByRef(tx, f.Product)
		if err != nil {
			return a, err
		}
		a.Product = p.Key
	}
	if f.Service != "" {
		s, err := catalog.ServiceByRef(tx, f.Service)
		if err != nil {
			return a, err
		}
		a.Product, a.Service, a.ServiceTier = s.ProductKey, s.Key, s.Tier
	}
	if f.Environment != "" {
		e, err := catalog.EnvironmentByRef(tx, f.Environment)
		if err != nil {
			return a, err
		}
		a.Environment, a.Tier = e.Key, e.Tier.String()
	}
	return a, nil
}
