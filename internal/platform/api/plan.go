package api

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// plan is what reflection found out about an operation's input and output, once.
type plan struct {
	input   reflect.Type
	params  []param
	query   []string
	body    []int // index of the field Body; nil without
	raw     []int // index of the field RawBody
	schema  *huma.Schema
	pointer bool // the body may be missing
	status  int

	outBody    []int
	outStatus  []int
	outVersion []int // of a member "rev" inside the body
	headers    []header
}

type param struct {
	in, name string
	index    []int
	kind     reflect.Type
	fallback string
	required bool
	schema   *huma.Schema
}

type header struct {
	name  string
	index []int
}

var textType = reflect.TypeFor[encoding.TextUnmarshaler]()

func planOf(t reflect.Type, h *huma.Operation) (*plan, error) {
	p := &plan{input: t}
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous || !f.IsExported() {
			continue
		}
		switch f.Name {
		case "Body":
			p.body, p.pointer = f.Index, f.Type.Kind() == reflect.Pointer
			if m := h.RequestBody.Content["application/json"]; m != nil {
				p.schema = m.Schema
			}
			continue
		case "RawBody":
			if f.Type != reflect.TypeFor[[]byte]() {
				return nil, fmt.Errorf("RawBody must be []byte, not %s", f.Type)
			}
			p.raw = f.Index
			continue
		}
		q, ok := paramOf(f)
		if !ok {
			return nil, fmt.Errorf("the field %s of %s is no parameter; tag it path, query or header", f.Name, t)
		}
		if !readable(f.Type) {
			return nil, fmt.Errorf("the parameter %s has the type %s, which cannot be read from text", q.name, f.Type)
		}
		for _, d := range h.Parameters {
			if d.Name == q.name && d.In == q.in {
				q.schema, q.required = d.Schema, d.Required
			}
		}
		if q.in == "query" {
			p.query = append(p.query, q.name)
		}
		p.params = append(p.params, q)
	}
	if p.body != nil && p.raw != nil {
		return nil, fmt.Errorf("an input has Body or RawBody, not both")
	}
	return p, p.paths(h.Path)
}

// paths checks that the wildcards of the path and the parameters tagged path are the same.
func (p *plan) paths(path string) error {
	names := pathNames(path)
	for _, q := range p.params {
		if q.in == "path" && !contains(names, q.name) {
			return fmt.Errorf("the path has no {%s}", q.name)
		}
	}
	for _, n := range names {
		found := false
		for _, q := range p.params {
			found = found || q.in == "path" && q.name == n
		}
		if !found {
			return fmt.Errorf("no field is tagged path:%q", n)
		}
	}
	return nil
}

func paramOf(f reflect.StructField) (param, bool) {
	for _, in := range []string{"path", "query", "header"} {
		if name, _, _ := strings.Cut(f.Tag.Get(in), ","); name != "" {
			return param{in: in, name: name, index: f.Index, kind: f.Type, fallback: f.Tag.Get("default")}, true
		}
	}
	return param{}, false
}

func readable(t reflect.Type) bool {
	if reflect.PointerTo(t).Implements(textType) {
		return true
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int64, reflect.Int32:
		return true
	case reflect.Slice:
		return t.Elem().Kind() != reflect.Slice && t.Elem().Kind() != reflect.Uint8 && readable(t.Elem())
	}
	return false
}

// answers plans the output.
func (p *plan) answers(t reflect.Type) error {
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous || !f.IsExported() {
			continue
		}
		switch name := f.Tag.Get("header"); {
		case f.Name == "Body":
			p.outBody = f.Index
			p.outVersion = versionOf(f.Type)
		case f.Name == "Status":
			p.outStatus = f.Index
		case name != "":
			if k := f.Type.Kind(); k != reflect.String && k != reflect.Int && k != reflect.Int64 {
				return fmt.Errorf("the header %s must be text or number", name)
			}
			p.headers = append(p.headers, header{name, f.Index})
		default:
			return fmt.Errorf("the field %s of %s is neither Body, Status nor tagged header", f.Name, t)
		}
	}
	return nil
}

// versionOf finds the member "rev" of a body, if it is a whole number.
func versionOf(t reflect.Type) []int {
	if t.Kind() != reflect.Struct {
		return nil
	}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "rev" && (f.Type.Kind() == reflect.Int || f.Type.Kind() == reflect.Int64) {
			for i := 1; i < len(f.Index); i++ {
				if t.FieldByIndex(f.Index[:i]).Type.Kind() == reflect.Pointer {
					return nil
				}
			}
			return f.Index
		}
	}
	return nil
}
