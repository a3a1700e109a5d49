package backup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"slipway/internal/platform/db"
)

// restoreSQLite inserts the rows with the connection of the only writer. Foreign keys are compared at the end, since
// tables come by name.
func restoreSQLite(ctx context.Context, d *db.DB, f *reader, fresh map[string]Table, forget []string) error {
	began := false
	return d.Write(ctx, func(tx *db.Tx) error {
		if began {
			return errors.New("backup: the transaction was lost; start again")
		}
		began = true
		have, check, err := prepare(tx, f, fresh)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`PRAGMA defer_foreign_keys = ON`); err != nil {
			return err
		}
		for name := range fresh {
			if _, err := tx.Exec(`DELETE FROM ` + ident(name)); err != nil {
				return err
			}
		}
		insert := ""
		err = f.each(func(t tableLine) error {
			var marks []string
			for i := range t.Columns {
				marks = append(marks, fmt.Sprintf("$%d", i+1))
			}
			insert = "INSERT INTO " + ident(t.Table) + " (" + idents(t.Columns) + ") VALUES (" + strings.Join(marks, ", ") + ")"
			return check(t)
		}, func(t tableLine, row []any) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			if _, err := tx.Exec(insert, row...); err != nil {
				return fmt.Errorf("backup: table %s: %w", t.Table, err)
			}
			return nil
		}, func(tableLine) error { return nil })
		if err != nil {
			return err
		}
		if err := complete(have, f.tables); err != nil {
			return err
		}
		for _, name := range present(have, forget) {
			if _, err := tx.Exec(`DELETE FROM ` + ident(name)); err != nil {
				return err
			}
		}
		return references(tx)
	})
}

// present returns the tables of names that there are: an older schema may lack one.
func present(have []tableLine, names []string) (out []string) {
	for _, t := range have {
		if slices.Contains(names, t.Table) {
			out = append(out, t.Table)
		}
	}
	return out
}

// references fails for a row that refers to one that is not there.
func references(tx *db.Tx) error {
	var lost []struct{ Child, Parent string }
	if err := tx.All(&lost, `SELECT DISTINCT "table" AS child, parent FROM pragma_foreign_key_check LIMIT 1`); err != nil {
		return err
	}
	if len(lost) > 0 {
		return damaged("a row of table %s refers to one of table %s that is not there.", lost[0].Child, lost[0].Parent)
	}
	return nil
}

// prepare reads the catalog, compares schemas and makes sure that no table has rows beyond those of a fresh database.
func prepare(tx *db.Tx, f *reader, fresh map[string]Table) ([]tableLine, func(t tableLine) error, error) {
	version, err := schema(tx)
	if err != nil {
		return nil, nil, err
	}
	have, err := catalog(tx)
	if err != nil {
		return nil, nil, err
	}
	check, err := fits(f.info, version, have)
	if err != nil {
		return nil, nil, err
	}
	for _, t := range have {
		var some bool
		if err := tx.Get(&some, `SELECT EXISTS (SELECT 1 FROM `+ident(t.Table)+`)`); err != nil {
			return nil, nil, err
		}
		if !some {
			continue
		}
		seed, ok := fresh[t.Table]
		if !ok {
			return nil, nil, occupied(t.Table)
		}
		if got, err := digest(tx, t); err != nil || got != seed {
			return nil, nil, errors.Join(err, occupied(t.Table))
		}
	}
	return have, check, nil
}

// restorePostgres copies the rows in a transaction of its own: one of package db may run its closure again, which a stream
// does not bear. Foreign keys become deferred for the time of the transaction.
func restorePostgres(ctx context.Context, d *db.DB, f *reader, fresh map[string]Table, forget []string) error {
	var have []tableLine
	var check func(t tableLine) error
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		have, check, err = prepare(tx, f, fresh)
		return err
	})
	if err != nil {
		return err
	}
	err = pgx.BeginFunc(ctx, d.Pool(), func(tx pgx.Tx) error {
		keys, err := foreignKeys(ctx, tx)
		if err != nil {
			return err
		}
		if err := alter(ctx, tx, keys, "DEFERRABLE INITIALLY DEFERRED"); err != nil {
			return err
		}
		for _, t := range have { // locked, nothing can come after this look
			if _, err := tx.Exec(ctx, `LOCK TABLE `+ident(t.Table)+` IN SHARE ROW EXCLUSIVE MODE`); err != nil {
				return err
			}
			gone, err := tx.Exec(ctx, `DELETE FROM `+ident(t.Table))
			if err != nil {
				return err
			}
			if gone.RowsAffected() != fresh[t.Table].Rows {
				return occupied(t.Table)
			}
		}
		if err := copyAll(ctx, tx, f, check); err != nil {
			return err
		}
		if err := complete(have, f.tables); err != nil {
			return err
		}
		for _, name := range present(have, forget) {
			if _, err := tx.Exec(ctx, `DELETE FROM `+ident(name)); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, `SET CONSTRAINTS ALL IMMEDIATE`); err != nil {
			return damaged("a row refers to one that is not there.").Because(err)
		}
		return alter(ctx, tx, keys, "NOT DEFERRABLE")
	})
	if err != nil {
		return err
	}
	_, err = d.Pool().Exec(ctx, `ANALYZE`) //nolint:misspell // an SQL word; the planner knows nothing of the new rows yet
	return err
}

type foreignKey struct{ table, name string }

func foreignKeys(ctx context.Context, tx pgx.Tx) ([]foreignKey, error) {
	rows, err := tx.Query(ctx, `
		SELECT c.relname::text, k.conname::text FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
		WHERE k.contype = 'f' AND NOT k.condeferrable AND k.connamespace = current_schema()::regnamespace ORDER BY 1, 2`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (k foreignKey, err error) {
		return k, row.Scan(&k.table, &k.name)
	})
}

func alter(ctx context.Context, tx pgx.Tx, keys []foreignKey, how string) error {
	for _, k := range keys {
		if left(k.table) {
			continue
		}
		if _, err := tx.Exec(ctx, `ALTER TABLE `+ident(k.table)+` ALTER CONSTRAINT `+ident(k.name)+` `+how); err != nil {
			return err
		}
	}
	return nil
}

// copyAll streams each table through COPY; the reader goes on in the same goroutine that COPY pulls from.
func copyAll(ctx context.Context, tx pgx.Tx, f *reader, check func(t tableLine) error) error {
	type feed struct {
		rows chan []any
		done chan error
	}
	var cur *feed
	finish := func() error {
		if cur == nil {
			return nil
		}
		c := cur
		cur = nil
		close(c.rows)
		return <-c.done
	}
	err := f.each(func(t tableLine) error {
		if err := check(t); err != nil {
			return err
		}
		var names []string
		for _, c := range t.Columns {
			names = append(names, c.Name)
		}
		c := &feed{rows: make(chan []any), done: make(chan error, 1)}
		cur = c
		go func() {
			_, err := tx.CopyFrom(ctx, pgx.Identifier{t.Table}, names, pgx.CopyFromFunc(func() ([]any, error) {
				return <-c.rows, nil // nil ends it
			}))
			c.done <- err
		}()
		return nil
	}, func(t tableLine, row []any) error {
		select {
		case cur.rows <- row:
			return nil
		case err := <-cur.done:
			cur = nil
			return fmt.Errorf("backup: table %s: %w", t.Table, err)
		}
	}, func(t tableLine) error {
		if err := finish(); err != nil {
			return fmt.Errorf("backup: table %s: %w", t.Table, err)
		}
		return nil
	})
	if err != nil {
		_ = finish() // the transaction is rolled back for err
	}
	return err
}
