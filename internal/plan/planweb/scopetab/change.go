package scopetab

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/planweb/frame"
	"slipway/internal/plan/scope"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/platform/web"
)

func (p *tab) mountChanges() {
	if p.Options.ScopeChanges == nil {
		return
	}
	p.Site.Handle("GET /releases/{ref}/scope/changes/new", "plan.read", p.askChange)
	p.Site.Handle("POST /releases/{ref}/scope/changes/new", "scope.propose", p.propose)
	p.Site.Handle("GET /releases/{ref}/scope/changes/{number}", "plan.read", p.showChange)
	p.Site.Handle("POST /releases/{ref}/scope/changes/{number}/approve", "scope.answer", p.answerChange("approve"))
	p.Site.Handle("POST /releases/{ref}/scope/changes/{number}/decline", "scope.answer", p.answerChange("decline"))
	p.Site.Handle("POST /releases/{ref}/scope/changes/{number}/withdraw", "scope.propose", p.answerChange("withdraw"))
}

// fillWings reads what the tab shows of proposed changes and of repositories.
func (p *tab) fillWings(tx *db.Tx, v *scopeView) (err error) {
	v.repos, v.impact = p.Options.Repositories != nil, p.Options.Impact
	if v.proposes = p.Options.ScopeChanges != nil; !v.proposes {
		return nil
	}
	if v.proposeWhy, err = frame.WhyNot(tx, v.release, "scope.propose"); err != nil {
		return err
	}
	if v.proposeWhy == "" {
		v.proposeWhy = frame.Locked(v.release)
	}
	if v.waiting, err = scope.Waiting(tx, v.release); err != nil {
		return err
	}
	for _, c := range v.waiting {
		if err := v.who.Learn(tx, c.Proposer); err != nil {
			return err
		}
	}
	return nil
}

// changeForm is a change of one item of the scope; the operation takes several at once.
type changeForm struct {
	Does    string `form:"does"` // add, change or remove
	Item    string `form:"item"` // key of the item that changes or leaves
	Key     string `form:"key"`
	Title   string `form:"title"`
	Kind    string `form:"kind"`
	Service string `form:"service"`
	Effort  string `form:"effort"`
	Risk    string `form:"risk"`
	Reason  string `form:"reason"`
	Weigh   bool   `form:"weigh"`
	Apply   bool   `form:"apply"`
}

var changeFields = []string{"does", "item", "key", "title", "kind", "service", "effort", "risk", "reason"}

// steps are those of the form.
func (f changeForm) steps(items []plan.ScopeItem) ([]plan.ScopeStep, error) {
	hours := 0
	if f.Effort != "" {
		n, err := strconv.Atoi(f.Effort)
		if err != nil {
			return nil, errs.InvalidField("effort", "scope.effort_malformed", "Write the hours as a whole number, for example 12.")
		}
		hours = n
	}
	spec := plan.ScopeSpec{Key: f.Key, Title: f.Title, Kind: f.Kind, Service: f.Service, Effort: hours}
	switch f.Does {
	case "remove":
		return []plan.ScopeStep{{Remove: f.Item}}, nil
	case "change":
		spec.Key = f.Item
		for _, i := range items {
			if i.Key == f.Item {
				spec.URL = i.URL
			}
		}
		return []plan.ScopeStep{{Change: &spec}}, nil
	}
	return []plan.ScopeStep{{Add: &spec}}, nil
}

// changePlaces say where the form asks what the service names.
var changePlaces = map[string]string{
	"steps[0].add.key": "key", "steps[0].add.title": "title", "steps[0].add.kind": "kind", "steps[0].add.service": "service", "steps[0].add.effort": "effort",
	"steps[0].change.title": "title", "steps[0].change.kind": "kind", "steps[0].change.service": "service", "steps[0].change.effort": "effort", "steps[0]": "item",
}

// changePage is the form of a proposal, with what it would do where that was asked for.
func (p *tab) changePage(r *http.Request, f changeForm, err error) (plan.Release, web.Page, error) {
	rel, why, _, fault := p.Editable(r, "scope.propose")
	if fault != nil {
		return rel, web.Page{}, fault
	}
	if why == "" {
		why = frame.Locked(rel)
	}
	v := proposalView{Look: p.Look(r), release: rel, form: f, why: why}
	if v.choices, fault = p.itemChoices(r, rel); fault != nil {
		return rel, web.Page{}, fault
	}
	fault = p.DB.Read(r.Context(), func(tx *db.Tx) (inner error) {
		v.items, inner = plan.ScopeItems(tx, rel)
		if inner != nil || !f.Weigh {
			return inner
		}
		steps, refused := f.steps(v.items)
		if refused == nil {
			var im scope.Impact
			if im, refused = p.Options.ScopeChanges.WeighIn(tx, rel, steps); refused == nil {
				v.impact = &im
				return nil
			}
		}
		if errs.CodeOf(refused) == errs.CodeInternal {
			return refused
		}
		if err == nil {
			err = refused
		}
		return nil
	})
	if fault != nil {
		return rel, web.Page{}, fault
	}
	v.fill()
	v.errors = frame.Shown(frame.Placed(err, changePlaces), changeFields...)
	return rel, web.Page{Title: "Change of the scope", Body: changeBody(v)}, nil
}

// fill puts what an item says now into the form, until something is typed.
func (v *proposalView) fill() {
	f := &v.form
	if f.Does == "" {
		f.Does = "add"
	}
	if f.Kind == "" {
		f.Kind = plan.Story
	}
	if f.Does != "change" || f.Title != "" {
		return
	}
	for _, i := range v.items {
		if i.Key == f.Item {
			f.Title, f.Kind, f.Service, f.Effort = i.Title, i.Kind, i.ServiceKey, strconv.Itoa(i.Effort)
		}
	}
}

func (p *tab) askChange(w http.ResponseWriter, r *http.Request) error {
	var f changeForm
	if err := web.Query(r, &f); err != nil {
		return err
	}
	rel, page, err := p.changePage(r, f, nil)
	if err != nil {
		return err
	}
	return p.ReleasePage(w, r, rel.Key, "scope", page)
}

func (p *tab) propose(w http.ResponseWriter, r *http.Request) error {
	var f changeForm
	ref := r.PathValue("ref")
	err := p.Site.Form(r, &f)
	var items []plan.ScopeItem
	if err == nil {
		items, err = p.Plans.Scope(r.Context(), ref, plan.ScopeFilter{Query: f.Item, Limit: 200})
	}
	var steps []plan.ScopeStep
	if err == nil {
		steps, err = f.steps(items)
	}
	if err == nil {
		var c scope.Change
		if c, err = p.Options.ScopeChanges.Propose(r.Context(), ref, scope.Proposal{Reason: f.Reason, Risk: f.Risk, Steps: steps, Apply: f.Apply}); err == nil {
			if c.State == scope.StateApplied {
				return p.Done(w, r, "/releases/"+ref+"/scope", "The change is carried out")
			}
			return p.Done(w, r, fmt.Sprintf("/releases/%s/scope/changes/%d", ref, c.Number), "The change is proposed")
		}
	}
	f.Weigh = true
	_, page, fault := p.changePage(r, f, err)
	if fault != nil {
		return fault
	}
	return p.ReleaseAgain(w, r, err, ref, "scope", page)
}

// oneChangePage shows a proposed change with its impact and the ways to answer it.
func (p *tab) oneChangePage(r *http.Request, err error) (plan.Release, web.Page, error) {
	n, bad := strconv.Atoi(r.PathValue("number"))
	if bad != nil {
		return plan.Release{}, web.Page{}, auth.Unseen("scope_change")
	}
	v := oneChangeView{Look: p.Look(r), errors: frame.Shown(err, "note")}
	fault := p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if v.release, err = plan.ReleaseByRef(tx, r.PathValue("ref")); err != nil {
			return err
		}
		if v.change, err = p.Options.ScopeChanges.Look(tx, v.release, n); err != nil {
			return err
		}
		v.mine = v.change.Proposer == v.Me && v.Me != ""
		v.who, err = reader.WhoIs(tx, "Nobody", v.change.Proposer, v.change.Answerer)
		return err
	})
	return v.release, web.Page{Title: v.change.Title, Body: oneChangeBody(v)}, fault
}

func (p *tab) showChange(w http.ResponseWriter, r *http.Request) error {
	rel, page, err := p.oneChangePage(r, nil)
	if err != nil {
		return err
	}
	return p.ReleasePage(w, r, rel.Key, "scope", page)
}

func (p *tab) answerChange(verb string) web.Handler {
	c := p.Options.ScopeChanges
	do := map[string]func(*http.Request, int, int64, string) (scope.Change, error){
		"approve": func(r *http.Request, n int, rev int64, note string) (scope.Change, error) {
			return c.Approve(r.Context(), r.PathValue("ref"), n, rev, note)
		},
		"decline": func(r *http.Request, n int, rev int64, note string) (scope.Change, error) {
			return c.Decline(r.Context(), r.PathValue("ref"), n, rev, note)
		},
		"withdraw": func(r *http.Request, n int, rev int64, note string) (scope.Change, error) {
			return c.Withdraw(r.Context(), r.PathValue("ref"), n, rev, note)
		},
	}[verb]
	return func(w http.ResponseWriter, r *http.Request) error {
		var in struct {
			Rev  int64  `form:"rev"`
			Note string `form:"note"`
		}
		ref := r.PathValue("ref")
		err := p.Site.Form(r, &in)
		if err == nil {
			n, bad := strconv.Atoi(r.PathValue("number"))
			if bad != nil {
				return auth.Unseen("scope_change")
			}
			if _, err = do(r, n, in.Rev, in.Note); err == nil {
				said := map[string]string{"approve": "The change is approved and carried out", "decline": "The change is declined", "withdraw": "The change is withdrawn"}
				return p.Done(w, r, "/releases/"+ref+"/scope", said[verb])
			}
		}
		_, page, fault := p.oneChangePage(r, err)
		if fault != nil {
			return fault
		}
		return p.ReleaseAgain(w, r, err, ref, "scope", page)
	}
}

// proposalView is the form of a proposal.
type proposalView struct {
	frame.Look
	release plan.Release
	form    changeForm
	items   []plan.ScopeItem
	choices itemChoices
	impact  *scope.Impact
	errors  ui.Errors
	why     string
}

// oneChangeView is a proposed change.
type oneChangeView struct {
	frame.Look
	release plan.Release
	change  scope.Change
	mine    bool
	who     reader.Who
	errors  ui.Errors
}

func (v proposalView) itemOptions() []ui.Option {
	out := []ui.Option{{Text: "Choose an item"}}
	for _, i := range v.items {
		out = append(out, ui.Option{Value: i.Key, Text: i.Key + ", " + i.Title})
	}
	return out
}

// services leaves out nothing: the first choice is none.
func (v proposalView) services() []ui.Option { return v.choices.services }

// hitsOf writes consequences as every page does.
func hitsOf(hits []scope.Consequence) []uiverdict.Hit {
	state := map[string]ui.State{scope.Voids: ui.NoGo, scope.Stale: ui.NoGo, scope.Again: ui.Hold, scope.Stands: ui.Go}
	word := map[string]string{scope.Voids: "Voided", scope.Stale: "Stale", scope.Again: "To settle", scope.Stands: "Stands"}
	out := make([]uiverdict.Hit, len(hits))
	for i, h := range hits {
		out[i] = uiverdict.Hit{State: state[h.Outcome], Thing: h.Name, Text: h.Text, Word: word[h.Outcome]}
	}
	return out
}

func signedNumber(n int) string {
	if n < 0 {
		return "−" + ui.Number(-n)
	}
	if n > 0 {
		return "+" + ui.Number(n)
	}
	return "0"
}

// parts says what makes the risk score another one.
func parts(im scope.Impact) string {
	s := ""
	for _, p := range im.RiskParts {
		if s != "" {
			s += ", "
		}
		s += p.Name + " " + signedNumber(p.After-p.Before)
	}
	if s == "" {
		return "nothing that counts changes"
	}
	return s
}

// linesOf are the promises before and after, item by item.
func linesOf(im scope.Impact) []uiverdict.DiffPart {
	var out []uiverdict.DiffPart
	for _, l := range im.Lines {
		d := uiverdict.DiffPart{Section: l.Key}
		if l.Before != "" {
			d.Del = []string{l.Before}
		}
		if l.After != "" {
			d.Ins = []string{l.After}
		}
		out = append(out, d)
	}
	return out
}

// tasksNamed bounds the tasks that stand at a line; the rest is counted.
const tasksNamed = 8

// tasksOf are the open tasks that serve the items of a change, item by item.
func tasksOf(im scope.Impact) []ui.Fact {
	var out []ui.Fact
	for _, l := range im.Lines {
		if len(l.Tasks) == 0 {
			continue
		}
		names := l.Tasks[:min(len(l.Tasks), tasksNamed)]
		if more := len(l.Tasks) - len(names); more > 0 {
			names = append(slices.Clone(names), ui.Number(more)+" more")
		}
		out = append(out, ui.Fact{Key: l.Key, Value: ui.List(names...)})
	}
	return out
}

func (v oneChangeView) state() (ui.State, string) {
	switch v.change.State {
	case scope.StateApplied:
		return ui.Go, "Approved and carried out"
	case scope.StateDeclined:
		return ui.NoGo, "Declined"
	case scope.StateWithdrawn:
		return ui.Wait, "Withdrawn"
	}
	return ui.Wait, "Not decided"
}

// applyText says what the button does.
func applyText(im scope.Impact) string {
	if im.Voids > 0 {
		return "Carry out and void " + ui.Plural(im.Voids, "approval", "approvals")
	}
	return "Carry out"
}

// whyNot says why the viewer cannot approve.
func whyNot(im scope.Impact) string {
	if im.MayAnswer {
		return ""
	}
	if im.Role != "" {
		return "the role " + im.Role + " approves changes of this scope."
	}
	return "your roles do not approve changes of the scope here."
}
