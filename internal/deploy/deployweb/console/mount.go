package console

import (
	"net/http"

	"slipway/internal/deploy/deployweb/desk"
)

// pages are the pages of one run.
type pages struct {
	*desk.Desk
	closed <-chan struct{} // ends the streams of logs
}

// Mount adds the pages to the site. Streams of logs end when closed is.
func Mount(d *desk.Desk, closed <-chan struct{}) {
	p := &pages{d, closed}
	h := d.Site.Handle
	h("GET /runs/{run}", "run.read", p.console)
	h("GET /runs/{run}/now", "run.read", p.now)
	h("GET /runs/{run}/log", "run.read", p.log)
	h("GET /runs/{run}/ask/{what}", "run.read", p.ask)
	h("POST /runs/{run}/pause", "run.operate", p.pause)
	h("POST /runs/{run}/resume", "run.operate", p.resume)
	h("POST /runs/{run}/abort", "run.abort", p.abort)
	h("POST /runs/{run}/rollback", "run.rollback", p.rollBack)
	h("POST /runs/{run}/reason", "run.rollback", p.explain)
	h("POST /runs/{run}/comment", "run.comment", p.comment)
	for verb, permission := range stepVerbs {
		h("POST /runs/{run}/steps/{step}/"+verb, permission, func(w http.ResponseWriter, r *http.Request) error { return p.step(w, r, verb) })
	}
}
