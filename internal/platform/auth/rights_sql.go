package auth

import (
	"errors"

	"slipway/internal/id"
	"slipway/internal/platform/auth/column"
	"slipway/internal/platform/db"
)

func rightsVersion(tx *db.Tx) (int64, error) {
	var n int64
	err := tx.Get(&n, `SELECT n FROM rights_version WHERE one = 1`)
	return n, err
}

func raiseRights(tx *db.Tx) (int64, error) {
	var n int64
	err := tx.Get(&n, `UPDATE rights_version SET n = n + 1 WHERE one = 1 RETURNING n`)
	return n, err
}

// readHeld reads what a person holds; a person that does not exist holds nothing and is not active.
func readHeld(tx *db.Tx, p id.Person) (*held, error) {
	r := &held{}
	if err := tx.Get(&r.active, `SELECT active FROM person WHERE id = $1`, p); err != nil {
		if errors.Is(err, db.ErrNone) {
			return r, nil
		}
		return nil, err
	}
	if err := tx.All(&r.grants, `
		SELECT role, scope, from_at, until_at FROM role_binding WHERE person = $1
		UNION
		SELECT b.role, b.scope, b.from_at, b.until_at FROM team_member m JOIN role_binding b ON b.team = m.team WHERE m.person = $1
		ORDER BY role, scope`, p); err != nil {
		return nil, err
	}
	var err error
	r.further, err = furtherPermissions(tx)
	return r, err
}

// furtherPermissions returns the permissions of the roles that are not built in.
func furtherPermissions(tx *db.Tx) (map[string][]string, error) {
	var rows []struct{ Role, Permission string }
	err := tx.All(&rows, `SELECT role, permission FROM role_permission ORDER BY role, permission`)
	out := map[string][]string{}
	for _, r := range rows {
		out[r.Role] = append(out[r.Role], r.Permission)
	}
	return out, err
}

func holders(tx *db.Tx, role string, scope Scope) ([]Person, error) {
	args := []any{role, tx.Now}
	above := scope.above()
	for _, s := range above {
		args = append(args, s)
	}
	return SelectPeople(tx, `
		WHERE p.active AND p.id IN (
			SELECT COALESCE(b.person, m.person) FROM role_binding b LEFT JOIN team_member m ON m.team = b.team
			WHERE b.role = $1 AND (b.from_at IS NULL OR b.from_at <= $2) AND (b.until_at IS NULL OR b.until_at > $2)
			AND b.scope IN (`+column.Places(3, len(above))+`))
		ORDER BY p.key`, args...)
}

// rolesCarrying names the roles that carry a permission, the widest last, for a sentence.
func rolesCarrying(tx *db.Tx, p Permission) ([]string, error) {
	var roles []struct {
		Key, Name string
		Carries   bool
	}
	err := tx.All(&roles, `
		SELECT r.key, r.name, EXISTS (SELECT 1 FROM role_permission x WHERE x.role = r.key AND x.permission = $1) AS carries
		FROM role r ORDER BY r.rank DESC, r.key`, p.Name)
	var names []string
	for _, r := range roles {
		if r.Carries || p.CarriedBy(r.Key) {
			names = append(names, r.Name)
		}
	}
	return names, err
}
