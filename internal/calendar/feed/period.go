package feed

import (
	"strings"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/ical"
	"slipway/internal/calendar/recur"
)

// forward is how far ahead the nights of clock changes are spelled out.
const forward = 2 * 365 * 24 * time.Hour

// zones remembers the clock changes of zones while a feed is drawn.
type zones struct {
	now     time.Time
	changes map[string][]time.Time
}

// around returns the clock changes of a zone that a feed spells out.
func (z *zones) around(loc *time.Location) []time.Time {
	if out, ok := z.changes[loc.String()]; ok {
		return out
	}
	out := []time.Time{}
	for t := z.now.Add(-past); ; {
		_, next := t.In(loc).ZoneBounds()
		if next.IsZero() || next.After(z.now.Add(forward)) {
			break
		}
		if !next.After(t) {
			next = t.Add(24 * time.Hour) // the bound told on the last day of a leap year lies behind
		}
		_, before := next.Add(-time.Second).In(loc).Zone()
		if _, after := next.In(loc).Zone(); before != after {
			out = append(out, next)
		}
		t = next
	}
	if z.changes == nil {
		z.changes = map[string][]time.Time{}
	}
	z.changes[loc.String()] = out
	return out
}

// events draws a period: one event, and for each night in which clocks change one that states its end, since programs
// differ in whether an occurrence keeps its length or the time on the wall.
func (z *zones) events(p calendar.Period, base string) ([]ical.Event, error) {
	r, err := p.Rule()
	if err != nil {
		return nil, err
	}
	at := base + "/calendar/" + string(p.Kind) + "s/" + p.Key
	if p.Kind == calendar.Busy {
		at = base + "/calendar"
	}
	e := ical.Event{UID: string(p.Kind) + "-" + string(p.ID) + "@slipway", Sequence: p.Rev - 1, Stamp: p.ChangedAt.Std(), Created: p.CreatedAt.Std(), Modified: p.ChangedAt.Std(),
		Summary: title(p), URL: at, Categories: []string{word(p)}, Status: ical.Confirmed, Free: true, Description: sentences(p.Reason, "Owner: "+p.OwnerName+".", at)}
	if !p.Withdrawn.IsZero() {
		e.Status = ical.Cancelled
		e.Description = sentences("Withdrawn: "+p.WithdrawnW, e.Description)
	}
	loc := r.Location()
	e.Start, e.End = moment(p.Start, loc), moment(p.End, loc)
	if !r.Recurring() {
		if e.Start.Zone != ical.UTC {
			e.Start, e.End = ical.In(ical.Instant(e.Start.Wall, loc), loc), ical.In(ical.Instant(e.End.Wall, loc), loc)
		}
		return []ical.Event{e}, nil
	}
	e.Rule = ruleText(p.RRule, loc)
	e.Except, e.Extra = shown(r.LeftOut(), loc), shown(r.Further(), loc)
	out := []ical.Event{e}
	length := e.End.Wall.Sub(e.Start.Wall)
	seen := map[int64]bool{}
	for _, c := range z.around(loc) {
		list, _ := r.Occurrences(c.Add(-time.Hour), c.Add(3*time.Hour), 48)
		for _, o := range list {
			if o.End.Sub(o.Start) == length || seen[o.Start.Unix()] || inGap(o, e.Start, loc) {
				continue
			}
			seen[o.Start.Unix()] = true
			x := e
			x.Rule, x.Except, x.Extra = "", nil, nil
			x.Recurrence, x.Start, x.End = ical.In(o.Start, loc), ical.In(o.Start, loc), ical.In(o.End, loc)
			out = append(out, x)
		}
	}
	return out, nil
}

// shown returns wall times of a zone, also those that its clock skips: a recurrence names its starts alike.
func shown(walls []time.Time, loc *time.Location) []ical.Moment {
	out := make([]ical.Moment, len(walls))
	for i, w := range walls {
		if out[i] = (ical.Moment{Wall: w, Zone: loc.String()}); loc == time.UTC {
			out[i] = ical.At(w)
		}
	}
	return out
}

// inGap reports whether an occurrence's start does not exist on the clock, so that it is not named by what the clock shows.
func inGap(o recur.Occurrence, start ical.Moment, loc *time.Location) bool {
	w := ical.In(o.Start, loc).Wall
	return w.Minute() != start.Wall.Minute() || w.Hour() != start.Wall.Hour() && !ical.Instant(w.Add(-time.Hour), loc).Before(o.Start)
}

// moment reads a time of a period, which was checked when it was written.
func moment(text string, loc *time.Location) ical.Moment {
	text = strings.TrimSpace(text)
	for _, form := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05"} {
		if t, err := time.Parse(form, text); err == nil {
			if loc == time.UTC {
				return ical.At(t)
			}
			return ical.Moment{Wall: t, Zone: loc.String()}
		}
	}
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(form, text); err == nil {
			return ical.In(t, loc)
		}
	}
	return ical.Moment{}
}

// ruleText writes a recurrence as RFC 5545 wants it of a start with a zone: UNTIL is an instant.
func ruleText(rule string, loc *time.Location) string {
	parts := strings.Split(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(rule)), "RRULE:"), ";")
	for i, p := range parts {
		until, ok := strings.CutPrefix(p, "UNTIL=")
		if !ok || strings.HasSuffix(until, "Z") {
			continue
		}
		t, err := time.Parse("20060102T150405", until)
		if err != nil {
			if t, err = time.Parse("20060102", until); err != nil {
				continue
			}
			t = t.Add(24*time.Hour - time.Second)
		}
		parts[i] = "UNTIL=" + ical.Instant(t, loc).UTC().Format("20060102T150405Z")
	}
	return strings.Join(parts, ";")
}

func word(p calendar.Period) string {
	switch p.Kind {
	case calendar.Freeze:
		return "Freeze"
	case calendar.Busy:
		return "Busy"
	}
	return "Window"
}

func title(p calendar.Period) string {
	if p.Kind == calendar.Freeze && !p.Hard {
		return "Soft freeze: " + p.Name
	}
	return word(p) + ": " + p.Name
}
