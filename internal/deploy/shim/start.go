//go:build linux || darwin

package shim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"slipway/internal/errs"
)

const handshake = 10 * time.Second

// Start runs the command of an attempt in a detached process: executable is the server's own binary, which must hand
// `shim DIR` over to Run. It returns once a shim holds the directory. It may be called again, from any process, with the same
// token: the command runs once at most for a directory, and Start of one that runs, has finished or is lost does nothing.
// It fails with errs.Conflict if the directory belongs to another token, with errs.Invalid for a spec that cannot be run, and
// with errs.Unavailable if no shim could be started; Adopt then says what became of the attempt.
func Start(dir string, s Spec, executable string) error {
	if err := s.check(); err != nil {
		return err
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return errs.Internal("shim.directory", err)
	}
	if err := own(dir, s); err != nil {
		return err
	}
	if exists(dir, exitFile) || exists(dir, shimFile) {
		return nil
	}
	return spawn(dir, s, executable)
}

// own binds the directory to the token. Of two that try at once one wins, and the other sees it.
func own(dir string, s Spec) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return errs.Unavailable("shim.directory", "The directory of the attempt cannot be made.").Because(err)
	}
	b, err := json.Marshal(s)
	if err != nil {
		return errs.Internal("shim.spec", err)
	}
	tmp, err := os.CreateTemp(dir, ".spec-*")
	if err != nil {
		return errs.Unavailable("shim.directory", "The directory of the attempt cannot be written.").Because(err)
	}
	defer func() { _ = os.Remove(tmp.Name()) }() // the link keeps the file; a leftover harms nobody
	_, err = tmp.Write(b)
	if err == nil {
		err = tmp.Sync()
	}
	if c := tmp.Close(); err == nil {
		err = c
	}
	if err == nil {
		// A link, unlike a rename, does not replace what is there.
		err = os.Link(tmp.Name(), filepath.Join(dir, specFile))
	}
	if errors.Is(err, fs.ErrExist) {
		old, err := os.ReadFile(filepath.Join(dir, specFile))
		if err != nil {
			return errs.Internal("shim.spec", err)
		}
		if !same(old, s) {
			return errs.Conflict("shim.other_attempt", nil, "The directory belongs to another attempt, so nothing was started.")
		}
		return nil
	}
	if err == nil {
		err = syncDir(dir)
	}
	if err != nil {
		return errs.Unavailable("shim.directory", "The directory of the attempt cannot be written.").Because(err)
	}
	return nil
}

func spawn(dir string, s Spec, executable string) error {
	fail := func(err error) error {
		return errs.Unavailable("shim.not_started", "The process that runs the command could not be started. Nothing has run.").Because(err)
	}
	in, err := json.Marshal(carried{s, s.Secrets})
	if err != nil {
		return errs.Internal("shim.spec", err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		return fail(err)
	}
	defer r.Close()
	cmd := exec.Command(executable, "shim", dir) //nolint:gosec,noctx // G204: the program is this one, the argument the attempt's own directory; it outlives every context
	cmd.Dir = dir
	cmd.Env = []string{DefaultPath} // the server's environment may hold secrets
	if log, err := os.OpenFile(filepath.Join(dir, logFile), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err == nil {
		defer log.Close()
		cmd.Stderr = log
	}
	cmd.Stdin = bytes.NewReader(in)
	cmd.ExtraFiles = []*os.File{w} // not standard output: a broken one would end the shim by SIGPIPE
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	err = cmd.Start()
	w.Close()
	if err != nil {
		return fail(err)
	}
	go func() { _ = cmd.Wait() }() // reaps it, should the server live longer
	if err := r.SetReadDeadline(deadline(handshake)); err != nil {
		return fail(err)
	}
	var said [64]byte
	n, err := r.Read(said[:])
	if word := string(said[:n]); err == nil && (word == saidOwned || word == saidBusy) {
		return nil
	}
	if exists(dir, shimFile) || exists(dir, exitFile) {
		return nil
	}
	return fail(fmt.Errorf("the shim said %q: %w", said[:n], errors.Join(err, errors.New("no word from it"))))
}
