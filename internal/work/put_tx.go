package work

import (
	"slices"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/work/schedule"
)

// Put is what a whole plan says of one task: of a new one, or of one that exists by its key.
type Put struct {
	Place string // names the task in refusals: "row 7"
	Line  int    // of the file, 0 for none
	Key   string
	Change
}

// The outcomes of a Put.
const (
	PutAdded     = "added"
	PutChanged   = "changed"
	PutUnchanged = "unchanged"
)

// PutDone is what became of a Put.
type PutDone struct {
	Before, After Task // Before is the zero value for a task that is new
	Outcome       string
}

// PutAll makes the tasks of a release agree with a list, in one change: each is added, changed or left as it is; tasks that are not in the list
// stay. Links may name tasks anywhere in the list. It checks no permission. It fails with errs.Blocked if the release has ended and
// with errs.Invalid for every fault, named by place and line, among them links that would wait for each other.
func PutAll(tx *db.Tx, r plan.Release, list []Put) ([]PutDone, error) {
	if err := open(r); err != nil {
		return nil, err
	}
	all, err := tasksOf(tx, r.ID)
	if err != nil {
		return nil, err
	}
	b := batch{tx: tx, r: r, at: make(map[string]int, len(all)), put: make(map[string]bool, len(list)), all: slices.Clone(all)}
	for i, t := range all {
		b.at[t.Key] = i
	}
	for _, p := range list {
		b.take(p)
	}
	if len(b.all) > tasksMax {
		b.bad.Say("", "list.too_long", "A release has at most %d tasks. There would be %d.", tasksMax, len(b.all))
	}
	b.tie(list)
	if err := b.bad.err(); err != nil {
		return nil, err
	}
	return b.done, b.write()
}

// batch is a list on its way into a release.
type batch struct {
	tx   *db.Tx
	r    plan.Release
	all  []Task // as they will be
	at   map[string]int
	put  map[string]bool // keys that the list has named
	done []PutDone
	of   known
	bad  faults
}

// take judges one of the list by itself; its links come when all are known.
func (b *batch) take(p Put) {
	f := faults{known: &b.of}
	i, known := b.at[p.Key]
	var before Task
	if known {
		before = b.all[i]
	} else {
		i = len(b.all)
		b.at[p.Key] = i
		before = Task{ID: id.New[string](), Release: b.r.ID, ReleaseKey: b.r.Key, Key: p.Key, Status: ToDo, StatusAt: b.tx.Now, CreatedAt: b.tx.Now, CreatedBy: actor(b.tx)}
		b.all = append(b.all, before)
	}
	if b.put[p.Key] {
		f.Say("key", "key.taken", "The task %s stands twice in the list.", p.Key)
	}
	b.put[p.Key] = true
	n := p.on(b.tx, b.r, before, &f)
	n.Needs, n.After = before.Needs, before.After
	f.task(b.tx, n)
	if p.linked() {
		n.Needs, n.After = f.listed(p.stated(n))
	}
	if p.Uses != nil {
		n.Uses = f.uses(b.tx, *p.Uses)
	}
	if p.Items != nil {
		n.Items = f.serves(b.tx, b.r, *p.Items, before.Items)
	}
	b.placed(p, f)
	b.all[i] = n
	d := PutDone{Before: before, After: n, Outcome: PutChanged}
	if !known {
		d.Before, d.Outcome = Task{}, PutAdded
	}
	b.done = append(b.done, d)
}

// placed takes the faults of one of the list over.
func (b *batch) placed(p Put, f faults) {
	if f.Failure != nil && b.bad.Failure == nil {
		b.bad.Failure = f.Failure
	}
	for _, x := range f.Fields {
		b.bad.Fields = append(b.bad.Fields, errs.Field{Name: p.Place + ": " + x.Name, Reason: x.Reason, Msg: x.Msg, Line: p.Line})
	}
}

// tie holds all links against each other and refuses what is unknown or waits for itself.
func (b *batch) tie(list []Put) {
	p := schedule.Plan{Tasks: make([]schedule.Task, len(b.all))}
	for i, t := range b.all {
		p.Tasks[i].Key = t.Key
	}
	put := make(map[string]Put, len(list))
	for _, x := range list {
		put[x.Key] = x
	}
	before := len(b.bad.Fields)
	for to, t := range b.all {
		for _, l := range t.Links() {
			from, known := b.at[l.Task]
			if !known {
				var f faults
				f.Say("after", "work.task_unknown", "The release has no task %.60q.", l.Task)
				b.placed(put[t.Key], f)
				continue
			}
			p.Links = append(p.Links, schedule.Link{From: from, To: to})
		}
	}
	if len(b.bad.Fields) == before {
		_, err := schedule.New(p)
		b.bad.Add(err)
	}
}

// write stores what differs, tasks before links.
func (b *batch) write() error {
	for i := range b.done {
		d := &b.done[i]
		switch {
		case d.Outcome == PutAdded:
			d.After.Rev, d.After.ChangedAt, d.After.ChangedBy, d.After.HeardAt = 1, b.tx.Now, actor(b.tx), b.tx.Now
			if err := insertTask(b.tx, d.After); err != nil {
				return err
			}
		case same(d.Before, d.After):
			d.Outcome = PutUnchanged
		default:
			d.After.Rev, d.After.ChangedAt, d.After.ChangedBy, d.After.HeardAt = d.Before.Rev+1, b.tx.Now, actor(b.tx), b.tx.Now
			if err := updateTask(b.tx, d.After); err != nil {
				return err
			}
		}
	}
	for _, d := range b.done {
		if d.Outcome == PutUnchanged {
			continue
		}
		if err := b.links(d); err != nil {
			return err
		}
		if err := putUses(b.tx, d.After); err != nil {
			return err
		}
		if err := putItems(b.tx, d.After); err != nil {
			return err
		}
		switch {
		case d.Outcome == PutAdded:
			entry(b.tx, b.r, TaskAdded, d.After, said(d.After))
		case d.Before.Status != d.After.Status:
			entry(b.tx, b.r, actions[d.After.Status], d.After, map[string]any{"before": said(d.Before), "after": said(d.After)})
		default:
			entry(b.tx, b.r, TaskChanged, d.After, map[string]any{"before": said(d.Before), "after": said(d.After)})
		}
	}
	return nil
}

func (b *batch) links(d PutDone) error {
	if d.Outcome != PutAdded && slices.Equal(d.Before.Needs, d.After.Needs) && slices.Equal(d.Before.After, d.After.After) {
		return nil
	}
	var rows []linkRow
	for _, l := range d.After.Links() {
		rows = append(rows, linkRow{b.all[b.at[l.Task]].ID, l})
	}
	return putLinks(b.tx, d.After.ID, rows)
}
