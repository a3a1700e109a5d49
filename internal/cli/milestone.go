package cli

import (
	"time"

	"slipway/client"
)

type milestoneCommand struct {
	Add    milestoneAdd    `cmd:"" help:"Add a milestone to a release."`
	List   milestoneList   `cmd:"" help:"List the milestones of a release."`
	Set    milestoneSet    `cmd:"" help:"Change a milestone."`
	Close  milestoneClose  `cmd:"" help:"Say that a milestone was reached."`
	Remove milestoneRemove `cmd:"" help:"Take a milestone out of the plan."`
}

// part names a part of a release.
type part struct {
	Release string `arg:"" help:"Key of the release."`
	Key     string `arg:"" help:"Its key."`
}

// dated says when a milestone is planned.
type dated struct {
	At     string  `xor:"date" placeholder:"T" help:"Planned date: RFC 3339, or local time."`
	Offset *string `xor:"date" placeholder:"-2d" help:"Distance from the window's start, which the date follows: --offset=-2d."`
	Zone   string  `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
}

func (d dated) at(s *Session) (*time.Time, error) {
	if d.At == "" {
		return nil, nil
	}
	t, err := s.instant("--at", d.At, d.Zone)
	return &t, err
}

type milestoneAdd struct {
	part  `embed:""`
	Name  string `required:"" help:"Its name."`
	Owner string `help:"Key of a person."`
	dated `embed:""`
}

// Run adds a milestone.
func (c *milestoneAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in := client.NewMilestone{Key: c.Key, Name: c.Name, Owner: c.Owner, Offset: deref(c.Offset)}
	if in.At, err = c.at(s); err != nil {
		return err
	}
	m, err := api.AddMilestone(s.Context(), c.Release, in)
	if err != nil {
		return err
	}
	return s.Say(m, "The milestone %s is added to %s.", m.Key, c.Release)
}

type milestoneList struct {
	Release string `arg:"" help:"Key of the release."`
}

// Run lists milestones.
func (c *milestoneList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	ms, err := api.Milestones(s.Context(), c.Release)
	if err != nil {
		return err
	}
	return s.Print(ms, func() *Table {
		t := &Table{Heads: []string{"KEY", "NAME", "PLANNED (UTC)", "FROM WINDOW", "REACHED (UTC)"}, Empty: "No milestones. Add one with slipway milestone add."}
		for _, m := range ms {
			t.Add(m.Key, m.Name, minutes(m.PlannedAt), m.Offset, minutes(m.ActualAt))
		}
		return t
	})
}

func minutes(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(minuteLayout)
}

// milestone reads the present row for its version.
func milestone(s *Session, api *client.Client, p part) (client.Milestone, error) {
	ms, err := api.Milestones(s.Context(), p.Release)
	for _, m := range ms {
		if m.Key == p.Key || m.ID == p.Key {
			return m, nil
		}
	}
	if err == nil {
		err = &client.Problem{Status: 404, Reason: "milestone.not_found", Detail: "There is no milestone " + p.Key + " in this release."}
	}
	return client.Milestone{}, err
}

type milestoneSet struct {
	part   `embed:""`
	Name   *string `help:"Its name."`
	Owner  *string `help:"Key of a person."`
	dated  `embed:""`
	Open   bool   `help:"It is not reached after all."`
	Reason string `help:"Why, as the record will say."`
}

// Run changes a milestone.
func (c *milestoneSet) Run(s *Session) error {
	e := client.MilestoneEdit{Name: c.Name, Owner: c.Owner, Offset: c.Offset, Open: c.Open, Reason: c.Reason}
	var err error
	if e.At, err = c.at(s); err != nil {
		return err
	}
	return s.editMilestone(c.part, e, "is changed")
}

func (s *Session) editMilestone(p part, e client.MilestoneEdit, done string) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	m, err := milestone(s, api, p)
	if err != nil {
		return err
	}
	e.Rev = m.Rev
	if m, err = api.EditMilestone(s.Context(), p.Release, p.Key, e); err != nil {
		return err
	}
	return s.Say(m, "The milestone %s %s.", m.Key, done)
}

type milestoneClose struct {
	part `embed:""`
	At   string `placeholder:"T" help:"When it was reached; now without it."`
	Zone string `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
}

// Run says that a milestone was reached.
func (c *milestoneClose) Run(s *Session) error {
	e := client.MilestoneEdit{Reached: true}
	if c.At != "" {
		at, err := s.instant("--at", c.At, c.Zone)
		if err != nil {
			return err
		}
		e = client.MilestoneEdit{Actual: &at}
	}
	return s.editMilestone(c.part, e, "is reached")
}

type milestoneRemove struct {
	part   `embed:""`
	Reason string `help:"Why, as the record will say."`
}

// Run takes a milestone out of the plan.
func (c *milestoneRemove) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	m, err := milestone(s, api, c.part)
	if err != nil {
		return err
	}
	if err := api.RemoveMilestone(s.Context(), c.Release, c.Key, m.Rev, c.Reason); err != nil {
		return err
	}
	return s.Say(m, "The milestone %s is removed.", m.Key)
}
