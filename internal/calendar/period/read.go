package period

import (
	"time"

	"slipway/internal/calendar/book"
	"slipway/internal/calendar/openness"
	"slipway/internal/calendar/recur"
	"slipway/internal/platform/db"
)

// Read opens the book for exact questions at or after an instant. Rules are read when they match.
func Read(tx *db.Tx, from db.Time) (*book.Book, error) {
	ps, err := Standing(tx, from)
	if err != nil {
		return nil, err
	}
	b := &book.Book{Entries: make([]book.Entry, len(ps))}
	for i, p := range ps {
		b.Entries[i] = p.Entry(nil)
	}
	return b, nil
}

// Expand opens the book for many questions between two instants.
func Expand(tx *db.Tx, from, to time.Time) (*book.Book, error) {
	ps, err := Standing(tx, db.At(from))
	if err != nil {
		return nil, err
	}
	b := &book.Book{Entries: make([]book.Entry, len(ps)), Until: to}
	for i, p := range ps {
		s, err := p.Spans(from, to)
		if err != nil {
			return nil, err
		}
		b.Entries[i] = p.Entry(s)
	}
	return b, nil
}

// Entry returns the period as the book holds it.
func (p Period) Entry(s *openness.Spans) book.Entry {
	e := book.Entry{ID: string(p.ID), Key: p.Key, Name: p.Name, Owner: p.OwnerName, Kind: p.Kind, Hard: p.Hard, Scope: p.Scope}
	if s != nil {
		e.Times = s
	} else {
		e.Read = func() (openness.Times, error) { return p.Rule() }
	}
	return e
}

// occurrencesMax is how many occurrences of one period touch a stretch of time at most: those of each of its days, of the days on which one
// began that still lasts, and the further ones.
func occurrencesMax(from, to time.Time) int {
	days := int((to.Sub(from)+recur.MaxRecurring)/(24*time.Hour)) + 2
	return days*recur.MaxPerDay + recur.MaxDates
}

// Spans writes the occurrences of a stretch of time out, all of them.
func (p Period) Spans(from, to time.Time) (*openness.Spans, error) {
	r, err := p.Rule()
	if err != nil {
		return nil, err
	}
	os, _ := r.Occurrences(from, to, occurrencesMax(from, to))
	list := make([]openness.Span, len(os))
	for i, o := range os {
		list[i] = openness.Span{Start: o.Start, End: o.End}
	}
	return openness.NewSpans(list), nil
}
