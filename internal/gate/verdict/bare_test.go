package verdict

import (
	"fmt"
	"testing"
	"time"
)

// bare is the verdict's rules read a second time, as one loop that builds no reasons: the oracle of the property test and the
// limit of the benchmark.
func bare(s Snapshot) Word {
	const (
		ok = iota
		missing
		against
	)
	at := s.At
	byKey := make(map[string]int, len(s.Criteria))
	for i := range s.Criteria {
		byKey[s.Criteria[i].Key] = i
	}
	evidence := make([][]*Evidence, len(s.Criteria))
	for i := range s.Evidence {
		if k, known := byKey[s.Evidence[i].Criterion]; known {
			evidence[k] = append(evidence[k], &s.Evidence[i])
		}
	}
	confirmations := make([][]*Confirmation, len(s.Criteria))
	for i := range s.Confirmations {
		if k, known := byKey[s.Confirmations[i].Criterion]; known {
			confirmations[k] = append(confirmations[k], &s.Confirmations[i])
		}
	}
	word, mandatory := Go, 0
	for i := range s.Criteria {
		c := &s.Criteria[i]
		if !c.Mandatory {
			continue
		}
		mandatory++
		worst := ok
		find := func(f int) { worst = max(worst, f) }
		blocks := false // a missing thing with a due date of its own that has passed
		waits := false  // one that has not
		switch c.Kind {
		case Confirmed:
			good, denied := map[string]bool{}, false
			seen := map[string]*Confirmation{}
			j := &judge{s: &s, c: c}
			for _, x := range confirmations[i] {
				if o := seen[x.By]; !x.At.After(at) && (o == nil || x.At.After(o.At) || x.At.Equal(o.At) && x.rank(j) > o.rank(j)) {
					seen[x.By] = x
				}
			}
			for _, x := range seen {
				switch {
				case x.Withdrawn || c.Binding != ToRelease && x.Manifest != s.Manifest:
				case x.Denied:
					denied = true
				default:
					good[x.By] = true
				}
			}
			if denied {
				find(against)
			} else if len(good) < max(1, c.Persons) {
				find(missing)
			}
		case Proven:
			services := c.Evidence.Services
			if services == nil {
				services = everything
			}
			for _, service := range services {
				var best *Evidence
				for _, e := range evidence[i] {
					if service != "" && e.Service != service || e.At.After(at) || c.Binding != ToRelease && e.Manifest != s.Manifest {
						continue
					}
					if best == nil || e.At.After(best.At) || e.At.Equal(best.At) && (e.Seq > best.Seq || e.Seq == best.Seq && fails(c, e) && !fails(c, best)) {
						best = e
					}
				}
				switch {
				case best == nil:
					find(missing)
				case fails(c, best):
					find(against)
				case c.Evidence.MaxAge > 0 && !at.Before(best.At.Add(c.Evidence.MaxAge)):
					find(missing)
				}
			}
		case Approved:
			for _, r := range c.Roles {
				seen := map[string]*Approval{}
				for k := range s.Approvals {
					a := &s.Approvals[k]
					if o := seen[a.By]; a.Role == r.Role && !a.At.After(at) && (o == nil || a.At.After(o.At) || a.At.Equal(o.At) && (a.rank() > o.rank() || a.rank() == o.rank() && a.ID < o.ID)) {
						seen[a.By] = a
					}
				}
				n := 0
				for _, a := range seen {
					if a.Refused && !a.Withdrawn {
						find(against)
					} else if !a.Withdrawn && len(a.Void) == 0 && a.Barred == "" && (a.Until.IsZero() || at.Before(a.Until)) {
						n++
					}
				}
				if n < max(1, r.Count) {
					find(missing)
				}
			}
		case NoRisk:
			for k := range s.Risks {
				if s.Risks[k].Open && s.Risks[k].Blocking {
					find(against)
				}
			}
		case BackedOut:
			b := s.BackOut
			switch {
			case !b.Present || c.RehearsedWithin > 0 && b.Rehearsed.IsZero():
				find(missing)
			case c.RehearsedWithin > 0 && b.RehearsalFailed != "":
				find(against)
			case c.RehearsedWithin > 0 && (b.Rehearsed.Before(b.Changed) || !at.Before(b.Rehearsed.Add(c.RehearsedWithin))):
				find(missing)
			}
		case InWindow:
			w := s.Window
			switch {
			case w.Start.IsZero():
				find(missing)
			case !at.Before(w.End) || w.Closed:
				find(against)
			case c.WindowNow && at.Before(w.Start):
				waits = true
			}
		case Polled:
			p := s.Poll
			switch {
			case !p.Decided:
				find(missing)
			case p.Outcome == "no-go":
				find(against)
			default:
				for _, d := range p.Conditions {
					switch {
					case d.Done:
					case d.Due.IsZero():
						find(missing)
					case at.Before(d.Due):
						waits = true
					default:
						blocks = true
					}
				}
			}
		case Custom:
			none := true
			for _, f := range s.Findings {
				if f.Criterion != c.Key {
					continue
				}
				none = false
				switch {
				case f.Met && !f.Until.IsZero() && !at.Before(f.Until), !f.Met && f.Missing:
					find(missing)
				case !f.Met:
					find(against)
				}
			}
			if none {
				find(missing)
			}
		}
		if worst == ok && !blocks && !waits {
			continue
		}
		waived := false
		for _, w := range s.Waivers {
			waived = waived || w.Criterion == c.Key && !w.Withdrawn && !at.Before(w.From) && at.Before(w.Until)
		}
		switch {
		case waived:
		case worst == against, blocks, worst == missing && !at.Before(c.Due):
			word = NoGo
		case word == Go:
			word = Pending
		}
	}
	if mandatory == 0 {
		return NoGo
	}
	return word
}

func fails(c *Criterion, e *Evidence) bool {
	if e.Fact != nil {
		return !e.Fact.Met
	}
	return e.JUnit.Tests < 1 || e.JUnit.Failures > 0 || e.JUnit.Errors > 0 || e.JUnit.Skipped > c.Evidence.MaxSkipped
}

// big is a release with 200 criteria of which one in unmetEvery is not met (0: all are met).
func big(unmetEvery int) Snapshot {
	s := Snapshot{At: now, Manifest: "m1", BackOut: BackOut{Present: true}, Window: Window{Start: ahead(time.Hour), End: ahead(3 * time.Hour)}, Poll: Poll{Decided: true, Outcome: "go"}}
	kinds := []Kind{Confirmed, Proven, Proven, Proven, Approved, NoRisk, BackedOut, InWindow, Polled, Confirmed}
	for i := range 200 {
		c := Criterion{Key: fmt.Sprintf("criterion-%03d", i), Title: fmt.Sprintf("Criterion %d", i), Kind: kinds[i%10], Mandatory: true, Position: i, Owner: "priya",
			Question: Questions()[i%4], Roles: []RoleRule{{Role: "Database"}}, Since: ago(day)}
		s.Criteria = append(s.Criteria, c)
		bad := unmetEvery > 0 && i%unmetEvery == 1
		switch c.Kind {
		case Confirmed:
			s.Confirmations = append(s.Confirmations, Confirmation{Criterion: c.Key, By: "priya", At: ago(2 * time.Hour), Manifest: "m1", Denied: bad})
		case Proven:
			for k := range 3 {
				e := Evidence{ID: fmt.Sprint("e", i, k), Criterion: c.Key, At: ago(time.Duration(k+1) * time.Hour), Manifest: "m1", Source: "pipeline 88213", JUnit: &Counts{Tests: 100}}
				if bad && k == 0 {
					e.JUnit.Failures = 2
				}
				s.Evidence = append(s.Evidence, e)
			}
		}
	}
	s.Approvals = append(s.Approvals, Approval{ID: "a1", Role: "Database", By: "elena", At: ago(time.Hour)}, Approval{ID: "a2", Role: "Compliance", By: "hannah", At: ago(time.Hour)})
	return s
}

func benchmark(b *testing.B, unmetEvery int) {
	s := big(unmetEvery)
	want := Go
	if unmetEvery > 0 {
		want = NoGo
	}
	b.Run("verdict", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if v := Compute(s); v.Word != want {
				b.Fatalf("%s: %+v", v.Word, v.Reasons)
			}
		}
	})
	b.Run("bare", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if w := bare(s); w != want {
				b.Fatal(w)
			}
		}
	})
}

// The aim is at most three times the loop without reasons.
func Benchmark200Met(b *testing.B)        { benchmark(b, 0) }
func Benchmark200TenthUnmet(b *testing.B) { benchmark(b, 10) }
