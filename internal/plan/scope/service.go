package scope

import (
	"context"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Sources are what others know of the consequences of a change. Each may be nil.
type Sources struct {
	// Consequences returns what a change of the scope would hit: approvals, the decision, evidence.
	Consequences func(tx *db.Tx, r plan.Release) ([]Consequence, error)
	// Delay returns by how much the end moves if the work of items changes. Without a text it does not know.
	Delay func(tx *db.Tx, r plan.Release, work []Work) (Delay, error)
	// Tasks returns the names of the open tasks of a release by the key of the item that they serve.
	Tasks func(tx *db.Tx, r plan.Release) (map[string][]string, error)
}

// Work is what a change does to the work of one item.
type Work struct {
	Key, Title string
	Owner      id.Person
	Hours      int  // that come on top; negative: that fall away
	Gone       bool // the item is taken out
}

// Delay is by how much the end of a release moves.
type Delay struct {
	Days  int     // whole days, rounded away from none; a negative number gains them
	Ready db.Time // when the work would end
	Text  string  // how that was found
}

// Changes is the service of the wing.
type Changes struct {
	db      *db.DB
	plans   *plan.Plans
	sources Sources
}

// New returns the service.
func New(d *db.DB, plans *plan.Plans, s Sources) *Changes { return &Changes{d, plans, s} }

// List returns the changes that were proposed for a release, newest first, 500 at most. It fails with errs.NotFound if the
// caller may not see the release.
func (c *Changes) List(ctx context.Context, release string) ([]Change, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) ([]Change, error) {
		r, err := plan.ReleaseByRef(tx, release)
		if err != nil {
			return nil, err
		}
		return changes(tx, r.ID)
	})
}

// Get returns a proposed change by its number. The impact of one that waits for its answer is what it is now. It fails with
// errs.NotFound.
func (c *Changes) Get(ctx context.Context, release string, number int) (Change, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) (Change, error) {
		r, err := plan.ReleaseByRef(tx, release)
		if err != nil {
			return Change{}, err
		}
		return c.Look(tx, r, number)
	})
}

// Look is Get inside a transaction, for pages. It checks no permission.
func (c *Changes) Look(tx *db.Tx, r plan.Release, number int) (Change, error) {
	out, err := changeBy(tx, r.ID, number)
	if err != nil || out.State != StateProposed {
		return out, err
	}
	now, err := c.weigh(tx, r, out.Steps)
	if errs.Is(err, errs.CodeInvalid) || errs.Is(err, errs.CodeConflict) {
		return out, nil // it does not fit the scope any more: what was known stays, approving it says why
	}
	if err == nil {
		out.Impact = now
		out.Role = now.Role
		out.Impact.MayAnswer, err = mayAnswer(tx, r, now.Role, out)
	}
	return out, err
}

// Waiting returns the changes of a release that wait for their answer, oldest first. It checks no permission.
func Waiting(tx *db.Tx, r plan.Release) ([]Change, error) { return waiting(tx, r.ID) }

// Weigh returns what a change would do, without keeping it. It fails with errs.Invalid for faulty steps and errs.NotFound
// if the caller may not see the release.
func (c *Changes) Weigh(ctx context.Context, release string, steps []plan.ScopeStep) (Impact, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) (Impact, error) {
		r, err := plan.ReleaseByRef(tx, release)
		if err != nil {
			return Impact{}, err
		}
		return c.WeighIn(tx, r, steps)
	})
}

// WeighIn is Weigh inside a transaction. It checks no permission.
func (c *Changes) WeighIn(tx *db.Tx, r plan.Release, steps []plan.ScopeStep) (Impact, error) {
	out, err := c.weigh(tx, r, steps)
	if err == nil {
		out.MayAnswer, err = mayAnswer(tx, r, out.Role, Change{Proposer: caller(tx)})
	}
	return out, err
}

// mayAnswer reports whether the caller may approve a change now.
func mayAnswer(tx *db.Tx, r plan.Release, role string, c Change) (bool, error) {
	may, err := auth.Allowed(tx, "scope.answer", plan.Scope(r))
	if err != nil || !may || role == "" {
		return may, err
	}
	err = held(tx, r, role, c)
	if errs.Is(err, errs.CodeForbidden) || errs.Is(err, errs.CodeBlocked) {
		return false, nil
	}
	return err == nil, err
}

// held refuses an answer of who does not hold the role, or approves what they proposed where four eyes are asked for.
func held(tx *db.Tx, r plan.Release, role string, c Change) error {
	if role == "" {
		return nil
	}
	me := caller(tx)
	ok, err := auth.Holds(tx, me, role, plan.Scope(r))
	if err != nil {
		return err
	}
	if !ok {
		return errs.Forbidden("scope.role_missing", "Changes of this scope are approved by the role %s, which you do not hold for %s.", role, r.ProductName)
	}
	t, err := plan.TemplateOf(tx, r)
	if err == nil && t.Policy.FourEyes && c.Proposer == me {
		err = errs.Blocked("scope.four_eyes", "You proposed this change, and somebody else with the role %s approves it.", role)
	}
	return err
}

func entry(tx *db.Tx, r plan.Release, action string, c Change, more map[string]any) {
	payload := map[string]any{"change": c.ID, "number": c.Number, "title": c.Title, "steps": c.Steps, "reason": c.Reason}
	for k, v := range more {
		payload[k] = v
	}
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "scope_change", ID: c.ID}, Release: r.ID, Scope: string(plan.Scope(r)), Payload: payload})
}
