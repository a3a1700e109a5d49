package ical

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"slipway/internal/calendar/recur"
	"slipway/internal/errs"
)

func text(lines ...string) []byte {
	return []byte("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VCALENDAR\r\n")
}

func event(lines ...string) []byte {
	return text(append(append([]string{"BEGIN:VEVENT", "UID:a"}, lines...), "END:VEVENT")...)
}

func TestHostileTextIsRefusedWithItsLine(t *testing.T) {
	for name, c := range map[string]struct {
		text   []byte
		reason string
		line   int
	}{
		"every second":           {event("DTSTART:20260101T000000Z", "RRULE:FREQ=SECONDLY"), "ical.frequency", 6},
		"every minute":           {event("DTSTART:20260101T000000Z", "RRULE:FREQ=MINUTELY;COUNT=3"), "ical.frequency", 6},
		"seconds of a day":       {event("DTSTART:20260101T000000Z", "RRULE:FREQ=DAILY;BYSECOND=1,2,3"), "ical.frequency", 6},
		"giant line":             {event("SUMMARY:" + strings.Repeat("x", MaxLine)), "ical.line_too_long", 5},
		"giant folded line":      {event("SUMMARY:x" + strings.Repeat("\r\n y", MaxLine)), "ical.line_too_long", 5},
		"too many lines":         {text(strings.Repeat("X:y\n", MaxLines)), "ical.too_many_properties", 2002},
		"too many short lines":   {[]byte(strings.Repeat("\n", MaxLines+1)), "ical.too_many_lines", MaxLines + 1},
		"too many events":        {text(strings.Repeat("BEGIN:VEVENT\nEND:VEVENT\n", MaxEvents+1)), "ical.too_many_events", 2*MaxEvents + 3},
		"deep":                   {text(strings.Repeat("BEGIN:X\n", 100)), "ical.nested", 6},
		"event in an event":      {text("BEGIN:VEVENT", "BEGIN:VEVENT"), "ical.nested", 4},
		"calendar in a calendar": {text("BEGIN:VCALENDAR"), "ical.nested", 3},
		"outside":                {[]byte("BEGIN:VEVENT\nEND:VEVENT"), "ical.nested", 1},
		"crossed":                {text("BEGIN:VEVENT", "BEGIN:VALARM", "END:VEVENT"), "ical.unbalanced", 5},
		"open":                   {[]byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\n"), "ical.unbalanced", 2},
		"a million exceptions":   {event("DTSTART:20260101T000000Z", "EXDATE:"+strings.Repeat("20260101T000000Z,", 10_000)), "ical.too_many_dates", 6},
		"many lists":             {event(strings.Repeat("EXDATE:20260101T000000Z,20260101T000000Z\n", 1500)), "ical.too_many_dates", 1005},
		"NUL":                    {event("SUMMARY:a\x00b"), "ical.nul", 5},
		"encoding":               {event("SUMMARY:a\xffb"), "ical.encoding", 5},
		"no colon":               {event("SUMMARY"), "ical.syntax", 5},
		"open quote":             {event(`DTSTART;X="a:20260101`), "ical.syntax", 5},
		"parameters":             {event("DTSTART" + strings.Repeat(";A=b", 40) + ":20260101"), "ical.too_many_parameters", 5},
		"nothing":                {[]byte(""), "ical.no_calendar", 1},
		"a page":                 {[]byte("<!doctype html>\n<html>"), "ical.syntax", 1},
		"zones":                  {text(strings.Repeat("BEGIN:VTIMEZONE\nEND:VTIMEZONE\n", MaxZones+1)), "ical.too_many_zones", 2*MaxZones + 3},
		"a zone by the second":   {text("BEGIN:VTIMEZONE", "TZID:x", "BEGIN:STANDARD", "DTSTART:19700101T000000", "RRULE:FREQ=SECONDLY", "END:STANDARD", "END:VTIMEZONE"), "ical.frequency", 7},
		"a zone by the day":      {text("BEGIN:VTIMEZONE", "TZID:x", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "RRULE:FREQ=DAILY", "END:STANDARD", "END:VTIMEZONE"), "ical.too_many_dates", 5},
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			_, err := Read(c.text)
			e := errs.As(err)
			if e == nil || e.Reason != c.reason || len(e.Fields) != 1 || e.Fields[0].Line != c.line || !strings.HasPrefix(e.Msg, fmt.Sprintf("Line %d: ", c.line)) {
				t.Errorf("%v %+v, want %s at line %d", err, e, c.reason, c.line)
			}
			if d := time.Since(began); d > 5*time.Second {
				t.Errorf("it took %s", d)
			}
		})
	}
	if _, err := Read(make([]byte, MaxBytes+1)); errs.CodeOf(err) != errs.CodeTooLarge {
		t.Error(err)
	}
}

func TestFaultyEventsAreLeftOutWithTheirLine(t *testing.T) {
	d, err := Read(text(
		"BEGIN:VEVENT", "UID:1", "DTSTART:20261301", "END:VEVENT",
		"BEGIN:VEVENT", "UID:2", "DTSTART;TZID=Nowhere/Town:20260101T000000", "END:VEVENT",
		"BEGIN:VEVENT", "UID:3", "DTSTART:20260102T000000Z", "DTEND:20260101T000000Z", "END:VEVENT",
		"BEGIN:VEVENT", "UID:4", "END:VEVENT",
		"BEGIN:VEVENT", "UID:5", "DTSTART:20260102", "RRULE:FREQ=FORTNIGHTLY", "END:VEVENT",
		"BEGIN:VEVENT", "UID:6", "DTSTART:20260102", "DTEND:20260102T000000Z", "END:VEVENT",
		"BEGIN:VEVENT", "UID:7", "DTSTART:20260102", "DURATION:-P1D", "END:VEVENT",
		"BEGIN:VEVENT", "UID:good", "DTSTART:20260102", "END:VEVENT"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range d.Notes {
		got = append(got, fmt.Sprintf("%d %s", n.Line, n.Reason))
	}
	want := "5 ical.date, 9 ical.zone_unknown, 11 ical.end_before_start, 16 ical.no_start, 22 ical.rule, 24 ical.mixed, 32 ical.duration"
	if strings.Join(got, ", ") != want || len(d.Events) != 1 || d.LeftOut != 7 {
		t.Errorf("%s\n%+v", strings.Join(got, ", "), d.Events)
	}
}

func TestZonesAreKnownByManyNames(t *testing.T) {
	own := []string{"BEGIN:VTIMEZONE", "TZID:Our own", "BEGIN:STANDARD", "DTSTART:16010101T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "END:STANDARD",
		"BEGIN:DAYLIGHT", "DTSTART:16010101T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "END:DAYLIGHT", "END:VTIMEZONE",
		"BEGIN:VTIMEZONE", "TZID:(UTC+05:30) Chennai", "BEGIN:STANDARD", "DTSTART:16010101T000000", "TZOFFSETFROM:+0530", "TZOFFSETTO:+0530", "END:STANDARD", "END:VTIMEZONE"}
	for name, c := range map[string]struct{ start, want string }{
		"IANA":       {"DTSTART;TZID=Europe/Berlin:20260701T120000", "2026-07-01T10:00:00Z"},
		"quoted":     {`DTSTART;TZID="Europe/Berlin":20260701T120000`, "2026-07-01T10:00:00Z"},
		"Windows":    {"DTSTART;TZID=W. Europe Standard Time:20260101T120000", "2026-01-01T11:00:00Z"},
		"path":       {"DTSTART;TZID=/example.org/2026_1/America/Indiana/Knox:20260101T120000", "2026-01-01T18:00:00Z"},
		"own winter": {"DTSTART;TZID=Our own:20260101T120000", "2026-01-01T11:00:00Z"},
		"own summer": {"DTSTART;TZID=Our own:20260701T120000", "2026-07-01T10:00:00Z"},
		"always so":  {`DTSTART;TZID="(UTC+05:30) Chennai":20260701T120000`, "2026-07-01T06:30:00Z"},
		"floating":   {"DTSTART:20260701T120000", "2026-07-01T03:00:00Z"},
		"instant":    {"DTSTART:20260701T120000Z", "2026-07-01T12:00:00Z"},
		"day":        {"DTSTART;VALUE=DATE:20260701", "2026-06-30T15:00:00Z"},
		"gap":        {"DTSTART;TZID=Europe/Berlin:20260329T023000", "2026-03-29T01:30:00Z"},
		"twice":      {"DTSTART;TZID=Europe/Berlin:20261025T023000", "2026-10-25T00:30:00Z"},
	} {
		d, err := Read(text(append(append([]string{}, own...), "BEGIN:VEVENT", c.start, "END:VEVENT")...))
		if err != nil || len(d.Events) != 1 {
			t.Fatalf("%s: %v %+v", name, err, d)
		}
		tokyo, _ := time.LoadLocation("Asia/Tokyo")
		if got := d.Instant(d.Events[0].Start, tokyo).Format(time.RFC3339); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestOccurrences(t *testing.T) {
	d, err := Read(text(
		"BEGIN:VEVENT", "UID:weekly", "SUMMARY:Patch night", "DTSTART;TZID=Europe/Berlin:20260305T220000", "DTEND;TZID=Europe/Berlin:20260306T020000", "RRULE:FREQ=WEEKLY",
		"EXDATE;TZID=Europe/Berlin:20260312T220000", "END:VEVENT",
		"BEGIN:VEVENT", "UID:weekly", "SUMMARY:Patch night, later", "RECURRENCE-ID;TZID=Europe/Berlin:20260319T220000", "DTSTART;TZID=Europe/Berlin:20260320T220000", "DURATION:PT1H", "END:VEVENT",
		"BEGIN:VEVENT", "UID:off", "SUMMARY:Christmas", "DTSTART;VALUE=DATE:19701225", "DTEND;VALUE=DATE:19701227", "RRULE:FREQ=YEARLY", "END:VEVENT",
		"BEGIN:VEVENT", "UID:gone", "STATUS:CANCELLED", "DTSTART;VALUE=DATE:20260320", "END:VEVENT",
		"BEGIN:VEVENT", "UID:more", "SUMMARY:Extra", "DTSTART;VALUE=DATE:20260402", "RDATE;VALUE=DATE:20260405,20260402", "END:VEVENT"))
	if err != nil {
		t.Fatal(err)
	}
	loc, _ := time.LoadLocation("Europe/Berlin")
	os, notes, err := d.Occurrences(when("2026-03-01T00:00:00Z"), when("2026-04-10T00:00:00Z"), loc)
	if err != nil || len(notes) > 0 {
		t.Fatal(err, notes)
	}
	var got []string
	for _, o := range os {
		got = append(got, o.Event.Summary+" "+o.Start.Format("01-02T15:04")+"/"+o.End.Format("01-02T15:04"))
	}
	want := "Patch night 03-05T21:00/03-06T01:00; Patch night, later 03-20T21:00/03-20T22:00; Patch night 03-26T21:00/03-27T01:00; Extra 04-01T22:00/04-02T22:00; " +
		"Patch night 04-02T20:00/04-03T00:00; Extra 04-04T22:00/04-05T22:00; Patch night 04-09T20:00/04-10T00:00"
	if strings.Join(got, "; ") != want {
		t.Errorf("%s\nwant %s", strings.Join(got, "; "), want)
	}
	os, _, err = d.Occurrences(when("2026-12-01T00:00:00Z"), when("2027-01-10T00:00:00Z"), loc)
	if err != nil || os[len(os)-3].Event.UID != "off" && os[3].First.Format(time.DateOnly) != "2026-12-25" {
		t.Errorf("%+v %v", os, err)
	}
	for _, o := range os {
		if o.Event.UID == "off" && (o.First.Format(time.DateOnly) != "2026-12-25" || o.Last.Format(time.DateOnly) != "2026-12-26") {
			t.Errorf("Christmas %+v", o)
		}
	}
}

// A change of this and all following occurrences moves and renames those, but for one that is changed by itself; one that is cancelled
// from then on ends the event.
func TestChangesOnwards(t *testing.T) {
	event := func(uid string, lines ...string) []string {
		return append(append([]string{"BEGIN:VEVENT", "UID:" + uid}, lines...), "END:VEVENT")
	}
	zone := ";TZID=Europe/Berlin:"
	d, err := Read(text(slices.Concat(
		event("s", "SUMMARY:Standup", "DTSTART"+zone+"20260309T090000", "DURATION:PT15M", "RRULE:FREQ=WEEKLY;COUNT=6"),
		event("s", "SUMMARY:Later", "RECURRENCE-ID;RANGE=THISANDFUTURE"+zone+"20260323T090000", "DTSTART"+zone+"20260324T110000", "DURATION:PT30M"),
		event("s", "SUMMARY:Once", "RECURRENCE-ID"+zone+"20260330T090000", "DTSTART"+zone+"20260330T140000", "DURATION:PT15M"),
		event("c", "SUMMARY:Ends", "DTSTART"+zone+"20260310T090000", "DURATION:PT15M", "RRULE:FREQ=WEEKLY"),
		event("c", "STATUS:CANCELLED", "RECURRENCE-ID;RANGE=THISANDFUTURE"+zone+"20260317T090000", "DTSTART"+zone+"20260317T090000"))...))
	if err != nil {
		t.Fatal(err)
	}
	loc, _ := time.LoadLocation("Europe/Berlin")
	os, notes, err := d.Occurrences(when("2026-03-01T00:00:00Z"), when("2026-05-10T00:00:00Z"), loc)
	if err != nil || len(notes) > 0 {
		t.Fatal(err, notes)
	}
	var got []string
	for _, o := range os {
		got = append(got, o.Event.Summary+" "+o.Start.In(loc).Format("01-02T15:04")+"/"+o.End.In(loc).Format("15:04"))
	}
	want := "Standup 03-09T09:00/09:15; Ends 03-10T09:00/09:15; Standup 03-16T09:00/09:15; Later 03-24T11:00/11:30; Once 03-30T14:00/14:15; Later 04-07T11:00/11:30; Later 04-14T11:00/11:30"
	if strings.Join(got, "; ") != want {
		t.Errorf("%s\nwant %s", strings.Join(got, "; "), want)
	}
}

func TestOccurrencesAreCut(t *testing.T) {
	d, err := Read(event("DTSTART:20200101T000000Z", "RRULE:FREQ=DAILY;BYHOUR=0,6,12,18"))
	if err != nil {
		t.Fatal(err)
	}
	os, notes, err := d.Occurrences(when("2020-01-01T00:00:00Z"), when("2030-01-01T00:00:00Z"), time.UTC)
	if err != nil || len(os) != MaxOccurrences || len(notes) != 1 || notes[0].Reason != "ical.too_many_occurrences" || notes[0].Line != 3 {
		t.Errorf("%d %+v %v", len(os), notes, err)
	}
	d, err = Read(text(strings.Repeat("BEGIN:VEVENT\nDTSTART:20200101\nRRULE:FREQ=DAILY\nEND:VEVENT\n", 200)))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err = d.Occurrences(when("2020-01-01T00:00:00Z"), when("2022-01-01T00:00:00Z"), time.UTC); errs.ReasonOf(err) != "ical.too_many_occurrences" {
		t.Error(err)
	}
}

// TestRulesAgree compares the expansion with that of package recur over many random rules.
func TestRulesAgree(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	days := []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}
	compared := 0
	for range 6_000 {
		start := time.Date(2024+rng.IntN(3), time.Month(1+rng.IntN(12)), 1+rng.IntN(28), rng.IntN(24), 30*rng.IntN(2), 0, 0, time.UTC)
		freq := []string{"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}[rng.IntN(4)]
		rule := "FREQ=" + freq
		add := func(chance int, format string, args ...any) {
			if rng.IntN(chance) == 0 {
				rule += ";" + fmt.Sprintf(format, args...)
			}
		}
		add(2, "INTERVAL=%d", 1+rng.IntN(4))
		add(4, "WKST=%s", days[rng.IntN(7)])
		add(4, "BYMONTH=%d,%d", 1+rng.IntN(12), 1+rng.IntN(12))
		switch rng.IntN(5) {
		case 0:
			rule += ";BYDAY=" + days[rng.IntN(7)] + "," + days[rng.IntN(7)]
		case 1:
			if freq == "MONTHLY" || freq == "YEARLY" {
				rule += fmt.Sprintf(";BYDAY=%d%s", []int{1, 2, 3, 4, 5, -1, -2}[rng.IntN(7)], days[rng.IntN(7)])
			}
		case 2:
			if freq != "WEEKLY" {
				rule += fmt.Sprintf(";BYMONTHDAY=%d,%d", 1+rng.IntN(31), -1-rng.IntN(31))
			}
		case 3:
			if freq == "YEARLY" {
				rule += fmt.Sprintf(";BYWEEKNO=%d,%d", 1+rng.IntN(53), -1-rng.IntN(53))
			}
		case 4:
			if freq == "YEARLY" {
				rule += fmt.Sprintf(";BYYEARDAY=%d,%d", 1+rng.IntN(366), -1-rng.IntN(366))
			}
		}
		add(5, "BYHOUR=%d,%d", rng.IntN(12), 12+rng.IntN(12))
		add(6, "BYSETPOS=%d", []int{1, 2, -1}[rng.IntN(3)])
		switch rng.IntN(3) {
		case 0:
			rule += fmt.Sprintf(";COUNT=%d", 1+rng.IntN(40))
		case 1:
			rule += ";UNTIL=" + start.AddDate(rng.IntN(6), 0, rng.IntN(50)).Format(formUTC)
		}
		zone := []string{"Europe/Berlin", "America/New_York", "Asia/Tokyo"}[rng.IntN(3)]
		r, err := recur.Parse(recur.Spec{Start: start.Format("2006-01-02T15:04"), End: start.Add(time.Hour).Format("2006-01-02T15:04"), Zone: zone, RRule: rule})
		if err != nil {
			continue // the start is not one of the rule's, or the rule is refused
		}
		compared++
		from := start.AddDate(rng.IntN(4), 0, 0)
		to := from.AddDate(1, 6, 0)
		want, _ := r.Occurrences(from, to, 5000)
		d, err := Read(event("DTSTART;TZID="+zone+":"+start.Format(formWall), "DURATION:PT1H", "RRULE:"+rule))
		if err != nil || len(d.Events) != 1 {
			t.Fatal(rule, err, d.Notes)
		}
		got, _, err := d.Occurrences(from, to, time.UTC)
		if err != nil || len(got) != len(want) {
			t.Fatalf("%s from %s: %d and %d occurrences: %v", rule, start, len(got), len(want), err)
		}
		for i := range got {
			if !got[i].Start.Equal(want[i].Start) {
				t.Fatalf("%s from %s: %s and %s", rule, start, got[i].Start, want[i].Start)
			}
		}
	}
	if compared < 500 {
		t.Errorf("only %d rules were compared", compared)
	}
}

// FuzzRead holds that no text harms: it is refused, or read and expanded within the limits.
func FuzzRead(f *testing.F) {
	f.Add(event("DTSTART;TZID=Europe/Berlin:20260305T220000", "RRULE:FREQ=MONTHLY;BYDAY=-1FR;BYSETPOS=1", "EXDATE:20260331T200000Z"))
	f.Add(event("DTSTART;VALUE=DATE:20261225", "RRULE:FREQ=YEARLY;BYWEEKNO=52;BYDAY=FR;COUNT=1000000", "DURATION:P1W"))
	f.Add(text("BEGIN:VTIMEZONE", "TZID:x", "BEGIN:DAYLIGHT", "DTSTART:19700101T000000", "RRULE:FREQ=YEARLY;UNTIL=20301231T000000Z", "TZOFFSETTO:+0130", "END:DAYLIGHT", "END:VTIMEZONE", "BEGIN:VEVENT", "DTSTART;TZID=x:20260101T000000", "END:VEVENT"))
	f.Add([]byte("BEGIN:VCALENDAR\nX;A=\"b:c\";D:e\n f\nEND:VCALENDAR"))
	f.Add(event("DTSTART:20260101T000060", "RDATE;VALUE=PERIOD:20260101T000000Z/PT5H", "CATEGORIES:a\\,b,c"))
	f.Fuzz(func(t *testing.T, b []byte) {
		began := time.Now()
		d, err := Read(b)
		if err == nil {
			_, _, _ = d.Occurrences(when("2026-01-01T00:00:00Z"), when("2028-01-01T00:00:00Z"), time.UTC) // beyond the limits is refused
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	c := Calendar{}
	for i := range 10_000 {
		c.Events = append(c.Events, Event{UID: "release-" + time.Duration(i).String(), Stamp: when("2026-11-21T10:00:00Z"), Start: berlin("2026-11-24T22:00"), End: berlin("2026-11-25T04:00"), Summary: "Payments 4.8.0 → production"})
	}
	text, err := c.Text()
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		d, err := Read(text)
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := d.Occurrences(when("2026-11-01T00:00:00Z"), when("2026-12-01T00:00:00Z"), time.UTC); err != nil {
			b.Fatal(err)
		}
	}
}
