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
	return read(ctx, p, ref, Replans)
}
