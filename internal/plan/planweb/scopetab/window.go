package scopetab

import (
	"net/http"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/plan/planweb/frame"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// windowForm is when and where a release goes; a retarget also says what it carries.
type windowForm struct {
	Rev          int64    `form:"rev"`
	Start        string   `form:"start"`
	End          string   `form:"end"`
	Environments []string `form:"environments"`
	Services     string   `form:"services"`
	Reason       string   `form:"reason"`
}

var windowFields = []string{"start", "end", "environments", "services", "reason"}

// windowView is the form with its choices.
type windowView struct {
	frame.Look
	windowForm
	errors       ui.Errors
	environments []catalog.Environment
	retarget     bool
}

func (p *tab) askWindow(retarget bool) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		rel, why, hits, err := p.Editable(r, "plan.edit", windowSections(retarget)...)
		if err != nil {
			return err
		}
		f, err := p.windowNow(r, rel)
		if err != nil {
			return err
		}
		v, err := p.windowPage(r, rel, f, ui.Errors{}, retarget)
		if err != nil {
			return err
		}
		v.Hits = hits
		if v.Why = why; retarget {
			v.Why = retargetWhy(rel, why)
		}
		return p.ReleasePage(w, r, rel.Key, "scope", web.Page{Title: v.Title, Body: frame.EditPage(v)})
	}
}

func windowSections(retarget bool) []string {
	if retarget {
		return []string{plan.SectionWindow, plan.SectionManifest}
	}
	return []string{plan.SectionWindow}
}

// retargetWhy says why a release is not retargeted; that it was rolled back is what it takes.
func retargetWhy(rel plan.Release, why string) string {
	switch {
	case rel.State != plan.RolledBack:
		return "only a release that was rolled back is retargeted. This one is " + rel.State.Words() + "."
	case why == frame.Locked(rel):
		return ""
	}
	return why
}

func (p *tab) windowNow(r *http.Request, rel plan.Release) (windowForm, error) {
	l := p.Look(r)
	f := windowForm{Rev: rel.Rev, Start: ui.DateTimeValue(rel.Window.Start.Std(), l.Zone), End: ui.DateTimeValue(rel.Window.End.Std(), l.Zone), Environments: rel.EnvironmentKeys}
	d, err := p.Plans.Get(r.Context(), rel.Key)
	var items []string
	for _, m := range d.Manifest {
		s := m.ServiceKey + "=" + m.Version
		if m.Digest != "" {
			s += "@" + m.Digest
		}
		items = append(items, s)
	}
	f.Services = strings.Join(items, "\n")
	return f, err
}

func (p *tab) windowPage(r *http.Request, rel plan.Release, f windowForm, e ui.Errors, retarget bool) (frame.EditView, error) {
	v := windowView{Look: p.Look(r), windowForm: f, errors: e, retarget: retarget}
	var err error
	if v.environments, err = p.Catalog.Environments(r.Context()); err != nil {
		return frame.EditView{}, err
	}
	out := frame.EditView{Title: "Window and environments", Action: frame.URL(rel, "scope", "window"), Hidden: map[string]string{"rev": frame.Rev(f.Rev)}, Errors: e, Fields: windowBody(v),
		Submit: "Move the release", Back: frame.URL(rel, "scope"), Note: "What is dated from the window moves with it: phases, milestones and tasks that follow it."}
	if retarget {
		out.Title, out.Action, out.Submit, out.Back = "Retarget "+rel.Name, frame.URL(rel, "retarget"), "Retarget it", frame.URL(rel)
		out.Note = "The release was rolled back. It becomes active again with another manifest, another window, or both. Approvals and evidence for what does not change stay."
	}
	return out, nil
}

func (p *tab) setWindow(retarget bool) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		var in windowForm
		err := p.Site.Form(r, &in)
		ref := r.PathValue("ref")
		if err == nil {
			var rel plan.Release
			if rel, err = p.moveTo(r, ref, in, retarget); err == nil {
				title := rel.Name + " moved to " + p.Look(r).Period(rel.Window)
				if retarget {
					return p.Done(w, r, frame.URL(rel), rel.Name+" is active again")
				}
				return p.Done(w, r, frame.URL(rel, "scope"), title)
			}
		}
		rel, why, hits, fault := p.Editable(r, "plan.edit", windowSections(retarget)...)
		if fault != nil {
			return fault
		}
		err = frame.Placed(err, map[string]string{"window": "end", "window.start": "start", "window.end": "end", "environments": "environments", "services": "services"})
		now, fault := p.windowNow(r, rel)
		if fault != nil {
			return fault
		}
		_, conflict := frame.Theirs[plan.Release](err)
		if conflict {
			in.Rev = rel.Rev
		}
		v, fault := p.windowPage(r, rel, in, frame.Shown(err, windowFields...), retarget)
		if fault != nil {
			return fault
		}
		if conflict {
			v.Theirs = frame.Differ(frame.Text("opens", now.Start, in.Start), frame.Text("closes", now.End, in.End), frame.Text("environments", strings.Join(now.Environments, ", "), strings.Join(in.Environments, ", ")))
		}
		v.Hits = hits
		if v.Why = why; retarget {
			v.Why = retargetWhy(rel, why)
		}
		return p.ReleaseAgain(w, r, err, ref, "scope", web.Page{Title: v.Title, Body: frame.EditPage(v)})
	}
}

func (p *tab) moveTo(r *http.Request, ref string, in windowForm, retarget bool) (plan.Release, error) {
	var f frame.Faults
	window := f.Window(in.Start, in.End, p.Look(r).Zone)
	e := plan.Edit{Window: &window, Environments: &in.Environments, Reason: in.Reason}
	if retarget {
		items := f.Items(in.Services)
		e.Services = &items
	}
	if err := f.Err(); err != nil {
		return plan.Release{}, err
	}
	if retarget {
		return p.Plans.Retarget(r.Context(), ref, in.Rev, e)
	}
	return p.Plans.Set(r.Context(), ref, in.Rev, e)
}
