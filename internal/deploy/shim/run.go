//go:build linux || darwin

package shim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"slipway/internal/clock"
)

const (
	saidOwned = "owned\n"
	saidBusy  = "busy\n"

	lockPatience = 5 * time.Second // for a looker to let go of the lock
	pipePatience = 2 * time.Second // for output that background processes still hold open
	exitPatience = time.Minute     // for a full disk to take the result
)

// Run is the whole life of a shim: the hidden subcommand `slipway shim DIR` calls it and exits with what it returns. It reads the
// spec from standard input, and tells on file descriptor 3 that it holds the directory. It must be the process's only work.
func Run(dir string) int {
	// The command dies with the thread that started it, so this thread must last.
	runtime.LockOSThread()
	// A closed terminal is no reason to leave the command alone. These are caught, not ignored: the command would inherit that.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP, syscall.SIGINT)
	end := make(chan os.Signal, 8)
	signal.Notify(end, syscall.SIGTERM)

	say := os.NewFile(3, "handshake")
	defer say.Close()
	syscall.CloseOnExec(3)
	var c carried
	if err := json.NewDecoder(io.LimitReader(os.Stdin, 64<<20)).Decode(&c); err != nil {
		fmt.Fprintln(os.Stderr, "slipway shim: no specification on standard input:", err)
		return 2
	}
	s := c.spec()
	if err := s.check(); err != nil {
		fmt.Fprintln(os.Stderr, "slipway shim:", err)
		return 2
	}
	lock, err := hold(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, "slipway shim:", err)
		return 1
	}
	if lock == nil {
		_, _ = io.WriteString(say, saidBusy)
		return 0
	}
	defer lock.Close()
	me, ok := identify(os.Getpid())
	if !ok {
		fmt.Fprintln(os.Stderr, "slipway shim: the identity of this process cannot be read")
		return 1
	}
	if err := write(dir, shimFile, me); err != nil {
		fmt.Fprintln(os.Stderr, "slipway shim:", err)
		return 1
	}
	_, _ = io.WriteString(say, saidOwned)
	_ = say.Close()

	var r Result
	if exists(dir, cancelFile) {
		now := clock.System.Now()
		r = Result{Code: -1, Cancelled: true, Fault: "It was cancelled before it started.", StartedAt: now, FinishedAt: now}
	} else {
		r = command(dir, s, end)
	}
	return leave(dir, r)
}

// hold takes the lock. It returns nil if another shim has, or has had, the directory.
func hold(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for give := clock.System.Now().Add(lockPatience); ; time.Sleep(5 * time.Millisecond) {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		taken := exists(dir, shimFile) || exists(dir, exitFile)
		switch {
		case taken, err != nil && clock.System.Now().After(give):
			return nil, f.Close()
		case err == nil:
			return f, nil
		case !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR):
			return nil, errors.Join(err, f.Close())
		}
	}
}

// leave writes the result down. A full disk is waited for: without the result the outcome would be unknown.
func leave(dir string, r Result) int {
	for give := clock.System.Now().Add(exitPatience); ; time.Sleep(time.Second) {
		err := write(dir, exitFile, r)
		if err == nil {
			return 0
		}
		if clock.System.Now().After(give) {
			fmt.Fprintln(os.Stderr, "slipway shim:", err)
			return 1
		}
	}
}

// command runs the command to its end.
func command(dir string, s Spec, end <-chan os.Signal) Result {
	r := Result{Code: -1, StartedAt: clock.System.Now()}
	failed := func(err error) Result {
		r.Fault, r.FinishedAt = "The command could not be started: "+err.Error()+".", clock.System.Now()
		return r
	}
	log, err := os.OpenFile(filepath.Join(dir, outFile), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return failed(err)
	}
	defer log.Close()
	out, in, err := os.Pipe()
	if err != nil {
		return failed(err)
	}
	defer out.Close()
	cmd, err := prepare(dir, s)
	if err != nil {
		in.Close()
		return failed(err)
	}
	cmd.Stdout, cmd.Stderr = in, in
	err = cmd.Start()
	in.Close()
	if err != nil {
		return failed(err)
	}
	if child, ok := identify(cmd.Process.Pid); ok {
		_ = write(dir, childFile, child) // only the orphan of a lost shim needs it
	}
	copied := make(chan struct{})
	sink := &limited{to: log, left: s.OutputLimit}
	go func() {
		_, _ = io.Copy(sink, out)
		close(copied)
	}()
	gone := make(chan error, 1)
	go func() { gone <- cmd.Wait() }()
	wait(dir, cmd.Process.Pid, s, end, gone, &r)
	r.FinishedAt = clock.System.Now()
	status(cmd.ProcessState, &r)

	select {
	case <-copied:
	case <-time.After(pipePatience):
		_ = out.SetReadDeadline(clock.System.Now())
		<-copied
	}
	r.Output, r.Truncated = sink.seen, sink.cut
	_ = log.Sync()
	return r
}

func prepare(dir string, s Spec) (*exec.Cmd, error) {
	env := append(append([]string{DefaultPath}, s.Env...), s.Secrets...)
	program, err := lookup(s.Argv[0], env, dir, s.Dir)
	if err != nil {
		return nil, err
	}
	cmd := &exec.Cmd{Path: program, Args: s.Argv, Env: env, Dir: s.Dir, SysProcAttr: &syscall.SysProcAttr{Setpgid: true}}
	if cmd.Dir == "" {
		cmd.Dir = dir
	}
	dies(cmd.SysProcAttr)
	return cmd, nil
}

// wait returns when the command has ended, and ends it when its time is over or somebody wishes so.
func wait(dir string, pid int, s Spec, end <-chan os.Signal, gone <-chan error, r *Result) {
	var over, kill <-chan time.Time
	if s.Timeout > 0 {
		t := time.NewTimer(s.Timeout)
		defer t.Stop()
		over = t.C
	}
	stop := func() {
		_ = syscall.Kill(-pid, syscall.SIGTERM)
		over = nil
		if kill == nil {
			kill = time.After(s.Grace)
		}
	}
	for {
		select {
		case <-gone:
			if r.TimedOut || r.Cancelled || r.Terminated {
				_ = syscall.Kill(-pid, syscall.SIGKILL) // what the command left behind in its group
			}
			return
		case <-over:
			r.TimedOut = true
			stop()
		case <-end:
			if !r.TimedOut {
				r.Cancelled = exists(dir, cancelFile)
				r.Terminated = !r.Cancelled
			}
			stop()
		case <-kill:
			_ = syscall.Kill(-pid, syscall.SIGKILL)
		}
	}
}

func status(p *os.ProcessState, r *Result) {
	if p == nil {
		return
	}
	r.Code = p.ExitCode()
	if w, ok := p.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		r.Signal = w.Signal().String()
	}
}
