package period

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"slipway/internal/calendar/book"
	"slipway/internal/calendar/openness"
	"slipway/internal/calendar/recur"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Shelf keeps the periods of the last state of their table in memory, each with its occurrences written out. It is safe for
// concurrent use; the zero value is empty.
type Shelf struct{ last atomic.Pointer[edition] }

// edition is every period of one state of the table, their owners without names. Snapshots that show the same state share it.
type edition struct {
	state    state
	made     db.Time
	periods  []*Written // by kind and key, withdrawn ones too
	standing []*Written // those that count, by kind, first start and identifier
	owners   []id.Person
}

// Written is a period whose rule is read and whose occurrences are written out when they are first asked for.
type Written struct {
	Period
	table func() (*recur.Table, error)
	made  db.Time
}

// Table returns the occurrences, written out around the instant at which they were read and computed beyond.
func (w *Written) Table() (*recur.Table, error) { return w.table() }

// Within returns the occurrences that touch a stretch of time, at most most.
func (w *Written) Within(from, to time.Time, most int) ([]Span, error) {
	t, err := w.table()
	if err != nil {
		return nil, err
	}
	os, _ := t.Occurrences(from, to, most)
	out := make([]Span, len(os))
	for i, o := range os {
		out[i] = SpanOf(o)
	}
	return out, nil
}

// What of a period is written out, around the instant at which it was read. Questions beyond it are computed.
const (
	writtenBack  = 100 * 24 * time.Hour
	writtenAhead = 800 * 24 * time.Hour
	writtenMax   = 5_000 // occurrences
	renewed      = 30 * 24 * time.Hour
)

// Shown is the periods with the names of owners, as one snapshot shows them.
type Shown struct {
	*edition
	names map[id.Person]auth.Person
}

// Show returns the periods as the snapshot has them. The first call of a transaction costs one statement that returns one row,
// and the owners; after a change it costs another that returns an identifier and a version for each period, and the rows that
// differ. What a write reads is kept for others when it has committed.
func (s *Shelf) Show(tx *db.Tx) (*Shown, error) {
	k, had := tx.Value(s).(*Shown)
	if had && !tx.Writing() {
		return k, nil
	}
	now, err := stateOf(tx)
	if err != nil {
		return nil, err
	}
	if had && k.state == now {
		return k, nil // the write has changed no period since
	}
	e, err := s.present(tx, now)
	if err != nil {
		return nil, err
	}
	out := &Shown{edition: e}
	if out.names, err = auth.PeopleByID(tx, e.owners...); err != nil {
		return nil, err
	}
	tx.SetValue(s, out)
	return out, nil
}

func (s *Shelf) present(tx *db.Tx, now state) (*edition, error) {
	last := s.last.Load()
	if last != nil && last.state == now && near(last.made, tx.Now) {
		return last, nil
	}
	e, err := readEdition(tx, now, last)
	switch {
	case err != nil:
	case tx.Writing():
		tx.AfterCommit(func() { s.last.Store(e) })
	default:
		s.last.Store(e)
	}
	return e, err
}

func near(made, now db.Time) bool { return now < made.Add(renewed) && now > made.Add(-renewed) }

// readEdition reads what differs from the last edition and takes the rest from there: the same version of the same row says the same.
func readEdition(tx *db.Tx, now state, last *edition) (*edition, error) {
	had := map[ID]*Written{}
	if last != nil {
		for _, w := range last.periods {
			if near(w.made, tx.Now) {
				had[w.ID] = w
			}
		}
	}
	fresh, kept, err := differing(tx, had)
	if err != nil {
		return nil, err
	}
	e := &edition{state: now, made: tx.Now, periods: kept}
	for _, p := range fresh {
		w := &Written{Period: p, made: tx.Now}
		w.table = sync.OnceValues(func() (*recur.Table, error) { return w.write() })
		e.periods = append(e.periods, w)
	}
	slices.SortFunc(e.periods, func(a, b *Written) int {
		return cmp.Or(strings.Compare(string(a.Kind), string(b.Kind)), strings.Compare(a.Key, b.Key))
	})
	seen := map[id.Person]bool{}
	for _, w := range e.periods {
		if w.Owner != "" && !seen[w.Owner] {
			seen[w.Owner] = true
			e.owners = append(e.owners, w.Owner)
		}
		if w.Withdrawn.IsZero() {
			e.standing = append(e.standing, w)
		}
	}
	slices.SortFunc(e.standing, func(a, b *Written) int {
		return cmp.Or(strings.Compare(string(a.Kind), string(b.Kind)), cmp.Compare(a.FirstStart, b.FirstStart), strings.Compare(string(a.ID), string(b.ID)))
	})
	return e, nil
}

func (w *Written) write() (*recur.Table, error) {
	r, err := w.Rule()
	if err != nil {
		return nil, err
	}
	return r.Table(w.made.Add(-writtenBack).Std(), w.made.Add(writtenAhead).Std(), writtenMax), nil
}

// All returns every period by kind and key, withdrawn ones too. The list is shared and must not be changed.
func (s *Shown) All() []*Written { return s.periods }

// Standing returns the periods of a kind that count, by first start. The periods are shared and must not be changed.
func (s *Shown) Standing(k Kind) []*Written {
	var out []*Written
	for _, w := range s.standing {
		if w.Kind == k {
			out = append(out, w)
		}
	}
	return out
}

// Book opens the windows and freezes for questions at or after an instant: all of them, or those that take in one of some places.
func (s *Shown) Book(from db.Time, places ...book.Place) *book.Book {
	b := &book.Book{}
	for _, w := range s.standing {
		if w.Kind == Busy || w.Kind != Window && !w.LastEnd.IsZero() && w.LastEnd <= from {
			continue
		}
		if len(places) > 0 && !slices.ContainsFunc(places, w.Scope.Takes) {
			continue
		}
		e := w.Entry(nil)
		e.Owner = s.names[w.Owner].Name
		e.Read = func() (openness.Times, error) { return w.table() }
		b.Entries = append(b.Entries, e)
	}
	return b
}

// Named returns a period with its owner's name.
func (s *Shown) Named(w *Written) Period {
	p := w.Period
	p.OwnerName = s.names[p.Owner].Name
	return p
}
