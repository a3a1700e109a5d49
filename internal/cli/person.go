package cli

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"slipway/client"
)

type personCommand struct {
	List   personList   `cmd:"" help:"List people."`
	Show   personShow   `cmd:"" help:"Show a person with roles."`
	Add    personAdd    `cmd:"" help:"Add a person or a program."`
	Set    personSet    `cmd:"" help:"Change a person."`
	Invite personInvite `cmd:"" help:"Make a link by which a person sets a password, once."`
	Close  personClose  `cmd:"" help:"Deactivate a person: sessions and tokens end."`
	Reopen personReopen `cmd:"" help:"Reactivate a person."`
	Erase  personErase  `cmd:"" help:"Remove what names a person, for good."`
}

type personList struct {
	found
	Role     string `help:"Only who holds this role somewhere."`
	Team     string `help:"Only members of this team."`
	Inactive bool   `help:"Those who are not active too."`
}

// Run prints people.
func (c *personList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := c.values()
	if c.Role != "" {
		q.Set("role", c.Role)
	}
	if c.Team != "" {
		q.Set("team", c.Team)
	}
	if c.Inactive {
		q.Set("inactive", "true")
	}
	rows, err := client.List[client.Person](s.Context(), api, "/people", q, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"KEY", "NAME", "E-MAIL", "KIND", "STATE"}, Empty: "Nobody is found."}
		for _, p := range rows {
			t.Add(p.Key, p.Name, p.Email, p.Kind, activity(p.Active))
		}
		return t
	})
}

func activity(active bool) string {
	if active {
		return "active"
	}
	return "not active"
}

// somebody names a person.
type somebody struct {
	Person string `arg:"" help:"Key or identifier."`
}

type personShow struct{ somebody }

// Run prints one person and the grants they hold.
func (c *personShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	p, err := api.Person(s.Context(), c.Person)
	if err != nil {
		return err
	}
	grants, err := client.List[client.Binding](s.Context(), api, "/grants", map[string][]string{"person": {p.ID}}, 0)
	if err != nil {
		return err
	}
	type whole struct {
		client.Person
		Grants []client.Binding `json:"grants"`
	}
	return s.Print(whole{p, grants}, func() *Table {
		t := facts("Key", p.Key, "Name", p.Name, "E-mail", p.Email, "Kind", p.Kind, "State", activity(p.Active), "Zone", p.Zone, "Rev", p.Rev)
		for _, g := range grants {
			t.Add("Role", g.Role+" "+where(g.Scope))
		}
		return t
	})
}

func where(scope string) string {
	if scope == "" {
		return "everywhere"
	}
	return "in " + scope
}

// placed says where a role holds.
type placed struct {
	Product string `placeholder:"KEY" help:"Only within this product; everywhere without it."`
}

// scope turns the product's key into its scope.
func (p placed) scope(s *Session, api *client.Client) (string, error) {
	if p.Product == "" {
		return "", nil
	}
	x, err := api.Product(s.Context(), p.Product)
	return "product/" + x.ID, err
}

type personAdd struct {
	Key     string `arg:"" help:"Key, for example maya."`
	Name    string `required:"" help:"Name as pages show it."`
	Email   string `help:"E-mail address to sign in by."`
	Zone    string `placeholder:"ZONE" help:"Time zone, for example Europe/Stockholm."`
	Program bool   `help:"A program, which has tokens and no password."`
	Role    string `help:"First role."`
	placed  `embed:""`
}

// Run adds a person.
func (c *personAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in := client.NewPerson{Key: c.Key, Name: c.Name, Email: c.Email, Zone: c.Zone}
	if c.Program {
		in.Kind = "service"
	}
	if c.Role != "" {
		scope, err := c.scope(s, api)
		if err != nil {
			return err
		}
		in.Grants = []client.Grant{{Role: c.Role, Scope: scope}}
	}
	p, err := api.AddPerson(s.Context(), in)
	if err != nil {
		return err
	}
	return s.Say(p, "Added %s.", p.Key)
}

type personSet struct {
	somebody
	Name  *string `help:"New name."`
	Email *string `help:"New e-mail address."`
	Zone  *string `help:"New time zone."`
}

// Run changes what was given and leaves the rest.
func (c *personSet) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	p, err := api.Person(s.Context(), c.Person)
	if err != nil {
		return err
	}
	if p, err = api.SetPerson(s.Context(), c.Person, client.PersonChange{Name: c.Name, Email: c.Email, Zone: c.Zone, Rev: p.Rev}); err != nil {
		return err
	}
	return s.Say(p, "Changed %s.", p.Key)
}

type personInvite struct{ somebody }

// Run prints the link.
func (c *personInvite) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	i, err := api.Invite(s.Context(), c.Person)
	if err != nil {
		return err
	}
	if !s.JSON() {
		fmt.Fprintf(s.Err(), "The link works once, until %s. Give it to that person alone.\n", i.Expires.Format(time.RFC3339))
	}
	return s.Say(i, "%s", strings.TrimRight(cmp.Or(s.root.Server, s.Env("SLIPWAY_URL"), serverDefault), "/")+i.Link)
}

func (c somebody) verb(s *Session, verb, did string) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	p, err := api.PersonVerb(s.Context(), c.Person, verb)
	if err != nil {
		return err
	}
	return s.Say(p, "%s %s.", did, p.Key)
}

type personClose struct{ somebody }

// Run deactivates a person.
func (c *personClose) Run(s *Session) error { return c.verb(s, "deactivate", "Deactivated") }

type personReopen struct{ somebody }

// Run reactivates a person.
func (c *personReopen) Run(s *Session) error { return c.verb(s, "reactivate", "Reactivated") }

type personErase struct {
	somebody
	Confirm string `required:"" placeholder:"KEY" help:"The key once more, since this cannot be undone."`
}

// Run erases what names a person.
func (c *personErase) Run(s *Session) error {
	if c.Confirm != c.Person {
		return Usage("--confirm must repeat %s, since this cannot be undone", c.Person)
	}
	return c.verb(s, "erase", "Erased; the person is now")
}
