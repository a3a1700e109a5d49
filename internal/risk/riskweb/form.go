package riskweb

import (
	"net/http"
	"strconv"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
	"slipway/internal/risk"
)

// input is what the forms send.
type input struct {
	Rev                 int64         `form:"rev"`
	Release             string        `form:"release"`
	Product             string        `form:"product"`
	Title               string        `form:"title"`
	Text                string        `form:"text"`
	Cause               string        `form:"cause"`
	Trigger             string        `form:"trigger"`
	Category            string        `form:"category"`
	Probability         int           `form:"probability"`
	Impact              int           `form:"impact"`
	Response            risk.Response `form:"response"`
	Mitigation          string        `form:"mitigation"`
	ResidualProbability int           `form:"residualProbability"`
	ResidualImpact      int           `form:"residualImpact"`
	Owner               string        `form:"owner"`
	Review              string        `form:"review"`
	Blocks              risk.Blocks   `form:"blocks"`
	Reason              string        `form:"reason"`
}

// form is a page with one form.
type form struct {
	look
	verb
	card     *card // nil for a new risk
	in       input
	err      ui.Errors
	stale    string // what a conflict says
	why      string // the verb is not available
	people   []ui.Option
	releases []ui.Option
	products []ui.Option
}

func (f form) action() string {
	if f.card == nil {
		return "/risks/new"
	}
	return riskURL(f.card.Risk, f.name)
}

func (f form) back() string {
	if f.card == nil {
		return "/risks"
	}
	return riskURL(f.card.Risk)
}

// stated fills the form with what the risk says.
func (f *form) stated(owner string) {
	r := f.card.Risk
	f.in = input{Rev: r.Rev, Release: r.ReleaseKey, Product: r.ProductKey, Title: r.Title, Text: r.Text, Cause: r.Cause, Trigger: r.Trigger, Category: r.Category,
		Probability: r.Probability, Impact: r.Impact, Response: r.Response, Mitigation: r.Mitigation, ResidualProbability: r.ResidualProbability,
		ResidualImpact: r.ResidualImpact, Owner: owner, Review: r.Review, Blocks: r.Blocks}
	if r.Response == risk.NoResponse {
		f.in.ResidualProbability, f.in.ResidualImpact = r.Probability, r.Impact
	}
}

// read fills what the form of a risk shows.
func (p *Pages) read(r *http.Request, f *form, ref string) error {
	f.look = p.look(r)
	return p.db.Read(r.Context(), func(tx *db.Tx) error {
		if ref != "" {
			c, err := cardOf(tx, f.look, ref)
			if err != nil {
				return err
			}
			f.card = &c
			why, ok := c.may[f.name]
			if f.why = why; !ok {
				f.why = c.Key + " is " + string(c.State) + "."
			}
			f.stated(c.who.Person(c.Owner).Key)
		}
		return f.choices(tx)
	})
}

func (f *form) choices(tx *db.Tx) (err error) {
	if f.people, err = reader.People(tx, "Nobody"); err != nil {
		return err
	}
	f.releases = []ui.Option{{Text: "None"}}
	open := false
	rs, err := plan.Releases(tx, plan.Filter{Ended: &open, Limit: 200})
	if err != nil {
		return err
	}
	known := f.card == nil || f.card.Release == ""
	for _, x := range rs {
		f.releases = append(f.releases, ui.Option{Value: x.Key, Text: x.Name})
		known = known || x.ID == f.card.Release
	}
	if !known {
		f.releases = append(f.releases, ui.Option{Value: f.card.ReleaseKey, Text: f.card.ReleaseName})
	}
	f.products = []ui.Option{{Text: "None, the portfolio as a whole"}}
	ps, err := catalog.Products(tx, catalog.Filter{Limit: 200})
	for _, x := range ps {
		f.products = append(f.products, ui.Option{Value: x.Key, Text: x.Name})
	}
	return err
}

func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	v, ok := verbOf(r.PathValue("verb"))
	if !ok {
		return errs.NotFound("page.not_found", "There is no such action on a risk.")
	}
	f := form{verb: v}
	if err := p.read(r, &f, r.PathValue("risk")); err != nil {
		return err
	}
	return p.site.Render(w, r, f.page())
}

func (f form) page() web.Page {
	title := f.title
	if f.card != nil {
		title += " " + f.card.Key
	}
	return web.Page{Title: title, Nav: "risks", Body: formBody(f)}
}

func (p *Pages) do(w http.ResponseWriter, r *http.Request, v verb) error {
	var in input
	err := p.site.Form(r, &in)
	ref := r.PathValue("risk")
	var done risk.Risk
	if err == nil {
		done, err = p.carry(r, ref, v.name, in)
	}
	if err == nil {
		return p.site.Redirect(w, r, riskURL(done), web.Toast{State: ui.Go, Title: done.Key + " " + doneWords[v.name], Text: toastText(done)})
	}
	f := form{verb: v}
	if fault := p.read(r, &f, ref); fault != nil {
		return fault
	}
	present := f.in.Rev
	f.in, f.err = in, ui.ErrorsOf(err)
	if errs.ReasonOf(err) == "row.stale" {
		// The next attempt is made against what is shown beside the form.
		f.stale, f.err, f.in.Rev = errs.As(err).Msg, ui.Errors{}, present
	}
	return p.site.Again(w, r, err, f.page())
}

var doneWords = map[string]string{"assess": "is assessed", "mitigate": "has a response", "edit": "is changed", "assign": "is assigned", "accept": "is accepted",
	"close": "is closed", "reopen": "is open again"}

func toastText(r risk.Risk) string {
	s := "Score " + strconv.Itoa(r.Score)
	if r.Response != risk.NoResponse {
		s += ", " + strconv.Itoa(r.ResidualScore) + " after the response"
	}
	return s + "."
}

func (p *Pages) carry(r *http.Request, ref, verb string, in input) (risk.Risk, error) {
	ctx := r.Context()
	switch verb {
	case "assess":
		return p.risks.Assess(ctx, ref, in.Rev, in.Probability, in.Impact, in.Reason)
	case "mitigate":
		return p.risks.Mitigate(ctx, ref, in.Rev, risk.Plan{Response: in.Response, Mitigation: in.Mitigation, ResidualProbability: in.ResidualProbability, ResidualImpact: in.ResidualImpact})
	case "assign":
		return p.risks.Assign(ctx, ref, in.Rev, in.Owner, &in.Review)
	case "accept":
		return p.risks.Accept(ctx, ref, in.Rev, in.Reason)
	case "close":
		return p.risks.Close(ctx, ref, in.Rev, in.Reason)
	case "reopen":
		return p.risks.Reopen(ctx, ref, in.Rev, in.Reason)
	}
	s := risk.Statement{Title: &in.Title, Text: &in.Text, Cause: &in.Cause, Trigger: &in.Trigger, Category: &in.Category, Review: &in.Review, Blocks: &in.Blocks,
		Release: &in.Release, Reason: in.Reason}
	if in.Release == "" {
		s.Product = &in.Product
	}
	return p.risks.Set(ctx, ref, in.Rev, s)
}

// newVerb is the form of a risk that is not there yet.
var newVerb = verb{name: "new", permission: "risk.open", button: "Add risk", title: "Add a risk", save: "Add risk"}

func (p *Pages) askRisk(w http.ResponseWriter, r *http.Request) error {
	f := form{verb: newVerb, in: input{Probability: 3, Impact: 3, Blocks: risk.BlocksNothing}}
	var q struct {
		Release string `form:"release"`
	}
	if err := web.Query(r, &q); err != nil {
		return err
	}
	f.in.Release = q.Release
	if err := p.mayOpen(r); err != nil {
		return err
	}
	if err := p.read(r, &f, ""); err != nil {
		return err
	}
	return p.site.Render(w, r, f.page())
}

// mayOpen refuses the form to those who open risks nowhere.
func (p *Pages) mayOpen(r *http.Request) error {
	return p.db.Read(r.Context(), func(tx *db.Tx) error {
		all, scopes, err := auth.Scopes(tx, "risk.open")
		if err == nil && !all && len(scopes) == 0 {
			err = auth.Check(tx, "risk.open", auth.Everywhere)
		}
		return err
	})
}

func (p *Pages) openRisk(w http.ResponseWriter, r *http.Request) error {
	var in input
	err := p.site.Form(r, &in)
	var made risk.Risk
	if err == nil {
		n := risk.NewRisk{Release: in.Release, Title: in.Title, Text: in.Text, Cause: in.Cause, Trigger: in.Trigger, Category: in.Category, Probability: in.Probability,
			Impact: in.Impact, Response: in.Response, Mitigation: in.Mitigation, ResidualProbability: in.ResidualProbability, ResidualImpact: in.ResidualImpact,
			Owner: in.Owner, Review: in.Review, Blocks: in.Blocks}
		if in.Release == "" {
			n.Product = in.Product
		}
		made, err = p.risks.Open(r.Context(), n)
	}
	if err == nil {
		return p.site.Redirect(w, r, riskURL(made), web.Toast{State: ui.Go, Title: made.Key + " is open", Text: toastText(made)})
	}
	f := form{verb: newVerb}
	if fault := p.read(r, &f, ""); fault != nil {
		return fault
	}
	f.in, f.err = in, ui.ErrorsOf(err)
	return p.site.Again(w, r, err, f.page())
}
