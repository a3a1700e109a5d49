package secret

import (
	"strings"
	"testing"
)

func TestForms(t *testing.T) {
	a, b := NewToken(), NewToken()
	if a == b || !IsToken(a) || len(a) != len(TokenPrefix)+Size || !strings.HasPrefix(a, Shown(a)[:8]) || strings.Contains(Shown(a), a[8:]) {
		t.Errorf("%s shown as %s", a, Shown(a))
	}
	if Shown("chosen-by-an-operator") != "chosen" {
		t.Error("a chosen token shows nothing")
	}
	if s := New(); !IsSecret(s) || IsSecret(s+"a") || IsSecret(strings.ToUpper(s)) || IsSecret("") {
		t.Error("the form of a secret")
	}
}

func FuzzParseBearer(f *testing.F) {
	for _, s := range []string{"", "Bearer", "Bearer ", "bearer " + strings.Repeat("a", 20), "Bearer slw_x y", "Basic x", "Bearer \x00\xff", "Bearer  " + strings.Repeat("~", 300), "BEARER " + strings.Repeat("=", 20) + " "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		token, ok := ParseBearer(header)
		if ok != (ok && IsToken(token)) || ok && (strings.ContainsAny(token, " \t\r\n\x00") || !strings.Contains(header, token)) {
			t.Errorf("%q gives %q", header, token)
		}
	})
}

func FuzzIsSecret(f *testing.F) {
	f.Add(New())
	f.Add("__Host-slipway=x")
	f.Fuzz(func(t *testing.T, s string) {
		if IsSecret(s) && (len(s) != Size || !IsToken(s)) {
			t.Errorf("%q", s)
		}
	})
}
