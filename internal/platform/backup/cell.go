package backup

import "database/sql"

// cell receives one column of the row that is read.
type cell struct {
	text    sql.NullString
	integer sql.NullInt64
	boolean sql.NullBool
	real    sql.NullFloat64
	bytes   []byte
	null    bool
}

// dst returns where a scan puts the column; bytes bring a second column that says whether they are null.
func (c *cell) dst(k kind) []any {
	switch k {
	case kindText:
		return []any{&c.text}
	case kindInteger:
		return []any{&c.integer}
	case kindBoolean:
		return []any{&c.boolean}
	case kindReal:
		return []any{&c.real}
	}
	return []any{&c.bytes, &c.null}
}

// value returns what was scanned; nil for null.
func (c *cell) value(k kind) any {
	switch {
	case k == kindText && c.text.Valid:
		return c.text.String
	case k == kindInteger && c.integer.Valid:
		return c.integer.Int64
	case k == kindBoolean && c.boolean.Valid:
		return c.boolean.Bool
	case k == kindReal && c.real.Valid:
		return c.real.Float64
	case k == kindBytes && !c.null:
		return c.bytes
	}
	return nil
}
