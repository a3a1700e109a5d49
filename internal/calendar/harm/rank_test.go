package harm

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	"slipway/internal/calendar/clash"
	"slipway/internal/platform/db"
)

func TestCompare(t *testing.T) {
	day := time.Date(2026, 11, 24, 20, 0, 0, 0, time.UTC)
	at := func(days int, change func(*Measure)) Measure {
		m := Measure{Start: day.AddDate(0, 0, days), Away: time.Duration(days) * 24 * time.Hour, Owed: 48 * time.Hour, Left: 72 * time.Hour}
		if change != nil {
			change(&m)
		}
		return m
	}
	for _, c := range []struct {
		name        string
		first, then Measure
	}{
		{"harm before everything", at(9, func(m *Measure) { m.Left, m.Near = time.Hour, 40*time.Hour }), at(0, func(m *Measure) { m.Harm = time.Minute })},
		{"less harm", at(3, func(m *Measure) { m.Harm = 10 * time.Minute }), at(0, func(m *Measure) { m.Harm = 30 * time.Minute })},
		{"outside before inside, whatever is touched", at(6, func(m *Measure) { m.Left = time.Hour }), at(0, func(m *Measure) { m.Busy = []string{"Payroll"} })},
		{"time to tell before what is around", at(4, func(m *Measure) { m.Near = 20 * time.Hour }), at(0, func(m *Measure) { m.Left = ShortNotice - time.Minute })},
		{"little time counts only where a notice is owed", at(0, func(m *Measure) { m.Owed, m.Left = 0, 0 }), at(1, nil)},
		{"fewer busy hours around", at(5, func(m *Measure) { m.Near = time.Hour }), at(0, func(m *Measure) { m.Near = 2 * time.Hour })},
		{"the time of day before nearness", at(5, nil), at(1, func(m *Measure) { m.Other = true })},
		{"the nearest", at(1, nil), at(2, nil)},
		{"the earlier of two as near", at(0, func(m *Measure) { m.Away = time.Hour }), at(1, func(m *Measure) { m.Away = time.Hour })},
	} {
		if Compare(c.first, c.then) >= 0 || Compare(c.then, c.first) <= 0 {
			t.Errorf("%s: %+v does not come before %+v", c.name, c.first, c.then)
		}
		if Compare(c.first, c.first) != 0 {
			t.Errorf("%s: not equal to itself", c.name)
		}
	}
}

func TestWhy(t *testing.T) {
	by := time.Date(2026, 11, 24, 17, 0, 0, 0, time.UTC)
	for want, m := range map[string]Measure{
		"Outside of every busy time. No notice is owed. No busy time within a day of it.": {},
		"30 min of what is planned fall in Month-end. Users can still be told in time, until Tue 24 Nov 2026, 17:00 UTC. 5 h of Payroll and Month-end within a day of it.": {Harm: 30 * time.Minute,
			Busy: []string{"Month-end"}, Owed: 48 * time.Hour, Left: 30 * time.Hour, TellBy: by, Near: 5 * time.Hour, Around: []string{"Payroll", "Month-end"}},
		"Nothing that is planned touches Payroll, which is on then. Only 1 h 30 min are left to tell users, until Tue 24 Nov 2026, 17:00 UTC. No busy time within a day of it.": {
			Busy: []string{"Payroll"}, Owed: time.Hour, Left: 90 * time.Minute, TellBy: by},
		"1 min of what is planned falls in A, B and C. Users were told in time for it. No busy time within a day of it.":                                                        {Harm: time.Minute, Busy: []string{"A", "B", "C"}, Told: true},
		"Outside of every busy time. Users were told, before there was a date. No busy time within a day of it.":                                                                {Dateless: true},
		"Outside of every busy time. Users were told another time; they can still be told this one in time, until Tue 24 Nov 2026, 17:00 UTC. No busy time within a day of it.": {Anew: true, Owed: 48 * time.Hour, Left: 30 * time.Hour, TellBy: by},
		"Outside of every busy time. Users were told another time; only 1 h are left to tell them this one, until Tue 24 Nov 2026, 17:00 UTC. No busy time within a day of it.": {Anew: true, Owed: time.Hour, Left: time.Hour, TellBy: by},
		"Outside of every busy time. Users can still be told in time, until Tue 24 Nov 2026, 17:00 UTC; some were told another time. No busy time within a day of it.": {
			Anew: true, New: true, Owed: 48 * time.Hour, Left: 30 * time.Hour, TellBy: by},
	} {
		if got := strings.Join(m.Why(), " "); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// Compare orders whatever it is given: sorting twice, or from another order, gives the same.
func TestCompareIsAnOrder(t *testing.T) {
	var all []Measure
	for i := range 48 {
		all = append(all, Measure{Harm: time.Duration(i%2) * time.Minute, Near: time.Duration(i%3) * time.Hour, Owed: time.Hour, Left: time.Duration(i%4) * 12 * time.Hour,
			Away: time.Duration(i%5) * time.Hour, Start: time.Unix(int64(i), 0)})
	}
	a, b := slices.Clone(all), slices.Clone(all)
	slices.Reverse(b)
	slices.SortFunc(a, Compare)
	slices.SortFunc(b, Compare)
	for i := range a {
		if !a[i].Start.Equal(b[i].Start) {
			t.Fatalf("place %d: %v and %v", i, a[i], b[i])
		}
	}
}

// pick offers days that differ, before it offers more of one day or what does more harm.
func TestPick(t *testing.T) {
	const hour = db.Time(time.Hour / time.Microsecond)
	slot := func(at db.Time, harm int64) clash.Slot {
		return clash.Slot{Start: at * hour, End: (at + 2) * hour, HarmMinutes: harm}
	}
	order := func(a, b clash.Slot) int {
		return cmp.Or(cmp.Compare(a.HarmMinutes, b.HarmMinutes), cmp.Compare(a.Start, b.Start))
	}
	ranked := []clash.Slot{slot(0, 0), slot(1, 0), slot(6, 0), slot(24, 0), slot(30, 0), slot(48, 5)}
	for n, want := range map[int][]db.Time{1: {0}, 2: {0, 24}, 3: {0, 6, 24}, 4: {0, 6, 24, 30}, 9: {0, 6, 24, 30, 48}} {
		var got []db.Time
		for _, s := range pick(ranked, n, order) {
			got = append(got, s.Start/hour)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d of them: %v, want %v", n, got, want)
		}
	}
	if got := pick(nil, 3, order); len(got) != 0 {
		t.Errorf("%v", got)
	}
}
