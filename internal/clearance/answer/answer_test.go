package answer

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

var now = time.Date(2026, 11, 19, 20, 30, 0, 0, time.UTC)

func in(h float64) time.Time { return now.Add(time.Duration(h * float64(time.Hour))) }

// base is a release-only production environment in which one release is ready.
func base(change ...func(*Snapshot)) Snapshot {
	s := Snapshot{At: now, Service: "payments-core", Version: "4.8.0", Digest: "sha256:a", Environment: "production", ServiceKnown: true, EnvironmentKnown: true, Rule: ReleaseOnly, Tier: 3,
		Calendar: Calendar{State: "open", Windows: []Period{{"w1", "Tier-1 evening", in(3)}}, Reasons: []Reason{{Code: "calendar.window_active", Text: "Window Tier-1 evening is active."}}, ValidUntil: in(3)},
		Releases: []Release{{Key: "payments-26.11.0", State: "approved", Verdict: "go", Decision: "go", Digest: "sha256:a", Start: in(-1), End: in(2), Owner: "maya"}}, OverrideRole: "release manager"}
	for _, f := range change {
		f(&s)
	}
	return s
}

func release(f func(*Release)) func(*Snapshot) { return func(s *Snapshot) { f(&s.Releases[0]) } }

func closed(s *Snapshot) {
	s.Calendar = Calendar{State: "closed", Reasons: []Reason{{Code: "calendar.freeze_hard", Text: "Freeze Peak trading is in force."}}, Next: in(10), ValidUntil: in(10)}
}

func rule(r Rule) func(*Snapshot) {
	return func(s *Snapshot) { s.Rule = r }
}

func override(s *Snapshot) {
	s.Overrides = []Override{{ID: "o1", By: "aisha", Reason: "Payments are down.", Digest: "sha256:a", From: in(-1), Until: in(1)}}
}

func production(s *Snapshot) { s.Production = true }

func TestDecide(t *testing.T) {
	for _, c := range []struct {
		name    string
		s       Snapshot
		allowed bool
		codes   string
		next    float64 // hours; 0: none
		valid   float64
		way     bool // an override is possible
	}{
		{"ready", base(), true, "clearance.release_ready", 0, 2, false},
		{"unknown service and environment", base(func(s *Snapshot) { s.ServiceKnown, s.EnvironmentKnown = false, false }), false, "clearance.service_unknown clearance.environment_unknown", 0, 0, false},
		{"unknown rule", base(rule("wild")), false, "clearance.rule_unknown", 0, 3, false},
		{"open", base(rule(Open)), true, "clearance.window_active", 0, 3, false},
		{"open without windows", base(rule(Open), func(s *Snapshot) { s.Calendar = Calendar{State: "open"} }), true, "clearance.environment_open", 0, 0, false},
		{"frozen", base(rule(Open), closed), false, "calendar.freeze_hard", 10, 10, true},
		{"an unknown calendar state is closed", base(rule(Open), func(s *Snapshot) { s.Calendar = Calendar{} }), false, "clearance.calendar_closed", 0, 0, true},
		{"window only, none active", base(rule(WindowOnly), func(s *Snapshot) {
			s.Calendar = Calendar{State: "closed", Reasons: []Reason{{Code: "calendar.window_none_active", Text: "x"}}, Next: in(5), ValidUntil: in(5)}
		}), false, "calendar.window_none_active", 5, 5, true},
		{"soft freeze", base(rule(Open), func(s *Snapshot) {
			s.Calendar = Calendar{State: "needs-approval", Reasons: []Reason{{Code: "calendar.freeze_soft", Text: "x"}}}
		}), false, "calendar.freeze_soft", 0, 0, true},
		{"no release", base(func(s *Snapshot) { s.Releases = nil }), false, "clearance.no_release", 0, 3, true},
		{"another release asked for", base(func(s *Snapshot) { s.Release = "cards-26.11.1" }), false, "clearance.no_release", 0, 3, true},
		{"this release asked for", base(func(s *Snapshot) { s.Release = "payments-26.11.0" }), true, "clearance.release_ready", 0, 2, false},
		{"NO-GO with its reasons", base(release(func(r *Release) {
			r.Verdict, r.Reasons = "no-go", []Reason{{Code: "evidence.failed", Text: "2 failures."}, {Code: "risk.blocking", Text: "R-1."}}
		})), false, "evidence.failed risk.blocking", 0, 2, true},
		{"PENDING without reasons", base(release(func(r *Release) { r.Verdict = "pending" })), false, "clearance.verdict_pending", 0, 2, true},
		{"undecided", base(release(func(r *Release) { r.Decision = "" })), false, "clearance.undecided", 0, 2, true},
		{"decided no-go", base(release(func(r *Release) { r.Decision = "no-go" })), false, "clearance.decided_no_go", 0, 2, true},
		{"go-if and GO", base(release(func(r *Release) { r.Decision = "go-if" })), true, "clearance.release_ready", 0, 2, false},
		{"stale decision", base(release(func(r *Release) { r.Stale = []string{"manifest"} })), false, "clearance.decision_stale", 0, 2, true},
		{"planned", base(release(func(r *Release) { r.State = "planned" })), false, "clearance.release_not_approved", 0, 2, true},
		{"on hold", base(release(func(r *Release) { r.State = "on-hold" })), false, "clearance.release_on_hold", 0, 2, true},
		{"goes elsewhere", base(release(func(r *Release) { r.Elsewhere = true })), false, "clearance.release_elsewhere", 0, 2, true},
		{"open production, a ready release carries it", base(rule(Open), production), true, "clearance.release_ready", 0, 2, false},
		{"open production, its release is NO-GO", base(rule(Open), production, release(func(r *Release) { r.Verdict = "no-go" })), false, "clearance.verdict_no_go", 0, 2, true},
		{"window-only production, its release is on hold", base(rule(WindowOnly), production, release(func(r *Release) { r.State = "on-hold" })), false, "clearance.release_on_hold", 0, 2, true},
		{"open production, another digest than its release's", base(rule(Open), production, func(s *Snapshot) { s.Digest = "sha256:b" }), false, "clearance.digest_mismatch", 0, 2, false},
		{"open production, a draft carries it", base(rule(Open), production, release(func(r *Release) { r.State = "draft" })), true, "clearance.window_active", 0, 3, false},
		{"open production, its release has ended", base(rule(Open), production, release(func(r *Release) { r.State = "closed" })), true, "clearance.window_active", 0, 3, false},
		{"open production, its release goes elsewhere", base(rule(Open), production, release(func(r *Release) { r.Elsewhere, r.Verdict = true, "no-go" })), true, "clearance.window_active", 0, 3, false},
		{"open staging, its release is NO-GO", base(rule(Open), release(func(r *Release) { r.Verdict = "no-go" })), true, "clearance.window_active", 0, 3, false},
		{"cancelled", base(release(func(r *Release) { r.State = "cancelled" })), false, "clearance.release_ended", 0, 2, true},
		{"verified still authorises", base(release(func(r *Release) { r.State = "verified" })), true, "clearance.release_ready", 0, 2, false},
		{"another digest", base(func(s *Snapshot) { s.Digest = "sha256:b" }), false, "clearance.digest_mismatch", 0, 2, false},
		{"the manifest has no digest", base(release(func(r *Release) { r.Digest = "" })), false, "clearance.digest_mismatch", 0, 2, false},
		{"asked by version only", base(func(s *Snapshot) { s.Digest = "" }), true, "clearance.release_ready", 0, 2, false},
		{"before the release's window", base(release(func(r *Release) { r.Start, r.End, r.OpensAt = in(1), in(3), in(1.5) })), false, "clearance.release_window_ahead", 1.5, 1, true},
		{"the release's window is frozen", base(release(func(r *Release) { r.Start, r.End = in(1), in(3) })), false, "clearance.release_window_ahead", 0, 1, true},
		{"after the release's window", base(release(func(r *Release) { r.Start, r.End = in(-3), in(0) })), false, "clearance.release_window_over", 0, 3, true},
		{"a release without a window", base(release(func(r *Release) { r.Start, r.End = time.Time{}, time.Time{} })), true, "clearance.release_ready", 0, 3, false},
		{"several: one ready is enough", base(func(s *Snapshot) {
			s.Releases = append([]Release{{Key: "a-1", State: "active", Verdict: "no-go"}}, s.Releases...)
		}), true, "clearance.release_ready", 0, 2, false},
		{"several: each says why", base(func(s *Snapshot) {
			s.Releases = []Release{{Key: "b", State: "on-hold", Verdict: "go", Decision: "go", Digest: "sha256:a"}, {Key: "a", State: "approved", Verdict: "go", Decision: "go", Digest: "sha256:a", Start: in(4), End: in(5), OpensAt: in(4)}}
		}), false, "clearance.release_window_ahead clearance.release_on_hold", 4, 3, true},
		{"all causes together", base(closed, release(func(r *Release) { r.Verdict, r.Decision = "no-go", "" })), false, "calendar.freeze_hard clearance.verdict_no_go clearance.undecided", 0, 2, true},
		{"running already", base(func(s *Snapshot) { s.Releases, s.Running, s.RunningVersion = nil, "sha256:a", "4.8.0" }), true, "clearance.already_running", 0, 3, false},
		{"running already, frozen", base(closed, func(s *Snapshot) { s.Releases, s.Running, s.RunningVersion = nil, "sha256:a", "4.8.0" }), false, "calendar.freeze_hard", 10, 10, true},
		{"another digest runs", base(func(s *Snapshot) { s.Releases, s.Running, s.RunningVersion = nil, "sha256:b", "4.8.0" }), false, "clearance.no_release", 0, 3, true},
		{"barred", base(func(s *Snapshot) { s.Bars = []Bar{{Tier: 2, Reason: "Backed out.", By: "run 88"}} }), false, "clearance.version_barred", 0, 2, false},
		{"barred in a higher tier only", base(func(s *Snapshot) { s.Bars = []Bar{{Tier: 4, Reason: "x"}} }), true, "clearance.release_ready", 0, 2, false},
		{"another digest is barred", base(func(s *Snapshot) { s.Bars = []Bar{{Digest: "sha256:z", Reason: "x"}} }), true, "clearance.release_ready", 0, 2, false},
		{"a digest is barred and none named", base(func(s *Snapshot) { s.Digest, s.Bars = "", []Bar{{Digest: "sha256:z", Reason: "x"}} }), false, "clearance.version_barred", 0, 2, false},
		{"barred in an open environment too", base(rule(Open), func(s *Snapshot) { s.Bars = []Bar{{Reason: "x"}} }), false, "clearance.version_barred", 0, 3, false},
		{"a bar that ended", base(func(s *Snapshot) { s.Bars = []Bar{{Reason: "x", Until: in(0)}} }), true, "clearance.release_ready", 0, 2, false},
		{"a bar that will end", base(func(s *Snapshot) { s.Bars = []Bar{{Reason: "x", Until: in(1)}} }), false, "clearance.version_barred", 1, 1, false},
		{"overridden", base(closed, override, func(s *Snapshot) { s.Releases = nil }), true, "clearance.overridden", 0, 1, false},
		{"an override of another digest", base(closed, override, func(s *Snapshot) { s.Digest, s.Releases = "sha256:b", nil }), false, "calendar.freeze_hard clearance.no_release", 0, 10, true},
		{"an override that ended", base(closed, override, func(s *Snapshot) { s.Overrides[0].Until = now }), false, "calendar.freeze_hard", 10, 2, true},
		{"no override lifts a bar", base(closed, override, func(s *Snapshot) { s.Bars = []Bar{{Reason: "x"}} }), false, "clearance.version_barred calendar.freeze_hard", 0, 1, false},
		{"nobody may override", base(closed, func(s *Snapshot) { s.OverrideRole = "" }), false, "calendar.freeze_hard", 10, 2, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := Decide(&c.s)
			var codes []string
			for _, r := range a.Reasons {
				codes = append(codes, r.Code)
				if r.Text == "" || !a.Allowed && r.Next == "" {
					t.Errorf("a reason without text or next: %+v", r)
				}
			}
			hours := func(x *time.Time) float64 {
				if x == nil {
					return 0
				}
				return x.Sub(now).Hours()
			}
			if a.Allowed != c.allowed || strings.Join(codes, " ") != c.codes || hours(a.NextOpening) != c.next || hours(a.ValidUntil) != c.valid {
				t.Errorf("%v %v next %v valid %v\nwant %v %s next %v valid %v", a.Allowed, codes, hours(a.NextOpening), hours(a.ValidUntil), c.allowed, c.codes, c.next, c.valid)
			}
			if a.Allowed != (a.Override == nil) || a.Override != nil && (a.Override.Possible != c.way || a.Override.Text == "") {
				t.Errorf("way %+v, want %v", a.Override, c.way)
			}
		})
	}
}

func TestProperties(t *testing.T) {
	rnd := rand.New(rand.NewPCG(8, 9))
	coin := func(n int) bool { return rnd.IntN(n) == 0 }
	allowed := 0
	for range 20_000 {
		s := base()
		s.Releases = nil
		for range rnd.IntN(4) {
			r := Release{Key: string(rune('a' + rnd.IntN(26))), State: []string{"approved", "approved", "active", "on-hold"}[rnd.IntN(4)], Verdict: []string{"go", "go", "no-go"}[rnd.IntN(3)], Decision: []string{"go", "go-if", ""}[rnd.IntN(3)],
				Digest: []string{"sha256:a", "sha256:a", "sha256:b"}[rnd.IntN(3)], Start: in(float64(rnd.IntN(6) - 4)), ValidUntil: in(float64(1 + rnd.IntN(6)))}
			r.End, r.Elsewhere = r.Start.Add(4*time.Hour), coin(6)
			s.Releases = append(s.Releases, r)
		}
		if coin(3) {
			s.Rule, s.Production = Open, coin(2)
		}
		if coin(3) {
			closed(&s)
		}
		if coin(3) {
			override(&s)
		}
		if coin(4) {
			s.Bars = append(s.Bars, Bar{Tier: rnd.IntN(5), Reason: "x"})
		}
		a := Decide(&s)
		if a.Allowed {
			allowed++
		}
		barred := len(s.Bars) > 0 && s.Bars[0].Tier <= s.Tier
		if barred && a.Allowed {
			t.Fatalf("a barred version is allowed: %+v", s)
		}
		free := s.Rule == Open && !(s.Production && slices.ContainsFunc(s.Releases, claims))
		if a.Allowed && a.Release == "" && !free && a.Reasons[0].Code != "clearance.overridden" {
			t.Fatalf("allowed by nothing: %+v", a)
		}
		// Nothing changes by time alone before ValidUntil.
		if a.ValidUntil != nil {
			later := s
			later.At = a.ValidUntil.Add(-1)
			if b := Decide(&later); b.Allowed != a.Allowed || !reflect.DeepEqual(codesOf(b), codesOf(a)) {
				t.Fatalf("valid until %s, but %+v becomes %+v", a.ValidUntil, a, b)
			}
		}
		// A bar more never allows, and the order of releases does not matter.
		more := s
		more.Bars = append([]Bar{{Tier: 1, Reason: "y"}}, s.Bars...)
		if Decide(&more).Allowed {
			t.Fatal("a bar allows")
		}
		rnd.Shuffle(len(s.Releases), func(i, j int) { s.Releases[i], s.Releases[j] = s.Releases[j], s.Releases[i] })
		if b := Decide(&s); b.Allowed != a.Allowed || b.Release != a.Release {
			t.Fatalf("the order of releases matters: %+v, %+v", a, b)
		}
	}
	if allowed < 1000 {
		t.Fatalf("only %d were allowed", allowed)
	}
}

func codesOf(a Answer) []string {
	var out []string
	for _, r := range a.Reasons {
		out = append(out, r.Code)
	}
	return out
}

func BenchmarkAllowed(b *testing.B) {
	s := base()
	b.ReportAllocs()
	for b.Loop() {
		if a := Decide(&s); !a.Allowed {
			b.Fatal(a.Reasons)
		}
	}
}

func BenchmarkRefused(b *testing.B) {
	s := base(closed, release(func(r *Release) { r.Decision = "" }))
	b.ReportAllocs()
	for b.Loop() {
		if a := Decide(&s); a.Allowed {
			b.Fatal(a.Reasons)
		}
	}
}
