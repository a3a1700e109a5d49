package openpage

import (
	"slices"
	"strings"

	"slipway/internal/calendar"
	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/calendar/openness"
	"slipway/internal/catalog"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
)

// stateWords is how a state of the calendar is drawn: in a list, and big.
func stateWords(s calendar.State) (state ui.State, word, big string) {
	switch s {
	case calendar.Open:
		return ui.Go, "Open", "Open"
	case calendar.NeedsApproval:
		return ui.Hold, "Needs approval", "Ask"
	}
	return ui.NoGo, "Closed", "Closed"
}

// place names what is asked about.
func (v opennessView) place() string {
	if v.Service != "" {
		return v.environment.Name + " for " + v.service.Name
	}
	return v.environment.Name
}

// verdict is the answer for one environment.
func (v opennessView) verdict() uiverdict.Verdict {
	o := v.point
	state, _, big := stateWords(o.State)
	out := uiverdict.Verdict{State: state, Word: big, When: "now", Foot: "Computed " + ui.Clock(v.Now, v.Look.Zone) + " from windows, freezes and the default.", Way: "When that changes"}
	if v.At != "" {
		out.When = ui.Instant(v.at, v.Now, v.Look.Zone)
	}
	switch o.State {
	case calendar.Open:
		out.Cause = v.place() + " is open"
	case calendar.NeedsApproval:
		out.Cause = v.place() + " needs the approval of a freeze's owner"
		out.When = "needs approval, " + out.When
	default:
		out.Cause = v.place() + " is closed"
	}
	for i, r := range o.Reasons {
		x := uiverdict.Reason{State: state, Title: v.sentence(r), Code: r.Code}
		if i > 0 && strings.HasSuffix(r.Code, "window_active") && o.State != calendar.Open {
			x.State = ui.Skip
		}
		if l, ok := v.listed(r.Period); ok {
			x.Text, x.Link, x.Href = owned(r.Owner), l.Name, frame.Href(l.Period)
		}
		out.Reasons = append(out.Reasons, x)
	}
	out.Steps = v.changes()
	return out
}

func owned(owner string) string {
	if owner == "" {
		return ""
	}
	return owner + " owns "
}

// listed finds a period that applies.
func (v opennessView) listed(ref string) (calendar.Listed, bool) {
	i := slices.IndexFunc(v.applies, func(l calendar.Listed) bool { return ref != "" && string(l.ID) == ref })
	if i < 0 {
		return calendar.Listed{}, false
	}
	return v.applies[i], true
}

// sentence is a reason with its instant where the viewer is.
func (v opennessView) sentence(r calendar.Reason) string {
	if r.Until.IsZero() {
		return r.Text
	}
	name := ""
	for _, f := range slices.Concat(v.point.Windows, v.point.Freezes) {
		if f.ID == r.Period {
			name = f.Name
		}
	}
	until := ui.Instant(r.Until, v.Now, v.Look.Zone)
	switch r.Code {
	case "calendar.freeze_hard":
		return "Freeze " + name + " is in force until " + until + "."
	case "calendar.freeze_soft":
		return "Soft freeze " + name + " is in force until " + until + "."
	case "calendar.window_active":
		return "Window " + name + " is active until " + until + "."
	case "calendar.window_none_active":
		return "No window is active. The next starts " + until + "."
	}
	return r.Text
}

// changes says what comes next, and what a person can do.
func (v opennessView) changes() []uiverdict.Step {
	o := v.point
	var out []uiverdict.Step
	if n := o.Next; n != nil {
		state, word, _ := stateWords(n.State)
		out = append(out, uiverdict.Step{State: state, Said: word, Text: word + " from " + ui.Instant(n.At, v.Now, v.Look.Zone), Note: v.lasts(*n),
			Href: opennessQuery{v.Environment, v.Service, ui.DateTimeValue(n.At, v.Look.Zone)}.url()})
	} else if o.State != calendar.Open {
		out = append(out, uiverdict.Step{State: ui.Skip, Said: "No", Text: "Time alone does not open it.", Note: "Looked for within " + ui.Number(openness.Days) + " days."})
	}
	if !o.ValidUntil.IsZero() && (o.Next == nil || o.ValidUntil.Std().Before(o.Next.At)) && o.ValidUntil.Std().Before(v.at.AddDate(0, 0, openness.Days)) {
		out = append(out, uiverdict.Step{State: ui.Wait, Said: "Later", Text: "Stands like this until " + ui.Instant(o.ValidUntil.Std(), v.Now, v.Look.Zone), Note: "Then a window or a freeze starts or ends."})
	}
	for _, f := range o.Freezes {
		if l, ok := v.listed(f.ID); ok && !f.Hard && o.State == calendar.NeedsApproval {
			out = append(out, uiverdict.Step{State: ui.Hold, Said: "Ask", Text: "Ask " + l.OwnerName + " to let the release pass", Href: frame.Href(l.Period)})
		}
	}
	return out
}

func (v opennessView) lasts(n openness.Opening) string {
	if !n.Until.Before(v.at.AddDate(0, 0, openness.Days)) {
		return "Nothing known ends it."
	}
	return "Until " + ui.Instant(n.Until, v.Now, v.Look.Zone) + "."
}

// exceptions says which freezes in force are for some services only, or "".
func exceptions(partly []string) string {
	switch len(partly) {
	case 0:
		return ""
	case 1:
		return partly[0] + " is in force for some services."
	}
	return ui.List(partly...) + " are in force for some services."
}

// step is one line of the rule: what it says, how it stands, and whether it decides.
type step struct {
	text, note string
	state      ui.State
	word       string
}

// rule is the rule by which an environment is open or closed, in order, as it stands.
func (v opennessView) rule() []step {
	has := func(code string) bool {
		return slices.ContainsFunc(v.point.Reasons, func(r calendar.Reason) bool { return r.Code == "calendar."+code })
	}
	names := func(list []openness.InForce, hard bool) string {
		var out []string
		for _, f := range list {
			if f.Hard == hard {
				out = append(out, f.Name)
			}
		}
		return ui.List(out...)
	}
	hard, soft := names(v.point.Freezes, true), names(v.point.Freezes, false)
	windows := "No window applies here."
	switch {
	case has("window_none_active"):
		windows = "Windows apply, and none is active."
	case has("window_active"):
		windows = names(v.point.Windows, false) + " is active."
	}
	passed := soft != "" && !has("freeze_soft")
	softNote := "None is in force."
	switch {
	case passed:
		softNote = soft + " lets this pass."
	case soft != "":
		softNote = soft + " is in force."
	}
	hardNote := "None is in force."
	if hard != "" {
		hardNote = hard + " is in force."
	}
	out := []step{
		{text: "A hard freeze closes", note: hardNote},
		{text: "Where windows apply, time outside of them is closed", note: windows},
		{text: "A soft freeze asks its owner", note: softNote},
		{text: "An active window opens", note: windows},
		{text: "Without windows, the environment's own default", note: defaultNote(v.environment)},
	}
	v.mark(out, v.decisive(hard != "", has))
	return out
}

// decisive is the place in the rule of what decides.
func (v opennessView) decisive(hard bool, has func(string) bool) int {
	switch {
	case hard:
		return 0
	case has("window_none_active"):
		return 1
	case has("default_closed"):
		return 4
	case has("freeze_soft"):
		return 2
	case has("window_active"):
		return 3
	}
	return 4
}

// mark writes into each line how it stands.
func (v opennessView) mark(steps []step, at int) {
	state, word, _ := stateWords(v.point.State)
	for i := range steps {
		switch {
		case i < at:
			steps[i].state, steps[i].word = ui.Skip, "does not apply"
		case i == at:
			steps[i].state, steps[i].word = state, "decides: "+strings.ToLower(word)
		default:
			steps[i].state, steps[i].word = ui.Wait, "not reached"
		}
	}
}

func defaultNote(e catalog.Environment) string {
	switch {
	case e.Rule == catalog.RuleWindow:
		return "Closed: deployments to " + e.Name + " need a window."
	case e.DefaultOpen:
		return "Open."
	}
	return "Closed."
}

// brief is what decides in the list of all environments.
func (v opennessView) brief(x environmentStands) string {
	if len(x.Reasons) == 0 {
		return ""
	}
	r := x.Reasons[0]
	for _, f := range slices.Concat(x.Freezes, x.Windows) {
		if f.ID == r.Period {
			return f.Name
		}
	}
	switch r.Code {
	case "calendar.window_none_active":
		return "No window is active"
	case "calendar.default_open", "calendar.default_closed":
		return "Its default"
	}
	return r.Text
}

// until is up to when the state of a listed environment stands, or when it is better.
func (v opennessView) until(x environmentStands) string {
	switch {
	case x.Next != nil:
		_, word, _ := stateWords(x.Next.State)
		return word + " " + uiverdict.NearMid(x.Next.At, v.Now, v.Look.Zone)
	case x.State != calendar.Open:
		return "Not by time alone"
	case x.ValidUntil.Before(x.Searched):
		return "At least until " + uiverdict.NearMid(x.ValidUntil, v.Now, v.Look.Zone)
	}
	return "Nothing known ends it"
}

func (v opennessView) options() []ui.Option {
	return frame.Environments("All environments", v.environments)
}

// applied is a window or a freeze of the list of what applies.
func (v opennessView) applied(l calendar.Listed) ui.Row {
	r := ui.Row{State: ui.Go, Said: "Window", Title: l.Name, Href: frame.Href(l.Period), Note: frame.Reach(l.Scope)}
	if l.Kind == calendar.Freeze {
		r.State, r.Said = ui.Freeze, "Freeze"
		r.Note = l.Hardness() + ", " + r.Note
	}
	inForce := slices.ContainsFunc(slices.Concat(v.point.Windows, v.point.Freezes), func(f openness.InForce) bool { return f.ID == string(l.ID) })
	if l.Next != nil {
		r.Note = v.Stretch(*l.Next) + ", " + r.Note
	}
	switch {
	case inForce:
		r.Due = "in force"
	case v.Service == "" && ofSome(l.Scope):
		r.Due = "some services only"
	}
	return r
}
