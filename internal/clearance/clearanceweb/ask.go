package clearanceweb

import (
	"net/http"

	"slipway/internal/catalog"
	"slipway/internal/clearance"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// question is what is asked, as the address and the form carry it.
type question struct {
	Service     string `form:"service"`
	Version     string `form:"version"`
	Digest      string `form:"digest"`
	Environment string `form:"environment"`
	Release     string `form:"release"`
	At          string `form:"at"` // local time of the viewer; empty: now
}

// url is the address that asks it. It always names a version, if by nothing: that tells a question from a form filled in.
func (q question) url() string {
	u := web.Address("/may-deploy", q)
	if q.Version == "" {
		u += "&version="
	}
	return u
}

func (q question) hidden() map[string]string {
	return map[string]string{"service": q.Service, "version": q.Version, "digest": q.Digest, "environment": q.Environment, "release": q.Release, "at": q.At}
}

// askView is the page of the question.
type askView struct {
	look
	question
	choices
	answer   *clearance.Answer
	errors   ui.Errors
	owners   reader.Who
	carrying []plan.Release // that carry what is asked about and that the viewer may see
	noGive   string
}

func (v askView) page() web.Page {
	live := []string{"environments", "services", "windows", "freezes", "overrides", "deployments"}
	for _, r := range v.carrying {
		live = append(live, "release/"+string(r.ID))
	}
	if v.errors.Any() { // what is refused is answered once
		live = nil
	}
	return web.Page{Title: "May I deploy?", Nav: nav, Live: live, Body: askBody(v)}
}

func (p *Pages) askView(r *http.Request, q question) (askView, error) {
	v := askView{question: q}
	var err error
	if v.look, err = p.look(r, "/may-deploy"); err != nil {
		return v, err
	}
	if v.choices, err = p.choices(r, "Choose one"); err != nil {
		return v, err
	}
	v.noGive, err = p.mayGive(r)
	return v, err
}

// put asks the question of a view.
func (p *Pages) put(r *http.Request, v *askView, record bool) error {
	at, err := v.read("at", v.At)
	if err != nil {
		return err
	}
	a, err := p.clearance.MayDeploy(r.Context(), clearance.Question{Service: v.Service, Version: v.Version, Digest: v.Digest, Environment: v.Environment, Release: v.Release, At: at, Record: record})
	if err != nil {
		return err
	}
	v.answer = &a
	return p.db.Read(r.Context(), func(tx *db.Tx) error {
		var owners []string
		for _, x := range a.Reasons {
			owners = append(owners, x.Owner)
		}
		if v.owners, err = reader.WhoIs(tx, "", owners...); err != nil {
			return err
		}
		v.carrying, err = carrying(tx, v.question)
		return err
	})
}

// carrying returns the releases that carry what is asked about and that the viewer may see.
func carrying(tx *db.Tx, q question) ([]plan.Release, error) {
	s, err := catalog.ServiceByRef(tx, q.Service)
	if errs.Is(err, errs.CodeNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rs, err := plan.Carrying(tx, s.ID, q.Version, q.Digest, true)
	if err != nil {
		return nil, err
	}
	var out []plan.Release
	for _, r := range rs {
		may, err := auth.Allowed(tx, "plan.read", plan.Scope(r))
		if err != nil {
			return nil, err
		}
		if may {
			out = append(out, r)
		}
	}
	return out, nil
}

func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	var q question
	if err := web.Query(r, &q); err != nil {
		return err
	}
	v, err := p.askView(r, q)
	if err != nil {
		return err
	}
	if r.URL.Query().Has("version") {
		if err := p.put(r, &v, false); err != nil {
			v.errors = ui.ErrorsOf(err)
			return p.site.Again(w, r, err, v.page())
		}
	}
	return p.site.Render(w, r, v.page())
}

func (p *Pages) record(w http.ResponseWriter, r *http.Request) error {
	var q question
	err := p.site.Form(r, &q)
	v, fault := p.askView(r, q)
	if fault != nil {
		return fault
	}
	if err == nil {
		if err = p.put(r, &v, true); err == nil {
			state, word := said(v.answer.Allowed)
			return p.site.Redirect(w, r, web.Link("/may-deploy/answers", "answer", v.answer.Record)+"#answer",
				web.Toast{State: state, Title: "The answer is recorded", Text: word + ": " + what(v.answer.Service, v.answer.Version, v.answer.Digest) + " to " + v.environment(v.answer.Environment) + "."})
		}
	}
	v.errors = ui.ErrorsOf(err)
	return p.site.Again(w, r, err, v.page())
}

// said is the shape and the word of an answer.
func said(allowed bool) (ui.State, string) {
	if allowed {
		return ui.Go, "Allowed"
	}
	return ui.NoGo, "Refused"
}
