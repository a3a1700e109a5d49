package clash

import (
	"cmp"
	"slices"
	"time"

	"slipway/internal/calendar/book"
	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/impact"
	"slipway/internal/calendar/openness"
	"slipway/internal/calendar/period"
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// Want is a time that is looked for: for a release, with its services, environments, owner and what it depends on, or for things
// that are to be booked, or for both.
type Want struct {
	Release  id.Release
	Things   []booked.Thing
	Units    int64         // of each thing; 1 if 0
	Booking  booked.ID     // that is moved: it is not in its own way
	Length   time.Duration // the length of the release's window, if 0
	From, To db.Time       // from now, and up to 60 days behind Near, if 0
	Near     db.Time       // slots near it come first; From, if 0
	N        int           // how many; 3 if 0, 20 at most

	Around time.Duration       // how far around a slot its busy times are counted; not at all, if 0
	Order  func(a, b Slot) int // what comes first; by harm and then by nearness, if nil
}

// Slot is a time that is free: every place of the release is open for its whole length, and nothing that is planned, booked or away
// is in the way. HarmMinutes is how much of its harm falls in busy times.
type Slot struct {
	Start       db.Time  `json:"start"`
	End         db.Time  `json:"end"`
	HarmMinutes int64    `json:"harmMinutes"`
	Busy        []string `json:"busy,omitempty"` // names of the busy times that it falls in

	NearMinutes int64    `json:"-"` // of busy times around it, as far as was wanted, that concern what is planned
	Near        []string `json:"-"` // their names
}

// Bounds of a search.
const (
	slotsAhead = 60 * 24 * time.Hour
	slotsMax   = 20
	stepsMax   = 2_000
	foundMax   = 120
	triesMax   = 60
	spansMax   = 40
	apart      = 6 * time.Hour // between the starts of two offers
	quarter    = 15 * time.Minute
)

// FreeSlots returns times that are free, the least harmful first and of these the nearest to the one that was wanted. Each was
// checked against what the transaction sees. It checks no permission. It fails with db.ErrNone for a release that does not exist.
func (c *Conflicts) FreeSlots(tx *db.Tx, w Want) ([]Slot, error) {
	s := search{Conflicts: c, tx: tx, want: w}
	if err := s.prepare(); err != nil {
		return nil, err
	}
	if s.want.Length <= 0 {
		return nil, nil
	}
	found, err := s.sweep()
	if err != nil {
		return nil, err
	}
	more, err := s.before()
	if err != nil {
		return nil, err
	}
	found = append(found, more...)
	order := s.want.Order
	if order == nil {
		order = func(a, b Slot) int {
			return cmp.Or(cmp.Compare(a.HarmMinutes, b.HarmMinutes), cmp.Compare(distance(a.Start, s.want.Near), distance(b.Start, s.want.Near)), cmp.Compare(a.Start, b.Start))
		}
	}
	slices.SortStableFunc(found, order)
	return choose(found, s.want.N), nil
}

// choose takes the first slots that do not overlap one another.
func choose(found []Slot, n int) []Slot {
	out := []Slot{}
	for _, x := range found {
		if len(out) == n {
			break
		}
		if !slices.ContainsFunc(out, func(o Slot) bool { return o.Start < x.End && x.Start < o.End }) {
			out = append(out, x)
		}
	}
	return out
}

func distance(a, b db.Time) db.Time { return max(a-b, b-a) }

// search is one search for free time.
type search struct {
	*Conflicts
	tx        *db.Tx
	want      Want
	t         target
	places    []book.Place
	questions []openness.Input
	taken     []stay
	shares    []share
	impacts   []impact.Impact
	busy      []*period.Written
}

// stay is a stretch of time in which nothing fits.
type stay struct{ from, to db.Time }

// share is a thing with the bookings of it: something fits while they leave room.
type share struct {
	room int64
	bs   []booked.Booking
}

func (s *search) prepare() error {
	w := &s.want
	if w.From.IsZero() || w.From < s.tx.Now {
		w.From = s.tx.Now
	}
	w.Units = max(w.Units, 1)
	if w.N <= 0 {
		w.N = 3
	}
	w.N = min(w.N, slotsMax)
	if w.Release != "" {
		if err := s.release(); err != nil {
			return err
		}
	}
	if w.Near.IsZero() {
		w.Near = ceil(w.From)
	}
	s.until()
	for _, t := range w.Things {
		if err := s.thing(t); err != nil {
			return err
		}
	}
	return nil
}

// until bounds a search that has no end of its own.
func (s *search) until() {
	if w := &s.want; w.To.IsZero() {
		w.To = max(w.From, w.Near).Add(slotsAhead)
	}
}

func (s *search) take(from, to db.Time) { s.taken = append(s.taken, stay{from, to}) }

// sweep walks through the time and stops at every stretch that is free: from the time that was wanted on, and up to it.
func (s *search) sweep() ([]Slot, error) {
	w := s.want
	near := max(w.From, w.Near)
	out := s.walk(near, w.To, foundMax/2)
	if near > w.From {
		early := s.walk(max(w.From, near.Add(-stepsMax*apart)), min(w.To, near), stepsMax)
		out = append(out, early[max(0, len(early)-foundMax/2):]...)
	}
	for i := range out {
		if err := s.harm(&out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// walk returns what is free between two times, the first n.
func (s *search) walk(t, to db.Time, n int) []Slot {
	out := []Slot{}
	if t != s.want.Near {
		t = ceil(t)
	}
	for range stepsMax {
		end := t.Add(s.want.Length)
		if end > to || len(out) == n {
			break
		}
		if bad := s.bad(t, end); bad != 0 {
			t = max(bad, t+1)
			continue
		}
		out = append(out, Slot{Start: t, End: end})
		t = t.Add(max(s.want.Length, apart))
	}
	return out
}

// before tries the times that end where something else begins, those near the time that was wanted: a walk from the left does not
// stop there.
func (s *search) before() ([]Slot, error) {
	var starts []db.Time
	for _, x := range s.taken {
		starts = append(starts, x.from)
	}
	for _, x := range s.shares {
		for _, b := range x.bs {
			starts = append(starts, b.From)
		}
	}
	starts = append(starts, s.want.Near.Add(s.want.Length)) // the time itself
	slices.SortFunc(starts, func(a, b db.Time) int { return cmp.Compare(distance(a, s.want.Near), distance(b, s.want.Near)) })
	out := []Slot{}
	for _, end := range starts[:min(len(starts), triesMax)] {
		slot := Slot{Start: end.Add(-s.want.Length), End: end}
		if slot.Start < s.want.From || slot.End > s.want.To || s.bad(slot.Start, slot.End) != 0 {
			continue
		}
		if err := s.harm(&slot); err != nil {
			return nil, err
		}
		out = append(out, slot)
	}
	return out, nil
}

func ceil(t db.Time) db.Time {
	q := db.Time(quarter.Microseconds())
	return (t + q - 1) / q * q
}

// bad returns when to try again if something is in the way of a stretch, 0 if nothing is.
func (s *search) bad(from, to db.Time) db.Time {
	var again db.Time
	for _, x := range s.taken {
		if x.from < to && x.to > from {
			again = max(again, x.to)
		}
	}
	for _, x := range s.shares {
		if units, free := booked.Peak(x.bs, from, to); units > x.room {
			again = max(again, free)
		}
	}
	for _, i := range s.impacts {
		if told := i.InTime(from, s.tx.Now); told > from {
			again = max(again, told)
		}
	}
	if again != 0 {
		return again
	}
	for i := range s.questions {
		if until := db.At(book.ShutUntil(s.questions[i], from.Std(), to.Std())); until > again {
			again = until
		}
	}
	return again
}

func (s *search) harm(slot *Slot) error {
	for _, w := range s.busy {
		spans, err := w.Within(slot.Start.Add(-s.want.Around).Std(), slot.End.Add(s.want.Around).Std(), spansMax)
		if err != nil {
			return err
		}
		if minutes := overlap(spans, slot.Start, slot.End); minutes > 0 {
			slot.Busy = append(slot.Busy, w.Name)
			slot.HarmMinutes += s.weigh(w, minutes)
		}
		around := overlap(spans, slot.Start.Add(-s.want.Around), slot.Start) + overlap(spans, slot.End, slot.End.Add(s.want.Around))
		if around > 0 && s.concerns(w) {
			slot.Near = append(slot.Near, w.Name)
			slot.NearMinutes += around
		}
	}
	return nil
}

// overlap is how many minutes of a stretch lie in spans.
func overlap(spans []period.Span, from, to db.Time) int64 {
	n := int64(0)
	for _, x := range spans {
		n += max(0, int64(min(x.End, to).Sub(max(x.Start, from))/time.Minute))
	}
	return n
}

// concerns reports whether a busy time is one of a service that something is planned for, or nothing is stated.
func (s *search) concerns(w *period.Written) bool { return len(s.impacts) == 0 || s.weigh(w, 1) > 0 }

// weigh says how many minutes of harm an overlap with a busy time means: what is planned of it, or the overlap where nothing is stated.
func (s *search) weigh(w *period.Written, overlap int64) int64 {
	if len(s.impacts) == 0 {
		return overlap
	}
	n := int64(0)
	for _, i := range s.impacts {
		for _, pl := range s.places {
			if pl.Service == i.ServiceKey && w.Scope.Takes(pl) {
				n += min(i.Minutes, overlap)
				break
			}
		}
	}
	return n
}
