package cli

import (
	"time"

	"slipway/client"
)

type freezeCommand struct {
	Add      freezeAdd      `cmd:"" help:"Publish a freeze; --dry-run shows first what it would hit."`
	List     freezeList     `cmd:"" help:"List freezes."`
	Show     freezeShow     `cmd:"" help:"Show a freeze."`
	Set      freezeSet      `cmd:"" help:"Change a freeze, also while it is active."`
	Close    freezeClose    `cmd:"" help:"Withdraw a freeze, for a reason."`
	Permit   freezePermit   `cmd:"" help:"Let a release pass a soft freeze that you own."`
	Permits  freezePermits  `cmd:"" help:"List the permits of a freeze."`
	Unpermit freezeUnpermit `cmd:"" help:"Take a permit back."`
}

type freezeAdd struct {
	Key     string `arg:"" help:"Its key, such as peak-trading-2026."`
	times   `embed:""`
	Soft    bool   `help:"A soft freeze, which asks its owner, instead of a hard one."`
	Running string `enum:"finish,pause,abort" default:"finish" help:"What happens at its start to live runs: finish, pause or abort."`
}

// Run publishes a freeze.
func (c *freezeAdd) Run(s *Session) error {
	p := client.PeriodSpec{Key: c.Key, Name: c.Key, Hardness: "hard", Running: c.Running}
	if c.Soft {
		p.Hardness = "soft"
	}
	return addPeriod(s, client.Freezes, p, c.times)
}

type freezeList struct{ periodFilter }

// Run lists freezes.
func (c *freezeList) Run(s *Session) error { return c.list(s, client.Freezes) }

type freezeShow struct {
	Freeze string `arg:"" help:"Key or identifier."`
}

// Run shows a freeze.
func (c *freezeShow) Run(s *Session) error { return showPeriod(s, client.Freezes, c.Freeze) }

type freezeSet struct {
	Freeze   string `arg:"" help:"Key or identifier."`
	times    `embed:""`
	Hardness *string `enum:"hard,soft" help:"hard closes, soft asks its owner."`
	Running  *string `enum:"finish,pause,abort" help:"What happens at its start to live runs."`
	Rev      int64   `help:"The version of the row that you read; the present one without it."`
}

// Run changes what was given and leaves the rest.
func (c *freezeSet) Run(s *Session) error {
	return setPeriod(s, client.Freezes, c.Freeze, c.Rev, c.times, func(p *client.PeriodSpec) {
		put(&p.Hardness, c.Hardness)
		put(&p.Running, c.Running)
	})
}

type freezeClose struct {
	Freeze string `arg:"" help:"Key or identifier."`
	Reason string `required:"" help:"Why; the record keeps it."`
	DryRun bool   `help:"Only show what it would do."`
}

// Run withdraws a freeze.
func (c *freezeClose) Run(s *Session) error {
	return closePeriod(s, client.Freezes, c.Freeze, c.Reason, c.DryRun)
}

type freezePermit struct {
	Freeze  string `arg:"" help:"Key or identifier."`
	Release string `arg:"" help:"Key of the release that may pass."`
	Reason  string `required:"" help:"Why; the record keeps it."`
	Until   string `placeholder:"T" help:"Up to when; as long as the freeze lasts without it."`
}

// Run lets a release pass.
func (c *freezePermit) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	var until time.Time
	if c.Until != "" {
		if until, err = s.instant("--until", c.Until, ""); err != nil {
			return err
		}
	}
	p, err := api.PermitFreeze(s.Context(), c.Freeze, c.Release, c.Reason, until)
	if err != nil {
		return err
	}
	return s.Say(p, "%s may pass the freeze %s.", c.Release, c.Freeze)
}

type freezePermits struct {
	Freeze string `arg:"" help:"Key or identifier."`
}

// Run lists permits.
func (c *freezePermits) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	p, err := api.Permits(s.Context(), c.Freeze)
	if err != nil {
		return err
	}
	return s.Print(p.Items, func() *Table {
		t := &Table{Heads: []string{"ID", "RELEASE", "STATE", "BY", "REASON"}, Empty: "No release may pass it."}
		for _, x := range p.Items {
			state := "stands"
			if x.WithdrawnAt != nil {
				state = "withdrawn"
			}
			t.Add(x.ID, x.ReleaseKey, state, x.ByName, x.Reason)
		}
		return t
	})
}

type freezeUnpermit struct {
	Freeze string `arg:"" help:"Key or identifier."`
	Permit string `arg:"" help:"Identifier of the permit."`
}

// Run takes a permit back.
func (c *freezeUnpermit) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	p, err := api.WithdrawPermit(s.Context(), c.Freeze, c.Permit)
	if err != nil {
		return err
	}
	return s.Say(p, "%s may no longer pass the freeze %s.", p.ReleaseKey, c.Freeze)
}
