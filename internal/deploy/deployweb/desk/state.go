package desk

import (
	"strconv"
	"time"

	"slipway/internal/deploy"
	"slipway/internal/deploy/runbook"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/draw"
)

// RunState gives a run its shape and its word.
func RunState(r deploy.Run) (ui.State, string) {
	switch r.State {
	case runbook.StateSucceeded:
		return ui.Go, "Succeeded"
	case runbook.StateRolledBack:
		return ui.NoGo, "Rolled back"
	case runbook.StateFailed:
		return ui.NoGo, "Failed on the way back"
	case runbook.StateAborted:
		return ui.NoGo, "Aborted"
	case runbook.StatePaused:
		return ui.Hold, "On hold"
	}
	switch {
	case r.RollingBack():
		return ui.Hold, "Rolling back"
	case r.Course.Aborting:
		return ui.Hold, "Aborting"
	}
	return ui.Live, "Running"
}

// StepState gives a step its shape and its word.
func StepState(s runbook.StepRun) (ui.State, string) {
	switch s.State {
	case runbook.StepSucceeded:
		return ui.Go, "Done"
	case runbook.StepFailed:
		return ui.NoGo, "Failed"
	case runbook.StepUnknown:
		if s.Checking {
			return ui.Hold, "Outcome is being checked"
		}
		return ui.Hold, "Outcome unknown"
	case runbook.StepSkipped:
		return ui.Skip, "Skipped"
	case runbook.StepCancelled:
		return ui.Skip, "Cancelled"
	case runbook.StepRunning:
		if s.Stopping {
			return ui.Live, "Stopping"
		}
		return ui.Live, "Running"
	case runbook.StepAwaiting:
		return ui.Live, "Waits for a person"
	case runbook.StepReady:
		if s.Failures > 0 {
			return ui.Wait, "Tries again"
		}
		return ui.Wait, "Ready"
	}
	return ui.Wait, "To come"
}

// Drawn is the state of a step as the lanes know it.
func Drawn(s runbook.StepRun) draw.Status {
	switch st, _ := StepState(s); st {
	case ui.Go:
		return draw.Done
	case ui.NoGo:
		return draw.Failed
	case ui.Hold:
		return draw.Held
	case ui.Skip:
		return draw.Skipped
	case ui.Live:
		return draw.Running
	}
	return draw.ToCome
}

// Number is what a step is called by: its place in the file, B and its place for those of the back-out.
func Number(i int, back bool) string {
	if back {
		return "B" + strconv.Itoa(i+1)
	}
	return strconv.Itoa(i + 1)
}

// ByHand reports whether a step needs a person when all goes well.
func ByHand(s *runbook.Step) bool { return s.Kind == runbook.Manual || s.PointOfNoReturn }

// KindWords say how a step is done.
var KindWords = map[runbook.Kind]string{
	runbook.Manual: "by hand", runbook.HTTP: "automatic, HTTP call", runbook.Command: "automatic, command", runbook.Wait: "waits",
	runbook.Notify: "automatic, notice", runbook.Record: "automatic, records a deployment",
}

// Takes writes a duration for people: nothing for none, "under a minute" for less than one.
func Takes(d time.Duration) string {
	switch {
	case d <= 0:
		return "0 min"
	case d < time.Minute:
		return "under a minute"
	}
	return ui.Duration(d.Round(time.Minute))
}

// Counted is how the steps of one graph stand.
type Counted struct{ Total, Done, Running, Failed, Left int }

// Count counts the steps of the runbook, or with back those of the back-out.
func Count(steps []deploy.StepView, back bool) Counted {
	var c Counted
	for _, s := range steps {
		if s.BackOut != back {
			continue
		}
		c.Total++
		switch s.State {
		case runbook.StepSucceeded, runbook.StepSkipped:
			c.Done++
		case runbook.StepRunning, runbook.StepAwaiting:
			c.Running++
		case runbook.StepFailed, runbook.StepUnknown:
			c.Failed++
		default:
			c.Left++
		}
	}
	return c
}

// Words says the count: "8 of 18 done".
func (c Counted) Words() string {
	return strconv.Itoa(c.Done) + " of " + strconv.Itoa(c.Total) + " done"
}
