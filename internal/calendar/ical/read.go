package ical

import (
	"bytes"
	"errors"
	"strings"
	"time"
)

// Document is a text that was read.
type Document struct {
	Calendar
	Notes   []Note // what was left out, by line, at most MaxNotes
	LeftOut int    // how many events were left out

	zones map[string]*observances   // those that the text defines and nobody knows by name
	known map[string]*time.Location // those that the text uses
}

// component is one BEGIN to END of the kinds that matter.
type component struct {
	name  string
	line  int
	props []property
	count int
	inner []*component // STANDARD and DAYLIGHT of a zone
}

// Read reads a text. It refuses the whole of it with errs.TooLarge ical.too_large or errs.Invalid and the line, one of the reasons
// ical.too_many_lines, ical.line_too_long, ical.nul, ical.encoding, ical.syntax, ical.too_many_parameters, ical.too_many_properties,
// ical.nested, ical.unbalanced, ical.too_many_events, ical.too_many_dates, ical.too_many_zones, ical.too_much, ical.frequency or ical.no_calendar.
// An event that cannot be understood is left out with a Note. 10,000 events take some 50 ms.
func Read(text []byte) (*Document, error) {
	if len(text) > MaxBytes {
		return nil, tooLarge(len(text))
	}
	r := reader{in: scanner{rest: bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))}, doc: &Document{known: map[string]*time.Location{}}}
	if err := r.components(); err != nil {
		return nil, err
	}
	if err := r.readZones(); err != nil {
		return nil, err
	}
	for _, c := range r.events {
		e, err := r.event(c)
		var f *fault
		switch {
		case errors.As(err, &f):
			r.doc.leave(f)
		case err != nil:
			return nil, err
		default:
			r.doc.Events = append(r.doc.Events, e)
		}
	}
	return r.doc, nil
}

func (d *Document) leave(f *fault) {
	d.LeftOut++
	d.note(f.line, f.reason, f.msg)
}

func (d *Document) note(line int, reason, msg string) {
	if len(d.Notes) < MaxNotes {
		d.Notes = append(d.Notes, Note{line, reason, msg})
	}
}

type reader struct {
	in       scanner
	doc      *Document
	stack    []*component
	calendar bool // one was seen
	zones    []*component
	events   []*component
	named    map[string]string // what the text calls a zone → how it is known
	spent    int               // what the rules of zones have cost
}

func (r *reader) components() error {
	for {
		l, err := r.in.next()
		if err != nil {
			return err
		}
		if l == nil {
			break
		}
		p, err := parse(r.in.line, string(l))
		if err != nil {
			return err
		}
		switch p.name {
		case "BEGIN":
			err = r.begin(p)
		case "END":
			err = r.end(p)
		default:
			err = r.keep(p)
		}
		if err != nil {
			return err
		}
	}
	if n := len(r.stack); n > 0 {
		return refuse(r.in.lines, "ical.unbalanced", "The text ends within %s, which begins at line %d.", r.stack[n-1].name, r.stack[n-1].line)
	}
	if !r.calendar {
		return refuse(1, "ical.no_calendar", "There is no calendar: it would begin with BEGIN:VCALENDAR.")
	}
	return nil
}

func (r *reader) begin(p property) error {
	c := &component{name: strings.ToUpper(strings.TrimSpace(p.value)), line: p.line}
	n := len(r.stack)
	switch {
	case n == MaxDepth:
		return refuse(p.line, "ical.nested", "Components stand at most %d deep in each other.", MaxDepth)
	case (n == 0) != (c.name == "VCALENDAR"):
		return refuse(p.line, "ical.nested", "%.40q does not stand here: a calendar is outermost, and everything else is inside one.", c.name)
	case n > 1 && (c.name == "VEVENT" || c.name == "VTIMEZONE"):
		return refuse(p.line, "ical.nested", "%s does not stand inside %.40q.", c.name, r.stack[n-1].name)
	}
	r.stack = append(r.stack, c)
	return nil
}

func (r *reader) end(p property) error {
	name := strings.ToUpper(strings.TrimSpace(p.value))
	n := len(r.stack)
	if n == 0 || r.stack[n-1].name != name {
		return refuse(p.line, "ical.unbalanced", "END:%.40s ends nothing that is open.", name)
	}
	c := r.stack[n-1]
	r.stack = r.stack[:n-1]
	switch c.name {
	case "VCALENDAR":
		r.calendar = true
		r.head(c)
	case "VTIMEZONE":
		if len(r.zones) == MaxZones {
			return refuse(c.line, "ical.too_many_zones", "A text defines at most %d zones.", MaxZones)
		}
		r.zones = append(r.zones, c)
	case "VEVENT":
		if len(r.events) == MaxEvents {
			return refuse(c.line, "ical.too_many_events", "A text has at most %d events.", MaxEvents)
		}
		r.events = append(r.events, c)
	case "STANDARD", "DAYLIGHT":
		if n > 1 && r.stack[n-2].name == "VTIMEZONE" {
			r.stack[n-2].inner = append(r.stack[n-2].inner, c)
		}
	}
	return nil
}

func (r *reader) keep(p property) error {
	n := len(r.stack)
	if n == 0 {
		return refuse(p.line, "ical.syntax", "%.40q stands outside a calendar.", p.name)
	}
	c := r.stack[n-1]
	if c.count++; c.count > MaxProperties {
		return refuse(p.line, "ical.too_many_properties", "A component has at most %d properties; %s began at line %d.", MaxProperties, c.name, c.line)
	}
	if wanted[p.name] {
		c.props = append(c.props, p)
	}
	return nil
}

// wanted are the properties that are kept; others are passed over.
var wanted = map[string]bool{
	"UID": true, "SEQUENCE": true, "DTSTAMP": true, "CREATED": true, "LAST-MODIFIED": true, "DTSTART": true, "DTEND": true, "DURATION": true,
	"RRULE": true, "EXRULE": true, "EXDATE": true, "RDATE": true, "RECURRENCE-ID": true, "SUMMARY": true, "DESCRIPTION": true, "LOCATION": true, "URL": true,
	"CATEGORIES": true, "STATUS": true, "TRANSP": true, "TZID": true, "X-LIC-LOCATION": true, "TZOFFSETFROM": true, "TZOFFSETTO": true,
	"NAME": true, "X-WR-CALNAME": true, "X-WR-CALDESC": true, "REFRESH-INTERVAL": true,
}

// head reads what a calendar says of itself; the first that says a thing holds.
func (r *reader) head(c *component) {
	d := r.doc
	for _, p := range c.props {
		switch p.name {
		case "NAME", "X-WR-CALNAME":
			if d.Name == "" {
				d.Name = unescape(p.value)
			}
		case "DESCRIPTION", "X-WR-CALDESC":
			if d.Description == "" {
				d.Description = unescape(p.value)
			}
		case "REFRESH-INTERVAL":
			if n, err := readDuration(p); err == nil && n.exact > 0 && d.Refresh == 0 {
				d.Refresh = n.exact
			}
		}
	}
}
