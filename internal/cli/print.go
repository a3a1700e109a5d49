package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Table is rows under heads, aligned for people.
type Table struct {
	Heads []string
	Rows  [][]string
	// Empty is printed instead when there are no rows: what is not there, and how to make one.
	Empty string
	// Note is a sentence above the table.
	Note string
}

// Add appends a row; values are printed with %v, nil and empty text as a dash.
func (t *Table) Add(values ...any) {
	row := make([]string, len(values))
	for i, v := range values {
		if s := fmt.Sprint(v); v != nil && s != "" {
			row[i] = s
		} else {
			row[i] = "–"
		}
	}
	t.Rows = append(t.Rows, row)
}

// Print writes v as indented JSON with --output json, and otherwise what table draws.
func (s *Session) Print(v any, table func() *Table) error {
	if s.JSON() {
		enc := json.NewEncoder(s.std.Out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(v)
	}
	return table().write(s.std.Out)
}

// Say writes one sentence to a person, and v with --output json: the answer of a command that did something.
func (s *Session) Say(v any, format string, args ...any) error {
	if s.JSON() {
		return s.Print(v, nil)
	}
	_, err := fmt.Fprintln(s.std.Out, plain(fmt.Sprintf(format, args...)))
	return err
}

func (t *Table) write(w io.Writer) error {
	if t.Note != "" {
		if _, err := fmt.Fprintln(w, plain(t.Note)); err != nil {
			return err
		}
	}
	if len(t.Rows) == 0 && t.Empty != "" {
		_, err := fmt.Fprintln(w, t.Empty)
		return err
	}
	columns := len(t.Heads)
	for _, row := range t.Rows {
		columns = max(columns, len(row))
	}
	width := make([]int, columns)
	for i, h := range t.Heads {
		width[i] = utf8.RuneCountInString(h)
	}
	for _, row := range t.Rows {
		for i, cell := range row {
			row[i] = plain(cell)
			width[i] = max(width[i], utf8.RuneCountInString(row[i]))
		}
	}
	var b strings.Builder
	line := func(cells []string) {
		for i, c := range cells {
			b.WriteString(c)
			if i < len(cells)-1 {
				b.WriteString(strings.Repeat(" ", width[i]-utf8.RuneCountInString(c)+2))
			}
		}
		b.WriteByte('\n')
	}
	if len(t.Heads) > 0 {
		line(t.Heads)
	}
	for _, row := range t.Rows {
		line(row)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// plain keeps what others typed from steering the terminal, and a cell on one line.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
}
