package strict

import (
	"math"
	"reflect"
	"regexp"
	"strconv"
	"time"
)

var whole = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)

func (d *decoder) scalar(n *node, v reflect.Value, at *place) {
	switch v.Kind() {
	case reflect.String:
		if s, ok := d.text(n, at); ok {
			v.SetString(s)
		}
	case reflect.Bool:
		if d.expect(n, boolean, "The word true or false", at) {
			v.SetBool(n.val[0] == 't' || n.val[0] == 'T')
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if !d.whole(n, at) {
			return
		}
		i, err := strconv.ParseInt(n.val, 10, v.Type().Bits())
		if err != nil {
			top := int64(math.MaxInt64) >> (64 - v.Type().Bits())
			d.f.add(n.line, at.String(), ReasonValue, "The number %s is out of range: from %d to %d.", clip(n.val), -top-1, top)
			return
		}
		v.SetInt(i)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if !d.whole(n, at) {
			return
		}
		i, err := strconv.ParseUint(n.val, 10, v.Type().Bits())
		if err != nil {
			d.f.add(n.line, at.String(), ReasonValue, "The number %s is out of range: from 0 to %d.", clip(n.val), uint64(math.MaxUint64)>>(64-v.Type().Bits()))
			return
		}
		v.SetUint(i)
	case reflect.Float32, reflect.Float64:
		if !d.expect(n, number, "A number", at) {
			return
		}
		x, err := strconv.ParseFloat(n.val, v.Type().Bits())
		if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			d.f.add(n.line, at.String(), ReasonValue, "%q is not a number that can be kept. Write it in decimal form.", clip(n.val))
			return
		}
		v.SetFloat(x)
	default:
		d.wrong = &reflect.ValueError{Method: "strict: decode", Kind: v.Kind()}
	}
}

func (d *decoder) whole(n *node, at *place) bool {
	if !d.expect(n, number, "A whole number", at) {
		return false
	}
	if !whole.MatchString(n.val) {
		d.f.add(n.line, at.String(), ReasonValue, "A whole decimal number is expected here, not %q.", clip(n.val))
		return false
	}
	return true
}

// text returns a scalar as a text. A YAML number or date keeps the spelling of the file, so that a version 1.10 stays 1.10.
func (d *decoder) text(n *node, at *place) (string, bool) {
	if n.kind == text || n.kind == number && !d.json {
		return n.val, true
	}
	if n.kind == boolean && !d.json {
		d.f.add(n.line, at.String(), ReasonType, "A text is expected here, not true or false. Put it into quotes: \"%s\".", n.val)
		return "", false
	}
	return "", d.expect(n, text, "A text", at)
}

func (d *decoder) instant(n *node, v reflect.Value, at *place) {
	if v.Type() == typeDuration {
		if n.kind == number {
			d.f.add(n.line, at.String(), ReasonType, "A duration needs its unit: %ss, %sm or %sh.", clip(n.val), clip(n.val), clip(n.val))
			return
		}
		if !d.expect(n, text, "A duration", at) {
			return
		}
		x, err := time.ParseDuration(n.val)
		if err != nil {
			d.f.add(n.line, at.String(), ReasonValue, "%q is not a duration. Write it as 90s, 10m or 1h30m.", clip(n.val))
			return
		}
		v.SetInt(int64(x))
		return
	}
	if !d.expect(n, text, "An instant", at) {
		return
	}
	x, err := time.Parse(time.RFC3339Nano, n.val)
	if err != nil {
		d.f.add(n.line, at.String(), ReasonValue, "%q is not an instant with its offset. Write it as 2026-11-19T21:00:00+01:00.", clip(n.val))
		return
	}
	v.Set(reflect.ValueOf(x))
}

// anything builds the value of a field whose type is open: map[string]any, []any, string, bool, int64, float64 or nil.
func (d *decoder) anything(n *node, at *place) any {
	switch n.kind {
	case object:
		m := make(map[string]any, len(n.keys))
		for _, k := range n.keys {
			m[k.name] = d.anything(k.val, at.field(k.name))
		}
		return m
	case list:
		s := make([]any, len(n.items))
		for i, c := range n.items {
			s[i] = d.anything(c, at.index(i))
		}
		return s
	case text:
		return n.val
	case boolean:
		return n.val[0] == 't' || n.val[0] == 'T'
	case number:
		if whole.MatchString(n.val) {
			if i, err := strconv.ParseInt(n.val, 10, 64); err == nil {
				return i
			}
		}
		x, err := strconv.ParseFloat(n.val, 64)
		if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			d.f.add(n.line, at.String(), ReasonValue, "%q is not a number that can be kept. Write it in decimal form.", clip(n.val))
			return nil
		}
		return x
	}
	return nil
}
