package train

import (
	"fmt"
	"slices"
	"time"

	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// Rule knows the windows of a cadence.
type Rule interface {
	// After returns the first n windows whose start lies after an instant, in order; fewer where the cadence ends.
	After(t time.Time, n int) []plan.Window
}

// Freeze is a stretch in which deployments are not allowed at all.
type Freeze struct {
	Name   string
	Window plan.Window
}

// Calendar is what trains ask of the calendar, which lies above.
type Calendar interface {
	// Cadence reads a cadence. It fails with errs.Invalid, naming start, zone, rrule or length.
	Cadence(c Cadence) (Rule, error)
	// Freezes returns the hard freezes that stand in the way of a train's releases between two instants, by start.
	Freezes(tx *db.Tx, t Train, from, to db.Time) ([]Freeze, error)
}

// shiftMost is how many days a frozen release shifts at most.
const shiftMost = 31

// ahead returns the next n dates of a train that are not settled, as they stand now.
func (s *Trains) ahead(tx *db.Tx, t Train, n int) ([]Departure, error) {
	rule, err := s.calendar.Cadence(t.Cadence)
	if err != nil {
		return nil, err
	}
	windows := rule.After(t.Since.Std(), n+1) // the one behind bounds how far the last may shift
	if len(windows) == 0 {
		return nil, nil
	}
	var freezes []Freeze
	if t.Frozen != Ignore {
		last := windows[len(windows)-1].End.Add((shiftMost + 1) * 24 * time.Hour)
		if freezes, err = s.calendar.Freezes(tx, t, windows[0].Start, last); err != nil {
			return nil, err
		}
	}
	loc, count := t.location(), numbering{t.Pattern, t.Number, t.NumberYear}
	var out []Departure
	for i, w := range windows[:min(n, len(windows))] {
		until := w.Start.Add(shiftMost * 24 * time.Hour)
		if i+1 < len(windows) {
			until = windows[i+1].Start
		}
		d := t.settle(w, until, freezes)
		d.OpensAt = t.opens(w.Start)
		if d.Outcome == OutcomeAhead {
			d.Version = count.next(d.Window.Start.Std().In(loc))
			if slices.ContainsFunc(out, func(x Departure) bool { return x.Version == d.Version }) {
				d = Departure{At: d.At, OpensAt: d.OpensAt, Outcome: OutcomeSkipped, Reason: "The date before has the version " + d.Version + ". Put {n} or {ww} into the pattern."}
			}
		}
		out = append(out, d)
	}
	return out, nil
}

// settle says what becomes of a date: it departs, departs later, or is left out.
func (t Train) settle(w plan.Window, until db.Time, freezes []Freeze) Departure {
	loc := t.location()
	d := Departure{At: w.Start, Outcome: OutcomeAhead, Window: w}
	first := w.Start.Std().In(loc)
	if t.skips(first) {
		return Departure{At: w.Start, Outcome: OutcomeSkipped, Reason: first.Format("2 Jan") + " is left out by hand."}
	}
	by := frozen(w, freezes)
	if by == "" {
		return d
	}
	if t.Frozen == Shift {
		for k := 1; k <= shiftMost; k++ {
			x := shifted(w, first, k)
			if x.Start >= until {
				break
			}
			if !t.skips(x.Start.Std().In(loc)) && frozen(x, freezes) == "" {
				d.Window = x
				d.Reason = fmt.Sprintf("Shifted from %s: %s.", first.Format("Mon 2 Jan"), by)
				return d
			}
		}
	}
	return Departure{At: w.Start, Outcome: OutcomeSkipped, Reason: "Frozen: " + by + "."}
}

func (t Train) skips(at time.Time) bool { return slices.Contains(t.Skips, at.Format(time.DateOnly)) }

// shifted returns the window some days later, at the same wall time.
func shifted(w plan.Window, first time.Time, days int) plan.Window {
	x := db.At(first.AddDate(0, 0, days))
	return plan.Window{Start: x, End: x.Add(w.End.Sub(w.Start))}
}

// frozen names the freeze that stands in the way of a window, "" for none.
func frozen(w plan.Window, freezes []Freeze) string {
	for _, f := range freezes {
		if f.Window.Start < w.End && f.Window.End > w.Start {
			return f.Name
		}
	}
	return ""
}

// opens returns when the release of a date is opened. Whole days are counted in wall time, so that a clock change between the two moves
// neither.
func (t Train) opens(start db.Time) db.Time {
	const day = 24 * time.Hour
	d := t.Lead.Duration()
	return db.At(start.Std().In(t.location()).AddDate(0, 0, -int(d/day))).Add(-(d % day))
}
