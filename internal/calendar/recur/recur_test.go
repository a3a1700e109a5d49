package recur

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	rrule "github.com/teambition/rrule-go"

	"slipway/internal/errs"
)

func must(t testing.TB, start, end, zone, rule string) *Rule {
	t.Helper()
	r, err := Parse(Spec{Start: start, End: end, Zone: zone, RRule: rule})
	if err != nil {
		t.Fatalf("Parse(%s, %s, %s, %s): %v", start, end, zone, rule, err)
	}
	return r
}

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

func show(l []Occurrence) string {
	var b []string
	for _, o := range l {
		b = append(b, o.Start.Format("01-02T15:04")+"/"+o.End.Format("01-02T15:04"))
	}
	return strings.Join(b, " ")
}

func TestOccurrencesKeepWallTime(t *testing.T) {
	for _, c := range []struct {
		name, start, end, zone, rule, from, to, want string
	}{
		{"Berlin spring, 22 to 04", "2026-03-27T22:00", "2026-03-28T04:00", "Europe/Berlin", "FREQ=DAILY", "2026-03-27T12:00:00Z", "2026-03-30T12:00:00Z",
			"03-27T21:00/03-28T03:00 03-28T21:00/03-29T02:00 03-29T20:00/03-30T02:00"},
		{"Berlin autumn, 22 to 04", "2026-10-23T22:00", "2026-10-24T04:00", "Europe/Berlin", "FREQ=DAILY", "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z",
			"10-24T20:00/10-25T03:00 10-25T21:00/10-26T03:00"},
		{"Berlin, start in the gap", "2026-03-28T02:30", "2026-03-28T05:00", "Europe/Berlin", "FREQ=DAILY", "2026-03-28T00:00:00Z", "2026-03-30T12:00:00Z",
			"03-28T01:30/03-28T04:00 03-29T01:30/03-29T03:00 03-30T00:30/03-30T03:00"},
		{"Berlin, end in the gap", "2026-03-28T01:00", "2026-03-28T02:30", "Europe/Berlin", "FREQ=DAILY", "2026-03-29T00:00:00Z", "2026-03-29T12:00:00Z",
			"03-29T00:00/03-29T01:30"},
		{"Berlin, end would not lie behind its start", "2026-03-28T02:30", "2026-03-28T03:00", "Europe/Berlin", "FREQ=DAILY", "2026-03-29T00:00:00Z", "2026-03-29T12:00:00Z",
			"03-29T01:30/03-29T02:00"},
		{"Berlin, twice means the first", "2026-10-24T02:15", "2026-10-24T02:45", "Europe/Berlin", "FREQ=DAILY", "2026-10-25T00:00:00Z", "2026-10-25T12:00:00Z",
			"10-25T00:15/10-25T00:45"},
		{"New York spring", "2026-03-07T02:30", "2026-03-07T06:00", "America/New_York", "FREQ=DAILY", "2026-03-08T00:00:00Z", "2026-03-08T20:00:00Z",
			"03-08T07:30/03-08T10:00"},
		{"New York autumn", "2026-10-31T01:30", "2026-10-31T03:00", "America/New_York", "FREQ=DAILY", "2026-11-01T00:00:00Z", "2026-11-01T20:00:00Z",
			"11-01T05:30/11-01T08:00"},
		{"Troll skips two hours: both times of the night mean the same", "2026-03-28T02:45", "2026-03-28T03:15", "Antarctica/Troll", "FREQ=DAILY;BYHOUR=2,4", "2026-03-29T00:00:00Z", "2026-03-29T20:00:00Z",
			"03-29T02:45/03-29T03:15"},
		{"Apia skips a day, which means the next one", "2011-12-28T02:30", "2011-12-28T03:00", "Pacific/Apia", "FREQ=DAILY;BYHOUR=2,4", "2011-12-29T12:00:00Z", "2012-01-01T00:00:00Z",
			"12-29T12:30/12-29T13:00 12-29T14:30/12-29T15:00 12-30T12:30/12-30T13:00 12-30T14:30/12-30T15:00 12-31T12:30/12-31T13:00 12-31T14:30/12-31T15:00"},
		{"Lord Howe goes back half an hour in April", "2026-04-04T01:45", "2026-04-04T02:15", "Australia/Lord_Howe", "FREQ=DAILY", "2026-04-04T12:00:00Z", "2026-04-05T12:00:00Z",
			"04-04T14:45/04-04T15:45"},
		{"Lord Howe goes forward half an hour in October", "2026-10-03T02:10", "2026-10-03T03:00", "Australia/Lord_Howe", "FREQ=DAILY", "2026-10-03T12:00:00Z", "2026-10-04T12:00:00Z",
			"10-03T15:40/10-03T16:00"},
		{"Auckland, southern spring", "2026-09-26T02:30", "2026-09-26T04:00", "Pacific/Auckland", "FREQ=DAILY", "2026-09-26T00:00:00Z", "2026-09-27T12:00:00Z",
			"09-26T14:30/09-26T15:00"},
		{"Santiago, midnight does not exist", "2026-09-05T00:00", "2026-09-05T01:30", "America/Santiago", "FREQ=DAILY", "2026-09-06T00:00:00Z", "2026-09-06T20:00:00Z",
			"09-06T04:00/09-06T04:30"},
		{"Tuesdays and Thursdays", "2026-11-17T21:00", "2026-11-17T23:30", "Europe/Stockholm", "FREQ=WEEKLY;BYDAY=TU,TH", "2026-11-18T00:00:00Z", "2026-11-28T00:00:00Z",
			"11-19T20:00/11-19T22:30 11-24T20:00/11-24T22:30 11-26T20:00/11-26T22:30"},
		{"every second week, asked years later", "2020-01-06T09:00", "2020-01-06T10:00", "UTC", "FREQ=WEEKLY;INTERVAL=2", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z",
			"11-02T09:00/11-02T10:00 11-16T09:00/11-16T10:00 11-30T09:00/11-30T10:00"},
		{"last Friday of the month", "2026-01-30T18:00", "2026-02-02T06:00", "UTC", "FREQ=MONTHLY;BYDAY=-1FR", "2026-11-01T00:00:00Z", "2027-01-01T00:00:00Z",
			"10-30T18:00/11-02T06:00 11-27T18:00/11-30T06:00 12-25T18:00/12-28T06:00"},
		{"31st skips short months", "2026-01-31T00:00", "2026-01-31T01:00", "UTC", "FREQ=MONTHLY", "2026-02-01T00:00:00Z", "2026-06-01T00:00:00Z",
			"03-31T00:00/03-31T01:00 05-31T00:00/05-31T01:00"},
		{"29 February", "2024-02-29T00:00", "2024-02-29T01:00", "UTC", "FREQ=YEARLY", "2025-01-01T00:00:00Z", "2029-01-01T00:00:00Z",
			"02-29T00:00/02-29T01:00"},
		{"last working day, set position", "2026-01-30T18:00", "2026-01-30T20:00", "UTC", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-05-01T00:00:00Z", "2026-07-01T00:00:00Z",
			"05-29T18:00/05-29T20:00 06-30T18:00/06-30T20:00"},
		{"COUNT", "2026-11-02T00:00", "2026-11-02T01:00", "UTC", "FREQ=DAILY;COUNT=3", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z",
			"11-02T00:00/11-02T01:00 11-03T00:00/11-03T01:00 11-04T00:00/11-04T01:00"},
		{"UNTIL as an instant", "2026-11-02T00:30", "2026-11-02T01:00", "Europe/Berlin", "FREQ=DAILY;UNTIL=20261103T233000Z", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z",
			"11-01T23:30/11-02T00:00 11-02T23:30/11-03T00:00 11-03T23:30/11-04T00:00"},
		{"UNTIL as a date includes the day", "2026-11-02T22:00", "2026-11-02T23:00", "Europe/Berlin", "RRULE:FREQ=DAILY;UNTIL=20261103", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z",
			"11-02T21:00/11-02T22:00 11-03T21:00/11-03T22:00"},
		{"several a day", "2026-11-02T06:00", "2026-11-02T07:00", "UTC", "FREQ=DAILY;BYHOUR=6,18", "2026-11-02T00:00:00Z", "2026-11-03T12:00:00Z",
			"11-02T06:00/11-02T07:00 11-02T18:00/11-02T19:00 11-03T06:00/11-03T07:00"},
		{"one-off in a zone", "2026-11-23T00:00", "2026-12-01T23:59", "Europe/Stockholm", "", "2026-11-25T00:00:00Z", "2026-11-26T00:00:00Z", "11-22T23:00/12-01T22:59"},
		{"one-off instants", "2026-11-23T00:00:00+01:00", "2026-11-23T02:00:00+01:00", "", "", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z", "11-22T23:00/11-23T01:00"},
		{"instants recur on the wall", "2026-03-28T21:00:00Z", "2026-03-28T22:00:00Z", "Europe/Berlin", "FREQ=DAILY", "2026-03-28T00:00:00Z", "2026-03-30T00:00:00Z",
			"03-28T21:00/03-28T22:00 03-29T20:00/03-29T21:00"},
		{"the end is outside", "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z", "", "", "2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := must(t, c.start, c.end, c.zone, c.rule)
			got, more := r.Occurrences(at(c.from), at(c.to), 100)
			if show(got) != c.want || more {
				t.Fatalf("got  %s (more %v)\nwant %s", show(got), more, c.want)
			}
			for _, o := range got {
				if a, ok := r.At(o.Start); !ok || a.End.Before(o.End) {
					t.Errorf("At(%s) = %v, %v", o.Start, a, ok)
				}
				if n, ok := r.NextStart(o.Start.Add(-time.Second)); !ok || !n.Equal(o.Start) {
					t.Errorf("NextStart before %s = %s, %v", o.Start, n, ok)
				}
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	const s, e = "2026-11-23T22:00", "2026-11-24T04:00"
	for _, c := range []struct{ start, end, zone, rule, field, reason string }{
		{"", e, "UTC", "", "start", "recur.time"},
		{"2026-11-23", e, "UTC", "", "start", "recur.time"},
		{"next Tuesday", e, "UTC", "", "start", "recur.time"},
		{strings.Repeat("2", 10<<20), e, "UTC", "", "start", "recur.time"},
		{"2026-02-30T10:00", e, "UTC", "", "start", "recur.time"},
		{"1026-11-23T22:00", e, "UTC", "", "start", "recur.year"},
		{s, "9026-11-23T22:00", "UTC", "", "end", "recur.year"},
		{s, e, "", "", "zone", "recur.zone_missing"},
		{s, e, "Europe/Brelin", "", "zone", "recur.zone_unknown"},
		{s, e, "Local", "", "zone", "recur.zone_unknown"},
		{s, e, "../../etc/passwd", "", "zone", "recur.zone_unknown"},
		{s, e, strings.Repeat("A", 1<<20), "", "zone", "recur.zone_unknown"},
		{s, "2026-11-23T21:00:00Z", "UTC", "", "end", "recur.mixed"},
		{e, s, "UTC", "", "end", "recur.end_before_start"},
		{s, s, "UTC", "", "end", "recur.end_before_start"},
		{s, s, "UTC", "FREQ=DAILY", "end", "recur.end_before_start"},
		{s, "2038-11-23T22:00", "UTC", "", "end", "recur.too_long"},
		{s, "2028-11-23T22:00", "UTC", "FREQ=DAILY", "end", "recur.too_long"},
		{s, e, "UTC", "BYDAY=MO", "rrule", "recur.frequency"},
		{s, e, "UTC", "FREQ=SECONDLY", "rrule", "recur.frequency"},
		{s, e, "UTC", "FREQ=MINUTELY", "rrule", "recur.frequency"},
		{s, e, "UTC", "FREQ=HOURLY;INTERVAL=24;BYHOUR=3", "rrule", "recur.frequency"},
		{s, e, "UTC", "FREQ=FORTNIGHTLY", "rrule", "recur.frequency"},
		{s, e, "UTC", "FREQ=DAILY;BYSECOND=1", "rrule", "recur.frequency"},
		{s, e, "UTC", "FREQ=DAILY;COUNT=0", "rrule", "recur.count"},
		{s, e, "UTC", "FREQ=DAILY;COUNT=-1", "rrule", "recur.count"},
		{s, e, "UTC", "FREQ=DAILY;COUNT=100000", "rrule", "recur.count"},
		{s, e, "UTC", "FREQ=DAILY;COUNT=3;UNTIL=20270101", "rrule", "recur.until"},
		{s, e, "UTC", "FREQ=DAILY;UNTIL=20200101", "rrule", "recur.until"},
		{s, e, "UTC", "FREQ=DAILY;UNTIL=tomorrow", "rrule", "recur.until"},
		{s, e, "UTC", "FREQ=DAILY;UNTIL=99990101", "rrule", "recur.until"},
		{s, e, "UTC", "FREQ=DAILY;INTERVAL=0", "rrule", "recur.interval"},
		{s, e, "UTC", "FREQ=DAILY;INTERVAL=1000000", "rrule", "recur.interval"},
		{s, e, "UTC", "FREQ=DAILY;INTERVAL=99999999999999999999", "rrule", "recur.rrule"},
		{s, e, "UTC", "FREQ=DAILY;FREQ=DAILY", "rrule", "recur.rrule"},
		{s, e, "UTC", "FREQ=DAILY;BYEASTER=1", "rrule", "recur.rrule"},
		{s, e, "UTC", "FREQ=DAILY;DTSTART=20261123T220000Z", "rrule", "recur.rrule"},
		{s, e, "UTC", "FREQ=DAILY;", "rrule", "recur.rrule"},
		{s, e, "UTC", "FREQ=DAILY;BYDAY=2MO", "rrule", "recur.rrule"},
		{s, e, "UTC", "FREQ=DAILY;BYMONTHDAY=32", "rrule", "recur.rrule"},
		{s, e, "UTC", "FREQ=MONTHLY;BYMONTHDAY=0", "rrule", "recur.rrule"},
		{s, e, "UTC", "FREQ=MONTHLY;BYSETPOS=1", "rrule", "recur.rrule"},
		{s, e, "UTC", "FREQ=DAILY;BYHOUR=" + strings.Repeat("1,", 200) + "1", "rrule", "recur.too_many"},
		{s, e, "UTC", "FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7,8,9,10;BYMINUTE=0,10,20,30,40", "rrule", "recur.too_many"},
		{s, e, "UTC", strings.Repeat("FREQ=DAILY;", 1<<20), "rrule", "recur.rrule"},
		{s, e, "UTC", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "rrule", "recur.never"},
		{s, e, "UTC", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "rrule", "recur.never"},
		{s, e, "UTC", "FREQ=DAILY;INTERVAL=7;BYDAY=TU", "rrule", "recur.never"},
		{s, e, "UTC", "FREQ=WEEKLY;BYDAY=TU", "rrule", "recur.start_not_in_rule"},
	} {
		_, err := Parse(Spec{Start: c.start, End: c.end, Zone: c.zone, RRule: c.rule})
		e := errs.As(err)
		if e == nil || len(e.Fields) != 1 || e.Fields[0].Name != c.field || e.Reason != c.reason || e.Code != errs.CodeInvalid {
			t.Errorf("Parse(%.30q, %.30q, %.30q, %.40q) = %v; want %s at %s", c.start, c.end, c.zone, c.rule, err, c.reason, c.field)
		} else if len(e.Error()) > 400 {
			t.Errorf("%s: the message has %d bytes", c.reason, len(e.Error()))
		}
	}
}

func TestNotes(t *testing.T) {
	for _, c := range []struct{ start, end, zone, rule, want string }{
		{"2026-11-23T22:00", "2026-11-25T04:00", "UTC", "FREQ=DAILY", "recur.overlaps"},
		{"2026-11-23T00:00", "2026-11-24T00:00", "UTC", "FREQ=DAILY", ""},
		{"2026-03-29T02:30", "2026-03-29T05:00", "Europe/Berlin", "", "recur.wall_missing"},
		{"2026-10-25T02:30", "2026-10-25T05:00", "Europe/Berlin", "", "recur.wall_twice"},
	} {
		got := ""
		for _, n := range must(t, c.start, c.end, c.zone, c.rule).Notes() {
			got += n.Reason
		}
		if got != c.want {
			t.Errorf("%s %s: notes %q, want %q", c.start, c.rule, got, c.want)
		}
	}
}

func TestActiveUntil(t *testing.T) {
	for _, c := range []struct{ start, end, zone, rule, at, want string }{
		{"2026-11-23T22:00", "2026-11-24T04:00", "UTC", "FREQ=DAILY", "2026-11-25T01:00:00Z", "2026-11-25T04:00:00Z"},
		{"2026-11-23T22:00", "2026-11-24T04:00", "UTC", "FREQ=DAILY", "2026-11-25T04:00:00Z", ""},
		{"2026-11-23T00:00", "2026-11-24T00:00", "UTC", "FREQ=DAILY;COUNT=5", "2026-11-25T04:00:00Z", "2026-11-28T00:00:00Z"},
		{"2026-11-23T00:00", "2026-11-24T12:00", "UTC", "FREQ=DAILY;COUNT=5", "2026-11-23T04:00:00Z", "2026-11-28T12:00:00Z"},
		{"2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z", "", "", "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"},
	} {
		got, ok := must(t, c.start, c.end, c.zone, c.rule).ActiveUntil(at(c.at))
		if ok != (c.want != "") || ok && !got.Equal(at(c.want)) {
			t.Errorf("%+v: %s, %v", c, got, ok)
		}
	}
	if until, ok := must(t, "2026-11-23T00:00", "2026-11-24T00:00", "UTC", "FREQ=DAILY").ActiveUntil(at("2026-11-25T00:00:00Z")); !ok || until.Before(at("2027-11-25T00:00:00Z")) {
		t.Errorf("a period without end is active until %s, %v", until, ok)
	}
}

// Every second of a wall clock, near every change of the last years, resolves to an instant that shows it, or is in a gap.
func TestResolveAgreesWithTheClock(t *testing.T) {
	for _, name := range []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Auckland", "America/Santiago", "Africa/Casablanca", "Asia/Kolkata", "Pacific/Apia", "Antarctica/Troll"} {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		shown := map[time.Time][]time.Time{}
		from := time.Date(2011, 12, 20, 0, 0, 0, 0, time.UTC)
		for _, span := range []int{0, 365 * 14} {
			a := from.AddDate(0, 0, span)
			for i := a; i.Before(a.AddDate(1, 0, 20)); i = i.Add(30 * time.Minute) {
				w := wallOf(i, loc)
				shown[w] = append(shown[w], i)
			}
		}
		for _, span := range []int{2, 365*14 + 2} {
			a := from.AddDate(0, 0, span)
			for w := a; w.Before(a.AddDate(1, 0, 10)); w = w.Add(30 * time.Minute) {
				got, exists, twice := resolve(w, loc)
				inst := shown[w]
				if exists != (len(inst) > 0) || twice != (len(inst) > 1) {
					t.Fatalf("%s %s: exists %v, twice %v, shown at %v", name, w, exists, twice, inst)
				}
				if exists && !got.Equal(inst[0]) {
					t.Fatalf("%s %s: %s, first shown at %s", name, w, got, inst[0])
				}
				if !exists {
					_, before := got.Add(-24 * time.Hour * 2).In(loc).Zone()
					if got.Add(time.Duration(before)*time.Second) != w {
						t.Fatalf("%s %s: in a gap, taken as %s", name, w, got)
					}
				}
			}
		}
	}
}

// The expansion that begins near the question gives what the library gives from the first start.
func TestExpansionAgreesWithTheLibrary(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	pick := func(s ...string) string { return s[rnd.IntN(len(s))] }
	tried := 0
	for range 300 {
		rule := "FREQ=" + pick("DAILY", "WEEKLY", "MONTHLY", "YEARLY") + pick("", ";INTERVAL=2", ";INTERVAL=3", ";INTERVAL=7") +
			pick("", "", ";BYMONTH=3,11", ";BYMONTH=2") + pick("", "", ";BYDAY=MO,TH", ";BYDAY=SU", ";BYDAY=-1FR", ";BYDAY=2TU,3WE") +
			pick("", "", ";BYMONTHDAY=1,15,-1", ";BYMONTHDAY=29") + pick("", "", "", ";BYSETPOS=-1", ";BYSETPOS=1,3") + pick("", "", ";WKST=SU", ";WKST=WE") + pick("", ";BYHOUR=6,18")
		first := time.Date(2015+rnd.IntN(4), time.Month(1+rnd.IntN(12)), 1+rnd.IntN(28), 6, 0, 0, 0, time.UTC)
		lib, err := rrule.StrToROption(rule)
		if err != nil {
			continue
		}
		lib.Dtstart = first
		lib.Until = first.AddDate(35, 0, 0)
		ref, err := rrule.NewRRule(*lib)
		if err != nil {
			continue
		}
		all := ref.All()
		if len(all) == 0 {
			continue
		}
		s := all[0]
		r, err := Parse(Spec{Start: s.Format("2006-01-02T15:04"), End: s.Add(time.Hour).Format("2006-01-02T15:04"), Zone: "UTC", RRule: rule})
		if err != nil {
			continue
		}
		if s != first {
			lib.Dtstart = s
			if ref, err = rrule.NewRRule(*lib); err != nil {
				t.Fatal(err)
			}
		}
		tried++
		from := s.AddDate(rnd.IntN(9), rnd.IntN(12), rnd.IntN(28))
		to := from.AddDate(1, 0, 0)
		var want []time.Time
		for _, w := range ref.Between(from, to, true) {
			if w.Before(to) {
				want = append(want, w)
			}
		}
		got, _ := r.Occurrences(from.Add(time.Hour), to, 10000)
		var starts []time.Time
		for _, o := range got {
			if !o.Start.Before(from) {
				starts = append(starts, o.Start)
			}
		}
		for len(want) > 0 && want[0].Before(from) {
			want = want[1:]
		}
		if len(starts) > 0 && len(want) > 0 && want[0].Equal(from) && !starts[0].Equal(from) {
			want = want[1:]
		}
		if len(starts) != len(want) {
			t.Fatalf("%s from %s: %d starts in %s to %s, the library says %d\n%v\n%v", rule, s, len(starts), from, to, len(want), starts, want)
		}
		for i := range want {
			if !want[i].Equal(starts[i]) {
				t.Fatalf("%s from %s: %s, the library says %s", rule, s, starts[i], want[i])
			}
		}
	}
	if tried < 40 {
		t.Fatalf("only %d rules were accepted", tried)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"FREQ=WEEKLY;BYDAY=TU,TH", "FREQ=DAILY;COUNT=5", "FREQ=MONTHLY;BYDAY=-1FR;BYSETPOS=-1", "RRULE:FREQ=YEARLY;BYWEEKNO=20", "FREQ=YEARLY;BYYEARDAY=-1,100;BYHOUR=1,2",
		"FREQ=DAILY;UNTIL=20270101T000000Z", "FREQ=HOURLY;BYHOUR=1;INTERVAL=24", "FREQ=MONTHLY;BYMONTHDAY=31;INTERVAL=12;WKST=SU", ""} {
		f.Add("2026-11-24T22:00", "2026-11-25T04:00", "Europe/Berlin", s)
		f.Add("2026-11-24T22:00:00Z", "2026-11-25T04:00:00Z", "", s)
	}
	f.Fuzz(func(t *testing.T, start, end, zone, rule string) {
		r, err := Parse(Spec{Start: start, End: end, Zone: zone, RRule: rule})
		if err != nil {
			if e := errs.As(err); e.Code != errs.CodeInvalid || len(e.Fields) == 0 {
				t.Fatalf("not a refusal with a field: %v", err)
			}
			return
		}
		from := at("2026-11-20T00:00:00Z")
		list, _ := r.Occurrences(from, from.AddDate(0, 3, 0), 50)
		last := time.Time{}
		for _, o := range list {
			if !o.End.After(o.Start) || o.Start.Before(last) {
				t.Fatalf("%+v in %v", o, list)
			}
			last = o.Start
			if _, ok := r.At(o.Start); !ok {
				t.Fatalf("not active at the start of %+v", o)
			}
			if u, ok := r.ActiveUntil(o.Start); !ok || u.Before(o.End) {
				t.Fatalf("active until %s from the start of %+v", u, o)
			}
		}
		if n, ok := r.NextStart(from); ok && !n.After(from) {
			t.Fatalf("the next start after %s is %s", from, n)
		}
	})
}

func BenchmarkMonthOf300Windows(b *testing.B) {
	var rules []*Rule
	for i := range 300 {
		d := 17 + i%7
		s := time.Date(2021, 11, d, i%24, 0, 0, 0, time.UTC)
		rule := []string{"FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=WEEKLY;INTERVAL=2"}[i%4]
		rules = append(rules, must(b, s.Format("2006-01-02T15:04"), s.Add(3*time.Hour).Format("2006-01-02T15:04"), "Europe/Berlin", rule))
	}
	from, to := at("2026-11-01T00:00:00Z"), at("2026-12-01T00:00:00Z")
	b.ResetTimer()
	n := 0
	for b.Loop() {
		n = 0
		for _, r := range rules {
			l, _ := r.Occurrences(from, to, 1000)
			n += len(l)
		}
	}
	b.ReportMetric(float64(n), "occurrences")
}

func BenchmarkAt(b *testing.B) {
	r := must(b, "2021-11-16T21:00", "2021-11-16T23:30", "Europe/Stockholm", "FREQ=WEEKLY;BYDAY=TU,TH")
	t := at("2026-11-19T20:30:00Z")
	for b.Loop() {
		r.At(t)
	}
}

func BenchmarkParseNever(b *testing.B) {
	for b.Loop() {
		_, _ = Parse(Spec{Start: "2026-11-23T22:00", End: "2026-11-23T23:00", Zone: "UTC", RRule: "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"})
	}
}
