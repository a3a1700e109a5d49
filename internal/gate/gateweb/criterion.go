package gateweb

import (
	"net/http"
	"strings"

	"slipway/internal/gate"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// criterionInput is the form of a criterion.
type criterionInput struct {
	Key         string `form:"key"`
	Name        string `form:"name"`
	Text        string `form:"text"`
	Group       string `form:"group"`
	Question    string `form:"question"`
	Kind        string `form:"kind"`
	Owner       string `form:"owner"`
	Advisory    bool   `form:"advisory"`
	Due         string `form:"due"`
	Next        string `form:"next"`
	Subject     string `form:"subject"`
	Services    string `form:"services"`
	MinTests    int    `form:"minTests"`
	MaxFailures int    `form:"maxFailures"`
	MaxErrors   int    `form:"maxErrors"`
	MaxSkipped  *int   `form:"maxSkipped"`
	MaxAge      string `form:"maxAge"`
	Condition   string `form:"condition"`
	Role        string `form:"role"`
	Count       int    `form:"count"`
	Rehearsed   string `form:"rehearsed"`
	Reason      string `form:"reason"`
	Rev         int64  `form:"rev"`
}

// spec returns the statement; what the kind does not have is left out, so that the form needs no script to hide it.
func (in criterionInput) spec(was plan.CriterionSpec) plan.CriterionSpec {
	mandatory := !in.Advisory
	s := plan.CriterionSpec{Key: in.Key, Name: in.Name, Text: in.Text, Group: in.Group, Question: in.Question, Kind: in.Kind, Owner: in.Owner, Mandatory: &mandatory,
		Due: plan.Offset(in.Due), Next: in.Next, Phase: was.Phase, Point: was.Point}
	switch in.Kind {
	case plan.KindJUnit, plan.KindFact:
		s.Evidence = &plan.EvidenceSpec{Subject: in.Subject, Services: strings.FieldsFunc(in.Services, func(r rune) bool { return r == ',' || r == ' ' }), MaxAge: plan.Span(in.MaxAge)}
		if in.Kind == plan.KindFact {
			s.Condition = in.Condition
			break
		}
		s.Evidence.MinTests, s.Evidence.MaxFailures, s.Evidence.MaxErrors, s.Evidence.MaxSkipped = in.MinTests, in.MaxFailures, in.MaxErrors, in.MaxSkipped
	case plan.KindApproval, plan.KindConfirmation:
		s.Role, s.Count = in.Role, in.Count
	case plan.KindBackout:
		s.Rehearsed = plan.Span(in.Rehearsed)
	}
	return s
}

func inputOf(c gate.Criterion) criterionInput {
	s := c.Spec
	in := criterionInput{Key: s.Key, Name: s.Name, Text: s.Text, Group: s.Group, Question: s.Question, Kind: s.Kind, Owner: s.Owner, Advisory: !s.IsMandatory(), Due: string(s.Due), Next: s.Next,
		Condition: s.Condition, Role: s.Role, Count: s.Count, Rehearsed: string(s.Rehearsed), Rev: c.Rev}
	if e := s.Evidence; e != nil {
		in.Subject, in.Services, in.MinTests, in.MaxFailures, in.MaxErrors, in.MaxSkipped, in.MaxAge = e.Subject, strings.Join(e.Services, ", "), e.MinTests, e.MaxFailures, e.MaxErrors, e.MaxSkipped, string(e.MaxAge)
	}
	return in
}

// criterionView is the page with the form.
type criterionView struct {
	release   plan.Release
	criterion gate.Criterion // zero for a new one
	in        criterionInput
	faults    ui.Errors
	dropped   ui.Errors
	why       string // nothing can be changed
	approved  bool
}

func (v criterionView) isNew() bool { return v.criterion.ID == "" }

func (v criterionView) action() string {
	if v.isNew() {
		return at(v.release, "criteria")
	}
	return at(v.release, "criteria", v.criterion.Key)
}

// criterionPage reads what stands around the form.
func (p *Pages) criterionPage(r *http.Request) (criterionView, error) {
	var v criterionView
	err := p.db.Read(r.Context(), func(tx *db.Tx) error {
		rel, err := seen(tx, r.PathValue("release"))
		if err != nil {
			return err
		}
		if err := auth.Check(tx, "gate.edit", plan.Scope(rel)); err != nil {
			return err
		}
		rd, err := p.gate.ReadinessTx(tx, rel)
		if err != nil {
			return err
		}
		rights, err := rightsAt(tx, rd)
		if err != nil {
			return err
		}
		v = criterionView{release: rel, why: rights.Edit, approved: rel.State == plan.Approved, in: criterionInput{Kind: plan.KindConfirmation}}
		key := r.PathValue("criterion")
		if key == "" {
			return nil
		}
		c, ok := rd.Criterion(key)
		if !ok {
			return gate.Unknown()
		}
		v.criterion, v.in = c, inputOf(c)
		return nil
	})
	return v, err
}

func (p *Pages) newCriterion(w http.ResponseWriter, r *http.Request) error {
	v, err := p.criterionPage(r)
	if err != nil {
		return err
	}
	return p.o.Page(w, r, r.PathValue("release"), tab, web.Page{Title: "Add a criterion", Body: criterionBody(v)})
}

func (p *Pages) editCriterion(w http.ResponseWriter, r *http.Request) error {
	v, err := p.criterionPage(r)
	if err != nil {
		return err
	}
	return p.o.Page(w, r, r.PathValue("release"), tab, web.Page{Title: "Change a criterion", Body: criterionBody(v)})
}

// edit carries out one of the forms of the page, or shows it again with what is wrong.
func (p *Pages) edit(w http.ResponseWriter, r *http.Request, toast string, drop bool, do func(in criterionInput, was plan.CriterionSpec) error) error {
	v, err := p.criterionPage(r)
	if err != nil {
		return err
	}
	var in criterionInput
	if err = p.site.Form(r, &in); err == nil {
		err = do(in, v.criterion.Spec)
	}
	if err == nil {
		key := in.Key
		if drop {
			key = ""
		} else if !v.isNew() {
			key = v.criterion.Key
		}
		return p.site.Redirect(w, r, opened(v.release, key, showAll), web.Toast{Title: toast})
	}
	if drop {
		v.dropped = ui.ErrorsOf(err)
	} else {
		v.in, v.faults = in, ui.ErrorsOf(err)
	}
	return p.o.Again(w, r, err, r.PathValue("release"), tab, web.Page{Title: "Criterion", Body: criterionBody(v)})
}

func (p *Pages) add(w http.ResponseWriter, r *http.Request) error {
	return p.edit(w, r, "The criterion is added", false, func(in criterionInput, was plan.CriterionSpec) error {
		_, err := p.gate.Add(r.Context(), r.PathValue("release"), in.spec(was), in.Reason)
		return err
	})
}

func (p *Pages) set(w http.ResponseWriter, r *http.Request) error {
	return p.edit(w, r, "The criterion is changed", false, func(in criterionInput, was plan.CriterionSpec) error {
		_, err := p.gate.Set(r.Context(), r.PathValue("release"), r.PathValue("criterion"), in.Rev, in.spec(was), in.Reason)
		return err
	})
}

func (p *Pages) drop(w http.ResponseWriter, r *http.Request) error {
	return p.edit(w, r, "The criterion is dropped", true, func(in criterionInput, _ plan.CriterionSpec) error {
		return p.gate.Drop(r.Context(), r.PathValue("release"), r.PathValue("criterion"), in.Rev, in.Reason)
	})
}
