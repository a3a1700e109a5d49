package capacity

import (
	"cmp"
	"slices"
	"time"

	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/work/load"
	"slipway/internal/work/resource"
)

// readTasks puts the open tasks that have an owner, an estimate and a date into the problem.
func (b *book) readTasks(tx *db.Tx, spans Spans) error {
	rows, err := openTasks(tx)
	if err != nil {
		return err
	}
	seen, err := visible(tx)
	if err != nil {
		return err
	}
	var planned map[string]Span
	if b.scheduled = spans != nil; b.scheduled {
		if planned, err = spans.TaskSpans(tx); err != nil {
			return err
		}
	}
	helped, err := helpedTasks(tx, b.first)
	if err != nil {
		return err
	}
	at := map[string]int{}
	releases := map[id.Release]int{}
	for _, r := range rows {
		who, ok := b.doer(r)
		if !ok {
			continue
		}
		s, dated := r.span(planned, b.zone)
		if !dated {
			b.undated++
			continue
		}
		if _, is := releases[r.Release]; !is {
			releases[r.Release] = len(releases)
		}
		t := load.Task{Person: who, Release: releases[r.Release], From: s.from.Sub(b.first), To: s.to.Sub(b.first), Skill: -1, Float: s.float,
			Minutes: max(int(s.left-helped[r.ID]), 0)}
		if t.Skill = slices.Index(b.skills, r.Skill); t.Skill < 0 && r.Skill != "" {
			t.Skill = len(b.skills) // nobody has it
		}
		c := Cause{Kind: "task", Name: r.Name, Release: r.ReleaseKey, ReleaseName: r.ReleaseName, Task: r.Key, TaskID: r.ID, From: s.from, To: s.to.Add(-1), Due: s.to.Add(-1), Critical: s.critical}
		if due := r.due(); !due.IsZero() {
			c.Due = dayAfter(due, b.zone).Add(-1)
		}
		c.Late = c.Due < b.days[b.problem.Today] || c.Due < c.To
		if !seen(r.Product) {
			c, t.Fixed, t.Float = hidden(0), true, 0
		}
		at[r.ID] = len(b.problem.Tasks)
		b.problem.Tasks, b.causes = append(b.problem.Tasks, t), append(b.causes, c)
		b.starts, b.homes = append(b.starts, planned[r.ID].Start), append(b.homes, r.Product)
	}
	if b.scheduled {
		return nil
	}
	return b.floats(tx, at)
}

// doer is who does a task: its owner, or, while it has none, whoever of a role will.
func (b *book) doer(r taskRow) (int, bool) {
	if r.Owner != "" || r.Role == "" {
		who, ok := b.at[r.Owner]
		return who, ok
	}
	at := slices.IndexFunc(b.roles, func(x roleHolders) bool { return x.Key == r.Role })
	if at < 0 {
		b.unheld++
		return 0, false
	}
	if b.roles[at].nobody == 0 {
		b.roles[at].nobody = len(b.problem.People)
		b.problem.People = append(b.problem.People, load.Person{})
	}
	return b.roles[at].nobody, true
}

// floats bounds how far a task may move by the tasks that wait for it, where nothing is scheduled.
func (b *book) floats(tx *db.Tx, at map[string]int) error {
	rows, err := openNeeds(tx)
	for _, n := range rows {
		need, ok := at[n.Need]
		after, is := at[n.Task]
		if ok && is {
			t := &b.problem.Tasks[need]
			next := b.problem.Tasks[after]
			t.Float = min(t.Float, max(next.To-(next.Minutes+479)/480*7/5-t.To, 0))
		}
	}
	return err
}

// span is when a task is to be done, and how much of it is left.
type span struct {
	from, to resource.Day // to is the day after the last
	left     int64
	float    int
	critical bool
}

// span says when a task is to be done: between the dates that somebody fixed, else where the schedule of its release has it at the earliest,
// else, where nothing schedules it, in the days before it is due.
func (r taskRow) span(planned map[string]Span, zone *time.Location) (span, bool) {
	p, scheduled := planned[r.ID]
	left := r.left()
	if scheduled {
		left = p.Left
	}
	switch {
	case !r.FixedStart.IsZero() && r.FixedStart < r.FixedFinish:
		return span{from: resource.DayOf(r.FixedStart.Std(), zone), to: dayAfter(r.FixedFinish, zone), left: left, critical: p.Critical}, true
	case scheduled:
		return span{from: resource.DayOf(p.Start.Std(), zone), to: dayAfter(p.Finish, zone), left: left, float: p.float(zone), critical: p.Critical}, true
	}
	return r.dated(zone)
}

// float is how many days later a task may end: whole days, so that it ends in time at the hour as well.
func (s Span) float(zone *time.Location) int {
	n := dayAfter(s.Until, zone).Sub(dayAfter(s.Finish, zone))
	if at := s.Finish.Std().In(zone).AddDate(0, 0, n); n > 0 && at.After(s.Until.Std()) {
		n--
	}
	return max(n, 0)
}

// due is when a task is to be done at the latest, as far as anybody has said.
func (r taskRow) due() db.Time { return cmp.Or(r.FixedFinish, r.Due, r.PlannedEnd, r.WindowStart) }

// dated says when a task is to be done by its due date alone: half of each day goes into it, and at least a week, because nobody has said more.
func (r taskRow) dated(zone *time.Location) (span, bool) {
	due := r.due()
	if due.IsZero() {
		return span{}, false
	}
	s := span{to: dayAfter(due, zone), left: r.left()}
	s.from = s.to.Add(-max(7, int(s.left+239)/240*7/5))
	if !r.PlannedStart.IsZero() {
		if d := resource.DayOf(r.PlannedStart.Std(), zone); d < s.to {
			s.from = d
		}
	}
	if early := cmp.Or(r.FixedStart, r.NotBefore); !early.IsZero() {
		if d := resource.DayOf(early.Std(), zone); !r.FixedStart.IsZero() || d > s.from {
			s.from = min(d, s.to.Add(-1))
		}
	}
	if !r.WindowStart.IsZero() && r.FixedFinish.IsZero() {
		s.float = max(resource.DayOf(r.WindowStart.Std(), zone).Sub(s.to), 0)
	}
	return s, true
}

// dayAfter returns the day after the one whose work ends at an instant.
func dayAfter(t db.Time, zone *time.Location) resource.Day {
	return resource.DayOf(t.Add(-time.Minute).Std(), zone).Add(1)
}
