package catalog

import (
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const environmentColumns = `id, key, name, text, tier, rank, owner, default_open, rule, rev, changed_at, changed_by`

// EnvironmentByRef returns an environment by key or identifier. It fails with errs.NotFound if it does not exist.
// Environments belong to the whole organisation: whoever may read the catalog at all may read them.
func EnvironmentByRef(tx *db.Tx, ref string) (Environment, error) {
	e, err := environmentByKey(tx, ref)
	return e, auth.Missing("environment", err)
}

// Environments returns every environment from development to production, by rank and key, in one statement. It checks no
// permission.
func Environments(tx *db.Tx) ([]Environment, error) {
	var out []Environment
	err := tx.All(&out, `SELECT `+environmentColumns+` FROM environment ORDER BY tier, rank, key`)
	return out, err
}

func environmentByKey(tx *db.Tx, ref string) (Environment, error) {
	var e Environment
	err := tx.Get(&e, `SELECT `+environmentColumns+` FROM environment WHERE `+by(ref)+` = $1`, ref)
	return e, err
}

func insertEnvironment(tx *db.Tx, e Environment) error {
	_, err := tx.Exec(`INSERT INTO environment (`+environmentColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		e.ID, e.Key, e.Name, e.Text, int(e.Tier), e.Rank, e.Owner, e.DefaultOpen, e.Rule, e.Rev, e.ChangedAt, e.ChangedBy)
	return err
}

func updateEnvironment(tx *db.Tx, e Environment) error {
	_, err := tx.Exec(`UPDATE environment SET name = $1, text = $2, tier = $3, rank = $4, owner = $5, default_open = $6, rule = $7, rev = $8, changed_at = $9, changed_by = $10 WHERE id = $11`,
		e.Name, e.Text, int(e.Tier), e.Rank, e.Owner, e.DefaultOpen, e.Rule, e.Rev, e.ChangedAt, e.ChangedBy, e.ID)
	return err
}
