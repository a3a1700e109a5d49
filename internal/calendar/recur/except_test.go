package recur

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"slipway/internal/errs"
)

func TestDates(t *testing.T) {
	for _, c := range []struct {
		name string
		spec Spec
		want string
	}{
		{"a start is left out", Spec{Start: "2026-11-02T22:00", End: "2026-11-02T23:00", Zone: "Europe/Berlin", RRule: "FREQ=DAILY;COUNT=3", ExDates: []string{"2026-11-03T22:00"}},
			"11-02T21:00/11-02T22:00 11-04T21:00/11-04T22:00"},
		{"COUNT counts what is left out", Spec{Start: "2026-11-02T22:00", End: "2026-11-02T23:00", Zone: "UTC", RRule: "FREQ=DAILY;COUNT=2", ExDates: []string{"2026-11-02T22:00"}},
			"11-03T22:00/11-03T23:00"},
		{"a day is left out", Spec{Start: "2026-11-02T06:00", End: "2026-11-02T07:00", Zone: "UTC", RRule: "FREQ=DAILY;BYHOUR=6,18;COUNT=4", ExDates: []string{"2026-11-02"}},
			"11-03T06:00/11-03T07:00 11-03T18:00/11-03T19:00"},
		{"a time of no start leaves nothing out", Spec{Start: "2026-11-02T06:00", End: "2026-11-02T07:00", Zone: "UTC", RRule: "FREQ=DAILY;COUNT=1", ExDates: []string{"2026-11-02T06:01"}},
			"11-02T06:00/11-02T07:00"},
		{"a further start", Spec{Start: "2026-11-02T06:00", End: "2026-11-02T07:00", Zone: "Europe/Berlin", RRule: "FREQ=WEEKLY;COUNT=2", RDates: []string{"2026-11-05T06:00", "2026-11-09T06:00"}},
			"11-02T05:00/11-02T06:00 11-05T05:00/11-05T06:00 11-09T05:00/11-09T06:00"},
		{"further starts alone", Spec{Start: "2026-11-02T06:00:00Z", End: "2026-11-02T07:00:00Z", RDates: []string{"2026-11-12T06:00:00Z"}},
			"11-02T06:00/11-02T07:00 11-12T06:00/11-12T07:00"},
		{"left out wins", Spec{Start: "2026-11-02T06:00", End: "2026-11-02T07:00", Zone: "UTC", RDates: []string{"2026-11-12T06:00"}, ExDates: []string{"2026-11-12T06:00"}},
			"11-02T06:00/11-02T07:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Parse(c.spec)
			if err != nil {
				t.Fatal(err)
			}
			got, more := r.Occurrences(at("2026-11-01T00:00:00Z"), at("2026-12-01T00:00:00Z"), 100)
			if show(got) != c.want || more {
				t.Fatalf("got  %s (more %v)\nwant %s", show(got), more, c.want)
			}
			first, last := r.Bounds()
			if !first.Equal(got[0].Start) || !last.Equal(got[len(got)-1].End) {
				t.Errorf("bounds %s %s of %s", first, last, show(got))
			}
			table := r.Table(at("2026-10-01T00:00:00Z"), at("2027-01-01T00:00:00Z"), 100)
			for _, o := range got {
				if n, ok := table.NextStart(o.Start.Add(-time.Second)); !ok || !n.Equal(o.Start) {
					t.Errorf("the table's next start before %s is %s, %v", o.Start, n, ok)
				}
			}
		})
	}
}

func TestDatesRefused(t *testing.T) {
	const s, e = "2026-11-23T22:00", "2026-11-24T04:00"
	many := slices.Repeat([]string{"2026-11-25"}, MaxDates+1)
	for _, c := range []struct {
		rule          string
		ex, r         []string
		field, reason string
	}{
		{"", []string{"2026-11-23"}, nil, "exdates", "recur.dates_alone"},
		{"FREQ=DAILY", many, nil, "exdates", "recur.too_many"},
		{"FREQ=DAILY", nil, many, "rdates", "recur.too_many"},
		{"FREQ=DAILY", []string{"tomorrow"}, nil, "exdates[0]", "recur.time"},
		{"FREQ=DAILY", []string{"2026-11-23T22:00:00Z"}, nil, "exdates[0]", "recur.mixed"},
		{"FREQ=DAILY", nil, []string{"2026-11-25T22:00", "2026-11-22T22:00"}, "rdates[1]", "recur.date_before_start"},
		{"FREQ=DAILY", nil, []string{"2026-11-25"}, "rdates[0]", "recur.time"},
		{"FREQ=DAILY;COUNT=2", []string{"2026-11-23", "2026-11-24"}, nil, "exdates", "recur.never"},
	} {
		r, err := Parse(Spec{Start: s, End: e, Zone: "UTC", RRule: c.rule, ExDates: c.ex, RDates: c.r})
		x := errs.As(err)
		if r != nil || x == nil || len(x.Fields) != 1 || x.Fields[0].Name != c.field || x.Reason != c.reason {
			t.Errorf("%s %v %v: %v; want %s at %s", c.rule, c.ex, c.r, err, c.reason, c.field)
		}
	}
}

// unusual are zones whose clocks do more than go forward an hour in spring.
var unusual = []string{
	"Europe/Berlin", "America/New_York", "America/Santiago", // midnight does not exist
	"Australia/Lord_Howe", // half an hour
	"Africa/Casablanca",   // back for Ramadan, whose dates wander
	"Europe/Dublin",       // winter time is the exception, with a negative offset
	"Antarctica/Troll",    // two hours
	"Pacific/Apia",        // skipped 30 December 2011
	"Asia/Kathmandu", "America/St_Johns", "Asia/Gaza",
}

// brute walks a zone's clock minute by minute and returns the instant at which it first shows each wall time.
func brute(loc *time.Location, from, to time.Time) map[time.Time]time.Time {
	shown := map[time.Time]time.Time{}
	for i := from; i.Before(to); i = i.Add(5 * time.Minute) {
		if w := wallOf(i, loc); w.Minute()%5 == 0 {
			if _, twice := shown[w]; !twice {
				shown[w] = i
			}
		}
	}
	return shown
}

// A recurring period starts and ends when the clock on the wall first shows its times, whatever the clock does in between; where
// the clock never shows them, they are read with the offset from before the gap.
func TestRecurrenceAgreesWithTheClock(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 11))
	checked, gaps := 0, 0
	for _, name := range unusual {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, year := range []int{2011, 2024, 2026} {
			begin := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
			shown := brute(loc, begin.AddDate(0, 0, -3), begin.AddDate(1, 0, 5))
			for range 12 {
				first := begin.AddDate(0, 0, rnd.IntN(20)).Add(time.Duration(rnd.IntN(24*12)) * 5 * time.Minute)
				if _, ok := shown[first]; !ok {
					continue
				}
				length := time.Duration(1+rnd.IntN(40)) * 30 * time.Minute
				step := 1 + rnd.IntN(3)
				out := map[time.Time]bool{}
				s := Spec{Start: first.Format("2006-01-02T15:04"), End: first.Add(length).Format("2006-01-02T15:04"), Zone: name, RRule: []string{"", "FREQ=DAILY", "FREQ=DAILY;INTERVAL=2", "FREQ=DAILY;INTERVAL=3"}[step]}
				for k := range 10 {
					w := first.AddDate(0, 0, step*(3+k*k))
					out[w] = true
					s.ExDates = append(s.ExDates, w.Format("2006-01-02T15:04"))
				}
				r, err := Parse(s)
				if err != nil {
					t.Fatal(name, s, err)
				}
				end := time.Date(year, 12, 28, 0, 0, 0, 0, time.UTC)
				got, _ := r.Occurrences(begin.AddDate(0, 0, -1), end, 400)
				i := 0
				for w := first; ; w = w.AddDate(0, 0, step) {
					if out[w] {
						continue
					}
					from, there := shown[w]
					to, ends := shown[w.Add(length)]
					if there && !from.Before(end) || w.After(end.AddDate(0, 0, 2)) {
						break
					}
					if i == len(got) {
						t.Fatalf("%s %+v: %s is missing", name, s, w)
					}
					o := got[i]
					i++
					if !there {
						gaps++
						if wallOf(o.Start, loc).Before(w) { // read with the offset before the gap: later on the clock
							t.Fatalf("%s %+v: %s does not exist and is taken as %s", name, s, w, o.Start.In(loc))
						}
						continue
					}
					if !o.Start.Equal(from) {
						t.Fatalf("%s %+v: %s starts at %s, want %s", name, s, w, o.Start, from)
					}
					if ends && to.After(from) && !o.End.Equal(to) {
						t.Fatalf("%s %+v: %s ends at %s, want %s", name, s, w, o.End, to)
					}
					checked++
				}
				if i != len(got) {
					t.Fatalf("%s %+v: %d occurrences too many, the first %s", name, s, len(got)-i, got[i].Start)
				}
			}
		}
	}
	if checked < 30_000 || gaps == 0 {
		t.Fatalf("only %d occurrences and %d gaps were met", checked, gaps)
	}
}

// A rule that ends has a last end, however many occurrences lie before it.
func TestBoundsOfALongRuleThatEnds(t *testing.T) {
	for _, c := range []struct{ rule, until string }{
		{"FREQ=DAILY;UNTIL=20311231T220000", "2032-01-01T01:00:00Z"},
		{"FREQ=DAILY;UNTIL=20311231", "2032-01-01T01:00:00Z"},
		{"FREQ=DAILY;BYHOUR=0,2,4,6,8,10,12,14,16,18,20,22;UNTIL=20270731T220000", "2027-08-01T00:00:00Z"},
		{"FREQ=DAILY;BYMONTH=1,2,3,4,5,6;BYHOUR=10,22;UNTIL=20351231T220000", "2035-07-01T00:00:00Z"},
	} {
		start := "2026-01-05T22:00"
		r, err := Parse(Spec{Start: start, End: "2026-01-06T02:00", Zone: "Europe/Berlin", RRule: c.rule})
		if err != nil {
			t.Fatal(c.rule, err)
		}
		first, last := r.Bounds()
		if got := last.Format(time.RFC3339); got != c.until || first.Format(time.RFC3339) != "2026-01-05T21:00:00Z" {
			t.Errorf("%s: from %s to %s, not %s", c.rule, first.Format(time.RFC3339), got, c.until)
		}
	}
	r, err := Parse(Spec{Start: "2026-01-05T22:00", End: "2026-01-06T02:00", Zone: "Europe/Berlin", RRule: "FREQ=DAILY"})
	if err != nil {
		t.Fatal(err)
	}
	if _, last := r.Bounds(); !last.IsZero() {
		t.Errorf("a rule without an end ends at %s", last)
	}
	r, err = Parse(Spec{Start: "2026-01-05T22:00", End: "2026-01-06T02:00", Zone: "Europe/Berlin", RRule: "FREQ=DAILY;UNTIL=20311231", RDates: []string{"2040-06-01T22:00"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, last := r.Bounds(); last.Format(time.RFC3339) != "2040-06-02T00:00:00Z" {
		t.Errorf("with a further start: %s", last)
	}
}
