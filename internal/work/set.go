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
	return db.Writing(ctx, s.db, func(tx *db.Tx) (Task, error) { return SetTx(tx, task, rev, in) })
}

// SetTx is Tasks.Set inside the caller's change.
func SetTx(tx *db.Tx, task string, rev int64, in Change) (Task, error) {
	t, r, err := seen(tx, task)
	if err != nil {
		return t, err
	}
	if err := auth.Check(tx, "work.progress", plan.Scope(r)); err != nil {
		return t, err
	}
	if in.planned() {
		if err := auth.Check(tx, "work.plan", plan.Scope(r)); err != nil {
			return t, err
		}
	}
	if rev != 0 && t.Rev != rev {
		return t, auth.Stale(tx, t, id.Person(t.ChangedBy), t.ChangedAt)
	}
	if err := open(r); err != nil {
		return t, err
	}
	return set(tx, r, t, in)
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
	var rows []linkRow
	if in.linked() {
		n, rows = in.links(tx, n, &f)
	}
	if in.Uses != nil {
		n.Uses = f.uses(tx, *in.Uses)
	}
	if in.Items != nil {
		n.Items = f.serves(tx, r, *in.Items, t.Items)
	}
	if err := f.err(); err != nil {
		return t, err
	}
	action := TaskChanged
	switch {
	case n.Status != t.Status:
		action = actions[n.Status]
	case same(n, t) && in.Note == "":
		return t, nil
	case same(n, t):
		action = TaskReported
	}
	n.Rev, n.ChangedAt, n.ChangedBy, n.HeardAt = t.Rev+1, tx.Now, actor(tx), tx.Now
	if err := updateTask(tx, n); err != nil {
		return t, err
	}
	if in.linked() {
		if err := putLinks(tx, n.ID, rows); err != nil {
			return t, err
		}
	}
	if in.Uses != nil {
		if err := putUses(tx, n); err != nil {
			return t, err
		}
	}
	if in.Items != nil {
		if err := putItems(tx, n); err != nil {
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
	if c.WaitsFor != nil {
		n.WaitsFor = f.waits(tx, *c.WaitsFor)
	}
	if c.WaitsParty != nil {
		n.WaitsParty = *c.WaitsParty
	}
	if n.Status != Blocked {
		n.Blocker, n.WaitsFor, n.WaitsParty = "", "", ""
	}
	if c.Owner != nil {
		n.Owner = f.person(tx, *c.Owner)
	}
	if c.Estimate != nil {
		n.Estimate = c.Estimate.filled()
	}
	f.when(&n, r, c.Due, c.Offset)
	for _, s := range []struct{ to, from *db.Time }{{&n.NotBefore, c.NotBefore}, {&n.FixedStart, c.FixedStart}, {&n.FixedEnd, c.FixedEnd}} {
		if s.from != nil {
			*s.to = *s.from
		}
	}
	if n.Status != t.Status {
		n = n.moved(t.Status, tx.Now)
	}
	return c.happened(n, f)
}

// happened takes over what the change says of the past, which holds more than when it was said.
func (c Change) happened(n Task, f *faults) Task {
	if c.StartedAt != nil {
		if n.Status == ToDo && !c.StartedAt.IsZero() {
			f.Say("startedAt", "task.not_started", "A task that is to do has not begun. Set its status as well.")
		}
		n.StartedAt = *c.StartedAt
	}
	if c.EndedAt != nil {
		if !n.Status.Ended() && !c.EndedAt.IsZero() {
			f.Say("endedAt", "task.not_ended", "The task has not ended. Set its status to done or dropped as well.")
		}
		n.EndedAt = *c.EndedAt
		if !n.EndedAt.IsZero() && c.StartedAt == nil && n.EndedAt.Before(n.StartedAt) {
			n.StartedAt = n.EndedAt // its start was taken from the report
		}
	}
	if c.Remaining != nil {
		n.Remaining = c.Remaining
		switch {
		case *c.Remaining < 0:
			n.Remaining = nil
		case n.Status.Ended():
			f.Say("remaining", "task.has_ended", "Nothing is left of a task that has ended.")
		}
	}
	if n.Status.Ended() {
		n.Remaining = nil
	}
	return n
}

// links are those after the change, checked.
func (c Change) links(tx *db.Tx, n Task, f *faults) (Task, []linkRow) {
	needs, after := c.stated(n)
	return f.links(tx, n, needs, after)
}

// stated are the links after the change: what is nil stays.
func (c Change) stated(t Task) (needs []string, after []After) {
	needs, after = t.Needs, t.After
	if c.Needs != nil {
		needs = *c.Needs
	}
	if c.After != nil {
		after = *c.After
	}
	return needs, after
}

func same(a, b Task) bool {
	left := func(t Task) int64 {
		if t.Remaining == nil {
			return -1
		}
		return *t.Remaining
	}
	return a.Name == b.Name && a.Text == b.Text && a.Owner == b.Owner && a.Phase == b.Phase && a.Status == b.Status && a.Blocker == b.Blocker &&
		a.Estimate == b.Estimate && a.Due == b.Due && a.Offset == b.Offset && a.NotBefore == b.NotBefore && a.FixedStart == b.FixedStart && a.FixedEnd == b.FixedEnd &&
		a.StartedAt == b.StartedAt && a.EndedAt == b.EndedAt && left(a) == left(b) && a.WaitsFor == b.WaitsFor && a.WaitsParty == b.WaitsParty &&
		slices.Equal(a.Needs, b.Needs) && slices.Equal(a.After, b.After) && slices.Equal(a.Uses, b.Uses) && slices.Equal(a.Items, b.Items)
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
		t.StartedAt, t.Remaining = 0, nil
	}
	return t
}
