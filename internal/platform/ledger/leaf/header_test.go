package leaf_test

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/gowebpki/jcs"

	"slipway/internal/platform/ledger/leaf"
)

var update = flag.Bool("update", false, "write the vectors anew; the format is eternal, so only to add one")

// vector is one entry whose bytes and hashes must never change.
type vector struct {
	Name    string          `json:"name"`
	Header  json.RawMessage `json:"header"` // any order and spacing; the format makes it canonical
	Salt    string          `json:"salt"`
	Payload string          `json:"payload"`
	Digest  string          `json:"digest"`
	Bytes   string          `json:"bytes"`
	Leaf    string          `json:"leaf"`
}

func salt(t *testing.T, s string) leaf.Salt {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != leaf.SaltSize {
		t.Fatalf("salt %q", s)
	}
	return leaf.Salt(b)
}

func sample() leaf.Header {
	return leaf.Header{
		ID: "019a9c4e-5b00-7000-8000-000000000001", At: 1795093680000000,
		Actor:  leaf.Actor{Kind: "person", ID: "019a9c4e-5b00-7000-8000-00000000000a", For: "019a9c4e-5b00-7000-8000-00000000000a"},
		Action: "risk.opened", Subject: leaf.Subject{Kind: "risk", ID: "019a9c4e-5b00-7000-8000-0000000000aa"},
		Release: "019a9c4e-5b00-7000-8000-0000000000bb", Scope: "product/019a9c4e-5b00-7000-8000-0000000000cc",
	}
}

func TestVectors(t *testing.T) {
	const file = "testdata/vectors.json"
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var vs []vector
	if err := json.Unmarshal(raw, &vs); err != nil {
		t.Fatal(err)
	}
	for i, v := range vs {
		t.Run(v.Name, func(t *testing.T) {
			var in struct {
				ID      string       `json:"id"`
				At      int64        `json:"at"`
				Actor   leaf.Actor   `json:"actor"`
				Action  string       `json:"action"`
				Subject leaf.Subject `json:"subject"`
				Release string       `json:"release"`
				Scope   string       `json:"scope"`
			}
			if err := json.Unmarshal(v.Header, &in); err != nil {
				t.Fatal(err)
			}
			h := leaf.Header{ID: in.ID, At: in.At, Actor: in.Actor, Action: in.Action, Subject: in.Subject, Release: in.Release, Scope: in.Scope}
			h.Payload = leaf.PayloadDigest(salt(t, v.Salt), []byte(v.Payload))
			b, err := h.Encode()
			if err != nil {
				t.Fatal(err)
			}
			sum := leaf.Hash(b)
			got := v
			got.Digest, got.Bytes, got.Leaf = hex.EncodeToString(h.Payload[:]), string(b), hex.EncodeToString(sum[:])
			if *update {
				vs[i] = got
			} else if fmt.Sprint(got) != fmt.Sprint(v) {
				t.Errorf("the format has changed:\n got %+v\nwant %+v", got, v)
			}
			canonical, err := jcs.Transform(b)
			if err != nil || string(canonical) != string(b) {
				t.Errorf("not RFC 8785: %v\n got %s\nwant %s", err, b, canonical)
			}
			back, err := leaf.Parse(b)
			if err != nil || back != h {
				t.Errorf("parsed %+v, %v; want %+v", back, err, h)
			}
		})
	}
	if *update {
		b, err := json.MarshalIndent(vs, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	for name, change := range map[string]func(h *leaf.Header){
		"no identifier":       func(h *leaf.Header) { h.ID = "" },
		"upper-case":          func(h *leaf.Header) { h.ID = strings.ToUpper(h.ID) },
		"not a UUID":          func(h *leaf.Header) { h.ID = strings.Repeat("a", 36) },
		"no instant":          func(h *leaf.Header) { h.At = 0 },
		"instant too large":   func(h *leaf.Header) { h.At = leaf.AtMax + 1 },
		"one word":            func(h *leaf.Header) { h.Action = "risk" },
		"empty word":          func(h *leaf.Header) { h.Action = "risk." },
		"capital":             func(h *leaf.Header) { h.Action = "risk.Opened" },
		"long action":         func(h *leaf.Header) { h.Action = strings.Repeat("a.", 50) + "a" },
		"no actor kind":       func(h *leaf.Header) { h.Actor.Kind = "" },
		"no subject kind":     func(h *leaf.Header) { h.Subject.Kind = "" },
		"control character":   func(h *leaf.Header) { h.Subject.ID = "a\nb" },
		"delete character":    func(h *leaf.Header) { h.Subject.ID = "a\x7f" },
		"invalid UTF-8":       func(h *leaf.Header) { h.Release = "\xff" },
		"long text":           func(h *leaf.Header) { h.Scope = strings.Repeat("x", leaf.TextMax+1) },
		"NUL":                 func(h *leaf.Header) { h.Actor.For = "\x00" },
		"surrogate as UTF-8":  func(h *leaf.Header) { h.Actor.ID = "\xed\xa0\x80" },
		"long word":           func(h *leaf.Header) { h.Actor.Kind = strings.Repeat("a", leaf.WordMax+1) },
		"digit starts a word": func(h *leaf.Header) { h.Subject.Kind = "1a" },
	} {
		t.Run(name, func(t *testing.T) {
			h := sample()
			if _, err := h.Encode(); err != nil {
				t.Fatal(err)
			}
			change(&h)
			if b, err := h.Encode(); err == nil {
				t.Errorf("accepted as %s", b)
			}
		})
	}
}

func TestParseRefusesWhatEncodeDoesNotWrite(t *testing.T) {
	b, err := sample().Encode()
	if err != nil {
		t.Fatal(err)
	}
	good := string(b)
	for name, bad := range map[string]string{
		"empty":          "",
		"space":          strings.Replace(good, `,"at"`, `, "at"`, 1),
		"other order":    strings.Replace(good, `"scope"`, `"aaaaa"`, 1),
		"more behind":    good + " ",
		"cut":            good[:len(good)-1],
		"escape":         strings.Replace(good, "risk.opened", `risk\u002eopened`, 1),
		"solidus escape": strings.Replace(good, `product/`, `product\/`, 1),
		"leading zero":   strings.Replace(good, `"at":1`, `"at":01`, 1),
		"negative":       strings.Replace(good, `"at":1`, `"at":-1`, 1),
		"exponent":       strings.Replace(good, `"at":1795093680000000`, `"at":1795093680e6`, 1),
		"other version":  strings.Replace(good, `"v":1`, `"v":2`, 1),
		"digest upper":   strings.Replace(good, strings.Repeat("0", 64), strings.Repeat("A", 64), 1),
		"digest short":   strings.Replace(good, strings.Repeat("0", 64), strings.Repeat("0", 63), 1),
		"digest no hex":  strings.Replace(good, strings.Repeat("0", 64), strings.Repeat("g", 64), 1),
	} {
		t.Run(name, func(t *testing.T) {
			if bad == good {
				t.Fatal("nothing was changed")
			}
			if h, err := leaf.Parse([]byte(bad)); err == nil {
				t.Errorf("accepted %s as %+v", bad, h)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	b, err := sample().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	h := sample()
	h.Subject.ID = `a "quoted" \ part / of <Łódź> 𝄞`
	if b, err = h.Encode(); err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"action":"`))
	f.Add([]byte(`{"action":"a.b","actor":{"for":"\`))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := leaf.Parse(b)
		if err != nil {
			return
		}
		again, err := h.Encode()
		if err != nil || string(again) != string(b) {
			t.Fatalf("%q was parsed but is written as %q (%v)", b, again, err)
		}
		if c, err := jcs.Transform(b); err != nil || string(c) != string(b) {
			t.Fatalf("%q is not RFC 8785: %q (%v)", b, c, err)
		}
	})
}

// A reader of the database without the salt cannot confirm a guess, though the payload is one of a few.
func TestDigestNeedsTheSalt(t *testing.T) {
	guesses := []string{`{"answer":"go"}`, `{"answer":"no-go"}`, `{"answer":"go-if"}`}
	secret := leaf.NewSalt()
	digest := leaf.PayloadDigest(secret, []byte(guesses[1]))
	for _, g := range guesses {
		if leaf.PayloadDigest(leaf.Salt{}, []byte(g)) == digest || leaf.PayloadDigest(leaf.NewSalt(), []byte(g)) == digest {
			t.Fatalf("%s was confirmed without the salt", g)
		}
	}
	if leaf.PayloadDigest(secret, []byte(guesses[1])) != digest {
		t.Fatal("with the salt the payload must be confirmed")
	}
	if a, b := leaf.PayloadDigest(leaf.NewSalt(), nil), leaf.PayloadDigest(leaf.NewSalt(), nil); a == b {
		t.Fatal("equal payloads have equal digests")
	}
}

func BenchmarkEncode(b *testing.B) {
	h := sample()
	for b.Loop() {
		if _, err := h.Encode(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	raw, err := sample().Encode()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := leaf.Parse(raw); err != nil {
			b.Fatal(err)
		}
	}
}
