package app

import (
	"slices"

	"slipway/internal/calendar/calendarweb"
	"slipway/internal/catalog/catalogweb"
	"slipway/internal/clearance/clearanceweb"
	"slipway/internal/decide"
	"slipway/internal/decide/decideweb"
	"slipway/internal/deploy/deployweb"
	"slipway/internal/gate/gateweb"
	"slipway/internal/home/homeweb"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/planweb"
	"slipway/internal/plan/planweb/movepage"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/risk/riskweb"
	"slipway/internal/work/workweb"
	"slipway/internal/work/workweb/dependencies"
	"slipway/internal/work/workweb/files"
	"slipway/internal/work/workweb/planning"
	workportfolio "slipway/internal/work/workweb/portfolio"
)

// pages mounts the pages of every area: first the frame of a release, which the tabs of the others stand in, then what
// they add to it.
func (a *App) pages() {
	plans := planweb.New(a.site, a.DB, a.Plans, a.Catalog)
	decisions := decideweb.New(a.site, a.DB, a.Decisions, a.Gate)
	gates := gateweb.New(a.site, a.DB, a.Gate, gateweb.Options{Page: plans.ReleasePage, Again: plans.ReleaseAgain, Approvals: decisions.ApprovalsPanel})
	risks := riskweb.New(a.site, a.DB, a.Risks, plans.ReleasePage).Use(riskweb.Options{Actions: a.actionsOf})
	tasks := workweb.New(a.site, a.DB, a.Tasks, plans.ReleasePage)
	outlooks := planning.New(a.site, a.DB, a.Outlook, a.Targets, planning.Options{Page: plans.ReleasePage, Freezes: a.freezesOf})
	calendars := calendarweb.New(a.site, a.DB, calendarweb.Services{Calendar: a.Calendar, Catalog: a.Catalog, Conflicts: a.Conflicts, Bookings: a.Bookings, Versions: a.Versions,
		Impacts: a.Impacts, Harm: a.Harm}, calendarweb.Options{Marks: a.marks, Exists: a.exists, Release: plans.ReleasePage, ReleaseAgain: plans.ReleaseAgain})
	runs := deployweb.Mount(a.site, a.DB, a.Runbooks, a.Runs, deployweb.Options{Page: plans.ReleasePage, Again: plans.ReleaseAgain,
		Clearance: a.Clearance, Consequences: a.consequences})
	a.closing = append(a.closing, runs.Close)
	plans.Use(planweb.Options{
		Tabs:         tabs(gates),
		Room:         true,
		Impact:       true,
		Panels:       planweb.Panels{Verdict: gates.Verdict, Readiness: gates.ReadinessCard, Approvals: decisions.ApprovalsPanel, Activity: homeweb.Activity},
		Outlook:      outlooks.Panel,
		Tasks:        tasks.Panel,
		Standing:     a.standings,
		Consequences: a.consequences,
		ScopeChanges: a.ScopeChanges, Budgets: a.Budgets, Repositories: a.Repositories,
		Facts: joined(calendars.Facts, a.withActions(deployweb.Facts(a.Runs))),
	}).Mount()
	decisions.Mount()
	gates.Mount()
	risks.Mount()
	tasks.Mount()
	outlooks.Mount()
	workportfolio.New(a.site, a.DB, a.Outlook).Mount()
	files.Mount(a.site, a.DB, a.Exchange, files.Frame{Page: plans.ReleasePage, Again: plans.ReleaseAgain})
	dependencies.New(a.site, a.DB, a.Dependencies, a.Catalog).Mount()
	a.capacityPages()
	a.roadmapPages()
	a.actionPages()
	catalogweb.New(a.site, a.DB, a.Catalog, catalogweb.Options{Releases: releaseNames}).Mount()
	calendars.Mount()
	a.feedPages()
	movepage.Mount(plans.Frame, a.Moves)
	clearanceweb.New(a.site, a.DB, a.Clearance, a.Catalog).Mount()
	a.homePages(plans.ReleasePage)
}

// tabs are those of a release that other areas than plan own.
func tabs(gates *gateweb.Pages) func(tx *db.Tx, r plan.Release) ([]planweb.Tab, error) {
	return func(tx *db.Tx, r plan.Release) ([]planweb.Tab, error) {
		out := []planweb.Tab{{Name: "readiness", Text: "Readiness"}, {Name: "runbook", Text: "Runbook"}, {Name: "risks", Text: "Risks"}, {Name: "record", Text: "Record"}}
		for i, count := range []func(*db.Tx, plan.Release) (string, error){gates.Count, deployweb.TabCount, riskweb.TabCount} {
			n, err := count(tx, r)
			if err != nil {
				return nil, err
			}
			out[i].Count = n
		}
		return out, nil
	}
}

// standings say how releases stand, for lists.
func (a *App) standings(tx *db.Tx, rs []plan.Release) (map[id.Release]planweb.Standing, error) {
	found, err := a.Gate.Standings(tx, rs)
	if err != nil {
		return nil, err
	}
	out := map[id.Release]planweb.Standing{}
	for r, s := range found {
		state, word, why := gateweb.Plate(s)
		out[r] = planweb.Standing{Load: gateweb.Load(s), State: state, Word: word, Why: why}
	}
	return out, nil
}

// marks say the same for the calendar.
func (a *App) marks(tx *db.Tx, rs []plan.Release) (map[id.Release]calendarweb.Mark, error) {
	found, err := a.Gate.Standings(tx, rs)
	if err != nil {
		return nil, err
	}
	out := map[id.Release]calendarweb.Mark{}
	for r, s := range found {
		state, word, _ := gateweb.Plate(s)
		out[r] = calendarweb.Mark{State: state, Word: word}
	}
	return out, nil
}

// consequences are what a change of a section would take away: the signatures that cover it, and the decision.
func (a *App) consequences(tx *db.Tx, r plan.Release, section string) ([]uiverdict.Hit, error) {
	roles, err := a.Decisions.RoleStates(tx, r)
	if err != nil {
		return nil, err
	}
	var out []uiverdict.Hit
	for _, s := range roles {
		if s.State != decide.Valid {
			continue
		}
		if len(s.Sections) == 0 || slices.Contains(s.Sections, section) {
			out = append(out, uiverdict.Hit{State: ui.NoGo, Thing: s.Name, Text: "signed the " + section + " as it is; the signature would be void", Word: "Voids"})
			continue
		}
		out = append(out, uiverdict.Hit{State: ui.Go, Thing: s.Name, Text: "signed, but not the " + section, Word: "Stands"})
	}
	polls, err := a.Decisions.Polls(tx, []plan.Release{r})
	if err != nil {
		return nil, err
	}
	if p, ok := polls[r.ID]; ok && p.Decided && p.Outcome != "no-go" {
		out = append(out, uiverdict.Hit{State: ui.NoGo, Thing: "Go/no-go decision", Text: "rests on the content as it is; it would be stale, and the run refused until it is decided again", Word: "Stale"})
	}
	return out, nil
}

// releaseNames names releases that the viewer may see.
func releaseNames(tx *db.Tx, ids []id.Release) (map[id.Release]string, error) {
	out := map[id.Release]string{}
	for _, i := range ids {
		r, err := plan.ReleaseByRef(tx, string(i))
		if err == nil {
			out[i] = r.Name
		}
	}
	return out, nil
}
