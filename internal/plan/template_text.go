package plan

import (
	"context"

	"slipway/internal/errs"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/strict"
)

// YAML returns the template as the YAML document that applying it takes.
func (t Template) YAML() (string, error) { return apply.Text([]any{templateDoc{"template", t}}) }

// ReadTemplate reads a template from its YAML document, by the rules of applied files. It fails with errs.Invalid, naming
// the line and the dotted path of every fault; what the areas above say of its parts is judged when it is set.
func ReadTemplate(src []byte) (Template, error) {
	t, d, err := readTemplate(src)
	if err != nil {
		return t, err
	}
	return t, lined(t.Check(), d)
}

// SetTemplateText is SetTemplate with the template as its YAML document. key is that of the template which another version is
// made of; "" takes the document's. Every fault names its line.
func (p *Plans) SetTemplateText(ctx context.Context, key string, version int, src []byte) (Template, error) {
	t, d, err := readTemplate(src)
	if err != nil {
		return t, err
	}
	if key != "" && t.Key != key {
		return t, lined(errs.InvalidField("key", "template.other_key", "This is the template %s, and its key stays. Make a new template for %.100q.", key, t.Key), d)
	}
	out, err := p.SetTemplate(ctx, version, t)
	return out, lined(err, d)
}

func readTemplate(src []byte) (Template, strict.Document, error) {
	d, err := strict.One("", src)
	if err != nil {
		return Template{}, d, err
	}
	if d.Kind != "template" {
		return Template{}, d, lined(errs.InvalidField("kind", "template.wrong_kind", "The document is of the kind template, not %.40q.", d.Kind), d)
	}
	var in templateDoc
	if err := d.Decode(&in); err != nil {
		return in.Template, d, err
	}
	return in.Template, d, nil
}

// lined adds the lines of a document to the faults that lack theirs.
func lined(err error, d strict.Document) error {
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
