package hourgrid

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func at(t testing.TB, zone, text string) time.Time {
	t.Helper()
	z, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	out, err := time.ParseInLocation("2006-01-02T15:04", text, z)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Each instant lies where the clock of its day says, on days of 23, 24 and 25 hours alike.
func TestAxis(t *testing.T) {
	const cph = "Europe/Copenhagen"
	utc := func(s string) time.Time { return at(t, "UTC", s) }
	for _, c := range []struct {
		name, zone, first string
		length            int
		marks             int
		at                map[string][2]int // instant in UTC to day and minute
		gaps              map[int][]Gap
		again             [2]int
	}{
		{"as usual", cph, "2026-11-16T00:00", 1440, 24, map[string][2]int{"2026-11-15T23:00": {0, 0}, "2026-11-16T08:30": {0, 570}, "2026-11-22T22:59": {6, 1439}, "2026-11-22T23:00": {6, 1440}}, nil, [2]int{}},
		{"put back", cph, "2026-10-19T00:00", 1500, 25, map[string][2]int{
			"2026-10-25T00:30": {6, 150}, "2026-10-25T01:30": {6, 210}, "2026-10-25T02:30": {6, 270}, // 02:30 twice, then 03:30
			"2026-10-19T00:30": {0, 150}, "2026-10-19T01:00": {0, 240}, "2026-10-19T22:00": {0, 1500},
		}, map[int][]Gap{0: {{180, 240}}, 5: {{180, 240}}, 6: nil}, [2]int{180, 60}},
		{"put forward", cph, "2026-03-23T00:00", 1440, 24, map[string][2]int{"2026-03-29T00:59": {6, 119}, "2026-03-29T01:00": {6, 180}, "2026-03-28T01:30": {5, 150}}, map[int][]Gap{6: {{120, 180}}, 0: nil}, [2]int{}},
		{"half an hour", "Australia/Lord_Howe", "2026-03-30T00:00", 1470, 24, map[string][2]int{"2026-04-04T14:59": {6, 119}, "2026-04-04T15:00": {6, 120}, "2026-04-04T15:30": {6, 150}}, map[int][]Gap{0: {{120, 150}}, 6: nil}, [2]int{120, 30}},
		{"no midnight", "America/Sao_Paulo", "2018-10-29T00:00", 1440, 24, map[string][2]int{"2018-11-04T03:00": {6, 60}, "2018-11-04T02:59": {5, 1439}}, map[int][]Gap{6: {{0, 60}}, 5: nil}, [2]int{}},
		{"midnight twice", "America/Sao_Paulo", "2018-02-12T00:00", 1500, 25, map[string][2]int{"2018-02-18T01:30": {5, 1410}, "2018-02-18T02:30": {5, 1470}, "2018-02-18T03:00": {6, 0}, "2018-02-14T02:00": {2, 0}}, map[int][]Gap{0: {{1440, 1500}}, 5: nil}, [2]int{1440, 60}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := New(at(t, c.zone, c.first), 7)
			if a.Length != c.length || len(a.Marks()) != c.marks {
				t.Errorf("%d minutes and %d hours, want %d and %d", a.Length, len(a.Marks()), c.length, c.marks)
			}
			for text, want := range c.at {
				if got := a.At(want[0], utc(text)); got != want[1] {
					t.Errorf("%s on day %d: %d, want %d", text, want[0], got, want[1])
				}
				if from, to := a.Day(want[0]); utc(text).Before(from) || utc(text).After(to) {
					t.Errorf("%s is not on day %d, from %s to %s", text, want[0], from, to)
				}
			}
			for day, want := range c.gaps {
				if got := a.Gaps(day); !slices.Equal(got, want) {
					t.Errorf("gaps of day %d: %v, want %v", day, got, want)
				}
			}
			if from, n := a.Again(); from != c.again[0] || n != c.again[1] {
				t.Errorf("again %d %d, want %v", from, n, c.again)
			}
		})
	}
}

// An hour that comes twice is marked twice, each with the name of its zone.
func TestMarks(t *testing.T) {
	var texts []string
	for _, m := range New(at(t, "Europe/Copenhagen", "2026-10-19T00:00"), 7).Marks()[1:5] {
		texts = append(texts, fmt.Sprint(m.Minute, " ", m.Text))
	}
	if want := []string{"60 01:00", "120 02:00 CEST", "180 02:00 CET", "240 03:00"}; !slices.Equal(texts, want) {
		t.Errorf("%q, want %q", texts, want)
	}
}

// A day never goes back: what happens later lies further down.
func TestAxisOnlyGoesDown(t *testing.T) {
	for _, zone := range []string{"Europe/Copenhagen", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca", "Asia/Kathmandu"} {
		first := at(t, zone, "2018-01-01T00:00")
		for w := range 52 {
			a := New(first.AddDate(0, 0, 7*w), 7)
			for d := range 7 {
				from, to := a.Day(d)
				last := -1
				for x := from; x.Before(to); x = x.Add(30 * time.Minute) {
					if n := a.At(d, x); n < last || n > a.Length || n == last && x != from {
						t.Fatalf("%s: %s lies at %d, behind %d", zone, x, n, last)
					} else {
						last = n
					}
				}
			}
		}
	}
}

var rule = Rule{Columns: 4, Least: 30, Whole: 24 * time.Hour, More: 120}

func items(t testing.TB, zone string, spans ...string) []Item {
	var out []Item
	for i := 0; i < len(spans); i += 2 {
		out = append(out, Item{From: at(t, zone, spans[i]), To: at(t, zone, spans[i+1])})
	}
	return out
}

func TestPlace(t *testing.T) {
	const z = "Europe/Copenhagen"
	for _, c := range []struct {
		name  string
		first string
		in    []string
		day   int
		want  string
	}{
		{"alone", "2026-11-16T00:00", []string{"2026-11-17T09:00", "2026-11-17T10:00"}, 1, "0:540-600 0+1/1"},
		{"one behind the other", "2026-11-16T00:00", []string{"2026-11-16T09:00", "2026-11-16T10:00", "2026-11-16T10:00", "2026-11-16T11:00"}, 0, "0:540-600 0+1/1 1:600-660 0+1/1"},
		{"beside one another", "2026-11-16T00:00", []string{"2026-11-16T09:00", "2026-11-16T12:00", "2026-11-16T10:00", "2026-11-16T11:00"}, 0, "0:540-720 0+1/2 1:600-660 1+1/2"},
		{"the longer first", "2026-11-16T00:00", []string{"2026-11-16T09:00", "2026-11-16T10:00", "2026-11-16T09:00", "2026-11-16T12:00"}, 0, "1:540-720 0+1/2 0:540-600 1+1/2"},
		{"a column is used again, and what has room is wider", "2026-11-16T00:00", []string{"2026-11-16T09:00", "2026-11-16T10:00", "2026-11-16T09:00", "2026-11-16T10:00", "2026-11-16T09:30", "2026-11-16T12:00", "2026-11-16T10:30", "2026-11-16T11:00"}, 0,
			"0:540-600 0+1/3 1:540-600 1+1/3 2:570-720 2+1/3 3:630-660 0+2/3"},
		{"over midnight", "2026-11-16T00:00", []string{"2026-11-16T22:00", "2026-11-17T02:00"}, 0, "0:1320-1440 0+1/1>"},
		{"over midnight, the day after", "2026-11-16T00:00", []string{"2026-11-16T22:00", "2026-11-17T02:00"}, 1, "0:0-120 0+1/1<"},
		{"ends at midnight", "2026-11-16T00:00", []string{"2026-11-16T22:00", "2026-11-17T00:00"}, 1, ""},
		{"from the week before", "2026-11-16T00:00", []string{"2026-11-15T22:00", "2026-11-16T02:00"}, 0, "0:0-120 0+1/1<"},
		{"into the week behind", "2026-11-16T00:00", []string{"2026-11-22T22:00", "2026-11-23T02:00"}, 6, "0:1320-1440 0+1/1>"},
		{"short things have a height and stand beside one another", "2026-11-16T00:00", []string{"2026-11-16T09:00", "2026-11-16T09:05", "2026-11-16T09:10", "2026-11-16T09:15"}, 0, "0:540-570 0+1/2 1:550-580 1+1/2"},
		{"short before midnight", "2026-11-16T00:00", []string{"2026-11-16T23:50", "2026-11-16T23:55"}, 0, "0:1410-1440 0+1/1"},
		{"through the hour that comes twice", "2026-10-19T00:00", []string{"2026-10-25T01:00", "2026-10-25T04:00"}, 6, "0:60-300 0+1/1"},
		{"on another day of that week", "2026-10-19T00:00", []string{"2026-10-20T01:00", "2026-10-20T04:00"}, 1, "0:60-300 0+1/1"},
		{"through the hour that is skipped", "2026-03-23T00:00", []string{"2026-03-29T01:00", "2026-03-29T04:00"}, 6, "0:60-240 0+1/1"},
		{"a whole day stands above", "2026-11-16T00:00", []string{"2026-11-16T09:00", "2026-11-17T09:00"}, 0, ""},
	} {
		days, _ := New(at(t, z, c.first), 7).Place(items(t, z, c.in...), rule)
		got := ""
		for i, b := range days[c.day].Blocks {
			if i > 0 {
				got += " "
			}
			got += fmt.Sprintf("%d:%d-%d %d+%d/%d", b.Item, b.From, b.To, b.Column, b.Span, b.Columns)
			if b.Continues {
				got += "<"
			}
			if b.Goes {
				got += ">"
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestStrips(t *testing.T) {
	const z = "Europe/Copenhagen"
	_, ss := New(at(t, z, "2026-11-16T00:00"), 7).Place(items(t, z,
		"2026-11-18T00:00", "2026-11-20T00:00", // two days
		"2026-11-10T00:00", "2026-12-01T00:00", // the whole week and more
		"2026-11-20T00:00", "2026-11-21T00:00", // beside the first
		"2026-11-19T12:00", "2026-11-20T12:00", // under both
		"2026-11-08T00:00", "2026-11-16T00:00", // over
	), rule)
	got := ""
	for _, s := range ss {
		got += fmt.Sprintf("%d:%d+%d@%d ", s.Item, s.Day, s.Days, s.Row)
	}
	if want := "1:0+7@0 0:2+2@1 3:3+2@2 2:4+1@1 "; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if !ss[0].Continues || !ss[0].Goes || ss[1].Continues || ss[1].Goes {
		t.Errorf("%+v", ss)
	}
}

// What finds no room is counted where it begins; what ranks first keeps its room.
func TestMore(t *testing.T) {
	start := at(t, "UTC", "2026-11-16T08:00")
	var in []Item
	for i := range 12 {
		x := Item{From: start.Add(time.Duration(i) * 30 * time.Minute), Rank: 1}
		if x.To = x.From.Add(4 * time.Hour); i > 8 {
			x.Rank = 0
		}
		in = append(in, x)
	}
	days, _ := New(at(t, "UTC", "2026-11-16T00:00"), 7).Place(in, rule)
	n, ranked := 0, 0
	for _, b := range days[0].Blocks {
		n++
		if in[b.Item].Rank == 0 {
			ranked++
		}
		if b.Column > 2 || b.Columns != 4 {
			t.Errorf("%+v", b)
		}
	}
	if ranked != 3 {
		t.Errorf("%d of three that rank first are drawn", ranked)
	}
	last := 0
	for _, m := range days[0].More {
		n += len(m.Items)
		if m.Column != 3 || m.From < last || m.To <= m.From {
			t.Errorf("%+v behind %d", m, last)
		}
		last = m.To
	}
	if n != len(in) || len(days[0].More) < 2 {
		t.Errorf("%d of %d, %+v", n, len(in), days[0].More)
	}
}

// Whatever comes, nothing is lost, and no two blocks lie over one another.
func TestNothingOverlaps(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 2))
	for range 300 {
		a := New(at(t, "Europe/Copenhagen", []string{"2026-10-19T00:00", "2026-03-23T00:00", "2026-11-16T00:00"}[rnd.IntN(3)]), 7)
		first, _ := a.Day(0)
		_, last := a.Day(6)
		var in []Item
		for range rnd.IntN(120) {
			from := first.Add(time.Duration(rnd.IntN(8*24*12)-144) * 5 * time.Minute)
			in = append(in, Item{From: from, To: from.Add(time.Duration(1+rnd.IntN(1800)) * time.Minute), Rank: rnd.IntN(3)})
		}
		days, strips := a.Place(in, rule)
		seen := map[int]bool{}
		for _, s := range strips {
			seen[s.Item] = true
		}
		for d, day := range days {
			for i, x := range day.Blocks {
				seen[x.Item] = true
				if x.From < 0 || x.To > a.Length || x.To-x.From < rule.Least || x.Column+x.Span > x.Columns || x.Columns > rule.Columns || x.Span < 1 {
					t.Fatalf("day %d: %+v", d, x)
				}
				for _, y := range day.Blocks[:i] {
					if x.From < y.To && y.From < x.To && x.Column < y.Column+y.Span && y.Column < x.Column+x.Span {
						t.Fatalf("day %d: %+v lies over %+v", d, x, y)
					}
				}
			}
			for _, m := range day.More {
				for _, i := range m.Items {
					seen[i] = true
				}
				for _, x := range day.Blocks {
					if x.From < m.To && m.From < x.To && x.Column+x.Span > m.Column && x.Columns == m.Columns {
						t.Fatalf("day %d: %+v lies over %+v", d, x, m)
					}
				}
			}
		}
		for i, x := range in {
			if want := x.From.Before(last) && x.To.After(first); seen[i] != want {
				t.Fatalf("%+v: seen %v, want %v", x, seen[i], want)
			}
		}
	}
}
