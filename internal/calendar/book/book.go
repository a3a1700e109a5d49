package book

import (
	"time"

	"slipway/internal/calendar/openness"
)

// Entry is a window or a freeze. Times may be nil; then Read gives them when they are needed first.
type Entry struct {
	ID, Key, Name, Owner string
	Kind                 openness.Kind
	Hard                 bool
	Scope                Scope
	Times                openness.Times
	Read                 func() (openness.Times, error)
}

// Book holds the standing periods. Its questions fill in times that were left to be read, so that it serves one goroutine.
type Book struct {
	Entries []Entry
	Until   time.Time // behind which expanded periods know nothing; zero: they compute

	taken map[Place][]int // the entries that take in a place, once it was asked for
}

// at returns the entries that take in a place, by their index.
func (b *Book) at(p Place) []int {
	list, known := b.taken[p]
	if known {
		return list
	}
	for i := range b.Entries {
		if b.Entries[i].Scope.Takes(p) {
			list = append(list, i)
		}
	}
	if b.taken == nil {
		b.taken = map[Place][]int{}
	}
	b.taken[p] = list
	return list
}

// Passes are the permits that count in a question, by freeze.
type Passes map[string]*openness.Pass

// With returns the book as it would be with the entry in place of the one of the same identifier, or without that one.
func (b *Book) With(e Entry, without bool) *Book {
	n := &Book{Until: b.Until}
	for _, x := range b.Entries {
		if x.ID != e.ID {
			n.Entries = append(n.Entries, x)
		}
	}
	if !without {
		n.Entries = append(n.Entries, e)
	}
	return n
}

// Takes reports whether the book holds an entry of the identifier that takes in the place.
func (b *Book) Takes(id string, p Place) bool {
	for i := range b.Entries {
		if b.Entries[i].ID == id {
			return b.Entries[i].Scope.Takes(p)
		}
	}
	return false
}

// Question puts the periods that take in a place together. It fails with what reading their times fails with.
func (b *Book) Question(p Place, at time.Time, passes Passes) (openness.Input, error) {
	q := openness.Input{At: at, Default: openness.Closed, Horizon: b.Until}
	if p.Open {
		q.Default = openness.Open
	}
	list := b.at(p)
	q.Periods = make([]openness.Period, 0, len(list))
	for _, i := range list {
		e := &b.Entries[i]
		if e.Times == nil {
			var err error
			if e.Times, err = e.Read(); err != nil {
				return q, err
			}
		}
		q.Periods = append(q.Periods, openness.Period{ID: e.ID, Name: e.Name, Owner: e.Owner, Kind: e.Kind, Hard: e.Hard, Times: e.Times, Passed: passes[e.ID]})
	}
	return q, nil
}

// Fit is how a stretch of time lies in the open time of a place.
type Fit struct {
	State    openness.State  // the worst in it
	Shut     time.Duration   // closed
	Asks     time.Duration   // needs approval
	Reason   openness.Reason // of the first part that is not open
	From, To time.Time       // that part
}

// Same reports whether two fits differ in nothing that a person would mind.
func (f Fit) Same(o Fit) bool { return f.State == o.State && f.Shut == o.Shut && f.Asks == o.Asks }

// Fits walks a stretch of time through the calendar at a place.
func (b *Book) Fits(p Place, from, to time.Time, passes Passes) (Fit, error) {
	f := Fit{State: openness.Open}
	q, err := b.Question(p, from, passes)
	if err != nil {
		return f, err
	}
	for t := from; t.Before(to); {
		q.At = t
		s, until := openness.StateAt(q)
		if !until.After(t) || until.After(to) {
			until = to
		}
		switch {
		case s == openness.Open:
		case f.From.IsZero():
			f.From, f.To = t, until
			f.Reason = openness.Decide(q).Reasons[0]
		case f.To.Equal(t):
			f.To = until
		}
		switch s {
		case openness.Closed:
			f.Shut += until.Sub(t)
		case openness.NeedsApproval:
			f.Asks += until.Sub(t)
		}
		f.State = Worse(f.State, s)
		t = until
	}
	return f, nil
}

// ShutUntil returns when to try again if some part of a stretch is not open; the zero time if all of it is.
func ShutUntil(q openness.Input, from, to time.Time) time.Time {
	for t := from; t.Before(to); {
		q.At = t
		s, until := openness.StateAt(q)
		if s != openness.Open {
			return until
		}
		if !until.After(t) {
			break
		}
		t = until
	}
	return time.Time{}
}

// Meet finds the first stretch between two instants in which both are active.
func Meet(a, b openness.Times, from, to time.Time) (start, end time.Time, ok bool) {
	for t := from; t.Before(to); {
		ae, aok := a.ActiveUntil(t)
		be, bok := b.ActiveUntil(t)
		if aok && bok {
			return t, Earlier(ae, be), true
		}
		next := time.Time{}
		for _, x := range []openness.Times{a, b} {
			if n, ok := x.NextStart(t); ok {
				next = Earlier(next, n)
			}
		}
		if next.IsZero() {
			break
		}
		t = next
	}
	return time.Time{}, time.Time{}, false
}

// Earlier returns the earlier of two instants that are not zero.
func Earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// Rank orders the states from closed to open.
func Rank(s openness.State) int {
	switch s {
	case openness.Open:
		return 2
	case openness.NeedsApproval:
		return 1
	}
	return 0
}

// Worse returns the state that allows less.
func Worse(a, b openness.State) openness.State {
	if Rank(b) < Rank(a) {
		return b
	}
	return a
}
