package scopetab

import (
	"net/http"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/planweb/frame"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// itemForm is a scope item.
type itemForm struct {
	Rev      int64  `form:"rev"`
	Key      string `form:"key"`
	Title    string `form:"title"`
	Kind     string `form:"kind"`
	URL      string `form:"url"`
	Service  string `form:"service"`
	Owner    string `form:"owner"`
	State    string `form:"state"`
	Commits  string `form:"commits"`
	NoCommit string `form:"noCommit"`
	Effort   int    `form:"effort"`
	Reason   string `form:"reason"`
}

var itemFields = []string{"key", "title", "kind", "url", "service", "owner", "state", "commits", "noCommit", "effort", "reason"}

func (f itemForm) spec() plan.ScopeSpec {
	return plan.ScopeSpec{Key: f.Key, Title: f.Title, Kind: f.Kind, URL: f.URL, Service: f.Service, Owner: f.Owner, State: f.State,
		Commits: strings.Fields(strings.ReplaceAll(f.Commits, ",", " ")), NoCommit: f.NoCommit, Effort: f.Effort}
}

// itemChoices are what an item may name.
type itemChoices struct{ services, owners []ui.Option }

func (p *tab) itemChoices(r *http.Request, rel plan.Release) (c itemChoices, err error) {
	c.services = []ui.Option{{Text: "No service"}}
	all, err := p.Catalog.Services(r.Context(), catalog.Filter{Product: rel.ProductKey, Limit: 200})
	if errs.Is(err, errs.CodeNotFound) {
		all, err = nil, nil
	}
	if err != nil {
		return c, err
	}
	for _, s := range all {
		c.services = append(c.services, ui.Option{Value: s.Key, Text: s.Key + ", " + s.Name})
	}
	err = p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		c.owners, err = reader.People(tx, "Nobody")
		return err
	})
	return c, err
}

// itemNow reads an item as the form shows it; no item is a new one.
func (p *tab) itemNow(r *http.Request, rel plan.Release) (f itemForm, it plan.ScopeItem, err error) {
	ref := r.PathValue("item")
	if ref == "" {
		return itemForm{Kind: plan.Story, State: plan.ScopeOpen}, it, nil
	}
	err = p.DB.Read(r.Context(), func(tx *db.Tx) error {
		all, err := plan.ScopeItems(tx, rel)
		if err != nil {
			return err
		}
		for _, x := range all {
			if x.ID == ref || x.Key == ref {
				it = x
			}
		}
		if it.ID == "" {
			return auth.Unseen("scope_item")
		}
		owner := ""
		if it.Owner != "" {
			who, err := auth.PersonByID(tx, it.Owner)
			if err != nil && !errs.Is(err, errs.CodeNotFound) {
				return err
			}
			owner = who.Key
		}
		f = itemForm{Rev: it.Rev, Key: it.Key, Title: it.Title, Kind: it.Kind, URL: it.URL, Service: it.ServiceKey, Owner: owner, State: it.State,
			Commits: strings.Join(it.Commits, " "), NoCommit: it.NoCommit, Effort: it.Effort}
		return nil
	})
	return f, it, err
}

// itemPage is the form of an item; a new one has no identifier.
func (p *tab) itemPage(r *http.Request, f itemForm, id string, err error) (plan.Release, web.Page, error) {
	rel, why, hits, fault := p.Editable(r, "plan.scope", plan.SectionScope)
	if fault != nil {
		return rel, web.Page{}, fault
	}
	c, fault := p.itemChoices(r, rel)
	if fault != nil {
		return rel, web.Page{}, fault
	}
	e := frame.Shown(frame.Placed(err, map[string]string{"commits": "commits"}), itemFields...)
	v := frame.EditView{Title: "Add a scope item", Action: frame.URL(rel, "scope", "items", "new"), Errors: e, Fields: itemBody(f, c, e, id == ""), Submit: "Add item",
		Back: frame.URL(rel, "scope"), Why: why, Hits: hits}
	if id != "" {
		v.Title, v.Action, v.Submit = f.Key, frame.URL(rel, "scope", "items", id), "Save"
		v.Hidden = map[string]string{"rev": frame.Rev(f.Rev), "key": f.Key}
		v.Note = "State, owner, estimate and commits are facts about the work and void nothing. Key, title, kind, address and service are the promise."
		v.Remove = &frame.Removal{Action: v.Action + "/remove", Hidden: map[string]string{"rev": frame.Rev(f.Rev)}, Title: "Take it out of the release",
			Text: "The item leaves the scope. That is a change of the scope, on the record with before and after.", Label: "Remove " + f.Key, Why: why}
	}
	if id != "" && why != "" && frame.Locked(rel) != "" && !rel.Ended() {
		v.Why = "" // state, owner and commits may change until the end
	}
	if now, ok := frame.Theirs[plan.ScopeItem](err); ok && id != "" {
		v.Hidden["rev"] = frame.Rev(now.Rev)
		v.Theirs = frame.Differ(frame.Text("title", now.Title, f.Title), frame.Text("kind", now.Kind, f.Kind), frame.Text("address", now.URL, f.URL), frame.Text("service", now.ServiceKey, f.Service),
			frame.Text("state", now.State, f.State), frame.Text("commits", strings.Join(now.Commits, " "), f.Commits), frame.Text("why no commit", now.NoCommit, f.NoCommit))
	}
	return rel, web.Page{Title: v.Title, Body: frame.EditPage(v)}, nil
}

func (p *tab) askItem(w http.ResponseWriter, r *http.Request) error {
	rel, _, _, err := p.Editable(r, "plan.scope")
	if err != nil {
		return err
	}
	f, it, err := p.itemNow(r, rel)
	if err != nil {
		return err
	}
	rel, page, err := p.itemPage(r, f, it.ID, nil)
	if err != nil {
		return err
	}
	return p.ReleasePage(w, r, rel.Key, "scope", page)
}

func (p *tab) addItem(w http.ResponseWriter, r *http.Request) error {
	var in itemForm
	ref := r.PathValue("ref")
	err := p.Site.Form(r, &in)
	if err == nil {
		var it plan.ScopeItem
		if it, err = p.Plans.AddScope(r.Context(), ref, in.spec(), in.Reason); err == nil {
			return p.Done(w, r, "/releases/"+ref+"/scope", it.Key+" is in the scope")
		}
	}
	_, page, fault := p.itemPage(r, in, "", err)
	if fault != nil {
		return fault
	}
	return p.ReleaseAgain(w, r, err, ref, "scope", page)
}

func (p *tab) setItem(w http.ResponseWriter, r *http.Request) error {
	var in itemForm
	ref, item := r.PathValue("ref"), r.PathValue("item")
	err := p.Site.Form(r, &in)
	if err == nil {
		var it plan.ScopeItem
		if it, err = p.Plans.SetScope(r.Context(), ref, item, in.Rev, in.spec(), in.Reason); err == nil {
			return p.Done(w, r, "/releases/"+ref+"/scope", it.Key+" is saved")
		}
	}
	_, page, fault := p.itemPage(r, in, item, err)
	if fault != nil {
		return fault
	}
	return p.ReleaseAgain(w, r, err, ref, "scope", page)
}

func (p *tab) removeItem(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Rev    int64  `form:"rev"`
		Reason string `form:"reason"`
	}
	ref, item := r.PathValue("ref"), r.PathValue("item")
	err := p.Site.Form(r, &in)
	if err == nil {
		if err = p.Plans.RemoveScope(r.Context(), ref, item, in.Rev, in.Reason); err == nil {
			return p.Done(w, r, "/releases/"+ref+"/scope", "The item is out of the scope")
		}
	}
	rel, _, _, fault := p.Editable(r, "plan.scope")
	if fault != nil {
		return fault
	}
	f, it, fault := p.itemNow(r, rel)
	if fault != nil {
		return fault
	}
	f.Reason = in.Reason
	_, page, fault := p.itemPage(r, f, it.ID, err)
	if fault != nil {
		return fault
	}
	return p.ReleaseAgain(w, r, err, ref, "scope", page)
}
