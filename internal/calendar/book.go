package calendar

import (
	"time"

	"slipway/internal/calendar/book"
	"slipway/internal/calendar/openness"
	"slipway/internal/platform/db"
)

// read opens the book for exact questions at or after an instant. Rules are read when they match.
func read(tx *db.Tx, from db.Time) (*book.Book, error) {
	ps, err := standingPeriods(tx, from)
	if err != nil {
		return nil, err
	}
	b := &book.Book{Entries: make([]book.Entry, len(ps))}
	for i, p := range ps {
		b.Entries[i] = p.entry(nil)
	}
	return b, nil
}

// expand opens the book for many questions between two instants.
func expand(tx *db.Tx, from, to time.Time) (*book.Book, error) {
	ps, err := standingPeriods(tx, db.At(from))
	if err != nil {
		return nil, err
	}
	b := &book.Book{Entries: make([]book.Entry, len(ps)), Until: to}
	for i, p := range ps {
		s, err := p.spans(from, to)
		if err != nil {
			return nil, err
		}
		b.Entries[i] = p.entry(s)
	}
	return b, nil
}

// entry returns the period as the book holds it.
func (p Period) entry(s *openness.Spans) book.Entry {
	e := book.Entry{ID: string(p.ID), Key: p.Key, Name: p.Name, Owner: p.OwnerName, Kind: p.Kind, Hard: p.Hard, Scope: p.Scope}
	if s != nil {
		e.Times = s
	} else {
		e.Read = func() (openness.Times, error) { return p.rule() }
	}
	return e
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
