package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"slipway/internal/errs"
	"slipway/internal/platform/dial"
)

// Options are what a Git may do.
type Options struct {
	Dir   string        // mirrors live here, one directory each
	Dial  *dial.Dialer  // reaches the outside
	Files bool          // repositories of this machine's file system may be mirrored: for tests and closed installations
	Fetch time.Duration // limit of one fetch; 2 min if 0
	Bytes int64         // limit of what one fetch receives; 1 GiB if 0
}

// Git keeps mirrors and reads them. It is safe for concurrent use; one mirror is fetched by one caller at a time, which the
// caller sees to.
type Git struct {
	o    Options
	path string // of the program
}

// New returns a Git. It fails with errs.Unavailable if the machine has no git program.
func New(o Options) (*Git, error) {
	path, err := exec.LookPath("git")
	if err != nil {
		return nil, errs.Unavailable("git.missing", "This machine has no git program. Install git to read repositories.").Because(err)
	}
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return nil, err
	}
	if o.Fetch <= 0 {
		o.Fetch = 2 * time.Minute
	}
	if o.Bytes <= 0 {
		o.Bytes = 1 << 30
	}
	return &Git{o: o, path: path}, nil
}

// readMost bounds what one command says, readFor how long a command that only reads may take.
const (
	readMost = 64 << 20
	readFor  = 30 * time.Second
	saidMost = 8 << 10
)

// command is one call of the program.
type command struct {
	dir      string // the mirror
	args     []string
	config   [][2]string
	protocol string // that may be spoken, "none" for reading
	most     int64
}

// run calls the program and returns what it says. It fails with *Failed for an exit that is not 0.
func (g *Git) run(ctx context.Context, c command) ([]byte, error) {
	// The program's path comes from the machine, and names that people give are checked to be no options.
	x := exec.CommandContext(ctx, g.path, append([]string{"--git-dir=" + c.dir}, c.args...)...) //nolint:gosec // see above
	x.Env = g.environment(c)
	x.Dir = g.o.Dir
	x.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	x.Cancel = func() error { return syscall.Kill(-x.Process.Pid, syscall.SIGKILL) } // what git started ends with it
	x.WaitDelay = 5 * time.Second
	out, said := &bounded{most: c.most}, &bounded{most: saidMost, drop: true}
	x.Stdout, x.Stderr = out, said
	err := x.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case out.full:
		return nil, errs.TooLarge("git.too_much", "The repository says more than %d MiB.", c.most>>20)
	case errors.As(err, &exit):
		return nil, &Failed{Status: exit.ExitCode(), Said: strings.TrimSpace(said.String())}
	}
	return out.Bytes(), err
}

// Failed is a call of the program that ended with another status than 0.
type Failed struct {
	Status int
	Said   string // on its standard error, 8 KiB at most
}

func (f *Failed) Error() string { return fmt.Sprintf("git ended with %d: %s", f.Status, f.Said) }

// environment is all that the program sees: nothing of the machine's settings counts.
func (g *Git) environment(c command) []string {
	env := []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + g.o.Dir, "LC_ALL=C",
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_SYSTEM=" + os.DevNull, "GIT_ATTR_NOSYSTEM=1",
		"GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=false", "SSH_ASKPASS=false", "GIT_SSH_COMMAND=false",
		"GIT_ALLOW_PROTOCOL=" + c.protocol, "GIT_PROTOCOL_FROM_USER=0", "GIT_NO_REPLACE_OBJECTS=1", "GIT_OPTIONAL_LOCKS=0", "GIT_PAGER=cat",
		"GIT_CEILING_DIRECTORIES=" + g.o.Dir,
	}
	for _, name := range []string{"SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	config := append([][2]string{
		{"core.hooksPath", os.DevNull}, {"core.fsmonitor", "false"}, {"core.askPass", "false"}, {"core.sshCommand", "false"}, {"credential.helper", ""},
		{"core.attributesFile", os.DevNull}, {"core.alternateRefsCommand", "false"},
		{"transfer.fsckObjects", "true"}, {"fetch.fsckObjects", "true"}, {"transfer.advertiseSID", "false"}, {"submodule.recurse", "false"}, {"fetch.recurseSubmodules", "false"},
		{"gc.auto", "0"}, {"maintenance.auto", "false"}, {"fetch.writeCommitGraph", "false"}, {"core.commitGraph", "false"},
		{"log.showSignature", "false"}, {"log.mailmap", "false"}, {"http.lowSpeedLimit", "1000"}, {"http.lowSpeedTime", "30"}, {"http.sslVerify", "true"},
	}, c.config...)
	env = append(env, "GIT_CONFIG_COUNT="+strconv.Itoa(len(config)))
	for i, kv := range config {
		env = append(env, fmt.Sprintf("GIT_CONFIG_KEY_%d=%s", i, kv[0]), fmt.Sprintf("GIT_CONFIG_VALUE_%d=%s", i, kv[1]))
	}
	return env
}

// bounded keeps the first most bytes; it fails at the next, or drops the rest.
type bounded struct {
	bytes.Buffer
	most int64
	drop bool
	full bool
}

func (b *bounded) Write(p []byte) (int, error) {
	room := b.most - int64(b.Len())
	if int64(len(p)) <= room {
		return b.Buffer.Write(p)
	}
	b.full = true
	if _, err := b.Buffer.Write(p[:max(room, 0)]); err != nil {
		return 0, err
	}
	if b.drop {
		return len(p), nil
	}
	return 0, io.ErrShortWrite
}
