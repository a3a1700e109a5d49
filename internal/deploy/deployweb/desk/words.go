package desk

import (
	"strconv"
	"strings"
	"time"

	"slipway/internal/deploy"
	"slipway/internal/deploy/runbook"
	"slipway/internal/platform/ui"
)

// Took is how long a run took, or that it goes on.
func Took(r deploy.Run) string {
	if !r.State.Ended() {
		return "in progress"
	}
	return Takes(r.FinishedAt.Sub(r.StartedAt))
}

// DoneOf counts what is done of the steps that a run stores.
func DoneOf(r deploy.Run) string {
	n := 0
	for _, s := range r.Course.Steps {
		if s.State == runbook.StepSucceeded {
			n++
		}
	}
	return ui.Plural(n, "step done", "steps done")
}

// ModeWord is the word for the mode of a run.
func ModeWord(m deploy.Mode) string {
	if m == deploy.Rehearsal {
		return "Rehearsal"
	}
	return "Live"
}

// RunTitle is what a run is called in lists.
func RunTitle(r deploy.Run) string { return r.ReleaseName + ", run " + strconv.Itoa(r.Number) }

// At is the number of the step that a run is at: the first that is neither done nor to come, or the one behind the last done.
func At(v deploy.View) int {
	i, n := 0, 0
	for _, s := range v.Steps {
		if s.BackOut != v.RollingBack() {
			continue
		}
		i++
		switch s.State {
		case runbook.StepRunning, runbook.StepAwaiting, runbook.StepFailed, runbook.StepUnknown:
			return i
		case runbook.StepSucceeded, runbook.StepSkipped:
			n = i
		}
	}
	return min(n+1, max(i, 1))
}

// OffWords says how far something is from its plan.
func OffWords(d time.Duration) string {
	switch d = d.Round(time.Minute); {
	case d > 0:
		return ui.Duration(d) + " behind plan"
	case d < 0:
		return ui.Duration(-d) + " ahead of plan"
	}
	return "on plan"
}

// Owners lists the owners of all steps of a runbook, with repetitions.
func Owners(b runbook.Runbook) []string {
	var out []string
	for _, s := range append(b.Steps[:len(b.Steps):len(b.Steps)], b.BackOut.Steps...) {
		out = append(out, s.Owner)
	}
	return out
}

// BookVersionURL is the address of a version of a runbook.
func BookVersionURL(key string, version int) string {
	return BookURL(key) + "?version=" + strconv.Itoa(version)
}

// Lower begins a sentence with a small letter, so that it can stand behind "Not available:".
func Lower(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
