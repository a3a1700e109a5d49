package runbook

import (
	"testing"
	"time"
)

func withBackOut() Runbook {
	b := book(
		with(auto("a"), func(s *Step) { s.BackOut = "ua" }), with(auto("b", "a"), func(s *Step) { s.BackOut = "ub" }),
		with(auto("v", "a"), func(s *Step) { s.Verification = true }), hand("h"), Step{Key: "w", Kind: Wait, Wait: time.Hour})
	b.BackOut.Steps = []Step{auto("tell"), auto("ub", "tell"), auto("ua", "ub"), auto("close", "ua")}
	b.RollbackOnFailedVerification = true
	return b
}

func TestRollbackWhileStepsAreInFlight(t *testing.T) {
	w := begin(t, withBackOut())
	w.claim("a")
	w.do(Event{Kind: RollbackRequested, By: "x"})
	w.states(StateRunning, "a:running b:cancelled v:cancelled h:cancelled w:cancelled tell:waiting ub:skipped ua:waiting close:waiting")
	if !w.emitted(EffectCancel, "a") || !w.r.RollingBack || !w.emitted(EffectWithdraw, "h") {
		t.Fatal(w.out)
	}
	w.refused(Event{Kind: RollbackRequested, By: "x"}, ErrRollingBack)
	w.refused(Event{Kind: Skipped, Step: "a", By: "x", Reason: "y"}, ErrRollingBack)
	w.report(AttemptSucceeded, "a", "")
	w.states(StateRunning, "a:succeeded tell:ready")
	w.pass("tell", "ua", "close")
	w.states(StateRolledBack, "ub:skipped ua:succeeded")
	w.refused(Event{Kind: RollbackRequested, By: "x"}, ErrEnded)
}

func TestRollbackDoesNotWaitForWhatDoesNotAnswer(t *testing.T) {
	w := begin(t, withBackOut())
	w.pass("a")
	w.claim("b")
	w.claim("v")
	w.report(AttemptUnknown, "v", "timeout")
	w.states(StateRunning, "v:unknown")
	w.do(Event{Kind: Paused, By: "x"})
	w.do(Event{Kind: RollbackRequested, By: "x"})
	w.states(StateRunning, "b:running v:unknown tell:waiting ub:waiting")
	if len(w.e.Attentions(w.r)) != 0 {
		t.Fatal("the unknown step still asks")
	}
	if at, _ := NextWake(w.r); at != w.now.Add(StopGrace) {
		t.Fatal(at)
	}
	w.now = w.now.Add(StopGrace)
	w.do(Event{Kind: Ticked})
	w.states(StateRunning, "b:unknown tell:ready")
	w.refused(Event{Kind: AttemptSucceeded, Step: "b", Attempt: 1, Token: "t2"}, ErrStale)
}

func TestFailedVerificationRollsBackByItself(t *testing.T) {
	for _, paused := range []bool{false, true} {
		w := begin(t, withBackOut())
		w.pass("a")
		w.claim("v")
		if paused {
			w.do(Event{Kind: Paused, By: "x"})
		}
		w.report(AttemptFailed, "v", "status 500")
		w.states(StateRunning, "v:failed b:cancelled tell:ready")
		if w.r.RollbackReason != "Verification failed: v." || w.r.RollbackBy != "" {
			t.Fatal(w.r.RollbackReason)
		}
	}
}

func TestRollbackWhileAborting(t *testing.T) {
	w := begin(t, withBackOut())
	w.claim("a")
	w.do(Event{Kind: Aborted, By: "x"})
	w.do(Event{Kind: RollbackRequested, By: "x"})
	w.states(StateRunning, "a:running tell:waiting")
	w.report(AttemptFailed, "a", "terminated")
	w.states(StateRunning, "a:cancelled tell:ready ua:waiting")
	w.pass("tell", "ua", "close")
	w.states(StateRolledBack, "")
}

func TestStoppedVerificationHasFailed(t *testing.T) {
	w := begin(t, withBackOut())
	w.pass("a")
	w.claim("v")
	w.do(Event{Kind: Stopped, Step: "v", By: "x", Reason: "wrong numbers"})
	w.report(AttemptFailed, "v", "terminated")
	w.states(StateRunning, "v:failed tell:ready")
}

func TestRollbackOfASucceededRun(t *testing.T) {
	b := book(with(auto("a"), func(s *Step) { s.BackOut = "ua" }))
	b.BackOut.Steps = []Step{auto("ua")}
	w := begin(t, b)
	w.pass("a")
	w.states(StateSucceeded, "a:succeeded ua:waiting")
	w.do(Event{Kind: RollbackRequested, By: "x"})
	if !w.r.FinishedAt.IsZero() {
		t.Fatal("the run still looks finished")
	}
	w.pass("ua")
	w.states(StateRolledBack, "a:succeeded ua:succeeded")
}
