package archtest

import (
	"fmt"
	"sort"
	"strings"
)

const tablePath = "docs/architecture.md"

// Table is who may import whom, as docs/architecture.md says it.
type Table struct {
	Areas map[string]map[string]bool // area → areas whose roots it may import
	Order []string                   // the areas, lowest first
	Parts map[string]Part            // "errs", "platform", "cmd/slipway" …
	// Engines are the pure sub-packages of areas: "gate/verdict". Nil, where there is no such table, means all of them.
	Engines map[string]bool
	// Wings are the sub-packages of areas that stand on the root and offer a service of their own: "plan/train".
	Wings map[string]bool
}

// Part is a row of the second table: something that is no area.
type Part struct {
	Imports    map[string]bool // parts, and the words of partWords
	ImportedBy map[string]bool // parts; nil means anyone
}

// The words that the second table may use beside names of parts.
var partWords = map[string]bool{"kernel": true, "all areas": true, "area packages": true}

var kernel = map[string]bool{"errs": true, "id": true, "clock": true}

// readTable finds the tables by their headings' first cells. Faults of the text are violations of that text.
func readTable(text string) (*Table, []Violation) {
	t := &Table{Areas: map[string]map[string]bool{}, Parts: map[string]Part{}}
	var faults []Violation
	fault := func(line int, format string, args ...any) {
		faults = append(faults, Violation{File: tablePath, Line: line, Msg: fmt.Sprintf(format, args...)})
	}
	areas, parts := rows(text, "area"), rows(text, "part")
	if len(areas) == 0 {
		fault(1, `no table whose first column is "area"`)
	}
	if len(parts) == 0 {
		fault(1, `no table whose first column is "part"`)
	}
	for _, r := range areas {
		t.Order = append(t.Order, list(r.cells[0])...)
	}
	var above []string
	for _, r := range areas {
		names := list(r.cells[0])
		may, err := t.allowed(r.cells[1], above)
		if err != nil {
			fault(r.line, "%v", err)
		}
		for _, n := range names {
			if t.Areas[n] != nil {
				fault(r.line, "area %s stands in two rows", n)
			}
			t.Areas[n] = may
			if may[n] {
				may = without(may, n)
				t.Areas[n] = may
			}
		}
		above = append(above, names...)
	}
	for _, r := range parts {
		if len(r.cells) < 3 {
			fault(r.line, "a part needs three cells")
			continue
		}
		p := Part{Imports: set(list(r.cells[1]))}
		if by := list(r.cells[2]); len(by) != 1 || by[0] != "anyone" {
			p.ImportedBy = set(by)
		}
		t.Parts[list(r.cells[0])[0]] = p
	}
	for _, r := range parts {
		for _, cell := range r.cells[1:] {
			for _, w := range list(cell) {
				if _, ok := t.Parts[w]; !ok && !partWords[w] && w != "anyone" {
					fault(r.line, "%q is neither a part nor one of the words for several", w)
				}
			}
		}
	}
	for _, r := range rows(text, "wing") {
		if t.Wings == nil {
			t.Wings = map[string]bool{}
		}
		t.Wings[list(r.cells[0])[0]] = true
	}
	for _, r := range rows(text, "engine") {
		if t.Engines == nil {
			t.Engines = map[string]bool{}
		}
		t.Engines[list(r.cells[0])[0]] = true
	}
	return t, faults
}

// engine reports whether a place is an engine and not a part of its area's root.
func (t *Table) engine(p place) bool {
	return p.area != "" && p.area != "connect" && p.kind() == engine && !t.wing(p) && (t.Engines == nil || t.Engines[p.area+"/"+p.sub])
}

// wing reports whether a place is a wing of its area.
func (t *Table) wing(p place) bool { return t.Wings[p.area+"/"+p.sub] }

// allowed reads the second cell of an area: names, "all above", "all areas", "what X may", or "nothing".
func (t *Table) allowed(cell string, above []string) (map[string]bool, error) {
	known := set(t.Order)
	out := map[string]bool{}
	for _, w := range list(cell) {
		of, isWhat := strings.CutPrefix(w, "what ")
		switch {
		case known[w]:
			out[w] = true
		case w == "all above":
			for _, a := range above {
				out[a] = true
			}
		case w == "all areas":
			for _, a := range t.Order {
				out[a] = true
			}
		case isWhat && strings.HasSuffix(of, " may"):
			of = strings.TrimSuffix(of, " may")
			if t.Areas[of] == nil {
				return out, fmt.Errorf("%q speaks of an area that no row above has", w)
			}
			for a := range t.Areas[of] {
				out[a] = true
			}
		default:
			return out, fmt.Errorf("%q is not an area", w)
		}
	}
	return out, nil
}

type row struct {
	line  int
	cells []string
}

// rows returns the body of the Markdown table whose heading starts with the given cell.
func rows(text, first string) []row {
	var out []row
	in := false
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			in = false
			continue
		}
		var cells []string
		for _, c := range strings.Split(strings.Trim(line, "|"), "|") {
			cells = append(cells, strings.TrimSpace(c))
		}
		switch {
		case len(cells) < 2 || strings.HasPrefix(cells[0], "---"):
		case cells[0] == first:
			in = true
		case in:
			out = append(out, row{line: i + 1, cells: cells})
		}
	}
	return out
}

// list splits a cell at its commas; "nothing" and "nobody" are the empty list.
func list(cell string) []string {
	var out []string
	for _, w := range strings.Split(cell, ",") {
		w = strings.Trim(strings.TrimSpace(w), "`")
		if w != "" && w != "nothing" && w != "nobody" {
			out = append(out, w)
		}
	}
	return out
}

func set(words []string) map[string]bool {
	out := map[string]bool{}
	for _, w := range words {
		out[w] = true
	}
	return out
}

func without(m map[string]bool, key string) map[string]bool {
	out := map[string]bool{}
	for k := range m {
		if k != key {
			out[k] = true
		}
	}
	return out
}

func sorted(m map[string]bool) string {
	if len(m) == 0 {
		return "nothing"
	}
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return strings.Join(out, ", ")
}
