package plantab

import (
	"net/http"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/planweb/frame"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uifigure"
	"slipway/internal/platform/web"
)

type tab struct{ *frame.Frame }

// Mount adds the pages to the site.
func Mount(f *frame.Frame) {
	p := &tab{f}
	p.Site.Handle("GET /releases/{ref}/plan", "plan.read", p.plan)
	p.Site.Handle("GET /releases/{ref}/edit", "plan.read", p.askSettings)
	p.Site.Handle("POST /releases/{ref}/edit", "plan.edit", p.setSettings)
	p.Site.Handle("POST /releases/{ref}/plan/phases/enter", "plan.progress", p.passPhase(p.Plans.EnterPhase, "has begun"))
	p.Site.Handle("POST /releases/{ref}/plan/phases/leave", "plan.progress", p.passPhase(p.Plans.LeavePhase, "has ended"))
	p.Site.Handle("GET /releases/{ref}/plan/milestones", "plan.read", p.askMilestone)
	p.Site.Handle("POST /releases/{ref}/plan/milestones", "plan.edit", p.setMilestone)
	p.Site.Handle("POST /releases/{ref}/plan/milestones/reach", "plan.progress", p.reachMilestone)
	p.Site.Handle("POST /releases/{ref}/plan/milestones/remove", "plan.edit", p.removeMilestone)
	p.Site.Handle("GET /releases/{ref}/plan/deliverables", "plan.read", p.askDeliverable)
	p.Site.Handle("POST /releases/{ref}/plan/deliverables", "plan.edit", p.setDeliverable)
	p.Site.Handle("POST /releases/{ref}/plan/deliverables/state", "plan.progress", p.passDeliverable)
	p.Site.Handle("POST /releases/{ref}/plan/deliverables/remove", "plan.edit", p.removeDeliverable)
}

// planView is everything that the tab shows.
type planView struct {
	frame.Look
	detail  plan.Detail
	outlook templ.Component
	tasks   templ.Component
	who     reader.Who
	editWhy string // the plan cannot be changed
	moveWhy string // progress cannot be reported
}

func (p *tab) plan(w http.ResponseWriter, r *http.Request) error {
	v := planView{Look: p.Look(r)}
	var err error
	if v.detail, err = p.Plans.Get(r.Context(), r.PathValue("ref")); err != nil {
		return err
	}
	err = p.DB.Read(r.Context(), func(tx *db.Tx) error { return p.fillPlan(tx, &v, r.URL.Query()) })
	if err != nil {
		return err
	}
	if p.Options.Outlook != nil {
		if v.outlook, err = p.Options.Outlook(r.Context(), v.detail.Release, r.URL.Query()); err != nil {
			return err
		}
	}
	return p.ReleasePage(w, r, v.detail.Key, "plan", web.Page{Title: "Plan", Body: planBody(v)})
}

func (p *tab) fillPlan(tx *db.Tx, v *planView, query url.Values) (err error) {
	rel := v.detail.Release
	var ids []id.Person
	for _, m := range v.detail.Milestones {
		ids = append(ids, m.Owner)
	}
	for _, d := range v.detail.Deliverables {
		ids = append(ids, d.Owner)
	}
	if v.who, err = reader.WhoIs(tx, "Nobody", ids...); err != nil {
		return err
	}
	if v.editWhy, err = frame.WhyNot(tx, rel, "plan.edit"); err != nil {
		return err
	}
	if v.moveWhy, err = progressWhy(tx, rel); err != nil {
		return err
	}
	if p.Options.Tasks != nil {
		v.tasks, err = p.Options.Tasks(tx, rel, query)
	}
	return err
}

// progressWhy says why the caller may not say how far the plan is.
func progressWhy(tx *db.Tx, r plan.Release) (string, error) {
	why, err := frame.WhyNot(tx, r, "plan.progress")
	if err == nil && why == frame.Locked(r) {
		why = ""
		if r.Ended() {
			why = "the release is " + r.State.Words() + "."
		}
	}
	return why, err
}

func (v planView) finding() string {
	done, late := 0, 0
	for _, p := range v.detail.Phases {
		if !p.ActualEnd.IsZero() {
			done++
		}
		if v.late(p) != "" {
			late++
		}
	}
	s := "The plan: " + ui.Number(done) + " of " + ui.Plural(len(v.detail.Phases), "phase is", "phases are") + " done"
	if late > 0 {
		s += ", " + ui.Number(late) + " late"
	}
	return s + "."
}

func (v planView) milestoneState(m plan.Milestone) ui.State {
	switch {
	case !m.ActualAt.IsZero():
		return ui.Go
	case !m.PlannedAt.IsZero() && m.PlannedAt.Std().Before(v.Now):
		return ui.Hold
	}
	return ui.Wait
}

func (v planView) milestoneWord(m plan.Milestone) (ui.State, string) {
	s := v.milestoneState(m)
	return s, map[ui.State]string{ui.Go: "Reached", ui.Hold: "Late", ui.Wait: "To come"}[s]
}

func deliverableState(d plan.Deliverable) (ui.State, string) {
	switch d.State {
	case plan.DeliverableReady:
		return ui.Live, "Ready"
	case plan.DeliverableAccepted:
		return ui.Go, "Accepted"
	case plan.DeliverableDropped:
		return ui.Skip, "Dropped"
	default:
		return ui.Wait, "Open"
	}
}

// deliverableNext is what may be said next of a deliverable.
func deliverableNext(d plan.Deliverable) (plan.DeliverableState, string) {
	switch d.State {
	case plan.DeliverableOpen:
		return plan.DeliverableReady, "Ready"
	case plan.DeliverableReady:
		return plan.DeliverableAccepted, "Accept"
	default:
		return plan.DeliverableOpen, "Reopen"
	}
}

func (v planView) phaseState(p plan.Phase) (ui.State, string) {
	switch {
	case !p.ActualEnd.IsZero() && v.late(p) != "":
		return ui.Go, "Done, " + v.late(p) + " late"
	case !p.ActualEnd.IsZero():
		return ui.Go, "Done"
	case v.late(p) != "":
		return ui.Hold, v.late(p) + " late"
	case !p.ActualStart.IsZero():
		return ui.Live, "In progress"
	}
	return ui.Wait, "To come"
}

// days writes a stretch of time in days.
func (v planView) days(from, to db.Time) string {
	switch {
	case from.IsZero():
		return "–"
	case to.IsZero():
		return "since " + v.Day(from)
	}
	return v.Day(from) + " to " + v.Day(to)
}

// late is by how much a phase ended, or has not ended, behind its plan; "" under an hour.
func (v planView) late(p plan.Phase) string {
	end := v.Now
	if !p.ActualEnd.IsZero() {
		end = p.ActualEnd.Std()
	}
	if p.PlannedEnd.IsZero() || p.ActualStart.IsZero() || end.Sub(p.PlannedEnd.Std()) < time.Hour {
		return ""
	}
	return uifigure.Slip(p.PlannedEnd.Std(), end, v.Zone)
}
