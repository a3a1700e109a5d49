package planweb

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/planweb/budgetpage"
	"slipway/internal/plan/planweb/frame"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// overviewServices is how many services the overview names.
const overviewServices = 8

func (p *Pages) mountOverview() {
	p.Site.Handle("GET /releases/{ref}", "plan.read", p.overview)
}

// overviewView is everything that the first tab shows.
type overviewView struct {
	frame.Look
	release  plan.Release
	rail     []ui.Stage
	services []carriedService
	more     int // services that are not named
	count    plan.ScopeCount
	facts    []ui.Fact
	editWhy  string
	panels   panels
}

// panels are the drawn places of other areas.
type panels struct{ verdict, readiness, approvals, facts, activity templ.Component }

// carriedService is a service of the manifest as the overview tells it.
type carriedService struct {
	frame.Carried
	changes string
	owner   *ui.Person
}

func (p *Pages) overview(w http.ResponseWriter, r *http.Request) error {
	v := overviewView{Look: p.Look(r)}
	ref := r.PathValue("ref")
	err := p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if v.release, err = plan.ReleaseByRef(tx, ref); err != nil {
			return err
		}
		phases, err := plan.Phases(tx, v.release.ID)
		if err != nil {
			return err
		}
		v.rail = stages(v.Look, phases)
		if err := fillServices(tx, &v); err != nil {
			return err
		}
		if err := p.fillFacts(tx, &v); err != nil {
			return err
		}
		if v.editWhy, err = frame.WhyNot(tx, v.release, "plan.edit"); err != nil {
			return err
		}
		return p.fillPanels(tx, &v)
	})
	if err != nil {
		return err
	}
	return p.ReleasePage(w, r, v.release.Key, "overview", web.Page{Body: overviewBody(v)})
}

func (p *Pages) fillPanels(tx *db.Tx, v *overviewView) error {
	o := p.Options.Panels
	for _, x := range []struct {
		to   *templ.Component
		draw Panel
	}{{&v.panels.verdict, o.Verdict}, {&v.panels.readiness, o.Readiness}, {&v.panels.approvals, o.Approvals}, {&v.panels.facts, o.Facts}, {&v.panels.activity, o.Activity}} {
		if x.draw == nil {
			continue
		}
		var err error
		if *x.to, err = x.draw(tx, v.release); err != nil {
			return err
		}
	}
	return nil
}

// stages is the rail: done, running, late or to come, with the day that matters.
func stages(l frame.Look, phases []plan.Phase) []ui.Stage {
	var out []ui.Stage
	current := slices.IndexFunc(phases, func(p plan.Phase) bool { return !p.ActualStart.IsZero() && p.ActualEnd.IsZero() })
	for i, p := range phases {
		s := ui.Stage{State: ui.Wait, Said: "To come", Text: p.Name, Note: plannedDay(l, p.PlannedStart), Current: i == current}
		switch {
		case !p.ActualEnd.IsZero():
			s.State, s.Said, s.Note = ui.Go, "Done", l.Day(p.ActualEnd)
		case !p.ActualStart.IsZero():
			s.State, s.Said, s.Note = ui.Live, "In progress", "since "+l.Day(p.ActualStart)
			if !p.PlannedEnd.IsZero() {
				s.Note = "to " + l.Day(p.PlannedEnd)
				if p.PlannedEnd.Std().Before(l.Now) {
					s.State, s.Said, s.Note = ui.Hold, "Late", "due "+l.Day(p.PlannedEnd)
				}
			}
		}
		out = append(out, s)
	}
	return out
}

func plannedDay(l frame.Look, t db.Time) string {
	if t.IsZero() {
		return "no date yet"
	}
	return l.Day(t)
}

func fillServices(tx *db.Tx, v *overviewView) error {
	v.services, v.more = nil, 0
	items, err := plan.Manifest(tx, v.release.ID)
	if err != nil {
		return err
	}
	if v.count, err = plan.CountScope(tx, v.release.ID); err != nil {
		return err
	}
	if len(items) > overviewServices {
		v.more = len(items) - overviewServices
		items = items[:overviewServices]
	}
	var places []catalog.Environment
	if n := len(v.release.Environments); n > 0 {
		e, err := catalog.EnvironmentByRef(tx, string(v.release.Environments[n-1]))
		if err != nil {
			return err
		}
		places = append(places, e)
	}
	rows, err := frame.Running(tx, items, places)
	if err != nil {
		return err
	}
	scope, err := plan.ScopeItems(tx, v.release)
	if err != nil {
		return err
	}
	for _, m := range rows {
		s := carriedService{Carried: m, changes: changesOf(scope, m.ServiceKey)}
		svc, err := catalog.ServiceByRef(tx, string(m.Service))
		if err != nil && !errs.Is(err, errs.CodeNotFound) {
			return err
		}
		if svc.Owner != "" {
			who, err := reader.WhoIs(tx, "Nobody", svc.Owner)
			if err != nil {
				return err
			}
			o := who.Of(svc.Owner)
			s.owner = &o
		}
		v.services = append(v.services, s)
	}
	return nil
}

func changesOf(scope []plan.ScopeItem, service string) string {
	n, defects := 0, 0
	for _, i := range scope {
		if i.ServiceKey == service {
			n++
			if i.Kind == plan.Defect {
				defects++
			}
		}
	}
	s := ui.Plural(n, "scope item", "scope items")
	if defects > 0 {
		s += ", " + ui.Plural(defects, "defect", "defects")
	}
	return s
}

func (p *Pages) fillFacts(tx *db.Tx, v *overviewView) error {
	r := v.release
	who, err := reader.WhoIs(tx, "Nobody", r.Owner)
	if err != nil {
		return err
	}
	t, err := plan.TemplateOf(tx, r)
	if err != nil && !errs.Is(err, errs.CodeNotFound) {
		return err
	}
	v.facts = []ui.Fact{{Key: "Product", Value: r.ProductName}, {Key: "Template", Value: t.Name + ", version " + ui.Number(r.TemplateVersion)}}
	if r.Owner != "" {
		v.facts = append(v.facts, ui.Fact{Key: "Owner", Body: ui.Who(who.Of(r.Owner))})
	}
	if r.Runbook != "" {
		v.facts = append(v.facts, ui.Fact{Key: "Runbook", Body: ui.Mono(r.Runbook)})
	} else {
		v.facts = append(v.facts, ui.Fact{Key: "Runbook", Value: "none chosen yet"})
	}
	state, word := frame.StateOf(r)
	v.facts = append(v.facts, ui.Fact{Key: "State", Body: stateSince(state, word, v.Since(r.StateAt))})
	if err := p.budgetFact(tx, v); err != nil {
		return err
	}
	v.facts = append(v.facts, ui.Fact{Key: "Dates", Body: ui.More("Planned against actual", frame.URL(r, "replans"))})
	if p.Options.Facts == nil {
		return nil
	}
	more, err := p.Options.Facts(tx, r)
	v.facts = append(v.facts, more...)
	return err
}

func (v overviewView) scopeNote() string {
	if v.count.Items == 0 {
		return ui.Plural(len(v.services)+v.more, "service", "services")
	}
	return ui.Plural(int(v.count.Items), "change", "changes") + " in " + ui.Plural(len(v.services)+v.more, "service", "services")
}

// budgetFact says what the release took of its budget, for those who may see it.
func (p *Pages) budgetFact(tx *db.Tx, v *overviewView) error {
	if p.Options.Budgets == nil {
		return nil
	}
	may, err := auth.Allowed(tx, "budget.read", plan.Scope(v.release))
	if err != nil || !may {
		return err
	}
	b, err := p.Options.Budgets.Of(tx, v.release)
	if err != nil {
		return err
	}
	text := "Plan a budget"
	if len(b.Lines) > 0 {
		text = budgetpage.Words(b)
	}
	v.facts = append(v.facts, ui.Fact{Key: "Budget", Body: ui.More(text, frame.URL(v.release, "budget"))})
	return nil
}
