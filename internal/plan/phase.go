package plan

import (
	"context"
	"slices"
	"time"

	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// skew is how far another clock may run ahead of ours.
const skew = 5 * time.Minute

// EnterPhase says that a phase has begun, at an instant or now for none. It fails with errs.Blocked if it has before, and
// with errs.Invalid for an instant that lies ahead.
func (p *Plans) EnterPhase(ctx context.Context, ref, phase string, when db.Time) (Phase, error) {
	return p.passPhase(ctx, ref, phase, when, PhaseEntered, func(x *Phase, when db.Time) error {
		if !x.ActualStart.IsZero() {
			return errs.Blocked("phase.entered", "%s has begun at %s already.", x.Name, x.ActualStart.Std().Format("15:04 MST on 2 Jan"))
		}
		x.ActualStart = when
		return nil
	})
}

// LeavePhase says that a phase has ended, at an instant or now for none. It fails with errs.Blocked if it has before, or
// has not begun by then.
func (p *Plans) LeavePhase(ctx context.Context, ref, phase string, when db.Time) (Phase, error) {
	return p.passPhase(ctx, ref, phase, when, PhaseLeft, func(x *Phase, when db.Time) error {
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

func (p *Plans) passPhase(ctx context.Context, ref, phase string, when db.Time, action string, pass func(*Phase, db.Time) error) (Phase, error) {
	var out Phase
	err := p.db.Write(ctx, func(tx *db.Tx) error {
		r, err := p.editable(tx, ref, 0, "plan.progress")
		if err != nil {
			return err
		}
		phases, err := Phases(tx, r.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(phases, func(x Phase) bool { return x.Key == phase })
		if i < 0 {
			return auth.Unseen("phase")
		}
		out = phases[i]
		if when.IsZero() {
			when = tx.Now
		}
		var f faults
		f.instant("at", when)
		if when.After(tx.Now.Add(skew)) {
			f.Say("at", "phase.ahead", "A phase begins and ends now or earlier, not at a time to come.")
		}
		if err := f.err(); err != nil {
			return err
		}
		if err := pass(&out, when); err != nil {
			return err
		}
		if err := open(r, nil); err != nil {
			return err
		}
		if err := updatePhase(tx, r.ID, out); err != nil {
			return err
		}
		entry(tx, r, action, map[string]any{"phase": out.Key, "at": when})
		return nil
	})
	return out, err
}
