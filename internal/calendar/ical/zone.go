package ical

import (
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

// observances are a zone that a text defines: its offsets from each change of the wall clock on.
type observances struct {
	list  []onset // by wall time
	first int     // the offset before the first
}

type onset struct {
	wall     time.Time
	from, to int
}

// at returns the offset that holds at a wall time, in seconds. Within a gap it is the one before.
func (o *observances) at(wall time.Time) int {
	i := sort.Search(len(o.list), func(i int) bool { return o.list[i].wall.After(wall) })
	if i == 0 {
		return o.first
	}
	last := o.list[i-1]
	if wall.Before(last.wall.Add(time.Duration(last.to-last.from) * time.Second)) {
		return last.from
	}
	return last.to
}

// maxOnsets bounds the changes that a text's zone has.
const maxOnsets = 5_000

// readZones decides how each zone of the text is known: by an IANA name, or by what the text says of it.
func (r *reader) readZones() error {
	r.named = map[string]string{}
	for _, c := range r.zones {
		name, place := "", ""
		for _, p := range c.props {
			switch p.name {
			case "TZID":
				name = unescape(p.value)
			case "X-LIC-LOCATION":
				place = unescape(p.value)
			}
		}
		if name == "" {
			continue
		}
		if loc, ok := knownZone(name, place); ok {
			r.know(name, loc)
			continue
		}
		o, err := r.observances(c)
		if err != nil {
			return err
		}
		if o == nil {
			continue
		}
		if r.doc.zones == nil {
			r.doc.zones = map[string]*observances{}
		}
		r.doc.zones[name], r.named[name] = o, name
	}
	return nil
}

// zoneOf returns how a zone that a property names is known.
func (r *reader) zoneOf(name string) (string, bool) {
	if known, ok := r.named[name]; ok {
		return known, true
	}
	loc, ok := knownZone(name, "")
	if !ok {
		return "", false
	}
	r.know(name, loc)
	return loc.String(), true
}

// know keeps a zone under the name that the text has for it.
func (r *reader) know(name string, loc *time.Location) {
	r.named[name], r.doc.known[loc.String()] = loc.String(), loc
}

// knownZone finds the zone behind a name: one, one at the end of a path, that of a Windows zone, or the one beside it.
func knownZone(name, place string) (*time.Location, bool) {
	name = strings.TrimSpace(name)
	for _, n := range [...]string{name, place} {
		if l, ok := iana(n); ok {
			return l, true
		}
	}
	if n, ok := windows[name]; ok {
		return iana(n)
	}
	// "/example.org/2026_1/Europe/Berlin", and the same with three parts for America/Indiana/Knox.
	parts := strings.Split(name, "/")
	for _, n := range [...]int{3, 2} {
		if len(parts) > n {
			if l, ok := iana(strings.Join(parts[len(parts)-n:], "/")); ok {
				return l, true
			}
		}
	}
	return nil, false
}

// observances writes a zone of the text out from 1970 to the end of what a date may be. Nil if it says nothing.
func (r *reader) observances(c *component) (*observances, error) {
	out := &observances{}
	earliest := time.Time{}
	for _, in := range c.inner {
		from, list, err := r.observance(in)
		if err != nil {
			if f, ok := err.(*fault); ok { //nolint:errorlint // our own, and not wrapped
				r.doc.note(f.line, f.reason, f.msg)
				continue
			}
			return nil, err
		}
		if len(list) == 0 {
			continue
		}
		if earliest.IsZero() || list[0].wall.Before(earliest) {
			earliest, out.first = list[0].wall, from
		}
		out.list = append(out.list, list...)
		if len(out.list) > maxOnsets {
			return nil, refuse(c.line, "ical.too_many_dates", "A zone has at most %d changes.", maxOnsets)
		}
	}
	if len(out.list) == 0 {
		return nil, nil //nolint:nilnil // nothing is an answer
	}
	slices.SortFunc(out.list, func(a, b onset) int { return a.wall.Compare(b.wall) })
	return out, nil
}

// onsetValue moves a time before the years that a date may be in to the first of them. Outlook writes 1601, from when Windows
// counts, for what has always been so.
func onsetValue(value string) string {
	first := strconv.Itoa(firstYear)
	if len(value) == len(formWall) && value[:4] < first {
		return first + value[4:]
	}
	return value
}

// observance reads STANDARD or DAYLIGHT.
func (r *reader) observance(c *component) (from int, list []onset, err error) {
	e := Event{Line: c.line}
	to := 0
	for _, p := range c.props {
		switch p.name {
		case "DTSTART":
			p.params = nil
			e.Start, err = r.readMoment(p, onsetValue(p.value))
		case "TZOFFSETFROM":
			from, err = readOffset(p)
		case "TZOFFSETTO":
			to, err = readOffset(p)
		case "RDATE":
			p.params = nil
			e.Extra, err = r.dates(p, e.Extra, 0)
		case "RRULE":
			err = r.rule(p, &e)
		}
		if err != nil {
			return 0, nil, err
		}
	}
	if e.Start.IsZero() {
		return 0, nil, wrong(c.line, "ical.no_start", "The part of a zone has no DTSTART.")
	}
	list = append(list, onset{e.Start.Wall, from, to})
	if e.Rule != "" {
		ru, err := readRule(c.line, e.Rule)
		if err != nil {
			return 0, nil, err
		}
		ru.spent = &r.spent
		until := ru.until.Wall
		if ru.until.Zone == UTC {
			until = until.Add(time.Duration(from) * time.Second)
		}
		end := time.Date(lastYear+1, 1, 1, 0, 0, 0, 0, time.UTC)
		for w := range ru.walls(e.Start.Wall, e.Start.Wall, end, until) {
			if list = append(list, onset{w, from, to}); len(list) > maxOnsets {
				return 0, nil, refuse(c.line, "ical.too_many_dates", "A zone has at most %d changes.", maxOnsets)
			}
		}
		if r.spent > maxWork {
			return 0, nil, tooMuch(c.line)
		}
	}
	for _, m := range e.Extra {
		list = append(list, onset{m.Wall, from, to})
	}
	return from, list, nil
}
