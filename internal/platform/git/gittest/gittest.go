package gittest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Repository is a Git repository of a test.
type Repository struct {
	Dir string
	n   int
}

// New makes an empty repository; it skips the test on a machine without git.
func New(t testing.TB) *Repository {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("this machine has no git program")
	}
	r := &Repository{Dir: filepath.Join(t.TempDir(), "origin")}
	if err := os.MkdirAll(r.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	r.Run(t, "init", "--quiet", "--initial-branch=main", r.Dir)
	r.Run(t, "config", "uploadpack.allowFilter", "true")
	return r
}

// URL is its address on this machine.
func (r *Repository) URL() string { return "file://" + r.Dir }

// Run calls git in the repository and returns what it says.
func (r *Repository) Run(t testing.TB, args ...string) string {
	t.Helper()
	return r.Feed(t, "", args...)
}

// Feed is Run with a text on standard input.
func (r *Repository) Feed(t testing.TB, text string, args ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), "git", append([]string{"-C", r.Dir}, args...)...)
	c.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_AUTHOR_NAME=Elena Petrova", "GIT_AUTHOR_EMAIL=elena@example.com",
		"GIT_COMMITTER_NAME=Elena Petrova", "GIT_COMMITTER_EMAIL=elena@example.com",
		fmt.Sprintf("GIT_AUTHOR_DATE=%d +0100", 1763500000+60*r.n), fmt.Sprintf("GIT_COMMITTER_DATE=%d +0100", 1763500000+60*r.n))
	c.Stdin = strings.NewReader(text)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// Commit adds a commit with a message and returns its hash.
func (r *Repository) Commit(t testing.TB, message string) string {
	t.Helper()
	r.n++
	if err := os.WriteFile(filepath.Join(r.Dir, "file"), fmt.Appendf(nil, "%d\n", r.n), 0o600); err != nil {
		t.Fatal(err)
	}
	r.Run(t, "add", "file")
	r.Run(t, "commit", "--quiet", "-m", message)
	return r.Run(t, "rev-parse", "HEAD")
}

// Tag names the newest commit.
func (r *Repository) Tag(t testing.TB, name string) {
	t.Helper()
	r.Run(t, "tag", "-a", "-m", name, name)
}
