package gateweb

import (
	"net/http"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/gate"
	"slipway/internal/gate/gateweb/change"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/platform/web"
)

// Panel draws the part of a page that belongs to another area, inside the page's snapshot; nil draws nothing.
type Panel func(tx *db.Tx, r plan.Release) (templ.Component, error)

// Options are what the pages need of others.
type Options struct {
	// Page draws a tab inside the frame of its release; Again answers a form of a tab that was refused. Both are needed.
	Page  func(w http.ResponseWriter, r *http.Request, release, tab string, p web.Page) error
	Again func(w http.ResponseWriter, r *http.Request, err error, release, tab string, p web.Page) error
	// Approvals is the card under the way to GO.
	Approvals Panel
}

// Pages are the pages of the area.
type Pages struct {
	site *web.Site
	db   *db.DB
	gate *gate.Gate
	o    Options
}

// New returns the pages.
func New(s *web.Site, d *db.DB, g *gate.Gate, o Options) *Pages {
	return &Pages{site: s, db: d, gate: g, o: o}
}

// tab is the name of the tab in addresses.
const tab = "readiness"

// Mount adds the pages to the site.
func (p *Pages) Mount() {
	h := p.site.Handle
	h("GET /releases/{release}/readiness", "gate.read", p.readiness)
	h("GET /releases/{release}/evidence", "gate.read", p.evidence)
	h("POST /releases/{release}/evidence", "evidence.add", p.send)
	h("GET /evidence/{evidence}/original", "gate.read", p.original)
	h("POST /releases/{release}/criteria/{criterion}/confirm", "gate.confirm", p.confirm)
	h("POST /releases/{release}/criteria/{criterion}/waive", "gate.confirm", p.waive)
	h("POST /releases/{release}/criteria/{criterion}/grant", "gate.waive", p.grant)
	h("POST /releases/{release}/criteria/{criterion}/unwaive", "gate.waive", p.unwaive)
	h("GET /releases/{release}/criteria/new", "gate.edit", p.newCriterion)
	change.Mount(p.site, p.db, p.gate, change.Options{Page: p.o.Page, Tab: tab, Link: func(r plan.Release, criterion string) string { return opened(r, criterion, showAll) }})
	h("POST /releases/{release}/criteria", "gate.edit", p.add)
	h("GET /releases/{release}/criteria/{criterion}/edit", "gate.edit", p.editCriterion)
	h("POST /releases/{release}/criteria/{criterion}", "gate.edit", p.set)
	h("POST /releases/{release}/criteria/{criterion}/drop", "gate.edit", p.drop)
}

// look is for whom a page is drawn, and when.
type look struct{ reader.Reader }

func lookOf(tx *db.Tx) look { return look{reader.In(tx)} }

func (l look) near(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return uiverdict.NearMid(t, l.Now, l.Zone)
}

func (l look) age(t time.Time) string {
	if t.IsZero() || t.After(l.Now) {
		return ""
	}
	return ui.Age(t, l.Now)
}

// at is the address of something below a release.
func at(r plan.Release, below ...string) string {
	s := "/releases/" + url.PathEscape(r.Key)
	for _, b := range below {
		s += "/" + url.PathEscape(b)
	}
	return s
}

// opened is the address of the tab with a criterion opened, at its row.
func opened(r plan.Release, criterion, show string) string {
	if show == showAll {
		show = ""
	}
	s := web.Link(at(r, tab), "criterion", criterion, "show", show)
	if criterion != "" {
		s += "#" + rowID(criterion)
	}
	return s
}

func rowID(criterion string) string { return "criterion-" + criterion }

// states gives every state of a criterion its shape and its word.
var states = map[gate.State]struct {
	state ui.State
	word  string
}{
	gate.Met: {ui.Go, "Met"}, gate.Waived: {ui.GoIf, "Waived"}, gate.AtRisk: {ui.Hold, "At risk"}, gate.NotMet: {ui.NoGo, "Not met"},
	gate.Awaited: {ui.Wait, "Not due"}, gate.NotAsked: {ui.Skip, "Not asked"},
}

// Load returns the numbers of a standing as the load line takes them.
func Load(s gate.Standing) ui.Load {
	return ui.Load{Met: s.Met, Waived: s.Waived, AtRisk: s.AtRisk, NotMet: s.NotMet, Pending: s.Pending}
}

// Plate returns the shape and the word of a standing, and what stands behind it, without full stop.
func Plate(s gate.Standing) (ui.State, string, string) {
	switch {
	case s.Word == gate.NoGo && s.NotMet == 0:
		return ui.NoGo, "NO-GO", ""
	case s.Word == gate.NoGo:
		return ui.NoGo, "NO-GO", ui.Plural(s.NotMet, "criterion", "criteria") + " not met"
	case s.Word == gate.Pending:
		return ui.Wait, "Not due", ui.Plural(s.Pending, "criterion", "criteria") + " awaited"
	case s.AtRisk > 0:
		return ui.Hold, "AT RISK", ui.Plural(s.AtRisk, "criterion", "criteria") + " at risk"
	}
	return ui.Go, "GO", ""
}
