package action

import (
	"slipway/internal/id"
	"slipway/internal/plan/release"
	"slipway/internal/platform/db"
)

// Mirror is what an action takes over from what it follows.
type Mirror struct {
	Source     Source
	Title      string
	Owner      id.Person
	Verifier   id.Person
	Due        db.Time
	ClosesWith string
	Gates      bool
}

// Follow adds the action that mirrors something of a release, or opens the one there is again. It checks no permission: whoever changes what it mirrors has.
func Follow(tx *db.Tx, r release.Release, m Mirror) error {
	now, has, err := of(tx, m.Source.Kind, m.Source.Ref)
	if err != nil {
		return err
	}
	if has {
		if !now.State.Ended() {
			return nil
		}
		return settle(tx, now, Open, Reopened, "")
	}
	a := Action{ID: id.New[ID](), Product: r.Product, Release: r.ID, ReleaseKey: r.Key, ReleaseName: r.Name, Title: m.Title, Owner: m.Owner, Verifier: m.Verifier, Due: m.Due,
		Source: m.Source, Mirrored: true, Gates: m.Gates, ClosesWith: m.ClosesWith, ProofWanted: true, State: Open, StateAt: tx.Now, StateBy: Actor(tx),
		Rev: 1, CreatedAt: tx.Now, CreatedBy: Actor(tx), ChangedAt: tx.Now, ChangedBy: Actor(tx)}
	if a, err = Insert(tx, a); err != nil {
		return err
	}
	Record(tx, Added, nil, a, "")
	return nil
}

// Settle brings the action that mirrors something to a state; it does nothing where there is none, or where it stands there. It checks no permission.
func Settle(tx *db.Tx, kind, ref string, to State, note string) error {
	a, has, err := of(tx, kind, ref)
	if err != nil || !has || a.State == to {
		return err
	}
	what := map[State]string{Open: Reopened, Closed: ClosedDone, Dropped: DroppedGone}[to]
	return settle(tx, a, to, what, note)
}

func settle(tx *db.Tx, a Action, to State, what, note string) error {
	n := a
	n.State, n.StateReason, n.StateAt, n.StateBy = to, note, tx.Now, Actor(tx)
	n, err := Save(tx, n)
	if err != nil {
		return err
	}
	Record(tx, what, &a, n, "")
	return nil
}
