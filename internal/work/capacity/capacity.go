package capacity

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/work/load"
	"slipway/internal/work/resource"
)

// WeeksMost and WeeksFew are the lengths of the table: half a year, and what fits a screen.
const (
	WeeksMost = 26
	WeeksFew  = 12
)

// Query narrows the capacity table.
type Query struct {
	Weeks int    // 1 to 26; 0 means 26
	Kind  string // team, person, role, tool or environment; "" for all
	Team  string // key: the team and those in it
	Role  string // key: the role and those who hold it
	Text  string // words of names, keys and skills
	Over  bool   // only rows with a week over 100 percent
}

// Cell is one week of a row.
type Cell struct {
	Week      resource.Week `json:"week"`
	Planned   int64         `json:"planned"`   // minutes
	Available int64         `json:"available"` // minutes: working hours less holidays and days away
	Percent   int64         `json:"percent"`   // of what is available; 999 where there is nothing
	Over      bool          `json:"over"`
	Away      bool          `json:"away,omitempty"` // nothing is available
}

// Row is a team, a person, a role, a tool or an environment week by week.
type Row struct {
	Kind  string        `json:"kind"`
	Key   string        `json:"key"`
	ID    string        `json:"id"`
	Name  string        `json:"name"`
	Note  string        `json:"note"`
	Cells []Cell        `json:"cells"`
	First resource.Week `json:"firstOver,omitempty"`  // the first of the coming 26 weeks that is over 100 percent
	Cause *Cause        `json:"firstCause,omitempty"` // what takes most of it

	units []int
}

// First is the first week that does not fit, and what causes most of it.
type First struct {
	Kind    string        `json:"kind"`
	Key     string        `json:"key"`
	Name    string        `json:"name"`
	Week    resource.Week `json:"week"`
	Percent int64         `json:"percent"`
	Over    int64         `json:"over"` // minutes too much
	Cause   Cause         `json:"cause"`
}

// Table is the capacity of everybody and everything for some weeks.
type Table struct {
	Weeks   []resource.Week `json:"weeks"`
	Rows    []Row           `json:"rows"`
	First   *First          `json:"first,omitempty"` // of the coming 26 weeks, of the rows that pass
	Over    int64           `json:"over"`            // weeks of rows over 100 percent, under every filter but Over
	Undated int64           `json:"undated"`         // open tasks with an owner and an estimate, but no date at all
	Unheld  int64           `json:"unheld"`          // open tasks without an owner, of a role that nobody holds

	Holidays []resource.Week `json:"holidays"` // weeks with a day off for anybody

	// Scheduled says that tasks stand between the dates that somebody fixed, else where the schedule of their release has them at the
	// earliest, else before they are due; without it they stand before they are due.
	Scheduled bool `json:"scheduled"`
}

// Table computes the weeks from the present one on. It fails with errs.Invalid for a faulty query. It costs about fifteen
// statements, and the reckoning of work/load.
func (c *Capacity) Table(ctx context.Context, q Query) (Table, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) (Table, error) { return c.ReadTable(tx, q) })
}

// ReadTable is Table inside the caller's snapshot.
func (c *Capacity) ReadTable(tx *db.Tx, q Query) (Table, error) {
	if err := resource.Anywhere(tx, "resource.read"); err != nil {
		return Table{}, err
	}
	if err := q.check(); err != nil {
		return Table{}, err
	}
	b, err := c.readBook(tx, WeeksMost)
	if err != nil {
		return Table{}, err
	}
	return b.table(q), nil
}

func (q *Query) check() error {
	if q.Weeks == 0 {
		q.Weeks = WeeksMost
	}
	var f faults
	if q.Weeks < 1 || q.Weeks > WeeksMost {
		f.Say("weeks", "capacity.weeks", "1 to %d weeks are computed, not %d.", WeeksMost, q.Weeks)
	}
	if q.Kind != "" && !slices.Contains(kinds(), q.Kind) {
		f.Say("kind", "resource.kind_unknown", "A kind is team, person, role, tool or environment, not %.30q.", q.Kind)
	}
	f.Text("q", q.Text, 200, false)
	return f.Refusal()
}

// table shows the first weeks of the book. What is over first is looked for in all of them.
func (b *book) table(q Query) Table {
	out := Table{Weeks: b.weekNames()[:q.Weeks], Rows: []Row{}, Undated: b.undated, Unheld: b.unheld, Holidays: b.holidayWeeks(q.Weeks), Scheduled: b.scheduled}
	var passing []Row
	for _, r := range b.rows() {
		if !b.passes(q, r) {
			continue
		}
		b.fill(&r)
		passing = append(passing, r)
		r.Cells = r.Cells[:q.Weeks]
		over := int64(0)
		for _, c := range r.Cells {
			if c.Over {
				over++
			}
		}
		out.Over += over
		if !q.Over || over > 0 {
			out.Rows = append(out.Rows, r)
		}
	}
	out.First = b.firstOver(passing)
	return out
}

func (b *book) weekNames() []resource.Week {
	out := make([]resource.Week, b.weeks)
	for i := range out {
		out[i] = b.days[i*load.DaysPerWeek].Week()
	}
	return out
}

// holidayWeeks are those of the first weeks in which anybody has a holiday.
func (b *book) holidayWeeks(weeks int) []resource.Week {
	out := []resource.Week{}
	for w, week := range b.weekNames()[:weeks] {
		for _, days := range b.off {
			if slices.ContainsFunc(b.days[w*load.DaysPerWeek:(w+1)*load.DaysPerWeek], func(d resource.Day) bool { return days[d] != "" }) {
				out = append(out, week)
				break
			}
		}
	}
	return out
}

// rows are everybody and everything, without their weeks.
func (b *book) rows() []Row {
	var out []Row
	for _, t := range b.teams {
		units := b.unitsOf(t.Members)
		out = append(out, Row{Kind: Team, Key: t.Key, ID: string(t.ID), Name: t.Name, Note: people(len(units)), units: units})
	}
	for i, p := range b.people {
		out = append(out, Row{Kind: Person, Key: p.Key, ID: string(p.ID), Name: p.Name, Note: b.about(p.ID), units: []int{i}})
	}
	for _, r := range b.roles {
		units := b.unitsOf(r.People)
		note := people(len(units))
		if r.nobody > 0 {
			units = append(units, r.nobody)
		}
		// A built-in role is shown where it has work that nobody owns.
		if len(units) > 0 && (!r.BuiltIn || r.nobody > 0) {
			out = append(out, Row{Kind: Role, Key: r.Key, ID: r.Key, Name: r.Name, Note: note, units: units})
		}
	}
	for i, t := range b.tools {
		out = append(out, Row{Kind: ToolKind, Key: t.Key, ID: t.ID, Name: t.Name, Note: noteOf(t), units: []int{b.tool(i)}})
	}
	for i, e := range b.envs {
		r := Row{Kind: Environment, Key: e.Key, ID: string(e.ID), Name: e.Name, Note: "bookable around the clock", units: []int{b.env(i)}}
		if p := resource.On(b.clock.Of(resource.Always, Environment+"/"+r.ID), b.days[b.problem.Today]); p.Hours != resource.Always {
			r.Note = Effort(int64(p.Hours.Weekly())*p.Share/100) + " a week bookable"
		}
		out = append(out, r)
	}
	return out
}

func people(n int) string {
	if n == 1 {
		return "1 person"
	}
	return fmt.Sprintf("%d people", n)
}

func noteOf(t Tool) string {
	s := Effort(t.Weekly) + " a week"
	if t.Units > 1 {
		s = fmt.Sprintf("%d, %s each", t.Units, s)
	}
	return s
}

func (b *book) unitsOf(who []id.Person) []int {
	var out []int
	for _, p := range who {
		if at, ok := b.at[p]; ok {
			out = append(out, at)
		}
	}
	slices.Sort(out)
	return out
}

// about says who somebody is: the teams, and the skills that they master best.
func (b *book) about(p id.Person) string {
	var words []string
	for _, t := range b.teams {
		if slices.Contains(t.Members, p) {
			words = append(words, t.Name)
		}
	}
	skills := slices.Clone(b.skilled[p])
	slices.SortStableFunc(skills, func(a, b resource.Skill) int { return cmp.Compare(b.Level, a.Level) })
	for _, s := range skills[:min(len(skills), 2)] {
		words = append(words, Spoken(s.Skill))
	}
	return strings.Join(words, ", ")
}

// Spoken writes the key of a skill as words.
func Spoken(skill string) string { return strings.ReplaceAll(skill, "-", " ") }

func (b *book) passes(q Query, r Row) bool {
	if q.Kind != "" && r.Kind != q.Kind {
		return false
	}
	if q.Team != "" && !b.belongs(r, Team, q.Team) || q.Role != "" && !b.belongs(r, Role, q.Role) {
		return false
	}
	hay := strings.ToLower(r.Name + " " + r.Key + " " + r.Note)
	if r.Kind == Person {
		for _, s := range b.skilled[id.Person(r.ID)] {
			hay += " " + s.Skill + " " + Spoken(s.Skill)
		}
	}
	for w := range strings.FieldsSeq(strings.ToLower(q.Text)) {
		if !strings.Contains(hay, w) {
			return false
		}
	}
	return true
}

// belongs reports whether a row is a team or role, or a person in it.
func (b *book) belongs(r Row, kind, key string) bool {
	if r.Kind == kind {
		return r.Key == key
	}
	if r.Kind != Person {
		return false
	}
	p := id.Person(r.ID)
	if kind == Role {
		return slices.ContainsFunc(b.roles, func(x roleHolders) bool { return x.Key == key && slices.Contains(x.People, p) })
	}
	for _, t := range b.teams {
		if t.Key == key {
			return slices.Contains(t.Members, p)
		}
	}
	return false
}

func (b *book) fill(r *Row) {
	for w, c := range b.load.Row(r.units...)[:b.weeks] {
		r.Cells = append(r.Cells, b.cell(w, c))
		if c.Over() && r.First == "" {
			r.First, r.Cause = r.Cells[w].Week, b.most(*r, w)
		}
	}
}

func (b *book) cell(week int, c load.Cell) Cell {
	return Cell{Week: b.days[week*load.DaysPerWeek].Week(), Planned: int64(c.Demand), Available: int64(c.Supply), Percent: int64(c.Percent()), Over: c.Over(), Away: c.Supply == 0}
}

// firstOver returns the earliest week over 100 percent: of a team if one is, else of a person, a role, a tool or an
// environment; of several the fullest.
func (b *book) firstOver(rows []Row) *First {
	best := -1
	order := func(r Row) (int, int, int64) {
		w := slices.IndexFunc(r.Cells, func(c Cell) bool { return c.Over })
		return w, slices.Index(kinds(), r.Kind), -r.Cells[w].Percent
	}
	for i, r := range rows {
		if r.First == "" {
			continue
		}
		if best < 0 {
			best = i
			continue
		}
		aw, ak, ap := order(r)
		bw, bk, bp := order(rows[best])
		if cmp.Or(cmp.Compare(aw, bw), cmp.Compare(ak, bk), cmp.Compare(ap, bp)) < 0 {
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	r := rows[best]
	w, _, _ := order(r)
	c := r.Cells[w]
	return &First{Kind: r.Kind, Key: r.Key, Name: r.Name, Week: c.Week, Percent: c.Percent, Over: c.Planned - c.Available, Cause: *r.Cause}
}

// most is what causes most of a week that is over: of a team, of the work of those who have too much.
func (b *book) most(r Row, week int) *Cause {
	over := slices.DeleteFunc(slices.Clone(r.units), func(u int) bool { return b.load.Demand(u, week) <= b.load.Supply(u, week) })
	causes := b.causesOf(Row{units: over}, week)
	if len(causes) == 0 {
		return &Cause{}
	}
	return &causes[0]
}

// causesOf names what takes the time of a row in a week, the greatest first; what the caller may not see is one sum.
func (b *book) causesOf(r Row, week int) []Cause {
	var out []Cause
	var unseen int64
	for _, s := range b.load.Causes(week, r.units...) {
		c := b.causes[s.Cause]
		c.Minutes = int64(s.Minutes)
		if c.Kind == "hidden" {
			unseen += c.Minutes
			continue
		}
		if unit := b.unitOf(s.Cause); len(r.units) > 1 && unit < len(b.people) {
			c.Person, c.PersonName = b.people[unit].Key, b.people[unit].Name
		}
		out = append(out, c)
	}
	if unseen > 0 {
		out = append(out, hidden(unseen))
		slices.SortStableFunc(out, func(a, b Cause) int { return cmp.Compare(b.Minutes, a.Minutes) })
	}
	return out
}

// unitOf returns whose time a cause takes.
func (b *book) unitOf(cause int) int {
	if cause < len(b.problem.Tasks) {
		return b.problem.Tasks[cause].Person
	}
	return b.problem.Allocations[cause-len(b.problem.Tasks)].Person
}

// roomFor fails with errs.Blocked resource.not_free, naming the weeks, if an allocation would bring a week over 100 percent.
func (c *Capacity) roomFor(tx *db.Tx, a Allocation) error {
	today := resource.DayOf(tx.Now.Std(), resource.ZoneOf(tx)).Monday()
	weeks := a.Last.Sub(today)/7 + 1
	if weeks < 1 {
		return nil
	}
	b, err := c.readBook(tx, min(weeks, weeksMax))
	if err != nil {
		return err
	}
	unit, name := -1, ""
	if at, ok := b.at[a.Person]; ok && a.Person != "" {
		unit, name = at, b.people[at].Name
	}
	for i, t := range b.tools {
		if t.ID == a.Tool {
			unit, name = b.tool(i), t.Name
		}
	}
	if unit < 0 {
		return nil
	}
	release := -1
	for i, x := range b.causes[:len(b.problem.Tasks)] {
		if a.Task == "" && x.Release == a.ReleaseKey && a.ReleaseKey != "" {
			release = b.problem.Tasks[i].Release
		}
	}
	p := b.problem
	p.Allocations = append(slices.Clone(p.Allocations), load.Allocation{Person: unit, Release: release, From: a.First.Sub(b.first) / 7, To: a.Last.Sub(b.first)/7 + 1, Minutes: int(a.Weekly)})
	after := load.Compute(p)
	var full []string
	for w, x := range after.Row(unit) {
		if x.Over() && x.Demand > b.load.Demand(unit, w) {
			full = append(full, fmt.Sprintf("%d (%d %%)", b.days[w*7].Week().Number(), x.Percent()))
		}
	}
	if len(full) == 0 {
		return nil
	}
	return errs.Blocked("resource.not_free", "%s would be over 100 %% in week %s. Refuse it, or grant it anyway.", name, strings.Join(full, ", "))
}
