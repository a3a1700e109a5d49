package period

import (
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Permits returns permits with the names of their releases and givers.
func Permits(tx *db.Tx, rest string, args ...any) ([]Permit, error) {
	var out []Permit
	err := tx.All(&out, `SELECT f.id, f.period, f.release, r.key AS release_key, r.name AS release_name, f.reason, f.until_at, f.permitted_by, f.permitted_at,
		f.withdrawn_at, f.withdrawn_by FROM freeze_permit f JOIN release r ON r.id = f.release `+rest, args...)
	if err != nil || len(out) == 0 {
		return out, err
	}
	who := map[id.Person]bool{}
	var people []id.Person
	for _, p := range out {
		if !who[p.By] {
			who[p.By] = true
			people = append(people, p.By)
		}
	}
	names, err := auth.PeopleByID(tx, people...)
	for i := range out {
		out[i].ByName = names[out[i].By].Name
	}
	return out, err
}

// InsertPermit adds a row.
func InsertPermit(tx *db.Tx, p Permit) error {
	_, err := tx.Exec(`INSERT INTO freeze_permit (id, period, release, reason, until_at, permitted_by, permitted_at, withdrawn_at, withdrawn_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		p.ID, p.Freeze, p.Release, p.Reason, p.Until, p.By, p.At, p.WithdrawnAt, p.WithdrawnBy)
	return err
}

// WithdrawPermit writes who took a permit back and when.
func WithdrawPermit(tx *db.Tx, p Permit) error {
	_, err := tx.Exec(`UPDATE freeze_permit SET withdrawn_at = $1, withdrawn_by = $2 WHERE id = $3`, p.WithdrawnAt, p.WithdrawnBy, p.ID)
	return err
}

// CountPermits returns how many permits stand, by freeze.
func CountPermits(tx *db.Tx) (map[ID]int, error) {
	var rows []struct {
		Period ID
		N      int
	}
	err := tx.All(&rows, `SELECT period, count(*) AS n FROM freeze_permit WHERE withdrawn_at IS NULL GROUP BY period`)
	out := map[ID]int{}
	for _, r := range rows {
		out[r.Period] = r.N
	}
	return out, err
}
