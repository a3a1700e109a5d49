package work

import (
	"context"
	"slices"

	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Set changes a task. rev is the version that the caller read; 0 takes whatever there is. A task that leaves the status
// blocked loses its blocker. It fails as Add does, and with errs.Conflict, carrying the present row, if that version is
// gone.
func (s *Tasks) Set(ctx context.Context, task string, rev int64, in Change) (Task, error) {
	var out Task
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		t, r, err := seen(tx, task)
		if err != nil {
			return err
		}
		if err := auth.Check(tx, "work.progress", plan.Scope(r)); err != nil {
			return err
		}
		if in.planned() {
			if err := auth.Check(tx, "work.plan", plan.Scope(r)); err != nil {
				return err
			}
		}
		if rev != 0 && t.Rev != rev {
			return auth.Stale(tx, t, id.Person(t.ChangedBy), t.ChangedAt)
		}
		if err := open(r); err != nil {
			return err
		}
		out, err = set(tx, r, t, in)
		return err
	})
	return out, err
}

// seen reads a task and its release, as far as the caller may see them.
func seen(tx *db.Tx, ref string) (Task, plan.Release, error) {
	t, err := taskByID(tx, ref)
	if err != nil {
		return t, plan.Release{}, err
	}
	r, err := plan.ReleaseByID(tx, t.Release)
	if err == nil {
		err = auth.CheckSeen(tx, "work.read", plan.Scope(r), "task")
	}
	return t, r, err
}

func set(tx *db.Tx, r plan.Release, t Task, in Change) (Task, error) {
	var f faults
	n := in.on(tx, r, t, &f)
	f.Add(catalog.CheckText("note", in.Note, noteMax, false))
	f.task(tx, n)
	var ids []string
	if in.Needs != nil {
		n.Needs, ids = f.needs(tx, n, *in.Needs)
	}
	if err := f.err(); err != nil {
		return t, err
	}
	if same(n, t) {
		return t, nil
	}
	action := TaskChanged
	if n.Status != t.Status {
		action = actions[n.Status]
		n = n.moved(t.Status, tx.Now)
	}
	n.Rev, n.ChangedAt, n.ChangedBy = t.Rev+1, tx.Now, actor(tx)
	if err := updateTask(tx, n); err != nil {
		return t, err
	}
	if in.Needs != nil {
		if err := putNeeds(tx, n.ID, ids); err != nil {
			return t, err
		}
	}
	payload := map[string]any{"before": said(t), "after": said(n)}
	if in.Note != "" {
		payload["note"] = in.Note
	}
	entry(tx, r, action, n, payload)
	return taskByID(tx, n.ID)
}

// on returns the task as the change leaves it.
func (c Change) on(tx *db.Tx, r plan.Release, t Task, f *faults) Task {
	n := t
	for _, s := range []struct{ to, from *string }{{&n.Name, c.Name}, {&n.Text, c.Text}, {&n.Phase, c.Phase}, {&n.Blocker, c.Blocker}} {
		if s.from != nil {
			*s.to = *s.from
		}
	}
	if c.Status != nil {
		n.Status = *c.Status
	}
	if n.Status != Blocked {
		n.Blocker = ""
	}
	if c.Owner != nil {
		n.Owner = f.person(tx, *c.Owner)
	}
	if c.Estimate != nil {
		n.Estimate = c.Estimate.filled()
	}
	f.when(&n, r, c.Due, c.Offset)
	return n
}

func same(a, b Task) bool {
	return a.Name == b.Name && a.Text == b.Text && a.Owner == b.Owner && a.Phase == b.Phase && a.Status == b.Status && a.Blocker == b.Blocker &&
		a.Estimate == b.Estimate && a.Due == b.Due && a.Offset == b.Offset && slices.Equal(a.Needs, b.Needs)
}

// moved dates a change of status.
func (t Task) moved(from Status, now db.Time) Task {
	t.StatusAt = now
	if t.StartedAt.IsZero() && (t.Status == Doing || t.Status == Done) {
		t.StartedAt = now
	}
	switch {
	case t.Status.Ended():
		t.EndedAt = now
	case from.Ended():
		t.EndedAt = 0
	}
	if t.Status == ToDo {
		t.StartedAt = 0
	}
	return t
}
