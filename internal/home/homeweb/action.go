package homeweb

import (
	"strings"

	"slipway/internal/home"
	"slipway/internal/platform/ui"
)

// nouns are the beginnings of actions that the record is filtered by, in groups.
var nouns = []struct {
	group string
	words [][2]string
}{
	{"Release", [][2]string{{"release", "Release"}, {"scope", "Scope"}, {"phase", "Phases"}, {"milestone", "Milestones"}, {"deliverable", "Deliverables"}, {"task", "Tasks"}, {"action", "Actions"}, {"template", "Templates"}}},
	{"Go or no-go", [][2]string{{"criterion", "Criteria"}, {"evidence", "Evidence"}, {"waiver", "Waivers"}, {"approval", "Approvals"}, {"delegation", "Delegations"}, {"poll", "Go/no-go"}, {"decision", "Decisions"}, {"condition", "Conditions"}, {"risk", "Risks"}}},
	{"Deployment", [][2]string{{"run", "Runs"}, {"step", "Steps"}, {"runbook", "Runbooks"}, {"deployment", "Deployments"}, {"version", "Barred versions"}, {"clearance", "Clearances"}, {"override", "Overrides"}}},
	{"Calendar and catalog", [][2]string{{"window", "Windows"}, {"freeze", "Freezes"}, {"product", "Products"}, {"service", "Services"}, {"environment", "Environments"}}},
	{"People", [][2]string{{"person", "People"}, {"team", "Teams"}, {"role", "Roles"}, {"token", "Tokens"}, {"session", "Sessions"}, {"password", "Passwords"}, {"ledger", "The record itself"}}},
}

func actionOptions() []ui.Option {
	out := []ui.Option{{Text: "Action: all"}}
	for _, g := range nouns {
		for _, w := range g.words {
			out = append(out, ui.Option{Value: w[0], Text: w[1], Group: g.group})
		}
	}
	return out
}

var icons = map[string]string{
	"release": "package", "scope": "layers", "phase": "flag", "milestone": "milestone", "deliverable": "file-check", "task": "clipboard-check", "action": "circle-check-big", "template": "copy",
	"criterion": "circle-check-big", "evidence": "file-check", "waiver": "scale", "approval": "pen-line", "delegation": "users", "poll": "vote", "decision": "gavel",
	"condition": "circle-check-big", "risk": "shield-alert", "run": "play", "step": "list-checks", "runbook": "book-open", "deployment": "server", "version": "ban",
	"clearance": "shield-check", "override": "siren", "window": "calendar-days", "freeze": "snowflake", "product": "box", "service": "box", "environment": "server",
	"person": "user", "team": "users", "role": "key-round", "token": "key-round", "session": "key-round", "password": "key-round",
}

// icon returns the icon of what an entry is about.
func icon(e home.Entry) string {
	noun, _, _ := strings.Cut(e.Action, ".")
	if i, ok := icons[noun]; ok {
		return i
	}
	return "scroll-text"
}
