package password

import (
	"context"
	"strings"
	"sync"
	"testing"

	"slipway/internal/errs"
)

func TestHash(t *testing.T) {
	h := NewHasher(Params{Memory: 64, Passes: 1, Threads: 1})
	a, err := h.Hash(t.Context(), "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	b, _ := h.Hash(t.Context(), "correct horse")
	if a == b || !strings.HasPrefix(a, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("%s, %s", a, b)
	}
	for _, x := range []struct {
		hash, pass string
		want       bool
	}{{a, "correct horse", true}, {a, "Correct horse", false}, {"", "", false}, {"", "correct horse", false}, {h.dummy, "", false}} {
		if got, _, err := h.Verify(t.Context(), x.hash, x.pass); err != nil || got != x.want {
			t.Errorf("%.20q %q: %t %v", x.hash, x.pass, got, err)
		}
	}
	composed, _ := h.Hash(t.Context(), "caf\u00e9 caf\u00e9 cafe")
	if ok, _, _ := h.Verify(t.Context(), composed, "cafe\u0301 cafe\u0301 cafe"); !ok {
		t.Error("the same text in another form of Unicode")
	}
	if _, old, _ := NewHasher(Params{Memory: 128, Passes: 1, Threads: 1}).Verify(t.Context(), a, "correct horse"); !old {
		t.Error("other parameters are old")
	}
}

func TestHasherTurnsAFloodAway(t *testing.T) {
	h := NewHasher(Params{Memory: 64, Passes: 1, Threads: 1})
	for range cap(h.slots) {
		h.slots <- struct{}{} // every place is taken
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range waiting {
		h.queue <- struct{}{}
	}
	if _, err := h.Hash(ctx, "x"); errs.ReasonOf(err) != "auth.busy" {
		t.Errorf("beyond the queue: %v", err)
	}
	<-h.queue
	wg.Go(func() {
		if _, err := h.Hash(ctx, "x"); errs.ReasonOf(err) != "auth.busy" {
			t.Errorf("a caller who left: %v", err)
		}
	})
	cancel()
	wg.Wait()
}

func TestCheck(t *testing.T) {
	for pass, ok := range map[string]bool{
		"nine grey herons": true, "Tr0ub4dor&3xyz": true, "päßwörter sind lang": true, "четыре слова здесь": true,
		"short": false, "aaaaaaaaaaaaaaaa": false, "password1234": false, "Maya-Lindqvist-1": false, "slipway12345678": false, "ababababababab": false,
		strings.Repeat("long words ", 30): false, "qwertyuiop1234567890": false,
	} {
		if err := Check("password", pass, "Maya Lindqvist", "maya@example.com"); (err == nil) != ok {
			t.Errorf("%q: %v", pass, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(encode(Standard, make([]byte, saltSize), make([]byte, keySize)))
	f.Add("$argon2id$v=19$m=4294967295,t=1,p=1$AAAA$AAAA")
	f.Fuzz(func(t *testing.T, s string) {
		if p, salt, key, err := decode(s); err == nil {
			if p.Memory > memoryMax || p.Passes > passesMax || len(key) < 16 || len(salt) < 8 {
				t.Errorf("%q asks for %+v", s, p)
			}
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	h := NewHasher(Standard)
	hash, _ := h.Hash(b.Context(), "nine grey herons")
	for b.Loop() {
		if ok, _, _ := h.Verify(b.Context(), hash, "nine grey herons"); !ok {
			b.Fatal("wrong")
		}
	}
}
