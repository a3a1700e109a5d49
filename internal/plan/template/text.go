package template

import (
	"slipway/internal/errs"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/strict"
)

// Document is a template as a file states it.
type Document struct {
	Kind     string `yaml:"kind" json:"kind"`
	Template `yaml:",inline"`
}

// YAML returns the template as the YAML document that applying it takes.
func (t Template) YAML() (string, error) { return apply.Text([]any{Document{"template", t}}) }

// Read reads a template from its YAML document, by the rules of applied files. It fails with errs.Invalid, naming
// the line and the dotted path of every fault; what the areas above say of its parts is judged when it is set.
func Read(src []byte) (Template, error) {
	t, d, err := Parse(src)
	if err != nil {
		return t, err
	}
	return t, Lined(t.Check(), d)
}

// Parse reads a template from its YAML document and returns the document with it, without judging what it says.
func Parse(src []byte) (Template, strict.Document, error) {
	d, err := strict.One("", src)
	if err != nil {
		return Template{}, d, err
	}
	if d.Kind != "template" {
		return Template{}, d, Lined(errs.InvalidField("kind", "template.wrong_kind", "The document is of the kind template, not %.40q.", d.Kind), d)
	}
	var in Document
	if err := d.Decode(&in); err != nil {
		return in.Template, d, err
	}
	return in.Template, d, nil
}

// Lined adds the lines of a document to the faults that lack theirs.
func Lined(err error, d strict.Document) error {
	e := errs.As(err)
	if e == nil || e.Code != errs.CodeInvalid {
		return err
	}
	e = e.With()
	for i := range e.Fields {
		if f := &e.Fields[i]; f.Line == 0 {
			f.Line = max(d.LineOf(f.Name), d.Line)
		}
	}
	return e
}
