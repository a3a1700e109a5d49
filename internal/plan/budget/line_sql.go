package budget

import (
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

const columns = `id, release, key, name, kind, role, currency, rate, planned, actual, note, at, rev, changed_at, changed_by`

func lines(tx *db.Tx, r id.Release) ([]Line, error) {
	out := []Line{}
	err := tx.All(&out, `SELECT `+columns+` FROM budget_line WHERE release = $1 ORDER BY kind DESC, key`, r)
	return out, err
}

func lineBy(tx *db.Tx, r id.Release, ref string) (Line, error) {
	var l Line
	err := tx.Get(&l, `SELECT `+columns+` FROM budget_line WHERE release = $1 AND (key = $2 OR id = $2)`, r, ref)
	return l, err
}

func insertLine(tx *db.Tx, l Line) error {
	_, err := tx.Exec(`INSERT INTO budget_line (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		l.ID, l.Release, l.Key, l.Name, l.Kind, l.Role, l.Currency, l.Rate, l.Planned, l.Actual, l.Note, l.At, l.Rev, l.ChangedAt, l.ChangedBy)
	return err
}

func updateLine(tx *db.Tx, l Line) error {
	_, err := tx.Exec(`UPDATE budget_line SET name = $1, role = $2, currency = $3, rate = $4, planned = $5, actual = $6, note = $7, at = $8, rev = $9, changed_at = $10, changed_by = $11
		WHERE id = $12`, l.Name, l.Role, l.Currency, l.Rate, l.Planned, l.Actual, l.Note, l.At, l.Rev, l.ChangedAt, l.ChangedBy, l.ID)
	return err
}

func deleteLine(tx *db.Tx, ref string) error {
	_, err := tx.Exec(`DELETE FROM budget_line WHERE id = $1`, ref)
	return err
}
