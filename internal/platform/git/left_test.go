package git_test

import (
	"io"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"slipway/internal/errs"
	"slipway/internal/platform/git"
	"slipway/internal/platform/git/gittest"
)

// What a fetch leaves behind that was killed holds up no later one, and does not fill the disk.
func TestWhatAKilledFetchLeaves(t *testing.T) {
	r := gittest.New(t)
	r.Commit(t, "begin")
	r.Tag(t, "v1.0.0")
	g := open(t, git.Options{Files: true})
	if err := g.Fetch(t.Context(), "m", git.Source{URL: r.URL()}); err != nil {
		t.Fatal(err)
	}
	dirs, err := filepath.Glob(filepath.Join(filepath.Dir(filepath.Dir(r.Dir)), "*", "mirrors", "m.git"))
	if err != nil || len(dirs) != 1 {
		t.Fatal(dirs, err)
	}
	old := time.Now().Add(-time.Hour)
	left := []string{"packed-refs.lock", "config.lock", "refs/tags/v1.1.0.lock", "objects/pack/tmp_pack_Ab12cd"}
	for _, name := range append(left, "objects/pack/tmp_pack_young") {
		path := filepath.Join(dirs[0], name)
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		if name != "objects/pack/tmp_pack_young" {
			if err := os.Chtimes(path, old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
	r.Commit(t, "next")
	r.Tag(t, "v1.1.0")
	r.Run(t, "tag", "-d", "v1.0.0") // so that packed references would be written
	if err := g.Fetch(t.Context(), "m", git.Source{URL: r.URL()}); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Resolve(t.Context(), "m", "v1.1.0"); err != nil {
		t.Error(err)
	}
	for _, name := range left {
		if _, err := os.Stat(filepath.Join(dirs[0], name)); err == nil {
			t.Errorf("%s is still there", name)
		}
	}
	if _, err := os.Stat(filepath.Join(dirs[0], "objects/pack/tmp_pack_young")); err != nil {
		t.Error("what may belong to a fetch that runs is gone")
	}
}

// A repository that was itself cloned without its whole history is read as far as it goes. One on this machine is refused: git would ask
// it for what is missing for ever, each time in a further process.
func TestShallowSource(t *testing.T) {
	r := gittest.New(t)
	for range 3 {
		r.Commit(t, "PAY-1 step")
	}
	r.Tag(t, "v1.0.0")
	cut := gittest.New(t)
	cut.Run(t, "fetch", "--quiet", "--depth=2", r.URL(), "+refs/heads/main:refs/heads/cut", "+refs/tags/v1.0.0:refs/tags/v1.0.0")
	backend := strings.TrimSpace(r.Run(t, "--exec-path")) + "/git-http-backend"
	s := httptest.NewServer(&cgi.Handler{Path: backend, Env: []string{"GIT_PROJECT_ROOT=" + filepath.Dir(cut.Dir), "GIT_HTTP_EXPORT_ALL=1"}, Stderr: io.Discard})
	defer s.Close()
	g := open(t, git.Options{Files: true, Fetch: 30 * time.Second}, "127.0.0.1")
	if err := g.Fetch(t.Context(), "m", git.Source{URL: cut.URL()}); errs.ReasonOf(err) != "git.failed" || !strings.Contains(err.Error(), "part of its history") {
		t.Errorf("%v", err)
	}
	if err := g.Fetch(t.Context(), "m", git.Source{URL: s.URL + "/origin"}); err != nil {
		t.Fatal(err)
	}
	to, err := g.Resolve(t.Context(), "m", "v1.0.0")
	if err != nil {
		t.Fatal(err)
	}
	if found, more, err := g.Between(t.Context(), "m", "", to); err != nil || len(found) != 2 || more {
		t.Errorf("%d commits, %v: %v", len(found), more, err)
	}
}

// A mirror whose objects are lost says so and does not fail as if Slipway itself did.
func TestALostMirror(t *testing.T) {
	r := gittest.New(t)
	to := r.Commit(t, "begin")
	g := open(t, git.Options{Files: true})
	if err := g.Fetch(t.Context(), "m", git.Source{URL: r.URL()}); err != nil {
		t.Fatal(err)
	}
	packs, err := filepath.Glob(filepath.Join(filepath.Dir(filepath.Dir(r.Dir)), "*", "mirrors", "m.git", "objects", "pack", "*"))
	if err != nil || len(packs) == 0 {
		t.Fatal(packs, err)
	}
	for _, p := range packs {
		if err := os.Remove(p); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := g.Between(t.Context(), "m", "", to); errs.ReasonOf(err) != "git.unreadable" {
		t.Errorf("%v", err)
	}
}
