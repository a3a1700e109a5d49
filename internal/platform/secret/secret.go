package secret

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"slipway/internal/errs"
)

// Limits of a secret, in bytes. A shorter one could not be kept out of logs without hiding half of them.
const (
	Least    = 8
	Greatest = 64 << 10
)

// Source finds secrets by name.
type Source struct {
	given func(name string) (string, bool)
	dir   string
}

// New returns a source over values that are given and over the files of dir, if it is not empty; what is given counts
// before a file. It fails with errs.Invalid if dir is no directory, or if others than its owner and group may look into it.
func New(given func(name string) (string, bool), dir string) (*Source, error) {
	if dir != "" {
		info, err := os.Stat(dir)
		switch {
		case err != nil:
			return nil, errs.InvalidField("secrets", "secret.directory", "The directory of secrets %s cannot be read.", dir).Because(err)
		case !info.IsDir():
			return nil, errs.InvalidField("secrets", "secret.directory", "%s is not a directory.", dir)
		case open(info):
			return nil, errs.InvalidField("secrets", "secret.open", "Everybody on this machine may look into %s. Take the rights of others away: chmod o-rwx,g-w.", dir)
		}
	}
	return &Source{given, dir}, nil
}

// open reports whether others may see, or others or the group may change.
func open(i fs.FileInfo) bool { return i.Mode().Perm()&0o027 != 0 }

// Look returns a secret. A file's last line end does not belong to it. It reports false if there is none of the name, and
// fails with errs.Invalid for one that is too short, too long or no text, and for a file that others may read.
func (s *Source) Look(_ context.Context, name string) (string, bool, error) {
	if v, ok := s.given(name); ok {
		return checked(name, v)
	}
	if s.dir == "" || !plain(name) {
		return "", false, nil
	}
	f, err := os.Open(filepath.Join(s.dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if err != nil {
		return "", false, errs.Unavailable("secret.file", "The file of the secret %s cannot be read.", name).Because(err)
	}
	defer func() { _ = f.Close() }() // it was only read
	info, err := f.Stat()
	switch {
	case err != nil:
		return "", false, errs.Unavailable("secret.file", "The file of the secret %s cannot be read.", name).Because(err)
	case !info.Mode().IsRegular():
		return "", false, nil
	case open(info):
		return "", false, errs.Invalid("secret.open", "Everybody on this machine may read the file of the secret %s, or its group may change it. Take these rights away: chmod o-rwx,g-w.", name)
	}
	b, err := io.ReadAll(io.LimitReader(f, Greatest+3))
	if err != nil {
		return "", false, errs.Unavailable("secret.file", "The file of the secret %s cannot be read.", name).Because(err)
	}
	return checked(name, strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r"))
}

func checked(name, v string) (string, bool, error) {
	switch {
	case len(v) < Least:
		return "", false, errs.Invalid("secret.short", "The secret %s has fewer than %d characters, so it could not be kept out of logs. Make it longer.", name, Least)
	case len(v) > Greatest:
		return "", false, errs.Invalid("secret.long", "The secret %s has more than %d bytes.", name, Greatest)
	case !utf8.ValidString(v) || strings.ContainsRune(v, 0):
		return "", false, errs.Invalid("secret.text", "The secret %s holds bytes that are not text. Encode it, for example in base64.", name)
	}
	return v, true, nil
}

// plain reports whether a name is one of a file in the directory itself.
func plain(name string) bool {
	return name != "" && !strings.HasPrefix(name, ".") && !strings.ContainsAny(name, `/\`) && len(name) <= 100
}
