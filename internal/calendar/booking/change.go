package booking

import (
	"context"
	"errors"

	"slipway/internal/calendar"
	"slipway/internal/calendar/booked"
	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// right judges whether the caller may change a booking.
type right func(tx *db.Tx, b Booking, rule booked.Rule) error

// step changes a booking and returns the action of its entry.
type step func(tx *db.Tx, b *Booking, rule booked.Rule) (action string, more map[string]any, err error)

// change reads a booking, takes the turn of its thing, judges, changes and looks for conflicts.
func (s *Bookings) change(ctx context.Context, ref string, rev int64, may right, do step) (Made, error) {
	return db.Writing(ctx, s.db, func(tx *db.Tx) (Made, error) { return s.changeTx(tx, ref, rev, may, do) })
}

func (s *Bookings) changeTx(tx *db.Tx, ref string, rev int64, may right, do step) (Made, error) {
	b, err := Find(tx, ref)
	if err != nil {
		return Made{}, err
	}
	rule, err := s.turn(tx, b)
	if err != nil {
		return Made{}, err
	}
	if err := may(tx, b, rule); err != nil {
		return Made{}, err
	}
	if rev != 0 && b.Rev != rev {
		return Made{}, stale(b)
	}
	was := b.State
	action, more, err := do(tx, &b, rule)
	if err != nil {
		return Made{}, err
	}
	if b.State != was {
		b.StateAt, b.StateBy = tx.Now, actor(tx)
	}
	b.ChangedAt, b.ChangedBy = tx.Now, actor(tx)
	if err := save(tx, &b); err != nil {
		return Made{}, err
	}
	record(tx, action, b, more)
	return s.made(tx, b)
}

func save(tx *db.Tx, b *Booking) error {
	ok, err := booked.Update(tx, *b)
	if err != nil {
		return err
	}
	if !ok {
		now, err := booked.By(tx, string(b.ID))
		if err != nil {
			return err
		}
		return stale(now)
	}
	b.Rev++
	return nil
}

func stale(b Booking) error {
	return errs.Conflict("row.stale", b, "Not saved. The booking of %s was changed at %s by somebody else. Compare with what it is now, then save again.", b.ThingName, b.ChangedAt.Std().Format("15:04:05 MST on 2 Jan"))
}

// Find returns a booking by key or identifier. It fails with errs.NotFound if it does not exist or the caller may not see it.
func Find(tx *db.Tx, ref string) (Booking, error) {
	b, err := booked.By(tx, ref)
	if errors.Is(err, db.ErrNone) {
		return b, auth.Unseen("booking")
	}
	if err != nil {
		return b, err
	}
	ok, err := visible(tx, b)
	if err == nil && !ok {
		return Booking{}, auth.Unseen("booking")
	}
	return b, err
}

// Confirm says that a booking stands. It needs who answers for the thing. It fails with errs.Blocked unless the booking is
// requested, errs.Conflict if rev is another version (0: any), and errs.Conflict with reason calendar.booked, carrying Taken, if
// confirmed bookings leave no room for it.
func (s *Bookings) Confirm(ctx context.Context, ref string, rev int64) (Made, error) {
	return s.change(ctx, ref, rev, mayAnswer, func(tx *db.Tx, b *Booking, rule booked.Rule) (string, map[string]any, error) {
		if b.State != booked.Requested {
			return "", nil, errs.Blocked("booking.not_requested", "This booking is %s.", b.State)
		}
		if b.To <= tx.Now {
			return "", nil, errs.Blocked("booking.over", "Its time is over.")
		}
		b.State, b.StateReason = booked.Confirmed, ""
		return BookingConfirmed, nil, s.room(tx, *b, rule)
	})
}

// Decline says that a booking that is asked for does not stand, for a reason. It fails as Confirm does.
func (s *Bookings) Decline(ctx context.Context, ref string, rev int64, reason string) (Made, error) {
	return s.change(ctx, ref, rev, mayAnswer, func(_ *db.Tx, b *Booking, _ booked.Rule) (string, map[string]any, error) {
		if b.State != booked.Requested && b.State != booked.Offered {
			return "", nil, errs.Blocked("booking.not_requested", "This booking is %s.", b.State)
		}
		b.State, b.StateReason = booked.Declined, reason
		return BookingDeclined, map[string]any{"reason": reason}, calendar.CheckReason(reason)
	})
}

// Withdraw ends a booking, for a reason. It needs who asked for it or who answers for the thing.
func (s *Bookings) Withdraw(ctx context.Context, ref string, rev int64, reason string) (Made, error) {
	return s.change(ctx, ref, rev, mayChange, func(_ *db.Tx, b *Booking, _ booked.Rule) (string, map[string]any, error) {
		if b.State.Ended() {
			return "", nil, errs.Blocked("booking.ended", "This booking is %s already.", b.State)
		}
		b.State, b.StateReason = booked.Withdrawn, reason
		return BookingWithdrawn, map[string]any{"reason": reason}, calendar.CheckReason(reason)
	})
}

// Move gives a booking another time, and other units where they are not 0. What was confirmed stays so if the thing needs no
// approval, the caller may approve it, or the new time lies within the old one; else it is asked for again. It fails as Confirm does.
func (s *Bookings) Move(ctx context.Context, ref string, rev int64, from, to db.Time, units int64) (Made, error) {
	return s.change(ctx, ref, rev, mayChange, s.move(from, to, units))
}

// MoveTx is Move inside the caller's transaction, for who moves a release with all that belongs to it.
func (s *Bookings) MoveTx(tx *db.Tx, ref string, rev int64, from, to db.Time) (Made, error) {
	return s.changeTx(tx, ref, rev, mayChange, s.move(from, to, 0))
}

func (s *Bookings) move(from, to db.Time, units int64) step {
	return func(tx *db.Tx, b *Booking, rule booked.Rule) (string, map[string]any, error) {
		if b.State != booked.Requested && b.State != booked.Confirmed {
			return "", nil, errs.Blocked("booking.ended", "This booking is %s.", b.State)
		}
		was := *b
		b.From, b.To = from, to
		if units != 0 {
			b.Units = units
		}
		var bad errs.Faults
		span(tx, *b, &bad)
		if b.Units < 1 || b.Units > capacityMax {
			bad.Say("units", "booking.units", "A booking takes 1 to %d units.", capacityMax)
		}
		if err := bad.Err("The input is not valid.", 0); err != nil {
			return "", nil, err
		}
		mine, err := approves(tx, *b, rule)
		if err != nil {
			return "", nil, err
		}
		within := b.From >= was.From && b.To <= was.To && b.Units <= was.Units
		if b.State == booked.Confirmed && rule.Approval && !mine && !within {
			b.State = booked.Requested
		}
		more := map[string]any{"before": map[string]any{"from": was.From, "to": was.To, "units": was.Units, "state": was.State}}
		return BookingMoved, more, s.room(tx, *b, rule)
	}
}

// Keep takes a booking that was offered back into use after all: it is asked for again, or confirmed where nobody needs to. It
// fails as Confirm does.
func (s *Bookings) Keep(ctx context.Context, ref string, rev int64) (Made, error) {
	return s.change(ctx, ref, rev, mayChange, func(tx *db.Tx, b *Booking, rule booked.Rule) (string, map[string]any, error) {
		if b.State != booked.Offered {
			return "", nil, errs.Blocked("booking.not_offered", "This booking is %s.", b.State)
		}
		if b.To <= tx.Now {
			return "", nil, errs.Blocked("booking.over", "Its time is over.")
		}
		mine, err := approves(tx, *b, rule)
		if err != nil {
			return "", nil, err
		}
		b.State, b.StateReason = booked.Requested, ""
		if !rule.Approval || mine {
			b.State = booked.Confirmed
		}
		return BookingKept, nil, s.room(tx, *b, rule)
	})
}
