package strict

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"slipway/internal/errs"
)

type decoder struct {
	f     *faults
	json  bool  // tags and texts as JSON has them
	kind  bool  // "kind" of the root may be unknown to dst
	wrong error // dst has a type that cannot be decoded into: a fault of the caller, not of the input
}

// target is one field of a struct, found by name.
type target struct {
	name  string
	index []int
}

func decodeRoot(root *node, dst any, d *decoder) error {
	v := reflect.ValueOf(dst)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return errs.Internal("input.destination", fmt.Errorf("strict: decode into %T, which is not a pointer", dst))
	}
	d.value(root, v.Elem(), nil)
	if d.wrong != nil {
		return errs.Internal("input.destination", d.wrong)
	}
	return d.f.err()
}

var (
	typeTime     = reflect.TypeFor[time.Time]()
	typeDuration = reflect.TypeFor[time.Duration]()
	typeText     = reflect.TypeFor[encoding.TextUnmarshaler]()
	typeJSON     = reflect.TypeFor[json.Unmarshaler]()
)

func (d *decoder) value(n *node, v reflect.Value, at *place) {
	t := v.Type()
	switch {
	case n.kind == broken:
		return
	case t.Kind() == reflect.Pointer:
		if n.kind == null {
			v.SetZero()
			return
		}
		if v.IsNil() {
			v.Set(reflect.New(t.Elem()))
		}
		d.value(n, v.Elem(), at)
		return
	case t == typeTime || t == typeDuration:
		d.instant(n, v, at)
		return
	case reflect.PointerTo(t).Implements(typeText):
		d.unmarshalText(n, v, at)
		return
	case reflect.PointerTo(t).Implements(typeJSON):
		d.unmarshalJSON(n, v, at)
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		d.structure(n, v, at)
	case reflect.Map:
		d.mapping(n, v, at)
	case reflect.Slice:
		d.slice(n, v, at)
	case reflect.Interface:
		if t.NumMethod() > 0 {
			d.wrong = fmt.Errorf("strict: cannot decode into %s", t)
			return
		}
		if x := d.anything(n, at); x != nil {
			v.Set(reflect.ValueOf(x))
		} else {
			v.SetZero()
		}
	default:
		d.scalar(n, v, at)
	}
}

func (d *decoder) structure(n *node, v reflect.Value, at *place) {
	if !d.expect(n, object, "A mapping with fields", at) {
		return
	}
	fields := d.targets(v.Type())
	for _, k := range n.keys {
		i := slices.IndexFunc(fields, func(f target) bool { return f.name == k.name })
		if i >= 0 {
			d.value(k.val, v.FieldByIndex(fields[i].index), at.field(k.name))
			continue
		}
		if at == nil && d.kind && k.name == "kind" {
			continue
		}
		d.unknown(k, fields, at)
	}
}

func (d *decoder) unknown(k key, fields []target, at *place) {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	hint := ""
	if near := Nearest(k.name, names); near != "" {
		hint = fmt.Sprintf(" Did you mean %q?", near)
	} else if len(names) > 0 {
		slices.Sort(names)
		hint = " Known fields are " + strings.Join(names[:min(len(names), 20)], ", ") + "."
	}
	d.f.add(k.line, at.field(k.name).String(), ReasonUnknown, "The field %q is not known here.%s", clip(k.name), hint)
}

func (d *decoder) mapping(n *node, v reflect.Value, at *place) {
	t := v.Type()
	if t.Key().Kind() != reflect.String {
		d.wrong = fmt.Errorf("strict: cannot decode into %s", t)
		return
	}
	if n.kind == null {
		v.SetZero()
		return
	}
	if !d.expect(n, object, "A mapping of names to values", at) {
		return
	}
	m := reflect.MakeMapWithSize(t, len(n.keys))
	for _, k := range n.keys {
		e := reflect.New(t.Elem()).Elem()
		d.value(k.val, e, at.field(k.name))
		m.SetMapIndex(reflect.ValueOf(k.name).Convert(t.Key()), e)
	}
	v.Set(m)
}

func (d *decoder) slice(n *node, v reflect.Value, at *place) {
	t := v.Type()
	if t.Elem().Kind() == reflect.Uint8 {
		d.wrong = fmt.Errorf("strict: cannot decode into %s", t)
		return
	}
	if n.kind == null {
		v.SetZero()
		return
	}
	if !d.expect(n, list, "A list", at) {
		return
	}
	s := reflect.MakeSlice(t, len(n.items), len(n.items))
	for i, c := range n.items {
		d.value(c, s.Index(i), at.index(i))
	}
	v.Set(s)
}

// expect reports whether the node has the kind; if not it adds the fault.
func (d *decoder) expect(n *node, k kind, what string, at *place) bool {
	switch n.kind {
	case k:
		return true
	case null:
		d.f.add(n.line, at.String(), ReasonMissing, "%s is expected here, but there is nothing. Give a value or leave the field out.", what)
	case text, number, boolean:
		d.f.add(n.line, at.String(), ReasonType, "%s is expected here, not %s (%q).", what, n.kind.named(), clip(n.val))
	default:
		d.f.add(n.line, at.String(), ReasonType, "%s is expected here, not %s.", what, n.kind.named())
	}
	return false
}

func (d *decoder) unmarshalText(n *node, v reflect.Value, at *place) {
	s, ok := d.text(n, at)
	if !ok {
		return
	}
	if err := guard(func() error { return v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(s)) }); err != nil {
		d.f.add(n.line, at.String(), ReasonValue, "%s", sentence(err))
	}
}

func (d *decoder) unmarshalJSON(n *node, v reflect.Value, at *place) {
	x := d.anything(n, at)
	b, err := json.Marshal(x)
	if err == nil {
		err = guard(func() error { return v.Addr().Interface().(json.Unmarshaler).UnmarshalJSON(b) })
	}
	if err != nil {
		d.f.add(n.line, at.String(), ReasonValue, "%s", sentence(err))
	}
}

// guard keeps a foreign method's panic from leaving the package.
func guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the value cannot be read: %v", p)
		}
	}()
	return f()
}

func sentence(err error) string {
	var e *errs.Error
	if errors.As(err, &e) {
		if len(e.Fields) == 1 {
			return e.Fields[0].Msg
		}
		return e.Msg
	}
	return "This value is not valid: " + err.Error() + "."
}

// targets lists the fields of a struct that input may name.
func (d *decoder) targets(t reflect.Type) []target {
	k := shape{t, d.json}
	if f, ok := shapes.Load(k); ok {
		return f.([]target)
	}
	f := d.find(t)
	shapes.Store(k, f)
	return f
}

// shapes remembers the fields of the types that were decoded into, of which a program has a fixed number.
var shapes sync.Map // shape → []target, never changed

type shape struct {
	t    reflect.Type
	json bool
}

func (d *decoder) find(t reflect.Type) []target {
	var out []target
	for i := range t.NumField() {
		f := t.Field(i)
		name, inline := d.named(f)
		switch {
		case name == "-" || !f.IsExported() && !f.Anonymous:
		case inline && f.Type.Kind() == reflect.Struct:
			for _, g := range d.targets(f.Type) {
				if !slices.ContainsFunc(out, func(o target) bool { return o.name == g.name }) {
					out = append(out, target{g.name, append([]int{i}, g.index...)})
				}
			}
		case f.IsExported():
			out = slices.DeleteFunc(out, func(o target) bool { return o.name == name })
			out = append(out, target{name, []int{i}})
		}
	}
	return out
}

func (d *decoder) named(f reflect.StructField) (name string, inline bool) {
	tags := []string{"yaml", "json"}
	if d.json {
		tags = []string{"json", "yaml"}
	}
	for _, tag := range tags {
		s, ok := f.Tag.Lookup(tag)
		if !ok {
			continue
		}
		name, rest, _ := strings.Cut(s, ",")
		if rest == "inline" || strings.Contains(rest, "inline") {
			return strings.ToLower(f.Name), true
		}
		if name != "" {
			return name, false
		}
	}
	return strings.ToLower(f.Name), f.Anonymous
}
