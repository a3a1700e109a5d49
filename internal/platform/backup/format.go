package backup

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"slices"
	"strconv"
	"unicode/utf8"

	"slipway/internal/platform/db"
)

// Format is the version of the file format that this package writes and reads.
const Format = 1

// Info is the first line of a file.
type Info struct {
	Format   int       `json:"slipwayBackup"`
	Schema   int64     `json:"schema"`            // version of the newest migration
	Engine   db.Engine `json:"engine"`            // that wrote it
	At       db.Time   `json:"at"`                // instant of the snapshot
	Version  string    `json:"version,omitempty"` // of the binary that wrote it
	Note     string    `json:"note,omitempty"`    // what whoever asked for the backup says
	Excludes []string  `json:"excludes"`          // what must be kept apart
}

// excluded says in every file what is not in it.
var excluded = []string{
	"The key that signs the ledger and the secrets of runbooks: they lie outside the database. Keep them apart from this file.",
	"Jobs: they are derived again after a restore.",
}

// Table is the digest of one table.
type Table struct {
	Name   string `json:"name"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"` // hexadecimal
}

// Report is what a backup or a restore did.
type Report struct {
	Info   Info
	Tables []Table // by name
	SHA256 string  // of all lines but the last, hexadecimal
}

// Rows returns the number of rows of all tables.
func (r Report) Rows() (n int64) {
	for _, t := range r.Tables {
		n += t.Rows
	}
	return n
}

// kind is the type of a column as both engines share it.
type kind string

const (
	kindText    kind = "text"
	kindInteger kind = "integer"
	kindBoolean kind = "boolean"
	kindBytes   kind = "bytes"
	kindReal    kind = "real"
)

type column struct {
	Name string `json:"name"`
	Type kind   `json:"type"`
	key  int    // 1-based place in the primary key, or 0
}

type tableLine struct {
	Table   string   `json:"table"`
	Columns []column `json:"columns"`
}

type endLine struct {
	End    string `json:"end"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

type lastLine struct {
	Tables []Table `json:"tables"`
	SHA256 string  `json:"sha256"`
}

func sum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

func newHash() hash.Hash { return sha256.New() }

// appendRow writes one row as its line.
func appendRow(b []byte, columns []column, row []any) ([]byte, error) {
	b = append(b, '[')
	for i, v := range row {
		if i > 0 {
			b = append(b, ',')
		}
		switch v := v.(type) {
		case nil:
			b = append(b, "null"...)
		case string:
			if !utf8.ValidString(v) {
				return nil, fmt.Errorf("backup: the column %s holds text that is not UTF-8", columns[i].Name)
			}
			q, err := quoted(v)
			if err != nil {
				return nil, err
			}
			b = append(b, q...)
		case int64:
			b = strconv.AppendInt(b, v, 10)
		case bool:
			b = strconv.AppendBool(b, v)
		case float64:
			f, err := json.Marshal(v)
			if err != nil {
				return nil, fmt.Errorf("backup: the column %s: %w", columns[i].Name, err)
			}
			b = append(b, f...)
		case []byte:
			b = append(b, '"')
			b = base64.StdEncoding.AppendEncode(b, v)
			b = append(b, '"')
		default:
			return nil, fmt.Errorf("backup: the column %s holds a %T", columns[i].Name, v)
		}
	}
	return append(b, ']', '\n'), nil
}

func quoted(s string) ([]byte, error) {
	var q bytes.Buffer
	e := json.NewEncoder(&q)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(q.Bytes(), []byte("\n")), nil
}

// parseRow reads the line of a row.
func parseRow(line []byte, columns []column) ([]any, error) {
	var cells []json.RawMessage
	if err := json.Unmarshal(line, &cells); err != nil {
		return nil, err
	}
	if len(cells) != len(columns) {
		return nil, fmt.Errorf("%d values for %d columns", len(cells), len(columns))
	}
	row := make([]any, len(cells))
	for i, c := range cells {
		if string(c) == "null" {
			continue
		}
		v, err := parseCell(c, columns[i].Type)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", columns[i].Name, err)
		}
		row[i] = v
	}
	return row, nil
}

func parseCell(c json.RawMessage, k kind) (v any, err error) {
	switch k {
	case kindText:
		var s string
		err = json.Unmarshal(c, &s)
		v = s
	case kindInteger:
		v, err = strconv.ParseInt(string(c), 10, 64)
	case kindBoolean:
		var t bool
		err = json.Unmarshal(c, &t)
		v = t
	case kindReal:
		var f float64
		err = json.Unmarshal(c, &f)
		v = f
	case kindBytes:
		b := []byte{}
		err = json.Unmarshal(c, &b)
		v = b
	default:
		err = fmt.Errorf("unknown type %q", k)
	}
	return v, err
}

// keyed returns the columns that order a table: its primary key, or all columns without one.
func keyed(columns []column) []column {
	var key []column
	for _, c := range columns {
		if c.key > 0 {
			key = append(key, c)
		}
	}
	if len(key) == 0 {
		return columns
	}
	slices.SortFunc(key, func(a, b column) int { return a.key - b.key })
	return key
}
