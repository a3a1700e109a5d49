package ledger

import (
	"errors"

	"slipway/internal/platform/db"
)

func cursorRow(tx *db.Tx, name string) (next int64, found bool, err error) {
	err = tx.Get(&next, `SELECT next FROM ledger_cursor WHERE name = $1`, name)
	if errors.Is(err, db.ErrNone) {
		return 0, false, nil
	}
	return next, err == nil, err
}

// moveCursor claims the way from one number to another. It reports false if another replica was faster.
func moveCursor(tx *db.Tx, name string, from, to int64) (bool, error) {
	n, err := tx.Exec(`UPDATE ledger_cursor SET next = $3 WHERE name = $1 AND next = $2`, name, from, to)
	if n > 0 || err != nil {
		return n > 0, err
	}
	n, err = tx.Exec(`INSERT INTO ledger_cursor (name, next) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, name, to)
	return n > 0, err
}
