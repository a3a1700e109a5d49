package work

import (
	"slices"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

var _ plan.Follower = (*Tasks)(nil)

// ReleaseCreated makes the tasks of the template, with one entry each.
func (s *Tasks) ReleaseCreated(tx *db.Tx, r plan.Release, t plan.Template) error {
	ids := map[string]string{}
	var made []Task
	for _, x := range t.Tasks {
		var f faults
		n := Task{ID: id.New[string](), Release: r.ID, ReleaseKey: r.Key, Key: x.Key, Name: x.Name, Text: x.Text, Phase: x.Phase, Status: ToDo, StatusAt: tx.Now,
			Estimate: Estimate{Likely: int64(x.Hours) * 60}.filled(), Offset: x.Due, Due: x.Due.From(r.Window.Start), Needs: slices.Sorted(slices.Values(x.Needs)),
			Rev: 1, CreatedAt: tx.Now, CreatedBy: actor(tx), ChangedAt: tx.Now, ChangedBy: actor(tx)}
		n.Owner = f.person(tx, x.Owner)
		if f.Failure != nil {
			return f.Failure
		}
		if err := insertTask(tx, n); err != nil {
			return err
		}
		ids[x.Key] = n.ID
		made = append(made, n)
	}
	for _, n := range made {
		needs := make([]string, len(n.Needs))
		for i, k := range n.Needs {
			needs[i] = ids[k]
		}
		if err := putNeeds(tx, n.ID, needs); err != nil {
			return err
		}
		entry(tx, r, TaskAdded, n, said(n))
	}
	return nil
}

// ReleaseChanged moves the due dates that follow the window.
func (s *Tasks) ReleaseChanged(tx *db.Tx, r plan.Release, sections []string) error {
	if !slices.Contains(sections, plan.SectionWindow) {
		return nil
	}
	all, err := tasksOf(tx, r.ID)
	if err != nil {
		return err
	}
	for _, t := range all {
		due := t.Offset.From(r.Window.Start)
		if t.Offset == "" || t.Due == due || t.Status.Ended() {
			continue
		}
		n := t
		n.Due, n.Rev, n.ChangedAt, n.ChangedBy = due, t.Rev+1, tx.Now, actor(tx)
		if err := updateTask(tx, n); err != nil {
			return err
		}
		entry(tx, r, TaskChanged, n, map[string]any{"before": said(t), "after": said(n)})
	}
	return nil
}

// ReleaseEnded leaves the tasks as they are: they are part of the record.
func (s *Tasks) ReleaseEnded(*db.Tx, plan.Release) error { return nil }
