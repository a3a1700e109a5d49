package cli

import (
	"slipway/client"
)

type allocationCommand struct {
	List allocationList `cmd:"" help:"List what is promised to releases and to standing work."`
	Add  allocationAdd  `cmd:"" help:"Promise time of a person or a tool."`
	Set  allocationSet  `cmd:"" help:"Change what is promised."`
	Drop allocationDrop `cmd:"" help:"Take a promise back."`
}

type allocationList struct {
	Release string `help:"Only for this release."`
	Person  string `help:"Only of this person."`
	Since   string `placeholder:"DAY" help:"Only those that last until this day or longer."`
}

// Run lists allocations.
func (c *allocationList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	as, err := api.Allocations(s.Context(), filled(map[string]string{"release": c.Release, "person": c.Person, "since": c.Since}))
	if err != nil {
		return err
	}
	return s.Print(as, func() *Table {
		t := &Table{Heads: []string{"ID", "OF", "FOR", "A WEEK", "FROM", "TO"}, Empty: "Nothing is promised."}
		for _, a := range as {
			t.Add(a.ID, a.PersonKey+a.Tool, a.ReleaseKey+a.Name, inHours(a.Weekly), a.First, a.Last)
		}
		return t
	})
}

type allocationAdd struct {
	Person  string `xor:"whose" help:"Key of the person."`
	Tool    string `xor:"whose" help:"Or the key of a tool."`
	Release string `help:"Key of the release."`
	Task    string `help:"Key of a task of the release; its owner has that much less to do."`
	Name    string `help:"What the time is for, where it is for no release: On call."`
	during  `embed:""`
}

// Run promises time.
func (c *allocationAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	m, err := weekly(c.Weekly)
	if err != nil {
		return err
	}
	a, err := api.Allocate(s.Context(), client.NewAllocation{Release: c.Release, Task: c.Task, Name: c.Name, Person: c.Person, Tool: c.Tool, Weekly: m, First: c.First, Last: c.Last})
	if err != nil {
		return err
	}
	return s.Say(a, "%s a week are promised from %s to %s.", inHours(a.Weekly), a.First, a.Last)
}

type allocationSet struct {
	ID     string  `arg:"" help:"Identifier of the allocation."`
	Weekly string  `placeholder:"20h" help:"How much of every week."`
	Last   *string `placeholder:"WEEK" help:"Last week, or a day in it."`
}

// Run changes an allocation.
func (c *allocationSet) Run(s *Session) error {
	e := client.AllocationEdit{Last: c.Last}
	if c.Weekly != "" {
		m, err := weekly(c.Weekly)
		if err != nil {
			return err
		}
		e.Weekly = &m
	}
	return s.reallocate(c.ID, e, "changed")
}

type allocationDrop struct {
	ID string `arg:"" help:"Identifier of the allocation."`
}

// Run takes an allocation back.
func (c *allocationDrop) Run(s *Session) error {
	var none int64
	return s.reallocate(c.ID, client.AllocationEdit{Weekly: &none}, "taken back")
}

// reallocate changes an allocation, whatever its version is.
func (s *Session) reallocate(allocation string, e client.AllocationEdit, word string) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	all, err := api.Allocations(s.Context(), nil)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.ID == allocation {
			e.Rev = a.Rev
		}
	}
	a, err := api.Reallocate(s.Context(), allocation, e)
	if err != nil {
		return err
	}
	return s.Say(a, "The allocation is %s.", word)
}
