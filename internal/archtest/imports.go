package archtest

import (
	"fmt"
	"path"
	"strings"
)

// eachImport calls do for every import of ours in files of packages that the filter accepts.
func (t *Tree) eachImport(accept func(place) bool, do func(from place, f *File, im Import) string) []Violation {
	var out []Violation
	for _, p := range t.Packages {
		from := t.Table.find(p.Dir)
		if !accept(from) {
			continue
		}
		for _, f := range p.Files {
			for _, im := range t.Imports(f) {
				if msg := do(from, f, im); msg != "" {
					out = append(out, Violation{File: f.Path, Line: im.Line, Msg: msg})
				}
			}
		}
	}
	return out
}

func inArea(p place) bool { return p.area != "" }

func checkAreas(t *Tree) []Violation {
	return t.eachImport(inArea, func(from place, f *File, im Import) string {
		if !im.Ours {
			return ""
		}
		to := t.Table.find(im.Path)
		switch {
		case to.part != "":
			if kernel[to.part] || to.part == "platform" {
				return ""
			}
			return fmt.Sprintf("area %s imports %s; beside other areas it may import the platform and the kernel only", from.area, im.Path)
		case to.area == "":
			return "" // the parts rule asks for a row
		case to.area == from.area:
			return t.Table.sameArea(from, to, f)
		case to.area == "home" || to.area == "connect":
			return fmt.Sprintf("area %s imports %s; only app may", from.area, im.Path)
		case !t.Table.Areas[from.area][to.area]:
			return fmt.Sprintf("area %s imports %s; it may import the roots of: %s", from.area, im.Path, sorted(t.Table.Areas[from.area]))
		case to.kind() == root:
			return ""
		case to.kind() == tests && (f.Test || from.kind() == tests):
			return ""
		}
		return fmt.Sprintf("area %s imports %s; only the root package internal/%s crosses areas", from.area, im.Path, to.area)
	})
}

// sameArea says what is wrong with an import inside one area, or "".
func (t *Table) sameArea(from, to place, f *File) string {
	a, b := from.kind(), to.kind()
	shown := func(k kind) bool { return k == routes || k == pages }
	switch {
	case f.Test:
		return ""
	case b == tests && a != tests:
		return fmt.Sprintf("%s is for tests, and this file is none", to.sub)
	case a == root && shown(b):
		return fmt.Sprintf("the root of %s imports %s; routes and pages know the root, never the other way", from.area, to.sub)
	case t.wing(to) && (a == root || a == engine && !t.wing(from)):
		return fmt.Sprintf("%s imports %s, which is a wing; wings stand on the root and are wired by app", path.Join(from.area, from.sub), to.sub)
	case shown(a) && shown(b) && a != b:
		return fmt.Sprintf("%s imports %s; sub-packages of an area meet in its root", from.sub, to.sub)
	}
	return ""
}

func checkParts(t *Tree) []Violation {
	var out []Violation
	for _, p := range t.Packages {
		if t.Table.find(p.Dir) == (place{}) {
			out = append(out, Violation{File: p.Files[0].Path, Line: 1, Msg: fmt.Sprintf("package %s has no row in the tables of %s", p.Dir, tablePath)})
		}
	}
	isPart := func(p place) bool { return p.part != "" }
	return append(out, t.eachImport(isPart, func(from place, f *File, im Import) string {
		if !im.Ours {
			return ""
		}
		to := t.Table.find(im.Path)
		may := t.Table.Parts[from.part].Imports
		switch {
		case to == (place{}):
			return fmt.Sprintf("%s imports %s, which has no row in the tables of %s", from.part, im.Path, tablePath)
		case to.part == from.part:
			return ""
		case to.part != "":
			if by := t.Table.Parts[to.part].ImportedBy; by != nil && !by[from.part] {
				return fmt.Sprintf("%s imports %s, which is imported by: %s", from.part, im.Path, sorted(by))
			}
			if may[to.part] || may["kernel"] && kernel[to.part] {
				return ""
			}
		case (to.area == "home" || to.area == "connect") && from.part != "app":
			return fmt.Sprintf("%s imports %s; only app may", from.part, im.Path)
		case to.kind() == root && may["all areas"],
			(to.kind() == routes || to.kind() == pages || t.Table.wing(to)) && may["area packages"]:
			return ""
		case to.kind() == tests && may["area packages"]:
			if f.Test || from.part == "e2e" || strings.HasSuffix(from.sub, "test") {
				return ""
			}
			return fmt.Sprintf("%s is for tests, and this file is none", path.Base(im.Path))
		case to.kind() == engine:
			return fmt.Sprintf("%s imports %s; a sub-package is used through the root of its area", from.part, im.Path)
		}
		return fmt.Sprintf("%s imports %s; it may import: %s", from.part, im.Path, sorted(may))
	})...)
}

// outward lists what a root package must not know. An element covers everything below it.
var outward = []string{
	"net/http", "html", "html/template", "database/sql", "github.com/a-h/templ", "github.com/danielgtaylor/huma",
	"github.com/jackc/pgx", "modernc.org/sqlite",
	"internal/platform/httpx", "internal/platform/api", "internal/platform/ui",
}

func checkRoots(t *Tree) []Violation {
	isRoot := func(p place) bool {
		return p.area != "" && p.area != "home" && p.area != "connect" && (p.kind() == root || p.kind() == engine && !t.Table.engine(p))
	}
	return t.eachImport(isRoot, func(from place, f *File, im Import) string {
		if f.Test {
			return ""
		}
		for _, o := range outward {
			if within(im.Path, o) {
				return fmt.Sprintf("the root of %s imports %s", path.Join(from.area, from.sub), im.Path)
			}
		}
		return ""
	})
}

// effects lists the parts of the standard library through which an engine would stop being a pure function.
var effects = set([]string{
	"os", "os/exec", "os/signal", "os/user", "net", "net/http", "net/rpc", "net/smtp", "database/sql", "log", "log/slog",
	"syscall", "plugin", "io/ioutil", "crypto/rand", "testing", "unsafe",
})

func checkEngines(t *Tree) []Violation {
	isEngine := t.Table.engine
	return t.eachImport(isEngine, func(from place, f *File, im Import) string {
		first, _, _ := strings.Cut(im.Path, "/")
		switch {
		case f.Test, im.Path == "internal/errs":
			return ""
		case im.Ours, strings.Contains(first, "."):
			return fmt.Sprintf("engine %s/%s imports %s; it may import the standard library and errs only", from.area, from.sub, im.Path)
		case effects[im.Path]:
			return fmt.Sprintf("engine %s/%s imports %s, which reaches outside", from.area, from.sub, im.Path)
		}
		return ""
	})
}
