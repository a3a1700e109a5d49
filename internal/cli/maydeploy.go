package cli

import (
	"fmt"
	"time"

	"slipway/client"
)

type mayDeployCommand struct {
	Service     string `required:"" placeholder:"S" help:"Key of the service."`
	AskVersion  string `name:"version" placeholder:"V" help:"Version to deploy; --version or --digest is required."`
	Digest      string `placeholder:"D" help:"Digest of the artefact to deploy."`
	Environment string `required:"" placeholder:"E" help:"Key of the environment."`
	Release     string `placeholder:"KEY" help:"Only this release may authorise it."`
	At          string `placeholder:"T" help:"The instant in question; now without it."`
	Record      bool   `help:"Record the answer in the ledger."`
}

// Run asks, prints the answer with its reasons, and exits with ExitYes for yes and ExitNo for no.
func (c *mayDeployCommand) Run(s *Session) error {
	if c.AskVersion == "" && c.Digest == "" {
		return Usage("give --version, --digest or both")
	}
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := client.MayDeployQuestion{Service: c.Service, Version: c.AskVersion, Digest: c.Digest, Environment: c.Environment, Release: c.Release, Record: c.Record}
	if c.At != "" {
		t, err := s.instant("--at", c.At, "")
		if err != nil {
			return err
		}
		q.At = &t
	}
	a, err := api.MayDeploy(s.Context(), q)
	if err != nil {
		return err
	}
	if err := s.answer(a); err != nil {
		return err
	}
	if !a.Allowed {
		return &No{}
	}
	return nil
}

func (s *Session) answer(a client.MayDeployAnswer) error {
	if s.JSON() {
		return s.Print(a, nil)
	}
	word := "No"
	if a.Allowed {
		word = "Yes"
	}
	what := a.Service
	for _, x := range []string{a.Version, a.Digest} {
		if x != "" {
			what += " " + x
		}
	}
	lines := []string{fmt.Sprintf("%s: %s to %s, at %s.", word, what, a.Environment, a.At.UTC().Format("2006-01-02 15:04Z"))}
	for _, r := range a.Reasons {
		line := "  " + r.Text
		if r.Next != "" {
			line += " " + r.Next
		}
		lines = append(lines, line+" ["+r.Code+"]")
	}
	for _, w := range a.Windows {
		lines = append(lines, "  In force: window "+w.Name+" until "+w.Until.UTC().Format("2006-01-02 15:04Z")+".")
	}
	if a.NextOpening != nil {
		lines = append(lines, "  Next opening: "+a.NextOpening.UTC().Format(time.RFC3339)+".")
	}
	if a.ValidUntil != nil {
		lines = append(lines, "  Holds until: "+a.ValidUntil.UTC().Format(time.RFC3339)+", unless something changes.")
	}
	if a.Override != nil {
		lines = append(lines, "  Override: "+a.Override.Text)
	}
	for _, l := range lines {
		if _, err := fmt.Fprintln(s.Out(), plain(l)); err != nil {
			return err
		}
	}
	return nil
}

type overrideCommand struct {
	Add   overrideAdd   `cmd:"" help:"Let one digest pass a refusal of may-deploy, for a time."`
	List  overrideList  `cmd:"" help:"List overrides."`
	Close overrideClose `cmd:"" help:"Withdraw an override."`
}

type overrideAdd struct {
	Service     string `required:"" placeholder:"S" help:"Key of the service."`
	Environment string `required:"" placeholder:"E" help:"Key of the environment."`
	Digest      string `required:"" placeholder:"D" help:"Digest of the one artefact that may pass."`
	Reason      string `required:"" help:"Why; the record keeps it."`
	Until       string `required:"" placeholder:"T" help:"Up to when, at most seven days from now."`
}

// Run gives an override.
func (c *overrideAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	until, err := s.instant("--until", c.Until, "")
	if err != nil {
		return err
	}
	o, err := api.AddOverride(s.Context(), client.NewOverride{Service: c.Service, Environment: c.Environment, Digest: c.Digest, Reason: c.Reason, Until: until})
	if err != nil {
		return err
	}
	return s.Say(o, "Override %s is given until %s.", o.ID, o.Until.UTC().Format(time.RFC3339))
}

type overrideList struct {
	Service     string `placeholder:"S" help:"Only of this service, by key."`
	Environment string `placeholder:"E" help:"Only in this environment, by key."`
	Standing    bool   `help:"Leave out what is over or withdrawn."`
	Limit       int    `default:"200" help:"How many at most; 0 for all."`
}

// Run lists overrides, newest first.
func (c *overrideList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	rows, err := api.Overrides(s.Context(), client.OverrideFilter{Service: c.Service, Environment: c.Environment, Standing: c.Standing}, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"ID", "SERVICE", "ENVIRONMENT", "DIGEST", "STATE", "UNTIL", "BY", "REASON"}, Empty: "No overrides."}
		for _, o := range rows {
			t.Add(o.ID, o.ServiceKey, o.EnvironmentKey, o.Digest, o.State, o.Until.UTC().Format("2006-01-02 15:04Z"), o.ByName, o.Reason)
		}
		return t
	})
}

type overrideClose struct {
	Override string `arg:"" help:"Identifier."`
}

// Run withdraws an override.
func (c *overrideClose) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	o, err := api.WithdrawOverride(s.Context(), c.Override)
	if err != nil {
		return err
	}
	return s.Say(o, "Override %s is withdrawn.", o.ID)
}
