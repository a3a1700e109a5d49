package app

import (
	"time"

	"github.com/a-h/templ"

	"slipway/internal/home"
	"slipway/internal/plan"
	"slipway/internal/plan/planapi"
	"slipway/internal/plan/planweb/actions"
	"slipway/internal/plan/register"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/risk"
)

// actionWings is the action register.
type actionWings struct {
	Actions     *register.Register
	actionsPage *actions.Pages
}

// actionParts makes the action register, which chases what is due.
func (a *App) actionParts() {
	a.Actions = register.New(a.DB, register.Options{Source: sourceOf})
	a.Actions.Jobs(a.Jobs)
}

func (a *App) actionPages() {
	a.actionsPage = actions.New(a.site, a.DB, a.Actions)
	a.actionsPage.Mount()
}

func (a *App) actionRoutes() { planapi.RegisterActions(a.api, a.Actions) }

// sourceOf finds the sources of actions that Slipway keeps itself. The others are words.
func sourceOf(tx *db.Tx, kind, ref string) (register.Found, error) {
	if kind != register.SourceRisk {
		return register.Found{}, nil
	}
	r, err := risk.ByRef(tx, ref)
	if err != nil {
		return register.Found{}, err
	}
	return register.Found{Source: register.Source{Kind: kind, Ref: r.Key, Name: r.Key + ", " + r.Title, URL: "/risks/" + r.Key}, Product: r.Product, Release: r.Release}, nil
}

// actionsOf draws the actions that come from a risk.
func (a *App) actionsOf(tx *db.Tx, r risk.Risk) (templ.Component, error) {
	from := actions.From{Kind: register.SourceRisk, Ref: r.Key, Scope: risk.Scope(r)}
	if r.State == risk.Closed {
		from.Ended = "the risk is closed."
	}
	return a.actionsPage.Panel(tx, from)
}

// withActions adds the open actions of a release to its facts.
func (a *App) withActions(facts func(*db.Tx, plan.Release) ([]ui.Fact, error)) func(*db.Tx, plan.Release) ([]ui.Fact, error) {
	return func(tx *db.Tx, r plan.Release) ([]ui.Fact, error) {
		out, err := facts(tx, r)
		if err != nil {
			return nil, err
		}
		more, err := a.actionsPage.Facts(tx, r)
		return append(out, more...), err
	}
}

// promises is the action register as home needs it.
type promises struct{ register *register.Register }

// OpenActions counts the open actions that the caller may see.
func (p promises) OpenActions(tx *db.Tx) (int, error) {
	n, err := p.register.Count(tx, register.Filter{Open: true})
	return int(n), err
}

const promisesMost = 50 // of each sort that mission control looks at

// Promises returns the actions that press.
func (p promises) Promises(tx *db.Tx, within time.Duration) ([]home.Promise, error) {
	due, err := p.register.Read(tx, register.Filter{States: []register.State{register.Open, register.Started}, DueBefore: tx.Now.Add(within), Settled: true, Limit: promisesMost})
	if err != nil {
		return nil, err
	}
	said, err := p.register.Read(tx, register.Filter{States: []register.State{register.Said}, Settled: true, Limit: promisesMost})
	if err != nil {
		return nil, err
	}
	var out []home.Promise
	for _, x := range append(due, said...) {
		y := home.Promise{Key: x.Key, Title: x.Title, Release: x.ReleaseKey, Owner: x.Owner, Due: x.Due, Late: x.Overdue(tx.Now), Said: x.State == register.Said}
		if y.Said {
			why, err := register.Why(tx, x, "close")
			if err != nil {
				return nil, err
			}
			y.MayClose = why == ""
		}
		out = append(out, y)
	}
	return out, nil
}
