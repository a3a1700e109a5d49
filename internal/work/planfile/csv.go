package planfile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"slipway/internal/errs"
)

// readCSV reads comma- or semicolon-separated values (RFC 4180), as spreadsheets of either habit write them, with or without a byte
// order mark.
func readCSV(data []byte, zone *time.Location) (Plan, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if err := legible(data); err != nil {
		return Plan{}, err
	}
	if bytes.IndexByte(data, '\n') < 0 {
		data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n")) // as Excel writes "CSV (Macintosh)"
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = -1
	r.Comma = comma(data)
	var t table
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			line := 1
			var at *csv.ParseError
			if errors.As(err, &at) {
				line = at.Line
				err = at.Err
			}
			return Plan{}, lined(line, "csv.malformed", "The line is not CSV: "+err.Error()+".")
		}
		line, _ := r.FieldPos(0)
		if fault := t.take(line, cells); fault != nil {
			return Plan{}, fault
		}
	}
	return t.plan(zone)
}

// legible refuses what is no text in UTF-8, with the line of the first byte that is not.
func legible(data []byte) error {
	if bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")) {
		return errs.Invalid("text.not_utf8", "The file is a workbook of Excel 97 to 2003. Save it as .xlsx.")
	}
	bad := bytes.IndexByte(data, 0)
	if bad < 0 && utf8.Valid(data) {
		return nil
	}
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 || r == 0 {
			bad = i
			break
		}
		i += n
	}
	line := 1 + bytes.Count(data[:bad], []byte("\n"))
	return errs.Invalid("text.not_utf8", "The file is not text in UTF-8: line %d is the first that is not. In Excel, save it as \"CSV UTF-8\".", line).
		With(errs.Field{Reason: "text.not_utf8", Msg: "This is the first line that is not UTF-8.", Line: line})
}

// comma returns the separator that the first line uses.
func comma(data []byte) rune {
	first, _, _ := bytes.Cut(data, []byte("\n"))
	best, most := ',', bytes.Count(first, []byte(","))
	for _, c := range []byte(";\t") {
		if n := bytes.Count(first, []byte{c}); n > most {
			best, most = rune(c), n
		}
	}
	return best
}

// take adds a row, the first one as the header.
func (t *table) take(number int, cells []string) error {
	if len(cells) > colsMax {
		return lined(number, "list.too_long", "The row has too many cells.")
	}
	for i, c := range cells {
		if len(c) > cellMax {
			return lined(number, "text.too_long", "A cell of the row has more than 32,767 bytes.")
		}
		cells[i] = shown(c)
	}
	r := row{number, cells}
	if t.header == nil {
		if r.empty() {
			return nil
		}
		t.header = cells
		return nil
	}
	if len(t.rows) == tasksMax {
		return lined(number, "list.too_long", "The file has more than 5,000 rows.")
	}
	if !r.empty() {
		t.rows = append(t.rows, r)
	}
	return nil
}

func lined(line int, reason, msg string) error {
	return errs.Invalid("input.invalid", "The file has a fault.").With(errs.Field{Reason: reason, Msg: msg, Line: line})
}

// guarded writes a cell so that no spreadsheet takes it for a formula (CWE-1236); shown is the inverse.
func guarded(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r'", rune(s[0])) {
		return "'" + s
	}
	return s
}

func shown(s string) string {
	if len(s) > 1 && s[0] == '\'' && strings.ContainsRune("=+-@\t\r'", rune(s[1])) {
		return s[1:]
	}
	return s
}

func writeCSV(p Plan, zone *time.Location) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	t := p.table(zone)
	rows := [][]string{t.header}
	for _, r := range t.rows {
		cells := make([]string, len(r.cells))
		for i, c := range r.cells {
			cells[i] = guarded(c)
		}
		rows = append(rows, cells)
	}
	err := w.WriteAll(rows)
	return b.Bytes(), err
}
