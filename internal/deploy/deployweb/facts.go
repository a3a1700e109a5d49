package deployweb

import (
	"slipway/internal/deploy"
	"slipway/internal/deploy/deployweb/desk"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
)

// Facts returns what the overview of a release says about its night: how long it takes, how it is taken back, and from
// which step on it is not. It is empty without a runbook, and for those who may not read runbooks.
func Facts(runs *deploy.Runs) func(*db.Tx, plan.Release) ([]ui.Fact, error) {
	return func(tx *db.Tx, r plan.Release) ([]ui.Fact, error) {
		may, err := auth.Allowed(tx, "runbook.read", plan.Scope(r))
		if err != nil || !may {
			return nil, err
		}
		p, err := runs.ProspectOf(tx, r.ID)
		if errs.Is(err, errs.CodeNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		out := []ui.Fact{{Key: "The night", Value: ui.Plural(len(p.Book.Steps), "step", "steps") + ", " + desk.Takes(p.Plan.Length) + " planned"}}
		way := "No steps. Nothing is taken back by itself."
		if n := len(p.Book.BackOut.Steps); n > 0 {
			way = ui.Plural(n, "step", "steps") + ", " + desk.Takes(p.BackOut.Length) + " planned"
		}
		out = append(out, ui.Fact{Key: "Way back", Value: way})
		for i, s := range p.Book.Steps {
			if s.PointOfNoReturn {
				return append(out, ui.Fact{Key: "No return", Value: "From step " + desk.Number(i, false) + " on: " + s.Title()}), nil
			}
		}
		return out, nil
	}
}
