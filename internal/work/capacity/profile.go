package capacity

import (
	"context"
	"slices"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/work/resource"
)

// Profile is what is known of one person's time and skills.
type Profile struct {
	Person      id.Person          `json:"person"`
	Key         string             `json:"key"`
	Name        string             `json:"name"`
	Zone        string             `json:"zone,omitempty"`
	Teams       []TeamRef          `json:"teams"`
	Times       []resource.Period  `json:"times"`    // stated of the person, the newest first
	Hours       resource.Hours     `json:"hours"`    // that hold today, from wherever
	Share       int64              `json:"share"`    // percent of them
	Absences    []resource.Absence `json:"absences"` // from today on
	Skills      []resource.Skill   `json:"skills"`
	Deputies    []TeamRef          `json:"deputies"`
	Holidays    []resource.Holiday `json:"holidays"` // of the next 26 weeks
	Allocations []Allocation       `json:"allocations"`
	Cells       []Cell             `json:"cells"`
	MayState    bool               `json:"mayState"`  // absences, skills and deputies
	MayAnswer   bool               `json:"mayAnswer"` // absences and requests; may state working time
}

// TeamRef names a team or a person.
type TeamRef struct {
	ID   string `json:"id"`
	Key  string `json:"key"`
	Name string `json:"name"`
}

// Profile returns what is known of a person. It fails with errs.NotFound if there is no such person.
func (c *Capacity) Profile(ctx context.Context, person string) (Profile, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) (Profile, error) { return c.ReadProfile(tx, person) })
}

// ReadProfile is Profile inside the caller's snapshot.
func (c *Capacity) ReadProfile(tx *db.Tx, person string) (Profile, error) {
	if err := resource.Anywhere(tx, "resource.read"); err != nil {
		return Profile{}, err
	}
	p, err := auth.PersonByRef(tx, person)
	if err != nil {
		return Profile{}, err
	}
	b, err := c.readBook(tx, WeeksMost)
	if err != nil {
		return Profile{}, err
	}
	out := Profile{Person: p.ID, Key: p.Key, Name: p.Name, Zone: p.Zone, Teams: []TeamRef{}, Deputies: []TeamRef{}, Skills: []resource.Skill{}, Holidays: []resource.Holiday{}, Cells: []Cell{}, Hours: resource.Usual, Share: 100}
	if out.Times, err = resource.PeriodsOf(tx, Person, string(p.ID)); err != nil {
		return out, err
	}
	out.Skills = append(out.Skills, b.skilled[p.ID]...)
	if out.Absences, err = resource.ListAbsences(tx, resource.AbsenceFilter{Person: p.Key, First: string(b.days[b.problem.Today])}); err != nil {
		return out, err
	}
	if out.Allocations, err = listAllocations(tx, AllocationFilter{Person: p.Key, Since: b.first}); err != nil {
		return out, err
	}
	deputies, err := resource.DeputiesOf(tx, p.ID)
	if err != nil {
		return out, err
	}
	for _, d := range deputies {
		if at, ok := b.at[d]; ok {
			out.Deputies = append(out.Deputies, TeamRef{string(d), b.people[at].Key, b.people[at].Name})
		}
	}
	b.complete(&out)
	return out, c.rights(tx, &out)
}

// complete fills in what the book knows.
func (b *book) complete(out *Profile) {
	subjects := []string{Person + "/" + string(out.Person)}
	for _, t := range b.teams {
		if slices.Contains(t.Members, out.Person) {
			out.Teams = append(out.Teams, TeamRef{string(t.ID), t.Key, t.Name})
			subjects = append(subjects, Team+"/"+string(t.ID))
		}
	}
	now := resource.On(b.clock.Of(resource.Usual, subjects...), b.days[b.problem.Today])
	out.Hours, out.Share = now.Hours, now.Share
	for _, d := range b.days {
		if name := b.holiday(d, subjects...); name != "" {
			out.Holidays = append(out.Holidays, resource.Holiday{Day: d, Name: name})
		}
	}
	if at, ok := b.at[out.Person]; ok {
		r := Row{units: []int{at}}
		b.fill(&r)
		out.Cells = r.Cells
	}
}

// rights says what the caller may do for the person, without recording a check.
func (c *Capacity) rights(tx *db.Tx, out *Profile) error {
	edit, err := auth.Allowed(tx, "resource.edit", auth.Everywhere)
	if err != nil {
		return err
	}
	leads, _, err := resource.LeadsPerson(tx, auth.Me(tx), out.Person)
	out.MayAnswer = edit || leads
	out.MayState = out.MayAnswer || auth.Me(tx) == out.Person
	return err
}
