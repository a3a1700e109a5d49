package scope

import (
	"errors"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const columns = `id, release, number, title, reason, risk, state, role, content, impact, proposer, proposed_at, proposed_by, answerer, answered_at, answered_by, answer, rev`

type changeRow struct {
	Change
	Content db.JSON
	Kept    db.JSON `db:"impact"`
}

func (r changeRow) change() (Change, error) {
	err := errors.Join(r.Content.Decode(&r.Change.Steps), r.Kept.Decode(&r.Change.Impact))
	return r.Change, err
}

func changes(tx *db.Tx, r id.Release) ([]Change, error) {
	return read(tx, `SELECT `+columns+` FROM scope_change WHERE release = $1 ORDER BY number DESC LIMIT 500`, r)
}

func waiting(tx *db.Tx, r id.Release) ([]Change, error) {
	return read(tx, `SELECT `+columns+` FROM scope_change WHERE release = $1 AND state = $2 ORDER BY number LIMIT 100`, r, StateProposed)
}

func read(tx *db.Tx, text string, args ...any) ([]Change, error) {
	var rows []changeRow
	if err := tx.All(&rows, text, args...); err != nil {
		return nil, err
	}
	out := make([]Change, len(rows))
	for i, row := range rows {
		var err error
		if out[i], err = row.change(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func changeBy(tx *db.Tx, r id.Release, number int) (Change, error) {
	found, err := read(tx, `SELECT `+columns+` FROM scope_change WHERE release = $1 AND number = $2`, r, number)
	if err != nil {
		return Change{}, err
	}
	if len(found) == 0 {
		return Change{}, auth.Unseen("scope_change")
	}
	return found[0], nil
}

func lastNumber(tx *db.Tx, r id.Release) (int, error) {
	var n int
	err := tx.Get(&n, `SELECT COALESCE(max(number), 0) FROM scope_change WHERE release = $1`, r)
	return n, err
}

func insertChange(tx *db.Tx, c Change) error {
	steps, impact, err := c.json()
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO scope_change (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		c.ID, c.Release, c.Number, c.Title, c.Reason, c.Risk, c.State, c.Role, steps, impact, c.Proposer, c.ProposedAt, c.ProposedBy,
		c.Answerer, c.AnsweredAt, c.AnsweredBy, c.Answer, c.Rev)
	return err
}

func updateChange(tx *db.Tx, c Change) error {
	_, impact, err := c.json()
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE scope_change SET state = $1, role = $2, impact = $3, answerer = $4, answered_at = $5, answered_by = $6, answer = $7, rev = $8 WHERE id = $9`,
		c.State, c.Role, impact, c.Answerer, c.AnsweredAt, c.AnsweredBy, c.Answer, c.Rev, c.ID)
	return err
}

func (c Change) json() (steps, impact db.JSON, err error) {
	if steps, err = db.Canonical(c.Steps); err == nil {
		impact, err = db.Canonical(c.Impact)
	}
	return steps, impact, err
}
