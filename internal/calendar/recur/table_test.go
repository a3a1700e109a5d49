package recur

import (
	"math/rand/v2"
	"testing"
	"time"
)

// A table answers as its rule does, inside of what is written out, at its edges and beyond.
func TestTableAnswersAsTheRule(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 9))
	pick := func(list ...string) string { return list[rnd.IntN(len(list))] }
	from := at("2026-09-15T00:00:00Z")
	to := from.AddDate(0, 8, 0) // both clock changes lie in it
	for range 300 {
		start := from.Add(time.Duration(rnd.IntN(24*500)-24*300) * time.Hour)
		length := time.Duration(1+rnd.IntN(12)) * 30 * time.Minute
		if rnd.IntN(4) == 0 {
			length = time.Duration(1+rnd.IntN(40)) * 24 * time.Hour
		}
		rule := pick("", "FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=DAILY;BYHOUR=1,2,3", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY", "FREQ=WEEKLY;COUNT=20", "FREQ=DAILY;UNTIL=20261201T000000Z")
		const layout = "2006-01-02T15:04"
		r, err := Parse(Spec{Start: start.Format(layout), End: start.Add(length).Format(layout), Zone: pick("Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "UTC"), RRule: rule})
		if err != nil {
			continue // a start that is no start of the rule
		}
		most := []int{3, 40, 10_000}[rnd.IntN(3)]
		table := r.Table(from, to, most)
		for range 60 {
			q := from.Add(time.Duration(rnd.Int64N(int64(300*24*time.Hour))) - 30*24*time.Hour).Truncate(30 * time.Minute)
			gu, ga := table.ActiveUntil(q)
			wu, wa := r.ActiveUntil(q)
			if ga != wa || ga && !gu.Equal(wu) && gu.Sub(q) < 100*24*time.Hour {
				t.Fatalf("%+v, %d: active at %s until %s %v, the rule says %s %v", r.Spec(), most, q, gu, ga, wu, wa)
			}
			gn, gnext := table.NextStart(q)
			wn, wnext := r.NextStart(q)
			if gnext != wnext || gnext && !gn.Equal(wn) {
				t.Fatalf("%+v, %d: next after %s %s %v, the rule says %s %v", r.Spec(), most, q, gn, gnext, wn, wnext)
			}
			g, gok := table.At(q)
			w, wok := r.At(q)
			if gok != wok || gok && !g.Start.Equal(w.Start) || gok && !g.End.Equal(w.End) {
				t.Fatalf("%+v, %d: at %s %+v %v, the rule says %+v %v", r.Spec(), most, q, g, gok, w, wok)
			}
			until := q.Add(time.Duration(1+rnd.IntN(60*24)) * time.Hour)
			gl, gm := table.Occurrences(q, until, 1000)
			wl, wm := r.Occurrences(q, until, 1000)
			if gm != wm || show(gl) != show(wl) {
				t.Fatalf("%+v, %d: %s to %s\n%s\nthe rule says\n%s", r.Spec(), most, q, until, show(gl), show(wl))
			}
		}
	}
}

func BenchmarkTable(b *testing.B) {
	from := at("2026-09-15T00:00:00Z")
	t := must(b, "2021-11-16T21:00", "2021-11-16T23:30", "Europe/Stockholm", "FREQ=WEEKLY;BYDAY=TU,TH").Table(from, from.AddDate(2, 0, 0), 1000)
	q := at("2026-11-19T20:30:00Z")
	b.ReportAllocs()
	for b.Loop() {
		t.ActiveUntil(q)
		t.NextStart(q)
	}
}
