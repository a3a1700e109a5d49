package plan

import (
	"context"
	"errors"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan/fault"
	"slipway/internal/plan/item"
	"slipway/internal/plan/release"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// part is a kind of what a release consists of. People add, change and remove parts one by one.
type part[T any] struct {
	what    string // as reasons name it
	taken   string // what is said of a key that the release has already
	edit    string // the permission to remove one
	by      func(tx *db.Tx, r id.Release, ref string) (T, error)
	remove  func(p item.Parts, tx *db.Tx, r Release, x T, reason string) error
	version func(T) (rev int64, name string, at db.Time)
}

var (
	milestones = part[Milestone]{"milestone", "There is a milestone %s already.", "plan.edit", item.MilestoneBy, item.Parts.RemoveMilestone,
		func(m Milestone) (int64, string, db.Time) { return m.Rev, m.Name, m.ChangedAt }}
	deliverables = part[Deliverable]{"deliverable", "There is a deliverable %s already.", "plan.edit", item.DeliverableBy, item.Parts.RemoveDeliverable,
		func(d Deliverable) (int64, string, db.Time) { return d.Rev, d.Name, d.ChangedAt }}
	scopeItems = part[ScopeItem]{"scope_item", "%s is in the scope already.", "plan.scope", item.ScopeBy, item.Parts.RemoveScope,
		func(s ScopeItem) (int64, string, db.Time) { return s.Rev, s.Key, s.ChangedAt }}
)

// free fails with errs.Conflict, carrying what is there, if the release has one of that key.
func (k part[T]) free(tx *db.Tx, r Release, key string) error {
	switch now, err := k.by(tx, r.ID, key); {
	case err == nil:
		return errs.Conflict("key.taken", now, k.taken, key)
	case !errors.Is(err, db.ErrNone):
		return err
	}
	return nil
}

// find returns one of the release by key or identifier. It fails with errs.NotFound, and with errs.Conflict, carrying what is
// there, if the version is gone; rev 0 takes whatever there is.
func (k part[T]) find(tx *db.Tx, r Release, ref string, rev int64) (T, error) {
	x, err := k.by(tx, r.ID, ref)
	if err != nil {
		return x, auth.Missing(k.what, err)
	}
	if is, name, at := k.version(x); rev != 0 && rev != is {
		return x, release.Stale(x, name, at)
	}
	return x, nil
}

// drop takes one out of a release.
func (k part[T]) drop(ctx context.Context, p *Plans, ref, which string, rev int64, reason string) error {
	_, err := change(ctx, p, ref, 0, k.edit, func(tx *db.Tx, r Release) (T, error) {
		x, err := k.find(tx, r, which, rev)
		if err != nil {
			return x, err
		}
		var f fault.List
		f.Text("reason", reason, fault.ReasonMax, false)
		if err := f.Err(); err != nil {
			return x, err
		}
		return x, k.remove(p.parts(), tx, r, x, reason)
	})
	return err
}
