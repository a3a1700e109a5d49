package archtest

import "strings"

// place is where a package stands: in an area, or in a part.
type place struct {
	area string // "risk", or ""
	part string // "platform", "errs", "cmd/slipway", or ""
	sub  string // below the area or the part: "", "riskapi", "db/dbtest"
}

// find places a directory by the tables. The zero place means that no table knows it.
func (t *Table) find(dir string) place {
	in, below := strings.CutPrefix(dir, "internal/")
	if below {
		first, sub, _ := strings.Cut(in, "/")
		if _, ok := t.Areas[first]; ok {
			return place{area: first, sub: sub}
		}
		if _, ok := t.Parts[first]; ok {
			return place{part: first, sub: sub}
		}
		return place{}
	}
	for name := range t.Parts {
		if within(dir, name) {
			return place{part: name, sub: strings.TrimPrefix(strings.TrimPrefix(dir, name), "/")}
		}
	}
	return place{}
}

// kind tells the sub-packages of an area apart.
type kind int

const (
	root   kind = iota
	routes      // riskapi
	pages       // riskweb
	tests       // risktest
	engine      // everything else: an engine, a part of a root that has grown, or a wing; see Table.engine and Table.wing
)

// kind returns what the package is within its area; what lies below riskweb counts as riskweb.
func (p place) kind() kind {
	first, _, _ := strings.Cut(p.sub, "/")
	switch first {
	case "":
		return root
	case p.area + "api":
		return routes
	case p.area + "web":
		return pages
	case p.area + "test":
		return tests
	}
	return engine
}
