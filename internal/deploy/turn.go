package deploy

import (
	"maps"
	"slices"
	"time"

	"slipway/internal/deploy/drive"
	"slipway/internal/deploy/runbook"
	"slipway/internal/deploy/runbookfile"
	"slipway/internal/deploy/stored"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// turn is the work of one transaction on one run.
type turn struct {
	s      *Runs
	tx     *db.Tx
	engine *runbook.Engine
	run    Run
	dirty  bool
	fresh  bool          // the run is not stored yet
	claims []drive.Claim // to carry out after the commit
	stops  []string      // attempts to end after the commit
}

func (s *Runs) turn(tx *db.Tx, r id.Run) (*turn, error) {
	run, err := s.remembered(tx, r)
	if err != nil {
		return nil, err
	}
	e, err := s.engine(tx, run.Runbook, run.Version)
	return &turn{s: s, tx: tx, engine: e, run: run}, err
}

// apply puts an event to the run, writes the entries of what follows, and ends the run if it is over. A refusal changes nothing.
func (t *turn) apply(ev runbook.Event) error {
	ev.At = t.tx.Now.Std()
	before := t.run.Course
	next, effects, err := t.engine.Next(before, ev)
	if err != nil {
		return runbookfile.Refused(err)
	}
	t.run.Course, t.run.State, t.dirty = next, next.State, true
	t.record(before, next, ev)
	for _, f := range effects {
		switch f.Kind {
		case runbook.EffectCancel:
			if err := t.stop(f); err != nil {
				return err
			}
		case runbook.EffectFinish:
			if err := t.finish(f.State); err != nil {
				return err
			}
		}
	}
	if !t.run.State.Ended() {
		t.run.FinishedAt = 0
	}
	return nil
}

// stop marks the claim of an attempt, so that its holder ends it wherever it is.
func (t *turn) stop(f runbook.Effect) error {
	ids, err := markStopping(t.tx, t.run.ID, f.Step, f.Token)
	t.stops = append(t.stops, ids...)
	return err
}

// save stores the run if anything happened, and arranges what follows the commit.
func (t *turn) save() error {
	if !t.dirty {
		return nil
	}
	open := t.open()
	if t.fresh {
		if err := stored.Insert(t.tx, t.run, open); err != nil {
			return err
		}
	} else {
		t.run.Rev++
		if err := stored.Update(t.tx, t.run, open); err != nil {
			return err
		}
	}
	d, r, claims, stops, run := t.s.running(), t.run.ID, t.claims, t.stops, t.run
	var at time.Time
	if w := stored.Wake(t.run); w != 0 {
		at = w.Std()
	}
	t.tx.AfterCommit(func() {
		t.s.remember(run)
		t.s.watch.Touch(r)
		if d == nil {
			return
		}
		for _, c := range claims {
			d.Launch(c)
		}
		d.Halt(stops)
		d.Alarm(at)
	})
	if open {
		return t.s.hint(t.tx, r)
	}
	return nil
}

// open reports whether something waits that any process may take up: an offer or a condition.
func (t *turn) open() bool {
	return slices.ContainsFunc(t.engine.Outstanding(t.run.Course), func(f runbook.Effect) bool {
		return f.Kind == runbook.EffectStart || f.Kind == runbook.EffectCheck || f.Kind == runbook.EffectEvaluate
	})
}

// entry appends an entry about the run.
func (t *turn) entry(action string, payload map[string]any) {
	p := map[string]any{"run": t.run.Number, "mode": string(t.run.Mode)}
	maps.Copy(p, payload)
	ledger.Append(t.tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "run", ID: string(t.run.ID)}, Release: t.run.Release, Scope: string(Scope(t.run)), Payload: p})
}

// record writes what an event changed.
func (t *turn) record(before, after runbook.Run, ev runbook.Event) {
	t.recordRun(before, after, ev)
	for i := range after.Steps {
		t.recordStep(before.Steps[i], after.Steps[i], ev)
	}
}

func (t *turn) recordRun(before, after runbook.Run, ev runbook.Event) {
	because, reason := map[string]any{}, after.Reason
	if after.RollingBack && after.RollbackAt != before.RollbackAt {
		if reason = after.RollbackReason; ev.Reason == "" && ev.Kind == runbook.RollbackRequested {
			reason = "" // an older roll back's
		}
	}
	if reason != "" {
		because["reason"] = reason
	}
	switch {
	case before.State == runbook.StateNew:
		t.entry(RunStarted, map[string]any{"runbook": t.run.Runbook, "version": t.run.Version, "environments": t.run.Given.EnvironmentKeys, "parameters": t.run.Given.Parameters,
			"manifest": t.run.Given.Manifest, "release": t.run.ReleaseKey})
	case after.RollingBack && after.RollbackAt != before.RollbackAt:
		t.entry(RunRollbackBegun, because)
	case after.Aborting && !before.Aborting:
		t.entry(RunAbortRequested, because)
	case after.State == runbook.StatePaused && before.State != runbook.StatePaused:
		t.entry(RunPaused, because)
	case ev.Kind == runbook.Resumed:
		t.entry(RunResumed, nil)
	}
}

// answers are the entries of what a person did to a step.
var answers = map[runbook.EventKind]string{
	runbook.Confirmed: StepConfirmed, runbook.Refused: StepRefused, runbook.Retried: StepRetried, runbook.Skipped: StepSkipped, runbook.Stopped: StepStopped,
}

func (t *turn) recordStep(b, a runbook.StepRun, ev runbook.Event) {
	say := func(action string, more map[string]any) {
		p := map[string]any{"step": a.Key}
		if a.Attempt > 0 {
			p["attempt"] = a.Attempt
		}
		maps.Copy(p, more)
		t.entry(action, p)
	}
	reason := func() map[string]any {
		if a.Reason == "" {
			return nil
		}
		return map[string]any{"reason": a.Reason}
	}
	mine := ev.Step == a.Key
	if action, ok := answers[ev.Kind]; ok && mine {
		p := map[string]any{}
		if b.Question != "" {
			p["question"] = string(b.Question)
		}
		if ev.Reason != "" {
			p["reason"] = ev.Reason
		}
		say(action, p)
	}
	if mine && ev.Kind == runbook.Adopted {
		say(StepAdopted, nil)
	}
	switch {
	case a.Checking && !b.Checking:
		say(StepChecked, reason())
	case a.Attempt == b.Attempt && a.Round > b.Round:
		say(StepRepeated, reason())
	case a.State == runbook.StepReady && b.State == runbook.StepRunning && a.Failures > b.Failures:
		say(StepAttemptFailed, map[string]any{"reason": a.Reason, "again": db.At(a.Due)})
	}
	if a.State == b.State && a.EndedAt.Equal(b.EndedAt) {
		return
	}
	switch a.State {
	case runbook.StepRunning:
		p := map[string]any{}
		if a.Round > 0 {
			p["round"] = a.Round
		}
		say(StepStarted, p)
	case runbook.StepAwaiting:
		p := map[string]any{"question": string(a.Question)}
		if def, _ := t.engine.Definition(a.Key); def != nil && def.Role(a.Question) != "" {
			p["role"] = def.Role(a.Question)
		}
		say(StepAsked, p)
	case runbook.StepSucceeded:
		say(StepSucceeded, map[string]any{"took": a.EndedAt.Sub(a.StartedAt).Microseconds()})
	case runbook.StepFailed:
		say(StepFailed, reason())
	case runbook.StepUnknown:
		say(StepUnknown, reason())
	case runbook.StepCancelled:
		say(StepCancelled, reason())
	case runbook.StepSkipped:
		if !mine || ev.Kind != runbook.Skipped {
			say(StepSkipped, reason())
		}
	}
}
