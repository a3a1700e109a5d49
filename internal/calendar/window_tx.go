package calendar

import (
	"slices"
	"time"

	"slipway/internal/calendar/book"
	"slipway/internal/calendar/openness"
	"slipway/internal/calendar/period"
	"slipway/internal/calendar/place"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// Stand says where an instant lies to the window of a release.
type Stand string

// The stands.
const (
	NoWindow Stand = "none"
	Ahead    Stand = "ahead"
	InWindow Stand = "running"
	Over     Stand = "over"
)

// WindowStand is how a release's own window and the calendar stand at an instant.
type WindowStand struct {
	Stand Stand `json:"stand"`
	// State is the worst state of the calendar among the release's services and environments at the instant asked for or,
	// while the window is ahead, at its start.
	State State `json:"state"`
	// Reasons are the calendar's, those that are worst first, each once with the places it holds for.
	Reasons []PlaceReason `json:"reasons,omitempty"`
	// OpensAt is the first instant in the window, from now on, at which every place is open; none if there is none.
	OpensAt db.Time `json:"opensAt,omitzero"`
	// Closed tells that some part of the rest of the window is not open everywhere.
	Closed bool `json:"closed,omitempty"`
	// ValidUntil is the instant up to which nothing of this changes by time alone; none without one.
	ValidUntil db.Time `json:"validUntil,omitzero"`
}

// Open reports whether the window runs and every place is open.
func (w WindowStand) Open() bool { return w.Stand == InWindow && w.State == Open }

// PlaceReason is a reason of the calendar with the places it holds for.
type PlaceReason struct {
	Reason
	State       State    `json:"state"`
	Environment string   `json:"environment"` // key
	Services    []string `json:"services"`    // keys
}

// WindowState says how the window of a release and the calendar stand at an instant, with the release's permits. It checks
// no permission; it costs four statements and every window and freeze. Who asks for several releases, or often, asks
// Calendar.WindowStates.
func WindowState(tx *db.Tx, r plan.Release, at db.Time) (WindowStand, error) {
	places, err := place.Of(tx, r)
	if err != nil {
		return WindowStand{}, err
	}
	b, err := period.Read(tx, at)
	if err != nil {
		return WindowStand{}, err
	}
	pass, err := period.PassesOf(tx, r.ID)
	if err != nil {
		return WindowStand{}, err
	}
	return standOf(r, places[r.ID], b, pass, at)
}

// WindowStates is WindowState for many releases in five statements at most, whatever their number.
func (c *Calendar) WindowStates(tx *db.Tx, rs []plan.Release, at db.Time) (map[id.Release]WindowStand, error) {
	out := make(map[id.Release]WindowStand, len(rs))
	if len(rs) == 0 {
		return out, nil
	}
	places, err := place.Of(tx, rs...)
	if err != nil {
		return nil, err
	}
	s, err := c.shelf.Show(tx)
	if err != nil {
		return nil, err
	}
	pass, err := period.PassesByRelease(tx, identifiers(rs)...)
	if err != nil {
		return nil, err
	}
	b := s.Book(at)
	for _, r := range rs {
		if out[r.ID], err = standOf(r, places[r.ID], b, pass[r.ID], at); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func standOf(r plan.Release, places []book.Place, b *book.Book, pass book.Passes, at db.Time) (WindowStand, error) {
	out := WindowStand{Stand: NoWindow, State: Open}
	look, valid := at, time.Time{}
	switch {
	case r.Window.IsZero():
	case at < r.Window.Start:
		out.Stand, look, valid = Ahead, r.Window.Start, r.Window.Start.Std()
	case at < r.Window.End:
		out.Stand, valid = InWindow, r.Window.End.Std()
	default:
		out.Stand = Over
	}
	questions := make([]openness.Input, 0, len(places))
	for _, pl := range places {
		q, err := b.Question(pl, look.Std(), pass)
		if err != nil {
			return out, err
		}
		questions = append(questions, q)
		res := openness.Decide(q)
		out.State = book.Worse(out.State, res.State)
		if out.Stand != Ahead {
			valid = book.Earlier(valid, res.ValidUntil)
		}
		for _, x := range res.Reasons {
			out.add(x, res.State, pl)
		}
	}
	slices.SortStableFunc(out.Reasons, func(a, b PlaceReason) int { return book.Rank(a.State) - book.Rank(b.State) })
	out.ValidUntil = db.At(valid)
	if out.Stand == Ahead || out.Stand == InWindow {
		opens, closed := book.Opens(questions, look.Std(), r.Window.End.Std())
		out.OpensAt, out.Closed = db.At(opens), closed
	}
	return out, nil
}

func (w *WindowStand) add(x Reason, s State, pl book.Place) {
	for i := range w.Reasons {
		o := &w.Reasons[i]
		if o.Environment == pl.Environment && o.Code == x.Code && o.Period == x.Period {
			o.Services = append(o.Services, pl.Service)
			return
		}
	}
	w.Reasons = append(w.Reasons, PlaceReason{Reason: x, State: s, Environment: pl.Environment, Services: []string{pl.Service}})
}
