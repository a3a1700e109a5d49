package auth

import (
	"slipway/internal/id"
	"slipway/internal/platform/auth/column"
	"slipway/internal/platform/db"
)

const personColumns = `
	SELECT p.id, p.key, p.kind, p.active, p.zone, p.locale, p.theme, p.keys, p.seen_at, p.made_at, p.changed_at,
		COALESCE(p.changed_by, '') AS changed_by, p.rev, COALESCE(c.name, p.key) AS name, COALESCE(c.email, '') AS email,
		c.person IS NULL AS erased, w.person IS NOT NULL AS has_password
	FROM person p LEFT JOIN person_contact c ON c.person = p.id LEFT JOIN person_password w ON w.person = p.id `

// SelectPeople reads people by the rest of a statement over person p, person_contact c. It serves this package's own
// sub-packages.
func SelectPeople(tx *db.Tx, rest string, args ...any) ([]Person, error) {
	var out []Person
	err := tx.All(&out, personColumns+rest, args...)
	return out, err
}

// SelectTeams reads teams by the rest of a statement over team t, with their members. It serves this package's own
// sub-packages and costs two statements.
func SelectTeams(tx *db.Tx, rest string, args ...any) ([]Team, error) {
	var out []Team
	err := tx.All(&out, `
		SELECT t.id, t.key, t.name, t.text, t.made_at, t.closed_at, t.changed_at, COALESCE(t.changed_by, '') AS changed_by, t.rev
		FROM team t `+rest, args...)
	if err != nil || len(out) == 0 {
		return nil, err
	}
	at, teams := map[id.Team]int{}, []any{}
	for i := range out {
		out[i].Members = []id.Person{}
		at[out[i].ID] = i
		teams = append(teams, out[i].ID)
	}
	var rows []struct {
		Team   id.Team
		Person id.Person
	}
	err = tx.All(&rows, `
		SELECT m.team, m.person FROM team_member m JOIN person p ON p.id = m.person
		WHERE m.team IN (`+column.Places(1, len(teams))+`) ORDER BY p.key`, teams...)
	for _, r := range rows {
		t := &out[at[r.Team]]
		t.Members = append(t.Members, r.Person)
	}
	return out, err
}

func peopleByID(tx *db.Tx, people []id.Person) (map[id.Person]Person, error) {
	out := map[id.Person]Person{}
	if len(people) == 0 {
		return out, nil
	}
	args := make([]any, len(people))
	for i, p := range people {
		args[i] = p
	}
	list, err := SelectPeople(tx, `WHERE p.id IN (`+column.Places(1, len(args))+`)`, args...)
	for _, p := range list {
		out[p.ID] = p
	}
	return out, err
}

const roleColumns = `key, name, text, built_in, rank, changed_at, COALESCE(changed_by, '') AS changed_by, rev`

func roleBy(tx *db.Tx, key string) (Role, error) {
	var r Role
	err := tx.Get(&r, `SELECT `+roleColumns+` FROM role WHERE key = $1`, key)
	return r, err
}

func allRoles(tx *db.Tx) ([]Role, error) {
	var out []Role
	err := tx.All(&out, `SELECT `+roleColumns+` FROM role ORDER BY rank, key`)
	return out, err
}

// mainRole names the widest role a person holds.
const mainRole = `COALESCE((
	SELECT r.name FROM role_binding b LEFT JOIN team_member m ON m.team = b.team JOIN role r ON r.key = b.role
	WHERE COALESCE(b.person, m.person) = p.id ORDER BY r.rank, r.key LIMIT 1), '') AS role`

// IdentityColumns are what an identity is made of, over person p and person_contact c. They serve this package's own
// sub-packages.
const IdentityColumns = `p.id AS person, p.key, COALESCE(c.name, p.key) AS name, p.kind, p.active, p.zone, p.locale, p.theme, p.keys, ` + mainRole

func identityRow(tx *db.Tx, p id.Person) (IdentityRow, error) {
	var r IdentityRow
	err := tx.Get(&r, `SELECT `+IdentityColumns+` FROM person p LEFT JOIN person_contact c ON c.person = p.id WHERE p.id = $1`, p)
	return r, err
}
