package capacity

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/work/load"
	"slipway/internal/work/resource"
)

// Way is a way out of a week over 100 percent. What it says was computed: who is lent has the skill and the hours free in
// every week, and a task that moves brings no other week over.
type Way struct {
	ID      string        `json:"id"`     // names the way as long as it stays the same
	Kind    string        `json:"kind"`   // swap, lend, split, move, level or add
	Title   string        `json:"title"`  // what to do
	Effect  string        `json:"effect"` // what comes of it
	Clears  bool          `json:"clears"` // the week fits afterwards
	Percent int64         `json:"percent"`
	Release string        `json:"release,omitempty"` // keys of what it concerns
	Task    string        `json:"task,omitempty"`
	TaskID  string        `json:"taskId,omitempty"`
	Person  string        `json:"person,omitempty"` // key of who is lent
	Skill   string        `json:"skill,omitempty"`
	Weekly  int64         `json:"weekly,omitempty"` // minutes of each week that a request would ask for
	First   resource.Week `json:"first,omitempty"`
	Last    resource.Week `json:"last,omitempty"`
	Days    int64         `json:"days,omitempty"` // by which the task moves
	MoveTo  resource.Day  `json:"moveTo,omitempty"`
	Shifts  []Shift       `json:"shifts,omitempty"` // of move and level: the tasks that are done later
	Takes   bool          `json:"takes"`            // it can be taken at once; the others are asked for

	unit  int
	homes []id.Product // of the tasks that change
}

// Shift is a task that is done later.
type Shift struct {
	Release   string       `json:"release"` // key
	Task      string       `json:"task"`    // key
	TaskID    string       `json:"taskId"`
	Name      string       `json:"name"`
	Days      int64        `json:"days"`
	NotBefore db.Time      `json:"notBefore"` // what the task says then
	MoveTo    resource.Day `json:"moveTo"`    // its last day
}

// Detail is one week of one row: what is planned, why, and what could be done.
type Detail struct {
	Kind   string  `json:"kind"`
	Key    string  `json:"key"`
	ID     string  `json:"id"`
	Name   string  `json:"name"`
	Cell   Cell    `json:"cell"`
	Causes []Cause `json:"causes"`
	Ways   []Way   `json:"ways"`
}

// waysMost bounds the proposals of a cell.
const waysMost = 6

// Detail explains one week of a row. It fails with errs.NotFound if there is no such row, and with errs.Invalid for a week
// that is not one of the next 26.
func (c *Capacity) Detail(ctx context.Context, kind, key string, week resource.Week) (Detail, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) (Detail, error) {
		if err := resource.Anywhere(tx, "resource.read"); err != nil {
			return Detail{}, err
		}
		b, err := c.readBook(tx, WeeksMost)
		if err != nil {
			return Detail{}, err
		}
		return b.detail(kind, key, week)
	})
}

// ReadPage reads the table and one week of a row from the same book; the first week that does not fit, if any, where kind is
// "". It fails as Capacity.Table and Capacity.Detail do.
func (c *Capacity) ReadPage(tx *db.Tx, q Query, kind, key string, week resource.Week) (Table, *Detail, error) {
	if err := resource.Anywhere(tx, "resource.read"); err != nil {
		return Table{}, nil, err
	}
	if err := q.check(); err != nil {
		return Table{}, nil, err
	}
	b, err := c.readBook(tx, WeeksMost)
	if err != nil {
		return Table{}, nil, err
	}
	t := b.table(q)
	if kind == "" && t.First != nil {
		kind, key, week = t.First.Kind, t.First.Key, t.First.Week
	}
	if kind == "" {
		return t, nil, nil
	}
	d, err := b.detail(kind, key, week)
	return t, &d, err
}

func (b *book) detail(kind, key string, week resource.Week) (Detail, error) {
	w := slices.Index(b.weekNames(), week)
	if w < 0 {
		return Detail{}, errs.InvalidField("week", "capacity.week_unknown", "The weeks %s to %s are computed, not %.20q.", b.days[0].Week(), b.days[len(b.days)-1].Week(), string(week))
	}
	for _, r := range b.rows() {
		if r.Kind != kind || r.Key != key && r.ID != key {
			continue
		}
		b.fill(&r)
		return Detail{Kind: kind, Key: r.Key, ID: r.ID, Name: r.Name, Cell: r.Cells[w], Causes: append([]Cause{}, b.causesOf(r, w)...), Ways: append([]Way{}, b.ways(r, w)...)}, nil
	}
	return Detail{}, auth.Unseen("capacity")
}

// ways are those of everybody in the row who has too much in the week.
func (b *book) ways(r Row, week int) []Way {
	if !r.Cells[week].Over {
		return nil
	}
	var out []Way
	for _, u := range r.units {
		if u >= len(b.people) {
			continue
		}
		for _, w := range b.load.Ways(b.problem, u, week, 4*waysMost) {
			x := b.way(u, week, w)
			x.ID = x.name()
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(x, y Way) int { return rank(x) - rank(y) })
	// One way of each kind and person who would help is enough: the others differ in the task alone.
	seen := map[string]bool{}
	out = slices.DeleteFunc(out, func(w Way) bool {
		k := w.Kind + "/" + w.Person + "/" + string(w.MoveTo)
		if w.Kind == string(load.Add) {
			k = w.Kind
		}
		had := seen[k]
		seen[k] = true
		return had
	})
	if len(out) > waysMost {
		add := slices.IndexFunc(out, func(w Way) bool { return w.Kind == string(load.Add) })
		out = append(out[:waysMost-1:waysMost-1], out[max(add, waysMost-1)])
	}
	return out
}

// ranked are the ways that change what there is, the least first.
var ranked = []string{string(load.Swap), string(load.Lend), string(load.Move), string(load.Order), string(load.Split)}

// rank puts what makes the week fit first, of that who stands in by name before who is lent, and to find somebody new last.
func rank(w Way) int {
	if w.Kind == string(load.Add) {
		return 2 * len(ranked)
	}
	n := slices.Index(ranked, w.Kind)
	if !w.Clears {
		n += len(ranked)
	}
	return n
}

func (b *book) way(unit, week int, w load.Way) Way {
	out := Way{unit: unit, Kind: string(w.Kind), Clears: w.Clears(), Percent: int64(w.After.Percent()), First: b.days[w.From*7].Week(), Last: b.days[(w.To-1)*7].Week()}
	who := b.people[unit].Name
	if w.Task >= 0 {
		c := b.causes[w.Task]
		out.Release, out.Task, out.TaskID = c.Release, c.Task, c.TaskID
	}
	for _, x := range w.Shifts {
		out.Shifts = append(out.Shifts, b.shift(x))
		out.homes, out.Takes = append(out.homes, b.homes[x.Task]), b.scheduled
	}
	if w.Kind == load.Swap {
		out.homes = []id.Product{b.homes[w.Task]}
	}
	weeks := int64(w.To - w.From)
	now := b.days[week*7].Week().Number()
	switch w.Kind {
	case load.Swap:
		other := b.people[w.Other]
		out.Person, out.Takes = other.Key, true
		out.Title = fmt.Sprintf("Hand %s to %s", b.causes[w.Task].Name, other.Name)
		out.Effect = fmt.Sprintf("a named deputy, goes from %d to %d %%; %s falls to %d %% in week %d", w.OtherBefore.Percent(), w.OtherAfter.Percent(), who, w.After.Percent(), now)
	case load.Lend, load.Split:
		other := b.people[w.Other]
		out.Person = other.Key
		out.Weekly = quarters((int64(w.Minutes) + weeks - 1) / weeks)
		out.Title = fmt.Sprintf("Lend %s, %s", other.Name, b.weeksSpoken(w.From, w.To))
		take := fmt.Sprintf("takes %s", b.causes[w.Task].Name)
		if w.Kind == load.Split {
			out.Title = fmt.Sprintf("Split with %s, %s", other.Name, b.weeksSpoken(w.From, w.To))
			take = fmt.Sprintf("takes %s of %s", Effort(int64(w.Minutes)), b.causes[w.Task].Name)
		}
		has := "is in the same team"
		if w.Skill >= 0 {
			out.Skill = b.skills[w.Skill]
			has = fmt.Sprintf("has the skill %s (level %d)", Spoken(out.Skill), w.Level)
		}
		out.Effect = fmt.Sprintf("%s, %s, goes from %d to %d %%; %s falls to %d %% in week %d", has, take, w.OtherBefore.Percent(), w.OtherAfter.Percent(), who, w.After.Percent(), now)
	case load.Move:
		out.Days, out.MoveTo = int64(w.Days), out.Shifts[0].MoveTo
		out.Title = fmt.Sprintf("Move %s to %s", b.causes[w.Task].Name, out.MoveTo.Time().Format("Mon 2 Jan"))
		out.Effect = fmt.Sprintf("%s later, within its float; %s falls to %d %% in week %d", days(w.Days), who, w.After.Percent(), now)
	case load.Order:
		var to []string
		for _, x := range out.Shifts {
			to = append(to, x.Name+" to "+x.MoveTo.Time().Format("Mon 2 Jan"))
		}
		out.Title = fmt.Sprintf("Level %s: %d tasks later", b.weeksSpoken(week, week+1), len(to))
		out.Effect = fmt.Sprintf("%s, each within its float; %s falls to %d %% in week %d", strings.Join(to, ", "), who, w.After.Percent(), now)
	case load.Add:
		out.Weekly = quarters(int64(w.Minutes))
		out.Skill = b.best(unit)
		out.Title = fmt.Sprintf("Ask for %s a week more, %s", Effort(out.Weekly), b.weeksSpoken(w.From, w.To))
		out.Effect = fmt.Sprintf("somebody else takes what is too much; %s falls to 100 %%", who)
		if out.Skill != "" {
			out.Effect = fmt.Sprintf("of somebody with the skill %s; %s falls to 100 %%", Spoken(out.Skill), who)
		}
		for _, c := range b.causesOf(Row{units: []int{unit}}, week) {
			if c.Release != "" {
				out.Release = c.Release
				break
			}
		}
	}
	return out
}

// shift says what a task that is done later says then.
func (b *book) shift(x load.Shift) Shift {
	c := b.causes[x.Task]
	out := Shift{Release: c.Release, Task: c.Task, TaskID: c.TaskID, Name: c.Name, Days: int64(x.Days), MoveTo: b.first.Add(x.To - 1)}
	at := b.starts[x.Task]
	if at.IsZero() {
		from := max(b.problem.Tasks[x.Task].From, b.problem.Today)
		at = db.At(b.first.Add(from).Start(b.zone))
	}
	out.NotBefore = db.At(at.Std().In(b.zone).AddDate(0, 0, x.Days))
	return out
}

// name is the same for the same change of the same tasks.
func (w Way) name() string {
	parts := []string{w.Kind, w.TaskID, w.Person, string(w.First), string(w.Last), fmt.Sprint(w.Weekly)}
	for _, x := range w.Shifts {
		parts = append(parts, x.TaskID, fmt.Sprint(x.Days))
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, " ")))
	return w.Kind + "-" + hex.EncodeToString(sum[:4])
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}

// quarters rounds minutes up to whole quarters of an hour.
func quarters(minutes int64) int64 { return (minutes + 14) / 15 * 15 }

// best is the skill that somebody masters best, "" without any.
func (b *book) best(unit int) string {
	out, level := "", int64(0)
	for _, s := range b.skilled[b.people[unit].ID] {
		if s.Level > level {
			out, level = s.Skill, s.Level
		}
	}
	return out
}

func (b *book) weeksSpoken(from, to int) string {
	n := make([]string, 0, to-from)
	for w := from; w < to; w++ {
		n = append(n, fmt.Sprint(b.days[w*7].Week().Number()))
	}
	switch len(n) {
	case 1:
		return "week " + n[0]
	case 2:
		return "weeks " + strings.Join(n, " and ")
	}
	return "weeks " + n[0] + " to " + n[len(n)-1]
}
