package register

import (
	"context"
	"time"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan/action"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Register is the service.
type Register struct {
	db *db.DB
	o  Options
}

// Options are what the register needs from outside.
type Options struct {
	// Source finds what a person named as the source of an action, for the kinds that can be looked up; nil for none. It answers with
	// errs.NotFound for what does not exist or the caller may not see.
	Source func(tx *db.Tx, kind, ref string) (Found, error)
	// Remind is how long before its due date the owner of an action is reminded, Escalate how long after it more than its owner is told; two and
	// three days unless stated.
	Remind, Escalate time.Duration
}

// Found is a source that was looked up.
type Found struct {
	action.Source
	Product id.Product
	Release id.Release
}

// New returns the register over a migrated database.
func New(d *db.DB, o Options) *Register {
	if o.Remind <= 0 {
		o.Remind = 48 * time.Hour
	}
	if o.Escalate <= 0 {
		o.Escalate = 72 * time.Hour
	}
	return &Register{d, o}
}

// What the part keeps, as pages and operations see it.
type (
	// Action is a promised piece of work.
	Action = action.Action
	// State is how far an action is.
	State = action.State
	// Source is where an action comes from.
	Source = action.Source
	// Tally is how many actions there are of each sort.
	Tally = action.Tally
)

// The states that pages and operations name.
const (
	Open    = action.Open
	Started = action.Started
	Said    = action.Said
	Closed  = action.Closed
	Dropped = action.Dropped
)

// SourceRisk is the kind of source that a risk is.
const SourceRisk = action.Risk

// Filter narrows the register, which is in the order of the due dates, those without one last.
type Filter struct {
	States      []State
	Open        bool    // only those that have not ended
	Overdue     bool    // only those whose due date is over and that nobody has said to be done
	DueBefore   db.Time // only those that are due before
	Settled     bool    // only those that are settled here, not where they come from
	Gating      bool    // only those that a release waits for
	Owner       string  // key or identifier of a person
	Mine        bool    // only the caller's own
	Source      string  // kind
	Ref         string  // of the source, as it was named
	Release     string  // key or identifier
	Product     id.Product
	Query       string
	AfterSort   int64
	AfterNumber int64
	Limit       int // 1 to 1,000; 0 means 50
}

// List returns one page of the actions that the caller may see.
func (r *Register) List(ctx context.Context, f Filter) ([]Action, error) {
	return db.Reading(ctx, r.db, func(tx *db.Tx) ([]Action, error) { return r.Read(tx, f) })
}

// Read is Register.List inside the caller's snapshot.
func (r *Register) Read(tx *db.Tx, f Filter) ([]Action, error) {
	w, err := f.where(tx)
	if err != nil {
		return nil, err
	}
	if f.AfterNumber > 0 {
		w.And(`(a.sort_at, a.number) > (?, ?)`, f.AfterSort, f.AfterNumber)
	}
	limit := f.Limit
	if limit <= 0 {
		limit = 50
	}
	return action.Select(tx, w.String()+` ORDER BY a.sort_at, a.number LIMIT `+w.Arg(min(limit, 1_001)), w.Args...)
}

// Count returns how many actions pass a filter, whatever its page is.
func (r *Register) Count(tx *db.Tx, f Filter) (int64, error) {
	w, err := f.where(tx)
	if err != nil {
		return 0, err
	}
	return action.Count(tx, w)
}

// quarter is the span over which it is counted how many actions were closed in time.
const quarter = 91 * 24 * time.Hour

// Tally counts the actions that pass a filter by sort.
func (r *Register) Tally(tx *db.Tx, f Filter) (Tally, error) {
	w, err := f.where(tx)
	if err != nil {
		return Tally{}, err
	}
	return action.TallyOf(tx, w, string(auth.Me(tx)), tx.Now.Add(-quarter))
}

// Get returns an action by key or identifier. It fails with errs.NotFound if the caller may not see it.
func (r *Register) Get(ctx context.Context, ref string) (Action, error) {
	return db.Reading(ctx, r.db, func(tx *db.Tx) (Action, error) { return r.Find(tx, ref) })
}

// Find is Register.Get inside the caller's snapshot.
func (r *Register) Find(tx *db.Tx, ref string) (Action, error) {
	a, err := action.By(tx, ref)
	if err != nil {
		return a, err
	}
	return a, auth.CheckSeen(tx, "action.read", action.Scope(a), "action")
}

// stale refuses a version that is gone.
func stale(tx *db.Tx, a Action, rev int64) error {
	if rev == 0 || rev == a.Rev {
		return nil
	}
	return auth.Stale(tx, a, id.Person(a.ChangedBy), a.ChangedAt)
}

func ended(a Action) error {
	if a.State.Ended() {
		return errs.Blocked("action.ended", "%s is %s. Reopen it first.", a.Key, a.State.Words())
	}
	return nil
}

// mirrored refuses to settle here what is settled elsewhere.
func mirrored(a Action) error {
	if a.Mirrored {
		return errs.Blocked("action.of_condition", "%s is a condition of the go/no-go of %s. Whoever asked for it says there that it is done.", a.Key, a.ReleaseName)
	}
	return nil
}
