package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"strings"
)

// wellKnown lists methods whose contract the interface that they satisfy already states.
var wellKnown = set([]string{
	"Error", "Unwrap", "Is", "As", "String", "Format", "LogValue", "MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText",
	"MarshalYAML", "UnmarshalYAML", "Scan", "Value", "Len", "Less", "Swap", "ServeHTTP", "Read", "Write", "Close",
})

func checkComments(t *Tree) []Violation {
	var out []Violation
	for _, p := range t.Packages {
		if !within(p.Dir, "internal") && p.Dir != "client" {
			continue
		}
		for _, f := range p.Files {
			switch {
			case path.Ext(f.Path) == ".templ":
				out = append(out, templComments(f)...)
			case !f.Test && !f.Generated && f.AST != nil:
				out = append(out, t.declComments(f)...)
			}
		}
	}
	return out
}

func (t *Tree) declComments(f *File) []Violation {
	var out []Violation
	missing := func(n ast.Node, what, name string) {
		out = append(out, Violation{f.Path, t.line(n.Pos()), fmt.Sprintf("%s %s has no doc comment", what, name)})
	}
	for _, d := range f.AST.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Doc.Text() != "" || !d.Name.IsExported() {
				continue
			}
			if d.Recv == nil {
				missing(d, "function", d.Name.Name)
			} else if recv := receiver(d); ast.IsExported(recv) && !wellKnown[d.Name.Name] {
				missing(d, "method", recv+"."+d.Name.Name)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if what, name := undocumented(d, s); name != "" {
					missing(s, what, name)
				}
			}
		}
	}
	return out
}

// undocumented returns the first exported name of a spec that neither it nor its group documents.
func undocumented(d *ast.GenDecl, s ast.Spec) (what, name string) {
	if d.Doc.Text() != "" {
		return "", ""
	}
	switch s := s.(type) {
	case *ast.TypeSpec:
		if s.Name.IsExported() && s.Doc.Text() == "" && s.Comment.Text() == "" {
			return "type", s.Name.Name
		}
	case *ast.ValueSpec:
		if s.Doc.Text() != "" || s.Comment.Text() != "" {
			return "", ""
		}
		for _, n := range s.Names {
			if n.IsExported() {
				return map[token.Token]string{token.CONST: "constant", token.VAR: "variable"}[d.Tok], n.Name
			}
		}
	}
	return "", ""
}

func receiver(d *ast.FuncDecl) string {
	x := d.Recv.List[0].Type
	for {
		switch y := x.(type) {
		case *ast.StarExpr:
			x = y.X
		case *ast.IndexExpr:
			x = y.X
		case *ast.IndexListExpr:
			x = y.X
		case *ast.Ident:
			return y.Name
		default:
			return ""
		}
	}
}

var templDecl = regexp.MustCompile(`^templ (\([^)]*\) )?([A-Z]\w*)\(`)

// templComments looks at templates, whose syntax Go's parser does not read: an exported one follows a comment line.
func templComments(f *File) []Violation {
	var out []Violation
	before := ""
	for i, line := range strings.Split(string(f.Text), "\n") {
		if m := templDecl.FindStringSubmatch(line); m != nil && !strings.HasPrefix(before, "//") && !strings.HasPrefix(before, "*/") {
			out = append(out, Violation{f.Path, i + 1, fmt.Sprintf("template %s has no doc comment", m[2])})
		}
		before = strings.TrimSpace(line)
	}
	return out
}
