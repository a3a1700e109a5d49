package strict

import (
	"errors"
	"fmt"
	"slices"

	"slipway/internal/errs"
)

// Document is one document of a YAML stream: read, not yet decoded.
type Document struct {
	File string // as the caller named it
	Line int    // 1-based, where its content begins
	Kind string // the text of its field "kind", or ""

	root   *node
	limits Limits
	json   bool // decoded by the rules of JSON
}

// Documents splits a YAML stream into its documents, 1 MiB at most in all; empty ones are left out. It fails with
// errs.Invalid, listing the faults with their lines, if the stream is not YAML or uses what this package refuses, with
// errs.TooLarge beyond the limit. What a document's fields mean is judged by Decode.
func Documents(file string, src []byte) ([]Document, error) { return Limits{}.Documents(file, src) }

// Documents is the function Documents with other limits.
func (l Limits) Documents(file string, src []byte) ([]Document, error) {
	l = l.filled()
	roots, err := yamlTrees(file, src, l)
	if err != nil {
		return nil, err
	}
	f := &faults{file: file, max: l.Faults}
	out := make([]Document, 0, len(roots))
	for _, root := range roots {
		d := Document{File: file, Line: root.line, root: root, limits: l}
		if k := root.child("kind"); k != nil {
			if k.kind != text {
				f.add(root.locate("kind"), "kind", ReasonType, "A text is expected here, not %s.", k.kind.named())
			}
			d.Kind = k.val
		}
		out = append(out, d)
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	return out, nil
}

// One reads a file that holds exactly one document. It fails as Documents does, and if there is none or a second one.
func One(file string, src []byte) (Document, error) { return Limits{}.One(file, src) }

// One is the function One with other limits.
func (l Limits) One(file string, src []byte) (Document, error) {
	docs, err := l.Documents(file, src)
	if err != nil {
		return Document{}, err
	}
	f := &faults{file: file, max: 1}
	switch {
	case len(docs) == 0:
		f.add(1, "", ReasonEmpty, "There is nothing to read. One YAML document is expected.")
	case len(docs) > 1:
		f.add(docs[1].Line, "", ReasonTrailing, "A second document begins here. One is expected.")
	default:
		return docs[0], nil
	}
	return Document{}, f.err()
}

// YAML decodes the one document of src into dst, a pointer to a struct, map or slice.
//
// Fields are found by the tag `yaml:"name"`, else `json:"name"`, else the field's name in lower case; "-" hides a field;
// an embedded struct without a name, and `yaml:",inline"`, lends its fields. A time.Duration is written in Go's form
// ("10m"), a time.Time as RFC 3339; types with UnmarshalText or UnmarshalJSON are asked. A number or date without quotes
// may stand for a text and keeps its spelling; true, false and null may not. Nothing behind a name is the same as leaving
// a list, mapping or pointer out, and a fault elsewhere. It fails with errs.Invalid, listing all faults up to 20, and with
// errs.TooLarge beyond 1 MiB; dst then holds no promise.
func YAML(file string, src []byte, dst any) error {
	d, err := One(file, src)
	if err != nil {
		return err
	}
	return d.Decode(dst)
}

// JSON decodes src into dst by the rules of YAML, but tags are looked up `json` first and a text must be a text. Fields
// in the wrong case, unknown and duplicate fields, and data behind the value are faults.
func JSON(src []byte, dst any) error { return Limits{}.JSON(src, dst) }

// JSON is the function JSON with other limits.
func (l Limits) JSON(src []byte, dst any) error {
	_, err := l.tree(src, dst)
	return err
}

// Value is JSON that also returns the value as encoding/json reads it into an any, with a float64 for every number. It
// serves a validator without a second reading.
func (l Limits) Value(src []byte, dst any) (any, error) {
	root, err := l.tree(src, dst)
	if err != nil {
		return nil, err
	}
	v, err := root.plainly()
	if err != nil {
		return nil, errs.InvalidField("", ReasonValue, "A number is too large to be kept.").Because(err)
	}
	return v, nil
}

// JSONDocument reads one JSON value that is decoded later, by the rules of JSON, so that a caller can place faults of its own
// on the lines of a file. It fails as JSON does.
func (l Limits) JSONDocument(file string, src []byte) (Document, error) {
	l = l.filled()
	root, err := jsonTree(src, l)
	if err != nil {
		return Document{}, in(file, err)
	}
	return Document{File: file, Line: root.line, root: root, limits: l, json: true}, nil
}

// in names the file of an error's fields.
func in(file string, err error) error {
	var e *errs.Error
	if file == "" || !errors.As(err, &e) {
		return err
	}
	named := *e
	named.Fields = slices.Clone(e.Fields)
	for i := range named.Fields {
		named.Fields[i].File = file
	}
	return &named
}

func (l Limits) tree(src []byte, dst any) (*node, error) {
	l = l.filled()
	root, err := jsonTree(src, l)
	if err != nil {
		return nil, err
	}
	return root, decodeRoot(root, dst, &decoder{f: &faults{max: l.Faults}, json: true})
}

// Decode decodes the document as YAML describes, or as JSON does if it is from JSONDocument. In YAML the field "kind" is passed
// over if dst is a struct that has none.
func (d Document) Decode(dst any) error {
	if d.root == nil {
		return errs.Internal("input.no_document", fmt.Errorf("strict: Decode of a zero Document"))
	}
	return decodeRoot(d.root, dst, &decoder{f: &faults{file: d.File, max: d.limits.Faults}, kind: !d.json, json: d.json})
}

// LineOf returns the line of a dotted path ("steps[3].needs"), or of the nearest thing above it that exists.
func (d Document) LineOf(path string) int {
	if d.root == nil {
		return 0
	}
	return d.root.locate(path)
}

// Field places a caller's own fault on its line of the document.
func (d Document) Field(path, reason, format string, args ...any) errs.Field {
	return errs.Field{Name: path, Reason: reason, Msg: fmt.Sprintf(format, args...), File: d.File, Line: d.LineOf(path)}
}
