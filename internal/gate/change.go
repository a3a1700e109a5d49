package gate

import (
	"context"

	"slipway/internal/errs"
	"slipway/internal/gate/fault"
	"slipway/internal/gate/statement"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// record writes the change row of a criterion. who is the author, empty for what came from a template.
func record(tx *db.Tx, r plan.Release, key string, before, after *plan.CriterionSpec, reason string, who id.Person) error {
	c := Change{ID: id.New[string](), Release: r.ID, Criterion: key, At: tx.Now, By: actor(tx), Person: who, Reason: reason}
	var err error
	if before != nil {
		if c.Before, err = db.Canonical(before); err != nil {
			return err
		}
	}
	if after != nil {
		if c.After, err = db.Canonical(after); err != nil {
			return err
		}
	}
	return insertChange(tx, c)
}

// Add adds a criterion to a release, at the end. An approved release becomes active again. It fails with errs.Invalid for faulty
// fields, errs.Conflict for a key that is taken, and errs.Blocked where the content of the release does not change any more.
func (g *Gate) Add(ctx context.Context, ref string, in plan.CriterionSpec, reason string) (Criterion, error) {
	return db.Writing(ctx, g.db, func(tx *db.Tx) (Criterion, error) {
		r, err := g.editable(tx, ref)
		if err != nil {
			return Criterion{}, err
		}
		if err := statement.Check(tx, r, in, reason, g.compile); err != nil {
			return Criterion{}, err
		}
		if c, err := criterionBy(tx, r.ID, in.Key); err == nil {
			return Criterion{}, errs.Conflict("key.taken", c, "There is a criterion %s already. Choose another key, or change that one.", in.Key)
		} else if !errs.Is(err, errs.CodeNotFound) {
			return Criterion{}, err
		}
		last, err := lastPosition(tx, r.ID)
		if err != nil {
			return Criterion{}, err
		}
		out := Criterion{ID: id.New[string](), Release: r.ID, Key: in.Key, Position: last + 1, Spec: statement.Normal(in), Since: tx.Now, Rev: 1, ChangedAt: tx.Now, ChangedBy: actor(tx)}
		if err := insertCriterion(tx, out); err != nil {
			return Criterion{}, err
		}
		return out, g.changed(tx, r, CriterionAdded, out.Key, nil, &out.Spec, reason)
	})
}

// Set replaces the statement of a criterion; its key stays. What it is judged by stays too and is judged anew. It fails as Add does, and
// with errs.Conflict, carrying the present row, if the version the caller read is gone; rev 0 takes whatever there is.
func (g *Gate) Set(ctx context.Context, ref, key string, rev int64, in plan.CriterionSpec, reason string) (Criterion, error) {
	return db.Writing(ctx, g.db, func(tx *db.Tx) (Criterion, error) {
		r, err := g.editable(tx, ref)
		if err != nil {
			return Criterion{}, err
		}
		c, err := criterionBy(tx, r.ID, key)
		if err != nil {
			return Criterion{}, err
		}
		if rev != 0 && c.Rev != rev {
			return Criterion{}, stale(c, c.Spec.Name, c.ChangedAt)
		}
		in.Key = c.Key
		if err := statement.Check(tx, r, in, reason, g.compile); err != nil {
			return Criterion{}, err
		}
		out := c
		out.Spec = statement.Normal(in)
		if same, err := equal(c.Spec, out.Spec); same || err != nil {
			return out, err
		}
		out.Rev, out.ChangedAt, out.ChangedBy = c.Rev+1, tx.Now, actor(tx)
		if ok, err := updateCriterion(tx, out); err != nil {
			return Criterion{}, err
		} else if !ok {
			return Criterion{}, stale(c, c.Spec.Name, c.ChangedAt)
		}
		return out, g.changed(tx, r, CriterionChanged, c.Key, &c.Spec, &out.Spec, reason)
	})
}

// Drop takes a criterion away. Its evidence, confirmations and waivers stay on record. It fails as Set does.
func (g *Gate) Drop(ctx context.Context, ref, key string, rev int64, reason string) error {
	return g.db.Write(ctx, func(tx *db.Tx) error {
		r, err := g.editable(tx, ref)
		if err != nil {
			return err
		}
		c, err := criterionBy(tx, r.ID, key)
		if err != nil {
			return err
		}
		if rev != 0 && c.Rev != rev {
			return stale(c, c.Spec.Name, c.ChangedAt)
		}
		if err := fault.Text("reason", reason, statement.LineMax, true); err != nil {
			return err
		}
		if err := deleteCriterion(tx, c); err != nil {
			return err
		}
		return g.changed(tx, r, CriterionDropped, c.Key, &c.Spec, nil, reason)
	})
}

// editable reads a release whose criteria the caller may change now.
func (g *Gate) editable(tx *db.Tx, ref string) (plan.Release, error) {
	r, err := plan.ReleaseByRef(tx, ref)
	if err != nil {
		return r, err
	}
	if err := auth.Check(tx, "gate.edit", plan.Scope(r)); err != nil {
		return r, err
	}
	switch r.State {
	case plan.Draft, plan.Planned, plan.Active, plan.Approved, plan.Held, plan.RolledBack:
		return r, nil
	case plan.Deploying:
		return r, errs.Blocked("plan.locked", "%s is being deployed, so its criteria cannot change. Wait for the run, or abort it.", r.Name)
	}
	if err := unchangeable(r); err != nil {
		return r, err
	}
	return r, errs.Blocked("plan.locked", "%s is %s, so its criteria cannot change any more.", r.Name, r.State.Words())
}

// changed records a change of the section and takes an approved release back to active.
func (g *Gate) changed(tx *db.Tx, r plan.Release, action, key string, before, after *plan.CriterionSpec, reason string) error {
	if err := record(tx, r, key, before, after, reason, person(tx)); err != nil {
		return err
	}
	entry(tx, r, action, ledger.Subject{Kind: "release", ID: string(r.ID)}, map[string]any{"criterion": key, "before": before, "after": after, "reason": reason})
	return plan.FallBack(tx, r.ID, Section, reason)
}

func equal(a, b plan.CriterionSpec) (bool, error) {
	x, err := db.Canonical(a)
	if err != nil {
		return false, err
	}
	y, err := db.Canonical(b)
	return string(x) == string(y), err
}
