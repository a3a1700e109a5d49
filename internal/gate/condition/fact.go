package condition

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"slipway/internal/errs"
)

// Limits of a fact.
const (
	MaxFact      = 1 << 20 // bytes
	MaxFactDepth = 32
	MaxFactNodes = 100_000
)

// Fact is a JSON document that is ready for conditions. It is immutable and safe for concurrent use.
type Fact struct{ vars map[string]any }

// ParseFact reads a JSON document of any type. It fails with errs.TooLarge (gate.fact_too_large), or with errs.Invalid, the path as the field, its line, and the reason gate.fact_json,
// gate.fact_encoding, gate.fact_too_deep, gate.fact_too_many, gate.fact_key_twice or gate.fact_number.
func ParseFact(doc []byte) (Fact, error) {
	if len(doc) > MaxFact {
		return Fact{}, errs.TooLarge("gate.fact_too_large", "A fact has at most %d bytes. This one has %d.", MaxFact, len(doc))
	}
	if !utf8.Valid(doc) {
		return Fact{}, errs.InvalidField("fact", "gate.fact_encoding", "The fact is not valid UTF-8.")
	}
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	p := &factParser{d: d, doc: doc}
	v, err := p.value("fact", 0)
	if err == nil {
		if _, e := d.Token(); !errors.Is(e, io.EOF) {
			err = p.refuse("fact", "gate.fact_json", "Something follows the end of the document.")
		}
	}
	if err != nil {
		return Fact{}, err
	}
	return Fact{vars: map[string]any{"fact": v}}, nil
}

type factParser struct {
	d     *json.Decoder
	doc   []byte
	nodes int
}

func (p *factParser) refuse(path, reason, format string, args ...any) error {
	e := errs.InvalidField(clip(path), reason, format, args...)
	at := min(int(p.d.InputOffset()), len(p.doc))
	e.Fields[0].Line = 1 + bytes.Count(p.doc[:at], []byte{'\n'})
	return e
}

func (p *factParser) token(path string) (json.Token, error) {
	t, err := p.d.Token()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return nil, p.refuse(path, "gate.fact_json", "The fact ends in the middle, or is empty.")
		}
		return nil, p.refuse(path, "gate.fact_json", "This is not JSON: %s.", clip(err.Error()))
	}
	return t, nil
}

func (p *factParser) value(path string, depth int) (any, error) {
	if p.nodes++; p.nodes > MaxFactNodes {
		return nil, p.refuse(path, "gate.fact_too_many", "The fact has more than %d values.", MaxFactNodes)
	}
	if depth > MaxFactDepth {
		return nil, p.refuse(path, "gate.fact_too_deep", "The fact is nested more than %d deep.", MaxFactDepth)
	}
	t, err := p.token(path)
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '[' {
			list := []any{}
			for p.d.More() {
				v, err := p.value(path+"["+strconv.Itoa(len(list))+"]", depth+1)
				if err != nil {
					return nil, err
				}
				list = append(list, v)
			}
			_, err := p.token(path)
			return list, err
		}
		m := map[string]any{}
		for p.d.More() {
			k, err := p.token(path)
			if err != nil {
				return nil, err
			}
			key, _ := k.(string)
			at := path + "." + key
			if _, twice := m[key]; twice {
				return nil, p.refuse(at, "gate.fact_key_twice", "The key stands twice.")
			}
			if strings.ContainsRune(key, 0) {
				return nil, p.refuse(at, "gate.fact_json", "A key holds a NUL.")
			}
			if m[key], err = p.value(at, depth+1); err != nil {
				return nil, err
			}
		}
		_, err := p.token(path)
		return m, err
	case json.Number:
		return p.number(path, string(t))
	default:
		return t, nil
	}
}

func (p *factParser) number(path, text string) (any, error) {
	if !strings.ContainsAny(text, ".eE") {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n, nil
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, p.refuse(path, "gate.fact_number", "The number %s is too large.", clip(text))
	}
	return f, nil
}
