package plan

import (
	"context"

	"slipway/internal/plan/item"
	"slipway/internal/platform/db"
)

// Replans returns the recorded changes of a release's planned dates, newest first, 500 at most. It checks no permission.
func Replans(tx *db.Tx, r Release) ([]Replan, error) { return item.Replans(tx, r.ID) }

// ReplansOf returns the recorded changes of a release's planned dates, newest first, 500 at most. It fails with
// errs.NotFound if the caller may not see the release.
func (p *Plans) ReplansOf(ctx context.Context, ref string) ([]Replan, error) {
	var out []Replan
	err := p.db.Read(ctx, func(tx *db.Tx) error {
		r, err := ReleaseByRef(tx, ref)
		if err != nil {
			return err
		}
		out, err = Replans(tx, r)
		return err
	})
	return out, err
}

// PhasesOf returns the phases of a release, planned against actual. It fails with errs.NotFound if the caller may not see
// the release.
func (p *Plans) PhasesOf(ctx context.Context, ref string) ([]PhaseProgress, error) {
	var out []PhaseProgress
	err := p.db.Read(ctx, func(tx *db.Tx) error {
		r, err := ReleaseByRef(tx, ref)
		if err != nil {
			return err
		}
		out, err = PhaseProgresses(tx, r)
		return err
	})
	return out, err
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
	var out Phase
	err := p.db.Write(ctx, func(tx *db.Tx) error {
		r, err := p.editable(tx, ref, rev, "plan.edit")
		if err != nil {
			return err
		}
		out, err = p.parts().SetPhase(tx, r, phase, in)
		return err
	})
	return out, err
}
