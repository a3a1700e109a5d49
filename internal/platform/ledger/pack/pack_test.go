package pack_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/mod/sumdb/tlog"

	"slipway/internal/platform/ledger/leaf"
	"slipway/internal/platform/ledger/pack"
	"slipway/internal/platform/ledger/tree"
)

const (
	secret       = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
	installation = "019a9c4e-5b00-7000-8000-00000000abcd"
)

type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = s[x]
	}
	return out, nil
}

// export makes an export of n entries of which every second belongs to the release.
func export(t testing.TB, n int64) (text, public string) {
	t.Helper()
	k, err := tree.NewKey(secret, installation)
	if err != nil {
		t.Fatal(err)
	}
	var e tree.Edge
	var hashes stored
	entries := make([]pack.Entry, n)
	for i := range n {
		salt := leaf.Salt{byte(i)} // the same in every process that fuzzes
		payload := []byte(fmt.Sprintf(`{"n":%d,"text":"<&>\u2028"}`, i))
		h := leaf.Header{ID: fmt.Sprintf("019a9c4e-5b00-7000-8000-%012d", i), At: 1, Actor: leaf.Actor{Kind: "system"}, Action: "a.b", Subject: leaf.Subject{Kind: "x"},
			Payload: leaf.PayloadDigest(salt, payload)}
		if i%2 == 0 {
			h.Release = "r"
		}
		b, err := h.Encode()
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, e.Append(leaf.Hash(b))...)
		entries[i] = pack.Entry{Seq: i, Header: string(b), Salt: base64.StdEncoding.EncodeToString(salt[:]), Payload: json.RawMessage(payload)}
	}
	note, err := k.SignCheckpoint(tree.Checkpoint{Origin: tree.Origin(installation, 1), Size: n, Root: e.Root()})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w, err := pack.NewWriter(&b, pack.Head{Installation: installation, Key: k.Public(), Release: "r", Checkpoint: note})
	if err != nil {
		t.Fatal(err)
	}
	for i := int64(0); i < n; i += 2 {
		p, err := tlog.ProveRecord(n, i, hashes)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range p {
			entries[i].Proof = append(entries[i].Proof, h.String())
		}
		if err := w.Entry(entries[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(k.Sign); err != nil {
		t.Fatal(err)
	}
	return b.String(), k.Public()
}

func TestVerify(t *testing.T) {
	for _, n := range []int64{1, 2, 3, 64, 101} {
		text, public := export(t, n)
		s, err := pack.Verify(iotest.OneByteReader(strings.NewReader(text)), public)
		if err != nil || s.Entries != (n+1)/2 || s.Size != n {
			t.Errorf("%d entries: %+v, %v", n, s, err)
		}
	}
}

// No changed byte passes, whatever byte it is, but one: the last character of the last signature's base64 has bits that
// say nothing, and the signature stays the same.
func TestVerifyFindsEveryChangedByte(t *testing.T) {
	text, public := export(t, 5)
	for i := range len(text) {
		b := []byte(text)
		b[i] ^= 1
		_, err := pack.Verify(bytes.NewReader(b), public)
		var f *pack.Fault
		if !errors.As(err, &f) && i < len(text)-len("0=\\n\"}\n") {
			t.Fatalf("byte %d of %q: %v", i, text[max(0, i-20):min(len(text), i+20)], err)
		}
	}
	for i := range len(text) {
		if _, err := pack.Verify(strings.NewReader(text[:i]), public); err == nil {
			t.Fatalf("cut off at byte %d", i)
		}
	}
}

func TestVerifyPassesOnWhatTheReaderSays(t *testing.T) {
	broken := errors.New("on purpose")
	text, public := export(t, 5)
	_, err := pack.Verify(iotest.ErrReader(broken), public)
	if !errors.Is(err, broken) {
		t.Error(err)
	}
	var f *pack.Fault
	_, err = pack.Verify(strings.NewReader(text+"\n"), public)
	if !errors.As(err, &f) || f.Line != 6 {
		t.Error(err)
	}
	if _, err = pack.Verify(strings.NewReader(strings.Repeat(" ", pack.LineMax+1)), public); !errors.As(err, &f) || f.Line != 1 {
		t.Error(err)
	}
}

func FuzzVerify(f *testing.F) {
	text, public := export(f, 5)
	f.Add(text)
	f.Add("")
	f.Add("{}\n{}\n")
	f.Add(strings.Replace(text, `"proof":[`, `"proof":["AAAA",`, 1))
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := pack.Verify(strings.NewReader(s), public); err == nil && s[:min(len(s), len(text)-10)] != text[:len(text)-10] {
			// Another export under this key would need its signature.
			t.Fatalf("accepted %q", s)
		}
	})
}
