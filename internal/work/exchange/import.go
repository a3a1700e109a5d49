package exchange

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
	"slipway/internal/work"
	"slipway/internal/work/planfile"
	"slipway/internal/work/schedule"
)

// Report is what an import did, or would do.
type Report struct {
	Release   string          `json:"release"` // key
	Format    Format          `json:"format"`
	Saved     bool            `json:"saved"` // nothing is, when it was only tried
	Added     int             `json:"added"`
	Changed   int             `json:"changed"`
	Unchanged int             `json:"unchanged"`
	Left      []string        `json:"left"`  // keys of tasks that the file does not name; they stay as they are
	Tasks     []Line          `json:"tasks"` // in the order of the file
	Notes     []planfile.Note `json:"notes"` // what was left out or read in a way that one should know
}

// Line is one task of an import.
type Line struct {
	Place   string   `json:"place"` // in the file
	Key     string   `json:"key"`
	Name    string   `json:"name"`
	Outcome string   `json:"outcome"`           // added, changed or unchanged
	Changes []string `json:"changes,omitempty"` // what differs, in words
}

var errTried = errors.New("exchange: only tried")

// Import makes the tasks of a release agree with a file. A task is known again by its key, or by the key that its name makes where the file has none; tasks
// that the file does not name stay. What the file has no column for stays as it is. With try it says what would happen and changes
// nothing. It fails with errs.Invalid naming every fault by its place in the file, with errs.NotFound, errs.Forbidden or
// errs.Blocked as adding a task does.
func (x *Exchange) Import(ctx context.Context, release string, f Format, data []byte, try bool) (Report, error) {
	var out Report
	if err := x.may(ctx, release); err != nil { // before the file costs anything
		return out, err
	}
	p, fault := planfile.Read(f, data, zoneOf(ctx))
	err := x.db.Write(ctx, func(tx *db.Tx) error {
		r, err := plan.ReleaseByRef(tx, release)
		if err != nil {
			return err
		}
		if err := auth.Check(tx, "work.plan", plan.Scope(r)); err != nil {
			return err
		}
		if fault != nil {
			return fault
		}
		out = Report{Release: r.Key, Format: f, Saved: !try, Left: []string{}, Tasks: []Line{}, Notes: append([]planfile.Note{}, p.Notes...)}
		if err := out.put(tx, r, p); err != nil {
			return err
		}
		if try {
			return errTried
		}
		ledger.Append(tx, ledger.Entry{Action: PlanImported, Subject: ledger.Subject{Kind: "release", ID: string(r.ID)}, Release: r.ID, Scope: string(plan.Scope(r)),
			Payload: map[string]any{"format": f, "added": out.Added, "changed": out.Changed, "unchanged": out.Unchanged}})
		return nil
	})
	if errors.Is(err, errTried) {
		err = nil
	}
	return out, err
}

// may fails unless the caller may plan the work of a release.
func (x *Exchange) may(ctx context.Context, release string) error {
	return x.db.Read(ctx, func(tx *db.Tx) error {
		r, err := plan.ReleaseByRef(tx, release)
		if err != nil {
			return err
		}
		return auth.Check(tx, "work.plan", plan.Scope(r))
	})
}

// put brings the plan of a file into a release.
func (o *Report) put(tx *db.Tx, r plan.Release, p planfile.Plan) error {
	now, err := work.TasksOf(tx, r.ID)
	if err != nil {
		return err
	}
	t := taking{tx: tx, plan: p, owners: map[string]*string{}, phases: map[string]string{}}
	if err := t.release(r, now); err != nil {
		return err
	}
	list := t.list()
	if err := t.bad.Err(t.bad.Counted(), 20); err != nil {
		return err
	}
	if err := t.circle(); err != nil {
		return err
	}
	done, err := work.PutAll(tx, r, list)
	if err != nil {
		return err
	}
	named := map[string]bool{}
	for i, d := range done {
		named[d.After.Key] = true
		l := Line{Place: list[i].Place, Key: d.After.Key, Name: d.After.Name, Outcome: d.Outcome}
		switch d.Outcome {
		case work.PutAdded:
			o.Added++
		case work.PutChanged:
			o.Changed++
			l.Changes = differences(d.Before, d.After)
		default:
			o.Unchanged++
		}
		o.Tasks = append(o.Tasks, l)
	}
	for _, x := range now {
		if !named[x.Key] {
			o.Left = append(o.Left, x.Key)
		}
	}
	o.Notes = append(o.Notes, t.notes...)
	return nil
}

// circle refuses tasks of the file that wait for each other, at the place of the first.
func (t *taking) circle() error {
	p := schedule.Plan{Tasks: make([]schedule.Task, len(t.plan.Tasks))}
	for i, x := range t.plan.Tasks {
		p.Tasks[i].Key = t.keys[i]
		for _, l := range x.Links {
			p.Links = append(p.Links, schedule.Link{From: l.To, To: i})
		}
	}
	_, err := schedule.New(p)
	if err == nil {
		return nil
	}
	e := *errs.As(err)
	e.Fields = slices.Clone(e.Fields)
	for k, f := range e.Fields {
		var i int
		if _, err := fmt.Sscanf(f.Name, "tasks[%d]", &i); err == nil && i >= 0 && i < len(t.plan.Tasks) {
			x := t.plan.Tasks[i]
			e.Fields[k].Name, e.Fields[k].Line = strings.ReplaceAll(x.Place, " ", "-")+".after", x.Line
		}
	}
	return &e
}

// taking is a file on its way into a release.
type taking struct {
	tx     *db.Tx
	plan   planfile.Plan
	keys   []string // of each task of the file
	now    map[string]work.Task
	owners map[string]*string // by what the file says: a person's key; nil for nobody we know
	phases map[string]string  // by what the file says, in lower case: a phase's key
	notes  []planfile.Note
	bad    errs.Faults
}

// release reads what the file's words may mean, and gives each task of the file its key.
func (t *taking) release(r plan.Release, now []work.Task) error {
	phases, err := plan.Phases(t.tx, r.ID)
	if err != nil {
		return err
	}
	for _, p := range phases {
		t.phases[strings.ToLower(p.Name)] = p.Key
	}
	for _, p := range phases {
		t.phases[p.Key] = p.Key
	}
	t.now = make(map[string]work.Task, len(now))
	for _, x := range now {
		t.now[x.Key] = x
	}
	taken := map[string]bool{}
	for _, x := range t.plan.Tasks {
		taken[x.Key] = x.Key != ""
	}
	n := names{}
	for _, x := range t.plan.Tasks {
		key := x.Key
		if key == "" {
			key = n.free(x.Name, taken)
			taken[key] = true
		}
		t.keys = append(t.keys, key)
	}
	return nil
}

// names keeps the number that each key was last given.
type names map[string]int

// free is the key that a name makes: with -2, -3 … where the file has others of that name, so that reading the file again finds the
// same tasks.
func (x names) free(name string, taken map[string]bool) string {
	key := id.Keyed(name)
	if key == "" {
		key = "task"
	}
	key = strings.Trim(key[:min(len(key), id.KeyMax-5)], "-.")
	out := key
	for n := max(2, x[key]); taken[out]; n++ {
		out = fmt.Sprintf("%s-%d", key, n)
		x[key] = n
	}
	return out
}

func (t *taking) list() []work.Put {
	out := make([]work.Put, 0, len(t.plan.Tasks))
	for i, x := range t.plan.Tasks {
		out = append(out, work.Put{Place: x.Place, Line: x.Line, Key: t.keys[i], Change: t.change(i, x)})
	}
	return out
}

// change is what the file says of a task, column by column: what it has no column for stays as it is.
func (t *taking) change(i int, x planfile.Task) work.Change {
	var c work.Change
	c.Name = &x.Name
	has := t.plan.Has
	if has(planfile.Items) {
		c.Items = &x.Items
	}
	if has(planfile.Text) {
		c.Text = &x.Text
	}
	if has(planfile.Owner) {
		c.Owner = t.owner(x)
	}
	if has(planfile.Phase) {
		c.Phase = t.phase(x)
	}
	was := t.now[t.keys[i]]
	t.effort(&c, x, was)
	for _, s := range []struct {
		column planfile.Column
		at     time.Time
		was    db.Time
		to     **db.Time
	}{{planfile.NotBefore, x.NotBefore, was.NotBefore, &c.NotBefore}, {planfile.FixedStart, x.FixedStart, was.FixedStart, &c.FixedStart}, {planfile.FixedEnd, x.FixedEnd, was.FixedEnd, &c.FixedEnd}} {
		if has(s.column) && !(t.plan.OneDate && sameDate(x, was)) {
			*s.to = told(s.at, s.was)
		}
	}
	// A due date that follows the window goes on to do so while the file says the same instant.
	if has(planfile.Due) && !(was.Offset != "" && *told(x.Due, was.Due) == was.Due) {
		c.Due = told(x.Due, was.Due)
	}
	if has(planfile.Links) {
		needs, after := []string{}, []work.After{}
		for _, l := range x.Links {
			if l.Kind == "FS" && l.Lag == 0 {
				needs = append(needs, t.keys[l.To])
			} else {
				after = append(after, work.After{Task: t.keys[l.To], Type: l.Kind, Lag: l.Lag, Elapsed: l.Elapsed})
			}
		}
		c.Needs, c.After = &needs, &after
	}
	return c
}

// effort takes over the estimate, how far the task is and when that was.
func (t *taking) effort(c *work.Change, x planfile.Task, was work.Task) {
	has := t.plan.Has
	if has(planfile.Likely) && x.Likely >= 0 {
		e := work.Estimate{Likely: x.Likely, Low: x.Likely, High: x.Likely}
		if !has(planfile.Low) && !has(planfile.High) && was.Estimate.Likely == x.Likely {
			e = was.Estimate // the file knows one figure of three
		}
		if x.Low >= 0 {
			e.Low = x.Low
		}
		if x.High >= 0 {
			e.High = x.High
		}
		c.Estimate = &e
	}
	if x.Status == "" {
		return
	}
	status := work.Status(x.Status)
	if status == work.Blocked && was.Blocker == "" {
		words := "Said so in the file of the import."
		c.Blocker = &words
	}
	if was.Status == work.Blocked && status == work.Doing && !has(planfile.Status) {
		status = work.Blocked // a share that is done says nothing of what blocks the rest
	}
	c.Status = &status
	if status != work.ToDo && !x.Started.IsZero() {
		c.StartedAt = told(x.Started, was.StartedAt)
	}
	if status.Ended() {
		if !x.Ended.IsZero() {
			c.EndedAt = told(x.Ended, was.EndedAt)
		}
		return
	}
	switch {
	case x.Remaining >= 0 && status != work.ToDo:
		c.Remaining = &x.Remaining
	case x.Percent > 0 && x.Likely > 0:
		left := x.Likely * int64(100-x.Percent) / 100
		c.Remaining = &left
	}
}

// told returns what a file says of an instant: what stands already, where the file only counts whole seconds of it.
func told(at time.Time, was db.Time) *db.Time {
	var out db.Time
	if !at.IsZero() {
		out = db.At(at)
	}
	if !was.IsZero() && was.Std().Truncate(time.Second).Equal(at) {
		out = was
	}
	return &out
}

// sameDate reports whether the one date that the file has for a task is the one of three that an export would write.
func sameDate(x planfile.Task, was work.Task) bool {
	one := func(start, end, before db.Time) [3]db.Time {
		switch {
		case !start.IsZero():
			return [3]db.Time{start}
		case !end.IsZero():
			return [3]db.Time{1: end}
		}
		return [3]db.Time{2: before}
	}
	file := one(*told(x.FixedStart, was.FixedStart), *told(x.FixedEnd, was.FixedEnd), *told(x.NotBefore, was.NotBefore))
	return file == one(was.FixedStart, was.FixedEnd, was.NotBefore)
}

// owner finds the person that the file names: by key, by address, or by name where one person has it. Somebody unknown stays out, with a note, since
// another tool may name people whom we need not know.
func (t *taking) owner(x planfile.Task) *string {
	nobody := ""
	if x.Owner == "" {
		return &nobody
	}
	who, asked := t.owners[x.Owner]
	if !asked {
		p, err := auth.PersonNamed(t.tx, x.Owner)
		switch {
		case err == nil:
			key := string(p.ID)
			who = &key
		case !errs.Is(err, errs.CodeNotFound):
			t.bad.Add(err)
		}
		t.owners[x.Owner] = who
	}
	if who == nil {
		t.notes = append(t.notes, planfile.Note{Place: x.Place, Line: x.Line, Text: fmt.Sprintf("Nobody here is %.60q. The owner was left as it is.", x.Owner)})
	}
	return who
}

// phase finds the phase that the file names, by key or name. One that the release does not have stays out, with a note.
func (t *taking) phase(x planfile.Task) *string {
	none := ""
	if x.Phase == "" {
		return &none
	}
	key, known := t.phases[strings.ToLower(x.Phase)]
	if !known {
		t.notes = append(t.notes, planfile.Note{Place: x.Place, Line: x.Line, Text: fmt.Sprintf("The release has no phase %.60q. The phase was left as it is.", x.Phase)})
		return nil
	}
	return &key
}

// differences names what of a task changes.
func differences(a, b work.Task) []string {
	var out []string
	for _, d := range []struct {
		differs bool
		word    string
	}{
		{a.Name != b.Name, "name"}, {a.Text != b.Text, "text"}, {a.Owner != b.Owner, "owner"}, {a.Phase != b.Phase, "phase"}, {a.Status != b.Status, "status"},
		{a.Estimate != b.Estimate, "estimate"}, {a.Due != b.Due || a.Offset != b.Offset, "due date"}, {a.NotBefore != b.NotBefore, "earliest start"},
		{a.FixedStart != b.FixedStart || a.FixedEnd != b.FixedEnd, "fixed dates"}, {a.StartedAt != b.StartedAt || a.EndedAt != b.EndedAt, "actual dates"},
		{fmt.Sprint(a.Items) != fmt.Sprint(b.Items), "scope items"}, {left(a) != left(b), "remaining work"}, {fmt.Sprint(a.Links()) != fmt.Sprint(b.Links()), "links"}, {a.Blocker != b.Blocker, "blocker"},
	} {
		if d.differs {
			out = append(out, d.word)
		}
	}
	return out
}

func left(t work.Task) int64 {
	if t.Remaining == nil {
		return -1
	}
	return *t.Remaining
}
