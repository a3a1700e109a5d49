//go:build linux || darwin

package shim

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// limited writes until its limit, then a mark, and swallows the rest, so that the command never blocks on its output.
type limited struct {
	to   io.Writer
	left int64
	seen int64
	cut  bool
}

func (l *limited) Write(b []byte) (int, error) {
	limit := l.seen + l.left
	l.seen += int64(len(b))
	keep := b[:min(int64(len(b)), l.left)]
	// A write that fails (a full disk) loses output, never the command.
	n, err := l.to.Write(keep)
	l.left -= int64(n)
	if err != nil {
		l.left, l.cut = 0, true
		return len(b), nil //nolint:nilerr // lost output must not end the command
	}
	if len(keep) < len(b) && !l.cut {
		l.cut = true
		_, _ = fmt.Fprintf(l.to, "\n[Slipway: the output is cut here, at %d bytes.]\n", limit)
	}
	return len(b), nil
}

// lookup finds the program as a shell would: by the PATH that the command itself gets.
func lookup(name string, env []string, dir, work string) (string, error) {
	if work == "" {
		work = dir
	}
	if strings.ContainsRune(name, '/') {
		if !filepath.IsAbs(name) {
			name = filepath.Join(work, name)
		}
		return exec.LookPath(name)
	}
	path := ""
	for _, e := range env {
		if v, ok := strings.CutPrefix(e, "PATH="); ok {
			path = v // the last one counts, as it does for the command
		}
	}
	for _, p := range filepath.SplitList(path) {
		if !filepath.IsAbs(p) {
			continue // a program out of the working directory must be named with a slash
		}
		full := filepath.Join(p, name)
		if i, err := os.Stat(full); err == nil && i.Mode().IsRegular() && i.Mode()&0o111 != 0 {
			return full, nil
		}
	}
	return "", fmt.Errorf("the program %q is not in PATH", name)
}
