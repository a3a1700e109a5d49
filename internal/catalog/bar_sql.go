package catalog

import (
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

const barColumns = `id, service, version, digest, from_tier, reason, release, barred_at, barred_by, lifted_at, lifted_by, lift_reason`

// barred returns the standing bars that meet a version of a service, or a digest under any version, newest first. It
// checks no permission.
func barred(tx *db.Tx, s id.Service, version, digest string) ([]Bar, error) {
	var out []Bar
	err := tx.All(&out, `SELECT `+barColumns+` FROM barred WHERE service = $1 AND lifted_at IS NULL
		AND (version = $2 OR (digest <> '' AND digest = $3)) ORDER BY barred_at DESC, id DESC`, s, version, digest)
	return out, err
}

// StandingBars returns every bar that stands, for what keeps them in memory. It checks no permission.
func StandingBars(tx *db.Tx) ([]Bar, error) {
	var out []Bar
	err := tx.All(&out, `SELECT `+barColumns+` FROM barred WHERE lifted_at IS NULL ORDER BY id`)
	return out, err
}

func bars(tx *db.Tx, s id.Service, lifted bool) ([]Bar, error) {
	q := `SELECT ` + barColumns + ` FROM barred WHERE service = $1`
	if !lifted {
		q += ` AND lifted_at IS NULL`
	}
	var out []Bar
	err := tx.All(&out, q+` ORDER BY barred_at DESC, id DESC LIMIT 200`, s)
	return out, err
}

func barByID(tx *db.Tx, ref string) (Bar, error) {
	var b Bar
	err := tx.Get(&b, `SELECT `+barColumns+` FROM barred WHERE id = $1`, ref)
	return b, err
}

func insertBar(tx *db.Tx, b Bar) error {
	_, err := tx.Exec(`INSERT INTO barred (`+barColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		b.ID, b.Service, b.Version, b.Digest, int(b.FromTier), b.Reason, b.Release, b.BarredAt, b.BarredBy, b.LiftedAt, b.LiftedBy, b.LiftReason)
	return err
}

func liftBar(tx *db.Tx, b Bar) error {
	_, err := tx.Exec(`UPDATE barred SET lifted_at = $1, lifted_by = $2, lift_reason = $3 WHERE id = $4`, b.LiftedAt, b.LiftedBy, b.LiftReason, b.ID)
	return err
}
