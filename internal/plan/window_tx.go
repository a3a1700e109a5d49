package plan

import (
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// WindowIn sets the window of a release inside the transaction of the caller, which has checked that those who may agree on it have. It fails as
// Set does for a window that cannot change or is faulty.
func (p *Plans) WindowIn(tx *db.Tx, release id.Release, w Window, reason string) (Release, error) {
	r, err := ReleaseByID(tx, release)
	if err != nil {
		return r, err
	}
	r, _, err = p.edit(tx, r, Edit{Window: &w, Reason: reason})
	return r, err
}
