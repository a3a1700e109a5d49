package git

import (
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"slipway/internal/errs"
)

var (
	mirrorName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)
	tagName    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/+@-]{0,199}$`)
	hash       = regexp.MustCompile(`^[0-9a-f]{7,64}$`)
)

// CheckTag judges the name of a tag or branch. It fails with errs.Invalid for what git could take for something else: an
// option, a range, a path out of the names.
func CheckTag(field, name string) error {
	if tagName.MatchString(name) && !strings.Contains(name, "..") && !strings.Contains(name, "//") && !strings.Contains(name, "@{") &&
		!strings.HasSuffix(name, "/") && !strings.HasSuffix(name, ".") && !strings.HasSuffix(name, ".lock") && !strings.Contains(name, "/.") && !strings.Contains(name, ".lock/") {
		return nil
	}
	return errs.InvalidField(field, "git.tag_malformed", "%.60q is not the name of a tag: letters, digits and . _ / + @ -, and it starts with a letter or digit.", name)
}

// CheckURL judges the address of a repository: https, or http; a path of this machine only if files are allowed. It fails with
// errs.Invalid.
func CheckURL(field, address string, files bool) error {
	u, err := url.Parse(address)
	wrong := func(msg string) error { return errs.InvalidField(field, "git.url_malformed", "%s", msg) }
	switch {
	case len(address) > 2_000 || err != nil || strings.ContainsAny(address, "\x00\n\r\t ") || strings.HasPrefix(address, "-"):
		return wrong("The address of a repository is one word: https://host/path.git.")
	case u.Scheme == "file" && files && u.Host == "" && filepath.IsAbs(u.Path):
		return nil
	case u.Scheme != "https" && u.Scheme != "http":
		return wrong("Repositories are read over https. Give an address such as https://host/path.git.")
	case !inRange(u.Port()):
		return wrong("A port is a number from 1 to 65535.")
	case u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return wrong("The address names a host and a path, without a password, a question or a fragment in it. A password is named as a secret.")
	}
	return nil
}

func inRange(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

func (g *Git) mirror(name string) (string, error) {
	if !mirrorName.MatchString(name) {
		return "", errs.InvalidField("mirror", "git.mirror_malformed", "%.60q is not the name of a mirror.", name)
	}
	return filepath.Join(g.o.Dir, name+".git"), nil
}
