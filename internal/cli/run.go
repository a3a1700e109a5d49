package cli

import (
	"cmp"
	"fmt"
	"net/url"
	"time"

	"slipway/client"
)

type runCommand struct {
	Start    runStart    `cmd:"" help:"Start the live run of a release, or a rehearsal."`
	List     runList     `cmd:"" help:"List runs."`
	Show     runShow     `cmd:"" help:"Show a run."`
	Watch    runWatch    `cmd:"" help:"Follow a run to its end; exit 0 if it succeeded, 3 otherwise."`
	Log      runLog      `cmd:"" help:"Print the log of a run."`
	Confirm  runConfirm  `cmd:"" help:"Confirm a step: go, done, or it took effect."`
	Refuse   runRefuse   `cmd:"" help:"Refuse a step, with a reason; it has failed."`
	Pause    runPause    `cmd:"" help:"Pause a run: nothing new starts."`
	Resume   runResume   `cmd:"" help:"Resume a paused run."`
	Retry    runRetry    `cmd:"" help:"Retry a step."`
	Skip     runSkip     `cmd:"" help:"Skip a step, with a reason."`
	Stop     runStop     `cmd:"" help:"Stop the attempt of a step, with a reason."`
	Abort    runAbort    `cmd:"" help:"Abort a run where it is; nothing is undone."`
	Rollback runRollback `cmd:"" help:"Roll a run back."`
	Explain  runExplain  `cmd:"" help:"Say afterwards why a run was rolled back."`
	Assign   runAssign   `cmd:"" help:"Hand a step to a person."`
	Comment  runComment  `cmd:"" help:"Comment on a run or a step."`
}

type runStart struct {
	Key         string            `arg:"" help:"Key of the release."`
	Rehearsal   bool              `help:"Rehearse: pass no gate, and leave the release where it is."`
	Override    string            `placeholder:"REASON" help:"Start although the release is not cleared; recorded, and needs the right to it."`
	Environment string            `placeholder:"E" help:"Where a rehearsal takes place; its deployments are recorded there alone."`
	Param       map[string]string `placeholder:"NAME=VALUE" help:"A parameter of a rehearsal that differs from the release's."`
}

// Run starts it.
func (c *runStart) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	r, err := api.StartRun(s.ctx, c.Key, client.NewRun{Rehearsal: c.Rehearsal, Override: c.Override, Environment: c.Environment, Parameters: c.Param})
	if err != nil {
		return err
	}
	return s.Say(r.Brief(), "Run %d of %s started: %s", r.Number, r.Release, r.ID)
}

type runList struct {
	Release string `help:"Only runs of this release."`
	Mode    string `enum:"live,rehearsal," default:"" help:"Only live runs, or only rehearsals."`
	Open    bool   `help:"Only runs that have not ended."`
	Limit   int    `default:"50" help:"How many at most; 0 for all."`
}

// Run lists them.
func (c *runList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	q := url.Values{}
	if c.Mode != "" {
		q.Set("mode", c.Mode)
	}
	if c.Open {
		q.Set("open", "true")
	}
	path := client.Path("runs")
	if c.Release != "" {
		path = client.Path("releases", c.Release, "runs")
	}
	rs, err := client.List[client.RunListed](s.ctx, api, path, q, c.Limit)
	if err != nil {
		return err
	}
	return s.Print(rs, func() *Table {
		t := &Table{Heads: []string{"RUN", "RELEASE", "NR", "MODE", "STATE", "RUNBOOK", "STARTED", "FINISHED"}, Empty: "No runs. Start one with slipway run start KEY."}
		for _, r := range rs {
			t.Add(r.ID, r.Release, r.Number, r.Mode, r.State, fmt.Sprintf("%s v%d", r.Runbook, r.Version), clockOf(r.StartedAt), clockOf(r.FinishedAt))
		}
		return t
	})
}

func clockOf(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}

type runShow struct {
	ID string `arg:"" name:"run" help:"The run, or the key of a release for its newest run."`
}

// Run shows it.
func (c *runShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	r, err := api.Run(s.ctx, c.ID)
	if err != nil {
		return err
	}
	return s.showRun(r)
}

func (s *Session) showRun(r client.Run) error {
	if s.JSON() {
		return s.Print(r.Brief(), nil)
	}
	state := r.State
	if r.RollingBack {
		state = "rolling back"
	}
	fmt.Fprintf(s.Out(), "%s, run %d (%s): %s", plain(r.Release), r.Number, r.Mode, state)
	if r.Ended() {
		fmt.Fprintf(s.Out(), " at %s\n", clockOf(r.FinishedAt))
	} else {
		fmt.Fprintf(s.Out(), ", forecast end %s\n", clockOf(r.ForecastEnd))
	}
	if r.Reason != "" {
		fmt.Fprintf(s.Out(), "Reason: %s\n", plain(r.Reason))
	}
	if r.RolledBack != "" {
		fmt.Fprintf(s.Out(), "Rolled back because: %s\n", plain(r.RolledBack))
	}
	for _, a := range r.Attention {
		fmt.Fprintf(s.Out(), "! %s: %s %s\n", plain(a.Step), plain(a.Text), plain(a.Next))
	}
	if r.Alarm != "" {
		fmt.Fprintf(s.Out(), "! %s\n", plain(r.Alarm))
	}
	return s.Print(nil, func() *Table {
		t := &Table{Heads: []string{"STEP", "NAME", "STATE", "TRY", "OWNER", "STARTED", "FINISHED", "NOTE"}}
		for _, x := range r.Steps {
			note := x.Reason
			if x.Question != "" {
				note = map[string]string{"go": "needs a go", "done": "waits to be confirmed", "outcome": "did it take effect?"}[x.Question]
			}
			t.Add(x.ID, x.Name, x.State, x.Attempt, x.Owner, clockOf(x.StartedAt), clockOf(x.FinishedAt), note)
		}
		return t
	})
}

type runWatch struct {
	runShow
	Logs bool `help:"Print the log too."`
}

// Run follows it.
func (c *runWatch) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	seen := map[string]string{}
	var after int64
	for rev := int64(0); ; {
		r, err := api.AwaitRun(s.ctx, c.ID, rev)
		if err != nil {
			return err
		}
		c.ID, rev = r.ID, r.Rev
		if !s.JSON() {
			for _, x := range r.Steps {
				now := x.State
				if x.Question != "" {
					now += " (" + x.Question + ")"
				}
				if x.Reason != "" {
					now += ": " + x.Reason
				}
				if seen[x.ID] != now && x.State != "waiting" {
					fmt.Fprintf(s.Out(), "%s  %s\n", plain(x.ID), plain(now))
				}
				seen[x.ID] = now
			}
		}
		if c.Logs && !s.JSON() {
			if after, err = s.printLog(api, c.ID, "", after, 0); err != nil {
				return err
			}
		}
		if !r.Ended() {
			continue
		}
		if s.JSON() {
			err = s.Print(r.Brief(), nil)
		} else {
			_, err = fmt.Fprintf(s.Out(), "%s: run %d %s\n", plain(r.Release), r.Number, r.State)
		}
		if err == nil && r.State != "succeeded" {
			return &No{cmp.Or(r.RolledBack, r.Reason)}
		}
		return err
	}
}

// printLog prints what a log holds behind an offset and returns how far it came.
func (s *Session) printLog(api *client.Client, run, step string, after int64, wait int) (int64, error) {
	for {
		p, err := api.RunLog(s.ctx, run, step, after, wait)
		if err != nil {
			return after, err
		}
		for _, x := range p.Items {
			for _, line := range lines(x.Text) {
				fmt.Fprintf(s.Out(), "%s %-20s %s\n", x.At.UTC().Format("15:04:05"), plain(x.Step), plain(line))
			}
		}
		after = p.After
		if len(p.Items) == 0 && (wait == 0 || p.Ended) {
			return after, nil
		}
	}
}

type runLog struct {
	runShow
	Step   string `arg:"" optional:"" help:"Only this step."`
	Follow bool   `short:"f" help:"Wait for more until the run has ended."`
}

// Run prints it.
func (c *runLog) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	if s.JSON() {
		items := []client.LogChunk{}
		for after := int64(0); ; {
			p, err := api.RunLog(s.ctx, c.ID, c.Step, after, 0)
			if err != nil {
				return err
			}
			items, after = append(items, p.Items...), p.After
			if len(p.Items) == 0 {
				return s.Print(items, nil)
			}
		}
	}
	wait := 0
	if c.Follow {
		wait = 25
	}
	_, err = s.printLog(api, c.ID, c.Step, 0, wait)
	return err
}
