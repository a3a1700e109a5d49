package homeweb

import (
	"slipway/internal/platform/ui"
)

// setupStep is one step of the first ten minutes.
type setupStep struct {
	Done    bool
	Title   string
	Text    string
	Href    string
	Command string // the way by command line, where no page is
	Icon    string
}

// steps are the first ten minutes, in order.
func (v missionView) steps() []setupStep {
	s := v.Setup
	list := []setupStep{
		{Done: true, Title: "Administrator account", Text: "Somebody can sign in. Your zone is " + v.Zone.String() + ".", Href: "/profile"},
		{Done: s.Services > 0, Title: "Add your products and services", Text: count(s.Services, "service", "services") + ". A file with products and services is taken over in one go.",
			Href: v.page("/admin/catalog"), Command: "slipway apply -f bank.yaml", Icon: "box"},
		{Done: s.Environments > 0, Title: "Environments and windows",
			Text: count(s.Environments, "environment", "environments") + ". " + count(s.Windows, "window or freeze", "windows and freezes") + ". Where you deploy, and when you may.",
			Href: v.page("/environments", "/calendar"), Command: "slipway environment add prod --name Production --tier production", Icon: "server"},
		{Done: s.Templates > 0, Title: "Criteria for GO", Text: count(s.Templates, "template", "templates") + " with phases, criteria, approvals and tasks. Take one as it is and change it later.",
			Href: v.page("/templates", "/releases/new"), Command: "slipway template list", Icon: "clipboard-check"},
		{Done: s.People > 1, Title: "Invite people", Text: count(s.People, "person", "people") + " can sign in. Give each the roles that approve, answer and operate.", Href: v.page("/admin"), Icon: "users"},
		{Title: "Your first release", Text: "Its countdown and its verdict then stand here.", Href: v.page("/releases/new"), Command: "slipway release create payments-26.11.0 --product payments --version 26.11.0 --template standard", Icon: "package"},
	}
	return list
}

func count(n int, one, many string) string {
	if n >= 50 {
		return "50 or more " + many
	}
	if n == 0 {
		return "No " + one + " yet"
	}
	return ui.Plural(n, one, many)
}

// page returns the first of the pages that is there.
func (v missionView) page(paths ...string) string {
	for _, p := range paths {
		if p == "/admin" || v.has(p) {
			return p
		}
	}
	return ""
}

func (v missionView) progressed() (done, all int) {
	for _, s := range v.steps() {
		all++
		if s.Done {
			done++
		}
	}
	return done, all
}

func (v missionView) setupLoad() ui.Load {
	done, all := v.progressed()
	return ui.Load{Met: done, Pending: all - done, Big: true}
}

func (v missionView) setupNote() string {
	done, all := v.progressed()
	return ui.Number(done) + " of " + ui.Number(all) + " done"
}

// stepClass returns the state of a step: done, the next one, or to come.
func (v missionView) stepState(n int) ui.State {
	list := v.steps()
	if list[n].Done {
		return ui.Go
	}
	for _, s := range list[:n] {
		if !s.Done {
			return ui.Wait
		}
	}
	return ui.Live
}

// whyNoRelease says what is missing before a release can be made.
func (v missionView) whyNoRelease() string {
	switch {
	case v.Setup.Services == 0:
		return "you need at least one service first."
	case v.Setup.Environments == 0:
		return "you need at least one environment first."
	case !v.has("/releases/new"):
		return "releases are made by the command line here."
	}
	return ""
}

func stepWord(s ui.State) string {
	switch s {
	case ui.Go:
		return "Done"
	case ui.Live:
		return "Next"
	}
	return "To do"
}
