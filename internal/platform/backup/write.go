package backup

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"slipway/internal/platform/db"
)

// Write writes a backup of one snapshot of d to w while others go on writing. Of info it takes Version and Note. Memory
// stays at the size of the largest row; on SQLite the write-ahead log grows until it returns. What it wrote before a fault
// is no backup, and Restore refuses it. It costs one pass over all tables.
func Write(ctx context.Context, d *db.DB, w io.Writer, info Info) (Report, error) {
	var rep Report
	began := false
	err := d.Read(ctx, func(tx *db.Tx) error {
		if began {
			return errors.New("backup: the connection broke; start again")
		}
		began = true
		version, err := schema(tx)
		if err != nil {
			return err
		}
		tables, err := catalog(tx)
		if err != nil {
			return err
		}
		rep = Report{Info: Info{Format: Format, Schema: version, Engine: tx.Engine(), At: tx.Now,
			Version: info.Version, Note: info.Note, Excludes: excluded}}
		return rep.write(tx, tables, w)
	})
	return rep, err
}

func (r *Report) write(tx *db.Tx, tables []tableLine, w io.Writer) error {
	zip, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return err
	}
	whole := newHash()
	out := bufio.NewWriterSize(io.MultiWriter(zip, whole), 256<<10)
	line := func(w io.Writer, v any) error {
		b, err := json.Marshal(v)
		if err != nil {
			return err
		}
		_, err = w.Write(append(b, '\n'))
		return err
	}
	if err := line(out, r.Info); err != nil {
		return err
	}
	var buf []byte
	for _, t := range tables {
		if err := line(out, t); err != nil {
			return err
		}
		h, n := newHash(), int64(0)
		err := each(tx, t, func(row []any) (err error) {
			if buf, err = appendRow(buf[:0], t.Columns, row); err != nil {
				return err
			}
			n++
			h.Write(buf)
			_, err = out.Write(buf)
			return err
		})
		if err != nil {
			return fmt.Errorf("backup: table %s: %w", t.Table, err)
		}
		done := Table{Name: t.Table, Rows: n, SHA256: sum(h)}
		r.Tables = append(r.Tables, done)
		if err := line(out, endLine{End: done.Name, Rows: done.Rows, SHA256: done.SHA256}); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	r.SHA256 = sum(whole)
	if err := line(zip, lastLine{Tables: r.Tables, SHA256: r.SHA256}); err != nil {
		return err
	}
	return zip.Close()
}
