package cli

import "time"

type phaseCommand struct {
	List  phaseList  `cmd:"" help:"List the phases of a release, planned against actual."`
	Set   phaseSet   `cmd:"" help:"Change how a phase is planned."`
	Enter phaseEnter `cmd:"" help:"Say that a phase has begun."`
	Leave phaseLeave `cmd:"" help:"Say that a phase has ended."`
}

// passing names a phase and when it was passed.
type passing struct {
	part `embed:""`
	At   string `placeholder:"T" help:"When; now without it."`
	Zone string `placeholder:"ZONE" help:"Zone of local times; SLIPWAY_ZONE or that of your profile without it."`
}

func (c passing) pass(s *Session, verb, done string) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	var at time.Time
	if c.At != "" {
		if at, err = s.instant("--at", c.At, c.Zone); err != nil {
			return err
		}
	}
	p, err := api.PassPhase(s.Context(), c.Release, c.Key, verb, at)
	if err != nil {
		return err
	}
	return s.Say(p, "%s has %s.", p.Name, done)
}

type phaseEnter struct {
	passing `embed:""`
}

// Run says that a phase has begun.
func (c *phaseEnter) Run(s *Session) error { return c.pass(s, "enter", "begun") }

type phaseLeave struct {
	passing `embed:""`
}

// Run says that a phase has ended.
func (c *phaseLeave) Run(s *Session) error { return c.pass(s, "leave", "ended") }
