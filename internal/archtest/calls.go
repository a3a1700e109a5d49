package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"strings"
)

// calls visits every call x.Sel(...) of a file whose x is the package imported from path.
func (t *Tree) calls(f *File, path string, do func(sel *ast.SelectorExpr)) {
	name := ""
	for _, im := range t.Imports(f) {
		if im.Path == path {
			name = im.Name
		}
	}
	if name == "" {
		return
	}
	ast.Inspect(f.AST, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == name {
				do(sel)
			}
		}
		return true
	})
}

func checkClock(t *Tree) []Violation {
	reads := map[string]bool{"Now": true, "Since": true, "Until": true}
	var out []Violation
	for _, p := range t.Packages {
		if p.Dir == "internal/clock" {
			continue
		}
		for _, f := range p.Source() {
			t.calls(f, "time", func(sel *ast.SelectorExpr) {
				if reads[sel.Sel.Name] {
					out = append(out, Violation{f.Path, t.line(sel.Pos()), fmt.Sprintf("time.%s reads the machine's clock; take a clock.Clock or tx.Now", sel.Sel.Name)})
				}
			})
		}
	}
	return out
}

func checkSleep(t *Tree) []Violation {
	var out []Violation
	for _, p := range t.Packages {
		for _, f := range p.Files {
			if !f.Test || f.AST == nil {
				continue
			}
			t.calls(f, "time", func(sel *ast.SelectorExpr) {
				if sel.Sel.Name == "Sleep" {
					out = append(out, Violation{f.Path, t.line(sel.Pos()), "time.Sleep in a test"})
				}
			})
		}
	}
	return out
}

var (
	sqlMethods = set([]string{"Get", "All", "Exec", "Query", "QueryRow", "QueryContext", "QueryRowContext", "ExecContext"})
	sqlText    = regexp.MustCompile(`^\s*(SELECT\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|WITH\s+(RECURSIVE\s+)?\w+\s+AS\s|CREATE\s+(TABLE|INDEX|UNIQUE)\s)`)
)

func checkSQL(t *Tree) []Violation {
	var out []Violation
	for _, p := range t.Packages {
		if at := t.Table.find(p.Dir); at.area == "" || at.kind() == tests {
			continue
		}
		for _, f := range p.Source() {
			if strings.HasSuffix(f.Path, "_sql.go") {
				continue
			}
			ast.Inspect(f.AST, func(n ast.Node) bool {
				if what := sqlOutside(n); what != "" {
					out = append(out, Violation{f.Path, t.line(n.Pos()), what + " outside a *_sql.go file"})
				}
				return true
			})
		}
	}
	return out
}

func sqlOutside(n ast.Node) string {
	switch n := n.(type) {
	case *ast.CallExpr:
		sel, ok := n.Fun.(*ast.SelectorExpr)
		if ok && sqlMethods[sel.Sel.Name] && lastName(sel.X) == "tx" {
			return "tx." + sel.Sel.Name
		}
	case *ast.BasicLit:
		if n.Kind != token.STRING {
			return ""
		}
		if s, err := strconv.Unquote(n.Value); err == nil && sqlText.MatchString(s) {
			return "SQL text"
		}
	}
	return ""
}

func lastName(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return x.Sel.Name
	}
	return ""
}

// habits of areas: package → the functions that do not belong there, with what to do instead.
var habits = map[string]map[string]string{
	"context": {
		"Background": "take the caller's context",
		"TODO":       "take the caller's context",
	},
	"fmt": {
		"Print": "return it", "Printf": "return it", "Println": "return it",
	},
	"os": {"Exit": "return an error"},
}

func checkHabits(t *Tree) []Violation {
	var out []Violation
	for _, p := range t.Packages {
		if at := t.Table.find(p.Dir); at.area == "" || at.kind() == tests {
			continue
		}
		for _, f := range p.Source() {
			for _, im := range t.Imports(f) {
				if im.Path == "log" || im.Path == "log/slog" {
					out = append(out, Violation{f.Path, im.Line, "imports " + im.Path + "; return an error"})
				}
			}
			for path, functions := range habits {
				t.calls(f, path, func(sel *ast.SelectorExpr) {
					if instead, ok := functions[sel.Sel.Name]; ok {
						out = append(out, Violation{f.Path, t.line(sel.Pos()), fmt.Sprintf("%s.%s; %s", path, sel.Sel.Name, instead)})
					}
				})
			}
			ast.Inspect(f.AST, func(n ast.Node) bool {
				if c, ok := n.(*ast.CallExpr); ok {
					if id, ok := c.Fun.(*ast.Ident); ok && id.Name == "panic" {
						out = append(out, Violation{f.Path, t.line(c.Pos()), "panic; return an error"})
					}
				}
				return true
			})
		}
	}
	return out
}
