package cli

import (
	"slices"

	"slipway/client"
	"slipway/internal/errs"
)

type roleCommand struct {
	List   roleList   `cmd:"" help:"List roles."`
	Show   roleShow   `cmd:"" help:"Show a role with its permissions."`
	Add    roleAdd    `cmd:"" help:"Define a role."`
	Set    roleSet    `cmd:"" help:"Change a role that is not built in."`
	Grant  roleGrant  `cmd:"" help:"Give a role to a person or a team."`
	Grants roleGrants `cmd:"" help:"List who holds which role where."`
	Revoke roleRevoke `cmd:"" help:"Take a grant back."`
}

type roleList struct{}

func roles(s *Session) ([]client.Role, error) {
	api, err := s.Client()
	if err != nil {
		return nil, err
	}
	return client.List[client.Role](s.Context(), api, "/roles", nil, 0)
}

func role(s *Session, key string) (client.Role, error) {
	list, err := roles(s)
	if err != nil {
		return client.Role{}, err
	}
	i := slices.IndexFunc(list, func(r client.Role) bool { return r.Key == key })
	if i < 0 {
		return client.Role{}, errs.NotFound("role.not_found", "There is no role %s.", key)
	}
	return list[i], nil
}

// Run prints roles.
func (c *roleList) Run(s *Session) error {
	list, err := roles(s)
	if err != nil {
		return err
	}
	return s.Print(list, func() *Table {
		t := &Table{Heads: []string{"KEY", "NAME", "PERMISSIONS", "TEXT"}}
		for _, r := range list {
			t.Add(r.Key, r.Name, len(r.Permissions), r.Text)
		}
		return t
	})
}

type roleShow struct {
	Role string `arg:"" help:"Key."`
}

// Run prints one role.
func (c *roleShow) Run(s *Session) error {
	r, err := role(s, c.Role)
	if err != nil {
		return err
	}
	return s.Print(r, func() *Table {
		t := facts("Key", r.Key, "Name", r.Name, "Text", r.Text, "Rev", r.Rev)
		for _, p := range r.Permissions {
			t.Add("Permission", p)
		}
		return t
	})
}

type roleAdd struct {
	Key        string   `arg:"" help:"Key, for example service-operations."`
	Name       string   `required:"" help:"Name as pages show it."`
	Text       string   `help:"What it is for."`
	Permission []string `help:"A permission that it carries; repeat for more."`
}

// Run defines a role.
func (c *roleAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	r, err := api.AddRole(s.Context(), client.Role{Key: c.Key, Name: c.Name, Text: c.Text, Permissions: c.Permission})
	if err != nil {
		return err
	}
	return s.Say(r, "Defined role %s.", r.Key)
}

type roleSet struct {
	Role   string   `arg:"" help:"Key."`
	Name   *string  `help:"New name."`
	Text   *string  `help:"New text."`
	Add    []string `placeholder:"PERMISSION" help:"A permission to add; repeat for more."`
	Remove []string `placeholder:"PERMISSION" help:"A permission to remove; repeat for more."`
}

// Run changes what was given and leaves the rest.
func (c *roleSet) Run(s *Session) error {
	r, err := role(s, c.Role)
	if err != nil {
		return err
	}
	put(&r.Name, c.Name)
	put(&r.Text, c.Text)
	r.Permissions = append(r.Permissions, c.Add...)
	r.Permissions = slices.DeleteFunc(r.Permissions, func(p string) bool { return slices.Contains(c.Remove, p) })
	api, err := s.Client()
	if err != nil {
		return err
	}
	if r, err = api.SetRole(s.Context(), r); err != nil {
		return err
	}
	return s.Say(r, "Changed role %s.", r.Key)
}

// holder is a person or a team.
type holder struct {
	Person string `xor:"holder" placeholder:"KEY" help:"A person."`
	Team   string `xor:"holder" placeholder:"KEY" help:"A team."`
}

type roleGrant struct {
	Role   string `arg:"" help:"Key of the role."`
	holder `embed:""`
	placed `embed:""`
	From   string `placeholder:"T" help:"From this instant: RFC 3339, or local time; from now without it."`
	Until  string `placeholder:"T" help:"Until this instant; without an end without it."`
	Zone   string `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
}

// Run gives the role.
func (c *roleGrant) Run(s *Session) error {
	if c.Person == "" && c.Team == "" {
		return Usage("name who gets the role: --person or --team")
	}
	api, err := s.Client()
	if err != nil {
		return err
	}
	b := client.Binding{Person: c.Person, Team: c.Team, Grant: client.Grant{Role: c.Role}}
	if b.Scope, err = c.scope(s, api); err != nil {
		return err
	}
	if c.From != "" {
		t, err := s.instant("--from", c.From, c.Zone)
		if err != nil {
			return err
		}
		b.From = &t
	}
	if c.Until != "" {
		t, err := s.instant("--until", c.Until, c.Zone)
		if err != nil {
			return err
		}
		b.Until = &t
	}
	if b, err = api.GiveRole(s.Context(), b); err != nil {
		return err
	}
	return s.Say(b, "Gave %s %s. The grant is %s.", b.Role, where(b.Scope), b.ID)
}

type roleGrants struct {
	holder `embed:""`
	Role   string `help:"Only this role."`
}

// Run prints grants.
func (c *roleGrants) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := found{}.values()
	for name, v := range map[string]string{"person": c.Person, "team": c.Team, "role": c.Role} {
		if v != "" {
			q.Set(name, v)
		}
	}
	list, err := client.List[client.Binding](s.Context(), api, "/grants", q, 0)
	if err != nil {
		return err
	}
	return s.Print(list, func() *Table {
		t := &Table{Heads: []string{"GRANT", "ROLE", "WHERE", "HOLDER"}, Empty: "No grants."}
		for _, b := range list {
			who := "person " + b.Person
			if b.Team != "" {
				who = "team " + b.Team
			}
			t.Add(b.ID, b.Role, where(b.Scope), who)
		}
		return t
	})
}

type roleRevoke struct {
	Grant string `arg:"" help:"Identifier of the grant; slipway role grants lists them."`
}

// Run takes the grant back.
func (c *roleRevoke) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	if err := api.TakeRole(s.Context(), c.Grant); err != nil {
		return err
	}
	return s.Say(map[string]string{"revoked": c.Grant}, "Took the grant %s back.", c.Grant)
}
