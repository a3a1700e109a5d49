package api_test

import (
	"encoding/base64"
	"testing"

	"slipway/internal/errs"
	"slipway/internal/platform/api"
)

type rowKey struct {
	At int64  `json:"at"`
	ID string `json:"id"`
}

func TestCursor(t *testing.T) {
	in := rowKey{At: 42, ID: "x"}
	s, err := api.EncodeCursor("boats", in)
	if err != nil {
		t.Fatal(err)
	}
	out, ok, err := api.DecodeCursor[rowKey]("boats", s)
	if err != nil || !ok || out != in {
		t.Fatalf("%+v %v %v", out, ok, err)
	}
	if _, ok, err := api.DecodeCursor[rowKey]("boats", ""); ok || err != nil {
		t.Error("the first page has no cursor")
	}
	if _, _, err := api.DecodeCursor[rowKey]("risks", s); errs.ReasonOf(err) != "page.cursor_malformed" {
		t.Errorf("a cursor of another list: %v", err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		bad := append([]byte(nil), raw...)
		bad[i] ^= 1
		if _, _, err := api.DecodeCursor[rowKey]("boats", base64.RawURLEncoding.EncodeToString(bad)); !errs.Is(err, errs.CodeInvalid) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
}

func TestPageOf(t *testing.T) {
	key := func(n int) int { return n }
	p, err := api.PageOf[int]("n", nil, 2, key)
	if err != nil || p.Items == nil || p.Next != "" {
		t.Errorf("an empty page: %+v %v", p, err)
	}
	if p, _ = api.PageOf("n", []int{1, 2}, 2, key); len(p.Items) != 2 || p.Next != "" {
		t.Errorf("a full last page: %+v", p)
	}
	if p, _ = api.PageOf("n", []int{1, 2, 3}, 2, key); len(p.Items) != 2 || p.Next == "" {
		t.Errorf("a page with more behind it: %+v", p)
	}
}

func FuzzCursor(f *testing.F) {
	s, err := api.EncodeCursor("boats", rowKey{At: 1, ID: "a"})
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{s, "", "AAAA", "%", s + "A", s[:len(s)-1], "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		k, ok, err := api.DecodeCursor[rowKey]("boats", s)
		switch {
		case err != nil && (ok || !errs.Is(err, errs.CodeInvalid) || k != rowKey{}):
			t.Errorf("%q: %+v %v %v", s, k, ok, err)
		case ok:
			if again, err := api.EncodeCursor("boats", k); err != nil || len(again) == 0 {
				t.Errorf("%q cannot be written again: %v", s, err)
			}
		}
	})
}
