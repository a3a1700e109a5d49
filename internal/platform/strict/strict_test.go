package strict_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"slipway/internal/errs"
	"slipway/internal/platform/strict"
)

type colour string

func (c *colour) UnmarshalText(b []byte) error {
	if string(b) != "red" {
		return errs.Invalid("colour.unknown", "Only red will do, not %s.", b)
	}
	*c = colour(b)
	return nil
}

type meta struct {
	Key  string `json:"key" yaml:"key"`
	Name string `json:"name" yaml:"name"`
}

type thing struct {
	meta
	Version  string            `yaml:"version"`
	Count    int               `yaml:"count"`
	Small    int8              `yaml:"small"`
	Size     uint16            `yaml:"size"`
	Ratio    float64           `yaml:"ratio"`
	On       bool              `yaml:"on"`
	Wait     time.Duration     `yaml:"wait"`
	At       time.Time         `yaml:"at"`
	Colour   colour            `yaml:"colour"`
	Steps    []step            `yaml:"steps"`
	Env      map[string]string `yaml:"env"`
	Free     any               `yaml:"free"`
	Optional *int              `yaml:"optional"`
	Raw      json.RawMessage   `yaml:"raw"`
	Hidden   string            `yaml:"-"`
	Plain    string
}

type step struct {
	Key   string   `yaml:"key"`
	Needs []string `yaml:"needs"`
}

const good = `# a comment
key: payments
name: Payments
version: 1.10
count: -3
small: 127
size: 65535
ratio: 0.5
on: true
wait: 1h30m
at: 2026-11-19T21:00:00+01:00
colour: red
steps:
  - key: a
  - key: b
    needs: [a]
env:
  PORT: 8080
  DAY: 2026-11-19
free: {a: [1, 2.5, x, true, null]}
optional: 7
raw: {b: 1}
plain: |
  two
  lines
`

func one() *int { n := 7; return &n }

func TestYAML(t *testing.T) {
	var got thing
	if err := strict.YAML("x.yaml", []byte(good), &got); err != nil {
		t.Fatal(err)
	}
	want := thing{
		meta: meta{"payments", "Payments"}, Version: "1.10", Count: -3, Small: 127, Size: 65535, Ratio: 0.5, On: true,
		Wait: 90 * time.Minute, At: time.Date(2026, 11, 19, 20, 0, 0, 0, time.UTC), Colour: "red",
		Steps: []step{{Key: "a"}, {Key: "b", Needs: []string{"a"}}},
		Env:   map[string]string{"PORT": "8080", "DAY": "2026-11-19"},
		Free:  map[string]any{"a": []any{int64(1), 2.5, "x", true, nil}}, Optional: one(), Raw: json.RawMessage(`{"b":1}`), Plain: "two\nlines\n",
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(thing{}), cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })); d != "" {
		t.Error(d)
	}
}

// faultsOf renders the faults of an error as "line field reason", one to a line.
func faultsOf(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var e *errs.Error
	if !errors.As(err, &e) || e.Code != errs.CodeInvalid && e.Code != errs.CodeTooLarge {
		t.Fatalf("not an input error: %v", err)
	}
	var b []string
	for _, f := range e.Fields {
		if f.Msg == "" || !strings.HasSuffix(f.Msg, ".") && !strings.HasSuffix(f.Msg, "?") && !strings.HasSuffix(f.Msg, `"`) {
			t.Errorf("message is no sentence: %q", f.Msg)
		}
		b = append(b, strings.TrimSpace(fmt.Sprintf("%d %s %s", f.Line, f.Name, strings.TrimPrefix(f.Reason, "input."))))
	}
	return strings.Join(b, "\n")
}

func TestYAMLFaults(t *testing.T) {
	deep := strings.Repeat("[", 70) + strings.Repeat("]", 70)
	for _, c := range []struct{ name, src, want string }{
		{"unknown", "key: a\nstpes: []\n", "2 stpes unknown_field"},
		{"nested unknown", "steps:\n  - key: a\n    need: [x]\n", "3 steps[0].need unknown_field"},
		{"wrong case", "Key: a\n", "1 Key unknown_field"},
		{"duplicate", "key: a\nname: b\nkey: c\n", "3 key duplicate_key"},
		{"duplicate nested", "env:\n  A: x\n  'A': y\n", "3 env.A duplicate_key"},
		{"anchor and alias", "key: &k a\nname: *k\n", "1 key forbidden_syntax\n2 name forbidden_syntax"},
		{"merge", "env:\n  <<: {A: b}\n", "2 env forbidden_syntax"},
		{"tag", "key: !!str 1\n", "1 key forbidden_syntax"},
		{"own tag", "key: !foo 1\n", "1 key forbidden_syntax"},
		{"binary", "key: !!binary aGk=\n", "1 key forbidden_syntax"},
		{"bomb", "a: &a [x,x]\nb: &b [*a,*a]\n", "1 a forbidden_syntax\n2 b forbidden_syntax\n2 b[0] forbidden_syntax\n2 b[1] forbidden_syntax"},
		{"NUL", "key: a\x00", "1  encoding"},
		{"NUL escape", `key: "a\0"`, "1 key encoding"},
		{"not UTF-8", "key: a\nname: \xff", "2  encoding"},
		{"UTF-16", "\xff\xfek\x00", "1  encoding"},
		{"deep", "free: " + deep, "1  too_deep"},
		{"very deep", strings.Repeat("[", 200_000), "1  too_deep"},
		{"syntax", "key: a\n  b: c\n", "2  syntax"},
		{"tab", "steps:\n\t- key: a\n", "2  syntax"},
		{"empty", "# nothing\n", "1  empty"},
		{"two documents", "key: a\n---\nkey: b\n", "3  trailing_data"},
		{"list for mapping", "- a\n", "1  wrong_type"},
		{"text for list", "steps: x\n", "1 steps wrong_type"},
		{"mapping for text", "key: {a: b}\n", "1 key wrong_type"},
		{"bool for text", "key: true\n", "1 key wrong_type"},
		{"nothing for text", "key:\n", "1 key no_value"},
		{"nothing for number", "count: ~\n", "1 count no_value"},
		{"nothing for list", "steps:\noptional:\nenv:\n", ""},
		{"text for number", "count: many\n", "1 count wrong_type"},
		{"fraction for whole", "count: 1.5\n", "1 count bad_value"},
		{"octal", "count: 010\n", "1 count bad_value"},
		{"range", "small: 128\nsize: -1\n", "1 small bad_value\n2 size bad_value"},
		{"infinite", "ratio: .inf\n", "1 ratio bad_value"},
		{"huge", "ratio: 1e999\n", "1 ratio wrong_type"},
		{"yes", "on: yes\n", "1 on wrong_type"},
		{"duration without unit", "wait: 10\n", "1 wait wrong_type"},
		{"bad duration", "wait: soon\n", "1 wait bad_value"},
		{"local time", "at: 2026-11-19 21:00\n", "1 at bad_value"},
		{"unmarshaler", "colour: blue\n", "1 colour bad_value"},
		{"hidden field", "hidden: x\n", "1 hidden unknown_field"},
		{"composite key", "? [a]\n: b\n", "1  wrong_type"},
		{"all at once", "kye: a\ncount: x\nsteps:\n  - {key: 1, neds: []}\nwait: 3\n", "1 kye unknown_field\n2 count wrong_type\n4 steps[0].neds unknown_field\n5 wait wrong_type"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var dst thing
			err := strict.YAML("x.yaml", []byte(c.src), &dst)
			if got := faultsOf(t, err); got != c.want {
				t.Errorf("got\n%s\nwant\n%s\n%v", got, c.want, err)
			}
		})
	}
}

func TestJSONFaults(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"good", `{"key":"a","version":"1","count":1,"steps":[{"key":"x"}],"free":null,"env":null}`, ""},
		{"unknown", "{\n\"stpes\":[]}", "2 stpes unknown_field"},
		{"wrong case", `{"Key":"a"}`, "1 Key unknown_field"},
		{"duplicate", "{\"key\":\"a\",\n\"k\\u0065y\":\"b\"}", "2 key duplicate_key"},
		{"trailing", `{"key":"a"} x`, "1  trailing_data"},
		{"second", "{}\n{}", "2  trailing_data"},
		{"short", `{"key":"a"`, "1  syntax"},
		{"comma", `{"key":"a",}`, "1  syntax"},
		{"empty", "  ", "0  empty"},
		{"deep", `{"free":` + strings.Repeat("[", 80), "1  too_deep"},
		{"number for text", `{"version":1.10}`, "1 version wrong_type"},
		{"text for number", `{"count":"1"}`, "1 count wrong_type"},
		{"null for text", `{"key":null}`, "1 key no_value"},
		{"NUL", `{"key":"a\u0000"}`, "1 key encoding"},
		{"kind is nothing special", `{"kind":"x"}`, "1 kind unknown_field"},
		{"encoding", "{\"key\":\"\xc3\x28\"}", "1  encoding"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var dst thing
			if got := faultsOf(t, strict.JSON([]byte(c.src), &dst)); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestHint(t *testing.T) {
	err := strict.YAML("r.yaml", []byte("steps:\n  - kye: a\n"), &thing{})
	want := `r.yaml has a fault.; r.yaml:2: steps[0].kye: The field "kye" is not known here. Did you mean "key"?`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestFaultLimit(t *testing.T) {
	var src strings.Builder
	for i := range 50 {
		fmt.Fprintf(&src, "unknown%d: x\n", i)
	}
	e := errs.As(strict.YAML("x", []byte(src.String()), &thing{}))
	if len(e.Fields) != 20 || !strings.Contains(e.Msg, "50 faults") {
		t.Errorf("%d fields, %s", len(e.Fields), e.Msg)
	}
}

func TestSizeLimit(t *testing.T) {
	src := append([]byte("key: "), make([]byte, 1<<20)...)
	if got := faultsOf(t, strict.YAML("x", src, &thing{})); got != "0  too_large" {
		t.Error(got)
	}
	long := "key: a\n" + strings.Repeat("x", 500_000) + ": 1\n"
	if err := strict.YAML("x", []byte(long), &thing{}); err == nil || len(err.Error()) > 1000 {
		t.Errorf("a long name is repeated: %d bytes", len(err.Error()))
	}
}

func TestDocuments(t *testing.T) {
	src := "kind: service\nkey: a\n---\n# empty\n---\n\nkind: runbook\nsteps:\n  - key: x\n    needs:\n      - y\nrest: {a.b: [1]}\n"
	docs, err := strict.Documents("all.yaml", []byte(src))
	if err != nil || len(docs) != 2 {
		t.Fatal(docs, err)
	}
	if docs[0].Kind != "service" || docs[0].Line != 1 || docs[1].Kind != "runbook" || docs[1].Line != 7 {
		t.Errorf("%+v", docs)
	}
	for path, line := range map[string]int{"": 7, "kind": 7, "steps": 8, "steps[0]": 9, "steps[0].needs": 10, "steps[0].needs[0]": 11,
		"steps[7].needs": 8, "nothing": 7, "rest.a.b[0]": 12, "steps[": 8, "[0]": 7, "..": 7} {
		if got := docs[1].LineOf(path); got != line {
			t.Errorf("LineOf(%q) = %d, want %d", path, got, line)
		}
	}
	var m struct{ Key string }
	if err := docs[0].Decode(&m); err != nil || m.Key != "a" {
		t.Error(m, err)
	}
	if _, err := strict.Documents("x", []byte("kind: [a]\n")); faultsOf(t, err) != "1 kind wrong_type" {
		t.Error(err)
	}
	var zero strict.Document
	if errs.CodeOf(zero.Decode(&m)) != errs.CodeInternal || zero.LineOf("a") != 0 {
		t.Error("a zero document was decoded")
	}
}

func TestJoin(t *testing.T) {
	a := strict.YAML("b.yaml", []byte("x: 1\n"), &thing{})
	b := strict.YAML("a.yaml", []byte("\ny: 1\n"), &thing{})
	e := errs.As(strict.Join(nil, a, b, nil))
	if len(e.Fields) != 2 || e.Fields[0].File != "a.yaml" || e.Msg != "The input has 2 faults." {
		t.Errorf("%+v", e)
	}
	if strict.Join(nil, nil) != nil {
		t.Error("no fault is a fault")
	}
	other := errs.Forbidden("x.y", "No.")
	if !errors.Is(strict.Join(a, other), other) {
		t.Error("another error was swallowed")
	}
}

func TestDestination(t *testing.T) {
	for _, dst := range []any{nil, thing{}, (*thing)(nil), new(chan int), &struct{ A map[int]string }{}, &struct{ A []byte }{}, &struct{ A error }{}} {
		if err := strict.JSON([]byte(`{"a":{}}`), dst); errs.CodeOf(err) != errs.CodeInternal {
			t.Errorf("%T: %v", dst, err)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"name", "needs", "timeout", "environment", "on_unknown", "kind"}
	for word, want := range map[string]string{"nmae": "name", "need": "needs", "Needs": "needs", "time_out": "timeout", "env": "environment",
		"onunknown": "on_unknown", "kimd": "kind", "": "", "zzzz": "", strings.Repeat("x", 1000): ""} {
		if got := strict.Nearest(word, known); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}
