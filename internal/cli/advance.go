package cli

type releasePlan struct {
	Key string `arg:"" help:"Key of the release."`
}

// Run plans a release.
func (c *releasePlan) Run(s *Session) error { return s.advance(c.Key, "plan", "") }

type releaseActivate struct {
	Key string `arg:"" help:"Key of the release."`
}

// Run activates a release.
func (c *releaseActivate) Run(s *Session) error { return s.advance(c.Key, "activate", "") }

type releaseResume struct {
	Key string `arg:"" help:"Key of the release."`
}

// Run resumes a release.
func (c *releaseResume) Run(s *Session) error { return s.advance(c.Key, "resume", "") }

type releaseHold struct {
	Key    string `arg:"" help:"Key of the release."`
	Reason string `default:"No reason was given." placeholder:"T" help:"Why, as the record will say."`
}

// Run puts a release on hold.
func (c *releaseHold) Run(s *Session) error { return s.advance(c.Key, "hold", c.Reason) }

type releaseCancel struct {
	Key    string `arg:"" help:"Key of the release."`
	Reason string `default:"No reason was given." placeholder:"T" help:"Why, as the record will say."`
}

// Run cancels a release.
func (c *releaseCancel) Run(s *Session) error { return s.advance(c.Key, "cancel", c.Reason) }

type releaseVerify struct {
	Key    string `arg:"" help:"Key of the release."`
	Reason string `help:"How it was verified."`
}

// Run says that a release works.
func (c *releaseVerify) Run(s *Session) error { return s.advance(c.Key, "verify", c.Reason) }

type releaseClose struct {
	Key    string `arg:"" help:"Key of the release."`
	Reason string `help:"What is to be said at the end."`
}

// Run closes a release.
func (c *releaseClose) Run(s *Session) error { return s.advance(c.Key, "close", c.Reason) }

func (s *Session) advance(key, verb, reason string) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	r, err := api.AdvanceRelease(s.Context(), key, verb, reason)
	if err != nil {
		return err
	}
	return s.Say(r, "%s is %s.", r.Key, words(r.State))
}
