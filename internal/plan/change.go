package plan

import (
	"context"

	"slipway/internal/plan/release"
	"slipway/internal/platform/db"
)

// Changes returns one page of the recorded changes of a release, newest first. It fails with errs.NotFound if the caller
// may not see the release.
func (p *Plans) Changes(ctx context.Context, ref string, f ChangeFilter) ([]Change, error) {
	return read(ctx, p, ref, func(tx *db.Tx, r Release) ([]Change, error) { return release.Changes(tx, r.ID, f) })
}
