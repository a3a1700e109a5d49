package backup

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"slices"

	"slipway/internal/errs"
)

// lineMax bounds one line, so that a file cannot ask for all memory.
const lineMax = 256 << 20

// reader reads the lines of a file and checks every digest on the way.
type reader struct {
	zip    *gzip.Reader
	in     *bufio.Reader
	line   []byte
	whole  hash.Hash
	info   Info
	tables []Table
	at     string // the table that is read, for messages
}

func damaged(format string, args ...any) *errs.Error {
	return errs.Invalid("backup.damaged", "The backup is damaged: "+format+" Nothing was restored.", args...)
}

var errTruncated = errs.Invalid("backup.truncated", "The backup ends too early. It was cut off while it was written or copied. Nothing was restored.")

// newReader reads the first line.
func newReader(r io.Reader) (*reader, error) {
	zip, err := gzip.NewReader(r)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, errTruncated
	}
	if err != nil {
		return nil, errs.Invalid("backup.not_one", "This file is not a backup of Slipway.").Because(err)
	}
	f := &reader{zip: zip, in: bufio.NewReaderSize(zip, 256<<10), whole: newHash()}
	if err := f.next(); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(f.line, &f.info); err != nil || f.info.Format == 0 {
		return nil, errs.Invalid("backup.not_one", "This file is not a backup of Slipway.")
	}
	if f.info.Format != Format {
		return nil, errs.Invalid("backup.format_newer", "The backup has format %d, this Slipway reads %d. Restore it with the newer Slipway that wrote it.", f.info.Format, Format)
	}
	f.whole.Write(f.line)
	return f, nil
}

// next reads a line with its newline.
func (f *reader) next() error {
	f.line = f.line[:0]
	for {
		part, err := f.in.ReadSlice('\n')
		f.line = append(f.line, part...)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, bufio.ErrBufferFull):
			if len(f.line) > lineMax {
				return damaged("a line of %s is longer than %d bytes.", f.where(), lineMax)
			}
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return errTruncated
		case isGzip(err):
			return damaged("the compressed data is not whole in %s.", f.where()).Because(err)
		default:
			return err
		}
	}
}

func isGzip(err error) bool {
	return errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) || isFlate(err)
}

func (f *reader) where() string {
	if f.at == "" {
		return "its beginning"
	}
	return "table " + f.at
}

// each calls open for every table, row for its rows and done after the last of them, when its digest was right.
func (f *reader) each(open func(t tableLine) error, row func(t tableLine, row []any) error, done func(t tableLine) error) error {
	for {
		if err := f.next(); err != nil {
			return err
		}
		var t tableLine
		if err := strictly(f.line, &t); err != nil || t.Table == "" {
			return f.last()
		}
		f.whole.Write(f.line)
		if f.at >= t.Table && f.at != "" {
			return damaged("table %s comes after %s.", t.Table, f.at)
		}
		f.at = t.Table
		if err := open(t); err != nil {
			return err
		}
		if err := f.rows(t, row); err != nil {
			return err
		}
		if err := done(t); err != nil {
			return err
		}
	}
}

func (f *reader) rows(t tableLine, row func(t tableLine, row []any) error) error {
	h, n := newHash(), int64(0)
	for {
		if err := f.next(); err != nil {
			return err
		}
		f.whole.Write(f.line)
		if f.line[0] != '[' {
			break
		}
		values, err := parseRow(f.line, t.Columns)
		if err != nil {
			return damaged("row %d of table %s cannot be read: %v.", n+1, t.Table, err)
		}
		h.Write(f.line)
		n++
		if err := row(t, values); err != nil {
			return err
		}
	}
	var end endLine
	if err := strictly(f.line, &end); err != nil || end.End != t.Table {
		return damaged("table %s has no end.", t.Table)
	}
	if end.Rows != n {
		return damaged("table %s has %d rows instead of %d.", t.Table, n, end.Rows)
	}
	if got := sum(h); got != end.SHA256 {
		return damaged("the digest of table %s is %s instead of %s.", t.Table, got, end.SHA256)
	}
	f.tables = append(f.tables, Table{Name: t.Table, Rows: n, SHA256: end.SHA256})
	return nil
}

// last checks the last line, which has been read, and that nothing follows.
func (f *reader) last() error {
	var l lastLine
	if err := strictly(f.line, &l); err != nil || l.SHA256 == "" {
		return damaged("a line after %s is neither a table nor the end.", f.where())
	}
	if got := sum(f.whole); got != l.SHA256 {
		return damaged("its digest is %s instead of %s.", got, l.SHA256)
	}
	if !slices.Equal(l.Tables, f.tables) {
		return damaged("its tables are not those that its last line lists.")
	}
	switch _, err := f.in.ReadByte(); {
	case err == nil:
		return damaged("something follows its last line.")
	case errors.Is(err, io.EOF):
		return nil
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errTruncated
	case isGzip(err):
		return damaged("the compressed data is not whole at its end.").Because(err)
	default:
		return err
	}
}

// strictly decodes a line that has exactly the fields of v.
func strictly(line []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	return d.Decode(v)
}

// Check reads a whole file and compares every digest in it, without a database. It fails as Restore does for a file that
// is cut off or altered.
func Check(r io.Reader) (Report, error) {
	f, err := newReader(r)
	if err != nil {
		return Report{}, err
	}
	defer func() { _ = f.zip.Close() }() // of what was read: its faults came with the reading
	err = f.each(func(tableLine) error { return nil }, func(tableLine, []any) error { return nil }, func(tableLine) error { return nil })
	return Report{Info: f.info, Tables: f.tables, SHA256: sum(f.whole)}, err
}

// Peek reads what a file says of itself, without checking the rest. It fails with errs.Invalid for what is no backup.
func Peek(r io.Reader) (Info, error) {
	f, err := newReader(r)
	if err != nil {
		return Info{}, err
	}
	return f.info, f.zip.Close()
}
