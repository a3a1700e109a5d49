package cli

import (
	"strings"

	"slipway/client"
)

func lines(text string) []string { return strings.Split(strings.TrimRight(text, "\n"), "\n") }

// onRun is a verb on a run.
type onRun struct {
	runShow
	Reason string `help:"Why, as the record will say."`
}

// onStep is a verb on a step of a run.
type onStep struct {
	runShow
	Step   string `arg:"" help:"Key of the step."`
	Reason string `help:"Why, as the record will say."`
}

func (c *onRun) do(s *Session, verb string, in client.Word) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in.Reason = c.Reason
	r, err := api.RunVerb(s.ctx, c.ID, verb, in)
	if err != nil {
		return err
	}
	state := r.State
	if r.RollingBack {
		state = "rolling back"
	}
	return s.Say(r.Brief(), "%s, run %d: %s", r.Release, r.Number, state)
}

func (c *onStep) do(s *Session, verb string) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	r, err := api.StepVerb(s.ctx, c.ID, c.Step, verb, client.Word{Reason: c.Reason})
	if err != nil {
		return err
	}
	return s.sayStep(r, c.Step)
}

func (s *Session) sayStep(r client.Run, step string) error {
	for _, x := range r.Steps {
		if x.ID == step {
			return s.Say(r.Brief(), "%s: %s", x.Name, x.State)
		}
	}
	return s.Say(r.Brief(), "%s, run %d: %s", r.Release, r.Number, r.State)
}

type (
	runConfirm struct{ onStep }
	runRefuse  struct{ onStep }
	runRetry   struct{ onStep }
	runSkip    struct{ onStep }
	runStop    struct{ onStep }
	runPause   struct{ onRun }
	runResume  struct{ onRun }
	runAbort   struct{ onRun }
)

// Run confirms the step.
func (c *runConfirm) Run(s *Session) error { return c.do(s, "confirm") }

// Run refuses the step.
func (c *runRefuse) Run(s *Session) error { return c.do(s, "refuse") }

// Run retries the step.
func (c *runRetry) Run(s *Session) error { return c.do(s, "retry") }

// Run skips the step.
func (c *runSkip) Run(s *Session) error { return c.do(s, "skip") }

// Run stops the attempt of the step.
func (c *runStop) Run(s *Session) error { return c.do(s, "stop") }

// Run pauses the run.
func (c *runPause) Run(s *Session) error { return c.do(s, "pause", client.Word{}) }

// Run resumes the run.
func (c *runResume) Run(s *Session) error { return c.do(s, "resume", client.Word{}) }

// Run aborts the run.
func (c *runAbort) Run(s *Session) error { return c.do(s, "abort", client.Word{}) }

type runRollback struct {
	onRun
	PastNoReturn bool `name:"past-no-return" help:"I know that a point of no return has begun."`
}

// Run rolls the run back.
func (c *runRollback) Run(s *Session) error {
	return c.do(s, "rollback", client.Word{PastNoReturn: c.PastNoReturn})
}

type runExplain struct {
	runShow
	Reason string `required:"" help:"Why, as the record will say."`
}

// Run gives the reason of a roll back afterwards.
func (c *runExplain) Run(s *Session) error {
	return (&onRun{c.runShow, c.Reason}).do(s, "reason", client.Word{})
}

type runAssign struct {
	runShow
	Step   string `arg:"" help:"Key of the step."`
	Person string `arg:"" optional:"" help:"Key of the person; nobody takes it back."`
}

// Run hands the step over.
func (c *runAssign) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	r, err := api.AssignStep(s.ctx, c.ID, c.Step, c.Person)
	if err != nil {
		return err
	}
	return s.sayStep(r, c.Step)
}

type runComment struct {
	runShow
	Text string `arg:"" help:"What to say."`
	Step string `help:"The step it is about."`
}

// Run adds the comment.
func (c *runComment) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	if err := api.CommentRun(s.ctx, c.ID, c.Step, c.Text); err != nil {
		return err
	}
	return s.Say(struct{}{}, "Said.")
}
