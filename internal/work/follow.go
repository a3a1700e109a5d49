package work

import (
	"slices"
	"strings"
	"time"

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
			Estimate: hours(x), Offset: x.Due, Due: x.Due.From(r.Window.Start), Rev: 1, CreatedAt: tx.Now, CreatedBy: actor(tx), ChangedAt: tx.Now, ChangedBy: actor(tx), HeardAt: tx.Now}
		n.Owner = f.person(tx, x.Owner)
		if x.Role != "" {
			n.Uses = []Use{{Kind: "role", Key: x.Role, Units: 1}}
		}
		n.Needs, n.After = split(linksOf(x))
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
		var rows []linkRow
		for _, l := range n.Links() {
			rows = append(rows, linkRow{ids[l.Task], l})
		}
		if err := putLinks(tx, n.ID, rows); err != nil {
			return err
		}
		if err := putUses(tx, n); err != nil {
			return err
		}
		entry(tx, r, TaskAdded, n, said(n))
	}
	return nil
}

func hours(x plan.TaskSpec) Estimate {
	e := x.Effort()
	return Estimate{Low: int64(e.Low) * 60, Likely: int64(e.Likely) * 60, High: int64(e.High) * 60}.filled()
}

// workday is what a day stands for where a template counts working time.
const workday = 8 * 60

// linksOf puts the links of a template's task into minutes.
func linksOf(x plan.TaskSpec) []After {
	var out []After
	for _, l := range x.Links() {
		lag := int64(l.Lag.Duration() / time.Minute)
		if !l.Elapsed && strings.HasSuffix(string(l.Lag), "d") {
			lag = lag / (24 * 60) * workday
		}
		out = append(out, After{Task: l.Task, Type: l.Type, Lag: lag, Elapsed: l.Elapsed})
	}
	return out
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
