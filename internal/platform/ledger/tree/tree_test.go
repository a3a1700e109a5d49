package tree_test

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"slipway/internal/platform/ledger/tree"
)

const (
	secret       = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
	installation = "019a9c4e-5b00-7000-8000-00000000abcd"
)

// stored keeps nodes as an entry table does and reads them for tlog.
type stored map[tree.Place]tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, i := range indexes {
		h, ok := s[tree.PlaceOf(i)]
		if !ok {
			return nil, fmt.Errorf("no node at %+v", tree.PlaceOf(i))
		}
		out = append(out, h)
	}
	return out, nil
}

// The edge grows the tree that tlog computes, at every size, and every proof from its nodes holds.
func TestEdgeAgainstTlog(t *testing.T) {
	var e tree.Edge
	s := stored{}
	next := int64(0)
	if e.Root() != tree.Empty {
		t.Fatal("the empty tree has a root of its own")
	}
	for n := range int64(300) {
		data := []byte(fmt.Sprintf("entry %d", n))
		want, err := tlog.StoredHashes(n, data, s)
		if err != nil {
			t.Fatal(err)
		}
		got := e.Append(tlog.RecordHash(data))
		if fmt.Sprint(got) != fmt.Sprint(want) || len(got) != tree.Nodes(n) {
			t.Fatalf("entry %d completes %v, tlog says %v", n, got, want)
		}
		for l, h := range got {
			if p := tree.PlaceOf(next); p != (tree.Place{Seq: n, Level: l}) {
				t.Fatalf("node %d is said to be at %+v, is at %d/%d", next, p, n, l)
			}
			next++
			s[tree.Place{Seq: n, Level: l}] = h
		}
		root, err := tlog.TreeHash(n+1, s)
		if err != nil || root != e.Root() || e.Size() != n+1 {
			t.Fatalf("size %d: root %v, tlog says %v (%v)", n+1, e.Root(), root, err)
		}
		again, err := tree.EdgeAt(n+1, s)
		if err != nil || again.Root() != root {
			t.Fatalf("size %d: the edge read back has another root (%v)", n+1, err)
		}
	}
	root := e.Root()
	for n := range int64(300) {
		p, err := tlog.ProveRecord(300, n, s)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckRecord(p, 300, root, n, s[tree.Place{Seq: n}]); err != nil {
			t.Fatal(err)
		}
	}
}

func TestJoinAndPick(t *testing.T) {
	var e tree.Edge
	rows := map[int64][]byte{}
	for n := range int64(20) {
		rows[n] = tree.Join(e.Append(tlog.RecordHash([]byte{byte(n)})))
	}
	read := tlog.HashReaderFunc(func(is []int64) ([]tlog.Hash, error) { return tree.Pick(is, rows) })
	if root, err := tlog.TreeHash(20, read); err != nil || root != e.Root() {
		t.Errorf("root %v, %v; want %v", root, err, e.Root())
	}
	rows[15] = rows[15][:4*tlog.HashSize]
	if _, err := tlog.TreeHash(20, read); !errors.Is(err, tree.ErrMissing) {
		t.Errorf("a cut row: %v", err)
	}
	delete(rows, 19)
	if _, err := tree.EdgeAt(20, read); !errors.Is(err, tree.ErrMissing) {
		t.Errorf("a missing row: %v", err)
	}
}

func TestCloneGrowsApart(t *testing.T) {
	var e tree.Edge
	for i := range 7 {
		e.Append(tlog.Hash{byte(i)})
	}
	before := e.Root()
	c := e.Clone()
	for i := range 9 {
		c.Append(tlog.Hash{byte(i)})
	}
	if e.Root() != before || e.Size() != 7 || c.Size() != 16 {
		t.Fatal("the clone changed its origin")
	}
}

// The vectors of a tree of three leaves and its checkpoint; they never change.
func TestCheckpointVector(t *testing.T) {
	var e tree.Edge
	for i := range 3 {
		e.Append(tlog.RecordHash([]byte{byte(i)}))
	}
	root := e.Root()
	if got, want := hex.EncodeToString(root[:]), "3b6cccd7e3e023ff393006f030315ee7ad9eb111b022b41fba7e5b7a3973f688"; got != want {
		t.Errorf("root %s, want %s", got, want)
	}
	k, err := tree.NewKey(secret, installation)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := k.Public(), "slipway/019a9c4e-5b00-7000-8000-00000000abcd+7f6488fd+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"; got != want {
		t.Errorf("public key %s, want %s", got, want)
	}
	msg, err := k.SignCheckpoint(tree.Checkpoint{Origin: tree.Origin(installation, 1), Size: 3, Root: root})
	if err != nil {
		t.Fatal(err)
	}
	if want := "slipway/019a9c4e-5b00-7000-8000-00000000abcd\n3\nO2zM1+PgI/85MAbwMDFe562esRGwIrQfun5bejlz9og=\n\n" +
		"— slipway/019a9c4e-5b00-7000-8000-00000000abcd f2SI/eVgs6+6IbEq8/5oRrRM1oEmvw1x/yYP4hVkURJiSqzJRw94K78mauDGIqt1bRhJ76CJkUC/LVxeBLhJuCfgHg4=\n"; msg != want {
		t.Errorf("checkpoint %q, want %q", msg, want)
	}
	c, err := tree.VerifyCheckpoint(msg, k.Public())
	if err != nil || c.Size != 3 || c.Root != root || c.Origin != "slipway/"+installation {
		t.Errorf("read back %+v, %v", c, err)
	}
}

func TestCheckpointRefused(t *testing.T) {
	k, _ := tree.NewKey(secret, installation)
	other, _ := tree.NewKey(tree.NewSecret(), installation)
	elsewhere, _ := tree.NewKey(secret, "019a9c4e-5b00-7000-8000-00000000ffff")
	msg, err := k.SignCheckpoint(tree.Checkpoint{Origin: tree.Origin(installation, 2), Size: 12})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(msg, "slipway/"+installation+"/2\n12\n") {
		t.Fatalf("unexpected text %q", msg)
	}
	for name, c := range map[string]struct{ msg, public string }{
		"other key":          {msg, other.Public()},
		"other installation": {msg, elsewhere.Public()},
		"altered size":       {strings.Replace(msg, "\n12\n", "\n13\n", 1), k.Public()},
		"no signature":       {msg[:strings.Index(msg, "\n\n")+2], k.Public()},
		"empty":              {"", k.Public()},
		"no key":             {msg, ""},
	} {
		if _, err := tree.VerifyCheckpoint(c.msg, c.public); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestNewKeyRefuses(t *testing.T) {
	for _, s := range []string{"", "abc", base64.StdEncoding.EncodeToString(make([]byte, 31)), base64.StdEncoding.EncodeToString(make([]byte, 33))} {
		if _, err := tree.NewKey(s, installation); err == nil || s != "" && strings.Contains(err.Error(), s) {
			t.Errorf("%q: %v", s, err)
		}
	}
	for range 50 { // public keys whose base64 has a plus sign included
		k, err := tree.NewKey(" "+tree.NewSecret()+"\n", installation)
		if err != nil {
			t.Fatal(err)
		}
		msg, err := k.Sign("text\n")
		if err != nil {
			t.Fatal(err)
		}
		if text, err := tree.Verify(msg, k.Public()); err != nil || text != "text\n" {
			t.Fatal(text, err)
		}
		if tree.InstallationOf(k.Public()) != installation {
			t.Fatal(k.Public())
		}
	}
}

func FuzzParseCheckpoint(f *testing.F) {
	f.Add(tree.Checkpoint{Origin: "slipway/x", Size: 7}.Text())
	f.Add("a\n0\n\n")
	f.Add("a\n-1\nAAAA\n")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := tree.ParseCheckpoint(s)
		if err == nil && !strings.HasPrefix(s, c.Text()) {
			t.Fatalf("%q was read as %q", s, c.Text())
		}
	})
}
