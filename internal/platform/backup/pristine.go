package backup

import (
	"context"
	"errors"
	"fmt"
	"os"

	"slipway/internal/platform/db"
)

// pristine returns the tables in which a fresh database of a schema has rows, such as built-in roles, with their digests. It
// makes such a database in the temporary directory, which is how the package needs to know no table.
func pristine(ctx context.Context, schema int64) (out map[string]Table, err error) {
	dir, err := os.MkdirTemp("", "slipway-pristine-")
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	d, err := db.Open(ctx, db.Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := db.MigrateTo(ctx, d, schema); err != nil {
		return nil, err
	}
	err = d.Read(ctx, func(tx *db.Tx) error {
		tables, err := catalog(tx)
		if err != nil {
			return err
		}
		out = map[string]Table{}
		for _, t := range tables {
			got, err := digest(tx, t)
			if err != nil {
				return err
			}
			if got.Rows > 0 {
				out[t.Table] = got
			}
		}
		return nil
	})
	return out, err
}

// digest returns what a backup would say of a table.
func digest(tx *db.Tx, t tableLine) (Table, error) {
	h, n, buf := newHash(), int64(0), []byte(nil)
	err := each(tx, t, func(row []any) (err error) {
		if buf, err = appendRow(buf[:0], t.Columns, row); err != nil {
			return err
		}
		n++
		h.Write(buf)
		return nil
	})
	if err != nil {
		return Table{}, fmt.Errorf("backup: table %s: %w", t.Table, err)
	}
	return Table{Name: t.Table, Rows: n, SHA256: sum(h)}, nil
}
