package api

import (
	"fmt"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Described is an operation as the readable page tells it.
type Described struct {
	Op
	Parameters []Member
	Body       []Member // of a JSON body, nested names dotted
	Answer     []Member
	AnswerKind string // media type, "" without a body
}

// Member is a parameter or a field.
type Member struct {
	Name     string
	In       string // path, query, header; "" for a field
	Type     string // "text", "instant", "list of text", …
	Text     string
	Required bool
}

// Described returns all operations in order, from the same document that is served.
func (a *API) Described() []Described {
	doc := a.huma.OpenAPI()
	reg := doc.Components.Schemas
	out := make([]Described, 0, len(a.ops))
	for _, op := range a.ops {
		d := Described{Op: op}
		h := operationOf(doc.Paths[op.Path], op.Method)
		if h == nil {
			continue
		}
		for _, p := range h.Parameters {
			d.Parameters = append(d.Parameters, Member{Name: p.Name, In: p.In, Type: typeOf(reg, p.Schema), Text: p.Description, Required: p.Required})
		}
		if h.RequestBody != nil {
			if m := h.RequestBody.Content["application/json"]; m != nil {
				d.Body = members(reg, m.Schema, "", 0)
			}
		}
		for status, r := range h.Responses {
			if status == "default" || !strings.HasPrefix(status, "2") {
				continue
			}
			for kind, m := range r.Content {
				d.AnswerKind = kind
				if m.Schema != nil {
					d.Answer = members(reg, m.Schema, "", 0)
				}
			}
		}
		out = append(out, d)
	}
	return out
}

func operationOf(item *huma.PathItem, method string) *huma.Operation {
	if item == nil {
		return nil
	}
	switch method {
	case "GET":
		return item.Get
	case "POST":
		return item.Post
	case "PUT":
		return item.Put
	case "PATCH":
		return item.Patch
	}
	return item.Delete
}

const depthShown = 3

func members(reg huma.Registry, s *huma.Schema, prefix string, depth int) []Member {
	s = resolve(reg, s)
	if s == nil || depth > depthShown {
		return nil
	}
	if s.Type == huma.TypeArray {
		return members(reg, s.Items, prefix+"[]", depth+1)
	}
	var names []string
	for name := range s.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	var out []Member
	for _, name := range names {
		p := s.Properties[name]
		full := strings.TrimPrefix(prefix+"."+name, ".")
		out = append(out, Member{Name: full, Type: typeOf(reg, p), Text: p.Description, Required: slices.Contains(s.Required, name)})
		inner := resolve(reg, p)
		if inner != nil && inner.Type == huma.TypeArray {
			full += "[]"
			inner = resolve(reg, inner.Items)
		}
		if inner != nil && len(inner.Properties) > 0 {
			out = append(out, members(reg, inner, full, depth+1)...)
		}
	}
	return out
}

func resolve(reg huma.Registry, s *huma.Schema) *huma.Schema {
	if s != nil && s.Ref != "" {
		return reg.SchemaFromRef(s.Ref)
	}
	return s
}

var words = map[string]string{huma.TypeString: "text", huma.TypeInteger: "whole number", huma.TypeNumber: "number", huma.TypeBoolean: "true or false", huma.TypeObject: "object", "": "any"}

func typeOf(reg huma.Registry, s *huma.Schema) string {
	s = resolve(reg, s)
	switch {
	case s == nil:
		return "any"
	case len(s.Enum) > 0:
		list := make([]string, len(s.Enum))
		for i, e := range s.Enum {
			list[i] = fmt.Sprint(e)
		}
		return "one of " + strings.Join(list, ", ")
	case s.Format == "date-time":
		return "instant"
	case s.Type == huma.TypeArray:
		return "list of " + typeOf(reg, s.Items)
	}
	return words[s.Type]
}
