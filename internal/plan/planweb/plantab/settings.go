package plantab

import (
	"net/http"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/planweb/frame"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// settingsForm is what a release is called, who answers for it, and what it is to achieve.
type settingsForm struct {
	Rev             int64  `form:"rev"`
	Name            string `form:"name"`
	Title           string `form:"title"`
	Version         string `form:"version"`
	Owner           string `form:"owner"`
	Runbook         string `form:"runbook"`
	Objectives      string `form:"objectives"`
	SuccessCriteria string `form:"successCriteria"`
	Reason          string `form:"reason"`
}

var settingsFields = []string{"name", "title", "version", "owner", "runbook", "objectives", "successCriteria", "reason"}

func (p *tab) askSettings(w http.ResponseWriter, r *http.Request) error {
	rel, why, hits, err := p.Editable(r, "plan.edit", plan.SectionPlan)
	if err != nil {
		return err
	}
	f, owners, err := p.settings(r, rel)
	if err != nil {
		return err
	}
	v := settingsView(rel, f, owners, ui.Errors{})
	v.Why, v.Hits = why, hits
	return p.ReleasePage(w, r, rel.Key, "", web.Page{Title: v.Title, Body: frame.EditPage(v)})
}

func (p *tab) settings(r *http.Request, rel plan.Release) (f settingsForm, owners []ui.Option, err error) {
	d, err := p.Plans.Get(r.Context(), rel.Key)
	if err != nil {
		return f, nil, err
	}
	f = settingsForm{Rev: d.Rev, Name: d.Name, Title: d.Title, Version: d.Version, Runbook: d.Runbook,
		Objectives: strings.Join(d.Objectives, "\n"), SuccessCriteria: strings.Join(d.SuccessCriteria, "\n")}
	err = p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if owners, err = reader.People(tx, "Nobody"); err != nil || rel.Owner == "" {
			return err
		}
		who, err := auth.PersonByID(tx, rel.Owner)
		if errs.Is(err, errs.CodeNotFound) {
			return nil
		}
		f.Owner = who.Key
		return err
	})
	return f, owners, err
}

func settingsView(rel plan.Release, f settingsForm, owners []ui.Option, e ui.Errors) frame.EditView {
	return frame.EditView{Title: "Edit " + rel.Name, Action: frame.URL(rel, "edit"), Hidden: map[string]string{"rev": frame.Rev(f.Rev)}, Errors: e,
		Fields: settingsBody(f, owners, e), Submit: "Save", Back: frame.URL(rel, "plan"),
		Note: "Name, title, version, objectives and success criteria belong to the section plan, which approvals may cover. Owner and runbook are recorded apart."}
}

func (p *tab) setSettings(w http.ResponseWriter, r *http.Request) error {
	var in settingsForm
	err := p.Site.Form(r, &in)
	ref := r.PathValue("ref")
	if err == nil {
		objectives, criteria := frame.Lines(in.Objectives), frame.Lines(in.SuccessCriteria)
		var rel plan.Release
		rel, err = p.Plans.Set(r.Context(), ref, in.Rev, plan.Edit{Name: &in.Name, Title: &in.Title, Version: &in.Version, Owner: &in.Owner, Runbook: &in.Runbook,
			Objectives: &objectives, SuccessCriteria: &criteria, Reason: in.Reason})
		if err == nil {
			return p.Done(w, r, frame.URL(rel, "plan"), rel.Name+" is saved")
		}
	}
	rel, why, hits, fault := p.Editable(r, "plan.edit", plan.SectionPlan)
	if fault != nil {
		return fault
	}
	now, owners, fault := p.settings(r, rel)
	if fault != nil {
		return fault
	}
	e := frame.Shown(frame.Placed(err, map[string]string{"objectives": "objectives", "successCriteria": "successCriteria"}), settingsFields...)
	parts := frame.Differ(frame.Text("name", now.Name, in.Name), frame.Text("title", now.Title, in.Title), frame.Text("version", now.Version, in.Version), frame.Text("owner", now.Owner, in.Owner),
		frame.Text("runbook", now.Runbook, in.Runbook), frame.Text("objectives", now.Objectives, in.Objectives), frame.Text("success criteria", now.SuccessCriteria, in.SuccessCriteria))
	_, conflict := frame.Theirs[plan.Release](err)
	if conflict {
		in.Rev = rel.Rev
	}
	v := settingsView(rel, in, owners, e)
	v.Why, v.Hits = why, hits
	if conflict {
		v.Theirs = parts
	}
	return p.ReleaseAgain(w, r, err, ref, "", web.Page{Title: v.Title, Body: frame.EditPage(v)})
}
