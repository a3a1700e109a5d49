package git

import (
	"context"
	"encoding/base64"
	"errors"
	"net/url"
	"os"
	"path/filepath"
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

// renew fetches into a new mirror, which takes the place of the old one.
func (g *Git) renew(ctx context.Context, dir string, s Source) error {
	fresh := dir + ".new"
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
		return nil
	}
	if err := os.RemoveAll(dir); err != nil { // what a crash left half made
		return err
	}
	_, err := g.run(ctx, command{dir: dir, args: []string{"init", "--quiet", "--bare", "--template=", "--initial-branch=slipway", "--", dir}, protocol: "none", most: saidMost})
	return err
}

func (g *Git) fetch(ctx context.Context, dir string, s Source) error {
	u, err := url.Parse(s.URL)
	if err != nil {
		return err
	}
	s.URL = u.String() // with the scheme in small letters, as git has it
	c := command{dir: dir, protocol: u.Scheme, most: saidMost, config: [][2]string{{"remote.origin.url", s.URL}}, args: []string{
		"fetch", "--quiet", "--prune", "--force", "--no-tags", "--no-auto-gc", "--no-recurse-submodules", "--no-write-fetch-head", "--filter=tree:0",
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

// Drop removes a mirror.
func (g *Git) Drop(name string) error {
	dir, err := g.mirror(name)
	if err != nil {
		return err
	}
	return os.RemoveAll(dir)
}
