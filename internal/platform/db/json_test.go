package db

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"testing"
)

// byTokens is integersOnly by the tokens of encoding/json.
func byTokens(raw []byte) bool {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return true
		}
		if n, ok := tok.(json.Number); ok {
			if i, err := n.Int64(); err != nil || i > 1<<53-1 || i < -(1<<53-1) {
				return false
			}
		}
	}
}

func FuzzIntegersOnly(f *testing.F) {
	for _, s := range []string{`{}`, `[1,-2,0]`, `{"1.5":"2.5e3","a\\":[1.5]}`, `"\"1.5"`, `[9007199254740991,-9007199254740991]`, `9007199254740992`, `[1e3]`, `-0`, `1.0`, `{"a":{"b":[true,null,"-1.5",7]}}`, `99999999999999999999`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if !json.Valid(raw) {
			return
		}
		if got, want := integersOnly(raw) == nil, byTokens(raw); got != want {
			t.Fatalf("%s: whole numbers only: %v, want %v", raw, got, want)
		}
	})
}

func TestCanonicalRefusesOtherNumbers(t *testing.T) {
	for _, v := range []any{1.5, math.MaxInt64, int64(1 << 53), map[string]any{"a": []any{1, 2, 0.25}}, json.RawMessage(`{"a":1e3}`)} {
		if got, err := Canonical(v); err == nil {
			t.Errorf("%v became %s", v, got)
		}
	}
	got, err := Canonical(map[string]any{"b": int64(1<<53 - 1), "a": "1.5 <&> \" 2", "c": []any{-1, nil, true}})
	if want := `{"a":"1.5 <&> \" 2","b":9007199254740991,"c":[-1,null,true]}`; err != nil || string(got) != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
}
