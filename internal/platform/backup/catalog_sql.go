package backup

import (
	"errors"
	"fmt"
	"strings"

	"slipway/internal/platform/db"
)

// left reports whether a table is left out: bookkeeping of migrations, and jobs.
func left(table string) bool {
	return table == "goose_db_version" || table == "job" || strings.HasPrefix(table, "job_") || strings.HasPrefix(table, "river_")
}

// ident quotes a name for SQL.
func ident(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func idents(columns []column) string {
	var names []string
	for _, c := range columns {
		names = append(names, ident(c.Name))
	}
	return strings.Join(names, ", ")
}

// schema returns the version of the newest migration that was applied, 0 in a database that was never migrated.
func schema(tx *db.Tx) (int64, error) {
	var v *int64
	if err := tx.Get(&v, `SELECT max(version_id) FROM goose_db_version WHERE is_applied`); err != nil {
		return 0, err
	}
	if v == nil {
		return 0, errors.New("backup: the database was never migrated")
	}
	return *v, nil
}

// catalog returns the tables that a backup holds, by name. Virtual and generated content is left to its triggers.
func catalog(tx *db.Tx) ([]tableLine, error) {
	names, describe := `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name`,
		`SELECT name, lower(type) AS type, pk FROM pragma_table_info($1) ORDER BY cid`
	if tx.Engine() == db.Postgres {
		names = `SELECT relname::text COLLATE "C" AS name FROM pg_class
			WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1`
		describe = `SELECT a.attname::text AS name, format_type(a.atttypid, NULL) AS type,
				coalesce(array_position(i.indkey::int2[], a.attnum) + 1, 0)::int AS pk
			FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
			WHERE a.attrelid = (current_schema()::text || '.' || quote_ident($1))::regclass
				AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
			ORDER BY a.attnum`
	}
	var tables []string
	if err := tx.All(&tables, names); err != nil {
		return nil, err
	}
	var out []tableLine
	for _, name := range tables {
		if left(name) {
			continue
		}
		var rows []struct {
			Name, Type string
			PK         int `db:"pk"`
		}
		if err := tx.All(&rows, describe, name); err != nil {
			return nil, err
		}
		t := tableLine{Table: name}
		for _, r := range rows {
			k, ok := kinds[strings.ToLower(r.Type)]
			if !ok {
				return nil, fmt.Errorf("backup: the column %s.%s has the type %s, which both engines do not share", name, r.Name, r.Type)
			}
			t.Columns = append(t.Columns, column{Name: r.Name, Type: k, key: r.PK})
		}
		out = append(out, t)
	}
	return out, nil
}

// kinds are the words of both engines.
var kinds = map[string]kind{
	"text": kindText, "character varying": kindText,
	"integer": kindInteger, "bigint": kindInteger, "smallint": kindInteger,
	"boolean": kindBoolean,
	"bytea":   kindBytes, "blob": kindBytes,
	"real": kindReal, "double precision": kindReal,
}

// each calls fn with every row of a table in the order of its key, one at a time.
func each(tx *db.Tx, t tableLine, fn func(row []any) error) error {
	var order, cols []string
	for _, c := range keyed(t.Columns) {
		by := ident(c.Name)
		if tx.Engine() == db.Postgres && c.Type == kindText {
			by += ` COLLATE "C"`
		}
		if c.key == 0 {
			by += " NULLS FIRST" // a key has none, and its index would not serve this order on PostgreSQL
		}
		order = append(order, by)
	}
	for _, c := range t.Columns {
		cols = append(cols, ident(c.Name))
		if c.Type == kindBytes {
			cols = append(cols, ident(c.Name)+" IS NULL") // a driver may give no bytes as none
		}
	}
	query := "SELECT " + strings.Join(cols, ", ") + " FROM " + ident(t.Table) + " ORDER BY " + strings.Join(order, ", ")
	cells, dst := make([]cell, len(t.Columns)), []any{}
	for i, c := range t.Columns {
		dst = append(dst, cells[i].dst(c.Type)...)
	}
	row := make([]any, len(cells))
	return tx.Each(query, nil, func(scan func(dst ...any) error) error {
		if err := scan(dst...); err != nil {
			return err
		}
		for i, c := range t.Columns {
			row[i] = cells[i].value(c.Type)
		}
		return fn(row)
	})
}
