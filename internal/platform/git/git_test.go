package git_test

import (
	"context"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"slipway/internal/errs"
	"slipway/internal/platform/dial"
	"slipway/internal/platform/git"
	"slipway/internal/platform/git/gittest"
)

func open(t *testing.T, o git.Options, allow ...string) *git.Git {
	t.Helper()
	d, err := dial.New(allow...)
	if err != nil {
		t.Fatal(err)
	}
	o.Dir, o.Dial = filepath.Join(t.TempDir(), "mirrors"), d
	g, err := git.New(o)
	if err != nil {
		t.Skip(err)
	}
	return g
}

// The history between two tags is listed newest first, with messages whole, also of what was added after the first fetch.
func TestBetween(t *testing.T) {
	r := gittest.New(t)
	r.Commit(t, "begin")
	r.Tag(t, "v1.0.0")
	first := r.Commit(t, "PAY-1 ask the bank\n\nThe bank is asked.\nRefs: PAY-2")
	r.Tag(t, "v1.1.0")
	g := open(t, git.Options{Files: true})
	ctx := t.Context()
	if err := g.Fetch(ctx, "m", git.Source{URL: r.URL()}); err != nil {
		t.Fatal(err)
	}
	second := r.Commit(t, "tidy")
	r.Run(t, "tag", "v1.2.0") // a light one
	if err := g.Fetch(ctx, "m", git.Source{URL: r.URL()}); err != nil {
		t.Fatal(err)
	}
	from, err := g.Resolve(ctx, "m", "v1.0.0")
	if err != nil {
		t.Fatal(err)
	}
	to, err := g.Resolve(ctx, "m", "v1.2.0")
	if err != nil || to != second {
		t.Fatal(to, err)
	}
	got, more, err := g.Between(ctx, "m", from, to)
	if err != nil || more || len(got) != 2 {
		t.Fatalf("%+v, %v, %v", got, more, err)
	}
	if got[0].Hash != second || got[1].Hash != first || got[1].Subject != "PAY-1 ask the bank" || !strings.Contains(got[1].Message, "Refs: PAY-2") || got[1].Author != "Elena Petrova" {
		t.Errorf("%+v", got)
	}
	if all, _, err := g.Between(ctx, "m", "", to); err != nil || len(all) != 3 {
		t.Errorf("from the beginning: %d, %v", len(all), err)
	}
	if h, err := g.Resolve(ctx, "m", first[:9]); err != nil || h != first {
		t.Errorf("a commit by its hash: %s, %v", h, err)
	}
	if _, err := g.Resolve(ctx, "m", "v9"); errs.As(err).Reason != "git.tag_missing" {
		t.Errorf("%v", err)
	}
	if _, err := g.Resolve(ctx, "other", "v1.0.0"); errs.As(err).Reason != "git.not_fetched" {
		t.Errorf("%v", err)
	}
}

// A hostile repository runs nothing here: neither on fetching nor on reading.
func TestHostile(t *testing.T) {
	r := gittest.New(t)
	mark := filepath.Join(t.TempDir(), "ran")
	evil := filepath.Join(t.TempDir(), "evil")
	if err := os.WriteFile(evil, []byte("#!/bin/sh\ntouch "+mark+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	r.Commit(t, "\x1b[31mred\x1b[0m PAY-1")
	r.Tag(t, "v1")
	for _, c := range [][]string{{"core.fsmonitor", evil}, {"core.sshCommand", evil}, {"core.pager", evil}, {"alias.log", "!" + evil}, {"core.hooksPath", filepath.Dir(evil)}} {
		r.Run(t, "config", c[0], c[1])
	}
	for _, h := range []string{"post-checkout", "reference-transaction", "post-fetch", "post-receive", "update"} {
		if err := os.WriteFile(filepath.Join(r.Dir, ".git", "hooks", h), []byte("#!/bin/sh\ntouch "+mark+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	// Settings of the machine do not count either.
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, ".gitconfig"), []byte("[core]\n\tfsmonitor = "+evil+"\n\tpager = "+evil+"\n[alias]\n\tfetch = !"+evil+"\n[url \"ext::"+evil+"\"]\n\tinsteadOf = file://\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", home)
	t.Setenv("GIT_DIR", r.Dir)
	t.Setenv("GIT_CONFIG_PARAMETERS", "'core.pager="+evil+"'")
	g := open(t, git.Options{Files: true})
	if err := g.Fetch(t.Context(), "m", git.Source{URL: r.URL()}); err != nil {
		t.Fatal(err)
	}
	h, err := g.Resolve(t.Context(), "m", "v1")
	if err != nil {
		t.Fatal(err)
	}
	if got, _, err := g.Between(t.Context(), "m", "", h); err != nil || len(got) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := os.Stat(mark); err == nil {
		t.Error("something of the repository or the machine's settings ran")
	}
}

// Names and addresses that could be more than that are refused before git sees them.
func TestNames(t *testing.T) {
	g := open(t, git.Options{})
	for _, name := range []string{"", "-v", "--upload-pack=touch", "a..b", "a@{1}", "a b", "a\nb", "refs/../x", "a^{}", "a~1", "a:b", "x.lock", "a//b", "/a", "*", "a/"} {
		if err := git.CheckTag("tag", name); err == nil {
			t.Errorf("the tag %q passes", name)
		}
	}
	for _, name := range []string{"v1.2.3", "release/2026-11", "payments-core@8.32.0", "1.0+build.7"} {
		if err := git.CheckTag("tag", name); err != nil {
			t.Errorf("%v", err)
		}
	}
	for _, u := range []string{"", "-x", "--upload-pack=x", "ext::sh -c touch% x", "file:///etc", "/etc", "../x", "ssh://git@host/x", "git@host:x", "git://host/x", "https://u:p@host/x", "https://host/x?y", "https:///x", "https://host/a b", "https://host/\nx"} {
		if err := g.Fetch(t.Context(), "m", git.Source{URL: u}); errs.As(err).Reason != "input.invalid" && errs.As(err).Reason != "git.url_malformed" {
			t.Errorf("%q: %v", u, err)
		}
	}
	if err := g.Fetch(t.Context(), "../m", git.Source{URL: "https://example.com/x"}); !errs.Is(err, errs.CodeInvalid) {
		t.Errorf("a mirror outside its directory: %v", err)
	}
}

func FuzzCheckTag(f *testing.F) {
	for _, s := range []string{"v1.0", "-x", "a..b", "a.lock/b", "é", "a/.b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if git.CheckTag("t", s) != nil {
			return
		}
		if strings.HasPrefix(s, "-") || strings.ContainsAny(s, " ~^:?*[\\\x00\n") || strings.Contains(s, "..") {
			t.Errorf("%q passes", s)
		}
		if err := exec.CommandContext(t.Context(), "git", "check-ref-format", "refs/tags/"+s).Run(); err != nil {
			t.Errorf("git refuses %q: %v", s, err)
		}
	})
}

// Over HTTP everything passes the dialer: a private address is refused unless it is allowed, and bytes are bounded.
func TestHTTP(t *testing.T) {
	r := gittest.New(t)
	r.Commit(t, "PAY-1 "+strings.Repeat("x", 5000))
	r.Tag(t, "v1")
	backend := strings.TrimSpace(r.Run(t, "--exec-path")) + "/git-http-backend"
	s := httptest.NewServer(&cgi.Handler{Path: backend, Env: []string{"GIT_PROJECT_ROOT=" + filepath.Dir(r.Dir), "GIT_HTTP_EXPORT_ALL=1"}, Stderr: os.Stderr})
	defer s.Close()
	url := s.URL + "/origin"
	if err := open(t, git.Options{}).Fetch(t.Context(), "m", git.Source{URL: url}); errs.As(err).Reason != "dial.private_range" {
		t.Errorf("a private address: %v", err)
	}
	g := open(t, git.Options{}, "127.0.0.1")
	if err := g.Fetch(t.Context(), "m", git.Source{URL: url}); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Resolve(t.Context(), "m", "v1"); err != nil {
		t.Error(err)
	}
	if err := g.Fetch(t.Context(), "m", git.Source{URL: strings.Replace(url, "http:", "HTTP:", 1)}); err != nil {
		t.Errorf("capital letters: %v", err)
	}
	if err := open(t, git.Options{Bytes: 300}, "127.0.0.1").Fetch(t.Context(), "m", git.Source{URL: url}); !errs.Is(err, errs.CodeTooLarge) {
		t.Errorf("more bytes than allowed: %v", err)
	}
	if err := g.Fetch(t.Context(), "n", git.Source{URL: s.URL + "/nothing"}); errs.As(err).Reason != "git.failed" {
		t.Errorf("no repository: %v", err)
	}
	if g.Has("x") {
		t.Error("a mirror that nobody fetched")
	}
}

// A fetch that takes too long ends, with everything that it started.
func TestTimeout(t *testing.T) {
	g := open(t, git.Options{Fetch: time.Nanosecond, Files: true})
	if err := g.Fetch(t.Context(), "m", git.Source{URL: gittest.New(t).URL()}); err == nil {
		t.Error("no limit of time")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := open(t, git.Options{Files: true}).Fetch(ctx, "m", git.Source{URL: gittest.New(t).URL()}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// Over TLS git asks the proxy for a tunnel; the same holds there. A server of plain files is refused.
func TestTunnel(t *testing.T) {
	r := gittest.New(t)
	r.Commit(t, "PAY-1")
	r.Tag(t, "v1")
	backend := strings.TrimSpace(r.Run(t, "--exec-path")) + "/git-http-backend"
	s := httptest.NewTLSServer(&cgi.Handler{Path: backend, Env: []string{"GIT_PROJECT_ROOT=" + filepath.Dir(r.Dir), "GIT_HTTP_EXPORT_ALL=1"}, Stderr: os.Stderr})
	defer s.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GIT_SSL_CAINFO", ca)
	if err := open(t, git.Options{}).Fetch(t.Context(), "m", git.Source{URL: s.URL + "/origin"}); errs.As(err).Reason != "dial.private_range" {
		t.Errorf("a private address: %v", err)
	}
	g := open(t, git.Options{Fetch: time.Minute}, "127.0.0.1")
	if err := g.Fetch(t.Context(), "m", git.Source{URL: s.URL + "/origin", Secret: "not asked for"}); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Resolve(t.Context(), "m", "v1"); err != nil {
		t.Error(err)
	}
	r.Run(t, "update-server-info")
	plain := httptest.NewServer(http.FileServer(http.Dir(filepath.Join(r.Dir, ".git"))))
	defer plain.Close()
	if err := g.Fetch(t.Context(), "n", git.Source{URL: plain.URL + "/"}); errs.As(err).Reason != "git.not_spoken" {
		t.Errorf("a server of files: %v", err)
	}
}

// Whoever commits chooses the date; one that no calendar has must not keep a history from being shown.
func TestDatesOfNoCalendar(t *testing.T) {
	r := gittest.New(t)
	r.Commit(t, "one")
	tree, last := r.Run(t, "rev-parse", "HEAD^{tree}"), r.Run(t, "rev-parse", "HEAD")
	for _, at := range []string{"253402300800", "9223372036854775807"} {
		file := filepath.Join(t.TempDir(), "commit")
		if err := os.WriteFile(file, []byte("tree "+tree+"\nparent "+last+"\nauthor x <x@x> "+at+" +0000\ncommitter x <x@x> "+at+" +0000\n\nfar\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		last = r.Run(t, "hash-object", "-t", "commit", "-w", "--literally", file)
	}
	r.Run(t, "tag", "far", last)
	g := open(t, git.Options{Files: true})
	if err := g.Fetch(t.Context(), "m", git.Source{URL: r.URL()}); err != nil {
		t.Fatal(err)
	}
	got, _, err := g.Between(t.Context(), "m", "", last)
	if err != nil || len(got) != 3 || got[0].At.Year() != 9999 || got[1].At.Year() != 9999 {
		t.Errorf("%v %+v", err, got)
	}
}

func TestPorts(t *testing.T) {
	for address, good := range map[string]bool{"https://host/x": true, "https://host:8443/x": true, "https://[::1]:443/x": true, "https://host:99999/x": false, "https://host:0/x": false} {
		if err := git.CheckURL("url", address, false); (err == nil) != good {
			t.Errorf("%s: %v", address, err)
		}
	}
}
