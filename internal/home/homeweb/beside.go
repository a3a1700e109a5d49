package homeweb

import (
	"strconv"
	"strings"
	"time"

	"slipway/internal/deploy"
	"slipway/internal/home"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uifigure"
)

// elapsed is the time since a run began: "T+00:38:00", also at its very start.
func elapsed(r deploy.View, now time.Time) string {
	return ui.TMinusSeconds(r.StartedAt.Std().Add(-time.Nanosecond), now)
}

// stepState returns the shape of a step of a run.
func stepState(s deploy.StepView) ui.State {
	switch string(s.State) {
	case "succeeded":
		return ui.Go
	case "running":
		return ui.Live
	case "awaiting":
		return ui.Now
	case "failed", "unknown":
		return ui.NoGo
	case "skipped", "cancelled":
		return ui.Skip
	}
	return ui.Wait
}

func progress(v deploy.View) uifigure.Progress {
	var p uifigure.Progress
	for i, s := range v.Steps {
		state := stepState(s)
		if state == ui.Now {
			state = ui.Live
		}
		p.States = append(p.States, state)
		if s.Def.PointOfNoReturn && p.NoWay == 0 {
			p.NoWay = i + 1
		}
	}
	return p
}

func done(v deploy.View) string {
	n := 0
	for _, s := range v.Steps {
		if s.State.Done() {
			n++
		}
	}
	return strconv.Itoa(n) + " done"
}

// noReturn says when the first point of no return that lies ahead begins.
func (v missionView) noReturn(r deploy.View) string {
	for _, s := range r.Steps {
		if s.Def.PointOfNoReturn && !s.State.Done() && !s.Plan.Start.IsZero() {
			return "point of no return " + ui.Clock(s.Plan.Start, v.Zone)
		}
	}
	return ""
}

// late is the pill of a run: how far it is behind its plan, or that it waits.
func late(r deploy.View) (ui.State, string) {
	switch {
	case r.RollingBack():
		return ui.NoGo, "Rolling back"
	case string(r.State) == "paused":
		return ui.Hold, "Paused"
	case r.Forecast.Late >= 5*time.Minute:
		return ui.Hold, ui.Offset(r.Forecast.Late)
	}
	return ui.Live, ui.Offset(r.Forecast.Late)
}

func (v missionView) finish(r deploy.View) string {
	return "finish " + ui.Clock(r.Forecast.End, v.Zone) + ", plan " + ui.Clock(r.Forecast.PlannedEnd, v.Zone)
}

// told is a step as the card names it.
type told struct{ Title, Note string }

func (v missionView) current(r deploy.View) (now, next *told) {
	for i, s := range r.Steps {
		st := string(s.State)
		name := s.Def.Name
		if name == "" {
			name = s.Key
		}
		t := &told{Title: strconv.Itoa(i+1) + ". " + name}
		switch {
		case now == nil && (st == "running" || st == "awaiting" || st == "failed" || st == "unknown"):
			t.Note = v.stepNote(r, s)
			now = t
		case next == nil && (st == "waiting" || st == "ready"):
			next = t
		}
	}
	return now, next
}

func (v missionView) stepNote(r deploy.View, s deploy.StepView) string {
	var out []string
	if s.Assigned != "" {
		out = append(out, v.People[s.Assigned].Name)
	} else if s.Role != "" {
		out = append(out, s.Role)
	}
	switch st := string(s.State); {
	case st == "awaiting":
		out = append(out, "waits for an answer")
	case st == "failed":
		out = append(out, "failed")
	case st == "unknown":
		out = append(out, "outcome unknown")
	case !s.StartedAt.IsZero() && s.Def.Planned > 0:
		out = append(out, "running "+ui.Duration(r.Now.Std().Sub(s.StartedAt))+" of "+ui.Duration(s.Def.Planned))
	}
	return strings.Join(out, ", ")
}

// freezeNote says when a freeze is.
func (v missionView) freezeNote(f home.Frozen) string {
	now := v.Now
	if f.Starts.Std().After(now) {
		return ui.Near(f.Starts.Std(), now, v.Zone) + " to " + ui.Near(f.Ends.Std(), now, v.Zone)
	}
	return "active, ends " + ui.Near(f.Ends.Std(), now, v.Zone)
}

func (v missionView) freezeDue(f home.Frozen) string {
	if f.Starts.Std().After(v.Now) {
		return ui.In(f.Starts.Std(), v.Now)
	}
	return "now"
}

// week counts the windows of the next seven days.
func (v missionView) week() int {
	n := 0
	for _, u := range v.Upcoming {
		if u.Window.Start.Std().Before(v.Now.AddDate(0, 0, 7)) {
			n++
		}
	}
	return n
}
