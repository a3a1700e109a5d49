package openness

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"
)

var t0 = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)

func h(n float64) time.Time { return t0.Add(time.Duration(n * float64(time.Hour))) }

func spans(pairs ...float64) *Spans {
	var l []Span
	for i := 0; i < len(pairs); i += 2 {
		l = append(l, Span{h(pairs[i]), h(pairs[i+1])})
	}
	return NewSpans(l)
}

func window(id string, pairs ...float64) Period {
	return Period{ID: id, Name: id, Owner: "maya", Kind: Window, Times: spans(pairs...)}
}

func hard(id string, pairs ...float64) Period {
	return Period{ID: id, Name: id, Owner: "hannah", Kind: Freeze, Hard: true, Times: spans(pairs...)}
}

func soft(id string, pairs ...float64) Period {
	return Period{ID: id, Name: id, Owner: "aisha", Kind: Freeze, Times: spans(pairs...)}
}

func TestDecide(t *testing.T) {
	passed := soft("month-end", 0, 10)
	passed.Passed = &Pass{By: "aisha"}
	expiring := soft("month-end", 0, 10)
	expiring.Passed = &Pass{By: "aisha", Until: h(7)}
	for _, c := range []struct {
		name    string
		def     State
		periods []Period
		state   State
		codes   []string
		next    string
		valid   float64
	}{
		{"nothing matches, open", Open, nil, Open, []string{"calendar.default_open"}, "", 1000},
		{"nothing matches, closed", Closed, nil, Closed, []string{"calendar.default_closed"}, "", 1000},
		{"an unknown default is closed", "", nil, Closed, []string{"calendar.default_closed"}, "", 1000},
		{"window active", Closed, []Period{window("w", 4, 8)}, Open, []string{"calendar.window_active"}, "", 8},
		{"window to come", Open, []Period{window("w", 6, 8)}, Closed, []string{"calendar.window_none_active"}, "open 6 to 8", 6},
		{"window over", Open, []Period{window("w", 1, 2)}, Closed, []string{"calendar.window_none_active"}, "", 1000},
		{"the end of a window is outside", Open, []Period{window("w", 1, 5)}, Closed, []string{"calendar.window_none_active"}, "", 1000},
		{"one of two windows", Closed, []Period{window("w", 1, 2), window("v", 5, 6)}, Open, []string{"calendar.window_active"}, "", 6},
		{"hard freeze beats window", Closed, []Period{window("w", 4, 8), hard("peak", 0, 6)}, Closed, []string{"calendar.freeze_hard", "calendar.window_active"}, "open 6 to 8", 6},
		{"hard freeze beats default", Open, []Period{hard("peak", 0, 6)}, Closed, []string{"calendar.freeze_hard"}, "open 6 to 1000", 6},
		{"hard freeze and no window", Closed, []Period{window("w", 20, 22), hard("peak", 0, 6)}, Closed, []string{"calendar.freeze_hard", "calendar.window_none_active"}, "open 20 to 22", 6},
		{"freeze over the next windows", Closed, []Period{window("w", 6, 8, 30, 32, 54, 56), hard("peak", 0, 31)}, Closed, []string{"calendar.freeze_hard", "calendar.window_none_active"}, "open 31 to 32", 6},
		{"two freezes interleaved", Closed, []Period{window("w", 4, 40), hard("a", 0, 10), hard("b", 8, 20), hard("c", 20, 25)}, Closed, []string{"calendar.freeze_hard", "calendar.window_active"}, "open 25 to 40", 8},
		{"soft freeze in a window", Closed, []Period{window("w", 4, 8), soft("month-end", 0, 6)}, NeedsApproval, []string{"calendar.freeze_soft", "calendar.window_active"}, "open 6 to 8", 6},
		{"soft freeze on an open default", Open, []Period{soft("month-end", 0, 6)}, NeedsApproval, []string{"calendar.freeze_soft"}, "open 6 to 1000", 6},
		{"soft freeze without window", Open, []Period{window("w", 6, 8), soft("month-end", 0, 7)}, Closed, []string{"calendar.window_none_active", "calendar.freeze_soft"}, "needs-approval 6 to 7", 6},
		{"soft freeze passed", Closed, []Period{window("w", 4, 8), passed}, Open, []string{"calendar.freeze_passed", "calendar.window_active"}, "", 8},
		{"a pass that ends", Closed, []Period{window("w", 4, 8), expiring}, Open, []string{"calendar.freeze_passed", "calendar.window_active"}, "", 7},
		{"soft and hard", Open, []Period{soft("month-end", 0, 9), hard("peak", 0, 6)}, Closed, []string{"calendar.freeze_hard", "calendar.freeze_soft"}, "needs-approval 6 to 9", 6},
		{"all freezes are named", Open, []Period{hard("b", 0, 9), hard("a", 0, 6)}, Closed, []string{"calendar.freeze_hard", "calendar.freeze_hard"}, "open 9 to 1000", 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := Input{At: h(5), Default: c.def, Periods: c.periods, Horizon: h(1000)}
			r := Decide(in)
			var codes []string
			for _, x := range r.Reasons {
				codes = append(codes, x.Code)
				if x.Text == "" {
					t.Errorf("%s has no text", x.Code)
				}
			}
			next := ""
			if r.Next != nil {
				next = fmt.Sprintf("%s %.0f to %.0f", r.Next.State, r.Next.At.Sub(t0).Hours(), r.Next.Until.Sub(t0).Hours())
			}
			if r.State != c.state || !reflect.DeepEqual(codes, c.codes) || next != c.next || !r.ValidUntil.Equal(h(c.valid)) {
				t.Errorf("%s %v next %q valid until %s\nwant %s %v next %q valid until %v", r.State, codes, next, r.ValidUntil.Sub(t0), c.state, c.codes, c.next, c.valid)
			}
			if s, until := StateAt(in); s != r.State || !until.Equal(r.ValidUntil) {
				t.Errorf("StateAt says %s until %s", s, until)
			}
		})
	}
}

// plain is CA2 once more, as a person would read it.
func plain(in Input, at time.Time) State {
	active := func(p Period) bool { _, ok := p.Times.ActiveUntil(at); return ok }
	windows, open, held := 0, false, false
	for _, p := range in.Periods {
		if p.Kind == Freeze && p.Hard && active(p) {
			return Closed
		}
		if p.Kind == Window {
			windows++
			open = open || active(p)
		}
		if p.Kind == Freeze && !p.Hard && active(p) && !p.passes(at) {
			held = true
		}
	}
	if windows > 0 && !open || windows == 0 && in.Default != Open {
		return Closed
	}
	if held {
		return NeedsApproval
	}
	return Open
}

func randomInput(rnd *rand.Rand) Input {
	in := Input{At: h(float64(rnd.IntN(48))), Default: []State{Open, Closed}[rnd.IntN(2)], Horizon: h(200)}
	for i := range rnd.IntN(6) {
		var pairs []float64
		for range 1 + rnd.IntN(5) {
			s := float64(rnd.IntN(150))
			pairs = append(pairs, s, s+float64(1+rnd.IntN(20)))
		}
		id := fmt.Sprint("p", i)
		switch rnd.IntN(3) {
		case 0:
			in.Periods = append(in.Periods, window(id, pairs...))
		case 1:
			in.Periods = append(in.Periods, hard(id, pairs...))
		default:
			p := soft(id, pairs...)
			if rnd.IntN(3) == 0 {
				p.Passed = &Pass{By: "aisha", Until: h(float64(rnd.IntN(150)))}
			}
			in.Periods = append(in.Periods, p)
		}
	}
	return in
}

// Against an hour-by-hour walk: the state, that nothing changes before ValidUntil, and that Next is the first better hour.
func TestDecideAgreesWithAWalk(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	better := map[State]int{Closed: 0, NeedsApproval: 1, Open: 2}
	for range 20_000 {
		in := randomInput(rnd)
		r := Decide(in)
		if want := plain(in, in.At); r.State != want {
			t.Fatalf("%+v: %s, want %s", in, r.State, want)
		}
		for at := in.At; at.Before(r.ValidUntil); at = at.Add(time.Hour) {
			if plain(in, at) != r.State {
				t.Fatalf("%+v: valid until %s, but %s at %s", in, r.ValidUntil, plain(in, at), at)
			}
		}
		var want time.Time
		for at := in.At; at.Before(in.Horizon); at = at.Add(time.Hour) {
			if better[plain(in, at)] > better[r.State] {
				want = at
				break
			}
		}
		switch {
		case want.IsZero() != (r.Next == nil):
			t.Fatalf("%+v: next %v, want %s", in, r.Next, want)
		case r.Next != nil && (!r.Next.At.Equal(want) || r.Next.State != plain(in, want)):
			t.Fatalf("%+v: next %v, want %s", in, r.Next, want)
		case r.Next != nil:
			for at := want; at.Before(r.Next.Until); at = at.Add(time.Hour) {
				if plain(in, at) != r.Next.State {
					t.Fatalf("%+v: opening %+v, but %s at %s", in, r.Next, plain(in, at), at)
				}
			}
		}
		rnd.Shuffle(len(in.Periods), func(i, j int) { in.Periods[i], in.Periods[j] = in.Periods[j], in.Periods[i] })
		if again := Decide(in); !reflect.DeepEqual(again, r) {
			t.Fatalf("the order of periods matters:\n%+v\n%+v", r, again)
		}
	}
}

func TestHorizonDefaults(t *testing.T) {
	r := Decide(Input{At: h(0), Default: Closed, Periods: []Period{window("w", 24*500, 24*501)}})
	if r.Next != nil || !r.Searched.Equal(h(0).AddDate(0, 0, Days)) {
		t.Errorf("next %v, searched %s", r.Next, r.Searched)
	}
}

func BenchmarkDecideTenPeriods(b *testing.B) {
	in := Input{At: h(5), Default: Closed, Horizon: h(24 * 35)}
	for i := range 5 {
		var pairs []float64
		for d := range 35 {
			pairs = append(pairs, float64(24*d+i), float64(24*d+i+2))
		}
		in.Periods = append(in.Periods, window(fmt.Sprint("w", i), pairs...), hard(fmt.Sprint("f", i), float64(100+i), float64(120+i)))
	}
	b.ReportAllocs()
	for b.Loop() {
		Decide(in)
	}
}

func BenchmarkStateAt200Freezes(b *testing.B) {
	in := Input{At: h(5), Default: Open, Horizon: h(24 * 35)}
	for i := range 200 {
		in.Periods = append(in.Periods, hard(fmt.Sprint("f", i), float64(100+i), float64(120+i)))
	}
	b.ReportAllocs()
	for b.Loop() {
		StateAt(in)
	}
}

// A reason goes on behind a colon with a small letter.
func TestClause(t *testing.T) {
	for text, want := range map[string]string{"Freeze Peak trading is in force.": "freeze Peak trading is in force.", "No window is active, and none follows.": "no window is active, and none follows.", "": ""} {
		if got := (Reason{Text: text}).Clause(); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}
