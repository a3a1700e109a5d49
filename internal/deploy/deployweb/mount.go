package deployweb

import (
	"sync"

	"slipway/internal/deploy"
	"slipway/internal/deploy/deployweb/console"
	"slipway/internal/deploy/deployweb/desk"
	"slipway/internal/deploy/deployweb/night"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/web"
)

// Options are what the pages need of others.
type Options = desk.Options

// Pages are the pages of the area.
type Pages struct {
	*desk.Desk
	once   sync.Once
	closed chan struct{}
}

// Mount adds the pages to the site and returns them for what other pages show of runs.
func Mount(s *web.Site, d *db.DB, books *deploy.Runbooks, runs *deploy.Runs, o Options) *Pages {
	p := &Pages{Desk: &desk.Desk{Site: s, DB: d, Books: books, Runs: runs, Options: o}, closed: make(chan struct{})}
	console.Mount(p.Desk, p.closed)
	night.Mount(p.Desk)
	h := s.Handle
	h("GET /runs", "run.read", p.index)
	h("GET /runbooks", "runbook.read", p.runbooks)
	h("GET /runbooks/new", "runbook.read", p.newBook)
	h("POST /runbooks", "runbook.edit", p.putBook)
	h("GET /runbooks/{runbook}", "runbook.read", p.book)
	h("GET /runbooks/{runbook}/edit", "runbook.read", p.editBook)
	h("POST /runbooks/{runbook}", "runbook.edit", p.putBook)
	return p
}

// TabCount is what stands beside the tab: how many steps the chosen runbook has, "" without one.
func TabCount(tx *db.Tx, r plan.Release) (string, error) { return night.TabCount(tx, r) }

// Close ends the streams of logs, so that a server that stops does not wait for their readers.
func (p *Pages) Close() { p.once.Do(func() { close(p.closed) }) }
