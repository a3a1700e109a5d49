package ical

import (
	"strconv"
	"strings"
	"time"
)

// event reads a VEVENT. It fails with a *fault for what only this event is left out for, and otherwise for the whole text.
func (r *reader) event(c *component) (Event, error) {
	e := Event{Line: c.line}
	var length *span
	for _, p := range c.props {
		var err error
		switch p.name {
		case "DTSTART":
			e.Start, err = r.readMoment(p, p.value)
		case "DTEND":
			e.End, err = r.readMoment(p, p.value)
		case "RECURRENCE-ID":
			e.Recurrence, err = r.readMoment(p, p.value)
			e.Onwards = strings.EqualFold(p.param("RANGE"), "THISANDFUTURE")
		case "DURATION":
			var s span
			s, err = readDuration(p)
			length = &s
		case "EXDATE":
			e.Except, err = r.dates(p, e.Except, len(e.Extra))
		case "RDATE":
			e.Extra, err = r.dates(p, e.Extra, len(e.Except))
		case "RRULE":
			err = r.rule(p, &e)
		case "EXRULE":
			err = wrong(p.line, "ical.rule", "EXRULE was taken out of the format and is not read.")
		default:
			e.say(p)
		}
		if err != nil {
			return e, err
		}
	}
	return e, e.complete(length)
}

// say keeps a property that is words or an instant. What cannot be read of these is as if it were not there.
func (e *Event) say(p property) {
	switch p.name {
	case "UID":
		e.UID = unescape(p.value)
	case "SEQUENCE":
		if n, err := strconv.ParseInt(strings.TrimSpace(p.value), 10, 64); err == nil && n >= 0 {
			e.Sequence = n
		}
	case "DTSTAMP":
		e.Stamp = instant(p.value)
	case "CREATED":
		e.Created = instant(p.value)
	case "LAST-MODIFIED":
		e.Modified = instant(p.value)
	case "SUMMARY":
		e.Summary = unescape(p.value)
	case "DESCRIPTION":
		e.Description = unescape(p.value)
	case "LOCATION":
		e.Location = unescape(p.value)
	case "URL":
		e.URL = oneLine(p.value)
	case "CATEGORIES":
		e.Categories = append(e.Categories, list(p.value)...)
	case "STATUS":
		switch s := Status(strings.ToUpper(strings.TrimSpace(p.value))); s {
		case Tentative, Confirmed, Cancelled:
			e.Status = s
		}
	case "TRANSP":
		e.Free = strings.EqualFold(strings.TrimSpace(p.value), "TRANSPARENT")
	}
}

func instant(value string) time.Time {
	t, err := time.Parse(formUTC, strings.ToUpper(strings.TrimSpace(value)))
	if err != nil || !sane(t) {
		return time.Time{}
	}
	return t
}

// dates reads EXDATE and RDATE. A period of an RDATE counts as its start.
func (r *reader) dates(p property, have []Moment, others int) ([]Moment, error) {
	if n := strings.Count(p.value, ",") + 1 + len(have) + others; n > MaxDates {
		return nil, refuse(p.line, "ical.too_many_dates", "An event has at most %d single dates; this one has %d or more.", MaxDates, n)
	}
	for v := range strings.SplitSeq(p.value, ",") {
		v, _, _ = strings.Cut(v, "/")
		if strings.TrimSpace(v) == "" {
			continue
		}
		m, err := r.readMoment(p, v)
		if err != nil {
			return nil, err
		}
		have = append(have, m)
	}
	return have, nil
}

func (r *reader) rule(p property, e *Event) error {
	if e.Rule != "" {
		return wrong(p.line, "ical.rule", "An event has one RRULE; this is another.")
	}
	text := strings.ToUpper(strings.TrimSpace(oneLine(p.value)))
	if _, err := readRule(p.line, text); err != nil {
		return err
	}
	e.Rule = text
	return nil
}

// complete gives an event the end that it does not state (RFC 5545 section 3.6.1) and looks whether it makes sense.
func (e *Event) complete(length *span) error {
	if e.Start.IsZero() {
		return wrong(e.Line, "ical.no_start", "The event has no DTSTART.")
	}
	switch {
	case !e.End.IsZero():
	case length != nil && e.Start.Date:
		e.End = e.Start
		e.End.Wall = e.Start.Wall.AddDate(0, 0, length.days+int((length.exact+24*time.Hour-1)/(24*time.Hour)))
	case length != nil:
		e.End = e.Start
		e.End.Wall = e.Start.Wall.AddDate(0, 0, length.days).Add(length.exact)
	case e.Start.Date:
		e.End = e.Start
		e.End.Wall = e.Start.Wall.AddDate(0, 0, 1)
	default:
		e.End = e.Start
	}
	if e.End.Date != e.Start.Date {
		return wrong(e.Line, "ical.mixed", "The event begins with a date and ends with a time, or the other way round.")
	}
	if e.Start.Date && e.End.Wall.Equal(e.Start.Wall) {
		e.End.Wall = e.Start.Wall.AddDate(0, 0, 1) // some write a day as ending on itself
	}
	if e.End.Zone == e.Start.Zone && e.End.Wall.Before(e.Start.Wall) {
		return wrong(e.Line, "ical.end_before_start", "The event ends before it begins.")
	}
	if e.End.Wall.Sub(e.Start.Wall) > maxSpanDays*24*time.Hour {
		return wrong(e.Line, "ical.too_long", "The event lasts longer than ten years.")
	}
	return nil
}
