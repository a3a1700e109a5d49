package outside_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"slipway/internal/errs"
	"slipway/internal/platform/ledger/outside"
)

// Of processes that start together all use one key.
func TestKeyIsMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "key")
	if _, err := outside.Key(path, nil); errs.ReasonOf(err) != "ledger.key_missing" {
		t.Errorf("got %v", err)
	}
	got := make([]string, 16)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() {
			var err error
			if got[i], err = outside.Key(path, func() string { return fmt.Sprint("key ", i) }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, k := range got {
		if k != got[0] || k == "" {
			t.Fatalf("different keys: %q", got)
		}
	}
	if i, err := os.Stat(path); err != nil || i.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", i.Mode(), err)
	}
	if es, err := os.ReadDir(filepath.Dir(path)); err != nil || len(es) != 1 {
		t.Errorf("left behind: %v, %v", es, err)
	}
}

func TestCheckpoint(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "checkpoint")
	for _, want := range []string{"", "one\n", "two, longer\n", "3\n"} {
		if want != "" {
			if err := outside.KeepCheckpoint(path, want); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := outside.Checkpoint(path); err != nil || got != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
	if got, err := outside.Checkpoint(""); got != "" || err != nil || outside.KeepCheckpoint("", "x") != nil {
		t.Errorf("no path: %q, %v", got, err)
	}
}

func TestUnusablePaths(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	fresh := func() string { return "secret" }
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"a directory as key":         {second(outside.Key(dir, fresh)), "ledger.key_unreadable"},
		"a key under a file":         {second(outside.Key(filepath.Join(file, "x"), fresh)), "ledger.key_unreadable"},
		"a directory as checkpoint":  {second(outside.Checkpoint(dir)), "ledger.checkpoint_unreadable"},
		"a checkpoint under a file":  {outside.KeepCheckpoint(filepath.Join(file, "x"), "note"), "ledger.checkpoint_unwritable"},
		"a checkpoint for directory": {outside.KeepCheckpoint(dir, "note"), "ledger.checkpoint_unwritable"},
	} {
		if errs.ReasonOf(c.err) != c.want {
			t.Errorf("%s: %v, want %s", name, c.err, c.want)
		}
	}
}

func second(_ string, err error) error { return err }
