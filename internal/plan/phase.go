package plan

import (
	"context"

	"slipway/internal/plan/item"
	"slipway/internal/platform/db"
)

// PhasesOf returns the phases of a release, planned against actual. It fails with errs.NotFound if the caller may not see
// the release.
func (p *Plans) PhasesOf(ctx context.Context, ref string) ([]PhaseProgress, error) {
	return read(ctx, p, ref, PhaseProgresses)
}

// PhaseProgresses returns the phases of a release, planned against actual. It checks no permission.
func PhaseProgresses(tx *db.Tx, r Release) ([]PhaseProgress, error) {
	phases, err := item.Phases(tx, r.ID)
	if err != nil {
		return nil, err
	}
	replans, err := item.Replans(tx, r.ID)
	if err != nil {
		return nil, err
	}
	return item.Progress(phases, replans, tx.Now, r.Ended()), nil
}

// SetPhase changes how a phase is planned, for a reason; the phases before it follow, and what moved is kept as a re-plan.
// rev is the version of the release that the caller read, 0 for any. It fails as Set does, with errs.NotFound for a phase
// that the release has not, and with errs.Blocked for one that is over.
func (p *Plans) SetPhase(ctx context.Context, ref, phase string, rev int64, in PhaseEdit) (Phase, error) {
	return change(ctx, p, ref, rev, "plan.edit", func(tx *db.Tx, r Release) (Phase, error) { return p.parts().SetPhase(tx, r, phase, in) })
}

// EnterPhase says that a phase has begun, at an instant or now for none. It fails with errs.NotFound for a phase that the
// release has not, with errs.Blocked if it has begun before or the release has ended, and with errs.Invalid for an instant
// that lies ahead.
func (p *Plans) EnterPhase(ctx context.Context, ref, phase string, when db.Time) (Phase, error) {
	return change(ctx, p, ref, 0, "plan.progress", func(tx *db.Tx, r Release) (Phase, error) { return p.parts().EnterPhase(tx, r, phase, when) })
}

// LeavePhase says that a phase has ended, at an instant or now for none. It fails as EnterPhase does, with errs.Blocked if the
// phase has ended before or has not begun, and with errs.Invalid for an instant before its beginning.
func (p *Plans) LeavePhase(ctx context.Context, ref, phase string, when db.Time) (Phase, error) {
	return change(ctx, p, ref, 0, "plan.progress", func(tx *db.Tx, r Release) (Phase, error) { return p.parts().LeavePhase(tx, r, phase, when) })
}
