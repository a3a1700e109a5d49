package runbookfile_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"slipway/internal/deploy/runbook"
	"slipway/internal/deploy/runbookfile"
	"slipway/internal/errs"
	"slipway/internal/platform/strict"
)

func TestExample(t *testing.T) {
	r, err := runbookfile.Parse("example.yaml", runbookfile.Example())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := runbook.Compile(&r); err != nil {
		t.Fatal(err)
	}
	if len(r.Steps) != 9 || len(r.BackOut.Steps) != 4 || r.Steps[3].HTTP.Poll == nil || r.Steps[7].Go != "release-manager" {
		t.Errorf("%+v", r)
	}
	used := map[runbook.Kind]bool{}
	for _, s := range r.Steps {
		used[s.Kind] = true
	}
	if len(used) != len(runbook.Kinds()) {
		t.Errorf("the example shows only %v", used)
	}
}

func TestDocumentationShowsTheExample(t *testing.T) {
	doc, err := os.ReadFile("../../../docs/runbook-format.md")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(doc, append([]byte("```yaml\n"), runbookfile.Example()...)) {
		t.Error("docs/runbook-format.md does not hold example.yaml as it is")
	}
	for _, d := range []string{"on_unknown", "rollback_on_failed_verification", "output_limit", "retry_wait", "point_of_no_return"} {
		if !bytes.Contains(doc, []byte("`"+d+"`")) {
			t.Errorf("%s is not explained", d)
		}
	}
}

func canonical(t testing.TB, r runbook.Runbook) string {
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestRoundTrip(t *testing.T) {
	r, err := runbookfile.Parse("x", runbookfile.Example())
	if err != nil {
		t.Fatal(err)
	}
	r.Steps[0].Name, r.Steps[0].Instructions = "true", "1.10\n  two: [lines]\n\n# end"
	b, err := runbookfile.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	again, err := runbookfile.Parse("x", b)
	if err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	if canonical(t, again) != canonical(t, r) {
		t.Errorf("%s\n%s", canonical(t, r), canonical(t, again))
	}
	if !bytes.Contains(b, []byte("planned: 3m\n")) || !bytes.Contains(b, []byte("needs: [announce, record, drop]\n")) || !bytes.HasPrefix(b, []byte("kind: runbook\n")) {
		t.Errorf("not as people write it:\n%s", b)
	}
}

func TestFaultsHaveLines(t *testing.T) {
	src := `kind: runbook
key: x
steps:
  - key: a
    kind: http
    needs: [bb]
    http:
      url: "http://${servce.x}/"
  - key: b
    kind: manual
  - key: c
    kind: command
    needs: [d]
    command:
      argv: []
  - key: d
    needs: [c]
    kind: wait
    wait: 1s
`
	_, err := runbookfile.Parse("r.yaml", []byte(src))
	var e *errs.Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	var got []string
	for _, f := range e.Fields {
		got = append(got, fmt.Sprintf("%s:%d %s", f.File, f.Line, f.Msg))
	}
	want := []string{
		`r.yaml:6 There is no step "bb". Did you mean "b"?`,
		`r.yaml:8 "servce" is not known as the first word of a placeholder. Did you mean "service"?`,
		`r.yaml:9 A manual step needs the role of its owner: somebody must confirm it.`,
		`r.yaml:13 These steps wait for each other: c needs d needs c. None of them could start.`,
		`r.yaml:15 A command needs its program and arguments as a list.`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func compiled(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(runbookfile.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("urn:slipway:runbook:1", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("urn:slipway:runbook:1")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// bySchema validates YAML text by the schema, as an editor does.
func bySchema(t testing.TB, s *jsonschema.Schema, src string) error {
	t.Helper()
	d, err := strict.One("x", []byte(src))
	if err != nil {
		return err
	}
	var v any
	if err := d.Decode(&v); err != nil {
		return err
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if v, err = jsonschema.UnmarshalJSON(bytes.NewReader(b)); err != nil {
		t.Fatal(err)
	}
	return s.Validate(v)
}

const (
	head = "kind: runbook\nkey: x\n"
	one  = head + "steps:\n  - {key: a, kind: http, http: {url: http://x/}}\n"
)

func TestSchemaAgreesWithParser(t *testing.T) {
	schema := compiled(t)
	step := func(s string) string { return head + "steps:\n  - {key: a, " + s + "}\n" }
	for _, c := range []struct {
		name, src string
		good      bool
	}{
		{"example", string(runbookfile.Example()), true},
		{"one step", one, true},
		{"numbers for texts", step(`name: 4.8, kind: record, record: {service: 7, environment: e, version: 1.10}`), true},
		{"empty lists", "kind: runbook\nkey: x\nlanes:\nsections:\nsteps:\n  - {key: a, kind: wait, wait: 1h0.5m, needs: }\n", true},
		{"poll", step(`kind: http, http: {url: "${param.x}/", poll: {every: 1s, until: 1m}}`) + "parameters: [{name: x}]\n", true},
		{"empty document kind", "key: x\nsteps: []\n", false},
		{"other kind", strings.Replace(one, "runbook", "release", 1), false},
		{"no steps", head, false},
		{"no key", "kind: runbook\nsteps: [{key: a, kind: wait, wait: 1s}]\n", false},
		{"empty steps", head + "steps: []\n", false},
		{"unknown field", one + "stpes: []\n", false},
		{"unknown step field", step("kind: wait, wait: 1s, need: []"), false},
		{"step without kind", step("wait: 1s"), false},
		{"unknown step kind", step("kind: script"), false},
		{"step kind in capitals", step("kind: Wait, wait: 1s"), false},
		{"key in capitals", head + "steps: [{key: A, kind: wait, wait: 1s}]\n", false},
		{"manual without owner", step("kind: manual"), false},
		{"http without block", step("kind: http"), false},
		{"block of another kind", step("kind: wait, wait: 1s, http: {url: http://x/}"), false},
		{"number as duration", step("kind: wait, wait: 10"), false},
		{"word as duration", step("kind: wait, wait: soon"), false},
		{"day as duration", step("kind: wait, wait: 1d"), false},
		{"duration list", step("kind: wait, wait: [1s]"), false},
		{"text for list", step("kind: wait, wait: 1s, needs: b"), false},
		{"need twice", head + "steps: [{key: b, kind: wait, wait: 1s}, {key: a, kind: wait, wait: 1s, needs: [b, b]}]\n", false},
		{"bool as text", step("kind: wait, wait: 1s, name: true"), false},
		{"nothing as text", step("kind: wait, wait: 1s, name: "), false},
		{"retries", step("kind: http, http: {url: http://x/}, retries: -1"), false},
		{"fraction of a retry", step("kind: http, http: {url: http://x/}, retries: 1.5"), false},
		{"retry wait alone", step("kind: http, http: {url: http://x/}, retry_wait: 1s"), false},
		{"on_unknown", step("kind: http, http: {url: http://x/}, on_unknown: retry"), false},
		{"on_unknown of a wait", step("kind: wait, wait: 1s, on_unknown: ask"), false},
		{"check missing", step("kind: http, http: {url: http://x/}, on_unknown: check"), false},
		{"check alone", step("kind: http, http: {url: http://x/}, check: {http: {url: http://x/}}"), false},
		{"check of two", step("kind: http, http: {url: http://x/}, on_unknown: check, check: {http: {url: http://x/}, command: {argv: [x]}}"), false},
		{"no return without go", step("kind: wait, wait: 1s, point_of_no_return: true"), false},
		{"go alone", step("kind: wait, wait: 1s, go: x"), false},
		{"method", step("kind: http, http: {url: http://x/, method: post}"), false},
		{"address", step("kind: http, http: {url: x}"), false},
		{"body of a GET", step("kind: http, http: {url: http://x/, body: x}"), false},
		{"header name", step("kind: http, http: {url: http://x/, headers: {a b: c}}"), false},
		{"status", step("kind: http, http: {url: http://x/, expect: [99]}"), false},
		{"poll without until", step("kind: http, http: {url: http://x/, poll: {every: 1s}}"), false},
		{"argv text", step("kind: command, command: {argv: ls}"), false},
		{"argv empty", step("kind: command, command: {argv: []}"), false},
		{"env name", step("kind: command, command: {argv: [x], env: {A-B: c}}"), false},
		{"output limit", step("kind: command, command: {argv: [x], output_limit: 100000000}"), false},
		{"record", step("kind: record, record: {service: x}"), false},
		{"outcome", step("kind: record, record: {service: x, environment: e, version: 1, outcome: fine}"), false},
		{"notify", step("kind: notify, notify: {text: ''}"), false},
		{"parameter name", one + "parameters: [{name: 'a b'}]\n", false},
		{"back-out of a back-out", one + "back_out: {steps: [{key: u, kind: wait, wait: 1s, back_out: a}]}\n", false},
		{"no return of a back-out", one + "back_out: {steps: [{key: u, kind: wait, wait: 1s, owner: x, point_of_no_return: true}]}\n", false},
		{"back-out", one + "back_out: {steps: [{key: u, kind: wait, wait: 1s}]}\n", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := runbookfile.Parse("x", []byte(c.src))
			if (err == nil) != c.good {
				t.Errorf("parser: %v", err)
			}
			if err := bySchema(t, schema, c.src); (err == nil) != c.good {
				t.Errorf("schema: %v", err)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	for err, code := range map[error]errs.Code{runbook.ErrStale: errs.CodeConflict, runbook.ErrMissing: errs.CodeInvalid, runbook.ErrUnknownStep: errs.CodeNotFound,
		runbook.ErrPaused: errs.CodeBlocked, runbook.ErrOtherRunbook: errs.CodeInternal} {
		if e := runbookfile.Refused(err); errs.CodeOf(e) != code || errs.ReasonOf(e) == "" {
			t.Errorf("%v: %v", err, e)
		}
	}
	if runbookfile.Refused(nil) != nil {
		t.Error("nothing is refused")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(runbookfile.Example())
	f.Add([]byte(one))
	f.Add([]byte(head + "steps: [{key: a, kind: command, command: {argv: [\"${run.id}\"]}}]\nback_out: {steps: [{key: u, kind: manual, owner: x}]}\n"))
	schema := compiled(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		r, err := runbookfile.Parse("f.yaml", src)
		if err != nil {
			if c := errs.CodeOf(err); c != errs.CodeInvalid && c != errs.CodeTooLarge || len(errs.As(err).Fields) == 0 {
				t.Fatalf("not an error of the input: %#v", err)
			}
			return
		}
		if err := bySchema(t, schema, string(src)); err != nil {
			t.Fatalf("the parser accepts what the schema refuses: %v\n%s", err, src)
		}
		if _, err := runbook.Compile(&r); err != nil {
			t.Fatal(err)
		}
		b, err := runbookfile.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		again, err := runbookfile.Parse("f.yaml", b)
		if err != nil || canonical(t, again) != canonical(t, r) {
			t.Fatalf("%v\n%s\nbecame\n%s", err, src, b)
		}
	})
}
