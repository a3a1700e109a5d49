package api

import (
	"errors"

	"slipway/internal/platform/db"
)

// keyed is a row of api_key.
type keyed struct {
	Digest   string  `db:"digest"`
	MadeAt   db.Time `db:"made_at"`
	Status   int64   `db:"status"` // 0: no answer yet
	Kind     string  `db:"kind"`
	Etag     string  `db:"etag"`
	Location string  `db:"location"`
	Body     []byte  `db:"body"`
}

func keyRow(tx *db.Tx, c *claim) (keyed, bool, error) {
	var r keyed
	err := tx.Get(&r, `SELECT digest, made_at, status, kind, etag, location, body FROM api_key
		WHERE actor = $1 AND route = $2 AND key = $3 AND made_at > $4`, c.actor, c.route, c.key, tx.Now.Add(-KeyLife))
	if errors.Is(err, db.ErrNone) {
		return r, false, nil
	}
	return r, err == nil, err
}

// insertKey reports false if the key is taken and has not expired.
func insertKey(tx *db.Tx, c *claim) (bool, error) {
	n, err := tx.Exec(`INSERT INTO api_key (actor, route, key, digest, made_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (actor, route, key) DO UPDATE
		SET digest = excluded.digest, made_at = excluded.made_at, status = 0, kind = '', etag = '', location = '', body = NULL
		WHERE api_key.made_at <= $6`, c.actor, c.route, c.key, c.digest, tx.Now, tx.Now.Add(-KeyLife))
	return n == 1, err
}

func updateKey(tx *db.Tx, c *claim, a answer) error {
	_, err := tx.Exec(`UPDATE api_key SET status = $4, kind = $5, etag = $6, location = $7, body = $8
		WHERE actor = $1 AND route = $2 AND key = $3 AND digest = $9`,
		c.actor, c.route, c.key, a.status, a.headers["Content-Type"], a.headers["ETag"], a.headers["Location"], a.body, c.digest)
	return err
}

func deleteKeys(tx *db.Tx) error {
	_, err := tx.Exec(`DELETE FROM api_key WHERE made_at <= $1`, tx.Now.Add(-KeyLife))
	return err
}
