package replan

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/planweb/frame"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

type pages struct{ *frame.Frame }

// Mount adds the pages to the site.
func Mount(f *frame.Frame) {
	p := &pages{f}
	p.Site.Handle("GET /releases/{ref}/replans", "plan.read", p.show)
	p.Site.Handle("GET /releases/{ref}/replans/{phase}", "plan.read", p.ask)
	p.Site.Handle("POST /releases/{ref}/replans/{phase}", "plan.edit", p.set)
}

// view is the plan against what happened.
type view struct {
	frame.Look
	release plan.Release
	phases  []plan.PhaseProgress
	replans []plan.Replan
	who     reader.Who
	editWhy string
}

func (p *pages) show(w http.ResponseWriter, r *http.Request) error {
	v := view{Look: p.Look(r)}
	err := p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if v.release, err = plan.ReleaseByRef(tx, r.PathValue("ref")); err != nil {
			return err
		}
		if v.phases, err = plan.PhaseProgresses(tx, v.release); err != nil {
			return err
		}
		if v.replans, err = plan.Replans(tx, v.release); err != nil {
			return err
		}
		var ids []id.Person
		for _, x := range v.replans {
			ids = append(ids, x.Person)
		}
		if v.who, err = reader.WhoIs(tx, "Nobody", ids...); err != nil {
			return err
		}
		v.editWhy, err = frame.WhyNot(tx, v.release, "plan.edit")
		return err
	})
	if err != nil {
		return err
	}
	return p.ReleasePage(w, r, v.release.Key, "plan", web.Page{Title: "Planned against actual", Body: body(v)})
}

// form is how a phase is planned.
type form struct {
	Rev    int64  `form:"rev"` // of the release
	Name   string `form:"name"`
	Days   string `form:"days"`
	Start  string `form:"start"`
	Reason string `form:"reason"`
}

func (p *pages) page(r *http.Request, in *form, err error) (plan.Release, web.Page, error) {
	rel, why, hits, fault := p.Editable(r, "plan.edit", plan.SectionPlan)
	if fault != nil {
		return rel, web.Page{}, fault
	}
	ps, fault := p.Plans.PhasesOf(r.Context(), rel.Key)
	if fault != nil {
		return rel, web.Page{}, fault
	}
	i := slices.IndexFunc(ps, func(x plan.PhaseProgress) bool { return x.Key == r.PathValue("phase") })
	if i < 0 {
		return rel, web.Page{}, auth.Unseen("phase")
	}
	f := form{Rev: rel.Rev, Name: ps[i].Name, Days: strconv.Itoa(ps[i].Days), Start: string(ps[i].Start)}
	if in != nil {
		f = *in
		if _, ok := frame.Theirs[plan.Release](err); ok {
			f.Rev = rel.Rev
		}
	}
	e := frame.Shown(err, "name", "days", "start", "reason")
	v := frame.EditView{Title: ps[i].Name, Note: "The phases before it move with it. What moves is kept below with the reason.", Action: frame.URL(rel, "replans", ps[i].Key), Hidden: map[string]string{"rev": frame.Rev(f.Rev)},
		Errors: e, Fields: fields(f, e), Submit: "Save", Why: why, Back: frame.URL(rel, "replans"), Hits: hits}
	return rel, web.Page{Title: ps[i].Name, Body: frame.EditPage(v)}, nil
}

func (p *pages) ask(w http.ResponseWriter, r *http.Request) error {
	rel, page, err := p.page(r, nil, nil)
	if err != nil {
		return err
	}
	return p.ReleasePage(w, r, rel.Key, "plan", page)
}

func (p *pages) set(w http.ResponseWriter, r *http.Request) error {
	var in form
	ref := r.PathValue("ref")
	err := p.Site.Form(r, &in)
	var days int
	if err == nil {
		if days, err = strconv.Atoi(in.Days); err != nil {
			err = errs.InvalidField("days", "phase.days_malformed", "Write the days as a whole number.")
		}
	}
	if err == nil {
		start := plan.Offset(strings.TrimSpace(in.Start))
		if _, err = p.Plans.SetPhase(r.Context(), ref, r.PathValue("phase"), in.Rev, plan.PhaseEdit{Name: &in.Name, Days: &days, Start: &start, Reason: in.Reason}); err == nil {
			return p.Done(w, r, "/releases/"+ref+"/replans", "The plan of the phase is saved")
		}
	}
	_, page, fault := p.page(r, &in, err)
	if fault != nil {
		return fault
	}
	return p.ReleaseAgain(w, r, err, ref, "plan", page)
}

// late writes minutes as days or hours, with their sign.
func late(n int64) string {
	abs := max(n, -n)
	if abs < 60 {
		return "0"
	}
	x, unit := math.Round(float64(abs)/6)/10, " h"
	if abs >= 24*60 {
		x, unit = math.Round(float64(abs)/(24*6))/10, " d"
	}
	sign := "+"
	if n < 0 {
		sign = "−"
	}
	return sign + strconv.FormatFloat(x, 'f', -1, 64) + unit
}

// judged says how a variance is.
func judged(n *int64, pending string) (ui.State, string) {
	switch {
	case n == nil:
		return ui.Wait, pending
	case *n > 60:
		return ui.Hold, strings.TrimPrefix(late(*n), "+") + " late"
	case *n < -60:
		return ui.Go, strings.TrimPrefix(late(*n), "−") + " early"
	}
	return ui.Go, "As planned"
}

// what lists what a re-plan moved.
func what(moves []plan.Move) string {
	var out []string
	for _, m := range moves {
		name := m.Name
		if m.Kind == "window" {
			name = "Window"
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return strings.Join(out, ", ")
}
