package deploy

import (
	"context"
	"errors"
	"slices"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/deploy/runbook"
	"slipway/internal/deploy/runlog"
	"slipway/internal/deploy/stored"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Answer is what a person says to a step.
type Answer struct {
	Reason string `json:"reason,omitempty" maxLength:"2000" doc:"Why; required to refuse, skip and stop"`
	Asked  int    `json:"asked,omitempty" minimum:"0" doc:"Number of the question that was seen, so that another one is not answered by mistake"`
}

// act is one verb: read the run, check the right, put the event to it.
func (s *Runs) act(ctx context.Context, run id.Run, permission string, do func(t *turn) error) (Run, error) {
	return db.Writing(ctx, s.db, func(tx *db.Tx) (Run, error) {
		r, err := RunByID(tx, run)
		if err != nil {
			return Run{}, err
		}
		if err := auth.Check(tx, permission, Scope(r)); err != nil {
			return Run{}, err
		}
		t, err := s.turn(tx, r.ID)
		if err != nil {
			return Run{}, err
		}
		if err := do(t); err != nil {
			return Run{}, err
		}
		if err := t.save(); err != nil {
			return Run{}, err
		}
		return t.run, nil
	})
}

// by is who acts, for the engine.
func by(tx *db.Tx) string {
	if p := auth.Me(tx); p != "" {
		return string(p)
	}
	return ledger.ActorOf(tx.Context()).ID
}

// event puts what a person does to a step to the run.
func event(kind runbook.EventKind, step string, a Answer) func(t *turn) error {
	return func(t *turn) error {
		return t.apply(runbook.Event{Kind: kind, Step: step, By: by(t.tx), Reason: strings.TrimSpace(a.Reason), Asked: a.Asked})
	}
}

// Confirm answers the open question of a step with yes: the go is given, the manual step is done, or the attempt of unknown outcome took
// effect. It may who holds the role that is asked, was asked by name, or has run.operate. It fails with errs.Forbidden for
// others, and with errs.Blocked if the step asks nothing, or for the go of a point of no return once the way back no longer fits the window.
func (s *Runs) Confirm(ctx context.Context, run id.Run, step string, a Answer) (Run, error) {
	return s.act(ctx, run, "run.answer", func(t *turn) error {
		if err := t.mayAnswer(step); err != nil {
			return err
		}
		if err := t.inTime(step, a.Reason); err != nil {
			return err
		}
		return event(runbook.Confirmed, step, a)(t)
	})
}

// Refuse answers the open question of a step with no; the step has failed. It needs a reason, and the right as Confirm does.
func (s *Runs) Refuse(ctx context.Context, run id.Run, step string, a Answer) (Run, error) {
	return s.act(ctx, run, "run.answer", func(t *turn) error {
		if err := t.mayAnswer(step); err != nil {
			return err
		}
		return event(runbook.Refused, step, a)(t)
	})
}

// MayAnswer reports whether the caller may answer the step, and if not, why, in a sentence. It records no check.
func (s *Runs) MayAnswer(tx *db.Tx, r Run, step string) (bool, string, error) {
	e, err := s.engine(tx, r.Runbook, r.Version)
	if err != nil {
		return false, "", err
	}
	t := &turn{s: s, tx: tx, engine: e, run: r}
	err = t.mayAnswer(step)
	if e := errs.As(err); e != nil && e.Code == errs.CodeForbidden {
		return false, e.Msg, nil
	}
	return err == nil, "", err
}

func (t *turn) mayAnswer(step string) error {
	def, _ := t.engine.Definition(step)
	if def == nil {
		return errs.NotFound("run.unknown_step", "The run has no step %.100q.", step)
	}
	if auth.IsSystem(t.tx.Context()) {
		return nil
	}
	me := auth.Me(t.tx)
	if who := t.run.Assigned[step]; who != "" && who == me {
		return nil
	}
	st, _ := t.run.Course.Step(step)
	role := def.Role(st.Question)
	if role != "" {
		ok, err := auth.Holds(t.tx, me, role, Scope(t.run))
		if ok || err != nil {
			return err
		}
	}
	ok, err := auth.Allowed(t.tx, "run.operate", Scope(t.run))
	if ok || err != nil {
		return err
	}
	if role == "" {
		return errs.Forbidden("run.not_yours", "Only who may operate runs answers this step.")
	}
	return errs.Forbidden("run.not_yours", "This step is for the role %s, which you do not hold. Ask one of its holders, or who operates the run.", role)
}

// inTime refuses the go of a point of no return once the way back no longer fits the window, unless it is overridden with a reason.
func (t *turn) inTime(step, reason string) error {
	st, _ := t.run.Course.Step(step)
	if st.Question != runbook.QuestionGo || t.run.Mode != Live {
		return nil
	}
	f, err := t.forecast()
	if err != nil || f.BackOutDeadline.IsZero() || !t.tx.Now.Std().After(f.BackOutDeadline) {
		return err
	}
	refusal := errs.Blocked("run.past_backout_deadline", "Since %s a roll back no longer ends inside the window, so the point of no return must not begin. Roll back, or give a reason to override.", f.BackOutDeadline.UTC().Format("15:04 MST"))
	if strings.TrimSpace(reason) == "" {
		return refusal
	}
	return t.override(refusal, reason)
}

// Retry begins another attempt of a failed step, or of one whose outcome is not known, under a new idempotency key.
func (s *Runs) Retry(ctx context.Context, run id.Run, step string, a Answer) (Run, error) {
	return s.act(ctx, run, "run.operate", event(runbook.Retried, step, a))
}

// Skip counts a step as done without doing it. It needs a reason, and is refused while an attempt is in flight.
func (s *Runs) Skip(ctx context.Context, run id.Run, step string, a Answer) (Run, error) {
	return s.act(ctx, run, "run.operate", event(runbook.Skipped, step, a))
}

// StopStep ends the attempt of a step that is in flight, as failed. It needs a reason.
func (s *Runs) StopStep(ctx context.Context, run id.Run, step string, a Answer) (Run, error) {
	return s.act(ctx, run, "run.operate", event(runbook.Stopped, step, a))
}

// Pause lets what is in flight finish and starts nothing new.
func (s *Runs) Pause(ctx context.Context, run id.Run, reason string) (Run, error) {
	return s.act(ctx, run, "run.operate", event(runbook.Paused, "", Answer{Reason: reason}))
}

// Resume lets a paused run go on.
func (s *Runs) Resume(ctx context.Context, run id.Run) (Run, error) {
	return s.act(ctx, run, "run.operate", event(runbook.Resumed, "", Answer{}))
}

// Abort ends a run where it is. Nothing is undone.
func (s *Runs) Abort(ctx context.Context, run id.Run, reason string) (Run, error) {
	return s.act(ctx, run, "run.abort", event(runbook.Aborted, "", Answer{Reason: reason}))
}

// Back says how to roll back.
type Back struct {
	Reason       string `json:"reason,omitempty" maxLength:"2000" doc:"Why; it may be given afterwards"`
	PastNoReturn bool   `json:"pastNoReturn,omitempty" doc:"It is known that a point of no return has begun"`
}

// RollBack returns a run to the last good state by its back-out. No gate stands in its way. The run of a verified release needs
// a reason. It is refused for an ended live run whose release is closed or on the way with another run (run.release_moved_on),
// and when something else was deployed over what it brought (run.superseded), since the way back would undo that too.
func (s *Runs) RollBack(ctx context.Context, run id.Run, in Back) (Run, error) {
	return s.act(ctx, run, "run.rollback", func(t *turn) error {
		ended := t.run.State.Ended()
		if err := t.apply(runbook.Event{Kind: runbook.RollbackRequested, By: by(t.tx), Reason: strings.TrimSpace(in.Reason), PastNoReturn: in.PastNoReturn}); err != nil {
			return err
		}
		if !ended || t.run.Mode != Live {
			return nil
		}
		return t.reopen()
	})
}

// reopen takes the release of an ended live run along when it is rolled back after all.
func (t *turn) reopen() error {
	r, err := plan.ReleaseByID(t.tx, t.run.Release)
	if err != nil {
		return err
	}
	other, is, err := stored.OpenLive(t.tx, r.ID)
	if err != nil {
		return err
	}
	if is && other.ID != t.run.ID {
		return errs.Blocked("run.live", "Run %d of %s is %s. Roll that one back, or finish it first.", other.Number, r.Name, other.State)
	}
	if err := t.superseded(r.Name); err != nil {
		return err
	}
	if r.State == plan.Verified && t.run.Course.RollbackReason == "" {
		return errs.InvalidField("reason", "run.reason_missing", "%s is verified. Say why it is rolled back all the same.", r.Name)
	}
	leads := slices.ContainsFunc(plan.Transitions(), func(x plan.Transition) bool { return x.From == r.State && x.To == plan.RolledBack })
	switch {
	case leads:
		return nil
	case r.State == plan.Active || r.State == plan.Approved:
		return plan.MarkDeploying(t.tx, r.ID, "A roll back started.")
	}
	return errs.Blocked("run.release_moved_on", "%s is %s by now, so its old run does not roll it back. Make a release that carries the earlier versions.", r.Name, r.State.Words())
}

// superseded refuses to roll back what something else was deployed over. What is recorded counts; a service without a record
// is passed over.
func (t *turn) superseded(release string) error {
	if len(t.run.Given.Environments) == 0 {
		return nil
	}
	for _, m := range t.run.Given.Manifest {
		now, err := catalog.Runs(t.tx, m.Service, t.run.Given.Environments[0])
		if errors.Is(err, db.ErrNone) || errs.Is(err, errs.CodeNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if now.Version != m.Version && now.Version != m.Before {
			return errs.Blocked("run.superseded", "%s %s runs in %s by now, deployed after %s. Roll that back first, or make a release that carries the earlier versions.",
				m.ServiceKey, now.Version, t.run.Given.EnvironmentKeys[0], release)
		}
	}
	return nil
}

// Explain gives the reason of a roll back that was begun without one.
func (s *Runs) Explain(ctx context.Context, run id.Run, reason string) (Run, error) {
	return s.act(ctx, run, "run.rollback", func(t *turn) error {
		reason = strings.TrimSpace(reason)
		switch {
		case reason == "" || len(reason) > 2000:
			return errs.InvalidField("reason", "run.reason_missing", "Give the reason in 1 to 2000 bytes.")
		case !t.run.Course.RollingBack:
			return errs.Blocked("run.not_now", "The run was not rolled back.")
		case t.run.Course.RollbackReason != "":
			return errs.Blocked("run.reason_given", "The reason was given already: %s", t.run.Course.RollbackReason)
		}
		t.run.Course.RollbackReason, t.dirty = reason, true
		t.entry(RunReasoned, map[string]any{"reason": reason})
		return nil
	})
}

// Reassign hands a step to a person by name, who may then answer it whatever roles they hold; "" takes that back.
func (s *Runs) Reassign(ctx context.Context, run id.Run, step, person string) (Run, error) {
	return s.act(ctx, run, "run.operate", func(t *turn) error {
		if def, _ := t.engine.Definition(step); def == nil {
			return errs.NotFound("run.unknown_step", "The run has no step %.100q.", step)
		}
		if t.run.State.Ended() {
			return errs.Blocked("run.ended", "The run has ended: %s.", t.run.State)
		}
		next := map[string]id.Person{}
		for k, v := range t.run.Assigned {
			next[k] = v
		}
		delete(next, step)
		payload := map[string]any{"step": step, "before": t.run.Assigned[step]}
		if person != "" {
			p, err := auth.PersonByRef(t.tx, person)
			if errs.Is(err, errs.CodeNotFound) || err == nil && !p.Active {
				return errs.InvalidField("person", "person.unknown", "There is no person %.100q who can do it.", person)
			}
			if err != nil {
				return err
			}
			next[step], payload["person"] = p.ID, p.ID
		}
		t.run.Assigned, t.dirty = next, true
		t.entry(StepReassigned, payload)
		return nil
	})
}

// Say adds a comment to a run, or to one of its steps.
func (s *Runs) Say(ctx context.Context, run id.Run, step, text string) (Comment, error) {
	var out Comment
	_, err := s.act(ctx, run, "run.comment", func(t *turn) error {
		if def, _ := t.engine.Definition(step); step != "" && def == nil {
			return errs.NotFound("run.unknown_step", "The run has no step %.100q.", step)
		}
		if text = strings.TrimSpace(runlog.Clean(text)); text == "" || len(text) > 10_000 {
			return errs.InvalidField("text", "run.comment_text", "A comment has 1 to 10,000 bytes.")
		}
		out = Comment{ID: id.New[string](), Step: step, At: t.tx.Now, Person: auth.Me(t.tx), Text: text}
		t.entry(RunCommented, map[string]any{"step": step, "text": text})
		r := t.run.ID
		t.tx.AfterCommit(func() { s.watch.Touch(r) })
		return stored.InsertComment(t.tx, r, out)
	})
	return out, err
}
