package digest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"slipway/internal/errs"
)

// MaxInteger is the largest integer that a double holds exactly (RFC 8785 section 3.2.2.3 and RFC 7493).
const MaxInteger = 1<<53 - 1

// MaxDepth bounds the nesting of a section.
const MaxDepth = 64

// Canonical returns the canonical form of a value: anything that encoding/json writes, or a json.RawMessage. It fails with errs.Invalid and the reason
// digest.number (not an integer, or too large), digest.json, digest.key_twice, digest.text (invalid UTF-8) or digest.too_deep, naming the path.
func Canonical(v any) ([]byte, error) {
	raw, ok := v.(json.RawMessage)
	if !ok {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(v); err != nil {
			return nil, errs.InvalidField("content", "digest.json", "The content cannot be written as JSON.").Because(err)
		}
		raw = b.Bytes()
	}
	t, err := parse(raw)
	if err != nil {
		return nil, err
	}
	return t.append(nil), nil
}

// tree is a JSON value. Exactly one of the forms is set.
type tree struct {
	scalar  []byte // canonical text
	list    []tree
	members []member // sorted by key as RFC 8785 section 3.2.3 asks
	kind    byte     // 's', '[', '{'
}

type member struct {
	key   string
	value tree
}

func parse(raw []byte) (tree, error) {
	if !utf8.Valid(raw) {
		return tree{}, errs.InvalidField("content", "digest.text", "The content is not valid UTF-8.")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	t, err := parseValue(d, "content", 0)
	if err != nil {
		return tree{}, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return tree{}, errs.InvalidField("content", "digest.json", "Something follows the end of the content.")
	}
	return t, nil
}

func parseValue(d *json.Decoder, path string, depth int) (tree, error) {
	if depth > MaxDepth {
		return tree{}, errs.InvalidField("content", "digest.too_deep", "The content is nested more than %d deep.", MaxDepth)
	}
	tok, err := d.Token()
	if err != nil {
		return tree{}, errs.InvalidField(path, "digest.json", "The content is not JSON.").Because(err)
	}
	switch v := tok.(type) {
	case json.Delim:
		if v == '[' {
			t := tree{kind: '['}
			for d.More() {
				e, err := parseValue(d, path+"["+strconv.Itoa(len(t.list))+"]", depth+1)
				if err != nil {
					return tree{}, err
				}
				t.list = append(t.list, e)
			}
			_, err = d.Token()
			return t, wrap(path, err)
		}
		t := tree{kind: '{'}
		for d.More() {
			k, err := d.Token()
			if err != nil {
				return tree{}, wrap(path, err)
			}
			key, _ := k.(string)
			e, err := parseValue(d, path+"."+key, depth+1)
			if err != nil {
				return tree{}, err
			}
			t.members = append(t.members, member{key, e})
		}
		slices.SortFunc(t.members, func(a, b member) int { return compareKeys(a.key, b.key) })
		for i := 1; i < len(t.members); i++ {
			if t.members[i].key == t.members[i-1].key {
				return tree{}, errs.InvalidField(path+"."+t.members[i].key, "digest.key_twice", "The key stands twice.")
			}
		}
		_, err = d.Token()
		return t, wrap(path, err)
	case json.Number:
		n, err := strconv.ParseInt(string(v), 10, 64)
		if err != nil || n > MaxInteger || n < -MaxInteger {
			return tree{}, errs.InvalidField(path, "digest.number", "%.40s is not a whole number up to 2^53−1. Write other numbers as text.", string(v))
		}
		return tree{kind: 's', scalar: strconv.AppendInt(nil, n, 10)}, nil
	case string:
		return tree{kind: 's', scalar: quote(nil, v)}, nil
	case bool:
		return tree{kind: 's', scalar: strconv.AppendBool(nil, v)}, nil
	}
	return tree{kind: 's', scalar: []byte("null")}, nil
}

func wrap(path string, err error) error {
	if err != nil {
		return errs.InvalidField(path, "digest.json", "The content is not JSON.").Because(err)
	}
	return nil
}

// compareKeys orders by UTF-16 code units.
func compareKeys(a, b string) int {
	for a != "" && b != "" {
		r, n := utf8.DecodeRuneInString(a)
		s, m := utf8.DecodeRuneInString(b)
		if r != s {
			var x, y [2]uint16
			return slices.Compare(utf16.AppendRune(x[:0], r), utf16.AppendRune(y[:0], s))
		}
		a, b = a[n:], b[m:]
	}
	return len(a) - len(b)
}

func quote(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\b':
			dst = append(dst, '\\', 'b')
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\f':
			dst = append(dst, '\\', 'f')
		case c == '\r':
			dst = append(dst, '\\', 'r')
		case c < ' ':
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}

func (t tree) append(dst []byte) []byte {
	switch t.kind {
	case '[':
		dst = append(dst, '[')
		for i, e := range t.list {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = e.append(dst)
		}
		return append(dst, ']')
	case '{':
		dst = append(dst, '{')
		for i, m := range t.members {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(quote(dst, m.key), ':')
			dst = m.value.append(dst)
		}
		return append(dst, '}')
	}
	return append(dst, t.scalar...)
}
