package git

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"slipway/internal/errs"
)

// Commit is one commit of a history.
type Commit struct {
	Hash    string
	Author  string // name
	At      time.Time
	Subject string
	Message string // whole, cut after messageMost bytes
	Merge   bool   // it has several parents
}

const (
	// CommitsMax is how many commits are listed at most.
	CommitsMax  = 5_000
	messageMost = 16 << 10
)

// Resolve returns the commit that a tag, or a commit by its hash, stands for. It fails with errs.NotFound if the mirror has
// none, and errs.Invalid for a name that is none.
func (g *Git) Resolve(ctx context.Context, mirror, name string) (string, error) {
	dir, err := g.there(mirror)
	if err != nil {
		return "", err
	}
	if err := CheckTag("tag", name); err != nil {
		return "", err
	}
	names := []string{"refs/tags/" + name + "^{commit}"}
	if hash.MatchString(name) {
		names = append(names, name+"^{commit}")
	}
	ctx, cancel := context.WithTimeout(ctx, readFor)
	defer cancel()
	for _, n := range names {
		out, err := g.run(ctx, command{dir: dir, args: []string{"rev-parse", "--verify", "--quiet", "--end-of-options", n}, protocol: "none", most: saidMost})
		var f *Failed
		if errors.As(err, &f) {
			continue
		}
		if err != nil {
			return "", err
		}
		return strings.TrimSpace(string(out)), nil
	}
	return "", errs.NotFound("git.tag_missing", "The repository has no tag %.60s.", name)
}

// Between lists the commits that to reaches and from does not, newest first, and reports whether there are more than
// CommitsMax. Both are hashes, as Resolve returns them; from "" is the beginning. It costs one call of the program.
func (g *Git) Between(ctx context.Context, mirror, from, to string) (commits []Commit, more bool, err error) {
	dir, err := g.there(mirror)
	if err != nil {
		return nil, false, err
	}
	args := []string{"log", "-z", "--no-color", "--no-decorate", "--no-notes", "--no-mailmap", "--encoding=UTF-8", "--max-count=" + strconv.Itoa(CommitsMax+1),
		"--format=tformat:%H%x00%an%x00%ct%x00%P%x00%s%x00%B", "--end-of-options"}
	for _, h := range []string{from, to} {
		if h != "" && !hash.MatchString(h) {
			return nil, false, errs.InvalidField("commit", "git.commit_malformed", "%.60q is not a commit.", h)
		}
	}
	args = append(args, to)
	if from != "" {
		args = append(args, "^"+from)
	}
	ctx, cancel := context.WithTimeout(ctx, readFor)
	defer cancel()
	out, err := g.run(ctx, command{dir: dir, args: append(args, "--"), protocol: "none", most: readMost})
	var f *Failed
	if errors.As(err, &f) {
		err = errs.Unavailable("git.unreadable", "The history of the repository cannot be read. Fetch it again.").Because(err)
	}
	if err != nil {
		return nil, false, err
	}
	commits, err = parse(out)
	if len(commits) > CommitsMax {
		return commits[:CommitsMax], true, err
	}
	return commits, false, err
}

// Has reports whether there is a mirror.
func (g *Git) Has(mirror string) bool {
	_, err := g.there(mirror)
	return err == nil
}

func (g *Git) there(mirror string) (string, error) {
	dir, err := g.mirror(mirror)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(filepath.Join(dir, "HEAD")); err != nil {
		return "", errs.NotFound("git.not_fetched", "The repository was not fetched yet.").Because(err)
	}
	return dir, nil
}

const fields = 6

// lastSecond is the end of the year 9999, behind which no instant can be written. Whoever commits chooses the date.
const lastSecond = 253_402_300_799

// parse reads what log says: six fields a commit, each ended by NUL, which neither names nor messages can hold.
func parse(out []byte) ([]Commit, error) {
	parts := bytes.Split(out, []byte{0})
	if n := len(parts); n > 0 && len(parts[n-1]) == 0 {
		parts = parts[:n-1]
	}
	if len(parts)%fields != 0 {
		return nil, errs.Unavailable("git.unreadable", "The history of the repository cannot be read.")
	}
	commits := make([]Commit, 0, len(parts)/fields)
	for i := 0; i < len(parts); i += fields {
		at, err := strconv.ParseInt(string(parts[i+2]), 10, 64)
		if err != nil {
			return nil, errs.Unavailable("git.unreadable", "The history of the repository cannot be read.").Because(err)
		}
		at = min(max(at, 0), lastSecond)
		text := func(k, most int) string {
			b := parts[i+k]
			return strings.ToValidUTF8(string(b[:min(len(b), most)]), "�")
		}
		commits = append(commits, Commit{Hash: string(parts[i]), Author: text(1, 200), At: time.Unix(at, 0).UTC(), Merge: bytes.Contains(parts[i+3], []byte{' '}),
			Subject: text(4, 500), Message: strings.TrimSpace(text(5, messageMost))})
	}
	return commits, nil
}
