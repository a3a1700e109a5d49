package dependencies

import (
	"context"
	"net/url"
	"strings"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
	"slipway/internal/work/dependency"
)

// path is the address of the map.
const path = "/dependencies"

// Pages are the pages of dependencies.
type Pages struct {
	site    *web.Site
	db      *db.DB
	deps    *dependency.Dependencies
	catalog *catalog.Catalog
}

// New returns the pages.
func New(s *web.Site, d *db.DB, deps *dependency.Dependencies, c *catalog.Catalog) *Pages {
	return &Pages{site: s, db: d, deps: deps, catalog: c}
}

// Mount adds the pages to the site.
func (p *Pages) Mount() {
	p.site.Handle("GET "+path, "dependency.read", p.overview)
	p.site.Handle("GET "+path+".svg", "dependency.read", p.download)
	p.site.Handle("GET "+path+"/new", "dependency.plan", p.askNew)
	p.site.Handle("POST "+path+"/new", "dependency.plan", p.add)
	p.site.Handle("GET "+path+"/{dependency}", "dependency.read", p.show)
	p.site.Handle("GET "+path+"/{dependency}/{verb}", "dependency.read", p.ask)
	p.site.Handle("POST "+path+"/{dependency}/edit", "dependency.plan", p.edit)
	p.site.Handle("POST "+path+"/{dependency}/answer", "dependency.agree", p.answer)
	p.site.Handle("POST "+path+"/{dependency}/withdraw", "dependency.plan", p.withdraw)
}

// look is for whom a page is drawn, and when.
type look struct{ reader.Reader }

func (p *Pages) look(ctx context.Context) look { return look{reader.Of(ctx, p.db.Clock().Now())} }

func address(d dependency.Dependency, below ...string) string {
	s := path + "/" + url.PathEscape(d.Key)
	for _, b := range below {
		s += "/" + url.PathEscape(b)
	}
	return s
}

// stateOf returns the shape and the words of where a dependency stands.
func (l look) stateOf(d dependency.Dependency) (ui.State, string) {
	switch {
	case d.Status == dependency.Withdrawn:
		return ui.Skip, "Withdrawn"
	case d.Status == dependency.Delivered:
		return ui.Go, "Delivered"
	case d.Late > 0:
		return ui.NoGo, ui.Duration(time.Duration(d.Late)*time.Minute) + " late"
	case d.Overdue(db.At(l.Now)):
		return ui.NoGo, "Overdue"
	case d.Status == dependency.AtRisk:
		return ui.Hold, "At risk"
	case d.Status == dependency.Agreed && d.Type == dependency.Calls && d.Release == "":
		return ui.Go, "In use"
	case d.Status == dependency.Agreed:
		return ui.Go, "Agreed"
	}
	return ui.Wait, "Proposed"
}

// worse orders states for a place that several dependencies touch.
var worse = map[ui.State]int{ui.Skip: 0, ui.Go: 1, ui.Wait: 2, ui.Hold: 3, ui.NoGo: 4}

// typeWords are the types as pages say them.
var typeWords = map[dependency.Type]string{
	dependency.FinishStart: "Finish to start", dependency.StartStart: "Start to start", dependency.FinishFinish: "Finish to finish", dependency.Calls: "Calls",
}

// partyURL leads to the page of a party; "" for outside parties and teams.
func partyURL(p dependency.Party) string {
	switch p.Kind {
	case dependency.Release:
		return "/releases/" + url.PathEscape(p.Key)
	case dependency.Service:
		return "/services/" + url.PathEscape(p.Key)
	}
	return ""
}

// kindWord says what a party is.
func kindWord(k dependency.Kind) string {
	if k == dependency.Outside {
		return "Outside party"
	}
	return strings.ToUpper(string(k[:1])) + string(k[1:])
}
