package budgetpage

import (
	"net/http"

	"slipway/internal/plan"
	"slipway/internal/plan/budget"
	"slipway/internal/plan/planweb/frame"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/web"
)

// page is the form of a line; a nil input takes it as it is.
func (p *pages) page(r *http.Request, in *form, err error) (plan.Release, web.Page, error) {
	v := lineView{key: r.PathValue("line")}
	b, fault := p.Options.Budgets.Get(r.Context(), r.PathValue("ref"))
	if fault != nil {
		return v.release, web.Page{}, fault
	}
	v.form.Kind = budget.Effort
	if v.key != "" {
		found := false
		for _, l := range b.Lines {
			if l.Key == v.key || l.ID == v.key {
				v.form, v.line, found = formOf(l), l, true
			}
		}
		if !found {
			return v.release, web.Page{}, auth.Unseen("budget_line")
		}
	}
	if in != nil {
		v.form = *in
	}
	fault = p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if v.release, err = plan.ReleaseByRef(tx, r.PathValue("ref")); err != nil {
			return err
		}
		if v.why, err = mayNot(tx, v.release, "budget.edit"); err != nil {
			return err
		}
		v.bookWhy, err = mayNot(tx, v.release, "budget.book")
		return err
	})
	if now, ok := frame.Theirs[budget.Line](err); ok && v.key != "" {
		v.form.Rev = now.Rev
	}
	v.errors = frame.Shown(err, append(fields, "amount")...)
	title := "Add a line"
	if v.key != "" {
		title = v.line.Name
	}
	return v.release, web.Page{Title: title, Body: lineBody(v)}, fault
}

func (p *pages) ask(w http.ResponseWriter, r *http.Request) error {
	rel, page, err := p.page(r, nil, nil)
	if err != nil {
		return err
	}
	return p.ReleasePage(w, r, rel.Key, "plan", page)
}

// save reads a form and does what it asks for.
func (p *pages) save(w http.ResponseWriter, r *http.Request, said string, do func(in form) error) error {
	var in form
	ref := r.PathValue("ref")
	err := p.Site.Form(r, &in)
	if err == nil {
		if err = do(in); err == nil {
			return p.Done(w, r, "/releases/"+ref+"/budget", said)
		}
	}
	_, page, fault := p.page(r, &in, err)
	if fault != nil {
		return fault
	}
	return p.ReleaseAgain(w, r, err, ref, "plan", page)
}

func (p *pages) add(w http.ResponseWriter, r *http.Request) error {
	return p.save(w, r, "The line is in the budget", func(in form) error {
		l, err := in.line()
		if err == nil {
			_, err = p.Options.Budgets.Add(r.Context(), r.PathValue("ref"), l)
		}
		return err
	})
}

func (p *pages) set(w http.ResponseWriter, r *http.Request) error {
	return p.save(w, r, "The line is saved", func(in form) error {
		l, err := in.line()
		if err == nil {
			_, err = p.Options.Budgets.Set(r.Context(), r.PathValue("ref"), r.PathValue("line"), in.Rev, budget.Edit{Name: &l.Name, Role: &l.Role, Currency: &l.Currency, Rate: &l.Rate,
				Planned: &l.Planned, Actual: &l.Actual, Note: &l.Note, Reason: in.Reason})
		}
		return err
	})
}

func (p *pages) book(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Amount string `form:"amount"`
		Note   string `form:"note"`
	}
	ref, key := r.PathValue("ref"), r.PathValue("line")
	err := p.Site.Form(r, &in)
	if err == nil {
		var b budget.Budget
		if b, err = p.Options.Budgets.Get(r.Context(), ref); err != nil {
			return err
		}
		for _, l := range b.Lines {
			if l.Key != key && l.ID != key {
				continue
			}
			var n int64
			if n, err = typed("amount", l.Kind, l.Currency, in.Amount); err == nil {
				_, err = p.Options.Budgets.Book(r.Context(), ref, key, budget.Booking{Amount: n, Note: in.Note})
			}
			if err == nil {
				return p.Done(w, r, "/releases/"+ref+"/budget", "Booked to "+l.Name)
			}
		}
		if err == nil {
			return auth.Unseen("budget_line")
		}
	}
	_, page, fault := p.page(r, nil, err)
	if fault != nil {
		return fault
	}
	return p.ReleaseAgain(w, r, err, ref, "plan", page)
}

func (p *pages) remove(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Rev    int64  `form:"rev"`
		Reason string `form:"reason"`
	}
	ref := r.PathValue("ref")
	err := p.Site.Form(r, &in)
	if err == nil {
		if err = p.Options.Budgets.Remove(r.Context(), ref, r.PathValue("line"), in.Rev, in.Reason); err == nil {
			return p.Done(w, r, "/releases/"+ref+"/budget", "The line is removed")
		}
	}
	_, page, fault := p.page(r, nil, err)
	if fault != nil {
		return fault
	}
	return p.ReleaseAgain(w, r, err, ref, "plan", page)
}
