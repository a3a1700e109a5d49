package night

import "slipway/internal/deploy/deployweb/desk"

// pages are the tab and its forms.
type pages struct{ *desk.Desk }

// Mount adds the tab and its forms to the site.
func Mount(d *desk.Desk) {
	p := &pages{d}
	h := d.Site.Handle
	h("GET /releases/{release}/runbook", "runbook.read", p.tab)
	h("GET /releases/{release}/runbook/choose", "runbook.read", p.chooseForm)
	h("POST /releases/{release}/runbook/choose", "runbook.choose", p.choose)
	h("GET /releases/{release}/runbook/start", "runbook.read", p.startForm)
	h("POST /releases/{release}/runbook/start", "run.start", p.start)
	h("GET /releases/{release}/runbook/rehearse", "runbook.read", p.rehearseForm)
	h("POST /releases/{release}/runbook/rehearse", "run.rehearse", p.rehearse)
}
