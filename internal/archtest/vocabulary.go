package archtest

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Word is one dotted word that scripts, pages or auditors rely on.
type Word struct {
	Text string // "risk.opened"
	Kind string // "action", "permission" or "reason"
	File string // where it is first said
	Line int
}

// Vocabulary collects the dotted words of the module in one order: by text, then kind; each pair once.
//
// A reason is the argument of that name of an errs constructor, or the field Reason of an errs.Error or errs.Field. An action is
// the field Action of a literal in a file that imports the ledger, a dotted argument of a call into the ledger, a constant of type
// ledger.Action, or a dotted literal in an events.go. A permission is a field Permission, a dotted argument of a call into auth, a
// constant of type auth.Permission, or a dotted literal in a permissions.go. Constants are followed by name; a word that is put
// together at run time is not seen.
func Vocabulary(t *Tree) []Word {
	c := collector{tree: t, constants: t.constants()}
	for _, p := range t.Packages {
		if !within(p.Dir, "internal") || p.Dir == "internal/archtest" {
			continue
		}
		if at := t.Table.find(p.Dir); at.kind() == tests && at.area != "" {
			continue
		}
		for _, f := range p.Source() {
			c.file(f)
		}
	}
	slices.SortStableFunc(c.words, func(a, b Word) int { return cmp.Or(cmp.Compare(a.Text, b.Text), cmp.Compare(a.Kind, b.Kind)) })
	return slices.CompactFunc(c.words, func(a, b Word) bool { return a.Text == b.Text && a.Kind == b.Kind })
}

// constants maps "internal/risk.Name" to the text of each string constant with a literal value.
func (t *Tree) constants() map[string]string {
	out := map[string]string{}
	for _, p := range t.Packages {
		for _, f := range p.Source() {
			for _, d := range f.AST.Decls {
				g, ok := d.(*ast.GenDecl)
				if !ok || g.Tok != token.CONST {
					continue
				}
				for _, s := range g.Specs {
					v := s.(*ast.ValueSpec)
					for i, n := range v.Names {
						if i < len(v.Values) {
							if text, ok := literal(v.Values[i]); ok {
								out[p.Dir+"."+n.Name] = text
							}
						}
					}
				}
			}
		}
	}
	return out
}

type collector struct {
	tree      *Tree
	constants map[string]string
	words     []Word
}

// The packages whose calls and types say what a word is used as.
const (
	errsDir   = "internal/errs"
	authDir   = "internal/platform/auth"
	ledgerDir = "internal/platform/ledger"
)

// reasonAt says which argument of an errs constructor is the reason.
var reasonAt = map[string]int{
	"Invalid": 0, "InvalidField": 1, "Unauthenticated": 0, "Forbidden": 0, "NotFound": 0, "Conflict": 0, "Blocked": 0,
	"TooLarge": 0, "Throttled": 0, "Unavailable": 0, "Internal": 0,
}

var dotted = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)

// reader collects the words of one file.
type reader struct {
	*collector
	f      *File
	dirs   map[string]string // local name of an import → directory of ours
	ledger bool              // the file knows the ledger, so its fields Action are ledger actions
}

func (c *collector) file(f *File) {
	r := reader{collector: c, f: f, dirs: map[string]string{}, ledger: f.Pkg.Dir == ledgerDir}
	for _, im := range c.tree.Imports(f) {
		if im.Ours {
			r.dirs[im.Name] = im.Path
			r.ledger = r.ledger || im.Path == ledgerDir
		}
	}
	kind := map[string]string{"permissions.go": "permission", "events.go": "action"}[path.Base(f.Path)]
	ast.Inspect(f.AST, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.CallExpr:
			r.call(n)
		case *ast.CompositeLit:
			r.composite(n)
		case *ast.ValueSpec:
			r.typed(n)
		case *ast.BasicLit:
			if kind != "" && r.dotted(n) {
				r.add(kind, n)
			}
		}
		return true
	})
}

func (r *reader) call(n *ast.CallExpr) {
	if name, ok := r.of(n.Fun, errsDir); ok {
		if i, known := reasonAt[name]; known && i < len(n.Args) {
			r.add("reason", n.Args[i])
		}
	}
	sel, ok := n.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	kind := map[string]string{ledgerDir: "action", authDir: "permission"}[r.dirs[lastName(sel.X)]]
	if kind == "permission" && sel.Sel.Name == "Seen" {
		return // it takes a column, which is written with a dot too
	}
	for _, arg := range n.Args {
		if kind != "" && r.dotted(arg) {
			r.add(kind, arg)
		}
	}
}

func (r *reader) composite(n *ast.CompositeLit) {
	name, ofErrs := r.of(n.Type, errsDir)
	ofErrs = ofErrs && (name == "Error" || name == "Field") || n.Type == nil // in a list the type is left out
	for _, e := range n.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok || !r.dotted(kv.Value) {
			continue
		}
		switch lastName(kv.Key) {
		case "Reason":
			if ofErrs {
				r.add("reason", kv.Value)
			}
		case "Action":
			if r.ledger {
				r.add("action", kv.Value)
			}
		case "Permission":
			r.add("permission", kv.Value)
		}
	}
}

// typed takes the values of constants and variables that are declared with a type of words.
func (r *reader) typed(n *ast.ValueSpec) {
	kind := ""
	if name, ok := r.of(n.Type, authDir); ok && name == "Permission" {
		kind = "permission"
	} else if name, ok := r.of(n.Type, ledgerDir); ok && name == "Action" {
		kind = "action"
	}
	for _, v := range n.Values {
		if kind != "" {
			r.add(kind, v)
		}
	}
}

// of returns the name that x names, and whether it is one of package dir: qualified by it, or bare inside it.
func (r *reader) of(x ast.Expr, dir string) (string, bool) {
	switch x := x.(type) {
	case *ast.SelectorExpr:
		return x.Sel.Name, r.dirs[lastName(x.X)] == dir
	case *ast.Ident:
		return x.Name, r.f.Pkg.Dir == dir
	}
	return "", false
}

func (r *reader) add(kind string, x ast.Expr) {
	if text, ok := r.resolve(x); ok && text != "" {
		r.words = append(r.words, Word{Text: text, Kind: kind, File: r.f.Path, Line: r.tree.line(x.Pos())})
	}
}

func (r *reader) dotted(x ast.Expr) bool {
	text, ok := r.resolve(x)
	return ok && dotted.MatchString(text)
}

// resolve returns the text of a literal, of a constant, or of a conversion of either.
func (r *reader) resolve(x ast.Expr) (string, bool) {
	switch x := x.(type) {
	case *ast.Ident:
		text, ok := r.constants[r.f.Pkg.Dir+"."+x.Name]
		return text, ok
	case *ast.SelectorExpr:
		text, ok := r.constants[r.dirs[lastName(x.X)]+"."+x.Sel.Name]
		return text, ok
	case *ast.CallExpr:
		if lastName(x.Fun) == "string" && len(x.Args) == 1 {
			return r.resolve(x.Args[0])
		}
	}
	return literal(x)
}

func literal(x ast.Expr) (string, bool) {
	if b, ok := x.(*ast.BasicLit); ok && b.Kind == token.STRING {
		s, err := strconv.Unquote(b.Value)
		return s, err == nil
	}
	return "", false
}

// Golden renders the words as vocabulary.txt holds them: one word a line with what it is used as.
func Golden(words []Word) string {
	var b strings.Builder
	for i := 0; i < len(words); {
		j, kinds := i, []string(nil)
		for ; j < len(words) && words[j].Text == words[i].Text; j++ {
			kinds = append(kinds, words[j].Kind)
		}
		fmt.Fprintf(&b, "%s  %s\n", words[i].Text, strings.Join(kinds, ", "))
		i = j
	}
	return b.String()
}
