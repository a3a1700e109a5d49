package item

import (
	"slices"

	"slipway/internal/errs"
	"slipway/internal/plan/fault"
	"slipway/internal/plan/release"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// EnterPhase is the operation of the root inside a transaction; the caller has checked the right.
func (p Parts) EnterPhase(tx *db.Tx, r release.Release, key string, when db.Time) (Phase, error) {
	return passPhase(tx, r, key, when, PhaseEntered, func(x *Phase, when db.Time) error {
		if !x.ActualStart.IsZero() {
			return errs.Blocked("phase.entered", "%s has begun at %s already.", x.Name, x.ActualStart.Std().Format("15:04 MST on 2 Jan"))
		}
		x.ActualStart = when
		return nil
	})
}

// LeavePhase is the operation of the root inside a transaction; the caller has checked the right.
func (p Parts) LeavePhase(tx *db.Tx, r release.Release, key string, when db.Time) (Phase, error) {
	return passPhase(tx, r, key, when, PhaseLeft, func(x *Phase, when db.Time) error {
		switch {
		case x.ActualStart.IsZero():
			return errs.Blocked("phase.not_entered", "%s has not begun, so it cannot end.", x.Name)
		case !x.ActualEnd.IsZero():
			return errs.Blocked("phase.left", "%s has ended at %s already.", x.Name, x.ActualEnd.Std().Format("15:04 MST on 2 Jan"))
		case when.Before(x.ActualStart):
			return errs.InvalidField("at", "phase.reversed", "%s began at %s and cannot end before.", x.Name, x.ActualStart.Std().Format("15:04 MST on 2 Jan"))
		}
		x.ActualEnd = when
		return nil
	})
}

func passPhase(tx *db.Tx, r release.Release, key string, when db.Time, action string, pass func(*Phase, db.Time) error) (Phase, error) {
	phases, err := Phases(tx, r.ID)
	if err != nil {
		return Phase{}, err
	}
	i := slices.IndexFunc(phases, func(x Phase) bool { return x.Key == key })
	if i < 0 {
		return Phase{}, auth.Unseen("phase")
	}
	x := phases[i]
	if when.IsZero() {
		when = tx.Now
	}
	var f fault.List
	f.Instant("at", when)
	if when.After(tx.Now.Add(skew)) {
		f.Say("at", "phase.ahead", "A phase begins and ends now or earlier, not at a time to come.")
	}
	if err := f.Err(); err != nil {
		return x, err
	}
	if err := pass(&x, when); err != nil {
		return x, err
	}
	if err := release.Open(r, nil); err != nil {
		return x, err
	}
	release.Entry(tx, r, action, map[string]any{"phase": x.Key, "at": when})
	return x, savePhase(tx, r.ID, x)
}
