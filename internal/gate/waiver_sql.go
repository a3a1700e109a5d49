package gate

import (
	"errors"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

const waiverColumns = `id, release, criterion, reason, measure, owner, until_at, asked_at, asked_by, granted_at, granted_by, ended_at, ended_by, end_reason`

func insertWaiver(tx *db.Tx, w Waiver) error {
	_, err := tx.Exec(`INSERT INTO waiver (`+waiverColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		w.ID, w.Release, w.Criterion, w.Reason, w.Measure, w.Owner, w.Until, w.AskedAt, w.AskedBy, w.GrantedAt, w.GrantedBy, w.EndedAt, w.EndedBy, w.EndReason)
	return err
}

func updateWaiver(tx *db.Tx, w Waiver) error {
	_, err := tx.Exec(`UPDATE waiver SET granted_at = $1, granted_by = $2, ended_at = $3, ended_by = $4, end_reason = $5 WHERE id = $6`,
		w.GrantedAt, w.GrantedBy, w.EndedAt, w.EndedBy, w.EndReason, w.ID)
	return err
}

func waiverByID(tx *db.Tx, waiver string) (Waiver, error) {
	var w Waiver
	err := tx.Get(&w, `SELECT `+waiverColumns+` FROM waiver WHERE id = $1`, waiver)
	return w, err
}

// standingWaiver returns the waiver of a criterion that is asked for or in force; the zero value if there is none.
func standingWaiver(tx *db.Tx, r id.Release, criterion string) (Waiver, error) {
	var w Waiver
	err := tx.Get(&w, `SELECT `+waiverColumns+` FROM waiver WHERE release = $1 AND criterion = $2 AND ended_at IS NULL AND until_at > $3 ORDER BY asked_at DESC, id DESC LIMIT 1`, r, criterion, tx.Now)
	if errors.Is(err, db.ErrNone) {
		err = nil
	}
	return w, err
}

// grantedWaivers returns every waiver of the releases that was granted.
func grantedWaivers(tx *db.Tx, rs []plan.Release) ([]Waiver, error) {
	var m many
	var out []Waiver
	err := tx.All(&out, `SELECT `+waiverColumns+` FROM waiver WHERE `+m.of("release", rs)+` AND granted_at IS NOT NULL ORDER BY asked_at, id`, m.args...)
	return out, err
}

// waiversOf returns the waivers of a release, or of one of its criteria, newest first, 200 at most.
func waiversOf(tx *db.Tx, r id.Release, criterion string) ([]Waiver, error) {
	var out []Waiver
	if criterion == "" {
		err := tx.All(&out, `SELECT `+waiverColumns+` FROM waiver WHERE release = $1 ORDER BY asked_at DESC, id DESC LIMIT 200`, r)
		return out, err
	}
	err := tx.All(&out, `SELECT `+waiverColumns+` FROM waiver WHERE release = $1 AND criterion = $2 ORDER BY asked_at DESC, id DESC LIMIT 200`, r, criterion)
	return out, err
}
