package ical

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func when(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

func berlin(wall string) Moment {
	t, err := time.Parse("2006-01-02T15:04", wall)
	if err != nil {
		panic(err)
	}
	return Moment{Wall: t, Zone: "Europe/Berlin"}
}

func TestTextIsWhatTheFormatAsks(t *testing.T) {
	c := Calendar{Name: "Slipway, mine", Refresh: time.Hour, Events: []Event{{
		UID: "freeze-1@slipway", Sequence: 3, Stamp: when("2026-11-21T10:00:00Z"), Modified: when("2026-11-21T10:00:00Z"),
		Start: berlin("2026-11-24T22:00"), End: berlin("2026-11-25T04:00"), Rule: "FREQ=WEEKLY;BYDAY=TU", Except: []Moment{berlin("2026-12-29T22:00")},
		Summary: "Freeze: peak; trading, \\ both " + strings.Repeat("lines ä€😀 ", 9), Description: "one\ntwo\x01", Categories: []string{"freeze", "a,b"}, Status: Confirmed,
		URL: "https://slipway.example.com/calendar/freezes/peak",
	}}}
	b, err := c.Text()
	if err != nil {
		t.Fatal(err)
	}
	for l := range bytes.SplitSeq(bytes.TrimSuffix(b, []byte("\r\n")), []byte("\r\n")) {
		if len(l) > 75 || bytes.ContainsAny(l, "\r\n") || !utf8.Valid(l) {
			t.Errorf("%d octets: %q", len(l), l)
		}
	}
	unfolded := strings.ReplaceAll(string(b), "\r\n ", "")
	for _, want := range []string{
		"SUMMARY:Freeze: peak\\; trading\\, \\\\ both lines ä€😀 ", "DESCRIPTION:one\\ntwo\r\n", "CATEGORIES:freeze,a\\,b\r\n", "SEQUENCE:3\r\n", "STATUS:CONFIRMED\r\n", "TRANSP:OPAQUE\r\n",
		"DTSTART;TZID=Europe/Berlin:20261124T220000\r\n", "EXDATE;TZID=Europe/Berlin:20261229T220000\r\n", "RRULE:FREQ=WEEKLY;BYDAY=TU\r\n", "DTSTAMP:20261121T100000Z\r\n",
		"BEGIN:DAYLIGHT\r\nDTSTART:20270328T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nTZNAME:CEST\r\nEND:DAYLIGHT\r\n",
		"BEGIN:STANDARD\r\nDTSTART:20271031T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nTZNAME:CET\r\nEND:STANDARD\r\n",
	} {
		if !strings.Contains(unfolded, want) {
			t.Errorf("%q is not in\n%s", want, unfolded)
		}
	}
	if !strings.HasPrefix(string(b), "BEGIN:VCALENDAR\r\n") || !strings.HasSuffix(string(b), "END:VCALENDAR\r\n") {
		t.Error("the frame")
	}
}

func TestTextRefuses(t *testing.T) {
	for _, e := range []Event{{}, {UID: "a", Stamp: when("2026-01-01T00:00:00Z")},
		{UID: "a", Stamp: when("2026-01-01T00:00:00Z"), Start: Moment{Wall: when("2026-01-01T00:00:00Z"), Zone: "Nowhere/Town"}}} {
		if _, err := (Calendar{Events: []Event{e}}).Text(); err == nil {
			t.Errorf("%+v was written", e)
		}
	}
}

// zoneNames are zones with rules of every kind: none, yearly, by the week of a month, irregular, by half an hour, across midnight, abolished.
var zoneNames = []string{
	"Europe/Berlin", "Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Moscow", "Europe/Istanbul", "Europe/Kyiv", "Europe/Chisinau", "Asia/Jerusalem", "Asia/Beirut", "Asia/Gaza",
	"Asia/Tehran", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tokyo", "Asia/Pyongyang", "Asia/Amman", "Asia/Damascus", "Africa/Cairo", "Africa/Casablanca", "Africa/El_Aaiun", "Africa/Juba",
	"Africa/Windhoek", "Africa/Sao_Tome", "America/New_York", "America/St_Johns", "America/Sao_Paulo", "America/Asuncion", "America/Santiago", "America/Nuuk", "America/Scoresbysund", "America/Havana",
	"America/Mexico_City", "America/Tijuana", "America/Caracas", "America/Port-au-Prince", "America/Whitehorse", "America/Indiana/Knox", "Australia/Sydney", "Australia/Lord_Howe",
	"Australia/Eucla", "Antarctica/Troll", "Antarctica/Casey", "Pacific/Apia", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Easter", "Pacific/Fiji", "Pacific/Norfolk", "Pacific/Kiritimati", "Atlantic/Azores", "Etc/GMT+5",
}

// TestZonesHold writes a zone, reads what was written without knowing its name, and compares every hour around changes
// and many at random.
func TestZonesHold(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, name := range zoneNames {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, year := range []int{2001, 2010, 2019, 2026} {
			start := Moment{Wall: time.Date(year, 5, 3, 9, 0, 0, 0, time.UTC), Zone: name}
			b, err := Calendar{Events: []Event{{UID: "a", Stamp: start.Wall, Start: start, Rule: "FREQ=DAILY"}}}.Text()
			if err != nil {
				t.Fatal(err)
			}
			o := alone(t, b)
			for range 3000 {
				at := start.Wall.Add(time.Duration(rng.Int64N(20*365*24*12)) * 5 * time.Minute)
				if _, want := at.In(loc).Zone(); o.at(wallOf(at, loc)) != want && !repeated(at, loc) {
					t.Fatalf("%s from %d: at %s the offset is %d, written is %d\n%s", name, year, at, want, o.at(wallOf(at, loc)), b)
				}
			}
			for _, c := range changes(start.Wall.In(loc), start.Wall.AddDate(19, 11, 0)) {
				for h := -3; h <= 30; h++ {
					at := c.at.Add(time.Duration(h) * time.Hour)
					if _, want := at.In(loc).Zone(); o.at(wallOf(at, loc)) != want && !repeated(at, loc) {
						t.Fatalf("%s from %d, change of %s, %d h: %d, written is %d\n%s", name, year, c.at, h, want, o.at(wallOf(at, loc)), b)
					}
				}
			}
		}
	}
}

// repeated reports whether the clock shows this time twice, so that a wall time alone does not tell.
func repeated(t time.Time, loc *time.Location) bool {
	for _, d := range []time.Duration{time.Minute * 30, time.Hour, 2 * time.Hour, 3 * time.Hour, 24 * time.Hour} {
		if w := wallOf(t, loc); wallOf(t.Add(d), loc).Equal(w) || wallOf(t.Add(-d), loc).Equal(w) {
			return true
		}
	}
	return false
}

// alone reads the one zone of a text from its parts.
func alone(t *testing.T, text []byte) *observances {
	t.Helper()
	r := reader{in: scanner{rest: text}, doc: &Document{known: map[string]*time.Location{}}}
	if err := r.components(); err != nil {
		t.Fatal(err)
	}
	o, err := r.observances(r.zones[0])
	if err != nil || o == nil {
		t.Fatal(err)
	}
	return o
}

// sample makes a calendar from bytes, so that the fuzzer can vary it.
func sample(words string, seed uint64) Calendar {
	rng := rand.New(rand.NewPCG(seed, 7))
	word := func() string {
		if len(words) == 0 {
			return ""
		}
		i := rng.IntN(len(words))
		return strings.TrimSpace(clean(words[i:min(len(words), i+rng.IntN(200))]))
	}
	stamp := func() time.Time {
		return time.Date(2000+rng.IntN(150), time.Month(1+rng.IntN(12)), 1+rng.IntN(28), rng.IntN(24), rng.IntN(60), rng.IntN(60), 0, time.UTC)
	}
	c := Calendar{Name: word(), Description: word(), Refresh: time.Duration(rng.IntN(100)) * time.Minute}
	for range rng.IntN(6) {
		e := Event{UID: "x" + word(), Sequence: rng.Int64N(9), Stamp: stamp(), Summary: word(), Description: word(), Location: word(), Free: rng.IntN(2) == 0}
		m := Moment{Wall: stamp(), Zone: []string{UTC, "", "Europe/Berlin", "America/New_York", "Asia/Jerusalem"}[rng.IntN(5)]}
		if rng.IntN(3) == 0 {
			m = Day(m.Wall.Year(), m.Wall.Month(), m.Wall.Day())
		}
		e.Start, e.End = m, m
		e.End.Wall = m.Wall.AddDate(0, 0, 1+rng.IntN(40))
		if rng.IntN(2) == 0 {
			e.Rule = []string{"FREQ=WEEKLY;BYDAY=TU,TH", "FREQ=DAILY;COUNT=9", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"}[rng.IntN(3)]
			e.Except, e.Extra = []Moment{m}, []Moment{m, At(m.Wall)}
		} else if rng.IntN(3) == 0 {
			e.Recurrence = m
		}
		if w := word(); w != "" {
			e.Categories = []string{w, "b"}
			e.URL = "https://example.com/" + strings.Map(func(r rune) rune {
				if r > 126 || r <= 32 {
					return -1
				}
				return r
			}, w)
		}
		e.Status = []Status{"", Tentative, Confirmed, Cancelled}[rng.IntN(4)]
		if rng.IntN(2) == 0 {
			e.Created, e.Modified = stamp(), stamp()
		}
		c.Events = append(c.Events, e)
	}
	return c
}

// clean leaves out what the format cannot carry.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || control(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
}

// FuzzRoundTrip holds that what is written reads equal.
func FuzzRoundTrip(f *testing.F) {
	f.Add("", uint64(1))
	f.Add("Peak trading; hard, all\\n of it ", uint64(2))
	f.Add("\n\t,;:\\\\\"^ä€😀日本語 BEGIN:VEVENT\nEND:VCALENDAR ", uint64(3))
	f.Add(strings.Repeat("ä", 80), uint64(4))
	f.Fuzz(func(t *testing.T, words string, seed uint64) {
		want := sample(words, seed)
		b, err := want.Text()
		if err != nil {
			t.Fatal(err)
		}
		for l := range bytes.SplitSeq(b, []byte("\r\n")) {
			if len(l) > 75 || !utf8.Valid(l) {
				t.Fatalf("%q", l)
			}
		}
		got, err := Read(b)
		if err != nil {
			t.Fatalf("%v\n%s", err, b)
		}
		for i := range got.Events {
			got.Events[i].Line = 0
		}
		if !reflect.DeepEqual(got.Calendar, want) || len(got.Notes) > 0 {
			t.Fatalf("got  %+v\nwant %+v\nnotes %+v\n%s", got.Calendar, want, got.Notes, b)
		}
	})
}

func BenchmarkText(b *testing.B) {
	c := Calendar{}
	for i := range 10_000 {
		c.Events = append(c.Events, Event{UID: "release-" + time.Duration(i).String(), Stamp: when("2026-11-21T10:00:00Z"), Start: berlin("2026-11-24T22:00"), End: berlin("2026-11-25T04:00"),
			Summary: "Payments 4.8.0 → production", Description: "Planned, owned by Maya Lindqvist.\nhttps://slipway.example.com/releases/payments-4.8.0", URL: "https://slipway.example.com/releases/payments-4.8.0"})
	}
	var n int
	for b.Loop() {
		t, err := c.Text()
		if err != nil {
			b.Fatal(err)
		}
		n = len(t)
	}
	b.SetBytes(int64(n))
}
