package cli

import (
	"strings"
	"time"

	"slipway/client"
)

type tokenCommand struct {
	List  tokenList  `cmd:"" help:"List tokens."`
	Add   tokenAdd   `cmd:"" help:"Make a token; it is printed once."`
	Set   tokenSet   `cmd:"" help:"Rename a token or move its end."`
	Close tokenClose `cmd:"" help:"Revoke a token, at once."`
}

type tokenList struct {
	All   bool   `help:"Of everyone."`
	Owner string `placeholder:"PERSON" help:"Of another person."`
	Ended bool   `help:"Expired and revoked ones too."`
	Limit int    `default:"0" help:"At most so many; all if 0."`
}

// Run prints tokens.
func (c *tokenList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := found{}.values()
	if c.All {
		q.Set("all", "true")
	}
	if c.Ended {
		q.Set("ended", "true")
	}
	if c.Owner != "" {
		q.Set("owner", c.Owner)
	}
	rows, err := client.List[client.Token](s.Context(), api, "/tokens", q, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"TOKEN", "NAME", "BEGINS", "CARRIES", "EXPIRES", "LAST USED"}, Empty: "No tokens. Make one with slipway token add."}
		for _, x := range rows {
			used := ""
			if !x.UsedAt.IsZero() {
				used = x.UsedAt.Format(time.RFC3339)
			}
			t.Add(x.ID, x.Name, x.Prefix, strings.Join(append(x.Roles, x.Permissions...), ", "), x.ExpiresAt.Format(time.DateOnly), used)
		}
		return t
	})
}

type tokenAdd struct {
	Name       string   `arg:"" help:"What it is for, for example gitlab-payments."`
	Role       []string `help:"A role that it carries; repeat for more."`
	Permission []string `help:"A permission that it carries; repeat for more."`
	Product    []string `placeholder:"KEY" help:"A product that it may act on; repeat for more. Wherever its owner may, without."`
	Owner      string   `placeholder:"PERSON" help:"Whose it is; yours without it."`
	Expires    string   `placeholder:"T" help:"RFC 3339, or local time; in 90 days without it."`
	Zone       string   `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
}

// Run makes the token and prints it alone, so that a script can keep it.
func (c *tokenAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in := client.NewToken{Name: c.Name, Owner: c.Owner, Roles: c.Role, Permissions: c.Permission}
	for _, p := range c.Product {
		scope, err := placed{p}.scope(s, api)
		if err != nil {
			return err
		}
		in.Scopes = append(in.Scopes, scope)
	}
	if c.Expires != "" {
		t, err := s.instant("--expires", c.Expires, c.Zone)
		if err != nil {
			return err
		}
		in.Expires = &t
	}
	t, err := api.AddToken(s.Context(), in)
	if err != nil {
		return err
	}
	return s.Say(t, "%s", t.Secret)
}

// oneToken names a token.
type oneToken struct {
	Token string `arg:"" help:"Its identifier, which slipway token list shows, or its name if no other living token has it."`
}

type tokenSet struct {
	oneToken
	Name    *string `help:"New name."`
	Expires string  `placeholder:"T" help:"New end: RFC 3339, or local time; in 366 days at most."`
	Zone    string  `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
}

// Run changes what was given and leaves the rest.
func (c *tokenSet) Run(s *Session) error {
	if c.Name == nil && c.Expires == "" {
		return Usage("say what to change, with --name or --expires")
	}
	api, err := s.Client()
	if err != nil {
		return err
	}
	change := client.TokenChange{Name: c.Name}
	if c.Expires != "" {
		t, err := s.instant("--expires", c.Expires, c.Zone)
		if err != nil {
			return err
		}
		change.Expires = &t
	}
	t, err := api.SetToken(s.Context(), c.Token, change)
	if err != nil {
		return err
	}
	return s.Say(t, "Changed %s; it expires at %s.", t.Name, t.ExpiresAt.Format(time.RFC3339))
}

type tokenClose struct{ oneToken }

// Run revokes the token.
func (c *tokenClose) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	t, err := api.RevokeToken(s.Context(), c.Token)
	if err != nil {
		return err
	}
	return s.Say(t, "Revoked %s.", t.Name)
}
