package home

import (
	"time"

	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// Actions is the action register, as home needs it.
type Actions interface {
	// OpenActions counts the open actions that the caller may see.
	OpenActions(tx *db.Tx) (int, error)
	// Promises returns the open actions that the caller may see which are due within a span or over, and those whose proof waits to be seen. Those that are
	// settled elsewhere are left out.
	Promises(tx *db.Tx, within time.Duration) ([]Promise, error)
}

// Promise is an action of the register that presses.
type Promise struct {
	Key, Title, Release string
	Owner               id.Person
	Due                 db.Time
	Late                bool // it is overdue
	Said                bool // its owner says that it is done
	MayClose            bool // the caller may close it
}

// promises adds the actions of the register: those of the caller that are due, those that they may close, and those of others that are overdue.
func (g *gathering) promises() error {
	if g.h.areas.Actions == nil {
		return nil
	}
	list, err := g.h.areas.Actions.Promises(g.tx, pressing)
	if err != nil {
		return err
	}
	for _, p := range list {
		own := p.Owner == g.me.Person
		i := Item{Kind: KindAction, Weight: Waits, Title: p.Title, Due: p.Due, Release: p.Release, Ref: p.Key, Mine: own}
		if i.Who, err = g.name(p.Owner); err != nil {
			return err
		}
		switch {
		case p.Said:
			i.Why, i.Mine, i.Who, i.Due = "Action "+p.Key+" is said to be done. Its proof waits to be seen.", p.MayClose, "somebody who may close it", 0
		case p.Late:
			i.Why, i.Weight = "Action "+p.Key+" is overdue.", Presses
		default:
			i.Why = "Action " + p.Key + "."
		}
		g.add(i)
	}
	return nil
}
