package backup

import (
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"

	"slipway/internal/errs"
	"slipway/internal/platform/db"
)

// Hook is what belongs to a restore beside the rows. Each member may be left out.
type Hook struct {
	Name string
	// Before runs when the file has said what it is and nothing is changed yet: it may bring the database to the schema of
	// the file.
	Before func(ctx context.Context, i Info) error
	// Forget names tables that are empty afterwards, whatever the file holds: what must not outlive the installation that
	// was saved, such as sessions. They are emptied in the transaction of the rows.
	Forget []string
	// Run runs after the rows are there: the ledger starts an epoch, areas derive their jobs.
	Run func(ctx context.Context, r Report) error
}

// Restore reads a file into d, which must have the schema of the file (a hook may see to it) and hold no rows but those that
// migrations make, all in one transaction, and then runs the hooks in order. It fails with errs.Invalid for a file that is cut off, altered or of another schema,
// naming what is wrong, and with errs.Blocked for a database that holds rows; then nothing was restored. If a hook fails
// the rows are there and the error says which hook did not run. Memory stays at the size of the largest row. Nobody else
// should use the database meanwhile.
func Restore(ctx context.Context, d *db.DB, r io.Reader, hooks ...Hook) (Report, error) {
	f, err := newReader(r)
	if err != nil {
		return Report{}, err
	}
	defer func() { _ = f.zip.Close() }() // of what was read: its faults came with the reading
	known, err := db.Schema()
	if err != nil {
		return Report{}, err
	}
	if f.info.Schema > known {
		return Report{}, errs.Invalid("backup.schema_newer", "The backup has schema %d, this Slipway knows %d. Restore it with the newer Slipway that wrote it.", f.info.Schema, known)
	}
	var forget []string
	for _, h := range hooks {
		if h.Before != nil {
			if err := h.Before(ctx, f.info); err != nil {
				return Report{}, err
			}
		}
		forget = append(forget, h.Forget...)
	}
	fresh, err := pristine(ctx, f.info.Schema)
	if errs.ReasonOf(err) == "db.schema_unknown" {
		return Report{}, errs.Invalid("backup.schema_unknown", "The backup has schema %d, which no released Slipway has had. Restore it with the Slipway that wrote it.", f.info.Schema)
	}
	if err != nil {
		return Report{}, err
	}
	if d.Engine() == db.Postgres {
		err = restorePostgres(ctx, d, f, fresh, forget)
	} else {
		err = restoreSQLite(ctx, d, f, fresh, forget)
	}
	if err != nil {
		return Report{}, err
	}
	rep := Report{Info: f.info, Tables: f.tables, SHA256: sum(f.whole)}
	for _, h := range hooks {
		if h.Run == nil {
			continue
		}
		if err := h.Run(ctx, rep); err != nil {
			return rep, fmt.Errorf("backup: everything is restored, but %s failed; run it again before the start: %w", h.Name, err)
		}
	}
	return rep, nil
}

// fits compares the file with the database that is to take it.
func fits(info Info, version int64, have []tableLine) (func(t tableLine) error, error) {
	if info.Schema != version {
		return nil, errs.Blocked("backup.schema_other", "The backup has schema %d, the database %d. Restore into a new database: it gets the schema of the backup first and is migrated afterwards.", info.Schema, version)
	}
	byName := map[string]tableLine{}
	for _, t := range have {
		byName[t.Table] = t
	}
	return func(t tableLine) error {
		mine, ok := byName[t.Table]
		if !ok {
			return errs.Invalid("backup.table_unknown", "The backup has a table %s, which the database does not have. Nothing was restored.", t.Table)
		}
		types := map[string]kind{}
		for _, c := range mine.Columns {
			types[c.Name] = c.Type
		}
		for _, c := range t.Columns {
			if k, ok := types[c.Name]; !ok || k != c.Type {
				return errs.Invalid("backup.column_unknown", "The backup has a column %s.%s of the type %s, which the database does not have. Nothing was restored.", t.Table, c.Name, c.Type)
			}
			delete(types, c.Name)
		}
		for name := range types {
			return errs.Invalid("backup.column_missing", "The backup lacks the column %s.%s, which the database has. Nothing was restored.", t.Table, name)
		}
		return nil
	}, nil
}

// complete fails for a table of the database that the file lacks.
func complete(have []tableLine, got []Table) error {
	seen := map[string]bool{}
	for _, t := range got {
		seen[t.Name] = true
	}
	for _, t := range have {
		if !seen[t.Table] {
			return errs.Invalid("backup.table_missing", "The backup lacks the table %s, which the database has. Nothing was restored.", t.Table)
		}
	}
	return nil
}

func occupied(table string) error {
	return errs.Blocked("backup.not_empty", "The database is not empty: table %s has rows. Restore into a new database.", table)
}

func isFlate(err error) bool {
	var corrupt flate.CorruptInputError
	return errors.As(err, &corrupt)
}
