package strict

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// same holds the fast reader to the slow one and to encoding/json: what it accepts they accept, with the same tree, lines
// included, and the same value. It reports whether the fast reader accepted.
func same(t *testing.T, src string) bool {
	t.Helper()
	l := Limits{}.filled()
	if edge("", []byte(src), l) != nil {
		return false
	}
	fast, ok := fastJSON([]byte(src), l)
	if !ok {
		return false
	}
	slow, err := slowJSON([]byte(src), l)
	if err != nil {
		t.Fatalf("%q: the fast reader accepts what has a fault: %v", src, err)
	}
	if !reflect.DeepEqual(fast, slow) {
		t.Fatalf("%q: fast %s, slow %s", src, draw(fast), draw(slow))
	}
	var want any
	wrong := json.Unmarshal([]byte(src), &want)
	got, err := fast.plainly()
	if (err != nil) != (wrong != nil) || err == nil && !reflect.DeepEqual(got, want) {
		t.Fatalf("%q: plainly %#v, %v; encoding/json %#v, %v", src, got, err, want, wrong)
	}
	return true
}

func draw(n *node) string {
	s := fmt.Sprintf("%d:%d:%q", n.line, n.kind, n.val)
	for _, k := range n.keys {
		s += fmt.Sprintf(" %d:%q=%s", k.line, k.name, draw(k.val))
	}
	for _, i := range n.items {
		s += " [" + draw(i) + "]"
	}
	return s
}

func many(n int, format string) string {
	s := make([]string, n)
	for i := range s {
		s[i] = fmt.Sprintf(format, i)
	}
	return "{" + strings.Join(s, ",") + "}"
}

func TestFastJSONAcceptsWhatIsUsual(t *testing.T) {
	for _, src := range []string{
		`{}`, `[]`, `null`, ` true `, `false`, `"a"`, `0`, `-0`, `-1.5e+10`, `1E-3`, "\r\n\t {\"a\" :\n[ 1 , {\"b\":\n\"ä€😀\"} ,null]\n}\n",
		`{"a":"\"\\\/\b\f\n\r\t\u00e4\ud83d\ude00\ud800"}`, `1e999`, many(3, `"k%d":1`), many(40, `"k%d":{}`), strings.Repeat("[", 64) + strings.Repeat("]", 64),
	} {
		if !same(t, src) {
			t.Errorf("%q is left to the slow reader", src)
		}
	}
}

func TestFastJSONLeavesFaults(t *testing.T) {
	for _, src := range []string{
		``, ` `, `{`, `[`, `[1`, `[1,`, `[1,]`, `[,1]`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{"a":1`, `{"a" 1}`, `{a:1}`, `{"a":1}x`, `{} {}`, `tru`, `truex`, `nul`, `01`, `-`, `1.`, `.5`, `1e`,
		`1e+`, `+1`, `0x1`, `NaN`, `"a`, `"\`, `"\x"`, `"\u12"`, "\"a\nb\"", "\"\t\"", `"\u0000"`, `{"\u0000":1}`, `{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, many(40, `"k%d":1`)[:0] + `{` + strings.Repeat(`"k":1,`, 20) + `"k":2}`,
		many(40, `"k%d":1`)[:len(many(40, `"k%d":1`))-1] + `,"k20":1}`, strings.Repeat("[", 65) + strings.Repeat("]", 65), "\v1", "\u00a01", "1//", `'a'`,
	} {
		if same(t, src) {
			t.Errorf("%q is accepted", src)
		}
	}
}

func FuzzFastJSON(f *testing.F) {
	for _, s := range []string{`{"key":"a","steps":[{"needs":["b"]}]}`, `{`, `{"a":1,"a":2}`, `{}x`, `"\ud800"`, `{"free":1e999}`, `[[[[`, "{\n\"a\"\n:\n1\n}", `"\u0000"`, `[1.0,-0,true,null]`, many(20, `"k%d":1`)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) { same(t, src) })
}

func BenchmarkJSON(b *testing.B) {
	src := []byte(`{"service":"payments-core","version":"1.0.0","environment":"prod-north","digest":"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}`)
	type question struct{ Service, Version, Environment, Digest string }
	l := Limits{}.filled()
	b.Run("fast", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, ok := fastJSON(src, l); !ok {
				b.Fatal("refused")
			}
		}
	})
	b.Run("slow", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := slowJSON(src, l); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := JSON(src, &question{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := json.Unmarshal(src, &question{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
