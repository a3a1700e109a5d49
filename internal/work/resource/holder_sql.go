package resource

import (
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// RoleHolders are the people who hold a role.
type RoleHolders struct {
	Key, Name string
	BuiltIn   bool
	People    []id.Person `db:"-"`
}

// Holders returns who holds which role at the transaction's instant, directly or through a team, on any scope. It checks no permission.
func Holders(tx *db.Tx) ([]RoleHolders, error) {
	var rows []struct {
		Key, Name string
		BuiltIn   bool
		Person    id.Person
	}
	err := tx.All(&rows, `SELECT DISTINCT r.key, r.name, r.built_in, COALESCE(b.person, m.person) AS person FROM role r JOIN role_binding b ON b.role = r.key
		LEFT JOIN team_member m ON m.team = b.team
		WHERE COALESCE(b.person, m.person) IS NOT NULL AND (b.from_at IS NULL OR b.from_at <= $1) AND (b.until_at IS NULL OR b.until_at > $1)
		ORDER BY r.key, 4`, tx.Now)
	var out []RoleHolders
	for _, r := range rows {
		if len(out) == 0 || out[len(out)-1].Key != r.Key {
			out = append(out, RoleHolders{Key: r.Key, Name: r.Name, BuiltIn: r.BuiltIn})
		}
		out[len(out)-1].People = append(out[len(out)-1].People, r.Person)
	}
	return out, err
}

// RoleName is a role that the table has a row of.
type RoleName struct{ Key, Name string }

// Roles returns the roles beside the built-in ones that anybody holds, by key. It checks no permission.
func Roles(tx *db.Tx) ([]RoleName, error) {
	rows, err := Holders(tx)
	out := []RoleName{}
	for _, r := range rows {
		if !r.BuiltIn {
			out = append(out, RoleName{r.Key, r.Name})
		}
	}
	return out, err
}
