package deploy

import (
	"context"
	"fmt"
	"slices"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/deploy/runbook"
	"slipway/internal/deploy/stored"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// JobHeedFreezes is the job that looks for freezes that began while runs are live.
const JobHeedFreezes = "deploy.heed_freezes"

// heedEvery is how often freezes are looked for, so that one takes effect within that time of its start.
const heedEvery = 10 * time.Second

// HeedFreezes does to live runs what freezes that began since their start say: pause, abort, or nothing but a notice. It acts
// once for each freeze and start, so that a run which a person resumes goes on. What was in force when the run started, or
// may be passed by a permit, does not count, and a run that rolls back is left alone: no gate stands before a back-out.
func (s *Runs) HeedFreezes(ctx context.Context) error {
	ctx = system(ctx)
	var live []id.Run
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		rs, err := stored.OpenLives(tx)
		if err != nil {
			return err
		}
		for _, r := range rs {
			fs, err := newFreezes(tx, r)
			if err != nil {
				return err
			}
			if len(fs) > 0 {
				live = append(live, r.ID)
			}
		}
		return nil
	})
	for _, r := range live {
		if err == nil {
			err = s.db.Write(ctx, func(tx *db.Tx) error { return s.heed(tx, r) })
		}
	}
	return err
}

func (s *Runs) heed(tx *db.Tx, r id.Run) error {
	t, err := s.turn(tx, r)
	if err != nil || t.run.State.Ended() {
		return err
	}
	fs, err := newFreezes(tx, t.run)
	if err != nil {
		return err
	}
	for _, f := range fs {
		if err := t.meet(f); err != nil {
			return err
		}
	}
	return t.save()
}

// newFreezes returns the freezes that a live run has still to heed, the gravest last.
func newFreezes(tx *db.Tx, r Run) ([]calendar.FreezeInForce, error) {
	if r.Mode != Live || r.State.Ended() || r.Course.RollingBack || r.Course.Aborting {
		return nil, nil
	}
	rel, err := plan.ReleaseByID(tx, r.Release)
	if err != nil {
		return nil, err
	}
	all, err := calendar.FreezesInForce(tx, rel, tx.Now)
	if err != nil {
		return nil, err
	}
	var out []calendar.FreezeInForce
	for _, f := range all {
		after := f.Since.After(r.StartedAt) || f.ChangedAt.After(r.StartedAt) // also one that was published with a start in the past
		if after && !slices.ContainsFunc(r.Heeded, func(h Heeded) bool { return h.Freeze == f.ID && h.Since == f.Since }) {
			out = append(out, f)
		}
	}
	grave := map[calendar.Running]int{calendar.Pause: 1, calendar.Abort: 2}
	slices.SortStableFunc(out, func(a, b calendar.FreezeInForce) int { return grave[a.Running] - grave[b.Running] })
	return out, nil
}

// meet records a freeze and does what it says.
func (t *turn) meet(f calendar.FreezeInForce) error {
	did := f.Running
	if did == "" {
		did = calendar.Finish
	}
	t.run.Heeded, t.dirty = append(slices.Clone(t.run.Heeded), Heeded{Freeze: f.ID, Key: f.Key, Name: f.Name, Since: f.Since, At: t.tx.Now, Did: did}), true
	t.entry(RunFreezeMet, map[string]any{"freeze": f.Key, "name": f.Name, "since": f.Since, "hard": f.Hard, "did": string(did)})
	switch {
	case did == calendar.Abort && !t.run.Course.Aborting:
		return t.apply(runbook.Event{Kind: runbook.Aborted, Reason: fmt.Sprintf("The freeze %s has begun, which aborts live runs.", f.Name)})
	case did == calendar.Pause && t.run.State == runbook.StateRunning && !t.run.Course.Aborting:
		return t.apply(runbook.Event{Kind: runbook.Paused, Reason: fmt.Sprintf("The freeze %s has begun, which pauses live runs before their next step.", f.Name)})
	}
	return nil
}

// PauseAll pauses every run that goes on, with a reason, as after a restore: what a run did since the backup is not known to it.
// It returns how many it paused. It is for the process that restores, not for callers.
func (s *Runs) PauseAll(ctx context.Context, reason string) (int, error) {
	n := 0
	err := s.db.Write(system(ctx), func(tx *db.Tx) error {
		n = 0
		open, err := stored.Open(tx)
		if err != nil {
			return err
		}
		for _, r := range open {
			if r.State != runbook.StateRunning || r.Course.Aborting {
				continue
			}
			t, err := s.turn(tx, r.ID)
			if err != nil {
				return err
			}
			if err := t.apply(runbook.Event{Kind: runbook.Paused, Reason: reason}); err != nil {
				return err
			}
			if err := t.save(); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}
