package condition

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"cel.dev/cel-go/cel"

	"slipway/internal/errs"
)

func compiler(t testing.TB) *Compiler {
	t.Helper()
	c, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const k6 = `{"p99_ms": 412, "load": 2.0, "run": "1107", "big": 9007199254740993, "ok": true}`

func TestEval(t *testing.T) {
	c := compiler(t)
	const doc = `{"p99_ms": 412, "load": 2.0, "exp": 4e2, "run": "1107", "big": 9007199254740993, "over": 9223372036854775808, "ok": true, "none": null,
		"checks": [{"name": "a", "passed": 10}, {"name": "b", "passed": 0}], "at": "2026-11-19T12:00:00Z"}`
	for _, x := range []struct {
		expr, want string // true, false or the reason
	}{
		{"fact.p99_ms <= 400", "false"},
		{"fact.p99_ms <= 412.5 && fact.load >= 2", "true"},
		{"fact.p99_ms == 412.0", "true"},
		{"fact.exp == 400", "true"},
		{"fact.big == 9007199254740993", "true"},
		{"fact.over > 9.2e18", "true"},
		{"type(fact.load) == double && type(fact.p99_ms) == int && type(fact.exp) == double", "true"},
		{"fact.ok", "true"},
		{"fact.none == null", "true"},
		{"has(fact.missing)", "false"},
		{"fact.missing == 1", "gate.condition_no_value"},
		{"fact.checks[7].passed == 1", "gate.condition_no_value"},
		{"fact.missing == 1 || fact.ok", "true"},
		{"fact.checks.all(c, c.passed > 0)", "false"},
		{"fact.checks.exists_one(c, c.passed > 0)", "true"},
		{"fact.checks.filter(c, c.passed == 0).map(c, c.name) == ['b']", "true"},
		{"fact.run.matches('^[0-9]+$')", "true"},
		{"timestamp(fact.at) > timestamp('2026-11-01T00:00:00Z')", "true"},
		{"fact.p99_ms * 1.5 > 1.0", "gate.condition_type"},
		{"double(fact.p99_ms) * 1.5 > 1.0", "true"},
		{"fact.run > 5", "gate.condition_type"},
		{"fact.run", "gate.condition_type"},
		{"1 / (fact.p99_ms - 412) == 1", "gate.condition_failed"},
	} {
		f, err := ParseFact([]byte(doc))
		if err != nil {
			t.Fatal(err)
		}
		p, err := c.Compile(x.expr)
		if err != nil {
			t.Errorf("%s: %v", x.expr, err)
			continue
		}
		got, err := p.Eval(t.Context(), f)
		if s := fmt.Sprint(got); err == nil && s != x.want || err != nil && errs.ReasonOf(err) != x.want {
			t.Errorf("%s: %s, %v; want %s", x.expr, s, err, x.want)
		}
	}
}

func TestCompileRefuses(t *testing.T) {
	c := compiler(t)
	for _, x := range []struct {
		expr, reason string
		line         int
		text         string
	}{
		{"", "gate.condition_syntax", 0, "empty"},
		{"fact.", "gate.condition_syntax", 1, "Column 6"},
		{"fact.a == 1 &&\n  facts.b == 2", "gate.condition_syntax", 2, "Column 3"},
		{"fact.a + ", "gate.condition_syntax", 1, "Column"},
		{"1 + 1", "gate.condition_type", 0, "gives int"},
		{"'yes'", "gate.condition_type", 0, "gives string"},
		{"now() > timestamp('2026-11-19T12:00:00Z')", "gate.condition_syntax", 1, "undeclared"},
		{"fact.a.matches('(')", "gate.condition_syntax", 1, "matches"},
		{"timestamp('yesterday') == fact.a", "gate.condition_syntax", 1, "timestamp"},
		{"fact.all(a, a.all(b, b.all(c, c)))", "gate.condition_syntax", 1, "nest"},
		{strings.Repeat("(", 4000), "gate.condition_syntax", 0, "nested"},
		{strings.Repeat("!", 4000) + "true", "gate.condition_syntax", 0, "nested"},
		{strings.Repeat("fact && ", 10_000) + "fact", "gate.condition_too_long", 0, "4096"},
		{strings.Repeat("x", 10<<20), "gate.condition_too_long", 0, "4096"},
		{"fact == '\x00'", "gate.condition_syntax", 0, "not text"},
		{"fact == '\xff'", "gate.condition_syntax", 0, "not text"},
	} {
		_, err := c.Compile(x.expr)
		e := errs.As(err)
		if e == nil || e.Code != errs.CodeInvalid || e.Fields[0].Reason != x.reason || e.Fields[0].Name != "condition" || e.Fields[0].Line != x.line || !strings.Contains(e.Error(), x.text) {
			t.Errorf("%.60q: %v; want %s on line %d with %q", x.expr, err, x.reason, x.line, x.text)
		}
		if err != nil && len(err.Error()) > 2000 {
			t.Errorf("%.60q: a message of %d bytes", x.expr, len(err.Error()))
		}
	}
}

func TestEvalIsBounded(t *testing.T) {
	c := compiler(t)
	f, err := ParseFact([]byte("[" + strings.Repeat("1,", 5000) + "1]"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.Compile("fact.all(a, fact.all(b, a == b))")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Eval(t.Context(), f); errs.ReasonOf(err) != "gate.condition_cost" {
		t.Errorf("cost: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Eval(ctx, f); errs.ReasonOf(err) != "gate.condition_deadline" || errs.CodeOf(err) != errs.CodeUnavailable {
		t.Errorf("deadline: %v", err)
	}
}

func TestParseFactRefuses(t *testing.T) {
	for _, x := range []struct{ doc, reason, field string }{
		{"", "gate.fact_json", "fact"},
		{"{", "gate.fact_json", "fact"},
		{`{"a": 1} {}`, "gate.fact_json", "fact"},
		{`{"a": 1, "a": 2}`, "gate.fact_key_twice", "fact.a"},
		{`{"a": [{"b": 1e999}]}`, "gate.fact_number", "fact.a[0].b"},
		{"{\"a\": \"\xff\"}", "gate.fact_encoding", "fact"},
		{strings.Repeat("[", 100), "gate.fact_too_deep", ""},
		{"[" + strings.Repeat("1,", 200_000) + "1]", "gate.fact_too_many", ""},
		{`"` + strings.Repeat("x", 2<<20) + `"`, "gate.fact_too_large", ""},
		{`{"a": 1x}`, "gate.fact_json", ""},
	} {
		_, err := ParseFact([]byte(x.doc))
		if e := errs.As(err); e == nil || e.Reason != x.reason || x.field != "" && e.Fields[0].Name != x.field {
			t.Errorf("%.40q: %v, want %s at %s", x.doc, err, x.reason, x.field)
		}
	}
	_, err := ParseFact([]byte("{\n\"a\": 1,\n\"a\": 2}"))
	if e := errs.As(err); e.Fields[0].Line != 3 {
		t.Errorf("line %d", e.Fields[0].Line)
	}
}

func FuzzCompile(f *testing.F) {
	c := compiler(f)
	fact, err := ParseFact([]byte(`{"a": [1, 2.5, "x", null, {"b": true}], "n": 3}`))
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"fact.n == 3", "fact.a.exists(x, x == 1)", "[1].all(x, x > 0)", "\"\\u00e9\" == r'\\d'", "((((((", "fact ? a : b", "{'a': 1}.a == 1", "-(-(-1)) == fact.n", "b'\\xff' == b''", "'''x''' == \"\"\"y\"\"\""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		start := time.Now()
		p, err := c.Compile(expr)
		if err != nil {
			if e := errs.As(err); e.Code != errs.CodeInvalid || len(e.Fields) == 0 {
				t.Fatalf("not a refusal: %v", err)
			}
		} else {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			if _, err := p.Eval(ctx, fact); err != nil && errs.CodeOf(err) == errs.CodeInternal {
				t.Fatalf("not a refusal: %v", err)
			}
		}
		if d := time.Since(start); d > 5*time.Second {
			t.Fatalf("%q took %s", expr, d)
		}
	})
}

func FuzzParseFact(f *testing.F) {
	for _, s := range []string{k6, `[1,2.0,-0,1e5,{"a":null}]`, `"x"`, "{", "nul"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		if _, err := ParseFact(doc); err != nil {
			if c := errs.CodeOf(err); c != errs.CodeInvalid && c != errs.CodeTooLarge {
				t.Fatalf("not a refusal: %v", err)
			}
		}
	})
}

// The aim is at most 1.3 times bare cel-go with the same limits.
func BenchmarkEval(b *testing.B) {
	const expr = "fact.p99_ms <= 500 && fact.load >= 2.0 && fact.checks.all(c, c.passed > 0) && fact.run.matches('^[0-9]+$')"
	doc := []byte(`{"p99_ms": 412, "load": 2.0, "run": "1107", "checks": [{"passed": 10}, {"passed": 7}, {"passed": 1}]}`)
	fact, err := ParseFact(doc)
	if err != nil {
		b.Fatal(err)
	}
	p, err := compiler(b).Compile(expr)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("condition", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if ok, err := p.Eval(context.Background(), fact); !ok || err != nil {
				b.Fatal(ok, err)
			}
		}
	})
	b.Run("bare-cel-go", func(b *testing.B) {
		env, err := cel.NewEnv(cel.Variable("fact", cel.DynType))
		if err != nil {
			b.Fatal(err)
		}
		ast, issues := env.Compile(expr)
		if issues.Err() != nil {
			b.Fatal(issues.Err())
		}
		prg, err := env.Program(ast, cel.CostLimit(MaxCost), cel.EvalOptions(cel.OptOptimize))
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			if out, _, err := prg.Eval(fact.vars); err != nil || out.Value() != true {
				b.Fatal(out, err)
			}
		}
	})
	b.Run("compile", func(b *testing.B) {
		c := compiler(b)
		for b.Loop() {
			if _, err := c.Compile(expr); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("parse-fact", func(b *testing.B) {
		for b.Loop() {
			if _, err := ParseFact(doc); err != nil {
				b.Fatal(err)
			}
		}
	})
}
