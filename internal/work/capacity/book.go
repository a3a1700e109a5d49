package capacity

import (
	"slices"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/work/load"
	"slipway/internal/work/resource"
)

// book is everything that capacity is computed from, as one snapshot has it. Units are the people, then the tools, then
// the environments.
type book struct {
	first   resource.Day // a Monday
	weeks   int
	days    []resource.Day
	zone    *time.Location
	people  []auth.Person
	at      map[id.Person]int
	teams   []auth.Team
	tools   []Tool
	envs    []catalog.Environment
	roles   []roleHolders
	skills  []string
	skilled map[id.Person][]resource.Skill
	clock   *resource.Clock
	off     map[string]map[resource.Day]string // holidays by kind/subject
	away    map[id.Person][]resource.Absence
	problem load.Problem
	causes  []Cause                   // of the problem's tasks, then of its allocations
	starts  []db.Time                 // of the problem's tasks, as they are scheduled
	homes   []id.Product              // of the problem's tasks
	standIn map[id.Person][]id.Person // deputies

	scheduled bool // tasks are where the schedules of their releases have them
	load      load.Load
	undated   int64
	unheld    int64
	usual     [][]int // minutes of the weeks of people, holidays and days away included
	know      resource.Knows
}

// roleHolders are the people who hold a role, and the unit of the work of the role that has no owner yet: 0 without any, which is always a person's
// or a thing's.
type roleHolders struct {
	resource.RoleHolders
	nobody int
}

func (b *book) tool(i int) int { return len(b.people) + i }
func (b *book) env(i int) int  { return len(b.people) + len(b.tools) + i }

// readBook reads the book of some weeks from the Monday of today's, and computes it. It costs about fifteen statements.
func (c *Capacity) readBook(tx *db.Tx, weeks int) (*book, error) {
	b := &book{weeks: weeks, zone: resource.ZoneOf(tx), at: map[id.Person]int{}}
	today := resource.DayOf(tx.Now.Std(), b.zone)
	b.first = today.Monday()
	b.problem = load.Problem{Weeks: weeks, Today: today.Sub(b.first)}
	b.days = make([]resource.Day, weeks*load.DaysPerWeek)
	for i := range b.days {
		b.days[i] = b.first.Add(i)
	}
	for _, read := range []func(*db.Tx) error{b.readPeople, b.readThings, b.readTimes, func(tx *db.Tx) error { return b.readOff(tx, c.resources.Feeds()) }} {
		if err := read(tx); err != nil {
			return b, err
		}
	}
	b.units()
	if err := b.readTasks(tx, c.o.Spans); err != nil {
		return b, err
	}
	if err := b.readAllocations(tx); err != nil {
		return b, err
	}
	if c.o.Bookings != nil {
		if err := b.readBookings(tx, c.o.Bookings); err != nil {
			return b, err
		}
	}
	b.load = load.Compute(b.problem)
	return b, nil
}

func (b *book) readPeople(tx *db.Tx) (err error) {
	all, err := auth.EachPerson(tx)
	if err != nil {
		return err
	}
	for _, p := range all {
		if p.Active && p.Kind == auth.KindPerson {
			b.at[p.ID] = len(b.people)
			b.people = append(b.people, p)
		}
	}
	if b.teams, err = auth.EachTeam(tx); err != nil {
		return err
	}
	roles, err := resource.Holders(tx)
	if err != nil {
		return err
	}
	for _, r := range roles {
		b.roles = append(b.roles, roleHolders{RoleHolders: r})
	}
	if b.standIn, err = resource.EachDeputy(tx); err != nil {
		return err
	}
	if b.know, err = resource.Knowing(tx); err != nil {
		return err
	}
	rows, err := resource.SkilledPeople(tx, "")
	b.skilled = map[id.Person][]resource.Skill{}
	for _, s := range rows {
		if len(b.skills) == 0 || b.skills[len(b.skills)-1] != s.Skill.Skill {
			b.skills = append(b.skills, s.Skill.Skill)
		}
		b.skilled[s.Person] = append(b.skilled[s.Person], s.Skill)
	}
	return err
}

func (b *book) readThings(tx *db.Tx) error {
	all, err := resource.ListTools(tx)
	if err != nil {
		return err
	}
	for _, t := range all {
		if !t.Closed {
			b.tools = append(b.tools, t)
		}
	}
	b.envs, err = catalog.Environments(tx)
	return err
}

func (b *book) readTimes(tx *db.Tx) (err error) {
	b.clock, err = resource.ReadClock(tx)
	return err
}

func (b *book) readOff(tx *db.Tx, feeds resource.Days) error {
	var err error
	if b.off, err = resource.HolidaysBy(tx, feeds, b.days[0], b.days[len(b.days)-1]); err != nil {
		return err
	}
	rows, err := resource.AwayDays(tx, b.days[0], b.days[len(b.days)-1])
	b.away = map[id.Person][]resource.Absence{}
	for _, a := range rows {
		b.away[a.Person] = append(b.away[a.Person], a)
	}
	return err
}

// units lays out the working minutes of everybody and everything.
func (b *book) units() {
	teamsOf := map[id.Person][]int{}
	for i, t := range b.teams {
		for _, m := range t.Members {
			teamsOf[m] = append(teamsOf[m], i)
		}
	}
	for _, p := range b.people {
		u := load.Person{Teams: teamsOf[p.ID], Minutes: make([]int, len(b.days))}
		subjects := []string{Person + "/" + string(p.ID)}
		for _, t := range u.Teams {
			subjects = append(subjects, Team+"/"+string(b.teams[t].ID))
		}
		periods := b.clock.Of(resource.Usual, subjects...)
		usual := make([]int, b.weeks)
		for d, day := range b.days {
			m := b.clock.Minutes(periods, day)
			usual[d/load.DaysPerWeek] += m
			if b.holiday(day, subjects...) == "" {
				u.Minutes[d] = m
			}
		}
		b.usual = append(b.usual, usual)
		for _, a := range b.away[p.ID] {
			for d := max(a.First.Sub(b.first), 0); d <= a.Last.Sub(b.first) && d < len(b.days); d++ {
				u.Minutes[d] = 0
			}
		}
		for _, d := range b.standIn[p.ID] {
			if at, ok := b.at[d]; ok {
				u.Deputies = append(u.Deputies, at)
			}
		}
		for _, s := range b.skilled[p.ID] {
			u.Skills = append(u.Skills, load.Level{Skill: slices.Index(b.skills, s.Skill), Level: int(s.Level)})
		}
		b.problem.People = append(b.problem.People, u)
	}
	for _, t := range b.tools {
		b.problem.People = append(b.problem.People, load.Person{Minutes: b.weekly(int(t.Units * t.Weekly))})
	}
	for _, e := range b.envs {
		s := Environment + "/" + string(e.ID)
		u := load.Person{Minutes: make([]int, len(b.days))}
		periods := b.clock.Of(resource.Always, s)
		for d, day := range b.days {
			if b.holiday(day, s) == "" {
				u.Minutes[d] = b.clock.Minutes(periods, day)
			}
		}
		b.problem.People = append(b.problem.People, u)
	}
}

// weekly spreads minutes evenly over the weekdays of every week.
func (b *book) weekly(minutes int) []int {
	out := make([]int, len(b.days))
	for d := range out {
		if w := d % load.DaysPerWeek; w < 5 {
			out[d] = minutes*(w+1)/5 - minutes*w/5
		}
	}
	return out
}

func (b *book) holiday(day resource.Day, subjects ...string) string {
	for _, s := range subjects {
		if name := b.off[s][day]; name != "" {
			return name
		}
	}
	return ""
}

// Cause is what takes time in a week. One that the caller may not see has minutes and no names.
type Cause struct {
	Kind        string       `json:"kind"` // task, allocation, booking or hidden
	Name        string       `json:"name"`
	Release     string       `json:"release,omitempty"` // key
	ReleaseName string       `json:"releaseName,omitempty"`
	Task        string       `json:"task,omitempty"`   // key
	TaskID      string       `json:"taskId,omitempty"` // identifier
	Person      string       `json:"person,omitempty"` // key of who has it, in the cells of teams and roles
	Minutes     int64        `json:"minutes"`
	From        resource.Day `json:"from,omitempty"` // of a task: its first and last day
	To          resource.Day `json:"to,omitempty"`
	Due         resource.Day `json:"due,omitempty"`
	Critical    bool         `json:"critical,omitempty"`
	Late        bool         `json:"late,omitempty"`
	PersonName  string       `json:"personName,omitempty"`
}

// hiddenName stands for what the caller may not see.
const hiddenName = "Work that you may not see"

func hidden(minutes int64) Cause { return Cause{Kind: "hidden", Name: hiddenName, Minutes: minutes} }

func (b *book) readAllocations(tx *db.Tx) error {
	rows, err := allocationsBetween(tx, b.first, b.days[len(b.days)-1])
	if err != nil {
		return err
	}
	seen, err := visible(tx)
	if err != nil {
		return err
	}
	releases := map[string]int{}
	for i, c := range b.causes {
		if c.Release != "" {
			releases[c.Release] = b.problem.Tasks[i].Release
		}
	}
	for _, a := range rows {
		unit := -1
		if a.Person != "" {
			if at, ok := b.at[a.Person]; ok {
				unit = at
			}
		} else if at := slices.IndexFunc(b.tools, func(t Tool) bool { return t.ID == a.Tool }); at >= 0 {
			unit = b.tool(at)
		}
		if unit < 0 {
			continue
		}
		c := Cause{Kind: "allocation", Name: a.Name, Release: a.ReleaseKey, ReleaseName: a.ReleaseName, TaskID: a.Task}
		if c.Name == "" {
			c.Name = "Promised to " + a.ReleaseName
		}
		if a.ReleaseKey != "" && !seen(a.Product) {
			c = hidden(0)
		}
		x := load.Allocation{Person: unit, Release: -1, From: a.First.Sub(b.first) / 7, To: a.Last.Sub(b.first)/7 + 1, Minutes: int(a.Weekly)}
		if r, ok := releases[a.ReleaseKey]; ok && a.Task == "" {
			x.Release = r
		}
		if a.Release != "" || unit >= len(b.people) {
			b.problem.Allocations, b.causes = append(b.problem.Allocations, x), append(b.causes, c)
			continue
		}
		b.standing(x, c)
	}
	return nil
}

// standing adds standing work of a person, which shrinks with the week: nobody is on call on days away.
func (b *book) standing(x load.Allocation, c Cause) {
	for w := max(x.From, 0); w < min(x.To, b.weeks); w++ {
		left := 0
		for _, m := range b.problem.People[x.Person].Minutes[w*load.DaysPerWeek : (w+1)*load.DaysPerWeek] {
			left += m
		}
		one := x
		one.From, one.To = w, w+1
		if usual := b.usual[x.Person][w]; usual > 0 {
			one.Minutes = x.Minutes * left / usual
		}
		b.problem.Allocations, b.causes = append(b.problem.Allocations, one), append(b.causes, c)
	}
}

// readBookings counts the bookable hours that bookings take.
func (b *book) readBookings(tx *db.Tx, from Bookings) error {
	start, end := b.first.Time(), b.first.Add(len(b.days)).Time()
	rows, err := from.EnvironmentBookings(tx, db.At(start.Add(-24*time.Hour)), db.At(end.Add(24*time.Hour)))
	if err != nil {
		return err
	}
	for _, k := range rows {
		i := slices.IndexFunc(b.envs, func(e catalog.Environment) bool { return e.ID == k.Environment })
		if i < 0 {
			continue
		}
		s := Environment + "/" + string(k.Environment)
		periods := b.clock.Of(resource.Always, s)
		for week, minutes := range b.taken(s, periods, k) {
			b.problem.Allocations = append(b.problem.Allocations, load.Allocation{Person: b.env(i), Release: -1, From: week, To: week + 1, Minutes: minutes})
			b.causes = append(b.causes, Cause{Kind: "booking", Name: k.Name})
		}
	}
	return nil
}

func (b *book) taken(subject string, periods []resource.Period, k Booking) map[int]int {
	out := map[int]int{}
	for d := max(resource.DayOf(k.From.Std(), b.zone).Sub(b.first)-1, 0); d < len(b.days) && d <= resource.DayOf(k.To.Std(), b.zone).Sub(b.first)+1; d++ {
		if b.holiday(b.days[d], subject) != "" {
			continue
		}
		for _, s := range b.clock.Stretches(periods, b.days[d], b.zone) {
			s = resource.Within(s, k.From.Std(), k.To.Std())
			if m := int(s.To.Sub(s.From) / time.Minute); m > 0 {
				out[d/load.DaysPerWeek] += m
			}
		}
	}
	return out
}
