package drive

import (
	"strings"
	"testing"
)

// TestNoPieceOfASecret gives output in pieces of every size and looks for the secret and for what could complete it.
func TestNoPieceOfASecret(t *testing.T) {
	const text = "begin abababab then über s3cr3t&\"key\" and again s3cr3t&%22key%22 s3cr3t&\\\"key\\\" first line\nsecond line of it. abab end abab"
	for size := 1; size <= len(text); size++ {
		o := &output{}
		o.hide("abababab")
		o.hide(`s3cr3t&"key"`)
		o.hide("first line\nsecond line of it")
		all := func() (s string) {
			for _, p := range o.log().Parts {
				s += p.Text
			}
			return s
		}
		for at := 0; at < len(text); at += size {
			end := min(at+size, len(text))
			o.bytes([]byte(text[at:end]), int64(end))
			if int(o.offset)+len(o.partial) != end {
				t.Fatalf("size %d: %d and %d waiting at %d", size, o.offset, len(o.partial), end)
			}
			if s := all(); strings.Contains(s, "ababab") || strings.Contains(s, "s3cr3t") {
				t.Fatalf("size %d: %q", size, s)
			}
		}
		o.end()
		want := `begin ••• then über ••• and again ••• ••• •••` + ". abab end abab"
		if got := all(); got != want || int(o.offset) != len(text) {
			t.Fatalf("size %d: %q at %d", size, got, o.offset)
		}
	}
}
