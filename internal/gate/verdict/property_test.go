package verdict

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"
)

func randomSnapshot(rnd *rand.Rand) Snapshot {
	hours := func(from, to int) time.Time { return now.Add(time.Duration(from+rnd.IntN(to-from)) * time.Hour) }
	maybe := func(t time.Time) time.Time {
		if rnd.IntN(2) == 0 {
			return time.Time{}
		}
		return t
	}
	manifest := func() string { return []string{"m1", "m1", "m1", "m0"}[rnd.IntN(4)] }
	coin := func(n int) bool { return rnd.IntN(n) == 0 }
	s := Snapshot{At: now, Manifest: "m1"}
	kinds := []Kind{Confirmed, Proven, Proven, Approved, NoRisk, BackedOut, InWindow, Polled, Custom}
	for i := range 1 + rnd.IntN(6) {
		c := Criterion{Key: fmt.Sprint("c", i), Title: "T", Kind: kinds[rnd.IntN(len(kinds))], Mandatory: !coin(5), Owner: "o", Position: rnd.IntN(3), Due: maybe(hours(-20, 20)),
			Question: Questions()[rnd.IntN(4)], Persons: rnd.IntN(3), WindowNow: coin(2), Roles: []RoleRule{{"Database", 1 + rnd.IntN(2)}, {"Compliance", 1}}[:1+rnd.IntN(2)]}
		if coin(3) {
			c.Binding = ToRelease
		}
		if coin(2) {
			c.Evidence.MaxAge, c.RehearsedWithin = time.Duration(1+rnd.IntN(30))*time.Hour, time.Duration(1+rnd.IntN(30))*time.Hour
		}
		if coin(3) {
			c.Evidence.Services = []string{"a", "b"}
		}
		s.Criteria = append(s.Criteria, c)
		for k := range rnd.IntN(5) {
			e := Evidence{ID: fmt.Sprint("e", i, k), Criterion: c.Key, Service: []string{"a", "b"}[rnd.IntN(2)], At: hours(-20, 1), Seq: int64(rnd.IntN(3)), Manifest: manifest()}
			if coin(2) {
				e.JUnit = &Counts{Tests: rnd.IntN(4), Failures: rnd.IntN(2)}
			} else {
				e.Fact = &Outcome{Met: coin(2)}
			}
			s.Evidence = append(s.Evidence, e)
			s.Confirmations = append(s.Confirmations, Confirmation{Criterion: c.Key, By: fmt.Sprint("p", rnd.IntN(3)), At: hours(-20, 1), Manifest: manifest(), Denied: coin(6), Withdrawn: coin(6)})
		}
		if coin(3) {
			s.Waivers = append(s.Waivers, Waiver{ID: fmt.Sprint("w", i), Criterion: c.Key, By: "aisha", From: hours(-20, 10), Until: maybe(hours(-10, 20)), Withdrawn: coin(8)})
		}
		if coin(3) {
			s.Findings = append(s.Findings, Finding{Criterion: c.Key, Met: !coin(3), Missing: coin(2), Text: "F", Until: maybe(hours(-5, 20))})
		}
	}
	for k := range rnd.IntN(6) {
		a := Approval{ID: fmt.Sprint("a", k), Role: []string{"Database", "Compliance"}[rnd.IntN(2)], By: fmt.Sprint("p", rnd.IntN(4)), At: hours(-20, 1), Until: maybe(hours(-5, 20)), Withdrawn: coin(8), Refused: coin(8)}
		if coin(6) {
			a.Void = []string{"scope"}
		}
		s.Approvals = append(s.Approvals, a)
	}
	for k := range rnd.IntN(3) {
		s.Risks = append(s.Risks, Risk{ID: fmt.Sprint("R-", k), Title: "R", Open: coin(2), Blocking: coin(2)})
	}
	s.BackOut = BackOut{Present: !coin(4), Changed: hours(-40, -10), Rehearsed: maybe(hours(-30, 0))}
	if coin(5) {
		s.BackOut.RehearsalFailed = "x"
	}
	s.Window.Start = maybe(hours(-5, 10))
	s.Window.End = s.Window.Start.Add(time.Duration(1+rnd.IntN(10)) * time.Hour)
	s.Window.Closed = coin(5)
	s.Poll = Poll{Decided: !coin(3), Outcome: []string{"go", "go-if", "go", "no-go"}[rnd.IntN(4)], At: hours(-5, 0)}
	for range rnd.IntN(3) {
		s.Poll.Conditions = append(s.Poll.Conditions, Condition{Text: "do", Due: maybe(hours(-5, 20)), Done: coin(2)})
	}
	return s
}

func rankOf(w Word) int { return map[Word]int{Go: 0, Pending: 1, NoGo: 2}[w] }

func shape(v Verdict) string {
	out := string(v.Word)
	for _, r := range append(slices.Clone(v.Reasons), v.Warnings...) {
		out += fmt.Sprintf("\n%s %s %s %s", r.Code, r.Criterion, r.State, r.Text)
	}
	for _, a := range v.Answers {
		out += fmt.Sprintf("\n%s %s %s", a.Criterion, a.State, a.Waiver)
	}
	return out
}

func TestProperties(t *testing.T) {
	rnd := rand.New(rand.NewPCG(11, 12))
	words := map[Word]int{}
	for range 20_000 {
		s := randomSnapshot(rnd)
		v := Compute(s)
		words[v.Word]++

		// The word is what the reasons say.
		want := Go
		for _, r := range v.Reasons {
			if r.State == NotMet {
				want = NoGo
			} else if want == Go {
				want = Pending
			}
		}
		if v.Word != want || (v.Word == Go) != (len(v.Steps) == 0) {
			t.Fatalf("%s with %+v and %+v", v.Word, v.Reasons, v.Steps)
		}
		if got := bare(s); got != v.Word {
			t.Fatalf("%s, a plain reading says %s\n%+v", v.Word, got, s)
		}

		// No order matters.
		p := s
		p.Criteria, p.Evidence, p.Confirmations = slices.Clone(s.Criteria), slices.Clone(s.Evidence), slices.Clone(s.Confirmations)
		p.Approvals, p.Waivers, p.Findings, p.Risks = slices.Clone(s.Approvals), slices.Clone(s.Waivers), slices.Clone(s.Findings), slices.Clone(s.Risks)
		shuffle(rnd, p.Criteria)
		shuffle(rnd, p.Evidence)
		shuffle(rnd, p.Confirmations)
		shuffle(rnd, p.Approvals)
		shuffle(rnd, p.Waivers)
		shuffle(rnd, p.Findings)
		shuffle(rnd, p.Risks)
		if again := Compute(p); shape(again) != shape(v) || !again.ValidUntil.Equal(v.ValidUntil) || !reflect.DeepEqual(again.Steps, v.Steps) {
			t.Fatalf("the order matters:\n%s\n---\n%s", shape(v), shape(again))
		}

		// A passing piece of evidence never makes anything worse, whenever it was received and whatever it is bound to.
		c := s.Criteria[rnd.IntN(len(s.Criteria))]
		more := s
		e := Evidence{ID: "new", Criterion: c.Key, Service: "a", At: now.Add(-time.Duration(rnd.IntN(40)) * time.Hour), Seq: int64(rnd.IntN(3)), Manifest: []string{"m0", "m1"}[rnd.IntN(2)], Fact: &Outcome{Met: true}}
		more.Evidence = append(slices.Clone(s.Evidence), e)
		w := Compute(more)
		if rankOf(w.Word) > rankOf(v.Word) {
			t.Fatalf("evidence %+v turns %s into %s", e, v.Word, w.Word)
		}
		for i := range w.Answers {
			if w.Answers[i].State.rank() > v.Answers[i].State.rank() {
				t.Fatalf("evidence %+v turns %+v into %+v", e, v.Answers[i], w.Answers[i])
			}
		}
		// A waiver in force never makes anything worse, and when it is over all is as without it.
		waived := s
		waived.Waivers = append(slices.Clone(s.Waivers), Waiver{ID: "new", Criterion: c.Key, By: "aisha", From: now, Until: now.Add(time.Minute)})
		if w := Compute(waived); rankOf(w.Word) > rankOf(v.Word) {
			t.Fatalf("a waiver turns %s into %s", v.Word, w.Word)
		}
		over, without := waived, s
		over.At, without.At = now.Add(time.Minute), now.Add(time.Minute)
		if a, b := Compute(over), Compute(without); a.Word != b.Word {
			t.Fatalf("%s after the waiver, %s without it", a.Word, b.Word)
		}

		// Nothing changes by time alone before ValidUntil.
		end := v.ValidUntil
		if end.IsZero() {
			end = now.Add(1000 * time.Hour)
		}
		if !end.After(now) {
			t.Fatalf("valid until %s", end)
		}
		later := s
		for _, at := range []time.Time{now.Add(time.Duration(rnd.Int64N(int64(end.Sub(now))))), end.Add(-1)} {
			later.At = at
			if l := Compute(later); shape(l) != shape(v) {
				t.Fatalf("valid until %s, but at %s:\n%s\n---\n%s", v.ValidUntil, at, shape(v), shape(l))
			}
		}
	}
	for _, w := range []Word{Go, NoGo, Pending} {
		if words[w] < 200 {
			t.Errorf("only %d of %s were tried: %v", words[w], w, words)
		}
	}
}

func shuffle[T any](rnd *rand.Rand, l []T) {
	rnd.Shuffle(len(l), func(i, j int) { l[i], l[j] = l[j], l[i] })
}
