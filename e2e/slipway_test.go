package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"slipway/client"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// adminToken is the administrator's token of every server of a journey.
const adminToken = "journey-administrator-0123456789"

// scratch holds what all journeys share and none changes: the binary, and the versions of the tiny service.
var scratch string

// built is linked as the binary that is handed out is, without what only a debugger needs.
var built = sync.OnceValues(func() (string, error) {
	bin := filepath.Join(scratch, "slipway")
	out, err := exec.Command("go", "build", "-ldflags", "-s -w", "-o", bin, "slipway/cmd/slipway").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return bin, nil
})

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "slipway-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	scratch = dir
	// Half of what a journey takes is waiting, for a lease, for a minute, for a page: two for each processor keep it busy.
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		if err := f.Value.Set(strconv.Itoa(2 * runtime.GOMAXPROCS(0))); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return m.Run()
}

func binary(t *testing.T) string {
	t.Helper()
	b, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// server is one process of the binary.
type server struct {
	t    *testing.T
	args []string
	env  []string
	URL  string
	cmd  *exec.Cmd
	log  *bytes.Buffer
	mu   sync.Mutex
}

// engines runs a journey on SQLite and on PostgreSQL, beside others: each has a server, a database and browsers of its own.
// args are the flags that choose the database.
func engines(t *testing.T, journey func(t *testing.T, args []string)) {
	t.Helper()
	beside(t, dbtest.New, journey)
}

// installations is engines where also PostgreSQL has no schema yet, as when Slipway is installed.
func installations(t *testing.T, journey func(t *testing.T, args []string)) {
	t.Helper()
	beside(t, dbtest.Empty, journey)
}

func beside(t *testing.T, place func(testing.TB, db.Engine) dbtest.Place, journey func(t *testing.T, args []string)) {
	t.Helper()
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		journey(t, []string{"--data", t.TempDir()})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		journey(t, []string{"--data", t.TempDir(), "--database", place(t, db.Postgres).URL})
	})
}

// given holds the ports that freePort gave.
var given sync.Map

// freePort returns a port of loopback that nobody has, and that nobody gets: it lies below those that the system gives to
// outgoing connections, so it is still free when a server that ended comes back.
func freePort(t *testing.T) int {
	t.Helper()
	for range 1000 {
		port := 20000 + rand.IntN(12000)
		if _, taken := given.LoadOrStore(port, true); taken {
			continue
		}
		l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port))
		if err != nil {
			continue
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		return port
	}
	t.Fatal("no port is free")
	return 0
}

// start runs slipway serve on a free port and waits until it answers. env adds to the environment ("NAME=value").
func start(t *testing.T, args []string, env ...string) *server {
	t.Helper()
	listen := "127.0.0.1:" + strconv.Itoa(freePort(t)) // after a restart too, since everybody knows it
	s := &server{t: t, args: append([]string{"serve", "--listen", listen}, args...), env: env, log: &bytes.Buffer{}}
	s.up()
	t.Cleanup(func() {
		s.stop()
		if t.Failed() {
			s.mu.Lock()
			defer s.mu.Unlock()
			t.Logf("the log of the server at %s, without requests that were served:\n%s", s.URL, tail(told(s.log.String()), 8000))
		}
	})
	return s
}

// told leaves the lines out that say nothing but that a request was served.
func told(log string) string {
	var out strings.Builder
	for line := range strings.Lines(log) {
		if !strings.Contains(line, "msg=request ") || strings.Contains(line, "status=5") {
			out.WriteString(line)
		}
	}
	return out.String()
}

func tail(s string, n int) string {
	if len(s) > n {
		return "…" + s[len(s)-n:]
	}
	return s
}

func (s *server) up() {
	s.t.Helper()
	s.cmd = exec.Command(binary(s.t), s.args...)
	s.cmd.Env = append(append(os.Environ(), "SLIPWAY_ADMIN_TOKEN="+adminToken), s.env...)
	s.cmd.Stderr = s
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	address := make(chan string, 1)
	go func() {
		sc := bufio.NewScanner(out)
		for sc.Scan() {
			if i := strings.Index(sc.Text(), "http://"); i >= 0 {
				select {
				case address <- strings.TrimRight(strings.Fields(sc.Text()[i:])[0], "."):
				default:
				}
			}
		}
		close(address)
	}()
	select {
	case a, ok := <-address:
		if !ok {
			_ = s.cmd.Wait()
			s.t.Fatalf("the server did not start:\n%s", s.log.String())
		}
		s.URL = a
	case <-time.After(time.Minute):
		s.t.Fatalf("the server did not answer within a minute:\n%s", s.log.String())
	}
}

// Write takes the server's log.
func (s *server) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.Write(b)
}

// kill ends the server without warning, as a power cut would, and waits for its end.
func (s *server) kill() {
	s.t.Helper()
	if err := s.cmd.Process.Kill(); err != nil {
		s.t.Fatal(err)
	}
	_ = s.cmd.Wait() // it was killed
}

// stop ends the server in order.
func (s *server) stop() {
	if s.cmd.ProcessState != nil {
		return
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		s.t.Error(err)
	}
	done := make(chan struct{})
	go func() { _ = s.cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(40 * time.Second):
		s.t.Error("the server did not stop within 40 s")
		_ = s.cmd.Process.Kill()
		<-done
	}
}

// client returns a client with a token.
func (s *server) client(token string) *client.Client {
	s.t.Helper()
	c, err := client.New(s.URL, token)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// watch asks for a run as a program does that looks again and again: through the client, without a process for each look.
func (s *server) watch(token, run string) runView {
	s.t.Helper()
	r, err := s.client(token).Run(s.t.Context(), run)
	if err != nil {
		s.t.Fatalf("run %s: %v", run, err)
	}
	return runView{r}
}

// said is what a command line printed and how it ended.
type said struct {
	out, err string
	status   int
}

// run runs a command line as the owner of a token.
func (s *server) run(token string, args ...string) said {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, binary(s.t), args...)
	c.Env = append(os.Environ(), "SLIPWAY_URL="+s.URL, "SLIPWAY_TOKEN="+token)
	var out, fault bytes.Buffer
	c.Stdout, c.Stderr = &out, &fault
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		s.t.Fatalf("slipway %s: %v", strings.Join(args, " "), err)
	}
	return said{out.String(), fault.String(), c.ProcessState.ExitCode()}
}

// must runs a command line that has to succeed.
func (s *server) must(token string, args ...string) string {
	s.t.Helper()
	r := s.run(token, args...)
	if r.status != 0 {
		s.t.Fatalf("slipway %s ended with %d\n%s%s", strings.Join(args, " "), r.status, r.out, r.err)
	}
	return r.out
}

// into runs a command line that has to succeed and decodes its JSON.
func (s *server) into(token string, dst any, args ...string) {
	s.t.Helper()
	out := s.must(token, append(args, "--output", "json")...)
	if err := json.Unmarshal([]byte(out), dst); err != nil {
		s.t.Fatalf("slipway %s printed no JSON: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// apply applies YAML as the administrator.
func (s *server) apply(text string) {
	s.t.Helper()
	file := filepath.Join(s.t.TempDir(), "apply.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	s.must(adminToken, "apply", "-f", file)
}

// person makes a person with roles, everywhere, and returns a token that carries them.
func (s *server) person(key, name string, roles ...string) string {
	s.t.Helper()
	var list []string
	args := []string{"token", "add", "journey", "--owner", key}
	for _, r := range roles {
		list = append(list, "{role: "+r+"}")
		args = append(args, "--role", r)
	}
	s.apply(fmt.Sprintf("kind: person\nkey: %s\nname: %s\nroles: [%s]\n", key, name, strings.Join(list, ", ")))
	var made struct {
		Secret string `json:"secret"`
	}
	s.into(adminToken, &made, args...)
	if made.Secret == "" {
		s.t.Fatalf("no secret for %s", key)
	}
	return made.Secret
}

// eventually asks until ok says yes, for at most as long as given.
func eventually(t *testing.T, within time.Duration, what string, ok func() bool) {
	t.Helper()
	end := time.NewTimer(within)
	defer end.Stop()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for !ok() {
		select {
		case <-end.C:
			t.Fatalf("not within %s: %s", within, what)
		case <-again.C:
		}
	}
}

var _ io.Writer = (*server)(nil)
