package calendar

import (
	"time"

	"slipway/internal/calendar/openness"
	"slipway/internal/platform/db"
)

// book is the standing periods as one transaction sees them, ready for questions.
type book struct {
	pages []page
	until time.Time // behind which expanded periods know nothing; zero: they compute
}

type page struct {
	Period
	times openness.Times
}

// read opens the book for exact questions at or after an instant. Rules are read when they match.
func read(tx *db.Tx, from db.Time) (*book, error) {
	ps, err := standingPeriods(tx, from)
	if err != nil {
		return nil, err
	}
	b := &book{pages: make([]page, len(ps))}
	for i, p := range ps {
		b.pages[i].Period = p
	}
	return b, nil
}

// expand opens the book for many questions between two instants.
func expand(tx *db.Tx, from, to time.Time) (*book, error) {
	b, err := read(tx, db.At(from))
	if err != nil {
		return nil, err
	}
	b.until = to
	for i := range b.pages {
		if b.pages[i].times, err = b.pages[i].spans(from, to); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// occurrencesMax bounds the expansion of one period: two years of a rule that starts every hour.
const occurrencesMax = 20_000

func (p Period) spans(from, to time.Time) (*openness.Spans, error) {
	r, err := p.rule()
	if err != nil {
		return nil, err
	}
	os, _ := r.Occurrences(from, to, occurrencesMax)
	list := make([]openness.Span, len(os))
	for i, o := range os {
		list[i] = openness.Span{Start: o.Start, End: o.End}
	}
	return openness.NewSpans(list), nil
}

// with returns the book as it would be with the period in place of the one of the same identifier.
func (b *book) with(p Period, times openness.Times) *book {
	n := &book{until: b.until}
	for _, x := range b.pages {
		if x.ID != p.ID {
			n.pages = append(n.pages, x)
		}
	}
	if p.Withdrawn.IsZero() {
		n.pages = append(n.pages, page{p, times})
	}
	return n
}

// question puts the periods that match a place together. passes are the permits by freeze.
func (b *book) question(pl place, at time.Time, passes map[ID]*openness.Pass) (openness.Input, error) {
	in := openness.Input{At: at, Default: Closed, Horizon: b.until}
	if pl.open {
		in.Default = Open
	}
	for i := range b.pages {
		p := &b.pages[i]
		if !p.Scope.matches(pl) {
			continue
		}
		if p.times == nil {
			r, err := p.rule()
			if err != nil {
				return in, err
			}
			p.times = r
		}
		in.Periods = append(in.Periods, openness.Period{ID: string(p.ID), Name: p.Name, Owner: p.OwnerName, Kind: p.Kind, Hard: p.Hard, Times: p.times, Passed: passes[p.ID]})
	}
	return in, nil
}
