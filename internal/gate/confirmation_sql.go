package gate

import (
	"errors"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

const confirmationColumns = `id, release, criterion, person, given_by, at, answer, note, manifest`

func insertConfirmation(tx *db.Tx, c Confirmation) error {
	_, err := tx.Exec(`INSERT INTO confirmation (`+confirmationColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		c.ID, c.Release, c.Criterion, c.Person, c.By, c.At, c.Answer, c.Note, c.Manifest)
	return err
}

// newestConfirmations returns each person's newest answer to each criterion of the releases.
func newestConfirmations(tx *db.Tx, rs []plan.Release) ([]Confirmation, error) {
	var m many
	var out []Confirmation
	err := tx.All(&out, `SELECT `+confirmationColumns+` FROM (
			SELECT `+confirmationColumns+`, ROW_NUMBER() OVER (PARTITION BY release, criterion, person ORDER BY at DESC, id DESC) AS place
			FROM confirmation WHERE `+m.until("release", "at", rs, tx.Now)+`
		) AS newest WHERE place = 1 ORDER BY at, id`, m.args...)
	return out, err
}

// lastConfirmation returns a person's newest answer; the zero value if there is none.
func lastConfirmation(tx *db.Tx, r id.Release, criterion string, p id.Person) (Confirmation, error) {
	var out Confirmation
	err := tx.Get(&out, `SELECT `+confirmationColumns+` FROM confirmation WHERE release = $1 AND criterion = $2 AND person = $3 ORDER BY at DESC, id DESC LIMIT 1`, r, criterion, p)
	if errors.Is(err, db.ErrNone) {
		err = nil
	}
	return out, err
}
