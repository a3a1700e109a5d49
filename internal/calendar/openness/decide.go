package openness

import (
	"slices"
	"strings"
	"time"
)

// Decide answers the question. It costs one look at each period, and for a state that is not open some looks more for each stretch up to
// the next opening. The order of the periods does not matter.
func Decide(in Input) Result {
	horizon := in.Horizon
	if horizon.IsZero() {
		horizon = in.At.AddDate(0, 0, Days)
	}
	l := look(in, in.At, horizon)
	res := Result{State: l.state, Windows: l.windows, Freezes: l.freezes, ValidUntil: l.until, Searched: horizon}
	res.Reasons = l.reasons(in)
	if l.state != Open {
		res.Next = next(in, l, horizon)
	}
	return res
}

// StateAt returns the state at an instant and the instant up to which it certainly holds, without reasons.
func StateAt(in Input) (State, time.Time) {
	horizon := in.Horizon
	if horizon.IsZero() {
		horizon = in.At.AddDate(0, 0, Days)
	}
	s := sweep(in, in.At, horizon)
	return s.state, s.until
}

// stand is how things stand at one instant.
type stand struct {
	state      State
	until      time.Time // nothing starts or ends before it
	hardUntil  time.Time // the last end of the active hard freezes
	softUntil  time.Time // the last end of the active soft freezes that nobody let pass
	windows    bool      // windows match
	windowOpen bool      // and one is active
	nextWindow time.Time // the first start of a window
}

// sweep decides the state at t.
func sweep(in Input, t, horizon time.Time) stand {
	s := stand{until: horizon}
	for i := range in.Periods {
		p := &in.Periods[i]
		end, active := p.Times.ActiveUntil(t)
		if active {
			s.until = earlier(s.until, end)
		} else if n, ok := p.Times.NextStart(t); ok {
			s.until = earlier(s.until, n)
			if p.Kind == Window && (s.nextWindow.IsZero() || n.Before(s.nextWindow)) {
				s.nextWindow = n
			}
		}
		switch {
		case p.Kind == Window:
			s.windows = true
			s.windowOpen = s.windowOpen || active
		case !active:
		case p.Hard:
			s.hardUntil = later(s.hardUntil, end)
		case p.passes(t):
			if !p.Passed.Until.IsZero() {
				s.until = earlier(s.until, p.Passed.Until)
			}
		default:
			s.softUntil = later(s.softUntil, end)
		}
	}
	switch {
	case !s.hardUntil.IsZero(), s.windows && !s.windowOpen, !s.windows && in.Default != Open:
		s.state = Closed
	case !s.softUntil.IsZero():
		s.state = NeedsApproval
	default:
		s.state = Open
	}
	if s.until.Before(t) {
		s.until = t
	}
	return s
}

func (p *Period) passes(t time.Time) bool {
	return p.Passed != nil && (p.Passed.Until.IsZero() || t.Before(p.Passed.Until))
}

// maxSteps bounds the search for the next opening: a year of windows and freezes that change four times an hour.
const maxSteps = 36_000

// next finds the first instant at which the state is better than now. From a closed or held instant it goes to the first one at which
// that very cause ends, so that a long freeze over many windows is one step.
func next(in Input, now standing, horizon time.Time) *Opening {
	t, s := in.At, now.stand
	for range maxSteps {
		var to time.Time
		switch {
		case !s.hardUntil.IsZero():
			to = s.hardUntil
		case s.state == Closed && !s.windows:
			return nil // closed by default: time alone opens nothing
		case s.state == Closed:
			to = s.nextWindow
		default: // it needs approval, as now
			to = s.softUntil
		}
		if to.IsZero() || !to.After(t) || !to.Before(horizon) {
			return nil
		}
		t = to
		if s = sweep(in, t, horizon); s.state.rank() > now.state.rank() {
			return &Opening{At: t, Until: stretch(in, t, s, horizon), State: s.state}
		}
	}
	return nil
}

// stretch follows a state over the changes that do not touch it.
func stretch(in Input, t time.Time, s stand, horizon time.Time) time.Time {
	state := s.state
	for range 400 {
		if !s.until.After(t) || !s.until.Before(horizon) {
			return s.until
		}
		t = s.until
		if s = sweep(in, t, horizon); s.state != state {
			return t
		}
	}
	return t
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// standing is a stand with the periods in force.
type standing struct {
	stand
	windows, freezes []InForce
}

func look(in Input, t, horizon time.Time) standing {
	l := standing{stand: sweep(in, t, horizon)}
	for i := range in.Periods {
		p := &in.Periods[i]
		end, active := p.Times.ActiveUntil(t)
		if !active {
			continue
		}
		f := InForce{ID: p.ID, Name: p.Name, Kind: p.Kind, Hard: p.Hard, Owner: p.Owner, Until: end}
		if p.Kind == Window {
			l.windows = append(l.windows, f)
		} else {
			l.freezes = append(l.freezes, f)
		}
	}
	order := func(a, b InForce) int {
		if a.Hard != b.Hard {
			if a.Hard {
				return -1
			}
			return 1
		}
		if c := a.Until.Compare(b.Until); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	}
	slices.SortFunc(l.windows, order)
	slices.SortFunc(l.freezes, order)
	return l
}
