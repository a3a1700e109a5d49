package risk

import (
	"cmp"
	"context"
	"slices"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Register is the service of the area.
type Register struct{ db *db.DB }

// New returns the register over a migrated database.
func New(d *db.DB) *Register { return &Register{db: d} }

// Get returns a risk by key or identifier. It fails with errs.NotFound if the caller may not see it.
func (r *Register) Get(ctx context.Context, ref string) (Risk, error) {
	return db.Reading(ctx, r.db, func(tx *db.Tx) (Risk, error) { return ByRef(tx, ref) })
}

// edit is one change of a risk.
type edit struct {
	ref        string
	rev        int64 // the version that the caller read; 0 takes whatever there is
	permission string
	action     string
	reason     string
	needs      bool // a reason must be given
	ended      bool // possible in a release that has ended
}

// change carries an edit out: rights, version, the new row, its change and its entry, and the fall of an approval whose
// content it changes. What changes nothing is recorded nowhere.
func (r *Register) change(ctx context.Context, e edit, fn func(tx *db.Tx, n *Risk, f *faults) error) (Risk, error) {
	return db.Writing(ctx, r.db, func(tx *db.Tx) (Risk, error) {
		was, err := ByRef(tx, e.ref)
		if err != nil {
			return Risk{}, err
		}
		if err := auth.Check(tx, e.permission, Scope(was)); err != nil {
			return Risk{}, err
		}
		if e.rev != 0 && e.rev != was.Rev {
			return Risk{}, stale(tx, was)
		}
		if !e.ended {
			if err := living(tx, was.Release); err != nil {
				return Risk{}, err
			}
		}
		n := was
		var f faults
		f.text("reason", e.reason, reasonMax, e.needs)
		if err := fn(tx, &n, &f); err != nil {
			return Risk{}, err
		}
		f.check(n)
		if err := f.err(); err != nil {
			return Risk{}, err
		}
		return save(tx, was, n, e.action, e.reason)
	})
}

func save(tx *db.Tx, was, n Risk, action, reason string) (Risk, error) {
	n.derive(was, tx.Now)
	if n == was {
		return was, nil
	}
	n.Rev, n.ChangedAt, n.ChangedBy = was.Rev+1, tx.Now, actor(tx)
	if err := update(tx, n); err != nil {
		return was, err
	}
	return n, record(tx, &was, n, action, reason)
}

// record writes the change and its entry, and takes an approved release back whose signed content it changes. was is nil
// for a risk that was not there.
func record(tx *db.Tx, was *Risk, n Risk, action, reason string) error {
	a := ledger.ActorOf(tx.Context())
	c := Change{ID: id.New[string](), Risk: n.ID, Action: action, Release: n.Release, At: tx.Now, By: a.ID, Person: a.For, Score: n.Score,
		ResidualScore: n.ResidualScore, Reason: reason, Signed: was == nil || was.content() != n.content() || was.Release != n.Release}
	var before any
	var err error
	if was != nil {
		c.WasRelease = was.Release
		if c.Before, err = db.Canonical(was); err != nil {
			return err
		}
		before = was
	}
	if c.After, err = db.Canonical(n); err != nil {
		return err
	}
	if err := insertChange(tx, c); err != nil {
		return err
	}
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "risk", ID: string(n.ID)}, Release: n.Release, Scope: string(Scope(n)),
		Payload: map[string]any{"key": n.Key, "before": before, "after": n, "reason": reason}})
	if !c.Signed {
		return nil
	}
	for _, rel := range slices.Compact([]id.Release{c.WasRelease, c.Release}) {
		if rel == "" {
			continue
		}
		if err := plan.FallBack(tx, rel, SectionName, n.Key+" was changed after approval."); err != nil {
			return err
		}
	}
	return nil
}

// living refuses changes within a release that has ended.
func living(tx *db.Tx, rel id.Release) error {
	if rel == "" {
		return nil
	}
	r, err := plan.ReleaseByID(tx, rel)
	if err == nil && r.Ended() {
		err = errs.Blocked("plan.ended", "%s is %s. Its risks can be closed, and nothing else.", r.Name, r.State.Words())
	}
	return err
}

func actor(tx *db.Tx) string { return ledger.ActorOf(tx.Context()).ID }

// behalf is the person on whose behalf a change is made, or the actor where there is none.
func behalf(tx *db.Tx) string {
	a := ledger.ActorOf(tx.Context())
	return cmp.Or(string(a.For), a.ID)
}

// stale says who changed the risk since the caller read it.
func stale(tx *db.Tx, now Risk) error {
	by, err := authorOf(tx, now.ID)
	if err != nil {
		return err
	}
	return auth.Stale(tx, now, by, now.ChangedAt)
}
