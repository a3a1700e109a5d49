package people

import (
	"strings"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/column"
	"slipway/internal/platform/db"
)

func insertPerson(tx *db.Tx, p Person, by id.Person) error {
	_, err := tx.Exec(`
		INSERT INTO person (id, key, kind, active, zone, locale, theme, keys, made_at, changed_at, changed_by, rev)
		VALUES ($1, $2, $3, TRUE, $4, $5, $6, $7, $8, $8, $9, 1)`,
		p.ID, p.Key, p.Kind, p.Zone, p.Locale, p.Theme, p.Keys, tx.Now, column.Null(by))
	if err != nil {
		return err
	}
	return putContact(tx, p)
}

func putContact(tx *db.Tx, p Person) error {
	_, err := tx.Exec(`
		INSERT INTO person_contact (person, name, email, email_key, search) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (person) DO UPDATE SET name = excluded.name, email = excluded.email, email_key = excluded.email_key, search = excluded.search`,
		p.ID, p.Name, p.Email, column.Null(strings.ToLower(p.Email)), column.Folded(p.Name, p.Email, p.Key))
	return err
}

func updatePerson(tx *db.Tx, p Person, by id.Person) error {
	_, err := tx.Exec(`
		UPDATE person SET kind = $2, active = $3, zone = $4, locale = $5, theme = $6, keys = $7, changed_at = $8, changed_by = $9, rev = rev + 1
		WHERE id = $1`, p.ID, p.Kind, p.Active, p.Zone, p.Locale, p.Theme, p.Keys, tx.Now, column.Null(by))
	return err
}

func erasePerson(tx *db.Tx, p Person, key string) error {
	for _, q := range []string{
		`DELETE FROM person_contact WHERE person = $1`,
		`DELETE FROM person_password WHERE person = $1`,
		`DELETE FROM once_link WHERE person = $1`,
		`DELETE FROM team_member WHERE person = $1`,
		`DELETE FROM role_binding WHERE person = $1`,
	} {
		if _, err := tx.Exec(q, p.ID); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`UPDATE person SET key = $2, zone = '', theme = '', seen_at = NULL WHERE id = $1`, p.ID, key)
	return err
}

func countPeople(tx *db.Tx) (people, teams int64, err error) {
	if err = tx.Get(&people, `SELECT count(*) FROM person WHERE active`); err == nil {
		err = tx.Get(&teams, `SELECT count(*) FROM team WHERE closed_at IS NULL`)
	}
	return people, teams, err
}

func listPeople(tx *db.Tx, f Filter, limit int) ([]Person, error) {
	var w db.Where
	if f.After != "" {
		w.And("p.key > ?", f.After)
	}
	if !f.Inactive {
		w.And("p.active")
	}
	if f.Kind != "" {
		w.And("p.kind = ?", f.Kind)
	}
	if f.Team != "" {
		w.And("p.id IN (SELECT person FROM team_member WHERE team = ?)", f.Team)
	}
	if f.Role != "" {
		w.And("p.id IN (SELECT COALESCE(b.person, m.person) FROM role_binding b LEFT JOIN team_member m ON m.team = b.team WHERE b.role = ?)", f.Role)
	}
	if f.Query != "" {
		like := column.Like(f.Query)
		w.And(`(c.search LIKE ? ESCAPE '!' OR p.id IN (
			SELECT COALESCE(b.person, m.person) FROM role_binding b JOIN role r ON r.key = b.role LEFT JOIN team_member m ON m.team = b.team
			WHERE r.search LIKE ? ESCAPE '!'))`, like, like)
	}
	return auth.SelectPeople(tx, w.String()+` ORDER BY p.key LIMIT `+w.Arg(limit), w.Args...)
}

func personByEmail(tx *db.Tx, email string) ([]Person, error) {
	return auth.SelectPeople(tx, `WHERE c.email_key = $1`, strings.ToLower(email))
}

// everyone reads all people who were not erased, by key.
func everyone(tx *db.Tx) ([]Person, error) {
	return auth.SelectPeople(tx, `WHERE c.person IS NOT NULL ORDER BY p.key`)
}
