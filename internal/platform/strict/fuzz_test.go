package strict_test

import (
	"encoding/json"
	"testing"

	"slipway/internal/errs"
	"slipway/internal/platform/strict"
)

func known(t *testing.T, err error) {
	if err == nil {
		return
	}
	e := errs.As(err)
	if e.Code != errs.CodeInvalid && e.Code != errs.CodeTooLarge || len(e.Fields) == 0 || len(e.Fields) > 20 {
		t.Fatalf("not an error of the input: %#v", e)
	}
	for _, f := range e.Fields {
		if f.Line < 0 || f.Reason == "" || f.Msg == "" || len(f.Msg) > 2000 {
			t.Fatalf("fault without place or words: %#v", f)
		}
	}
}

func FuzzYAML(f *testing.F) {
	for _, s := range []string{good, "", "a: &a [*a]", "<<: {a: b}", "? a\n: b", "key: !!binary x", "---\n...\n---\nkind: x", "steps: [{key: a}, {needs: [b]}]",
		"free: {a: .nan, b: 0x10, c: 1_000}", "%YAML 1.2\n---\nkey: a", "key: \"\\0\"", "\ufeffkey: a", "key: >-\n  x\n", "wait: 10m\nat: 2026-01-01T00:00:00Z"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		var dst thing
		known(t, strict.YAML("f.yaml", src, &dst))
		docs, err := strict.Documents("f.yaml", src)
		known(t, err)
		for _, d := range docs {
			var x any
			known(t, d.Decode(&x))
			if d.LineOf(string(src)) < 1 {
				t.Fatal("a path without a line")
			}
		}
	})
}

func FuzzJSON(f *testing.F) {
	for _, s := range []string{`{"key":"a","steps":[{"needs":["b"]}]}`, `{`, `[`, `{"a":1,"a":2}`, `{}x`, `nul`, `"\ud800"`, `{"free":1e999}`, `[[[[`, `{"wait":"1h"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		var dst thing
		known(t, strict.JSON(src, &dst))
		var x any
		err := strict.JSON(src, &x)
		known(t, err)
		if err == nil && !json.Valid(src) {
			t.Fatalf("accepted what is not JSON: %q", src)
		}
	})
}
