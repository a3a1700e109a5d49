package deployweb

import (
	"strconv"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/deploy"
	"slipway/internal/deploy/deployweb/desk"
	"slipway/internal/deploy/runbook"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
)

// WatchRuns returns the live runs that the viewer may see, for the watch bar: step n of m, and how far off plan. It costs one
// statement, and one more for each run.
func (p *Pages) WatchRuns(tx *db.Tx) ([]ui.WatchRun, error) {
	views, err := p.liveRuns(tx, 3)
	out := make([]ui.WatchRun, 0, len(views))
	for _, v := range views {
		n, total, word := desk.At(v), desk.Count(v.Steps, v.RollingBack()).Total, "step "
		if v.RollingBack() {
			word = "way back, step "
		}
		out = append(out, ui.WatchRun{Name: v.ReleaseName, Step: word + strconv.Itoa(n) + " of " + strconv.Itoa(total), Offset: ui.Offset(v.Forecast.Late), Href: desk.RunURL(v.ID)})
	}
	return out, err
}

// LivePanel draws a card for each live run that the viewer may see, at most three; nil without one.
func (p *Pages) LivePanel(tx *db.Tx) (templ.Component, error) {
	views, err := p.liveRuns(tx, 3)
	if err != nil || len(views) == 0 {
		return nil, err
	}
	l := desk.LookOf(tx.Context(), tx.Now)
	parts := make([]templ.Component, len(views))
	for i, v := range views {
		parts[i] = liveCard(liveView{l, v})
	}
	return ui.Join(parts...), nil
}

func (p *Pages) liveRuns(tx *db.Tx, limit int) ([]deploy.View, error) {
	rs, err := deploy.ListRuns(tx, deploy.RunFilter{Mode: deploy.Live, Open: true, Limit: limit})
	if err != nil {
		return nil, err
	}
	out := make([]deploy.View, len(rs))
	for i, r := range rs {
		if out[i], err = p.Runs.ViewOf(tx, r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// liveView is a live run as a card tells it.
type liveView struct {
	desk.Look
	deploy.View
}

// current and following are the step that runs and the one that is expected next.
func (v liveView) current() (s deploy.StepView, n int, ok bool) {
	i := 0
	for _, x := range v.Steps {
		if x.BackOut == v.RollingBack() {
			if i++; i == desk.At(v.View) {
				return x, i, true
			}
		}
	}
	return s, 0, false
}

func (v liveView) following() (s deploy.StepView, n int, ok bool) {
	i := 0
	for _, x := range v.Steps {
		if x.BackOut != v.RollingBack() {
			continue
		}
		i++
		if i > desk.At(v.View) && (x.State == runbook.StepWaiting || x.State == runbook.StepReady) && (!ok || x.Plan.Start.Before(s.Plan.Start)) {
			s, n, ok = x, i, true
		}
	}
	return s, n, ok
}

func (v liveView) pace() (ui.State, string) {
	switch d := v.Forecast.Late.Round(time.Minute); {
	case len(v.Attentions) > 0:
		return ui.NoGo, "Needs a decision"
	case v.RollingBack():
		return ui.Hold, "Rolling back"
	case v.State == runbook.StatePaused:
		return ui.Hold, "On hold"
	case d > 0:
		return ui.Hold, ui.Offset(d)
	case d < 0:
		return ui.Go, ui.Offset(d)
	}
	return ui.Go, "On plan"
}

func (v liveView) noReturn() string {
	for _, s := range v.Steps {
		if s.Def.PointOfNoReturn && !s.BackOut && s.State != runbook.StepSkipped {
			if s.Went {
				return "point of no return passed"
			}
			return "point of no return " + v.Clock(s.Plan.Start)
		}
	}
	return ""
}
