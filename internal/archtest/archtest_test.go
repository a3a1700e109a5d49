package archtest

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// load parses the module once for all tests of this package.
func load(t *testing.T) *Tree {
	t.Helper()
	tree, err := Load(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestArchitecture(t *testing.T) {
	tree := load(t)
	exceptions := Exceptions()
	for _, r := range Rules() {
		t.Run(r.Name, func(t *testing.T) {
			found := r.Check(tree, exceptions)
			for _, v := range found {
				t.Error(v)
			}
			if len(found) > 0 {
				t.Errorf("The rule: %s.", r.Reason)
			}
		})
	}
	for _, e := range exceptions {
		if !strings.HasSuffix(e.Reason, ".") || len(e.Reason) < 30 {
			t.Errorf("the exception of %s for %s needs its reason in a sentence", e.Rule, e.File)
		}
	}
	for _, e := range Stale(tree, Rules(), exceptions) {
		t.Errorf("the exception of %s for %s (%s) excuses nothing any more: remove it", e.Rule, e.File, e.About)
	}
}

func TestVocabulary(t *testing.T) {
	got := Golden(Vocabulary(load(t)))
	const file = "vocabulary.txt"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	gone, added := difference(string(want), got)
	for _, w := range gone {
		t.Errorf("%s: %q is gone from the code", file, w)
	}
	for _, w := range added {
		t.Errorf("%s: %q is new in the code", file, w)
	}
	if len(gone)+len(added) > 0 {
		t.Error("Scripts and auditors rely on these words. If the change is meant: go test ./internal/archtest -update")
	}
}

// difference returns the lines that only one of the texts has.
func difference(want, got string) (gone, added []string) {
	w, g := set(strings.Split(want, "\n")), set(strings.Split(got, "\n"))
	for line := range strings.SplitSeq(want, "\n") {
		if !g[line] {
			gone = append(gone, line)
		}
	}
	for line := range strings.SplitSeq(got, "\n") {
		if !w[line] {
			added = append(added, line)
		}
	}
	return gone, added
}
