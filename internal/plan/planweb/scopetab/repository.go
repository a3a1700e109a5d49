package scopetab

import (
	"net/http"

	"slipway/internal/plan"
	"slipway/internal/plan/planweb/frame"
	"slipway/internal/plan/repository"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/web"
)

// repositoryForm is a repository of the release's product.
type repositoryForm struct {
	Rev     int64  `form:"rev"`
	Key     string `form:"key"`
	Service string `form:"service"`
	URL     string `form:"url"`
	Pattern string `form:"pattern"`
	Excuse  string `form:"excuse"`
	Tag     string `form:"tag"`
	Login   string `form:"login"`
	Secret  string `form:"secret"`
}

var repositoryFields = []string{"key", "service", "url", "pattern", "excuse", "tag", "login", "secret"}

func (f repositoryForm) spec() repository.Spec {
	return repository.Spec{Key: f.Key, Service: f.Service, URL: f.URL, Pattern: f.Pattern, Excuse: f.Excuse, Tag: f.Tag, Login: f.Login, Secret: f.Secret}
}

func (p *tab) repositoryNow(r *http.Request, rel plan.Release) (f repositoryForm, err error) {
	key := r.PathValue("repository")
	all, err := p.Options.Repositories.List(r.Context(), rel.ProductKey)
	if err != nil || key == "" {
		return f, err
	}
	for _, x := range all {
		if x.Key == key || x.ID == key {
			return repositoryForm{Rev: x.Rev, Key: x.Key, Service: x.ServiceKey, URL: x.URL, Pattern: x.Pattern, Excuse: x.Excuse, Tag: x.Tag, Login: x.Login, Secret: x.Secret}, nil
		}
	}
	return f, auth.Unseen("repository")
}

// repositoryPage is the form of a repository; nil takes it as it is.
func (p *tab) repositoryPage(r *http.Request, typed *repositoryForm, err error) (plan.Release, web.Page, error) {
	rel, why, _, fault := p.Editable(r, "repository.edit")
	if fault != nil {
		return rel, web.Page{}, fault
	}
	f, fault := p.repositoryNow(r, rel)
	if fault != nil {
		return rel, web.Page{}, fault
	}
	key := f.Key
	if typed != nil {
		f = *typed
	}
	c, fault := p.itemChoices(r, rel)
	if fault != nil {
		return rel, web.Page{}, fault
	}
	back := frame.URL(rel, "scope", "commits")
	e := frame.Shown(err, repositoryFields...)
	v := frame.EditView{Title: "Add a repository", Action: frame.URL(rel, "scope", "repositories", "new"), Errors: e, Submit: "Add repository", Back: back, Why: why,
		Note:   "Its history is read into a mirror of the server: commits and tags, no files. Private addresses are refused unless the configuration allows them.",
		Fields: repositoryBody(f, c, e, key == "")}
	if key != "" {
		v.Title, v.Submit, v.Action = key, "Save", frame.URL(rel, "scope", "repositories", key)
		v.Hidden = map[string]string{"rev": frame.Rev(f.Rev), "key": key}
		v.Remove = &frame.Removal{Action: v.Action + "/remove", Hidden: map[string]string{"rev": frame.Rev(f.Rev)}, Title: "Remove the repository",
			Text: "It and its mirror are forgotten. The repository itself stays as it is.", Label: "Remove " + key, Why: why}
	}
	return rel, web.Page{Title: v.Title, Body: frame.EditPage(v)}, nil
}

func (p *tab) askRepository(w http.ResponseWriter, r *http.Request) error {
	rel, page, err := p.repositoryPage(r, nil, nil)
	if err != nil {
		return err
	}
	return p.ReleasePage(w, r, rel.Key, "scope", page)
}

// saveRepository reads the form and calls the service with the product of the release.
func (p *tab) saveRepository(w http.ResponseWriter, r *http.Request, said string, do func(product string, in repositoryForm) error) error {
	var in repositoryForm
	ref := r.PathValue("ref")
	err := p.Site.Form(r, &in)
	if err == nil {
		d, fault := p.Plans.Get(r.Context(), ref)
		if fault != nil {
			return fault
		}
		if err = do(d.ProductKey, in); err == nil {
			return p.Done(w, r, "/releases/"+ref+"/scope/commits", said)
		}
	}
	_, page, fault := p.repositoryPage(r, &in, err)
	if fault != nil {
		return fault
	}
	return p.ReleaseAgain(w, r, err, ref, "scope", page)
}

func (p *tab) addRepository(w http.ResponseWriter, r *http.Request) error {
	return p.saveRepository(w, r, "The repository is added", func(product string, in repositoryForm) error {
		_, err := p.Options.Repositories.Add(r.Context(), product, in.spec())
		return err
	})
}

func (p *tab) setRepository(w http.ResponseWriter, r *http.Request) error {
	return p.saveRepository(w, r, "The repository is saved", func(product string, in repositoryForm) error {
		_, err := p.Options.Repositories.Set(r.Context(), product, r.PathValue("repository"), in.Rev, in.spec())
		return err
	})
}

func (p *tab) removeRepository(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Rev    int64  `form:"rev"`
		Reason string `form:"reason"`
	}
	ref := r.PathValue("ref")
	if err := p.Site.Form(r, &in); err != nil {
		return err
	}
	d, err := p.Plans.Get(r.Context(), ref)
	if err != nil {
		return err
	}
	if err := p.Options.Repositories.Remove(r.Context(), d.ProductKey, r.PathValue("repository"), in.Rev); err != nil {
		_, page, fault := p.repositoryPage(r, nil, err)
		if fault != nil {
			return fault
		}
		return p.ReleaseAgain(w, r, err, ref, "scope", page)
	}
	return p.Done(w, r, "/releases/"+ref+"/scope/commits", "The repository is removed")
}
