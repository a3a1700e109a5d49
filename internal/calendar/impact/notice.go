package impact

import (
	"cmp"
	"context"
	"time"

	"slipway/internal/errs"
	"slipway/internal/id"
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
	NoticeMoved   Notice = "moved"   // they were told, and the window was moved after that: they are to be told again
)

// know fills the start that users were told.
func (i *Impact) know(start db.Time, h heard) {
	switch {
	case i.NoticeAt.IsZero():
		i.Known = 0
	case h.since:
		i.Known = h.start
	default:
		i.Known = start
	}
}

// Dateless reports whether users were told before there was a date.
func (i Impact) Dateless() bool { return !i.NoticeAt.IsZero() && i.Known.IsZero() }

// Told is when users were told of a start, none if they were not: what they were told of one date counts for no other, and what they were told before
// there was a date counts for every one. It needs Known.
func (i Impact) Told(start db.Time) db.Time {
	if i.Dateless() || i.Known == start {
		return i.NoticeAt
	}
	return 0
}

// InTime is the earliest instant that a start may be for users to be told in time of it, now if they were not told yet; none if none is owed.
func (i Impact) InTime(start, now db.Time) db.Time {
	if i.NoticeHours == 0 {
		return 0
	}
	return cmp.Or(i.Told(start), now).Add(time.Duration(i.NoticeHours) * time.Hour)
}

// judge says when a notice is due and where it stands.
func (i *Impact) judge(w plan.Window, h heard, now db.Time) {
	i.NoticeDue, i.MovedAt = 0, h.moved
	i.know(w.Start, h)
	if !w.IsZero() && i.NoticeHours > 0 {
		i.NoticeDue = w.Start.Add(-time.Duration(i.NoticeHours) * time.Hour)
	}
	due := i.NoticeDue
	switch {
	case !h.moved.IsZero():
		i.Notice = NoticeMoved
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

// stand judges an impact of a release as it was written.
func (i *Impact) stand(tx *db.Tx, r plan.Release) error {
	news := map[on]heard{}
	err := heardOf(tx, []id.Release{r.ID}, news)
	i.judge(r.Window, news[i.on()], tx.Now)
	return err
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
		if err := out.stand(tx, r); err != nil {
			return err
		}
		entry(tx, r, Told, map[string]any{"service": x.Key, "at": at, "due": out.NoticeDue})
		return s.changed(tx, r)
	})
	return out, err
}
