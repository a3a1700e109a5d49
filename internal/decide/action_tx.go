package decide

import (
	"slipway/internal/decide/round"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// follow brings the conditions of a sealed decision into the action register.
func follow(tx *db.Tx, r plan.Release, list []Asking) error {
	for _, c := range list {
		if c.Done() {
			continue
		}
		if err := plan.FollowAction(tx, r, plan.Mirror{Title: c.Text, Owner: c.Owner, Verifier: c.Verifier, Due: c.Due, Gates: true, ClosesWith: "whoever asked says that it is done",
			Source: plan.ActionSource{Kind: plan.SourceCondition, Ref: c.ID, Name: "Go/no-go of " + r.Name, URL: "/releases/" + r.Key + "/go-no-go"}}); err != nil {
			return err
		}
	}
	return nil
}

// settleAction says in the register what was said of a condition.
func settleAction(tx *db.Tx, c Asking, note string) error {
	if c.Done() {
		return plan.CloseAction(tx, plan.SourceCondition, c.ID, note)
	}
	return plan.ReopenAction(tx, plan.SourceCondition, c.ID, note)
}

// overtake drops the actions of the conditions of a round that another follows, or that counts no more: they block nothing now.
func overtake(tx *db.Tx, last round.Poll, note string) error {
	for _, c := range last.Asked {
		if c.Done() {
			continue
		}
		if err := plan.DropAction(tx, plan.SourceCondition, c.ID, note); err != nil {
			return err
		}
	}
	return nil
}
