package template

import (
	"errors"

	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

type templateRow struct {
	Key       string
	Version   int
	Content   db.JSON
	ChangedAt db.Time
	ChangedBy string
}

func (r templateRow) template() (Template, error) {
	var t Template
	err := r.Content.Decode(&t)
	t.Version, t.ChangedAt, t.ChangedBy = r.Version, r.ChangedAt, r.ChangedBy
	return t, err
}

const templateColumns = `key, version, content, changed_at, changed_by`

type templateCache struct{ key string }

// ByRef returns the newest version of a template by its key. It fails with errs.NotFound. It checks no
// permission: what a release is made from is no secret of the release.
func ByRef(tx *db.Tx, key string) (Template, error) {
	if t, ok := tx.Value(templateCache{key}).(Template); ok {
		return t, nil
	}
	var row templateRow
	err := tx.Get(&row, `SELECT `+templateColumns+` FROM template WHERE key = $1 AND newest = $2`, key, true)
	if errors.Is(err, db.ErrNone) {
		return Template{}, auth.Unseen("template")
	}
	if err != nil {
		return Template{}, err
	}
	t, err := row.template()
	if err == nil {
		tx.SetValue(templateCache{key}, t)
	}
	return t, err
}

// At returns one version of a template. It fails with errs.NotFound. It checks no permission.
func At(tx *db.Tx, key string, version int) (Template, error) {
	var row templateRow
	err := tx.Get(&row, `SELECT `+templateColumns+` FROM template WHERE key = $1 AND version = $2`, key, version)
	if errors.Is(err, db.ErrNone) {
		return Template{}, auth.Unseen("template")
	}
	if err != nil {
		return Template{}, err
	}
	return row.template()
}

// All returns the newest version of every template by key, 1,000 at most. It checks no permission.
func All(tx *db.Tx) ([]Template, error) {
	var rows []templateRow
	if err := tx.All(&rows, `SELECT `+templateColumns+` FROM template WHERE newest = $1 ORDER BY key LIMIT 1000`, true); err != nil {
		return nil, err
	}
	return unpack(rows)
}

// Versions returns the versions of a template, newest first, 200 at most. It checks no permission.
func Versions(tx *db.Tx, key string) ([]Template, error) {
	var rows []templateRow
	if err := tx.All(&rows, `SELECT `+templateColumns+` FROM template WHERE key = $1 ORDER BY version DESC LIMIT 200`, key); err != nil {
		return nil, err
	}
	return unpack(rows)
}

func unpack(rows []templateRow) ([]Template, error) {
	out := make([]Template, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = r.template(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func insertTemplate(tx *db.Tx, t Template, content db.JSON) error {
	if _, err := tx.Exec(`UPDATE template SET newest = $1 WHERE key = $2 AND newest = $3`, false, t.Key, true); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO template (key, version, newest, name, content, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		t.Key, t.Version, true, t.Name, content, t.ChangedAt, t.ChangedBy)
	tx.SetValue(templateCache{t.Key}, t)
	return err
}
