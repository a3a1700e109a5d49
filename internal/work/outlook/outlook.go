package outlook

import (
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
	"slipway/internal/work/means"
	"slipway/internal/work/schedule"
)

// Options are what the wing needs of others.
type Options = means.Options

// Outlooks is the service of the wing.
type Outlooks struct {
	db    *db.DB
	means *means.Means
}

// New returns the service over a migrated database.
func New(d *db.DB, o Options) *Outlooks { return &Outlooks{db: d, means: means.New(o)} }

// seen reads a release as far as the caller may see its outlook.
func seen(tx *db.Tx, ref string) (plan.Release, error) {
	r, err := plan.ReleaseByRef(tx, ref)
	if err != nil {
		return r, err
	}
	return r, auth.CheckSeen(tx, "outlook.read", plan.Scope(r), "release")
}

// open is seen for a change that needs a permission of its own.
func open(tx *db.Tx, ref, permission string) (plan.Release, error) {
	r, err := seen(tx, ref)
	if err != nil {
		return r, err
	}
	if err := auth.Check(tx, permission, plan.Scope(r)); err != nil {
		return r, err
	}
	if r.Ended() {
		return r, errs.Blocked("plan.ended", "%s is %s. Nothing of it changes any more.", r.Name, r.State.Words())
	}
	return r, nil
}

func entry(tx *db.Tx, r plan.Release, action, kind, id string, payload any) {
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: kind, ID: id}, Release: r.ID, Scope: string(plan.Scope(r)), Payload: payload})
}

func actor(tx *db.Tx) string {
	a := ledger.ActorOf(tx.Context())
	if a.For != "" {
		return string(a.For)
	}
	return a.ID
}

// at returns a minute of the axis as rows and answers have it; none for what is never reached.
func at(minute int) db.Time { return db.At(schedule.Instant(minute)) }
