package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// unsaid maps words that Slipway does not use to those it does. Only words that cannot mean anything else in an area's code are
// listed: "component", "check" or "build" are wrong in some places and right in others, so a reader has to judge them.
var unsaid = map[string]string{
	"microservice": "service", "blackout": "freeze", "embargo": "freeze", "sprint": "train", "ticket": "task or change",
	"todo": "task or action", "vote": "approval or answer", "voter": "approver or role", "outage": "incident", "committee": "change board",
	"bypass": "override", "hack": "override", "warranty": "hypercare", "workflow": "runbook", "bot": "assistant", "project": "product",
	"bug": "defect", "asset": "configuration item",
	"audit log": "ledger", "event table": "ledger", "maintenance window": "window", "sign off": "approval", "back log": "scope",
	"bill of materials": "manifest",
}

func checkWords(t *Tree) []Violation {
	var out []Violation
	for _, p := range t.Packages {
		at := t.Table.find(p.Dir)
		if at.area == "" || at.area == "connect" { // adapters speak of outside tools in those tools' words
			continue
		}
		for _, f := range p.Source() {
			report := func(n ast.Node, what, text string) {
				if bad, good := unsaidIn(text); bad != "" {
					out = append(out, Violation{f.Path, t.line(n.Pos()), fmt.Sprintf("%s %s says %q; the word is %s", what, text, bad, good)})
				}
			}
			if base := strings.TrimSuffix(path.Base(f.Path), ".go"); base != "" {
				report(f.AST, "file", base)
			}
			ast.Inspect(f.AST, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.FuncDecl:
					report(n.Name, "function", n.Name.Name)
				case *ast.TypeSpec:
					report(n.Name, "type", n.Name.Name)
				case *ast.ValueSpec:
					for _, id := range n.Names {
						report(id, "name", id.Name)
					}
				case *ast.Field:
					for _, id := range n.Names {
						report(id, "field or parameter", id.Name)
					}
				case *ast.BasicLit:
					if s, err := strconv.Unquote(n.Value); n.Kind == token.STRING && err == nil && route.MatchString(s) {
						report(n, "route", s)
					}
				}
				return true
			})
		}
	}
	return out
}

// route recognises the path of a route, with or without a method before it.
var route = regexp.MustCompile(`^([A-Z]+ )?/[a-z0-9{}/._-]+$`)

// unsaidIn returns the first unsaid word of an identifier or a path, and the word to say instead.
func unsaidIn(text string) (bad, good string) {
	parts := split(text)
	for i := range parts {
		for n := 1; n <= 3 && i+n <= len(parts); n++ {
			w := strings.Join(parts[i:i+n], " ")
			for _, form := range []string{w, strings.TrimSuffix(w, "s"), strings.TrimSuffix(w, "es")} {
				if good := unsaid[form]; good != "" {
					return form, good
				}
			}
		}
	}
	return "", ""
}

// split takes "HTTPStepRun", "step_run" and "/steps/{id}" apart into lower-case words.
func split(text string) []string {
	var out []string
	runes := []rune(text)
	var word []rune
	flush := func() {
		if len(word) > 0 {
			out = append(out, strings.ToLower(string(word)))
			word = nil
		}
	}
	for i, r := range runes {
		if !unicode.IsLetter(r) {
			flush()
			continue
		}
		startsWord := unicode.IsUpper(r) && len(word) > 0 &&
			(unicode.IsLower(word[len(word)-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]))
		if startsWord {
			flush()
		}
		word = append(word, r)
	}
	flush()
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}
