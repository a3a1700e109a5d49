package impact

import (
	"context"
	"time"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Notice says where the notice stands that users are owed.
type Notice string

// Where a notice stands.
const (
	NoticeNone    Notice = "none"    // none is owed
	NoticeOwed    Notice = "owed"    // they are to be told, and there is time
	NoticeOverdue Notice = "overdue" // they should have been told already
	NoticeTold    Notice = "told"    // they were told in time, or before the release had a window
	NoticeLate    Notice = "late"    // they were told, later than they are owed
)

// judge says when a notice is due and where it stands.
func (i *Impact) judge(w plan.Window, now db.Time) {
	i.NoticeDue = 0
	if !w.IsZero() && i.NoticeHours > 0 {
		i.NoticeDue = w.Start.Add(-time.Duration(i.NoticeHours) * time.Hour)
	}
	due := i.NoticeDue
	switch {
	case !i.NoticeAt.IsZero() && !due.IsZero() && i.NoticeAt > due:
		i.Notice = NoticeLate
	case !i.NoticeAt.IsZero():
		i.Notice = NoticeTold
	case i.NoticeHours == 0:
		i.Notice = NoticeNone
	case !due.IsZero() && due < now:
		i.Notice = NoticeOverdue
	default:
		i.Notice = NoticeOwed
	}
}

// MovedSince returns when the window of a release was last put at another start after an instant, zero if it was not: who was told at
// that instant was told another time. It checks no permission.
func MovedSince(tx *db.Tx, r plan.Release, at db.Time) (db.Time, error) {
	changes, err := plan.ChangesSince(tx, r.ID, plan.SectionWindow, at)
	if err != nil {
		return 0, err
	}
	var moved db.Time
	for _, c := range changes {
		var before, after plan.WindowContent
		if c.Before == nil {
			continue
		}
		if err := c.Before.Decode(&before); err != nil {
			return 0, err
		}
		if err := c.After.Decode(&after); err != nil {
			return 0, err
		}
		if !before.Start.IsZero() && before.Start != after.Start {
			moved = c.At
		}
	}
	return moved, nil
}

// Tell marks the users of a service as told of an impact, at an instant or, if it is zero, now. rev is the version of the row as it
// was read. It fails with errs.NotFound if no impact was stated, with errs.Conflict if the row has another version, with
// errs.Invalid for an instant that is still to come, and with errs.Blocked for a release that has ended.
func (s *Impacts) Tell(ctx context.Context, release, service string, rev int64, at db.Time) (Impact, error) {
	var out Impact
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		r, x, was, err := s.open(tx, release, service)
		if err != nil {
			return err
		}
		if was.Rev == 0 {
			return auth.Unseen("impact")
		}
		if err := fresh(was, x, rev); err != nil {
			return err
		}
		if at.IsZero() {
			at = tx.Now
		}
		if at > tx.Now {
			return errs.InvalidField("at", "impact.told_ahead", "Users were told at a time that has passed; this one is still to come.")
		}
		out = was
		out.NoticeAt, out.Rev, out.ChangedAt, out.ChangedBy = at, was.Rev+1, tx.Now, ledger.ActorOf(tx.Context()).ID
		if err := put(tx, out); err != nil {
			return err
		}
		out.judge(r.Window, tx.Now)
		entry(tx, r, Told, map[string]any{"service": x.Key, "at": at, "due": out.NoticeDue})
		return s.changed(tx, r)
	})
	return out, err
}
