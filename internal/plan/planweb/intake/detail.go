package intake

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/intake"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// saying is what the forms of a request send.
type saying struct {
	Rev    int64  `form:"rev"`
	Into   string `form:"into"` // release:KEY or train:KEY
	Until  string `form:"until"`
	Reason string `form:"reason"`
}

// detail is everything that the page of a request shows.
type detail struct {
	look
	intake.Request
	mine      bool
	answerWhy string
	into      []ui.Option
	verb      string // of the form that had faults
	in        saying
	err       ui.Errors
	stale     string
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	v := detail{look: p.look(r.Context())}
	if err := p.fill(r.Context(), &v, r.PathValue("request")); err != nil {
		return err
	}
	return p.site.Render(w, r, v.page())
}

func (v detail) page() web.Page {
	return web.Page{Title: v.Key + " " + v.Title, Nav: "requests", Live: []string{"request/" + string(v.ID)}, Body: detailBody(v)}
}

func (p *Pages) fill(ctx context.Context, v *detail, ref string) error {
	return p.db.Read(ctx, func(tx *db.Tx) (err error) {
		if v.Request, err = intake.Look(tx, ref); err != nil {
			return err
		}
		v.mine = v.Requester != "" && v.Requester == auth.Me(tx)
		ok, err := auth.Allowed(tx, "request.answer", catalog.Scope(v.Product))
		if err != nil {
			return err
		}
		if !ok {
			v.answerWhy = "your roles do not carry request.answer here."
			return nil
		}
		if !v.Answerable() {
			return nil
		}
		return p.offer(tx, v)
	})
}

// offer reads the trains and the releases that a request can go onto.
func (p *Pages) offer(tx *db.Tx, v *detail) error {
	v.into = []ui.Option{{Text: "Choose where it goes"}}
	ts, err := p.trains.Look(tx, v.ProductKey, false, 1)
	if err != nil {
		return err
	}
	for _, t := range ts {
		text := "Next release of the train " + t.Name
		for _, d := range t.Past {
			if d.Boards(tx.Now) {
				text += ": " + d.ReleaseName
				break
			}
		}
		v.into = append(v.into, ui.Option{Value: "train:" + t.Key, Text: text, Group: "Trains"})
	}
	rs, err := plan.Releases(tx, plan.Filter{Product: v.ProductKey, States: []plan.State{plan.Draft, plan.Planned, plan.Active, plan.Approved}, Limit: 100})
	for _, r := range rs {
		v.into = append(v.into, ui.Option{Value: "release:" + r.Key, Text: r.Name + ", " + r.State.Words(), Group: "Releases"})
	}
	return err
}

// of returns the faults of one of the forms.
func (v detail) of(verb string) ui.Errors {
	if v.verb == verb {
		return v.err
	}
	return ui.Errors{}
}

// typed returns what was typed into one of the forms.
func (v detail) typed(verb string) saying {
	if v.verb == verb {
		return v.in
	}
	return saying{}
}

// intoErr is what is wrong with where it goes.
func (v detail) intoErr() string {
	e := v.of("accept")
	return cmp.Or(e.Of("release"), e.Of("train"))
}

// outcome says what became of it, in a sentence.
func (v detail) outcome() string {
	switch {
	case v.State == intake.StateAccepted && v.ReleaseName != "":
		return "It goes with " + v.ReleaseName + "."
	case v.State == intake.StateAccepted:
		return "It goes with the next release of the train " + v.TrainName + "."
	case v.State == intake.StateDeferred:
		return "It is looked at again " + v.Mid(v.Until) + "."
	}
	return ""
}

func (v detail) facts() []ui.Fact {
	state, word := v.stateOf(v.Request)
	out := []ui.Fact{{Key: "State", Body: ui.Status(state, word)}, {Key: "Product", Value: v.ProductName}, {Key: "Wanted by", Value: v.NearDay(v.Wanted)}, {Key: "Asked", Value: v.Near(v.CreatedAt)}}
	if v.RequesterName != "" {
		out = append(out, ui.Fact{Key: "By", Body: ui.Who(ui.Person{ID: string(v.Requester), Name: v.RequesterName})})
	}
	if v.ReleaseKey != "" {
		out = append(out, ui.Fact{Key: "Release", Body: link(v.ReleaseName, "/releases/"+v.ReleaseKey)})
	}
	if v.TrainKey != "" {
		out = append(out, ui.Fact{Key: "Train", Body: link(v.TrainName, "/trains/"+v.TrainKey)})
	}
	if v.URL != "" {
		out = append(out, ui.Fact{Key: "More", Body: link(v.URL, v.URL)})
	}
	return out
}

func (p *Pages) accept(w http.ResponseWriter, r *http.Request) error {
	return p.answer(w, r, "accept", p.requests.Accept)
}

// put puts a request off.
func (p *Pages) put(w http.ResponseWriter, r *http.Request) error {
	return p.answer(w, r, "defer", p.requests.Defer)
}

func (p *Pages) decline(w http.ResponseWriter, r *http.Request) error {
	return p.answer(w, r, "decline", p.requests.Decline)
}

func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	return p.answer(w, r, "withdraw", p.requests.Withdraw)
}

func (p *Pages) answer(w http.ResponseWriter, r *http.Request, verb string, do func(context.Context, string, int64, intake.Answer) (intake.Request, error)) error {
	v := detail{look: p.look(r.Context()), verb: verb}
	ref := r.PathValue("request")
	err := p.site.Form(r, &v.in)
	var x intake.Request
	if err == nil {
		a := intake.Answer{Reason: v.in.Reason}
		kind, key, _ := strings.Cut(v.in.Into, ":")
		switch kind {
		case "release":
			a.Release = key
		case "train":
			a.Train = key
		}
		if v.in.Until != "" {
			t, bad := ui.ParseDate("until", v.in.Until, v.Zone)
			a.Until, err = db.At(t), bad
		}
		if err == nil {
			x, err = do(r.Context(), ref, v.in.Rev, a)
		}
	}
	if err == nil {
		state, word := v.stateOf(x)
		return p.site.Redirect(w, r, address(x), web.Toast{State: state, Title: x.Key + ": " + strings.ToLower(word), Text: detail{look: v.look, Request: x}.outcome()})
	}
	in := v.in
	if fault := p.fill(r.Context(), &v, ref); fault != nil {
		return fault
	}
	v.in, v.err = in, ui.ErrorsOf(err)
	if errs.ReasonOf(err) == "row.stale" || !v.Answerable() {
		v.stale, v.err = errs.As(err).Msg, ui.Errors{}
	}
	return p.site.Again(w, r, err, v.page())
}

// asking is what the form of a new request sends.
type asking struct {
	Product      string `form:"product"`
	Title        string `form:"title"`
	Goal         string `form:"goal"`
	Requirements string `form:"requirements"`
	Wanted       string `form:"wanted"`
	URL          string `form:"url"`
}

// form is the page of a new request.
type form struct {
	look
	in       asking
	err      ui.Errors
	products []ui.Option
}

func (f form) page() web.Page {
	return web.Page{Title: "Ask for a release", Nav: "requests", Body: formBody(f)}
}

func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	f := form{look: p.look(r.Context())}
	var q struct {
		Product string `form:"product"`
	}
	if err := web.Query(r, &q); err != nil {
		return err
	}
	f.in.Product = q.Product
	if err := p.offerProducts(r.Context(), &f); err != nil {
		return err
	}
	return p.site.Render(w, r, f.page())
}

// offerProducts reads what a request can be for. Where it may be filed is known once its product is: here it is enough to be allowed to
// somewhere.
func (p *Pages) offerProducts(ctx context.Context, f *form) (err error) {
	if f.products, err = p.products(ctx, ""); err != nil {
		return err
	}
	if len(f.products) == 0 {
		f.products = []ui.Option{{Text: "There is no product yet"}}
	}
	return p.db.Read(ctx, func(tx *db.Tx) error {
		all, scopes, err := auth.Scopes(tx, "request.file")
		if err == nil && !all && len(scopes) == 0 {
			return auth.Check(tx, "request.file", auth.Everywhere)
		}
		return err
	})
}

func (p *Pages) file(w http.ResponseWriter, r *http.Request) error {
	f := form{look: p.look(r.Context())}
	err := p.site.Form(r, &f.in)
	var x intake.Request
	if err == nil {
		in := f.in
		spec := intake.Spec{Product: in.Product, Title: in.Title, Goal: in.Goal, URL: in.URL}
		for _, l := range strings.Split(in.Requirements, "\n") {
			if l = strings.TrimSpace(l); l != "" {
				spec.Requirements = append(spec.Requirements, l)
			}
		}
		if in.Wanted != "" {
			t, bad := ui.ParseDate("wanted", in.Wanted, f.Zone)
			spec.Wanted, err = db.At(t), bad
		}
		if err == nil {
			x, err = p.requests.File(r.Context(), spec)
		}
	}
	if err == nil {
		return p.site.Redirect(w, r, address(x), web.Toast{State: ui.Go, Title: x.Key + " is filed", Text: "You read here what becomes of it."})
	}
	if fault := p.offerProducts(r.Context(), &f); fault != nil {
		return fault
	}
	f.err = ui.ErrorsOf(err)
	return p.site.Again(w, r, err, f.page())
}
