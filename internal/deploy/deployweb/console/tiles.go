package console

import (
	"strconv"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/deploy"
	"slipway/internal/deploy/deployweb/desk"
	"slipway/internal/deploy/runbook"
	"slipway/internal/id"
	"slipway/internal/platform/ui"
)

// tile is one number of the strip under the head.
type tile struct {
	label, value, unit, note string
	state                    ui.State // of the note
	up                       string   // instant from which the value ticks
	hero                     bool
}

func (c *console) tiles() []tile {
	return []tile{c.elapsed(), c.against(), c.finish(), c.windowTile(), c.wayBack(), c.steps()}
}

func (c *console) elapsed() tile {
	t := tile{label: "Elapsed", hero: true, note: "started " + c.Near(c.StartedAt.Std())}
	if c.State.Ended() {
		t.label, t.value, t.note = "Took", desk.Takes(c.FinishedAt.Sub(c.StartedAt)), c.Near(c.StartedAt.Std())+" to "+c.Clock(c.FinishedAt.Std())
		return t
	}
	t.value, t.up = ui.TMinusSeconds(c.StartedAt.Std(), c.Look.Now), c.StartedAt.Std().UTC().Format(time.RFC3339)
	return t
}

func (c *console) against() tile {
	d := c.Forecast.Late.Round(time.Minute)
	t := tile{label: "Against plan", value: strconv.Itoa(int(d / time.Minute)), unit: "min", note: "on plan", state: ui.Go}
	switch {
	case d > 0:
		t.value, t.note, t.state = "+"+t.value, "behind plan", ui.Hold
	case d < 0:
		t.value, t.note = ui.Number(int(d/time.Minute)), "ahead of plan"
	}
	return t
}

func (c *console) finish() tile {
	t := tile{label: "Finish", value: c.Clock(c.Forecast.End), note: "planned " + c.Clock(c.Forecast.PlannedEnd)}
	switch {
	case c.State.Ended():
		t.label = "Finished"
	case c.RollingBack():
		t.label = "Way back ends"
	case c.State == runbook.StatePaused:
		t.note = "if it went on now, " + t.note
	}
	return t
}

func (c *console) windowTile() tile {
	end := c.Given.WindowEnd.Std()
	switch {
	case c.Given.WindowEnd.IsZero() && c.Mode != "live":
		return tile{label: "Window", value: "None", note: "no window binds a rehearsal"}
	case c.Given.WindowEnd.IsZero():
		return tile{label: "Window", value: "None", note: "the release has no window"}
	}
	spare := end.Sub(c.Forecast.End).Round(time.Minute)
	t := tile{label: "Window closes " + c.Clock(end), value: ui.Number(int(spare / time.Minute)), unit: "min spare"}
	if spare >= 2*time.Hour {
		t.value, t.unit = ui.Duration(spare), "spare"
	}
	switch {
	case spare < 0:
		t.value, t.unit = ui.Duration(-spare), "over"
		t.note, t.state = "ends after the window", ui.NoGo
	case c.State.Ended():
		t.note = "ended inside the window"
	default:
		t.note = "at the forecast finish"
	}
	return t
}

func (c *console) wayBack() tile {
	t := tile{label: "Way back", value: desk.Takes(c.Forecast.BackOut)}
	s, begun, found := c.noReturn()
	switch {
	case c.RollingBack():
		t.value, t.note, t.state = desk.Takes(c.Forecast.End.Sub(c.Look.Now)), "left of it", ui.Hold
	case len(c.Book.BackOut.Steps) == 0:
		t.value, t.note = "None", "the runbook has no back-out steps"
	case c.State == runbook.StateRolledBack:
		t.value, t.note = "Taken", "all of it was taken back"
	case begun:
		t.note, t.state = "point of no return passed "+c.Clock(s.StartedAt), ui.Hold
	case c.State.Ended():
		t.note = "still possible"
	default:
		until := c.Forecast.BackOutDeadline
		if found && (until.IsZero() || s.Plan.Start.Before(until)) {
			until = s.Plan.Start
		}
		t.note = "full roll back at any time"
		if !until.IsZero() {
			t.note = "full roll back until " + c.Clock(until)
			if until.Before(c.Look.Now) {
				t.note, t.state = "no longer fits the window since "+c.Clock(until), ui.NoGo
			}
		}
	}
	return t
}

func (c *console) steps() tile {
	n := desk.Count(c.Steps, c.Course.RollingBack)
	t := tile{label: "Steps", value: strconv.Itoa(n.Done), unit: "of " + strconv.Itoa(n.Total), note: strconv.Itoa(n.Running) + " in progress, " + strconv.Itoa(n.Left) + " to come"}
	switch {
	case n.Failed > 0:
		t.note, t.state = ui.Plural(n.Failed, "needs", "need")+" a decision", ui.NoGo
	case n.Done == n.Total:
		t.note, t.state = "all done", ui.Go
	case c.State.Ended():
		t.note = strconv.Itoa(n.Total-n.Done) + " not done"
	}
	return t
}

// told is what stands above everything: the end of the run, or what it waits for.
type told struct {
	state      ui.State
	lead, text string
	href, link string
	alert      bool
}

// ended is the banner of a run that is over.
func (c *console) ended() (told, bool) {
	n := desk.Count(c.Steps, c.Course.RollingBack)
	why, reason := "", c.Course.Reason
	if c.State == runbook.StateRolledBack {
		reason = c.Course.RollbackReason
	}
	if reason != "" {
		why = " Reason: " + reason
	}
	what, it := c.ReleaseName, "The run"
	if c.Mode != "live" {
		what, it = "The rehearsal of "+c.ReleaseName, "The rehearsal"
	}
	switch c.State {
	case runbook.StateSucceeded:
		return told{state: ui.Go, lead: it + " succeeded.", text: n.Words() + " in " + desk.Takes(c.FinishedAt.Sub(c.StartedAt)) + ", " + desk.OffWords(c.Forecast.Late) + ". Ended " + c.Near(c.FinishedAt.Std()) + "."}, true
	case runbook.StateRolledBack:
		return told{state: ui.NoGo, lead: what + " was rolled back.", text: "The way back took " + desk.Takes(c.FinishedAt.Std().Sub(c.Course.RollbackAt)) + " and ended " + c.Near(c.FinishedAt.Std()) + "." + why}, true
	case runbook.StateAborted:
		return told{state: ui.NoGo, lead: it + " was aborted.", text: n.Words() + ". Nothing was undone; a roll back is still possible." + why}, true
	case runbook.StateFailed:
		return told{state: ui.NoGo, lead: "The roll back was aborted.", text: "It is neither forward nor back: " + n.Words() + " of the way back. Roll back again to go on with what is left." + why}, true
	}
	return told{}, false
}

// news are what the run tells or waits for, the gravest first: what must be heard at once, and the rest.
func (c *console) news() (alerts, others []told) {
	var out []told
	if t, ok := c.ended(); ok {
		out = append(out, t)
	}
	for _, a := range c.Attentions {
		t := told{state: ui.NoGo, lead: "Step " + c.number(a.Step) + " needs a decision.", text: a.Text + " " + a.Next, alert: true}
		if a.Code == "step.unknown" {
			t.state = ui.Hold
		}
		if a.Step != c.open {
			t.href, t.link = c.href(a.Step), "Open step "+c.number(a.Step)
		}
		out = append(out, t)
	}
	if c.Alarm != "" {
		out = append(out, told{state: ui.Hold, lead: "The way back is running out.", text: c.Alarm, alert: true})
	}
	if c.Course.Aborting {
		out = append(out, told{state: ui.Hold, lead: "Aborting.", text: "What is in flight is told to stop; the run ends when it has, in 30 seconds at most.", alert: true})
	}
	if c.RollingBack() {
		out = append(out, told{state: ui.Hold, lead: "Rolling back since " + c.Clock(c.Course.RollbackAt) + ".", text: c.rollbackText(), alert: true})
	}
	if c.State == runbook.StatePaused {
		text := "What was in flight finishes; nothing new starts."
		if c.Course.Reason != "" {
			text += " Reason: " + c.Course.Reason
		}
		out = append(out, told{state: ui.Hold, lead: "On hold.", text: text})
	}
	for _, h := range c.Heeded {
		if t, ok := c.frozen(h); ok {
			out = append(out, t)
		}
	}
	for _, s := range c.Steps {
		if s.State == runbook.StepAwaiting && s.BackOut == c.Course.RollingBack {
			out = append(out, c.waits(s))
		}
	}
	if spare := c.Given.WindowEnd.Std().Sub(c.Forecast.End); !c.Given.WindowEnd.IsZero() && !c.State.Ended() && spare < 0 {
		out = append(out, told{state: ui.Hold, lead: "Late.", text: "At this pace the run ends " + desk.Takes(-spare) + " after the window closes."})
	}
	for _, t := range out {
		if t.alert {
			alerts = append(alerts, t)
		} else {
			others = append(others, t)
		}
	}
	return alerts, others
}

// frozen tells of a freeze that began while the run was live. One that paused or aborted it stands as the reason of that.
func (c *console) frozen(h deploy.Heeded) (told, bool) {
	if c.State.Ended() || h.Did == calendar.Pause && c.State == runbook.StatePaused || h.Did == calendar.Abort {
		return told{}, false
	}
	text := "It says that runs under way go on to their end."
	if h.Did == calendar.Pause {
		text = "It paused this run, which was resumed."
	}
	return told{state: ui.Hold, lead: "The freeze " + h.Name + " has begun at " + c.Clock(h.Since.Std()) + ".", text: text, href: "/calendar/freezes/" + h.Key, link: "Open the freeze"}, true
}

// waits tells of a step that waits for a person.
func (c *console) waits(s deploy.StepView) told {
	person, who := c.owner(s)
	if person == nil {
		who = "the role " + who
	}
	if c.answers[s.Key].may && (s.Assigned == "" || s.Assigned == c.Me) {
		who = "you"
	}
	t := told{state: ui.Live, lead: "Step " + c.number(s.Key) + " waits for " + who + ".", text: s.Def.Title() + ", asked " + c.Clock(s.StartedAt) + "."}
	if s.Plan.Overdue >= time.Minute {
		t.state, t.text = ui.Hold, t.text+" "+desk.Takes(s.Plan.Overdue)+" past its plan."
	}
	if s.Key != c.open {
		t.href, t.link = c.href(s.Key), "Open step "+c.number(s.Key)
	}
	return t
}

func (c *console) rollbackText() string {
	who := "Slipway began it, as the runbook says for a failed verification."
	if c.Course.RollbackBy != "" {
		who = c.people.Of(id.Person(c.Course.RollbackBy)).Name + " asked for it."
	}
	if c.Course.RollbackReason != "" {
		return who + " Reason: " + c.Course.RollbackReason
	}
	return who
}
