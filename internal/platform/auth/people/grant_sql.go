package people

import (
	"slices"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/column"
	"slipway/internal/platform/db"
)

type bindingRow struct {
	ID      auth.BindingID
	Person  *string
	Team    *string
	Role    string
	Scope   auth.Scope
	FromAt  db.Time
	UntilAt db.Time
	MadeAt  db.Time
	MadeBy  *string
}

func (r bindingRow) binding() auth.Binding {
	return auth.Binding{
		ID: r.ID, Person: id.Person(column.Text(r.Person)), Team: id.Team(column.Text(r.Team)), MadeAt: r.MadeAt, MadeBy: id.Person(column.Text(r.MadeBy)),
		Grant: auth.Grant{Role: r.Role, Scope: r.Scope, From: r.FromAt, Until: r.UntilAt},
	}
}

const bindingColumns = `SELECT b.id, b.person, b.team, b.role, b.scope, b.from_at, b.until_at, b.made_at, b.made_by FROM role_binding b `

func readBindings(tx *db.Tx, where string, args ...any) ([]auth.Binding, error) {
	var rows []bindingRow
	err := tx.All(&rows, bindingColumns+where, args...)
	out := make([]auth.Binding, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.binding())
	}
	return out, err
}

// insertBinding reports false if the holder has exactly this grant already.
func insertBinding(tx *db.Tx, b auth.Binding) (bool, error) {
	n, err := tx.Exec(`
		INSERT INTO role_binding (id, person, team, role, scope, from_at, until_at, made_at, made_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
		b.ID, column.Null(b.Person), column.Null(b.Team), b.Role, b.Scope, b.From, b.Until, b.MadeAt, column.Null(b.MadeBy))
	return n > 0, err
}

func deleteBinding(tx *db.Tx, b auth.BindingID) error {
	_, err := tx.Exec(`DELETE FROM role_binding WHERE id = $1`, b)
	return err
}

// administrators counts the active people who are administrators everywhere without an end.
func administrators(tx *db.Tx) (int64, error) {
	var n int64
	err := tx.Get(&n, `
		SELECT count(DISTINCT p.id) FROM role_binding b LEFT JOIN team_member m ON m.team = b.team
		JOIN person p ON p.id = COALESCE(b.person, m.person)
		WHERE b.role = $1 AND b.scope = '' AND p.active AND (b.from_at IS NULL OR b.from_at <= $2) AND b.until_at IS NULL`,
		auth.RoleAdministrator, tx.Now)
	return n, err
}

func insertRole(tx *db.Tx, r auth.Role, by id.Person) error {
	_, err := tx.Exec(`INSERT INTO role (key, name, text, built_in, rank, search, changed_at, changed_by, rev) VALUES ($1, $2, $3, FALSE, 100, $4, $5, $6, 1)`,
		r.Key, r.Name, r.Text, column.Folded(r.Name, r.Key), tx.Now, column.Null(by))
	return err
}

func updateRole(tx *db.Tx, r auth.Role, by id.Person) error {
	_, err := tx.Exec(`UPDATE role SET name = $2, text = $3, search = $4, changed_at = $5, changed_by = $6, rev = rev + 1 WHERE key = $1`,
		r.Key, r.Name, r.Text, column.Folded(r.Name, r.Key), tx.Now, column.Null(by))
	return err
}

func setRolePermissions(tx *db.Tx, role string, had, want []string) error {
	for _, p := range had {
		if !slices.Contains(want, p) {
			if _, err := tx.Exec(`DELETE FROM role_permission WHERE role = $1 AND permission = $2`, role, p); err != nil {
				return err
			}
		}
	}
	for _, p := range want {
		if !slices.Contains(had, p) {
			if _, err := tx.Exec(`INSERT INTO role_permission (role, permission) VALUES ($1, $2)`, role, p); err != nil {
				return err
			}
		}
	}
	return nil
}

func rolePermissions(tx *db.Tx) (map[string][]string, error) {
	var rows []struct{ Role, Permission string }
	err := tx.All(&rows, `SELECT role, permission FROM role_permission ORDER BY role, permission`)
	out := map[string][]string{}
	for _, r := range rows {
		out[r.Role] = append(out[r.Role], r.Permission)
	}
	return out, err
}

func listBindings(tx *db.Tx, f GrantFilter, limit int) ([]auth.Binding, error) {
	var w db.Where
	if f.Person != "" {
		w.And("(b.person = ? OR b.team IN (SELECT team FROM team_member WHERE person = ?))", f.Person, f.Person)
	}
	if f.Team != "" {
		w.And("b.team = ?", f.Team)
	}
	if f.Role != "" {
		w.And("b.role = ?", f.Role)
	}
	if f.After != "" {
		w.And("b.id > ?", f.After)
	}
	return readBindings(tx, w.String()+" ORDER BY b.id LIMIT "+w.Arg(limit), w.Args...)
}

func grantsOf(tx *db.Tx, people []auth.Person) (map[id.Person][]auth.Binding, error) {
	out := map[id.Person][]auth.Binding{}
	if len(people) == 0 {
		return out, nil
	}
	args := []any{}
	for _, p := range people {
		args = append(args, p.ID)
	}
	in := column.Places(1, len(args))
	direct, err := readBindings(tx, `JOIN role r ON r.key = b.role WHERE b.person IN (`+in+`) ORDER BY r.rank, r.key, b.scope`, args...)
	if err != nil {
		return nil, err
	}
	for _, b := range direct {
		out[b.Person] = append(out[b.Person], b)
	}
	var rows []struct {
		Member                  id.Person
		ID                      auth.BindingID
		Team                    id.Team
		Role                    string
		Scope                   auth.Scope
		FromAt, UntilAt, MadeAt db.Time
	}
	err = tx.All(&rows, `
		SELECT m.person AS member, b.id, b.team, b.role, b.scope, b.from_at, b.until_at, b.made_at
		FROM team_member m JOIN role_binding b ON b.team = m.team JOIN role r ON r.key = b.role
		WHERE m.person IN (`+in+`) ORDER BY r.rank, r.key, b.scope`, args...)
	for _, r := range rows {
		out[r.Member] = append(out[r.Member], auth.Binding{ID: r.ID, Team: r.Team, MadeAt: r.MadeAt, Grant: auth.Grant{Role: r.Role, Scope: r.Scope, From: r.FromAt, Until: r.UntilAt}})
	}
	return out, err
}

func undated(tx *db.Tx, holder, value string) ([]auth.Binding, error) {
	return readBindings(tx, `WHERE b.`+holder+` = $1 AND b.from_at IS NULL AND b.until_at IS NULL ORDER BY b.role, b.scope`, value)
}
