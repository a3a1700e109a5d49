package template

import (
	"strconv"
	"strings"

	"slipway/internal/plan"
	"slipway/internal/platform/ui"
)

// linked says what a task hangs on: "After cut and test; starts with design + 4 h".
func linked(t plan.TaskSpec) string {
	var plain, others []string
	for _, l := range t.Links() {
		if l.Type == "FS" && l.Lag == "" {
			plain = append(plain, l.Task)
			continue
		}
		others = append(others, linkWords[l.Type]+" "+l.Task+lag(l))
	}
	var parts []string
	if len(plain) > 0 {
		parts = append(parts, "After "+ui.List(plain...))
	}
	parts = append(parts, others...)
	s := strings.Join(parts, "; ")
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

var linkWords = map[string]string{"FS": "after", "SS": "starts with", "FF": "ends with", "SF": "ends when it starts:"}

func lag(l plan.LinkSpec) string {
	d := l.Lag.Duration()
	if d == 0 {
		return ""
	}
	sign := " + "
	if d < 0 {
		sign, d = " − ", -d
	}
	if l.Elapsed {
		return sign + ui.Duration(d) + " by the clock"
	}
	return sign + ui.Duration(d)
}

// estimate is one number, or the three of a three-point estimate.
func estimate(t plan.TaskSpec) string {
	e := t.Effort()
	switch {
	case e == (plan.EstimateSpec{}):
		return "–"
	case e.Low == e.High:
		return strconv.Itoa(e.Likely) + " h"
	}
	return strconv.Itoa(e.Low) + " · " + strconv.Itoa(e.Likely) + " · " + strconv.Itoa(e.High) + " h"
}

// whose says who does a task: the person, or the role.
func (v showView) whose(t plan.TaskSpec) string {
	if t.Owner != "" {
		return v.names[t.Owner]
	}
	if name := v.names[t.Role]; name != "" {
		return name
	}
	return t.Role
}

// scopeRule says who approves changes of the scope, and from when on.
func (v showView) scopeRule(c plan.ScopeChangeSpec) string {
	who := v.names[c.Approve]
	if who == "" {
		who = c.Approve
	}
	switch {
	case c.After == "":
		return who + " approves its changes"
	case v.phaseName(c.After) != "":
		return who + " approves its changes once " + v.phaseName(c.After) + " has begun"
	}
	return who + " approves its changes once the release is " + c.After
}
