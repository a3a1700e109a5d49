package strict

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

type jsonReader struct {
	src    []byte
	dec    *json.Decoder
	l      Limits
	f      *faults
	line   int // of the offset below
	offset int
}

func jsonTree(src []byte, l Limits) (*node, error) {
	if err := edge("", src, l); err != nil {
		return nil, err
	}
	if root, ok := fastJSON(src, l); ok {
		return root, nil
	}
	return slowJSON(src, l)
}

// slowJSON names every fault with its place.
func slowJSON(src []byte, l Limits) (*node, error) {
	r := &jsonReader{src: src, dec: json.NewDecoder(bytes.NewReader(src)), l: l, f: &faults{max: l.Faults}, line: 1}
	r.dec.UseNumber()
	root, err := r.value(nil, 1)
	if err == nil {
		if _, more := r.dec.Token(); !errors.Is(more, io.EOF) {
			r.f.add(r.here(), "", ReasonTrailing, "There is more behind the end of the value.")
		}
	} else {
		r.fail(err, root == nil)
	}
	if err := r.f.err(); err != nil {
		return nil, err
	}
	return root, nil
}

var errDeep = errors.New("too deep")

func (r *jsonReader) fail(err error, atStart bool) {
	switch {
	case errors.Is(err, errDeep):
		r.f.add(r.here(), "", ReasonDepth, "The nesting is deeper than %d levels.", r.l.Depth)
	case errors.Is(err, io.EOF) && atStart && len(bytes.TrimSpace(r.src)) == 0:
		r.f.add(0, "", ReasonEmpty, "There is nothing to read. JSON is expected.")
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		r.f.add(1+bytes.Count(r.src, []byte("\n")), "", ReasonSyntax, "The JSON ends too early.")
	default:
		line := r.here()
		var s *json.SyntaxError
		if errors.As(err, &s) && s.Offset <= int64(len(r.src)) && s.Offset >= 0 {
			line = 1 + bytes.Count(r.src[:s.Offset], []byte("\n"))
		}
		r.f.add(line, "", ReasonSyntax, "This is not JSON: %s.", clip(strings.TrimPrefix(err.Error(), "json: ")))
	}
}

// here returns the line that the reader has come to. Newlines are counted once.
func (r *jsonReader) here() int {
	if to := int(r.dec.InputOffset()); to > r.offset && to <= len(r.src) {
		r.line += bytes.Count(r.src[r.offset:to], []byte("\n"))
		r.offset = to
	}
	return r.line
}

func (r *jsonReader) value(at *place, depth int) (*node, error) {
	t, err := r.dec.Token()
	if err != nil {
		return nil, err
	}
	return r.rest(t, at, depth)
}

func (r *jsonReader) rest(t json.Token, at *place, depth int) (*node, error) {
	n := &node{line: r.here()}
	switch t := t.(type) {
	case json.Delim:
		if depth > r.l.Depth {
			return n, errDeep
		}
		if t == '{' {
			n.kind = object
			return n, r.object(n, at, depth)
		}
		n.kind = list
		for i := 0; r.dec.More(); i++ {
			c, err := r.value(at.index(i), depth+1)
			if err != nil {
				return n, err
			}
			n.items = append(n.items, c)
		}
		_, err := r.dec.Token()
		return n, err
	case string:
		n.kind, n.val = text, t
		if strings.IndexByte(t, 0) >= 0 {
			r.f.add(n.line, at.String(), ReasonEncoding, "A NUL character is not allowed.")
		}
	case json.Number:
		n.kind, n.val = number, t.String()
	case bool:
		n.kind, n.val = boolean, "false"
		if t {
			n.val = "true"
		}
	default:
		n.kind = null
	}
	return n, nil
}

func (r *jsonReader) object(n *node, at *place, depth int) error {
	seen := map[string]int{}
	for r.dec.More() {
		t, err := r.dec.Token()
		if err != nil {
			return err
		}
		name, _ := t.(string) // the decoder lets nothing else stand here
		line, p := r.here(), at.field(name)
		v, err := r.value(p, depth+1)
		if err != nil {
			return err
		}
		if first, twice := seen[name]; twice {
			r.f.add(line, p.String(), ReasonDuplicate, "%q is given twice; the first is on line %d.", clip(name), first)
			continue
		}
		if strings.IndexByte(name, 0) >= 0 {
			r.f.add(line, at.String(), ReasonEncoding, "A NUL character is not allowed.")
			continue
		}
		seen[name] = line
		n.keys = append(n.keys, key{name, line, v})
	}
	_, err := r.dec.Token()
	return err
}
