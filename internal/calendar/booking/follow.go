package booking

import (
	"slices"

	"slipway/internal/calendar/booked"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

var (
	_ plan.Follower     = (*Bookings)(nil)
	_ plan.HoldFollower = (*Bookings)(nil)
)

// ReleaseCreated implements plan.Follower: a new release has booked nothing.
func (s *Bookings) ReleaseCreated(*db.Tx, plan.Release, plan.Template) error { return nil }

// ReleaseChanged implements plan.Follower. Where the bookings of a release lie to its window, package clash says.
func (s *Bookings) ReleaseChanged(tx *db.Tx, r plan.Release, sections []string) error {
	if !slices.Contains(sections, plan.SectionWindow) {
		return nil
	}
	bs, err := booked.Of(tx, []id.Release{r.ID}, booked.Requested, booked.Confirmed)
	if err != nil || len(bs) == 0 {
		return err
	}
	if err := booked.Name(tx, bs); err != nil {
		return err
	}
	return s.conflicts.RecheckBookings(tx, bs...)
}

// ReleaseEnded implements plan.Follower: what a cancelled release has booked and is not over is offered back.
func (s *Bookings) ReleaseEnded(tx *db.Tx, r plan.Release) error {
	if r.State != plan.Cancelled {
		return nil
	}
	return s.offer(tx, r, "The release was cancelled.")
}

// ReleaseHeld implements plan.HoldFollower: it offers back what a release that is put on hold has booked and is not over. It checks no permission.
func (s *Bookings) ReleaseHeld(tx *db.Tx, r plan.Release) error {
	return s.offer(tx, r, "The release was put on hold.")
}

func (s *Bookings) offer(tx *db.Tx, r plan.Release, why string) error {
	bs, err := booked.Of(tx, []id.Release{r.ID}, booked.Requested, booked.Confirmed)
	if err != nil {
		return err
	}
	bs = slices.DeleteFunc(bs, func(b Booking) bool { return b.To <= tx.Now })
	for i := range bs {
		b := &bs[i]
		if err := booked.Turn(tx, b.Kind, b.Thing); err != nil {
			return err
		}
		b.State, b.StateReason, b.StateAt, b.StateBy = booked.Offered, why, tx.Now, actor(tx)
		b.ChangedAt, b.ChangedBy = tx.Now, actor(tx)
		if err := save(tx, b); err != nil {
			return err
		}
		record(tx, BookingOffered, *b, map[string]any{"reason": why})
	}
	if len(bs) == 0 {
		return nil
	}
	return s.conflicts.RecheckBookings(tx, bs...)
}
