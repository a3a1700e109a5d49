package git

import (
	"context"
	"encoding/base64"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"slipway/internal/errs"
)

// Source is where a repository is read.
type Source struct {
	URL    string
	User   string // with Secret; "slipway" if empty
	Secret string // password or token, for https only
}

// packsMax is how many packs a mirror gathers before it is made anew: nothing is packed behind a reader's back.
const packsMax = 60

// Fetch brings the mirror up to date with branches and tags of the source, making it if need be. Only commits and tags are
// asked for, no files, where the other side can leave them out. It fails with errs.Invalid for an address that is not allowed,
// errs.Blocked for a private one, errs.TooLarge beyond the limit of bytes, and errs.Unavailable for what broke on the way; the
// mirror stays as it was.
func (g *Git) Fetch(ctx context.Context, name string, s Source) error {
	if err := CheckURL("url", s.URL, g.o.Files); err != nil {
		return err
	}
	dir, err := g.mirror(name)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, g.o.Fetch)
	defer cancel()
	if err := os.MkdirAll(g.o.Dir, 0o700); err != nil {
		return err
	}
	if packs, _ := filepath.Glob(filepath.Join(dir, "objects", "pack", "*.pack")); len(packs) > packsMax {
		return g.renew(ctx, dir, s)
	}
	if err := g.ready(ctx, dir); err != nil {
		return broken(ctx, err, s.URL, s.Secret)
	}
	return g.fetch(ctx, dir, s)
}

// anew is what the directory of a mirror ends with until it takes the place of another.
const anew = ".new"

// renew fetches into a new mirror, which takes the place of the old one.
func (g *Git) renew(ctx context.Context, dir string, s Source) error {
	fresh := dir + anew
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if err := g.ready(ctx, fresh); err != nil {
		return broken(ctx, err, s.URL, s.Secret)
	}
	if err := g.fetch(ctx, fresh, s); err != nil {
		return errors.Join(err, os.RemoveAll(fresh))
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(fresh, dir)
}

func (g *Git) ready(ctx context.Context, dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "HEAD")); err == nil {
		return g.tidy(dir)
	}
	if err := os.RemoveAll(dir); err != nil { // what a crash left half made
		return err
	}
	_, err := g.run(ctx, command{dir: dir, args: []string{"init", "--quiet", "--bare", "--template=", "--initial-branch=slipway", "--", dir}, protocol: "none", most: saidMost})
	return err
}

// tidy removes what fetches left behind that were ended half way: locks, which would hold up every later one, and parts of packs. What
// is younger than the limit of a fetch, by the clock of the disk, may belong to one that runs.
func (g *Git) tidy(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer shut(root)
	mark, err := root.Create("slipway-now")
	if err != nil {
		return err
	}
	now, err := mark.Stat()
	if err := errors.Join(err, mark.Close(), root.Remove("slipway-now")); err != nil {
		return err
	}
	return fs.WalkDir(root.FS(), ".", func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || filepath.Ext(path) != ".lock" && !strings.HasPrefix(e.Name(), "tmp_") {
			return err
		}
		if at, err := e.Info(); err != nil || now.ModTime().Sub(at.ModTime()) < g.o.Fetch {
			return nil //nolint:nilerr // it is gone already
		}
		if err := root.RemoveAll(path); err != nil || !e.IsDir() {
			return err
		}
		return fs.SkipDir
	})
}

func (g *Git) fetch(ctx context.Context, dir string, s Source) error {
	u, err := url.Parse(s.URL)
	if err != nil {
		return err
	}
	s.URL = u.String() // with the scheme in small letters, as git has it
	c := command{dir: dir, protocol: u.Scheme, most: saidMost, config: [][2]string{{"remote.origin.url", s.URL}}, args: []string{
		"fetch", "--quiet", "--prune", "--force", "--no-tags", "--no-auto-gc", "--no-recurse-submodules", "--no-write-fetch-head", "--update-shallow", "--filter=tree:0",
		"origin", "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*",
	}}
	if s.Secret != "" && u.Scheme == "https" {
		user := s.User
		if user == "" {
			user = "slipway"
		}
		c.config = append(c.config, [2]string{"http." + s.URL + ".extraHeader", "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+s.Secret))},
			[2]string{"http.followRedirects", "false"})
	}
	if u.Scheme == "file" {
		if shallow(u.Path) {
			return errs.Unavailable("git.failed", "The repository at %s cannot be read: it holds only a part of its history.", u.Path)
		}
		c.config = append(c.config, [2]string{"safe.directory", "*"})
		_, err := g.run(ctx, c)
		return broken(ctx, err, u.Path, s.Secret)
	}
	p, err := g.proxy(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	c.config = append(c.config, [2]string{"http.proxy", p.address()}, [2]string{"http.proxyAuthMethod", "basic"})
	_, err = g.run(ctx, c)
	if why := p.why(); why != nil && err != nil {
		return why
	}
	return broken(ctx, err, u.Host, s.Secret)
}

// shallow reports whether a repository of this machine holds only a part of its history. Git would ask it for the rest for ever, each
// time in a further process.
func shallow(path string) bool {
	for _, name := range []string{"shallow", filepath.Join(".git", "shallow")} {
		if _, err := os.Stat(filepath.Join(path, name)); err == nil {
			return true
		}
	}
	return false
}

// broken says why a fetch failed, without what it must not say.
func broken(ctx context.Context, err error, from, secret string) error {
	var f *Failed
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return errs.Unavailable("git.timeout", "%s did not send its history in time.", from)
	case errors.As(err, &f):
		said := f.Said
		if secret != "" {
			said = strings.ReplaceAll(said, secret, "…")
		}
		if strings.Contains(said, "could not read Username") || strings.Contains(said, "Authentication failed") || strings.Contains(said, "403") {
			return errs.Unavailable("git.refused", "%s asks for a password, or refuses the one that the repository's secret holds.", from)
		}
		return errs.Unavailable("git.failed", "The repository at %s cannot be read: %s", from, line(said))
	}
	return err
}

// line is the last line that says what is wrong.
func line(s string) string {
	lines := strings.Split(s, "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		if l := strings.TrimSpace(lines[i]); strings.HasPrefix(l, "fatal:") || strings.HasPrefix(l, "error:") {
			return strings.TrimSpace(l[strings.Index(l, ":")+1:])
		}
	}
	return strings.TrimSpace(lines[len(lines)-1])
}

// note is the file of a mirror that holds what Mark wrote.
const note = "slipway-mark"

// Mark writes a word into a mirror, to be found by Marked. A mirror that is made anew has none.
func (g *Git) Mark(mirror, word string) error {
	dir, err := g.there(mirror)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, note), []byte(word), 0o600)
}

// Marked returns what Mark wrote last, "" for nothing and where there is no mirror.
func (g *Git) Marked(mirror string) string {
	dir, err := g.there(mirror)
	if err != nil {
		return ""
	}
	word, err := os.ReadFile(filepath.Join(dir, note))
	if err != nil {
		return ""
	}
	return string(word)
}

// Mirrors returns the names of the mirrors that there are, and of what is left of some.
func (g *Git) Mirrors() ([]string, error) {
	entries, err := os.ReadDir(g.o.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var out []string
	for _, e := range entries {
		name, ok := strings.CutSuffix(strings.TrimSuffix(e.Name(), anew), ".git")
		if ok && e.IsDir() && mirrorName.MatchString(name) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out, err
}

// Drop removes a mirror, and what was fetched to take its place.
func (g *Git) Drop(name string) error {
	dir, err := g.mirror(name)
	if err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(dir), os.RemoveAll(dir+anew))
}
