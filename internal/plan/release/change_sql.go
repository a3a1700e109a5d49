package release

import (
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

const changeColumns = `id, release, section, at, changed_by, person, before, after, reason`

func insertChange(tx *db.Tx, c Change) error {
	_, err := tx.Exec(`INSERT INTO release_change (`+changeColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		c.ID, c.Release, c.Section, c.At, c.By, c.Person, c.Before, c.After, c.Reason)
	return err
}

// Authors returns who changed a section of a release after an instant, each once; the zero instant is the beginning.
// Changes that Slipway made by itself have no author. It checks no permission.
func Authors(tx *db.Tx, r id.Release, section string, since db.Time) ([]id.Person, error) {
	var out []id.Person
	err := tx.All(&out, `SELECT DISTINCT person FROM release_change WHERE release = $1 AND section = $2 AND at > $3 AND person <> '' ORDER BY person`, r, section, int64(since))
	return out, err
}

// ChangesSince returns the changes of a section after an instant, oldest first, 200 at most; "" is every section. It
// checks no permission.
func ChangesSince(tx *db.Tx, r id.Release, section string, since db.Time) ([]Change, error) {
	var w db.Where
	w.And(`release = ? AND at > ?`, r, int64(since))
	if section != "" {
		w.And(`section = ?`, section)
	}
	var out []Change
	err := tx.All(&out, `SELECT `+changeColumns+` FROM release_change`+w.String()+` ORDER BY at, id LIMIT 200`, w.Args...)
	return out, err
}

// Changes returns one page of the recorded changes of a release, newest first. It checks no permission.
func Changes(tx *db.Tx, r id.Release, f ChangeFilter) ([]Change, error) {
	var w db.Where
	w.And(`release = ?`, r)
	if f.Section != "" {
		w.And(`section = ?`, f.Section)
	}
	if f.BeforeID != "" {
		w.And(`(at, id) < (?, ?)`, int64(f.BeforeAt), f.BeforeID)
	}
	var out []Change
	err := tx.All(&out, `SELECT `+changeColumns+` FROM release_change`+w.String()+` ORDER BY at DESC, id DESC LIMIT `+w.Arg(f.limit()), w.Args...)
	return out, err
}
