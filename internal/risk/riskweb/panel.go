package riskweb

import (
	"net/http"

	"github.com/a-h/templ"

	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/risk"
)

const panelLimit = 5

// panel is the card of the worst risks of a release.
type panel struct {
	look
	release plan.Release
	rows    []risk.Risk
	who     reader.Who
	count   risk.Count
}

// RisksPanel draws the worst risks of a release as a card, inside the page's snapshot; nil for a viewer who may not read
// risks there. It costs four statements.
func (p *Pages) RisksPanel(tx *db.Tx, r plan.Release) (templ.Component, error) {
	may, err := auth.Allowed(tx, "risk.read", plan.Scope(r))
	if err != nil || !may {
		return nil, err
	}
	v := panel{release: r, look: p.look((&http.Request{}).WithContext(tx.Context()))}
	if v.rows, err = risk.Risks(tx, risk.Filter{Release: string(r.ID), Limit: panelLimit}); err != nil {
		return nil, err
	}
	if v.who, err = owners(tx, v.rows); err != nil {
		return nil, err
	}
	if v.count, err = risk.CountOf(tx, r.ID); err != nil {
		return nil, err
	}
	return panelCard(v), nil
}

// TabCount is what the tab of a release counts: the risks that are open, "" without any.
func TabCount(tx *db.Tx, r plan.Release) (string, error) {
	c, err := risk.CountOf(tx, r.ID)
	if err != nil || c.Open == 0 {
		return "", err
	}
	return ui.Number(int(c.Open)), nil
}
