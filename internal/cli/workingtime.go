package cli

import (
	"strconv"

	"slipway/client"
)

type workingtimeCommand struct {
	List   workingtimeList   `cmd:"" help:"List what is stated of a person, a team or an environment."`
	Set    workingtimeSet    `cmd:"" help:"State working hours from a day on."`
	Remove workingtimeRemove `cmd:"" help:"Take a statement back; what was stated before it holds on."`
}

// whose says whose working time it is.
type whose struct {
	Of      string `arg:"" enum:"person,team,environment" help:"person, team or environment."`
	Subject string `arg:"" help:"Its key."`
}

func (w whose) path() string {
	return map[string]string{"person": "people", "team": "teams", "environment": "environments"}[w.Of]
}

type workingtimeList struct {
	whose `embed:""`
}

// Run lists statements.
func (c *workingtimeList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	ts, err := api.WorkingTimes(s.Context(), c.path(), c.Subject)
	if err != nil {
		return err
	}
	return s.Print(ts, func() *Table {
		t := &Table{Heads: []string{"ID", "SINCE", "HOURS", "SHARE", "ZONE"}, Empty: "Nothing is stated: people work mon-fri 09:00-17:00, environments are there around the clock."}
		for _, x := range ts {
			t.Add(x.ID, x.Since, x.Hours, strconv.FormatInt(x.Share, 10)+" %", x.Zone)
		}
		return t
	})
}

type workingtimeSet struct {
	whose `embed:""`
	Since string `required:"" placeholder:"DAY" help:"First day that it holds: 2026-11-23."`
	Hours string `required:"" placeholder:"HOURS" help:"Working hours of the week: \"mon-thu 09:00-12:00 13:00-17:30; fri 09:00-15:00\"; empty for none."`
	Share int64  `default:"100" help:"Percent of the hours that go into releases."`
	Zone  string `placeholder:"ZONE" help:"Zone of the hours; the person's own without it."`
}

// Run states hours.
func (c *workingtimeSet) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.StateWorkingTime(s.Context(), c.path(), c.Subject, client.NewWorkingTime{Since: c.Since, Hours: c.Hours, Zone: c.Zone, Share: c.Share})
	if err != nil {
		return err
	}
	return s.Say(x, "From %s on: %s.", x.Since, x.Hours)
}

type workingtimeRemove struct {
	ID string `arg:"" help:"Identifier of the statement."`
}

// Run takes a statement back.
func (c *workingtimeRemove) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	if err := api.RemoveWorkingTime(s.Context(), c.ID); err != nil {
		return err
	}
	return s.Say(map[string]string{"id": c.ID}, "Taken back.")
}
