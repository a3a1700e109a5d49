package runbook

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

var t0 = time.Date(2026, 11, 19, 20, 0, 0, 0, time.UTC)

// world drives one run and keeps what was emitted.
type world struct {
	t   testing.TB
	e   *Engine
	r   Run
	now time.Time
	out []Effect // of the last event
	n   int      // tokens given
}

func begin(t testing.TB, book Runbook) *world {
	t.Helper()
	e, err := Compile(&book)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, e: e, r: e.New(), now: t0}
	w.do(Event{Kind: Started})
	return w
}

func (w *world) try(ev Event) error {
	w.now = w.now.Add(time.Second)
	ev.At = w.now
	next, out, err := w.e.Next(w.r, ev)
	w.r, w.out = next, out
	return err
}

func (w *world) do(ev Event) {
	w.t.Helper()
	if err := w.try(ev); err != nil {
		w.t.Fatalf("%s %s: %v", ev.Kind, ev.Step, err)
	}
}

func (w *world) refused(ev Event, want error) {
	w.t.Helper()
	if err := w.try(ev); !errors.Is(err, want) || len(w.out) > 0 {
		w.t.Fatalf("%s %s: got %v, want %v", ev.Kind, ev.Step, err, want)
	}
}

func (w *world) step(key string) StepRun {
	w.t.Helper()
	s, ok := w.r.Step(key)
	if !ok {
		w.t.Fatalf("no step %s", key)
	}
	return s
}

// claim takes the offer of a step and returns its token.
func (w *world) claim(key string) string {
	w.t.Helper()
	w.n++
	token := fmt.Sprint("t", w.n)
	w.do(Event{Kind: Claimed, Step: key, Attempt: w.step(key).Attempt, Token: token})
	return token
}

// report sends a result of the attempt in flight.
func (w *world) report(kind EventKind, key, reason string) {
	w.t.Helper()
	s := w.step(key)
	w.do(Event{Kind: kind, Step: key, Attempt: s.Attempt, Token: s.Token, Reason: reason})
}

func (w *world) pass(keys ...string) {
	w.t.Helper()
	for _, k := range keys {
		w.claim(k)
		w.report(AttemptSucceeded, k, "")
	}
}

// states checks "a:succeeded b:ready" and the run's state.
func (w *world) states(run State, want string) {
	w.t.Helper()
	var got []string
	for _, f := range strings.Fields(want) {
		k, _, _ := strings.Cut(f, ":")
		got = append(got, k+":"+string(w.step(k).State))
	}
	if g := strings.Join(got, " "); g != want || w.r.State != run {
		w.t.Fatalf("got  %s %s\nwant %s %s", w.r.State, g, run, want)
	}
}

func (w *world) emitted(k EffectKind, step string) bool {
	return slices.ContainsFunc(w.out, func(f Effect) bool { return f.Kind == k && f.Step == step })
}

func auto(key string, needs ...string) Step {
	return Step{Key: key, Kind: HTTP, HTTP: &HTTPCall{URL: "http://x/"}, Needs: needs, Planned: time.Minute}
}

func hand(key string, needs ...string) Step {
	return Step{Key: key, Kind: Manual, Owner: "dba", Needs: needs, Planned: time.Minute}
}

func with(s Step, f func(*Step)) Step {
	f(&s)
	return s
}

func book(steps ...Step) Runbook { return Runbook{Key: "b", Steps: steps} }

func TestForward(t *testing.T) {
	w := begin(t, book(auto("a"), hand("b", "a"), auto("c", "a"), auto("d", "b", "c")))
	w.states(StateRunning, "a:ready b:waiting c:waiting d:waiting")
	if !w.emitted(EffectStart, "a") {
		t.Fatal("a is not offered")
	}
	w.pass("a")
	w.states(StateRunning, "a:succeeded b:awaiting c:ready d:waiting")
	if !w.emitted(EffectAsk, "b") || !w.emitted(EffectStart, "c") {
		t.Fatal("b and c did not begin in the same turn", w.out)
	}
	w.refused(Event{Kind: Confirmed, Step: "b"}, ErrMissing)
	w.refused(Event{Kind: Confirmed, Step: "b", By: "x", Asked: 7}, ErrWrongQuestion)
	w.do(Event{Kind: Confirmed, Step: "b", By: "x", Asked: 1})
	w.refused(Event{Kind: Confirmed, Step: "b", By: "x"}, ErrNotNow)
	w.pass("c", "d")
	w.states(StateSucceeded, "d:succeeded")
	if !w.emitted(EffectFinish, "") {
		t.Fatal("no finish")
	}
	w.refused(Event{Kind: Paused, By: "x"}, ErrEnded)
	w.refused(Event{Kind: RollbackRequested, By: "x"}, ErrNoBackOut)
}

func TestOldTokenIsRefused(t *testing.T) {
	w := begin(t, book(auto("a")))
	w.refused(Event{Kind: AttemptSucceeded, Step: "a", Attempt: 1, Token: ""}, ErrStale)
	w.claim("a")
	w.refused(Event{Kind: Claimed, Step: "a", Attempt: 1, Token: "late"}, ErrStale)
	w.do(Event{Kind: Adopted, Step: "a", Attempt: 1, Token: "t1", NewToken: "n"})
	for _, k := range []EventKind{AttemptSucceeded, AttemptFailed, AttemptUnknown, LeaseExpired, Adopted} {
		w.refused(Event{Kind: k, Step: "a", Attempt: 1, Token: "t1", NewToken: "z"}, ErrStale)
		w.refused(Event{Kind: k, Step: "a", Attempt: 2, Token: "n", NewToken: "z"}, ErrStale)
	}
	w.report(AttemptSucceeded, "a", "")
	w.states(StateSucceeded, "a:succeeded")
}

func TestRetries(t *testing.T) {
	w := begin(t, book(with(auto("a"), func(s *Step) { s.Retries, s.RetryWait = 2, time.Minute })))
	for i := 1; i <= 2; i++ {
		w.claim("a")
		w.report(AttemptFailed, "a", "status 500")
		w.states(StateRunning, "a:ready")
		if wait := w.step("a").Due.Sub(w.now); wait != time.Duration(i)*time.Minute {
			t.Fatalf("retry %d waits %v", i, wait)
		}
		w.refused(Event{Kind: Claimed, Step: "a", Attempt: i, Token: "x"}, ErrStale)
		w.do(Event{Kind: Ticked})
		if w.step("a").Offered {
			t.Fatal("offered before it is due")
		}
		w.now = w.step("a").Due
		w.do(Event{Kind: Ticked})
		if s := w.step("a"); s.Attempt != i+1 || !s.Offered {
			t.Fatalf("%+v", s)
		}
	}
	w.claim("a")
	w.report(AttemptFailed, "a", "status 500")
	w.states(StateRunning, "a:failed")
	if a := w.e.Attentions(w.r); len(a) != 1 || a[0].Code != "step.failed" || !w.emitted(EffectNotify, "a") {
		t.Fatal(a)
	}
	w.do(Event{Kind: Retried, Step: "a", By: "x"})
	w.pass("a")
	w.states(StateSucceeded, "a:succeeded")
	if w.step("a").Attempt != 4 {
		t.Fatal(w.step("a"))
	}
}

func TestFinalFailureIsNotRetried(t *testing.T) {
	w := begin(t, book(with(auto("a"), func(s *Step) { s.Retries = 5 })))
	w.claim("a")
	w.do(Event{Kind: AttemptFailed, Step: "a", Attempt: 1, Token: "t1", Reason: "status 400", Final: true})
	w.states(StateRunning, "a:failed")
}

func TestUnknownOutcome(t *testing.T) {
	check := &Probe{HTTP: &HTTPCall{URL: "http://x/"}}
	w := begin(t, book(
		with(auto("rep"), func(s *Step) { s.OnUnknown = Repeat }),
		with(auto("chk"), func(s *Step) { s.OnUnknown, s.Check = Check, check }),
		auto("ask"),
		Step{Key: "rec", Kind: Record, Record: &DeploymentNote{Service: "s", Environment: "e", Version: "1"}},
	))
	for _, k := range []string{"rep", "chk", "ask", "rec"} {
		w.claim(k)
		w.report(LeaseExpired, k, "")
	}
	w.states(StateRunning, "rep:ready chk:unknown ask:unknown rec:ready")
	for _, k := range []string{"rep", "rec"} {
		if s := w.step(k); s.Attempt != 1 || s.Round != 1 || !s.Offered {
			t.Fatalf("a repeat is not the same attempt: %+v", s)
		}
	}
	if a := w.e.Attentions(w.r); len(a) != 1 || a[0].Step != "ask" {
		t.Fatal(a)
	}
	w.refused(Event{Kind: AttemptSucceeded, Step: "ask", Attempt: 1, Token: "t3"}, ErrStale)
	w.pass("rep", "rec")
	w.claim("chk")
	w.report(LeaseExpired, "chk", "")
	w.states(StateRunning, "chk:unknown")
	w.claim("chk")
	w.report(AttemptFailed, "chk", "not there")
	w.states(StateRunning, "chk:ready")
	if s := w.step("chk"); s.Attempt != 1 || s.Round != 1 {
		t.Fatalf("%+v", s)
	}
	w.claim("chk")
	w.report(AttemptUnknown, "chk", "timeout")
	w.refused(Event{Kind: Retried, Step: "chk", By: "x"}, ErrInFlight)
	w.claim("chk")
	w.report(AttemptUnknown, "chk", "timeout")
	w.states(StateRunning, "chk:unknown")
	w.do(Event{Kind: Refused, Step: "chk", By: "x", Reason: "not there"})
	w.states(StateRunning, "chk:failed")
	w.do(Event{Kind: Skipped, Step: "chk", By: "x", Reason: "done by hand"})
	w.do(Event{Kind: Confirmed, Step: "ask", By: "x"})
	w.states(StateSucceeded, "chk:skipped ask:succeeded")
}

func TestUnknownRetriedByHandIsANewAttempt(t *testing.T) {
	w := begin(t, book(auto("a")))
	w.claim("a")
	w.report(AttemptUnknown, "a", "connection reset")
	w.do(Event{Kind: Retried, Step: "a", By: "x"})
	if s := w.step("a"); s.Attempt != 2 || s.Round != 0 || !w.emitted(EffectWithdraw, "a") {
		t.Fatalf("%+v %v", s, w.out)
	}
}

func TestPause(t *testing.T) {
	w := begin(t, book(auto("a"), auto("b", "a"), auto("c"), hand("h"), with(auto("r"), func(s *Step) { s.Retries = 1 })))
	w.claim("a")
	w.claim("r")
	w.do(Event{Kind: Paused, By: "x", Reason: "look"})
	w.refused(Event{Kind: Paused, By: "x"}, ErrPaused)
	w.refused(Event{Kind: Claimed, Step: "c", Attempt: 1, Token: "z"}, ErrPaused)
	w.report(AttemptSucceeded, "a", "")
	w.report(AttemptFailed, "r", "x")
	w.do(Event{Kind: Confirmed, Step: "h", By: "x"})
	w.now = w.now.Add(time.Hour)
	w.do(Event{Kind: Ticked})
	w.states(StatePaused, "a:succeeded b:waiting c:ready h:succeeded r:ready")
	w.do(Event{Kind: Resumed, By: "x"})
	for _, k := range []string{"b", "c", "r"} {
		if !w.emitted(EffectStart, k) {
			t.Fatal("not offered after resume:", k, w.out)
		}
	}
	w.pass("b", "c")
	w.do(Event{Kind: Paused, By: "x"})
	w.do(Event{Kind: Skipped, Step: "r", By: "x", Reason: "enough"})
	w.states(StatePaused, "r:skipped")
	w.do(Event{Kind: Resumed, By: "x"})
	w.states(StateSucceeded, "r:skipped")
}

func TestSkipRetryStopAgainstAnAttemptInFlight(t *testing.T) {
	w := begin(t, book(with(auto("a"), func(s *Step) { s.Retries = 3 }), auto("b", "a")))
	w.claim("a")
	w.refused(Event{Kind: Skipped, Step: "a", By: "x", Reason: "r"}, ErrInFlight)
	w.refused(Event{Kind: Retried, Step: "a", By: "x"}, ErrInFlight)
	w.refused(Event{Kind: Stopped, Step: "a", By: "x"}, ErrMissing)
	w.do(Event{Kind: Stopped, Step: "a", By: "x", Reason: "hangs"})
	if !w.emitted(EffectCancel, "a") {
		t.Fatal("no cancel")
	}
	w.refused(Event{Kind: Stopped, Step: "a", By: "x", Reason: "hangs"}, ErrInFlight)
	w.report(AttemptFailed, "a", "signal: terminated")
	w.states(StateRunning, "a:failed b:waiting")
	if w.step("a").Reason != "hangs" {
		t.Fatal(w.step("a"))
	}
	w.do(Event{Kind: Retried, Step: "a", By: "x"})
	w.claim("a")
	w.do(Event{Kind: Stopped, Step: "a", By: "x", Reason: "hangs"})
	w.now = w.now.Add(StopGrace)
	w.do(Event{Kind: Ticked})
	w.states(StateRunning, "a:unknown b:waiting")
	w.do(Event{Kind: Retried, Step: "a", By: "x"})
	w.claim("a")
	w.do(Event{Kind: Stopped, Step: "a", By: "x", Reason: "hangs"})
	w.report(AttemptSucceeded, "a", "")
	w.states(StateRunning, "a:succeeded b:ready")
	w.refused(Event{Kind: Skipped, Step: "a", By: "x", Reason: "r"}, ErrNotNow)
	w.do(Event{Kind: Skipped, Step: "b", By: "x", Reason: "r"})
	w.states(StateSucceeded, "b:skipped")
}

func TestConditions(t *testing.T) {
	when := func(s *Step) { s.When = "param.x" }
	w := begin(t, book(with(auto("a"), when), auto("b", "a"), with(auto("c"), when), with(auto("d"), when)))
	if !w.emitted(EffectEvaluate, "a") || w.emitted(EffectStart, "a") {
		t.Fatal(w.out)
	}
	w.do(Event{Kind: ConditionResolved, Step: "a"})
	w.states(StateRunning, "a:skipped b:ready c:ready")
	w.refused(Event{Kind: ConditionResolved, Step: "a", Holds: true}, ErrStale)
	w.do(Event{Kind: ConditionResolved, Step: "c", Holds: true})
	if !w.emitted(EffectStart, "c") {
		t.Fatal(w.out)
	}
	w.do(Event{Kind: ConditionResolved, Step: "d", Reason: "no such key: x"})
	w.states(StateRunning, "d:failed")
	w.do(Event{Kind: Retried, Step: "d", By: "x"})
	if !w.emitted(EffectEvaluate, "d") {
		t.Fatal(w.out)
	}
}

func TestWait(t *testing.T) {
	w := begin(t, book(Step{Key: "w", Kind: Wait, Wait: time.Minute}, auto("a", "w")))
	w.states(StateRunning, "w:running a:waiting")
	if at, ok := NextWake(w.r); !ok || !w.emitted(EffectWake, "") || at != w.now.Add(time.Minute) {
		t.Fatal(at, w.out)
	}
	w.now = w.now.Add(59 * time.Second)
	w.do(Event{Kind: Ticked})
	w.states(StateRunning, "w:succeeded a:ready")
}

func TestPointOfNoReturn(t *testing.T) {
	b := book(auto("a"), with(hand("p", "a"), func(s *Step) { s.PointOfNoReturn, s.Go = true, "manager" }), with(auto("v", "p"), func(s *Step) { s.Verification = true }))
	b.BackOut.Steps, b.RollbackOnFailedVerification = []Step{auto("u")}, true
	w := begin(t, b)
	w.pass("a")
	w.states(StateRunning, "p:awaiting")
	if w.out[len(w.out)-1].Role != "manager" || w.step("p").Question != QuestionGo {
		t.Fatal(w.out)
	}
	w.do(Event{Kind: Refused, Step: "p", By: "x", Reason: "not yet"})
	w.do(Event{Kind: Retried, Step: "p", By: "x"})
	w.do(Event{Kind: Confirmed, Step: "p", By: "x", Asked: 2})
	w.states(StateRunning, "p:awaiting")
	if w.step("p").Question != QuestionDone {
		t.Fatal(w.step("p"))
	}
	w.do(Event{Kind: Confirmed, Step: "p", By: "x", Asked: 3})
	w.claim("v")
	w.report(AttemptFailed, "v", "bad")
	w.states(StateRunning, "v:failed u:waiting")
	if a := w.e.Attentions(w.r); len(a) != 1 || !strings.Contains(a[0].Text, "point of no return") {
		t.Fatal(a)
	}
	w.refused(Event{Kind: RollbackRequested, By: "x"}, ErrPastNoReturn)
	w.do(Event{Kind: RollbackRequested, By: "x", PastNoReturn: true})
	w.states(StateRunning, "u:ready")
}

func TestAbort(t *testing.T) {
	w := begin(t, withBackOut())
	w.pass("a")
	w.claim("b")
	w.do(Event{Kind: Aborted, By: "x", Reason: "stop"})
	w.states(StateRunning, "b:running v:cancelled")
	w.refused(Event{Kind: Aborted, By: "x"}, ErrEnded)
	w.refused(Event{Kind: Paused, By: "x"}, ErrEnded)
	w.refused(Event{Kind: Skipped, Step: "b", By: "x", Reason: "y"}, ErrEnded)
	w.report(AttemptFailed, "b", "terminated")
	w.states(StateAborted, "b:cancelled")
	w.refused(Event{Kind: Ticked}, ErrEnded)

	w.do(Event{Kind: RollbackRequested, By: "x"})
	w.pass("tell")
	w.claim("ub")
	w.report(AttemptFailed, "ub", "no")
	w.do(Event{Kind: Aborted, By: "x"})
	w.states(StateFailed, "tell:succeeded ub:failed ua:cancelled")
	w.do(Event{Kind: RollbackRequested, By: "x"})
	w.states(StateRunning, "tell:succeeded ub:ready ua:waiting")
	if w.step("ub").Attempt != 2 {
		t.Fatal("an attempt number was used twice")
	}
	w.pass("ub", "ua", "close")
	w.states(StateRolledBack, "close:succeeded")
}

func TestRefusals(t *testing.T) {
	b := withBackOut()
	e, err := Compile(&b)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		r    Run
		ev   Event
		want error
	}{
		{"not started", e.New(), Event{Kind: Paused, At: t0}, ErrNotStarted},
		{"no instant", e.New(), Event{Kind: Started}, ErrMissing},
		{"other runbook", Run{}, Event{Kind: Started, At: t0}, ErrOtherRunbook},
	} {
		if _, _, err := e.Next(c.r, c.ev); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	w := begin(t, b)
	w.refused(Event{Kind: Started}, ErrNotNow)
	w.refused(Event{Kind: Confirmed, Step: "zz", By: "x"}, ErrUnknownStep)
	w.refused(Event{Kind: "made_up", Step: "a"}, ErrUnknownEvent)
	w.refused(Event{Kind: Retried, Step: "ua", By: "x"}, ErrNotNow)
	w.refused(Event{Kind: Resumed, By: "x"}, ErrNotNow)
}

func TestAbortDoesNotWaitForEver(t *testing.T) {
	w := begin(t, withBackOut())
	w.claim("a")
	w.do(Event{Kind: Aborted, By: "x"})
	w.now = w.now.Add(StopGrace)
	w.do(Event{Kind: Ticked})
	w.states(StateAborted, "a:unknown b:cancelled")
	w.do(Event{Kind: RollbackRequested, By: "x"})
	w.states(StateRunning, "a:unknown tell:ready ub:skipped ua:waiting")
}

func TestOutstandingSurvivesARestart(t *testing.T) {
	w := begin(t, book(auto("a"), hand("h"), with(auto("c"), func(s *Step) { s.When = "x" }), Step{Key: "w", Kind: Wait, Wait: time.Hour}, auto("r")))
	w.claim("r")
	w.do(Event{Kind: Stopped, Step: "r", By: "x", Reason: "y"})
	var got []string
	for _, f := range w.e.Outstanding(w.r) {
		got = append(got, string(f.Kind)+":"+f.Step)
	}
	if want := "start:a ask:h evaluate:c cancel:r wake:"; strings.Join(got, " ") != want {
		t.Errorf("got %v", got)
	}
}

func TestSkippedAheadOfItsTurn(t *testing.T) {
	w := begin(t, book(auto("a"), auto("b", "a"), auto("c", "b")))
	w.claim("a")
	w.do(Event{Kind: Skipped, Step: "b", By: "x", Reason: "not tonight"})
	w.states(StateRunning, "a:running b:skipped c:waiting")
	w.report(AttemptSucceeded, "a", "")
	w.states(StateRunning, "c:ready")
}
