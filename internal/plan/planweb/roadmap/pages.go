package roadmap

import (
	"context"
	"net/http"
	"net/url"

	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/plan/roadmap"
	"slipway/internal/plan/train"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// The addresses of the pages.
const (
	path      = "/roadmap"
	trainPath = "/trains"
)

// Pages are the pages of the roadmap.
type Pages struct {
	site    *web.Site
	db      *db.DB
	plans   *plan.Plans
	roads   *roadmap.Roadmaps
	trains  *train.Trains
	catalog *catalog.Catalog
}

// New returns the pages.
func New(s *web.Site, d *db.DB, p *plan.Plans, r *roadmap.Roadmaps, t *train.Trains, c *catalog.Catalog) *Pages {
	return &Pages{site: s, db: d, plans: p, roads: r, trains: t, catalog: c}
}

// Mount adds the pages to the site.
func (p *Pages) Mount() {
	p.site.Handle("GET "+path, "roadmap.read", p.overview)
	p.site.Handle("POST "+path+"/publish", "roadmap.publish", p.publish)
	p.site.Handle("GET "+path+"/propose", "roadmap.propose", p.askPropose)
	p.site.Handle("POST "+path+"/propose", "roadmap.propose", p.propose)
	p.site.Handle("GET "+path+"/dates", "roadmap.read", p.part("list", "roadmap.read"))
	p.site.Handle("GET "+path+"/dates/{date}", "roadmap.read", p.date)
	p.site.Handle("POST "+path+"/dates/{date}/agree", "roadmap.answer", p.agree)
	p.site.Handle("POST "+path+"/dates/{date}/counter", "roadmap.answer", p.counter)
	p.site.Handle("POST "+path+"/dates/{date}/refuse", "roadmap.answer", p.refuse)
	p.site.Handle("POST "+path+"/dates/{date}/withdraw", "roadmap.propose", p.withdraw)
	p.site.Handle("GET "+trainPath, "train.read", p.part("trains", "train.read"))
	p.site.Handle("GET "+trainPath+"/new", "train.edit", p.askTrain)
	p.site.Handle("POST "+trainPath+"/new", "train.edit", p.addTrain)
	p.site.Handle("GET "+trainPath+"/{train}", "train.read", p.train)
	p.site.Handle("GET "+trainPath+"/{train}/edit", "train.edit", p.askTrain)
	p.site.Handle("POST "+trainPath+"/{train}/edit", "train.edit", p.setTrain)
	p.site.Handle("POST "+trainPath+"/{train}/pause", "train.edit", p.turnTrain)
	p.site.Handle("POST "+trainPath+"/{train}/resume", "train.edit", p.turnTrain)
	p.site.Handle("POST "+trainPath+"/{train}/close", "train.edit", p.turnTrain)
	p.site.Handle("POST "+trainPath+"/{train}/open", "train.edit", p.openTrain)
}

// part leads an address that is cut short to the part of the roadmap that lists what is below it.
func (p *Pages) part(id, permission string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := p.db.Read(r.Context(), func(tx *db.Tx) error { return somewhere(tx, permission) }); err != nil {
			return err
		}
		return p.site.Redirect(w, r, path+"#"+id)
	}
}

// look is for whom a page is drawn, and when.
type look struct{ reader.Reader }

func (p *Pages) look(ctx context.Context) look { return look{reader.Of(ctx, p.db.Clock().Now())} }

func dateURL(key string) string { return path + "/dates/" + url.PathEscape(key) }
func trainURL(key string, below ...string) string {
	s := trainPath + "/" + url.PathEscape(key)
	for _, b := range below {
		s += "/" + b
	}
	return s
}

// stateOf returns the shape and the word of a date.
func stateOf(s roadmap.State, vendor string) (ui.State, string) {
	switch {
	case vendor != "":
		return ui.Freeze, "Forced"
	case s == roadmap.StateAgreed:
		return ui.Go, "Agreed"
	case s == roadmap.StateNegotiation:
		return ui.Hold, "In negotiation"
	case s == roadmap.StateWithdrawn:
		return ui.Skip, "Withdrawn"
	}
	return ui.Wait, "Proposed"
}

// whyNot says in a sentence why the caller may do something nowhere, "" when it may somewhere.
func whyNot(tx *db.Tx, permission string) (string, error) {
	all, scopes, err := auth.Scopes(tx, permission)
	if err != nil || all || len(scopes) > 0 {
		return "", err
	}
	return "your roles do not carry " + permission + " anywhere.", nil
}

// somewhere lets pass who holds a permission anywhere: where exactly is known once the form says what it is about.
func somewhere(tx *db.Tx, permission string) error {
	why, err := whyNot(tx, permission)
	if err == nil && why != "" {
		return auth.Check(tx, permission, auth.Everywhere)
	}
	return err
}

// whyNotIn is whyNot for one product.
func whyNotIn(tx *db.Tx, permission string, s auth.Scope) (string, error) {
	ok, err := auth.Allowed(tx, permission, s)
	if err != nil || ok {
		return "", err
	}
	return "your roles do not carry " + permission + " here.", nil
}
