package ical_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"slipway/internal/calendar/ical"
	"slipway/internal/errs"
)

var (
	hostileFrom = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	hostileTo   = time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)
)

func ints(from, to int) string {
	var b strings.Builder
	for i := from; i <= to; i++ {
		fmt.Fprintf(&b, ",%d", i)
	}
	return b.String()[1:]
}

// A text within every limit of size must not keep a machine busy for minutes: what its rules cost together is bounded.
func TestHostileRules(t *testing.T) {
	event := func(rule string) string {
		return "BEGIN:VEVENT\r\nUID:a\r\nDTSTART:19000101T000000Z\r\nRRULE:" + rule + "\r\nEND:VEVENT\r\n"
	}
	part := func(rule string) string {
		return "BEGIN:STANDARD\r\nDTSTART:19000101T000000\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\nRRULE:" + rule + "\r\nEND:STANDARD\r\n"
	}
	for name, body := range map[string]string{
		"no day matches":    strings.Repeat(event("FREQ=DAILY;COUNT=1000000;BYMONTH=2;BYMONTHDAY=30"), 19_000),
		"every minute":      strings.Repeat(event("FREQ=DAILY;COUNT=1000000;BYHOUR="+ints(0, 23)+";BYMINUTE="+ints(0, 59)), 2_000),
		"the last minute":   strings.Repeat(event("FREQ=YEARLY;COUNT=1000;BYMONTH="+ints(1, 12)+";BYMONTHDAY="+ints(1, 31)+";BYHOUR="+ints(0, 23)+";BYMINUTE="+ints(0, 59)+";BYSETPOS="+ints(300, 366)), 2_000),
		"parts of one zone": "BEGIN:VTIMEZONE\r\nTZID:Nowhere\r\n" + strings.Repeat(part("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), 4_900) + "END:VTIMEZONE\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			d, err := ical.Read([]byte("BEGIN:VCALENDAR\r\n" + body + "END:VCALENDAR\r\n"))
			if err == nil {
				_, _, err = d.Occurrences(hostileFrom, hostileTo, time.UTC)
			}
			took := time.Since(began)
			t.Log(took)
			if errs.ReasonOf(err) != "ical.too_much" || errs.As(err).Fields[0].Line == 0 {
				t.Errorf("%v after %s", err, took)
			}
		})
	}
}

// As many yearly events as a text may hold, each with a rule of its own, cost less than the bound.
func TestManyYearlyEventsAreRead(t *testing.T) {
	var b strings.Builder
	for i := range ical.MaxEvents {
		fmt.Fprintf(&b, "BEGIN:VEVENT\r\nUID:%d\r\nDTSTART;VALUE=DATE:19700101\r\nRRULE:FREQ=YEARLY;BYMONTH=%d;BYDAY=2MO\r\nEND:VEVENT\r\n", i, i%12+1)
	}
	d, err := ical.Read([]byte("BEGIN:VCALENDAR\r\n" + b.String() + "END:VCALENDAR\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	if list, _, err := d.Occurrences(hostileFrom, hostileFrom.AddDate(2, 0, 0), time.UTC); err != nil || len(list) != 2*ical.MaxEvents {
		t.Error(len(list), err)
	}
}

// Dates beside a rule are told from the rule's own without comparing each with each.
func TestManyDatesBesideARule(t *testing.T) {
	var rdate strings.Builder
	for i := range ical.MaxDates - 1 {
		rdate.WriteString("," + hostileFrom.AddDate(0, 0, i).Format("20060102") + "T070000")
	}
	event := "BEGIN:VEVENT\r\nUID:a\r\nDTSTART;TZID=Europe/Berlin:20260101T060000\r\nRRULE:FREQ=DAILY;COUNT=1000\r\nRDATE;TZID=Europe/Berlin:" + rdate.String()[1:] + "\r\nEND:VEVENT\r\n"
	d, err := ical.Read([]byte("BEGIN:VCALENDAR\r\n" + strings.Repeat(event, 10) + "END:VCALENDAR\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	list, _, err := d.Occurrences(hostileFrom, hostileTo.AddDate(3, 0, 0), time.UTC)
	if took := time.Since(began); err != nil || len(list) != 10*(1000+ical.MaxDates-1) || took > 2*time.Second {
		t.Error(len(list), err, took)
	}
}

func reads(t *testing.T, text string, from, to time.Time, loc *time.Location) string {
	t.Helper()
	d, err := ical.Read([]byte("BEGIN:VCALENDAR\r\n" + strings.ReplaceAll(text, "\n", "\r\n") + "END:VCALENDAR\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := d.Occurrences(from, to, loc)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, o := range list {
		out = append(out, o.Start.UTC().Format("2006-01-02 15:04"))
	}
	return strings.Join(out, ", ")
}

// A zone that a text defines is read as one that is known by name: a time that its clock skips has the offset before.
func TestGapOfAZoneOfTheText(t *testing.T) {
	const zone = "BEGIN:VTIMEZONE\nTZID:%s\nBEGIN:DAYLIGHT\nDTSTART:19810329T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:DAYLIGHT\n" +
		"BEGIN:STANDARD\nDTSTART:19961027T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\nEND:VTIMEZONE\n"
	for _, wall := range []string{"20260329T015959", "20260329T020000", "20260329T023000", "20260329T025959", "20260329T030000", "20261025T020000", "20261025T023000", "20261025T030000", "20260701T120000"} {
		event := "BEGIN:VEVENT\nUID:a\nDTSTART;TZID=%s:" + wall + "\nEND:VEVENT\n"
		own := reads(t, fmt.Sprintf(zone+event, "Our Office", "Our Office"), hostileFrom, hostileTo, time.UTC)
		known := reads(t, fmt.Sprintf(event, "Europe/Berlin"), hostileFrom, hostileTo, time.UTC)
		if own != known || own == "" {
			t.Errorf("%s: %s in the zone of the text, %s in Europe/Berlin", wall, own, known)
		}
	}
}

// UNTIL is an instant: what starts after it does not recur, also in a night in which a clock shows an hour twice.
func TestUntilInANightWithTwoHoursAlike(t *testing.T) {
	from, to := time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC), hostileTo
	for _, c := range []struct{ start, until, want string }{
		{"20260101T030000", "20261025T013000Z", ""},                                                     // 03:00 is 02:00 UTC that day
		{"20260101T023000", "20261025T003000Z", "2026-10-25 00:30"},                                     // 02:30 is the first of two
		{"20260101T023000", "20261025T010000Z", "2026-10-25 00:30"},                                     // also where the clock shows 02:00 again
		{"20260101T023000", "20261025T002959Z", ""},                                                     //
		{"20260701T030000", "20261026T020000Z", "2026-10-25 02:00, 2026-10-26 02:00"},                   // begun in summer
		{"20260101T030000", "20261026", "2026-10-25 02:00, 2026-10-26 02:00"},                           // a whole day
		{"20260101T030000", "20261026T030000", "2026-10-25 02:00, 2026-10-26 02:00"},                    // as the clock shows it
		{"20260101T030000", "20261026T025959", "2026-10-25 02:00"},                                      //
		{"20260101T233000", "20261026T223000Z", "2026-10-24 21:30, 2026-10-25 22:30, 2026-10-26 22:30"}, //
	} {
		got := reads(t, "BEGIN:VEVENT\nUID:a\nDTSTART;TZID=Europe/Berlin:"+c.start+"\nRRULE:FREQ=DAILY;UNTIL="+c.until+"\nEND:VEVENT\n", from, to, time.UTC)
		if got != c.want {
			t.Errorf("%s until %s: %q, not %q", c.start, c.until, got, c.want)
		}
	}
}

// A day before 1970 that is left out takes no other day with it.
func TestDayLeftOutBefore1970(t *testing.T) {
	text := "BEGIN:VEVENT\nUID:a\nDTSTART:19460101T000000Z\nRRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:19460101\nEND:VEVENT\n"
	from := time.Date(1993, 6, 1, 0, 0, 0, 0, time.UTC)
	// 1 January 1946 lies as many days before 1970 as 1 January 1994 behind it.
	if got := reads(t, text, from, from.AddDate(1, 0, 0), time.UTC); got != "1994-01-01 00:00" {
		t.Error(got)
	}
}
