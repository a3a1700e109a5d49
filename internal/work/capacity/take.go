package capacity

import (
	"context"
	"slices"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/work"
	"slipway/internal/work/resource"
)

// Take does what a way out of a week says, and returns the week as it is then: a task goes to the deputy, or tasks do not start before a later
// day. The weeks are computed again within the same change, and what the way promised must be so: otherwise nothing is changed. It fails as
// Detail does and as changing the tasks does, with errs.Conflict capacity.way_gone if the week has no such way any more, and with errs.Blocked
// capacity.way_asked for a way that is to be asked for, and capacity.way_fails if the week would still be over.
func (c *Capacity) Take(ctx context.Context, kind, key string, week resource.Week, way string) (Detail, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Detail, error) {
		for _, permission := range []string{"resource.read", "work.plan"} {
			if err := resource.Anywhere(tx, permission); err != nil {
				return Detail{}, err
			}
		}
		b, err := c.readBook(tx, WeeksMost)
		if err != nil {
			return Detail{}, err
		}
		d, err := b.detail(kind, key, week)
		if err != nil {
			return Detail{}, err
		}
		i := slices.IndexFunc(d.Ways, func(w Way) bool { return w.ID == way })
		if i < 0 {
			return Detail{}, errs.Conflict("capacity.way_gone", d, "The week has no such way out any more. Look at it again.")
		}
		w := d.Ways[i]
		if !w.Takes {
			return Detail{}, errs.Blocked("capacity.way_asked", "This way is asked for: make a request, which is granted or refused.")
		}
		if err := w.take(tx); err != nil {
			return Detail{}, err
		}
		after, err := c.readBook(tx, WeeksMost)
		if err != nil {
			return Detail{}, err
		}
		at := slices.Index(b.weekNames(), week)
		was, is := b.load.Row(w.unit)[at], after.load.Row(w.unit)[at]
		if w.Clears && is.Over() || is.Demand >= was.Demand {
			return Detail{}, errs.Blocked("capacity.way_fails", "Nothing is changed: scheduled that way, week %d of %s would be at %d %%.", week.Number(), b.people[w.unit].Name, is.Percent())
		}
		return after.detail(kind, key, week)
	})
}

// take changes the tasks.
func (w Way) take(tx *db.Tx) error {
	if len(w.Shifts) == 0 {
		_, err := work.SetTx(tx, w.TaskID, 0, work.Change{Owner: &w.Person, Note: w.Title})
		return err
	}
	for _, x := range w.Shifts {
		if _, err := work.SetTx(tx, x.TaskID, 0, work.Change{NotBefore: &x.NotBefore, Note: w.Title}); err != nil {
			return err
		}
	}
	return nil
}

// MayTake reports whether the caller may take a way, without recording a check.
func MayTake(tx *db.Tx, w Way) (bool, error) {
	for _, p := range w.homes {
		if may, err := auth.Allowed(tx, "work.plan", catalog.Scope(p)); err != nil || !may {
			return false, err
		}
	}
	return w.Takes, nil
}
