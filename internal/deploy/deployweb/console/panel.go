package console

import (
	"strings"
	"time"

	"slipway/internal/deploy"
	"slipway/internal/deploy/deployweb/desk"
	"slipway/internal/deploy/runbook"
	"slipway/internal/plan"
	"slipway/internal/platform/ui"
)

// offer is one thing that a person can do to a step, or why they cannot.
type offer struct {
	verb     string // of the address
	text     string
	icon     string
	kind     string // of the button
	about    string // what it does, above the reason
	reason   string // label of the reason; "" asks for none
	optional bool   // the reason may stay empty
	dialog   bool   // guarded: the name is typed in a dialog of its own
	why      string // not available
}

// offers are what can be done to the opened step as it stands, the expected one first.
func (c *console) offers(s deploy.StepView) []offer {
	if c.State.Ended() || s.BackOut != c.Course.RollingBack {
		return nil
	}
	n := c.number(s.Key)
	skip := offer{verb: "skip", text: "Skip step " + n, about: "It counts as done without being done, and what needs it goes on.", reason: "Why it is skipped", why: c.rights.operate}
	retry := offer{verb: "retry", text: "Try again", icon: "rotate-cw", kind: "primary", why: c.rights.operate}
	switch s.State {
	case runbook.StepAwaiting:
		return c.asked(s, skip)
	case runbook.StepUnknown:
		if s.Checking {
			return []offer{{verb: "retry", text: "Try again", icon: "rotate-cw", why: "the check of the outcome is under way."}}
		}
		why := c.cannot(s)
		retry.kind = ""
		return []offer{
			{verb: "confirm", text: "It took effect", icon: "check", kind: "go", why: why},
			{verb: "refuse", text: "It did not", about: "The step has failed; it can be tried again then.", reason: "What you saw", why: why}, retry, skip,
		}
	case runbook.StepFailed:
		return []offer{retry, skip}
	case runbook.StepRunning:
		if s.Def.Kind == runbook.Wait {
			return nil
		}
		o := offer{verb: "stop", text: "Stop step " + n, icon: "ban", about: "Its attempt is told to end. It has 30 seconds; a success in that time is a success, otherwise the step has failed.", reason: "Why it is stopped", why: c.rights.operate}
		if s.Stopping {
			o.why = "it is being stopped."
		}
		return []offer{o}
	case runbook.StepReady:
		if !s.Due.IsZero() {
			retry.text, retry.kind = "Try again now", ""
			return []offer{retry, skip}
		}
		return []offer{skip}
	case runbook.StepWaiting:
		out := []offer{skip}
		if desk.ByHand(s.Def) {
			out = []offer{{verb: "confirm", text: c.confirmText(s), icon: "check", kind: "go", why: c.waitsFor(s)}, skip}
		}
		return out
	}
	return nil
}

func (c *console) asked(s deploy.StepView, skip offer) []offer {
	yes := offer{verb: "confirm", text: c.confirmText(s), icon: "check", kind: "go", why: c.cannot(s)}
	no := offer{verb: "refuse", text: "Not right", icon: "hand", about: "The step has failed, and what needs it waits until somebody decides.", reason: "What is not right", why: yes.why}
	if s.Question == runbook.QuestionGo {
		yes.dialog, yes.kind, no.text = true, "danger", "No go"
	}
	return []offer{yes, no, skip}
}

func (c *console) confirmText(s deploy.StepView) string {
	if s.Def.PointOfNoReturn && s.Question != runbook.QuestionDone {
		return "Go past the point of no return"
	}
	return "Confirm step " + c.number(s.Key)
}

// cannot says why the viewer does not answer the step, as a reason.
func (c *console) cannot(s deploy.StepView) string {
	if a := c.answers[s.Key]; !a.may {
		if a.why == "" {
			return "this step is not yours."
		}
		return desk.Lower(a.why)
	}
	return ""
}

// waitsFor says which steps must be done before the step can be confirmed.
func (c *console) waitsFor(s deploy.StepView) string {
	var open []string
	for _, k := range s.Def.Needs {
		if x, ok := c.step(k); ok && !x.State.Done() {
			open = append(open, c.number(k))
		}
	}
	switch {
	case c.State == runbook.StatePaused:
		return "the run is on hold."
	case len(open) == 0:
		return "its turn has not come yet."
	case len(open) == 1:
		return "step " + open[0] + " is not done yet."
	}
	return "steps " + ui.List(open...) + " are not done yet."
}

// next is the step that the viewer is asked next: one that waits for them now, else the first of theirs to come.
func (c *console) next() (deploy.StepView, bool) {
	var later *deploy.StepView
	for i, s := range c.Steps {
		if s.Key == c.open || s.BackOut != c.Course.RollingBack || !desk.ByHand(s.Def) || !c.mine(s) {
			continue
		}
		if s.State == runbook.StepAwaiting {
			return s, true
		}
		if (s.State == runbook.StepWaiting || s.State == runbook.StepReady) && later == nil {
			later = &c.Steps[i]
		}
	}
	if later == nil || c.State.Ended() {
		return deploy.StepView{}, false
	}
	return *later, true
}

// does says in a line what a step does, as the runbook has it.
func does(s *runbook.Step) string {
	switch {
	case s.HTTP != nil:
		method := s.HTTP.Method
		if method == "" {
			method = "GET"
		}
		return method + " " + s.HTTP.URL
	case s.Command != nil:
		return strings.Join(s.Command.Argv, " ")
	case s.Kind == runbook.Wait:
		return "waits " + ui.Duration(s.Wait)
	case s.Notify != nil:
		return s.Notify.Text
	case s.Record != nil:
		return s.Record.Service + " " + s.Record.Version + " in " + s.Record.Environment
	}
	return ""
}

// said are facts of the opened step beyond its head.
func (c *console) said(s deploy.StepView) []ui.Fact {
	var out []ui.Fact
	add := func(k, v string) {
		if v != "" {
			out = append(out, ui.Fact{Key: k, Value: v})
		}
	}
	if d := does(s.Def); d != "" {
		out = append(out, ui.Fact{Key: "Does", Body: ui.Mono(d)})
	}
	var needs []string
	for _, k := range s.Def.Needs {
		if n := c.number(k); n != "" {
			needs = append(needs, n)
		}
	}
	switch len(needs) {
	case 0:
	case 1:
		add("Needs", "step "+needs[0])
	default:
		add("Needs", "steps "+ui.List(needs...))
	}
	if s.Def.When != "" {
		out = append(out, ui.Fact{Key: "Only if", Body: ui.Mono(s.Def.When)})
	}
	if s.Attempt > 1 {
		add("Attempts", ui.Number(s.Attempt))
	}
	if !s.Due.IsZero() && s.State == runbook.StepReady {
		add("Next try", c.Clock(s.Due))
	}
	if s.Times.Runs > 0 {
		add("Earlier", "P50 "+desk.Takes(s.Times.P50)+", P90 "+desk.Takes(s.Times.P90)+", from "+ui.Plural(s.Times.Runs, "run", "runs"))
	}
	switch b := s.Def.BackOut; {
	case s.BackOut:
	case b == runbook.FixForward:
		add("Back-out", "cannot be undone: fix forward")
	case b != "":
		add("Back-out", c.backTitle(b))
	}
	if s.Plan.BackOut > 0 && !s.State.Done() && !s.BackOut {
		fits := "fits the window"
		if !s.Plan.Fits {
			fits = "no longer fits the window"
		}
		add("Way back after it", desk.Takes(s.Plan.BackOut)+", "+fits)
	}
	return out
}

func (c *console) backTitle(key string) string {
	for i, b := range c.Book.BackOut.Steps {
		if b.Key == key {
			return desk.Number(i, true) + " " + b.Title()
		}
	}
	return key
}

// rollback is what the dialog of a roll back tells.
type rollback struct {
	why   string // not available
	time  string
	stops []deploy.StepView // in flight now
	runs  int               // steps of the back-out
	lost  string            // the point of no return that has begun
}

func (c *console) rollback() rollback {
	b := rollback{why: c.rights.rollback, time: desk.Takes(c.Forecast.BackOut), runs: len(c.Book.BackOut.Steps)}
	switch {
	case c.RollingBack():
		b.why = "the roll back is under way."
	case c.State == runbook.StateRolledBack:
		b.why = "it was rolled back."
	case b.runs == 0:
		b.why = "the runbook has no back-out steps."
	}
	for _, s := range c.Steps {
		if s.State == runbook.StepRunning && !s.BackOut {
			b.stops = append(b.stops, s)
		}
	}
	if s, begun, _ := c.noReturn(); begun {
		b.lost = s.Def.Title()
	}
	return b
}

// settled reports whether the run has brought its release to verified, so that a roll back needs its reason at once.
func (c *console) settled() bool {
	return c.State == runbook.StateSucceeded && c.Mode == deploy.Live && c.release.State == plan.Verified
}

func (c *console) abortWhy() string {
	switch {
	case c.State.Ended():
		return "the run has ended."
	case c.Course.Aborting:
		return "it is being aborted."
	}
	return c.rights.abort
}

// pastDeadline reports whether a go needs a reason since the way back no longer fits.
func (c *console) pastDeadline() bool {
	d := c.Forecast.BackOutDeadline
	return c.Mode == deploy.Live && !d.IsZero() && c.Look.Now.After(d)
}

func (c *console) late(s deploy.StepView) bool { return s.Plan.Overdue >= time.Minute }
