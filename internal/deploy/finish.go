package deploy

import (
	"errors"
	"fmt"

	"slipway/internal/catalog"
	"slipway/internal/deploy/book"
	"slipway/internal/deploy/runbook"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// finish does what the end of a run means for its release, in the transaction of the end.
func (t *turn) finish(state runbook.State) error {
	t.run.FinishedAt = t.tx.Now
	action := map[runbook.State]string{runbook.StateSucceeded: RunSucceeded, runbook.StateFailed: RunFailed, runbook.StateAborted: RunAborted, runbook.StateRolledBack: RunRolledBack}[state]
	p, reason, because := map[string]any{}, t.run.Course.Reason, ""
	if state == runbook.StateRolledBack {
		reason = t.run.Course.RollbackReason
	}
	if reason != "" {
		p["reason"], because = reason, " "+reason
	}
	t.entry(action, p)
	if err := book.KeepTimings(t.tx, t.run.ID, t.run.Runbook, t.run.Course.Steps); err != nil {
		return err
	}
	if t.run.Mode != Live {
		return nil
	}
	r, err := plan.ReleaseByID(t.tx, t.run.Release)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("Run %d", t.run.Number)
	switch {
	case state == runbook.StateRolledBack:
		if err := t.bar(name + " was rolled back." + because); err != nil {
			return err
		}
		return t.moved(r, plan.RolledBack, plan.MarkRolledBack, name+" was rolled back."+because)
	case state == runbook.StateSucceeded:
		if err := t.moved(r, plan.Deployed, plan.MarkDeployed, name+" succeeded."); err != nil {
			return err
		}
		if n := t.verified(); n > 0 {
			return plan.MarkVerified(t.tx, r.ID, fmt.Sprintf("Verification steps that succeeded: %d.", n))
		}
		return nil
	case r.State == plan.Deploying:
		return plan.MarkStopped(t.tx, r.ID, fmt.Sprintf("%s was %s.%s", name, state, because))
	}
	return nil
}

// moved marks the release. A release that is there already, or that somebody moved on meanwhile, does not hold up the end of its run.
func (t *turn) moved(r plan.Release, to plan.State, mark func(*db.Tx, id.Release, string) error, reason string) error {
	if r.State == to {
		return nil
	}
	return mark(t.tx, r.ID, reason)
}

// verified counts the verification steps if all of them succeeded; one that was skipped judged nothing.
func (t *turn) verified() int {
	n := 0
	for _, s := range t.engine.Runbook().Steps {
		if !s.Verification {
			continue
		}
		r, _ := t.run.Course.Step(s.Key)
		switch {
		case r.State == runbook.StepSucceeded:
			n++
		case r.State == runbook.StepSkipped && r.Condition == runbook.ConditionNot:
		default:
			return 0
		}
	}
	return n
}

// bar forbids the versions that were backed out everywhere, until a named role lifts that. A version that still runs where the run
// deployed was not backed out: it was there before, or fix forward applies.
func (t *turn) bar(reason string) error {
	for _, m := range t.run.Given.Manifest {
		runs := m.Before == m.Version
		for _, e := range t.run.Given.Environments {
			now, err := catalog.Runs(t.tx, m.Service, e)
			if err != nil && !errors.Is(err, db.ErrNone) && !errs.Is(err, errs.CodeNotFound) {
				return err
			}
			runs = runs || now.Version == m.Version
		}
		if runs {
			continue
		}
		if _, _, err := catalog.BarVersion(t.tx, catalog.NewBar{Service: string(m.Service), Version: m.Version, Digest: m.Digest, FromTier: catalog.Development, Reason: reason, Release: t.run.Release}); err != nil {
			return err
		}
	}
	return nil
}
