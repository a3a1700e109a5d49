package scopetab

import (
	"cmp"
	"net/http"
	"slices"

	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/plan/planweb/frame"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// carriedForm is an item of the manifest.
type carriedForm struct {
	Rev     int64  `form:"rev"` // of the release
	Service string `form:"service"`
	Version string `form:"version"`
	Digest  string `form:"digest"`
	Commit  string `form:"commit"`
	Reason  string `form:"reason"`
}

var carriedFields = []string{"service", "version", "digest", "commit", "reason"}

// carriedPage is the form of an item of the manifest; fresh leaves the service open.
func (p *tab) carriedPage(r *http.Request, f carriedForm, fresh bool, err error) (plan.Release, web.Page, error) {
	rel, why, hits, fault := p.Editable(r, "plan.edit", plan.SectionManifest)
	if fault != nil {
		return rel, web.Page{}, fault
	}
	if f.Rev == 0 {
		f.Rev = rel.Rev
	}
	services, fault := p.Catalog.Services(r.Context(), catalog.Filter{Limit: 200})
	if fault != nil {
		return rel, web.Page{}, fault
	}
	names := map[string]string{"carry[0].service": "service", "carry[0].version": "version", "carry[0].digest": "digest", "carry[0].commit": "commit"}
	e := frame.Shown(frame.Placed(err, names), carriedFields...)
	v := frame.EditView{Title: "Add a service to the manifest", Action: frame.URL(rel, "scope", "manifest"), Errors: e, Submit: "Add service", Back: frame.URL(rel, "scope") + "#manifest", Why: why, Hits: hits}
	if now, ok := frame.Theirs[plan.Release](err); ok {
		f.Rev = now.Rev
		carried, _, fault := p.carriedNow(r, f.Service)
		if fault != nil {
			return rel, web.Page{}, fault
		}
		v.Theirs = frame.Differ(frame.Text("version", carried.Version, f.Version), frame.Text("digest", carried.Digest, f.Digest), frame.Text("commit", carried.Commit, f.Commit))
	}
	v.Hidden = map[string]string{"rev": frame.Rev(f.Rev)}
	v.Fields = carriedBody(f, services, e, fresh)
	if !fresh {
		v.Title, v.Submit = f.Service+" in the manifest", "Save"
		v.Hidden["service"] = f.Service
		v.Remove = &frame.Removal{Action: v.Action + "/drop", Hidden: map[string]string{"rev": frame.Rev(f.Rev), "service": f.Service}, Title: "Take it out of the release",
			Text: "The release no longer carries the service. What runs now stays.", Label: "Remove " + f.Service, Why: why}
	}
	return rel, web.Page{Title: v.Title, Body: frame.EditPage(v)}, nil
}

// carriedNow reads what the release carries of a service; false when it does not.
func (p *tab) carriedNow(r *http.Request, service string) (f carriedForm, is bool, err error) {
	f = carriedForm{Service: service}
	err = p.DB.Read(r.Context(), func(tx *db.Tx) error {
		rel, err := plan.ReleaseByRef(tx, r.PathValue("ref"))
		if err != nil {
			return err
		}
		items, err := plan.Manifest(tx, rel.ID)
		for _, m := range items {
			if m.ServiceKey == service {
				f, is = carriedForm{Rev: rel.Rev, Service: m.ServiceKey, Version: m.Version, Digest: m.Digest, Commit: m.Commit}, true
			}
		}
		return err
	})
	return f, is, err
}

func (p *tab) askCarried(w http.ResponseWriter, r *http.Request) error {
	f, is, err := p.carriedNow(r, r.URL.Query().Get("service"))
	if err != nil {
		return err
	}
	rel, page, err := p.carriedPage(r, f, !is, nil)
	if err != nil {
		return err
	}
	return p.ReleasePage(w, r, rel.Key, "scope", page)
}

func (p *tab) setCarried(w http.ResponseWriter, r *http.Request) error {
	return p.carry(w, r, func(in carriedForm) plan.Edit {
		return plan.Edit{Carry: []plan.ItemSpec{{Service: in.Service, Version: in.Version, Digest: in.Digest, Commit: in.Commit}}, Reason: in.Reason}
	}, "The release carries ")
}

func (p *tab) dropCarried(w http.ResponseWriter, r *http.Request) error {
	return p.carry(w, r, func(in carriedForm) plan.Edit { return plan.Edit{Drop: []string{in.Service}, Reason: in.Reason} }, "The release no longer carries ")
}

func (p *tab) carry(w http.ResponseWriter, r *http.Request, edit func(carriedForm) plan.Edit, said string) error {
	var in carriedForm
	ref := r.PathValue("ref")
	err := p.Site.Form(r, &in)
	if err == nil {
		if _, err = p.Plans.Set(r.Context(), ref, in.Rev, edit(in)); err == nil {
			return p.Done(w, r, "/releases/"+ref+"/scope#manifest", said+in.Service+" "+in.Version)
		}
	}
	_, is, fault := p.carriedNow(r, in.Service)
	if fault != nil {
		return fault
	}
	_, page, fault := p.carriedPage(r, in, !is, err)
	if fault != nil {
		return fault
	}
	return p.ReleaseAgain(w, r, err, ref, "scope", page)
}

func serviceChoices(all []catalog.Service) []ui.Option {
	out := []ui.Option{{Text: "Choose a service"}}
	for _, s := range slices.SortedStableFunc(slices.Values(all), func(a, b catalog.Service) int { return cmp.Compare(a.ProductName, b.ProductName) }) {
		out = append(out, ui.Option{Value: s.Key, Text: s.Key, Group: s.ProductName})
	}
	return out
}
