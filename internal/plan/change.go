package plan

import (
	"context"

	"slipway/internal/plan/release"
	"slipway/internal/platform/db"
)

// Changes returns one page of the recorded changes of a release, newest first. It fails with errs.NotFound if the caller
// may not see the release.
func (p *Plans) Changes(ctx context.Context, ref string, f ChangeFilter) ([]Change, error) {
	var out []Change
	err := p.db.Read(ctx, func(tx *db.Tx) error {
		r, err := ReleaseByRef(tx, ref)
		if err != nil {
			return err
		}
		out, err = release.Changes(tx, r.ID, f)
		return err
	})
	return out, err
}
