package actions

import (
	"net/url"

	"github.com/a-h/templ"

	"slipway/internal/plan"
	"slipway/internal/plan/register"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
)

const panelLimit = 50

// From is what a card of actions is about.
type From struct {
	Kind, Ref string     // as sources have it
	Scope     auth.Scope // of the rights on it
	Ended     string     // why nothing is added to it any more, "" while something may
}

// Panel draws the actions that come from one thing as a card, inside the page's snapshot; nil for a viewer who may not read actions there.
func (p *Pages) Panel(tx *db.Tx, from From) (templ.Component, error) {
	may, err := auth.Allowed(tx, "action.read", from.Scope)
	if err != nil || !may {
		return nil, err
	}
	v := panel{look: p.look(tx.Context()), add: Path + "/new" + encode(url.Values{"source": {from.Kind}, "ref": {from.Ref}})}
	if v.rows, err = p.register.Read(tx, register.Filter{Source: from.Kind, Ref: from.Ref, Limit: panelLimit}); err != nil {
		return nil, err
	}
	if v.who, err = named(tx, v.rows); err != nil {
		return nil, err
	}
	switch may, err = auth.Allowed(tx, "action.add", from.Scope); {
	case err != nil:
		return nil, err
	case !may:
		v.addWhy = "your roles do not carry action.add here."
	default:
		v.addWhy = from.Ended
	}
	return panelCard(v), nil
}

// count says how many are open of all.
func (v panel) count() string {
	open := 0
	for _, a := range v.rows {
		if !a.State.Ended() {
			open++
		}
	}
	if len(v.rows) == 0 {
		return ""
	}
	return ui.Number(open) + " open of " + ui.Number(len(v.rows))
}

func (v panel) when(a register.Action) string {
	if a.State.Ended() {
		return ""
	}
	return v.due(a.Due)
}

func (v panel) note(a register.Action) string {
	s := a.Key
	if a.Owner != "" {
		s += ", " + v.who.Of(a.Owner).Name
	}
	if a.ClosesWith != "" {
		s += ", closes with: " + a.ClosesWith
	}
	return s
}

// Facts says how many actions of a release are open, with the way to them; nothing to a viewer who may not read actions there.
func (p *Pages) Facts(tx *db.Tx, r plan.Release) ([]ui.Fact, error) {
	may, err := auth.Allowed(tx, "action.read", plan.Scope(r))
	if err != nil || !may {
		return nil, err
	}
	t, err := p.register.Tally(tx, register.Filter{Release: string(r.ID)})
	if err != nil {
		return nil, err
	}
	text := ui.Number(int(t.Open)) + " open"
	if t.Overdue > 0 {
		text += ", " + ui.Number(int(t.Overdue)) + " overdue"
	}
	if t.Gating > 0 {
		text += ", " + ui.Number(int(t.Gating)) + " gating"
	}
	return []ui.Fact{{Key: "Actions", Body: link(text, Path+encode(url.Values{"release": {r.Key}}))}}, nil
}
