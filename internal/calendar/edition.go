package calendar

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"slipway/internal/calendar/book"
	"slipway/internal/calendar/openness"
	"slipway/internal/calendar/recur"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// edition is every window and freeze of one state of the table, their owners without names. Snapshots that show the same
// state share it.
type edition struct {
	state    state
	made     db.Time
	periods  []*written // by kind and key, withdrawn ones too
	standing []*written // those that count, by kind, first start and identifier
	owners   []id.Person
}

// written is a period whose rule is read and whose occurrences are written out when they are first asked for.
type written struct {
	Period
	table func() (*recur.Table, error)
}

// What of a period is written out, around the instant at which its edition was made. Questions beyond it are computed.
const (
	writtenBack  = 100 * 24 * time.Hour
	writtenAhead = 800 * 24 * time.Hour
	writtenMax   = 5_000 // occurrences
	renewed      = 30 * 24 * time.Hour
)

// shown is an edition with the names of owners, as one snapshot shows them.
type shown struct {
	*edition
	names map[id.Person]auth.Person
}

// show returns the windows and freezes as the snapshot has them. The first call of a read costs two statements that return
// two rows and the owners; rows are read when they have changed since the last read of this process. A write reads them always:
// what it sees may never be committed.
func (c *Calendar) show(tx *db.Tx) (*shown, error) {
	if s, ok := tx.Value(c).(*shown); ok {
		return s, nil
	}
	e, err := c.present(tx)
	if err != nil {
		return nil, err
	}
	s := &shown{edition: e}
	if s.names, err = auth.PeopleByID(tx, e.owners...); err != nil {
		return nil, err
	}
	if !tx.Writing() {
		tx.SetValue(c, s)
	}
	return s, nil
}

func (c *Calendar) present(tx *db.Tx) (*edition, error) {
	if tx.Writing() {
		return readEdition(tx, state{})
	}
	now, err := stateOf(tx)
	if err != nil {
		return nil, err
	}
	e := c.last.Load()
	if e != nil && e.state == now && tx.Now < e.made.Add(renewed) && tx.Now > e.made.Add(-renewed) {
		return e, nil
	}
	if e, err = readEdition(tx, now); err == nil {
		c.last.Store(e)
	}
	return e, err
}

func readEdition(tx *db.Tx, now state) (*edition, error) {
	ps, err := unnamedPeriods(tx, `ORDER BY kind, key`)
	if err != nil {
		return nil, err
	}
	e := &edition{state: now, made: tx.Now, periods: make([]*written, len(ps)), owners: owners(ps)}
	for i, p := range ps {
		w := &written{Period: p}
		w.table = sync.OnceValues(func() (*recur.Table, error) { return p.table(e.made) })
		e.periods[i] = w
		if p.Withdrawn.IsZero() {
			e.standing = append(e.standing, w)
		}
	}
	slices.SortFunc(e.standing, func(a, b *written) int {
		return cmp.Or(strings.Compare(string(a.Kind), string(b.Kind)), cmp.Compare(a.FirstStart, b.FirstStart), strings.Compare(string(a.ID), string(b.ID)))
	})
	return e, nil
}

func (p Period) table(around db.Time) (*recur.Table, error) {
	r, err := p.rule()
	if err != nil {
		return nil, err
	}
	return r.Table(around.Add(-writtenBack).Std(), around.Add(writtenAhead).Std(), writtenMax), nil
}

// book opens the edition for questions at or after an instant.
func (s *shown) book(from db.Time) *book.Book {
	b := &book.Book{Entries: make([]book.Entry, 0, len(s.standing))}
	for _, w := range s.standing {
		if w.Kind != Window && !w.LastEnd.IsZero() && w.LastEnd <= from {
			continue
		}
		e := w.entry(nil)
		e.Owner = s.names[w.Owner].Name
		e.Read = func() (openness.Times, error) { return w.table() }
		b.Entries = append(b.Entries, e)
	}
	return b
}

// named returns a period with its owner's name.
func (s *shown) named(w *written) Period {
	p := w.Period
	p.OwnerName = s.names[p.Owner].Name
	return p
}
