package deputy

import (
	"errors"
	"fmt"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

const columns = `id, role, scope, person, delegate, from_at, until_at, reason, made_at, made_by, ended_at, ended_by`

func insert(tx *db.Tx, d Delegation) error {
	_, err := tx.Exec(`INSERT INTO delegation (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		d.ID, d.Role, d.Scope, d.Person, d.Delegate, d.From, d.Until, d.Reason, d.MadeAt, d.MadeBy, d.EndedAt, d.EndedBy)
	return err
}

func end(tx *db.Tx, d Delegation) (bool, error) {
	n, err := tx.Exec(`UPDATE delegation SET ended_at = $1, ended_by = $2 WHERE id = $3 AND ended_at IS NULL`, d.EndedAt, d.EndedBy, d.ID)
	return n == 1, err
}

func by(tx *db.Tx, ref string) (Delegation, error) {
	var out Delegation
	err := tx.Get(&out, `SELECT `+columns+` FROM delegation WHERE id = $1`, ref)
	if errors.Is(err, db.ErrNone) {
		err = errs.NotFound("delegation.not_found", "There is no such delegation, or you may not see it.")
	}
	return out, err
}

// inForce returns the delegations of a role to a person at an instant, the oldest first.
func inForce(tx *db.Tx, delegate id.Person, role string, now db.Time) ([]Delegation, error) {
	var out []Delegation
	err := tx.All(&out, `SELECT `+columns+` FROM delegation WHERE delegate = $1 AND role = $2 AND from_at <= $3 AND until_at > $4 AND ended_at IS NULL ORDER BY from_at, id`,
		delegate, role, now, now)
	return out, err
}

func list(tx *db.Tx, f Filter, now db.Time) ([]Delegation, error) {
	q := `SELECT ` + columns + ` FROM delegation WHERE 1 = 1`
	var args []any
	add := func(cond string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			cond = strings.Replace(cond, "?", fmt.Sprintf("$%d", len(args)), 1)
		}
		q += " AND " + cond
	}
	if f.Person != "" {
		add(`(person = ? OR delegate = ?)`, f.Person, f.Person)
	}
	if f.Role != "" {
		add(`role = ?`, f.Role)
	}
	if !f.Ended {
		add(`ended_at IS NULL AND until_at > ?`, now)
	}
	if f.AfterID != "" {
		add(`(until_at, id) > (?, ?)`, f.AfterUntil, f.AfterID)
	}
	args = append(args, limited(f.Limit))
	var out []Delegation
	err := tx.All(&out, q+fmt.Sprintf(` ORDER BY until_at, id LIMIT $%d`, len(args)), args...)
	return out, err
}

// limited bounds a page.
func limited(n int) int {
	if n <= 0 {
		return 50
	}
	return min(n, 201)
}
