package archtest

import (
	"fmt"
	"path"
	"strings"
)

// The budget, in lines. Tests and generated code do not count, templates do.
const (
	PackageLines = 2500
	FileLines    = 500
)

func checkSize(t *Tree) []Violation {
	var out []Violation
	for _, p := range t.Packages {
		sum := 0
		for _, f := range p.Files {
			if f.Test || f.Generated {
				continue
			}
			sum += f.Lines
			if f.Lines > FileLines {
				out = append(out, Violation{f.Path, f.Lines, fmt.Sprintf("the file has %d lines; at most %d", f.Lines, FileLines)})
			}
		}
		if sum > PackageLines {
			out = append(out, Violation{p.Dir, 1, fmt.Sprintf("the package has %d lines; at most %d", sum, PackageLines)})
		}
	}
	return out
}

func checkDoc(t *Tree) []Violation {
	var out []Violation
	for _, p := range t.Packages {
		if !p.HasGo() {
			continue
		}
		name := path.Join(p.Dir, "doc.go")
		file := p.file(name)
		if file == nil {
			if at := t.Table.find(p.Dir); at.part == "cmd/slipway" && p.file(path.Join(p.Dir, "main.go")) != nil {
				file = p.file(path.Join(p.Dir, "main.go"))
			} else {
				out = append(out, Violation{p.Dir, 1, "the package has no doc.go"})
				continue
			}
		}
		if file.AST == nil {
			continue
		}
		want := "Package " + file.AST.Name.Name + " "
		if file.AST.Name.Name == "main" {
			want = "Command "
		}
		if !strings.HasPrefix(file.AST.Doc.Text(), want) {
			out = append(out, Violation{file.Path, 1, fmt.Sprintf("the package comment does not start with %q", want)})
		}
	}
	return out
}

func (p *Package) file(name string) *File {
	for _, f := range p.Files {
		if f.Path == name {
			return f
		}
	}
	return nil
}

// vague lists package names that say nothing of what is inside.
var vague = set([]string{"util", "utils", "common", "model", "models", "helper", "helpers", "misc", "shared", "base", "lib", "types", "core", "service", "services", "manager"})

func checkNames(t *Tree) []Violation {
	var out []Violation
	for _, p := range t.Packages {
		dir := path.Base(p.Dir)
		if vague[dir] {
			out = append(out, Violation{p.Files[0].Path, 1, fmt.Sprintf("%q says nothing of what the package is about", dir)})
		}
		for _, f := range p.Files {
			if f.AST == nil || f.AST.Name == nil {
				continue
			}
			line := t.line(f.AST.Name.Pos())
			name := f.AST.Name.Name
			if f.Test {
				name = strings.TrimSuffix(name, "_test")
			}
			switch {
			case name != "main" && name != dir:
				out = append(out, Violation{f.Path, line, fmt.Sprintf("package %s lies in a directory called %s", name, dir)})
			case strings.Contains(name, "_") || name != strings.ToLower(name):
				out = append(out, Violation{f.Path, line, fmt.Sprintf("package %s is not one word in lower case", name)})
			}
		}
	}
	return out
}
