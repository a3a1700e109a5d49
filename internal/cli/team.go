package cli

import (
	"slices"
	"strings"
	"time"

	"slipway/client"
)

type teamCommand struct {
	List   teamList   `cmd:"" help:"List teams."`
	Show   teamShow   `cmd:"" help:"Show a team."`
	Add    teamAdd    `cmd:"" help:"Add a team."`
	Set    teamSet    `cmd:"" help:"Change a team and its members."`
	Close  teamClose  `cmd:"" help:"Close a team; its members leave and its roles are taken back."`
	Reopen teamReopen `cmd:"" help:"Reopen a closed team, without members and roles."`
}

type teamList struct {
	found
	Closed bool `help:"Closed ones too."`
}

// Run prints teams.
func (c *teamList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := c.values()
	if c.Closed {
		q.Set("closed", "true")
	}
	rows, err := client.List[client.Team](s.Context(), api, "/teams", q, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"KEY", "NAME", "MEMBERS", "STATE"}, Empty: "No teams. Add one with slipway team add."}
		for _, x := range rows {
			t.Add(x.Key, x.Name, len(x.Members), teamState(x))
		}
		return t
	})
}

func teamState(t client.Team) string {
	if t.ClosedAt.IsZero() {
		return "open"
	}
	return "closed " + t.ClosedAt.Format(time.DateOnly)
}

type teamShow struct {
	Team string `arg:"" help:"Key or identifier."`
}

// Run prints one team.
func (c *teamShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.Team(s.Context(), c.Team)
	if err != nil {
		return err
	}
	members, err := client.List[client.Person](s.Context(), api, "/people", map[string][]string{"team": {x.ID}, "inactive": {"true"}}, 0)
	if err != nil {
		return err
	}
	return s.Print(x, func() *Table {
		var keys []string
		for _, m := range members {
			keys = append(keys, m.Key)
		}
		return facts("Key", x.Key, "Name", x.Name, "Text", x.Text, "Members", strings.Join(keys, ", "), "State", teamState(x), "Rev", x.Rev)
	})
}

type teamAdd struct {
	Key    string   `arg:"" help:"Key, for example payments-core."`
	Name   string   `required:"" help:"Name as pages show it."`
	Text   string   `help:"What it does."`
	Member []string `placeholder:"PERSON" help:"A member; repeat for more."`
}

// Run adds a team.
func (c *teamAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.AddTeam(s.Context(), client.NewTeam{Key: c.Key, Name: c.Name, Text: c.Text, Members: c.Member})
	if err != nil {
		return err
	}
	return s.Say(x, "Added team %s.", x.Key)
}

type teamSet struct {
	Team  string   `arg:"" help:"Key or identifier."`
	Name  *string  `help:"New name."`
	Text  *string  `help:"New text."`
	Join  []string `placeholder:"PERSON" help:"Who joins; repeat for more."`
	Leave []string `placeholder:"PERSON" help:"Who leaves; repeat for more."`
}

// Run changes what was given and leaves the rest.
func (c *teamSet) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.Team(s.Context(), c.Team)
	if err != nil {
		return err
	}
	change := client.TeamChange{Name: c.Name, Text: c.Text, Rev: x.Rev}
	if len(c.Join)+len(c.Leave) > 0 {
		members := append(slices.Clone(x.Members), c.Join...)
		for _, l := range c.Leave {
			p, err := api.Person(s.Context(), l)
			if err != nil {
				return err
			}
			members = slices.DeleteFunc(members, func(m string) bool { return m == p.ID || m == p.Key })
		}
		change.Members = &members
	}
	if x, err = api.SetTeam(s.Context(), c.Team, change); err != nil {
		return err
	}
	return s.Say(x, "Changed team %s.", x.Key)
}

type teamClose struct {
	Team   string `arg:"" help:"Key or identifier."`
	Reason string `default:"No reason was given." placeholder:"T" help:"Why, as the record will say."`
}

// Run closes the team.
func (c *teamClose) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.CloseTeam(s.Context(), c.Team, c.Reason)
	if err != nil {
		return err
	}
	return s.Say(x, "Closed team %s.", x.Key)
}

type teamReopen struct {
	Team string `arg:"" help:"Key or identifier."`
}

// Run reopens the team.
func (c *teamReopen) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	x, err := api.ReopenTeam(s.Context(), c.Team)
	if err != nil {
		return err
	}
	return s.Say(x, "Reopened team %s.", x.Key)
}
