package web

import (
	"encoding"
	"fmt"
	"net/url"
	"reflect"
)

// Values are the parameters from which Query reads the struct again: its fields by their names, without those that are empty. Only
// what an address can carry is written: text, whole numbers, booleans, types with MarshalText, and slices of and pointers to these.
func Values(query any) url.Values {
	v := reflect.Indirect(reflect.ValueOf(query))
	out := url.Values{}
	for _, s := range slots(v.Type()) {
		f := v.FieldByIndex(s.index)
		if f.Kind() != reflect.Slice {
			f = reflect.Append(reflect.MakeSlice(reflect.SliceOf(f.Type()), 0, 1), f)
		}
		for i := range f.Len() {
			if e := f.Index(i); !e.IsZero() {
				out.Add(s.name, written(reflect.Indirect(e)))
			}
		}
	}
	return out
}

// Address is a page with the parameters from which Query reads the struct again.
func Address(path string, query any) string {
	return joined(path, Values(query))
}

// Link is a page with parameters, as pairs of a name and a value. Those that are empty are left out.
func Link(path string, pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	return joined(path, v)
}

func joined(path string, v url.Values) string {
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

func written(f reflect.Value) string {
	if m, ok := f.Interface().(encoding.TextMarshaler); ok {
		if b, err := m.MarshalText(); err == nil {
			return string(b)
		}
	}
	if f.Kind() == reflect.Bool && f.Bool() {
		return "1"
	}
	return fmt.Sprint(f.Interface())
}
