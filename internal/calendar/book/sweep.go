package book

import (
	"cmp"
	"slices"
	"time"

	"slipway/internal/calendar/openness"
)

// Opens walks a stretch of time through questions about several places: the first instant at which all are open, the zero
// time if there is none, and whether some part of the stretch is not open everywhere.
func Opens(qs []openness.Input, from, to time.Time) (at time.Time, closed bool) {
	for t := from; t.Before(to); {
		worst, next := openness.Open, to
		for i := range qs {
			qs[i].At = t
			s, until := openness.StateAt(qs[i])
			worst = Worse(worst, s)
			if until.After(t) {
				next = Earlier(next, until)
			}
		}
		if worst != openness.Open {
			closed = true
		} else if at.IsZero() {
			at = t
		}
		t = next
	}
	return at, closed
}

// FirstOpen returns the first instant from an instant on and before another at which the question's place is open; the zero
// time if there is none.
func FirstOpen(q openness.Input, from, to time.Time) time.Time {
	for t := from; t.Before(to); {
		q.At = t
		s, until := openness.StateAt(q)
		if s == openness.Open {
			return t
		}
		if !until.After(t) {
			break
		}
		t = until
	}
	return time.Time{}
}

// Stay is a stretch of time, To not part of it, in which somebody needs places.
type Stay struct {
	From, To int64
	Places   []Place
}

// Overlap is two stays that share time and services of an environment, by their index; the second does not begin before
// the first.
type Overlap struct {
	First, Second int
	Environment   string
	Services      []string
}

// Overlaps finds every pair of stays that share time and places, by the start of the second: one sweep over the stays at each
// place, so that it costs a sort and what it finds.
func Overlaps(stays []Stay) []Overlap {
	order := make([]int, len(stays))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(stays[a].From, stays[b].From) })
	type pair struct {
		first, second int
		environment   string
	}
	var out []Overlap
	found, under := map[pair]int{}, map[Place][]int{} // who is at a place where the sweep stands
	for _, b := range order {
		for _, p := range stays[b].Places {
			there := slices.DeleteFunc(under[p], func(a int) bool { return stays[a].To <= stays[b].From })
			for _, a := range there {
				k := pair{a, b, p.Environment}
				i, known := found[k]
				if !known {
					i = len(out)
					found[k] = i
					out = append(out, Overlap{First: a, Second: b, Environment: p.Environment})
				}
				out[i].Services = append(out[i].Services, p.Service)
			}
			under[p] = append(there, b)
		}
	}
	return out
}
