//go:build linux

package shim

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"slipway/internal/errs"
)

// TestMain lets the test binary play the server's binary (shim) and a server that starts a command (start).
func TestMain(m *testing.M) {
	if len(os.Args) > 2 {
		switch os.Args[1] {
		case "shim":
			os.Exit(Run(os.Args[2]))
		case "start":
			var s Spec
			err := json.NewDecoder(os.Stdin).Decode(&s)
			if err == nil {
				err = Start(os.Args[2], s, self())
			}
			fmt.Println("started", err)
			if len(os.Args) > 3 { // a server lives on
				select {}
			}
			os.Exit(0)
		}
	}
	os.Exit(m.Run())
}

func self() string {
	p, err := os.Executable()
	if err != nil {
		panic(err)
	}
	return p
}

func sh(script string) Spec {
	return Spec{Token: "t1", Argv: []string{"sh", "-c", script}, Grace: 200 * time.Millisecond}
}

func start(t *testing.T, dir string, s Spec) {
	t.Helper()
	if err := Start(dir, s, self()); err != nil {
		t.Fatalf("%v: %v", err, errors.Unwrap(err))
	}
	t.Cleanup(func() {
		_ = Cancel(dir)
		until(t, dir, func(st Status) bool { return st.State != Running })
	})
}

// until asks again until the status is as wished. It fails the test after a while.
func until(t *testing.T, dir string, wish func(Status) bool) Status {
	t.Helper()
	for range 6000 {
		st, err := Adopt(dir)
		if err != nil {
			t.Fatal(err)
		}
		if wish(st) {
			return st
		}
		<-time.After(10 * time.Millisecond)
	}
	t.Fatal("the status does not come")
	return Status{}
}

func result(t *testing.T, dir string) Result {
	t.Helper()
	return *until(t, dir, func(st Status) bool { return st.State == Finished }).Result
}

func output(t *testing.T, dir string) string {
	t.Helper()
	var all []byte
	for at := int64(0); ; {
		b, next, err := Tail(dir, at)
		if err != nil {
			t.Fatal(err)
		}
		if next == at {
			return string(all)
		}
		all, at = append(all, b...), next
	}
}

func pidOf(t *testing.T, dir, name string) int {
	t.Helper()
	var id identity
	for range 12000 {
		if ok, err := read(dir, name, &id); err != nil {
			t.Fatal(err)
		} else if ok {
			return id.Pid
		}
		<-time.After(5 * time.Millisecond)
	}
	t.Fatal(name, "does not come")
	return 0
}

func TestResult(t *testing.T) {
	for _, c := range []struct {
		name, script string
		want         Result
		output       string
	}{
		{"success", "echo out; echo err >&2", Result{Output: 8}, "out\nerr\n"},
		{"status", "exit 7", Result{Code: 7}, ""},
		{"signal", "kill -9 $$", Result{Code: -1, Signal: "killed"}, ""},
		{"environment", `echo "$A-$B-$HOME"`, Result{Output: 5}, "1-2-\n"},
		{"pipes are whole", "yes | head -1", Result{Output: 2}, "y\n"},
		{"no input", "cat", Result{}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "a")
			s := sh(c.script)
			s.Env, s.Secrets = []string{"A=1"}, []string{"B=2"}
			if st, err := Adopt(dir); err != nil || st.State != NeverStarted {
				t.Fatal(st, err)
			}
			start(t, dir, s)
			r := result(t, dir)
			if r.StartedAt.IsZero() || r.FinishedAt.Before(r.StartedAt) {
				t.Error(r)
			}
			ok := r.Succeeded()
			r.StartedAt, r.FinishedAt = time.Time{}, time.Time{}
			if r != c.want || ok != (c.want.Code == 0) {
				t.Errorf("%+v", r)
			}
			if got := output(t, dir); got != c.output {
				t.Errorf("%q", got)
			}
			if b, _ := os.ReadFile(filepath.Join(dir, specFile)); strings.Contains(string(b), "B=2") {
				t.Error("a secret lies on the disk")
			}
			if err := Remove(dir); err != nil || exists(dir, specFile) {
				t.Error(err)
			}
		})
	}
}

func TestCannotStart(t *testing.T) {
	for name, s := range map[string]Spec{
		"no program": {Token: "t", Argv: []string{"no-such-program"}},
		"no file":    {Token: "t", Argv: []string{"./no-such-program"}},
		"no dir":     {Token: "t", Argv: []string{"true"}, Dir: "/no/such/dir"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			start(t, dir, s)
			if r := result(t, dir); r.Code != -1 || !strings.HasPrefix(r.Fault, "The command could not be started: ") || r.Succeeded() {
				t.Errorf("%+v", r)
			}
		})
	}
	if err := Start(t.TempDir(), Spec{Token: "t"}, self()); errs.CodeOf(err) != errs.CodeInvalid {
		t.Error(err)
	}
	dir := t.TempDir()
	for _, exe := range []string{"/no/such/binary", "/bin/true"} {
		if err := Start(dir, sh("true"), exe); errs.CodeOf(err) != errs.CodeUnavailable {
			t.Error(exe, err)
		}
		if st, err := Adopt(dir); err != nil || st.State != NeverStarted {
			t.Error(st, err)
		}
	}
	start(t, dir, sh("true")) // and the next try goes through
	if r := result(t, dir); !r.Succeeded() {
		t.Error(r)
	}
}

func TestTimeout(t *testing.T) {
	s := sh(`trap '' TERM; sleep 600 & echo $!; wait; wait; sleep 600`)
	s.Timeout = 200 * time.Millisecond
	dir := t.TempDir()
	start(t, dir, s)
	r := result(t, dir)
	for ; output(t, dir) == "" && s.Timeout < time.Minute; r = result(t, dir) { // a busy machine did not come to the trap in time
		dir = t.TempDir()
		s.Timeout *= 4
		start(t, dir, s)
	}
	if !r.TimedOut || r.Signal != "killed" || r.Cancelled || r.Succeeded() {
		t.Errorf("%+v", r)
	}
	kid, err := strconv.Atoi(strings.TrimSpace(output(t, dir)))
	if err != nil {
		t.Fatal(err)
	}
	gone(t, kid)
}

// gone waits for a process to be dead, at most a zombie.
func gone(t *testing.T, pid int) {
	t.Helper()
	for range 6000 {
		if _, alive := startOf(pid); !alive {
			return
		}
		<-time.After(10 * time.Millisecond)
	}
	t.Fatal("the process lives on:", pid)
}

func TestCancel(t *testing.T) {
	dir := t.TempDir()
	start(t, dir, sh(`trap 'echo tidy; exit 3' TERM; echo up; while :; do sleep 0.05; done`))
	for output(t, dir) != "up\n" {
		<-time.After(5 * time.Millisecond)
	}
	if st, _ := Adopt(dir); st.State != Running {
		t.Fatal(st)
	}
	if err := Remove(dir); errs.CodeOf(err) != errs.CodeBlocked {
		t.Error(err)
	}
	for range 2 {
		if err := Cancel(dir); err != nil {
			t.Fatal(err)
		}
	}
	if r := result(t, dir); !r.Cancelled || r.Code != 3 || !strings.HasSuffix(output(t, dir), "tidy\n") {
		t.Errorf("%+v %q", r, output(t, dir))
	}
	if err := Cancel(dir); err != nil {
		t.Error(err)
	}
	if err := Cancel(t.TempDir()); errs.CodeOf(err) != errs.CodeNotFound {
		t.Error(err)
	}
}

func TestTerminatedBySomebodyElse(t *testing.T) {
	dir := t.TempDir()
	start(t, dir, sh("sleep 600"))
	_ = pidOf(t, dir, childFile)
	if err := syscall.Kill(pidOf(t, dir, shimFile), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if r := result(t, dir); !r.Terminated || r.Cancelled || r.Signal != "terminated" {
		t.Errorf("%+v", r)
	}
}

func TestCancelBeforeTheStart(t *testing.T) {
	dir := t.TempDir()
	if err := own(dir, sh("true")); err != nil {
		t.Fatal(err)
	}
	if err := Cancel(dir); err != nil {
		t.Fatal(err)
	}
	start(t, dir, sh("echo ran"))
	if r := result(t, dir); !r.Cancelled || output(t, dir) != "" {
		t.Errorf("%+v", r)
	}
}

func TestBigOutput(t *testing.T) {
	dir := t.TempDir()
	s := sh("yes 123456789 | head -c 5000000; echo end >&2")
	s.OutputLimit = 100_000
	start(t, dir, s)
	r := result(t, dir)
	got := output(t, dir)
	if !r.Succeeded() || !r.Truncated || r.Output != 5_000_004 {
		t.Errorf("%+v", r)
	}
	if len(got) > 100_100 || !strings.HasSuffix(got, "\n[Slipway: the output is cut here, at 100000 bytes.]\n") {
		t.Errorf("%d bytes, ending %q", len(got), got[max(0, len(got)-80):])
	}
}

func TestBackgroundProcessDoesNotHoldTheResult(t *testing.T) {
	dir := t.TempDir()
	start(t, dir, sh("sleep 600 & echo $!"))
	r := result(t, dir)
	kid, err := strconv.Atoi(strings.TrimSpace(output(t, dir)))
	if err != nil || !r.Succeeded() {
		t.Fatal(r, err)
	}
	if _, alive := startOf(kid); !alive {
		t.Error("a process put into the background was killed")
	}
	_ = syscall.Kill(kid, syscall.SIGKILL)
}

func TestStartTwice(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a")
	s := sh("echo run; sleep 0.3")
	start(t, dir, s)
	start(t, dir, s)
	other := s
	other.Token = "t2"
	if err := Start(dir, other, self()); errs.CodeOf(err) != errs.CodeConflict {
		t.Error(err)
	}
	result(t, dir)
	start(t, dir, s)
	if got := output(t, dir); got != "run\n" {
		t.Errorf("%q", got)
	}
}

// server starts another process that calls Start. With stay it lives on, as a server does.
func server(t *testing.T, dir string, s Spec, stay bool) *exec.Cmd {
	t.Helper()
	args := []string{"start", dir}
	if stay {
		args = append(args, "stay")
	}
	cmd := exec.Command(self(), args...)
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin = strings.NewReader(string(b))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != "started <nil>\n" {
		t.Errorf("%q %v", line, err)
	}
	if !stay {
		_ = cmd.Wait()
	}
	return cmd
}

func TestStartFromManyProcessesRunsOnce(t *testing.T) {
	for range 5 {
		dir := filepath.Join(t.TempDir(), "a")
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() { server(t, dir, sh("echo run; sleep 0.1"), false) })
		}
		all.Wait()
		if r := result(t, dir); !r.Succeeded() || output(t, dir) != "run\n" {
			t.Fatalf("%+v %q", r, output(t, dir))
		}
	}
}

func TestServerKilled(t *testing.T) {
	dir := t.TempDir()
	cmd := server(t, dir, sh("echo before; while [ ! -e go ]; do sleep 0.02; done; echo after; exit 4"), true)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	// Nor does the end of its process group reach the command.
	if st, err := Adopt(dir); err != nil || st.State != Running {
		t.Fatal(st, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if r := result(t, dir); r.Code != 4 || output(t, dir) != "before\nafter\n" {
		t.Errorf("%+v %q", r, output(t, dir))
	}
}

func TestShimKilled(t *testing.T) {
	dir := t.TempDir()
	start(t, dir, sh("echo run; sleep 600"))
	child := pidOf(t, dir, childFile)
	if err := syscall.Kill(pidOf(t, dir, shimFile), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	st := until(t, dir, func(st Status) bool { return st.State != Running })
	if st.State != Lost || st.Result != nil {
		t.Fatalf("%+v", st)
	}
	gone(t, child)
	if st, _ = Adopt(dir); st.State != Lost || st.Orphan {
		t.Errorf("%+v", st)
	}
	// The directory never runs its command a second time.
	if err := Start(dir, sh("echo run; sleep 600"), self()); err != nil {
		t.Error(err)
	}
	if st, _ = Adopt(dir); st.State != Lost || strings.Count(output(t, dir), "run") > 1 {
		t.Errorf("%+v %q", st, output(t, dir))
	}
}

func TestCommandKilled(t *testing.T) {
	dir := t.TempDir()
	start(t, dir, sh("sleep 600"))
	if err := syscall.Kill(pidOf(t, dir, childFile), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if r := result(t, dir); r.Signal != "killed" || r.Cancelled || r.TimedOut || r.Succeeded() {
		t.Errorf("%+v", r)
	}
}

// A living process under the number of the shim is not the shim after a reboot, nor if it started at another time.
func TestIdentity(t *testing.T) {
	me, ok := identify(os.Getpid())
	if !ok || !me.alive() {
		t.Fatal(me)
	}
	for name, change := range map[string]func(*identity){
		"reboot": func(i *identity) { i.Boot = "another" }, "number given twice": func(i *identity) { i.Start += "1" }, "no process": func(i *identity) { i.Pid = 1 << 30 },
		"zero": func(i *identity) { i.Pid = 0 }, "as it is": func(*identity) {},
	} {
		t.Run(name, func(t *testing.T) {
			dir, other := t.TempDir(), me
			change(&other)
			if err := errors.Join(own(dir, sh("true")), write(dir, shimFile, other), write(dir, childFile, other)); err != nil {
				t.Fatal(err)
			}
			want := Status{State: Lost}
			if other == me {
				want = Status{State: Running}
			}
			if st, err := Adopt(dir); err != nil || st != want {
				t.Errorf("%+v %v", st, err)
			}
		})
	}
}

func TestDamagedFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, exitFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Adopt(dir); errs.CodeOf(err) != errs.CodeInternal {
		t.Error(err)
	}
}

func TestZombieIsNotAlive(t *testing.T) {
	cmd := exec.Command("true")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	gone(t, cmd.Process.Pid)
	_ = cmd.Wait()
}

func BenchmarkStartToResult(b *testing.B) {
	for b.Loop() {
		dir := b.TempDir()
		if err := Start(dir, Spec{Token: "t", Argv: []string{"true"}}, self()); err != nil {
			b.Fatal(err)
		}
		for {
			if st, err := Adopt(dir); err != nil || st.State == Lost {
				b.Fatal(st, err)
			} else if st.State == Finished {
				break
			}
			<-time.After(time.Millisecond)
		}
	}
}
