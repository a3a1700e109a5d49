package ical

import (
	"errors"
	"slices"
	"sort"
	"strconv"
	"time"
)

// Limits of what one expansion gives.
const (
	MaxOccurrences = 2_000 // of one event
	MaxAll         = 50_000
)

// Occurrence is one stretch of time of an event.
type Occurrence struct {
	Event      *Event
	Start, End time.Time
	// First and Last are the days of an event of whole days, Last included, at midnight UTC; zero for any other.
	First, Last time.Time
	// ID tells the occurrences of one event apart; it stays when the occurrence is moved.
	ID string
}

// Occurrences returns what happens in [from, to), by start. Days and floating times are those of the location. An occurrence that another
// event replaces by RECURRENCE-ID is that other one, and with RANGE=THISANDFUTURE so are those after it, moved by as much; a cancelled event does not happen. Beyond MaxOccurrences of one event the rest is left
// out with a note, beyond MaxAll it fails with errs.Invalid ical.too_many_occurrences.
func (d *Document) Occurrences(from, to time.Time, loc *time.Location) ([]Occurrence, []Note, error) {
	x := expansion{doc: d, from: from, to: to, loc: loc, replaced: map[string]map[int64]bool{}, onwards: map[string][]onward{}}
	for i := range d.Events {
		if e := &d.Events[i]; !e.Recurrence.IsZero() {
			if x.replaced[e.UID] == nil {
				x.replaced[e.UID] = map[int64]bool{}
			}
			at := x.instant(e.Recurrence)
			x.replaced[e.UID][at.Unix()] = true
			if e.Onwards {
				x.onwards[e.UID] = append(x.onwards[e.UID], onward{at, e})
			}
		}
	}
	for _, cs := range x.onwards {
		slices.SortStableFunc(cs, func(a, b onward) int { return a.at.Compare(b.at) })
	}
	for i := range d.Events {
		e := &d.Events[i]
		if e.Status == Cancelled {
			continue
		}
		err := x.event(e)
		var f *fault
		if errors.As(err, &f) {
			x.notes = append(x.notes, Note{f.line, f.reason, f.msg})
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		if len(x.out) > MaxAll {
			return nil, nil, refuse(e.Line, "ical.too_many_occurrences", "The text has more than %d events within the time that is read.", MaxAll)
		}
	}
	slices.SortStableFunc(x.out, func(a, b Occurrence) int { return a.Start.Compare(b.Start) })
	return x.out, x.notes, nil
}

type expansion struct {
	doc      *Document
	from, to time.Time
	loc      *time.Location
	replaced map[string]map[int64]bool
	onwards  map[string][]onward // by when they begin
	out      []Occurrence
	notes    []Note
	spent    int // what the rules have cost
}

// onward is an event that stands for all occurrences of another from an instant on.
type onward struct {
	at time.Time
	e  *Event
}

// moved is how much later the change puts an occurrence, as clocks show it.
func (c onward) moved() time.Duration {
	if c.e.Start.Date != c.e.Recurrence.Date {
		return 0
	}
	return c.e.Start.Wall.Sub(c.e.Recurrence.Wall)
}

// occurrence adds one of an event, or what a change makes of it.
func (x *expansion) occurrence(e *Event, m Moment) {
	cs, at := x.onwards[e.UID], x.instant(m)
	i := sort.Search(len(cs), func(i int) bool { return cs[i].at.After(at) })
	if i == 0 {
		x.add(e, m, m)
		return
	}
	c := cs[i-1]
	if c.e.Status == Cancelled {
		return
	}
	start := c.e.Start
	start.Wall = m.Wall.Add(c.moved())
	if start.Date != m.Date {
		start.Wall = m.Wall.Truncate(24 * time.Hour).Add(c.e.Start.Wall.Sub(c.e.Start.Wall.Truncate(24 * time.Hour)))
	}
	x.add(c.e, start, m)
}

func (x *expansion) instant(m Moment) time.Time {
	if m.Date || m.Zone == "" {
		return resolve(m.Wall, offsetsOf(x.loc))
	}
	return x.doc.Instant(m, x.loc)
}

// Instant returns the instant of a moment; days and floating times are those of the location.
func (d *Document) Instant(m Moment, loc *time.Location) time.Time {
	switch {
	case m.Zone == UTC:
		return m.Wall
	case m.Zone == "":
		return resolve(m.Wall, offsetsOf(loc))
	}
	if o := d.zones[m.Zone]; o != nil {
		return m.Wall.Add(-time.Duration(o.at(m.Wall)) * time.Second)
	}
	if l := d.known[m.Zone]; l != nil {
		return resolve(m.Wall, offsetsOf(l))
	}
	return m.Wall
}

// event adds the occurrences of one event.
func (x *expansion) event(e *Event) error {
	if !e.Recurrence.IsZero() {
		x.add(e, e.Start, e.Recurrence)
		return nil
	}
	except, days := map[int64]bool{}, map[int64]bool{}
	for _, m := range e.Except {
		except[x.instant(m).Unix()] = true
		if m.Date && !e.Start.Date { // some leave the time out
			days[m.Wall.Unix()] = true
		}
	}
	began := len(x.out)
	given := map[int64]bool{}
	give := func(m Moment) bool {
		at := x.instant(m).Unix()
		if given[at] || except[at] || days[m.Wall.Truncate(24*time.Hour).Unix()] || x.replaced[e.UID][at] {
			return true
		}
		if len(e.Extra) > 0 {
			given[at] = true
		}
		x.occurrence(e, m)
		return len(x.out)-began < MaxOccurrences
	}
	if e.Rule == "" {
		give(e.Start)
	} else if err := x.recurring(e, give); err != nil {
		return err
	}
	for _, m := range e.Extra {
		if m.Date == e.Start.Date {
			give(m)
		}
	}
	return nil
}

func (x *expansion) recurring(e *Event, give func(Moment) bool) error {
	r, err := readRule(e.Line, e.Rule)
	if err != nil {
		return err
	}
	early, late := e.End.Wall.Sub(e.Start.Wall), time.Duration(0)
	for _, c := range x.onwards[e.UID] {
		early = max(early, c.e.End.Wall.Sub(c.e.Start.Wall)+c.moved())
		late = max(late, -c.moved())
	}
	from, to := wallOf(x.from, x.loc).Add(-early-48*time.Hour), wallOf(x.to, x.loc).Add(late+48*time.Hour)
	r.spent = &x.spent
	wall, until := x.until(e, r)
	for w := range r.walls(e.Start.Wall, from, to, wall) {
		m := e.Start
		m.Wall = w
		if !until.IsZero() && x.instant(m).After(until) {
			continue
		}
		if !give(m) {
			return wrong(e.Line, "ical.too_many_occurrences", "The event recurs more than %d times within the time that is read. Those after %s are left out.", MaxOccurrences,
				x.out[len(x.out)-1].Start.Format("2 Jan 2006"))
		}
	}
	if x.spent > maxWork {
		return tooMuch(e.Line)
	}
	return nil
}

// until returns the last wall time of a rule, and the last instant where it names one; zero without.
func (x *expansion) until(e *Event, r *rule) (wall, instant time.Time) {
	switch u := r.until; {
	case u.IsZero():
		return time.Time{}, time.Time{}
	case u.Date && !e.Start.Date:
		return u.Wall.Add(24*time.Hour - time.Second), time.Time{}
	case u.Zone == UTC && e.Start.Zone != UTC && !e.Start.Date:
		return u.Wall.Add(26 * time.Hour), u.Wall // no clock stands further ahead
	default:
		return u.Wall, time.Time{}
	}
}

// add keeps an occurrence if it touches the span. id is the moment that names it.
func (x *expansion) add(e *Event, start, id Moment) {
	end := e.End
	if end.Zone == start.Zone && end.Date == start.Date {
		end.Wall = start.Wall.Add(e.End.Wall.Sub(e.Start.Wall))
	}
	o := Occurrence{Event: e, Start: x.instant(start), End: x.instant(end), ID: strconv.FormatInt(x.instant(id).Unix(), 10)}
	if end.Zone != start.Zone {
		o.End = o.Start.Add(x.instant(e.End).Sub(x.instant(e.Start)))
	}
	if o.End.Before(o.Start) {
		o.End = o.Start.Add(e.End.Wall.Sub(e.Start.Wall))
	}
	if start.Date {
		o.First, o.Last = start.Wall, end.Wall.AddDate(0, 0, -1)
	}
	if o.Start.Before(x.to) && (o.End.After(x.from) || o.End.Equal(o.Start) && !o.Start.Before(x.from)) {
		x.out = append(x.out, o)
	}
}
