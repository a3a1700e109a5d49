package signin

import (
	"strings"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/column"
	"slipway/internal/platform/db"
)

func putLink(tx *db.Tx, hash []byte, purpose string, p id.Person, expires db.Time) error {
	if p == "" {
		if _, err := tx.Exec(`DELETE FROM once_link WHERE purpose = $1`, purpose); err != nil {
			return err
		}
	} else if _, err := tx.Exec(`DELETE FROM once_link WHERE purpose = $1 AND person = $2`, purpose, p); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO once_link (hash, purpose, person, expires_at) VALUES ($1, $2, $3, $4)`, hash, purpose, column.Null(p), expires)
	return err
}

// linkPerson returns whom a link that still works is for; "" for the first run.
func linkPerson(tx *db.Tx, hash []byte, purpose string) (id.Person, error) {
	var p string
	err := tx.Get(&p, `SELECT COALESCE(person, '') AS person FROM once_link WHERE hash = $1 AND purpose = $2 AND expires_at > $3`, hash, purpose, tx.Now)
	return id.Person(p), err
}

func deleteLink(tx *db.Tx, hash []byte) (bool, error) {
	n, err := tx.Exec(`DELETE FROM once_link WHERE hash = $1`, hash)
	return n > 0, err
}

type tryRow struct {
	Tries    int64
	ResetsAt db.Time
}

// countTry adds one try to a bucket and returns what it holds; an old bucket starts again.
func countTry(tx *db.Tx, bucket string, resets db.Time) (tryRow, error) {
	var r tryRow
	err := tx.Get(&r, `
		INSERT INTO sign_in_try (bucket, tries, resets_at) VALUES ($1, 1, $2)
		ON CONFLICT (bucket) DO UPDATE SET
			tries = CASE WHEN sign_in_try.resets_at <= $3 THEN 1 ELSE sign_in_try.tries + 1 END,
			resets_at = CASE WHEN sign_in_try.resets_at <= $3 THEN excluded.resets_at ELSE sign_in_try.resets_at END
		RETURNING tries, resets_at`, bucket, resets, tx.Now)
	return r, err
}

// takeBack removes one try from a bucket; clear empties it.
func takeBack(tx *db.Tx, bucket string) error {
	_, err := tx.Exec(`UPDATE sign_in_try SET tries = tries - 1 WHERE bucket = $1 AND tries > 0`, bucket)
	return err
}

func clearTries(tx *db.Tx, bucket string) error {
	_, err := tx.Exec(`DELETE FROM sign_in_try WHERE bucket = $1`, bucket)
	return err
}

func deleteOldTries(tx *db.Tx) error {
	_, err := tx.Exec(`DELETE FROM sign_in_try WHERE resets_at <= $1`, tx.Now)
	return err
}

// peopleByLogin finds who signs in by an e-mail address or a key: nobody or one.
func peopleByLogin(tx *db.Tx, login string) ([]auth.Person, error) {
	if strings.Contains(login, "@") {
		return auth.SelectPeople(tx, `WHERE c.email_key = $1`, strings.ToLower(login))
	}
	return auth.SelectPeople(tx, `WHERE p.key = $1`, strings.ToLower(login))
}

func anyPerson(tx *db.Tx) (bool, error) {
	var n int64
	err := tx.Get(&n, `SELECT count(*) FROM (SELECT 1 FROM person LIMIT 1) AS x`)
	return n > 0, err
}

func passwordOf(tx *db.Tx, p id.Person) (string, error) {
	var hash string
	err := tx.Get(&hash, `SELECT hash FROM person_password WHERE person = $1`, p)
	return hash, err
}

func putPassword(tx *db.Tx, p id.Person, hash string) error {
	_, err := tx.Exec(`
		INSERT INTO person_password (person, hash, changed_at) VALUES ($1, $2, $3)
		ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at`, p, hash, tx.Now)
	return err
}

// upgradePassword replaces a hash of old parameters, unless the password changed meanwhile.
func upgradePassword(tx *db.Tx, p id.Person, old, fresh string) error {
	_, err := tx.Exec(`UPDATE person_password SET hash = $3 WHERE person = $1 AND hash = $2`, p, old, fresh)
	return err
}
