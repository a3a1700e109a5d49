package clearanceweb

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"slipway/internal/clearance"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/platform/web"
)

// verdict is the answer, big and plain.
func (v askView) verdict() uiverdict.Verdict {
	a := v.answer
	thing := what(a.Service, a.Version, a.Digest)
	place := v.environment(a.Environment)
	out := uiverdict.Verdict{State: ui.Go, Word: "Yes", When: "asked for now", Cause: thing + " may be deployed to " + place, Way: "The way to a yes"}
	if v.At != "" {
		out.When = "asked for " + v.instant(a.At.Std())
	}
	out.Foot = "Computed " + ui.Clock(v.Now, v.Zone) + "."
	if a.ValidUntil != nil {
		out.Foot += "\nHolds until " + lower(v.near(*a.ValidUntil)) + ", unless something changes."
	}
	for _, r := range a.Reasons {
		out.Reasons = append(out.Reasons, v.reason(r, a.Allowed))
	}
	if a.Allowed {
		for _, n := range a.Notes {
			out.Reasons = append(out.Reasons, v.reason(n, true))
		}
		return out
	}
	out.State, out.Word = ui.NoGo, "No"
	out.Cause = thing + " is refused in " + place
	if n := len(a.Reasons); n > 1 {
		out.Cause += " for " + ui.Number(n) + " reasons"
	}
	out.Steps = v.steps()
	return out
}

// reason is one cause with its next action under it.
func (v askView) reason(r clearance.Reason, allowed bool) uiverdict.Reason {
	x := uiverdict.Reason{State: ui.NoGo, Title: r.Text, Code: r.Code}
	if allowed {
		x.State = ui.Go
	}
	if !r.Since.IsZero() {
		x.Text = "Since " + lower(v.near(r.Since))
		if who := v.owners.Name(id.Person(r.Owner)); who != "" {
			x.Text += ", " + who
		}
		x.Text += ". "
	}
	if r.Next != "" {
		x.Text += r.Next + " "
	}
	switch {
	case strings.HasPrefix(r.Code, "calendar."):
		x.Link, x.Href = "What decides it", v.opennessURL()
	case r.Code == "clearance.version_barred":
		x.Link, x.Href = "The bar", serviceURL(v.answer.Service)+"#bars"
	}
	return x
}

func (v askView) opennessURL() string {
	return web.Link("/calendar/openness", "environment", v.answer.Environment, "service", v.answer.Service, "at", v.At)
}

// steps are the ways to a yes: to wait, where waiting helps, and to override.
func (v askView) steps() []uiverdict.Step {
	a := v.answer
	var out []uiverdict.Step
	if a.NextOpening != nil {
		out = append(out, uiverdict.Step{State: ui.Wait, Said: "Later", Text: "Wait until " + v.instant(*a.NextOpening) + ".", Note: "Then nothing stands against it that time alone removes.",
			Href: v.later(*a.NextOpening)})
	} else {
		out = append(out, uiverdict.Step{State: ui.Skip, Said: "No", Text: "Waiting does not help.", Note: "Some of the reasons do not go by time alone."})
	}
	if a.Override != nil {
		s := uiverdict.Step{State: ui.Hold, Said: "Costly", Text: a.Override.Text}
		if !a.Override.Possible {
			s.State, s.Said = ui.Skip, "No"
		} else if v.noGive == "" {
			s.Note, s.Href = "Opens the form of an override, filled in.", v.giveURL()
		}
		out = append(out, s)
	}
	return out
}

func (v askView) giveURL() string {
	return web.Link("/overrides", "service", v.answer.Service, "environment", v.answer.Environment, "digest", v.answer.Digest) + "#give"
}

// facts are what the answer rests on.
func (v askView) facts() []ui.Fact {
	a := v.answer
	fs := []ui.Fact{{Key: "Service", Body: textLink(a.Service, serviceURL(a.Service))}}
	if known(a.Reasons, "clearance.service_unknown") {
		fs[0] = ui.Fact{Key: "Service", Value: a.Service}
	}
	if a.Version != "" {
		fs = append(fs, ui.Fact{Key: "Version", Body: ui.Mono(a.Version)})
	}
	if a.Digest != "" {
		fs = append(fs, ui.Fact{Key: "Digest", Body: ui.Mono(ui.Digest(a.Digest))})
	}
	fs = append(fs, ui.Fact{Key: "Environment", Value: v.environment(a.Environment)}, ui.Fact{Key: "For", Value: v.instant(a.At.Std())})
	return append(fs, answerFacts(v.look, *a, v.names())...)
}

// answerFacts are the windows, the next opening and the release of an answer. names are those of releases by key.
func answerFacts(l look, a clearance.Answer, names map[string]string) []ui.Fact {
	var fs []ui.Fact
	switch {
	case a.Release != "":
		fs = append(fs, ui.Fact{Key: "Authorised by", Body: textLink(cmp.Or(names[a.Release], a.Release), "/releases/"+a.Release)})
	case a.Allowed:
		fs = append(fs, ui.Fact{Key: "Authorised by", Value: "No release is needed here"})
	}
	windows := make([]string, len(a.Windows))
	for i, w := range a.Windows {
		windows[i] = w.Name + ", until " + lower(l.near(w.Until))
	}
	fs = append(fs, ui.Fact{Key: "Windows in force", Value: cmp.Or(strings.Join(windows, "; "), "None")})
	if !a.Allowed {
		next := "Not by time alone"
		if a.NextOpening != nil {
			next = l.instant(*a.NextOpening)
		}
		fs = append(fs, ui.Fact{Key: "Next opening", Value: next})
	}
	if a.ValidUntil != nil {
		fs = append(fs, ui.Fact{Key: "Holds until", Value: l.instant(*a.ValidUntil) + ", unless something changes"})
	}
	return fs
}

func known(rs []clearance.Reason, code string) bool {
	return slices.ContainsFunc(rs, func(r clearance.Reason) bool { return r.Code == code })
}

func (v askView) names() map[string]string {
	out := map[string]string{}
	for _, r := range v.carrying {
		out[r.Key] = r.Name
	}
	return out
}

// carrier is how a release that carries the version is drawn.
func (v askView) carrier(r plan.Release) ui.Row {
	row := ui.Row{State: ui.Wait, Said: r.State.Words(), Title: r.Name, Href: "/releases/" + r.Key + "/readiness", Due: r.State.Words(), Note: "No window"}
	if !r.Window.IsZero() {
		row.Note = ui.Period(r.Window.Start.Std(), r.Window.End.Std(), v.Now, v.Zone)
	}
	switch {
	case v.answer.Release == r.Key:
		row.State, row.Said, row.Due = ui.Go, "Authorises it", "authorises it, "+r.State.Words()
	case r.Ended():
		row.State = ui.Skip
	case r.State == plan.Held:
		row.State = ui.Hold
	case r.State == plan.Deploying:
		row.State = ui.Live
	}
	return row
}

// later is the address of the same question for another instant.
func (v askView) later(t time.Time) string {
	q := v.question
	q.At = ui.DateTimeValue(t, v.Zone)
	return q.url()
}

// lower writes an instant inside a sentence.
func lower(near string) string {
	for _, word := range []string{"Today", "Yesterday", "Tomorrow"} {
		if strings.HasPrefix(near, word) {
			return strings.ToLower(near[:1]) + near[1:]
		}
	}
	return near
}
