package feed

import (
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

const feedColumns = `SELECT id, owner, name, kind, subject, shown, made_at, rotated_at, used_at, revoked_at FROM feed `

func feedBy(tx *db.Tx, feed ID) (Feed, error) {
	var x Feed
	err := tx.Get(&x, feedColumns+`WHERE id = $1`, feed)
	return x, err
}

// feedByHash returns a living feed by the digest of its token.
func feedByHash(tx *db.Tx, hash []byte) (Feed, error) {
	var x Feed
	err := tx.Get(&x, feedColumns+`WHERE hash = $1 AND revoked_at IS NULL`, hash)
	return x, err
}

// livingFeeds returns those of a person, or of everybody if owner is empty.
func livingFeeds(tx *db.Tx, owner id.Person) ([]Feed, error) {
	var w db.Where
	if owner != "" {
		w.And("owner = ?", owner)
	}
	w.And("revoked_at IS NULL")
	var out []Feed
	err := tx.All(&out, feedColumns+w.String()+` ORDER BY id DESC LIMIT 500`, w.Args...)
	return out, err
}

func countLiving(tx *db.Tx, owner id.Person) (int64, error) {
	var n int64
	err := tx.Get(&n, `SELECT count(*) FROM feed WHERE owner = $1 AND revoked_at IS NULL`, owner)
	return n, err
}

func insertFeed(tx *db.Tx, x Feed, hash []byte) error {
	_, err := tx.Exec(`INSERT INTO feed (id, owner, name, kind, subject, hash, shown, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		x.ID, x.Owner, x.Name, x.Kind, x.Subject, hash, x.Shown, x.MadeAt)
	return err
}

func rotateFeed(tx *db.Tx, x Feed, hash []byte) error {
	_, err := tx.Exec(`UPDATE feed SET hash = $2, shown = $3, rotated_at = $4, used_at = NULL WHERE id = $1`, x.ID, hash, x.Shown, x.RotatedAt)
	return err
}

func revokeFeed(tx *db.Tx, feed ID, by id.Person) error {
	_, err := tx.Exec(`UPDATE feed SET revoked_at = $2, revoked_by = $3 WHERE id = $1`, feed, tx.Now, by)
	return err
}

func touchFeed(tx *db.Tx, feed ID) error {
	_, err := tx.Exec(`UPDATE feed SET used_at = $2 WHERE id = $1`, feed, tx.Now)
	return err
}
