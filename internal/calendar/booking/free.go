package booking

import (
	"context"
	"errors"
	"time"

	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/clash"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// FreeSpec says what a free time is wanted for: a release, a thing, or both.
type FreeSpec struct {
	Release  string
	Kind     booked.Kind
	Thing    string
	Units    int64
	Length   time.Duration // that of the release's window, if 0
	From, To db.Time       // from now, and for 60 days, if 0
	Near     db.Time       // slots near it come first
	N        int           // 3 if 0
}

// Free returns times that are free, the least harmful first, then the nearest. Each was checked. It fails with errs.NotFound for
// what the caller may not see and errs.Invalid without anything to look for.
func (s *Bookings) Free(ctx context.Context, in FreeSpec) ([]clash.Slot, error) {
	return db.Reading(ctx, s.db, func(tx *db.Tx) ([]clash.Slot, error) {
		if _, _, err := auth.Scopes(tx, "calendar.read"); err != nil {
			return nil, err
		}
		w := clash.Want{Units: in.Units, Length: in.Length, From: in.From, To: in.To, Near: in.Near, N: in.N}
		if in.Release != "" {
			r, err := plan.ReleaseByRef(tx, in.Release)
			if err != nil {
				return nil, err
			}
			w.Release = r.ID
		}
		if in.Thing != "" {
			t, err := ThingOf(tx, in.Kind, in.Thing)
			if err != nil {
				return nil, err
			}
			w.Things = []booked.Thing{t}
		}
		switch {
		case w.Release == "" && w.Things == nil:
			return nil, errs.InvalidField("release", "slot.nothing", "Name a release or a thing.")
		case in.Length < 0 || in.Length > booked.LongestStay || in.Length == 0 && w.Release == "":
			return nil, errs.InvalidField("minutes", "slot.length", "Say how long it is to be, 92 days at most.")
		}
		slots, err := s.conflicts.FreeSlots(tx, w)
		if errors.Is(err, db.ErrNone) {
			return nil, auth.Unseen("release")
		}
		return append([]clash.Slot{}, slots...), err
	})
}
