package archtest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"sort"
	"strconv"
	"strings"
)

// Module is the path of the Go module that the rules speak of.
const Module = "slipway"

// Tree is the parsed source of the module.
type Tree struct {
	Fset     *token.FileSet
	Packages []*Package // by Dir
	Table    *Table
	Broken   []Violation // files that do not parse, and faults of the tables
}

// Package is one directory with Go files.
type Package struct {
	Dir   string // slash-separated, relative to the module's root: "internal/risk/riskapi"
	Files []*File
}

// File is one source file. A .templ file has no syntax tree.
type File struct {
	Path      string // relative to the module's root
	Pkg       *Package
	AST       *ast.File // nil for .templ; of a broken file, what could be read
	Text      []byte
	Lines     int
	Test      bool // _test.go
	Generated bool // made by a program, recognised by Go's marker comment
}

// Load parses every Go and templ file under src, except those in testdata, vendor and hidden directories.
// A file that does not parse becomes an entry of Broken. Load fails only if src or the tables cannot be read.
func Load(src fs.FS) (*Tree, error) {
	t := &Tree{Fset: token.NewFileSet()}
	byDir := map[string]*Package{}
	err := fs.WalkDir(src, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := d.Name()
		if d.IsDir() {
			if name != "." && (base == "testdata" || base == "vendor" || base == "node_modules" || base[0] == '.' || base[0] == '_') {
				return fs.SkipDir
			}
			return nil
		}
		if ext := path.Ext(base); base[0] == '.' || base[0] == '_' || ext != ".go" && ext != ".templ" {
			return nil
		}
		dir := path.Dir(name)
		if byDir[dir] == nil {
			byDir[dir] = &Package{Dir: dir}
		}
		f, err := t.read(src, name)
		if err != nil {
			return err
		}
		f.Pkg = byDir[dir]
		byDir[dir].Files = append(byDir[dir].Files, f)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the source tree: %w", err)
	}
	for _, p := range byDir {
		t.Packages = append(t.Packages, p)
	}
	sort.Slice(t.Packages, func(i, j int) bool { return t.Packages[i].Dir < t.Packages[j].Dir })

	text, err := fs.ReadFile(src, tablePath)
	if err != nil {
		return nil, fmt.Errorf("reading the table of imports: %w", err)
	}
	var faults []Violation
	t.Table, faults = readTable(string(text))
	t.Broken = append(t.Broken, faults...)
	return t, nil
}

func (t *Tree) read(src fs.FS, name string) (*File, error) {
	text, err := fs.ReadFile(src, name)
	if err != nil {
		return nil, err
	}
	f := &File{
		Path: name, Text: text, Lines: bytes.Count(text, []byte("\n")),
		Test: strings.HasSuffix(name, "_test.go"),
	}
	if path.Ext(name) == ".templ" {
		return f, nil
	}
	mode := parser.ParseComments | parser.SkipObjectResolution
	f.Generated = generated(text)
	if f.Generated {
		mode = parser.ImportsOnly
	}
	f.AST, err = parser.ParseFile(t.Fset, name, text, mode)
	if err != nil {
		t.Broken = append(t.Broken, Violation{File: name, Line: errorLine(err), Msg: "does not parse: " + firstLine(err.Error())})
	}
	return f, nil
}

// generated looks for the marker of go.dev/s/generatedcode before the package clause.
func generated(text []byte) bool {
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		if bytes.HasPrefix(line, []byte("// Code generated ")) && bytes.HasSuffix(line, []byte(" DO NOT EDIT.")) {
			return true
		}
		if bytes.HasPrefix(line, []byte("package ")) {
			return false
		}
	}
	return false
}

func errorLine(err error) int {
	parts := strings.SplitN(err.Error(), ":", 3)
	if len(parts) == 3 {
		if n, convErr := strconv.Atoi(parts[1]); convErr == nil {
			return n
		}
	}
	return 1
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// Source returns the files that people wrote and the binary is built from: no tests, nothing generated, no .templ.
func (p *Package) Source() []*File {
	var out []*File
	for _, f := range p.Files {
		if f.AST != nil && !f.Test && !f.Generated {
			out = append(out, f)
		}
	}
	return out
}

// HasGo reports whether the directory is a Go package; a directory may hold .templ files alone while nothing is generated.
func (p *Package) HasGo() bool {
	for _, f := range p.Files {
		if f.AST != nil {
			return true
		}
	}
	return false
}

// Import is one import of a file, relative to the module where it is ours.
type Import struct {
	Path string // "net/http", or "internal/risk" for one of ours
	Ours bool
	Name string // the local name: the alias, or the last element of the path without a version
	Line int
}

// Imports returns the imports of a file in source order.
func (t *Tree) Imports(f *File) []Import {
	if f.AST == nil {
		return nil
	}
	var out []Import
	for _, s := range f.AST.Imports {
		p, err := strconv.Unquote(s.Path.Value)
		if err != nil {
			continue
		}
		im := Import{Path: p, Name: path.Base(p), Line: t.line(s.Pos())}
		if s.Name != nil {
			im.Name = s.Name.Name
		}
		if rest, ok := strings.CutPrefix(p, Module+"/"); ok {
			im.Path, im.Ours = rest, true
		}
		out = append(out, im)
	}
	return out
}

func (t *Tree) line(p token.Pos) int { return t.Fset.Position(p).Line }
