package digest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/gowebpki/jcs"

	"slipway/internal/errs"
)

func TestCanonical(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{"b": 1, "a": [true, false, null, "x"]}`, `{"a":[true,false,null,"x"],"b":1}`},
		{`{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}`, "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\ufb33\":3}"},
		{`"\u0000\u001f\b\t\n\f\r\"\\\/<>&\u2028"`, "\"\\u0000\\u001f\\b\\t\\n\\f\\r\\\"\\\\/<>&\u2028\""},
		{`[-0, 9007199254740991, -9007199254740991]`, `[0,9007199254740991,-9007199254740991]`},
		{`{}`, `{}`}, {`[]`, `[]`}, {` null `, `null`},
	} {
		got, err := Canonical(json.RawMessage(c.in))
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %s, %v; want %s", c.in, got, err, c.want)
		}
		if ref, err := jcs.Transform([]byte(c.in)); c.in[0] == '{' && (err != nil || string(ref) != string(got)) {
			t.Errorf("%s: the reference gives %s, %v", c.in, ref, err)
		}
	}
	got, err := Canonical(struct {
		B int    `json:"b"`
		A string `json:"a"`
	}{1, "<&>"})
	if err != nil || string(got) != `{"a":"<&>","b":1}` {
		t.Errorf("%s, %v", got, err)
	}
}

func TestCanonicalRefuses(t *testing.T) {
	for _, c := range []struct{ in, reason, field string }{
		{`{"a": [1.5]}`, "digest.number", "content.a[0]"},
		{`1e3`, "digest.number", "content"},
		{`9007199254740992`, "digest.number", "content"},
		{`99999999999999999999999`, "digest.number", "content"},
		{`{"a": 1, "a": 1}`, "digest.key_twice", "content.a"},
		{`{"a": 1, "\u0061": 1}`, "digest.key_twice", "content.a"},
		{"\"\xff\"", "digest.text", "content"},
		{`{"a"`, "digest.json", "content.a"},
		{`1 2`, "digest.json", "content"},
		{``, "digest.json", "content"},
		{strings.Repeat("[", 100), "digest.too_deep", "content"},
	} {
		_, err := Canonical(json.RawMessage(c.in))
		if e := errs.As(err); e == nil || e.Reason != c.reason || e.Fields[0].Name != c.field {
			t.Errorf("%.40s: %v; want %s at %s", c.in, err, c.reason, c.field)
		}
	}
	for _, name := range []string{"", "Scope", "a b", "a\nb", strings.Repeat("a", 41)} {
		if _, err := NewSection(name, 1); errs.ReasonOf(err) != "digest.name" {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func section(t testing.TB, name string, v any) Section {
	t.Helper()
	s, err := NewSection(name, v)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDigests(t *testing.T) {
	a, b := section(t, "scope", map[string]any{"items": []int{1, 2}}), section(t, "manifest", map[string]any{"items": []int{1, 2}})
	if a.Digest() == b.Digest() {
		t.Error("equal contents of different sections have one digest")
	}
	// Digests are part of records that outlive every version of this code: these two never change.
	if got, want := a.Digest(), "sha256:b7549c12fa10a0dc5b9cd078dfd2741577ffc481b5bb2e4bee05ee6a66bd7894"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, _ := Content([]Section{a, b}); got != "sha256:227463078dd0b5658c14075d391fe316e86bf0a537368f59a8b30798ee5d3d40" {
		t.Errorf("content %s", got)
	}
	x, err := Content([]Section{a, b})
	y, err2 := Content([]Section{b, a})
	if x != y || err != nil || err2 != nil || len(x) != 71 {
		t.Errorf("%s, %s, %v, %v", x, y, err, err2)
	}
	if z, _ := Content([]Section{a}); z == x {
		t.Error("a section more makes no difference")
	}
	if _, err := Content([]Section{a, a}); errs.ReasonOf(err) != "digest.section_twice" {
		t.Error(err)
	}
}

func TestVoid(t *testing.T) {
	all := []string{"scope", "manifest", "window", "plan", "runbook", "back-out", "criteria", "risk"}
	content := func(changed string) []Section {
		var out []Section
		for _, n := range all {
			out = append(out, section(t, n, map[string]any{"is": n, "changed": n == changed}))
		}
		return out
	}
	before := content("")
	for _, changed := range append(all, "") {
		now := Sign(content(changed), all...)
		for mask := range 1 << len(all) {
			var covers []string
			for i, n := range all {
				if mask>>i&1 == 1 {
					covers = append(covers, n)
				}
			}
			got := Void(Sign(before, covers...), now)
			want := ""
			for _, c := range covers {
				if c == changed {
					want = changed
				}
			}
			if strings.Join(got, " ") != want {
				t.Fatalf("%s changed, %v covered: void %v", changed, covers, got)
			}
		}
	}
	// A section that comes or goes voids as well.
	if got := Void(Sign(before, "scope"), nil); len(got) != 1 {
		t.Errorf("gone: %v", got)
	}
	if got := Void(Sign(nil, "scope"), Sign(before, "scope")); len(got) != 1 {
		t.Errorf("arrived: %v", got)
	}
	if got := Void(Sign(nil, "scope"), nil); len(got) != 0 {
		t.Errorf("absent then and now: %v", got)
	}
}

func TestDiff(t *testing.T) {
	for _, c := range []struct{ before, after, want string }{
		{`{"a":1}`, `{"a":1}`, ""},
		{`{"a":1,"c":{"d":"x"}}`, `{"a":2,"b":true,"c":{}}`, `changed a: 1 → 2; added b: → true; removed c.d: x →`},
		{`{"services":[{"service":"ledger","version":"1"},{"service":"payments-core","version":"4.7.1"}]}`, `{"services":[{"service":"fraud","version":"2"},{"service":"payments-core","version":"4.8.0"}]}`,
			`removed services[ledger]: {"service":"ledger","version":"1"} →; added services[fraud]: → {"service":"fraud","version":"2"}; changed services[payments-core].version: 4.7.1 → 4.8.0`},
		{`[{"id":"1"},{"id":"2"}]`, `[{"id":"2"},{"id":"1"}]`, "moved : 1, 2 → 2, 1"},
		{`["a","b","c"]`, `["a","x","b","c"]`, "added [1]: → x"},
		{`["a","b","c"]`, `["a","c"]`, "removed [1]: b →"},
		{`["a","b"]`, `["a","y"]`, "changed [1]: b → y"},
		{`{"a":[1]}`, `{"a":{"b":1}}`, `changed a: [1] → {"b":1}`},
		{`{"a":"x"}`, `{"a":""}`, `changed a: x → ""`},
		{``, `{"a":1}`, `added : → {"a":1}`},
		{`{"a":1}`, ``, `removed : {"a":1} →`},
	} {
		got, more, err := Diff([]byte(c.before), []byte(c.after), 50)
		var out []string
		for _, x := range got {
			s := fmt.Sprintf("%s %s: %s → %s", x.Kind, x.Path, x.Before, x.After)
			out = append(out, strings.TrimSpace(strings.ReplaceAll(s, ":  →", ": →")))
		}
		if s := strings.Join(out, "; "); s != c.want || more != 0 || err != nil {
			t.Errorf("%s, %s:\n%s, %v\nwant %s", c.before, c.after, s, err, c.want)
		}
	}
	big := "[" + strings.Repeat("1,", 99) + "1]"
	if got, more, err := Diff([]byte(big), []byte(strings.ReplaceAll(big, "1", "2")), 10); len(got) != 10 || more != 90 || err != nil {
		t.Errorf("%d and %d more, %v", len(got), more, err)
	}
	if got, _, _ := Diff([]byte(`{"a":1}`), []byte(`{"a":"`+strings.Repeat("é", 4000)+`"}`), 5); len(got[0].After) > MaxValue+4 {
		t.Errorf("a value of %d bytes", len(got[0].After))
	}
}

func FuzzCanonical(f *testing.F) {
	for _, s := range []string{`{"b":1,"a":[true,null,"\u20ac"]}`, `[-0]`, `{"a":1,"a":2}`, `"\ud800"`, `1.0`} {
		f.Add([]byte(s), []byte(`{"a":[1,2]}`))
	}
	f.Fuzz(func(t *testing.T, doc, other []byte) {
		c, err := Canonical(json.RawMessage(doc))
		if err != nil {
			if errs.CodeOf(err) != errs.CodeInvalid {
				t.Fatal(err)
			}
			return
		}
		again, err := Canonical(json.RawMessage(c))
		if err != nil || !bytes.Equal(c, again) {
			t.Fatalf("%s becomes %s, %v", c, again, err)
		}
		if c[0] == '{' && !bytes.Contains(doc, []byte(`\ud`)) && !bytes.Contains(doc, []byte(`\uD`)) {
			if ref, err := jcs.Transform(doc); err == nil && !bytes.Equal(ref, c) {
				t.Fatalf("%s: %s, the reference gives %s", doc, c, ref)
			}
		}
		o, err := Canonical(json.RawMessage(other))
		if err != nil {
			return
		}
		changes, _, err := Diff(c, o, 1000)
		if err != nil || (len(changes) == 0) != bytes.Equal(c, o) {
			t.Fatalf("%s, %s: %v, %v", c, o, changes, err)
		}
	})
}

func BenchmarkSection(b *testing.B) {
	type version struct{ Service, Version, Digest string }
	var m []version
	for i := range 50 {
		m = append(m, version{fmt.Sprint("service-", i), "4.8.0", strings.Repeat("a", 64)})
	}
	for b.Loop() {
		s, err := NewSection("manifest", m)
		if err != nil {
			b.Fatal(err)
		}
		s.Digest()
	}
}
