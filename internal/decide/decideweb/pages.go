package decideweb

import (
	"slipway/internal/decide"
	"slipway/internal/decide/decideweb/room"
	"slipway/internal/gate"
	"slipway/internal/platform/db"
	"slipway/internal/platform/web"
)

// Pages are the pages of the area.
type Pages struct {
	site      *web.Site
	db        *db.DB
	decisions *decide.Decisions
	gate      *gate.Gate
}

// New returns the pages.
func New(s *web.Site, d *db.DB, x *decide.Decisions, g *gate.Gate) *Pages {
	return &Pages{site: s, db: d, decisions: x, gate: g}
}

// Mount adds the pages to the site.
func (p *Pages) Mount() {
	h := p.site.Handle
	room.New(p.site, p.db, p.decisions, p.gate).Mount()
	h("GET /releases/{ref}/approve", "approval.read", p.approvePage)
	h("POST /releases/{ref}/approve", "approval.sign", p.sign)
	h("POST /releases/{ref}/approve/withdraw", "approval.sign", p.withdraw)
	h("POST /releases/{ref}/approve/decline", "approval.sign", p.decline)
	h("POST /releases/{ref}/approve/ask", "approval.ask", p.ask)
	h("GET /delegations", "approval.read", p.delegations)
	h("POST /delegations", "delegation.make", p.delegate)
	h("POST /delegations/{delegation}/end", "delegation.make", p.endDelegation)
}
