package cli

import (
	"net/url"
	"time"

	"slipway/client"
)

type environmentCommand struct {
	List environmentList `cmd:"" help:"List environments."`
	Show environmentShow `cmd:"" help:"Show an environment."`
	Add  environmentAdd  `cmd:"" help:"Add an environment."`
	Set  environmentSet  `cmd:"" help:"Change an environment."`
}

type environmentList struct{}

// Run prints all environments, from development to production.
func (c *environmentList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	rows, err := client.List[client.Environment](s.Context(), api, "/environments", nil, 0)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"KEY", "NAME", "TIER", "RULE", "DEFAULT"}, Empty: "No environments. Add one with slipway environment add."}
		for _, e := range rows {
			t.Add(e.Key, e.Name, e.Tier, e.Rule, defaultWord(e))
		}
		return t
	})
}

func defaultWord(e client.Environment) string {
	if e.DefaultOpen {
		return "open"
	}
	return "closed"
}

type environmentShow struct {
	Environment string `arg:"" help:"Key or identifier."`
}

// Run prints one environment.
func (c *environmentShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	e, err := api.Environment(s.Context(), c.Environment)
	if err != nil {
		return err
	}
	return s.Print(e, func() *Table {
		return facts("Key", e.Key, "Name", e.Name, "Text", e.Text, "Tier", e.Tier, "Rank", e.Rank, "Owner", e.Owner, "Rule", e.Rule, "Default", defaultWord(e), "Rev", e.Rev)
	})
}

type environmentAdd struct {
	Key     string `arg:"" help:"Key, for example prod-north."`
	Tier    string `required:"" enum:"development,test,staging,pre-production,production" help:"development, test, staging, pre-production or production."`
	Name    string `help:"Name as pages show it; the key without it."`
	Text    string `help:"What it is for."`
	Rank    int    `help:"Order among environments of its tier."`
	Owner   string `help:"Key of the person who answers for it."`
	Default string `default:"closed" enum:"open,closed" help:"When no window matches: open or closed."`
	Rule    string `default:"open" enum:"open,window-only,release-only" help:"What a deployment needs: open, window-only or release-only."`
}

// Run adds the environment.
func (c *environmentAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	if c.Name == "" {
		c.Name = c.Key
	}
	var e client.Environment
	err = api.Post(s.Context(), "/environments", map[string]any{"key": c.Key, "name": c.Name, "text": c.Text, "tier": c.Tier, "rank": c.Rank, "owner": c.Owner, "default": c.Default, "rule": c.Rule}, &e)
	if err != nil {
		return err
	}
	return s.Say(e, "Added environment %s.", e.Key)
}

type environmentSet struct {
	Environment string  `arg:"" help:"Key or identifier."`
	Tier        *string `help:"New tier."`
	Name        *string `help:"New name."`
	Text        *string `help:"New text."`
	Rank        *int    `help:"New order among environments of its tier."`
	Owner       *string `help:"Key of the new owner."`
	Default     *string `help:"When no window matches: open or closed."`
	Rule        *string `help:"open, window-only or release-only."`
}

// Run changes what was given and leaves the rest.
func (c *environmentSet) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	e, err := api.Environment(s.Context(), c.Environment)
	if err != nil {
		return err
	}
	def := defaultWord(e)
	put(&e.Tier, c.Tier)
	put(&e.Name, c.Name)
	put(&e.Text, c.Text)
	put(&e.Rank, c.Rank)
	put(&e.Owner, c.Owner)
	put(&def, c.Default)
	put(&e.Rule, c.Rule)
	err = api.Put(s.Context(), client.Path("environments", c.Environment), map[string]any{"key": e.Key, "name": e.Name, "text": e.Text, "tier": e.Tier, "rank": e.Rank,
		"owner": e.Owner, "default": def, "rule": e.Rule, "rev": e.Rev}, &e)
	if err != nil {
		return err
	}
	return s.Say(e, "Changed environment %s.", e.Key)
}

type matrixCommand struct {
	Product string    `help:"Only services of this product."`
	Query   string    `short:"q" placeholder:"TEXT" help:"Only services whose key or name contain this."`
	At      time.Time `placeholder:"T" help:"What ran at this instant (RFC 3339)."`
	Drift   bool      `help:"Only services that are behind or drift somewhere."`
}

// Run prints services by environments.
func (c *matrixCommand) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	var all client.Matrix
	for after := ""; ; {
		m, err := api.Matrix(s.Context(), c.Product, c.Query, after, c.At, c.Drift)
		if err != nil {
			return err
		}
		all.Environments, all.Rows, all.Drifts = m.Environments, append(all.Rows, m.Rows...), all.Drifts+m.Drifts
		if after = m.Next; after == "" {
			break
		}
	}
	return s.Print(all, func() *Table {
		t := &Table{Heads: []string{"SERVICE"}, Empty: "Nothing was recorded yet."}
		for _, e := range all.Environments {
			t.Heads = append(t.Heads, e.Key)
		}
		for _, r := range all.Rows {
			at := map[string]client.Cell{}
			for _, cell := range r.Cells {
				at[cell.Environment] = cell
			}
			row := []any{r.Service.Key}
			for _, e := range all.Environments {
				v := at[e.ID].Version
				if m := at[e.ID].Mark; m != "" {
					v += " (" + m + ")"
				}
				row = append(row, v)
			}
			t.Add(row...)
		}
		return t
	})
}

type changedCommand struct {
	Environment string    `required:"" placeholder:"E" help:"Key or identifier of the environment."`
	Since       time.Time `required:"" placeholder:"T" help:"Since this instant (RFC 3339)."`
}

// Run prints the deployments since an instant, newest first.
func (c *changedCommand) Run(s *Session) error {
	q := url.Values{"environment": {c.Environment}, "since": {c.Since.Format(time.RFC3339Nano)}}
	return listDeployments(s, "/changed", q, "Nothing changed there since then.")
}

type deploymentCommand struct {
	Record deploymentRecord `cmd:"" help:"Record a deployment that Slipway did not run itself."`
	List   deploymentList   `cmd:"" help:"List deployments, newest first."`
}

type deploymentRecord struct {
	Service     string `required:"" placeholder:"S" help:"Key of the service."`
	Version     string `required:"" placeholder:"V" help:"Version that went there."`
	Environment string `required:"" placeholder:"E" help:"Key of the environment."`
	Digest      string `help:"Digest of the artefact."`
	Outcome     string `default:"succeeded" enum:"succeeded,failed,rolled-back" help:"succeeded, failed or rolled-back."`
	At          string `placeholder:"T" help:"When it ended; now without it."`
	Source      string `help:"Where the fact comes from."`
}

// Run records the deployment.
func (c *deploymentRecord) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in := client.NewDeployment{Service: c.Service, Environment: c.Environment, Version: c.Version, Digest: c.Digest, Outcome: c.Outcome, Source: c.Source}
	if c.At != "" {
		at, err := s.instant("--at", c.At, "")
		if err != nil {
			return err
		}
		in.At = &at
	}
	d, err := api.RecordDeployment(s.Context(), in)
	if err != nil {
		return err
	}
	return s.Say(d, "Recorded %s %s in %s.", d.ServiceKey, d.Version, d.EnvironmentKey)
}

type deploymentList struct {
	Service     string `help:"Only this service."`
	Environment string `help:"Only this environment."`
}

// Run prints deployments.
func (c *deploymentList) Run(s *Session) error {
	q := url.Values{}
	for k, v := range map[string]string{"service": c.Service, "environment": c.Environment} {
		if v != "" {
			q.Set(k, v)
		}
	}
	return listDeployments(s, "/deployments", q, "No deployment was recorded.")
}

func listDeployments(s *Session, path string, q url.Values, empty string) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	rows, err := client.List[client.Deployment](s.Context(), api, path, q, 1000)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"AT", "SERVICE", "ENVIRONMENT", "VERSION", "BEFORE", "OUTCOME"}, Empty: empty}
		for _, d := range rows {
			t.Add(d.At.Format(time.RFC3339), d.ServiceKey, d.EnvironmentKey, d.Version, d.Before, d.Outcome)
		}
		return t
	})
}
