package plan

import (
	"context"

	"slipway/internal/platform/db"
)

// EnterPhase says that a phase has begun, at an instant or now for none. It fails with errs.Blocked if it has before, and
// with errs.Invalid for an instant that lies ahead.
func (p *Plans) EnterPhase(ctx context.Context, ref, phase string, when db.Time) (Phase, error) {
	return p.passPhase(ctx, ref, phase, when, p.parts().EnterPhase)
}

// LeavePhase says that a phase has ended, at an instant or now for none. It fails with errs.Blocked if it has before, or
// has not begun by then.
func (p *Plans) LeavePhase(ctx context.Context, ref, phase string, when db.Time) (Phase, error) {
	return p.passPhase(ctx, ref, phase, when, p.parts().LeavePhase)
}

func (p *Plans) passPhase(ctx context.Context, ref, phase string, when db.Time, pass func(*db.Tx, Release, string, db.Time) (Phase, error)) (Phase, error) {
	var out Phase
	err := p.db.Write(ctx, func(tx *db.Tx) error {
		r, err := p.editable(tx, ref, 0, "plan.progress")
		if err != nil {
			return err
		}
		out, err = pass(tx, r, phase, when)
		return err
	})
	return out, err
}
