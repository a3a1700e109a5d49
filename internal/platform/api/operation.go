package api

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// An operation is written into the document from the types of its input and output, by huma's schemas. huma.Register would
// do the same and compile a whole request handler for each operation, which nothing here ever calls.

// describe writes a typed operation into the document and returns it with its parameters filled in. The errors of types
// without a schema, which huma reports by panics, come back as an error.
func (a *API) describe(op Op, in, out reflect.Type) (h *huma.Operation, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	base := a.base(op)
	d := description{&base, a.huma.OpenAPI().Components.Schemas}
	if err := d.input(in); err != nil {
		return nil, err
	}
	if err := d.output(out); err != nil {
		return nil, err
	}
	a.huma.OpenAPI().AddOperation(&base)
	if op.Method == http.MethodPost && !op.Question {
		base.Parameters = append(base.Parameters, &huma.Param{Name: "Idempotency-Key", In: "header",
			Description: "Any text of 1 to 128 visible characters, new for each intent. A repetition gives the first answer.",
			Schema:      &huma.Schema{Type: huma.TypeString}})
	}
	return &base, nil
}

type description struct {
	op  *huma.Operation
	reg huma.Registry
}

// fields are the exported fields of a struct and of what it embeds, in the order of the source.
func fields(t reflect.Type) []reflect.StructField {
	return slices.DeleteFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool { return f.Anonymous || !f.IsExported() })
}

func (d description) input(t reflect.Type) error {
	if t.Kind() != reflect.Struct {
		return fmt.Errorf("the input is a struct, not %s", t)
	}
	for _, f := range fields(t) {
		if f.Name != "Body" && f.Name != "RawBody" {
			d.parameter(f)
		}
	}
	if f, ok := t.FieldByName("Body"); ok {
		s := huma.SchemaFromField(d.reg, f, hint(t, f, d.op.OperationID+"Request"))
		s.PrecomputeMessages()
		d.body("application/json", s, f.Type.Kind() != reflect.Pointer && f.Type.Kind() != reflect.Interface)
	}
	if f, ok := t.FieldByName("RawBody"); ok {
		kind := f.Tag.Get("contentType")
		if kind == "" {
			kind = "application/octet-stream"
		}
		d.body(kind, &huma.Schema{Type: huma.TypeString, Format: "binary"}, true)
	}
	return nil
}

func (d description) body(kind string, s *huma.Schema, required bool) {
	d.op.RequestBody = &huma.RequestBody{Required: required, Content: map[string]*huma.MediaType{kind: {Schema: s}}}
}

// parameter describes a field that is tagged as one; planOf refuses those that are not.
func (d description) parameter(f reflect.StructField) {
	p, ok := paramOf(f)
	if !ok {
		return
	}
	s := huma.SchemaFromField(d.reg, f, "")
	h := &huma.Param{Name: p.name, In: p.in, Required: p.in == "path" || f.Tag.Get("required") == "true", Schema: s}
	if s != nil {
		h.Description = s.Description
	}
	if p.in == "query" {
		h.Explode = new(bool) // a list is one value with commas
	}
	if slices.ContainsFunc(d.op.Parameters, func(o *huma.Param) bool { return o.Name == h.Name && o.In == h.In }) {
		return // two fields may read one parameter
	}
	d.op.Parameters = append(d.op.Parameters, h)
}

func (d description) output(t reflect.Type) error {
	if t.Kind() != reflect.Struct {
		return fmt.Errorf("the output is a struct, not %s", t)
	}
	body, ok := t.FieldByName("Body")
	if d.op.DefaultStatus == 0 {
		d.op.DefaultStatus = http.StatusNoContent
		if ok {
			d.op.DefaultStatus = http.StatusOK
		}
	}
	status := strconv.Itoa(d.op.DefaultStatus)
	r := &huma.Response{Description: http.StatusText(d.op.DefaultStatus), Headers: map[string]*huma.Param{}}
	d.op.Responses[status] = r
	if ok {
		s := huma.SchemaFromField(d.reg, body, hint(t, body, d.op.OperationID+"Response"))
		r.Content = map[string]*huma.MediaType{"application/json": {Schema: s}}
	}
	for _, f := range fields(t) {
		if name := f.Tag.Get("header"); name != "" && f.Name != "Body" && f.Name != "Status" {
			r.Headers[name] = &huma.Header{Schema: huma.SchemaFromField(d.reg, f, hint(t, f, d.op.OperationID+status+name))}
		}
	}
	return nil
}

// hint names the schema of a field whose type has no name.
func hint(parent reflect.Type, f reflect.StructField, other string) string {
	if n := f.Tag.Get("nameHint"); n != "" {
		return n
	}
	if parent.Name() != "" {
		return parent.Name() + f.Name
	}
	return other
}
