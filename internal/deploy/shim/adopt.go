//go:build linux || darwin

package shim

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"slipway/internal/clock"
	"slipway/internal/errs"
)

func deadline(d time.Duration) time.Time { return clock.System.Now().Add(d) }

// Adopt says what is known of an attempt's command. It changes nothing, so any process may ask at any time. NeverStarted can
// turn into Running if a shim was just being started: to be sure that nothing runs, Cancel first. It fails with errs.Internal if a
// file of the directory is damaged.
func Adopt(dir string) (Status, error) {
	if st, err := finished(dir); err != nil || st.State == Finished {
		return st, err
	}
	var me identity
	marked, err := read(dir, shimFile, &me)
	if err != nil {
		return Status{}, err
	}
	if !marked {
		if held(dir) {
			return Status{State: Running}, nil
		}
		// The shim may have come and gone since the first look.
		if exists(dir, shimFile) {
			return Adopt(dir)
		}
		return Status{State: NeverStarted}, nil
	}
	if me.alive() {
		return Status{State: Running}, nil
	}
	if st, err := finished(dir); err != nil || st.State == Finished {
		return st, err
	}
	var child identity
	known, err := read(dir, childFile, &child)
	if err != nil {
		return Status{}, err
	}
	return Status{State: Lost, Orphan: known && child.alive()}, nil
}

func finished(dir string) (Status, error) {
	var r Result
	ok, err := read(dir, exitFile, &r)
	if err != nil || !ok {
		return Status{}, err
	}
	return Status{State: Finished, Result: &r}, nil
}

// held reports whether a shim holds the lock. The look itself takes it shared, so that lookers do not see each other.
func held(dir string) bool {
	f, err := os.Open(filepath.Join(dir, lockFile))
	if err != nil {
		return false
	}
	defer f.Close()
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	return errors.Is(err, syscall.EWOULDBLOCK)
}

// Cancel asks for the end of the command: the whole process group gets TERM, and KILL after the grace. It returns at once; Adopt
// tells when and how the command ended. A command that has not started will not start any more, one that has finished stays
// as it is, and the orphan of a lost shim gets KILL. It may be called again.
func Cancel(dir string) error {
	if !exists(dir, specFile) {
		return errs.NotFound("shim.unknown", "There is no such attempt to cancel.")
	}
	if exists(dir, exitFile) {
		return nil
	}
	if !exists(dir, cancelFile) {
		if err := write(dir, cancelFile, clock.System.Now()); err != nil {
			return errs.Unavailable("shim.directory", "The directory of the attempt cannot be written.").Because(err)
		}
	}
	var me, child identity
	marked, err := read(dir, shimFile, &me)
	if err != nil || !marked {
		return err // without its mark a shim has started nothing, and it looks for the wish after setting the mark
	}
	if me.alive() {
		return ignoreGone(syscall.Kill(me.Pid, syscall.SIGTERM))
	}
	if known, err := read(dir, childFile, &child); err != nil || !known || !child.alive() {
		return err
	}
	return ignoreGone(syscall.Kill(-child.Pid, syscall.SIGKILL))
}

func ignoreGone(err error) error {
	if err == nil || errors.Is(err, syscall.ESRCH) {
		return nil
	}
	return errs.Unavailable("shim.signal", "The process could not be told to end.").Because(err)
}

// Tail returns the output from a byte offset on, 64 KiB at most, and the offset to go on from. It returns nothing, and the
// same offset, where there is no more yet.
func Tail(dir string, offset int64) ([]byte, int64, error) {
	f, err := os.Open(filepath.Join(dir, outFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, offset, nil
	}
	if err != nil {
		return nil, offset, errs.Internal("shim.output", err)
	}
	defer f.Close()
	b := make([]byte, 64<<10)
	n, err := f.ReadAt(b, max(offset, 0))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, offset, errs.Internal("shim.output", err)
	}
	return b[:n], max(offset, 0) + int64(n), nil
}

// Remove deletes the directory of an attempt once its outcome is stored. It fails with errs.Blocked while something of it
// still runs.
func Remove(dir string) error {
	st, err := Adopt(dir)
	if err != nil {
		return err
	}
	if st.State == Running || st.Orphan {
		return errs.Blocked("shim.running", "The command still runs, so its directory was kept.")
	}
	if err := os.RemoveAll(dir); err != nil {
		return errs.Unavailable("shim.directory", "The directory of the attempt cannot be removed.").Because(err)
	}
	return nil
}
