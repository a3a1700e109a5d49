package cli

import "slipway/client"

type deliverableCommand struct {
	Add    deliverableAdd    `cmd:"" help:"Add a deliverable to a release."`
	List   deliverableList   `cmd:"" help:"List the deliverables of a release."`
	Set    deliverableSet    `cmd:"" help:"Change a deliverable."`
	Close  deliverableClose  `cmd:"" help:"Say that a deliverable is accepted."`
	Remove deliverableRemove `cmd:"" help:"Take a deliverable out of the plan."`
}

type deliverableAdd struct {
	part  `embed:""`
	Name  string `required:"" help:"Its name."`
	Owner string `help:"Key of a person."`
	URL   string `name:"url" help:"Where it is."`
}

// Run adds a deliverable.
func (c *deliverableAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	d, err := api.AddDeliverable(s.Context(), c.Release, client.NewDeliverable{Key: c.Key, Name: c.Name, Owner: c.Owner, URL: c.URL})
	if err != nil {
		return err
	}
	return s.Say(d, "The deliverable %s is added to %s.", d.Key, c.Release)
}

type deliverableList struct {
	Release string `arg:"" help:"Key of the release."`
}

// Run lists deliverables.
func (c *deliverableList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	ds, err := api.Deliverables(s.Context(), c.Release)
	if err != nil {
		return err
	}
	return s.Print(ds, func() *Table {
		t := &Table{Heads: []string{"KEY", "NAME", "STATE", "URL"}, Empty: "No deliverables. Add one with slipway deliverable add."}
		for _, d := range ds {
			t.Add(d.Key, d.Name, d.State, d.URL)
		}
		return t
	})
}

func deliverable(s *Session, api *client.Client, p part) (client.Deliverable, error) {
	ds, err := api.Deliverables(s.Context(), p.Release)
	for _, d := range ds {
		if d.Key == p.Key || d.ID == p.Key {
			return d, nil
		}
	}
	if err == nil {
		err = &client.Problem{Status: 404, Reason: "deliverable.not_found", Detail: "There is no deliverable " + p.Key + " in this release."}
	}
	return client.Deliverable{}, err
}

type deliverableSet struct {
	part   `embed:""`
	Name   *string `help:"Its name."`
	Owner  *string `help:"Key of a person."`
	State  *string `help:"open, ready, accepted or dropped."`
	URL    *string `name:"url" help:"Where it is."`
	Reason string  `help:"Why, as the record will say."`
}

// Run changes a deliverable.
func (c *deliverableSet) Run(s *Session) error {
	return s.editDeliverable(c.part, client.DeliverableEdit{Name: c.Name, Owner: c.Owner, State: c.State, URL: c.URL, Reason: c.Reason})
}

func (s *Session) editDeliverable(p part, e client.DeliverableEdit) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	d, err := deliverable(s, api, p)
	if err != nil {
		return err
	}
	e.Rev = d.Rev
	if d, err = api.EditDeliverable(s.Context(), p.Release, p.Key, e); err != nil {
		return err
	}
	return s.Say(d, "The deliverable %s is %s.", d.Key, d.State)
}

type deliverableClose struct {
	part `embed:""`
}

// Run says that a deliverable is accepted.
func (c *deliverableClose) Run(s *Session) error {
	accepted := "accepted"
	return s.editDeliverable(c.part, client.DeliverableEdit{State: &accepted})
}

type deliverableRemove struct {
	part   `embed:""`
	Reason string `help:"Why, as the record will say."`
}

// Run takes a deliverable out of the plan.
func (c *deliverableRemove) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	d, err := deliverable(s, api, c.part)
	if err != nil {
		return err
	}
	if err := api.RemoveDeliverable(s.Context(), c.Release, c.Key, d.Rev, c.Reason); err != nil {
		return err
	}
	return s.Say(d, "The deliverable %s is removed.", d.Key)
}
