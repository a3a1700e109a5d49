package expr

import (
	"strings"
	"testing"

	"slipway/internal/errs"
)

func TestHolds(t *testing.T) {
	c, err := New("answer", "param")
	if err != nil {
		t.Fatal(err)
	}
	v, err := Value([]byte(`{"state":"ready","failed":0,"ratio":0.5,"big":9007199254740993,"list":[1,2]}`))
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]any{"answer": v, "param": map[string]any{"mode": "green"}}
	for text, want := range map[string]string{
		`answer.state == "ready" && answer.failed == 0`: "true",
		`answer.ratio > 0.4 && answer.ratio < 1`:        "true",
		`answer.big == 9007199254740993`:                "true",
		`param.mode == "blue"`:                          "false",
		`answer.list.exists(x, x == 2)`:                 "true",
		`answer.nothing == 1`:                           "condition.failed",
		`answer.state`:                                  "condition.type",
	} {
		p, err := c.Compile("when", text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		ok, err := p.Holds(t.Context(), values)
		got := map[bool]string{true: "true", false: "false"}[ok]
		if err != nil {
			got = errs.ReasonOf(err)
		}
		if got != want {
			t.Errorf("%s: %s, want %s (%v)", text, got, want, err)
		}
	}
	for _, text := range []string{"", "answer.", "other.x == 1", "1 + 1", strings.Repeat("(", 100), strings.Repeat("x", 5000), "answer == '\x00'"} {
		if _, err := c.Compile("when", text); !errs.Is(err, errs.CodeInvalid) || errs.As(err).Fields[0].Name != "when" {
			t.Errorf("%.20q: %v", text, err)
		}
	}
	for _, doc := range []string{"", "{", "{} {}", "nope"} {
		if _, err := Value([]byte(doc)); !errs.Is(err, errs.CodeInvalid) {
			t.Errorf("%q: %v", doc, err)
		}
	}
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{`answer.a == 1`, `!!!!answer`, `answer.all(x, x > 1)`, `"(" == answer`, `answer.matches('(a+)+$')`} {
		f.Add(s)
	}
	c, err := New("answer")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := c.Compile("x", s); err == nil {
			_, _ = p.Holds(t.Context(), map[string]any{"answer": map[string]any{"a": int64(1)}}) // neither panics nor hangs
		}
	})
}
