package e2e

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"slipway/client"
)

var kills = flag.Int("kills", 20, "how often Journey 3 kills the server")

// receiver counts the calls and the distinct idempotency keys of each step.
type receiver struct {
	*httptest.Server
	mu    sync.Mutex
	calls int
	keys  map[string]map[string]int // step → key → calls
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{keys: map[string]map[string]int{}}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		_, _ = io.Copy(io.Discard, req.Body) // the key alone counts
		step := strings.TrimPrefix(req.URL.Path, "/")
		r.mu.Lock()
		r.calls++
		if r.keys[step] == nil {
			r.keys[step] = map[string]int{}
		}
		r.keys[step][req.Header.Get("Idempotency-Key")]++
		r.mu.Unlock()
		select {
		case <-time.After(60 * time.Millisecond): // an effect that takes its time, so that a kill can fall into it
		case <-req.Context().Done():
		}
		fmt.Fprint(w, `{"ok":true}`)
	}))
	t.Cleanup(r.Close)
	return r
}

const fortySteps = 40

// fortyRunbook is a runbook of forty steps of every kind: two strands that need their predecessor.
func fortyRunbook(receiver, dir string) string {
	var b strings.Builder
	b.WriteString("kind: runbook\nkey: forty\nname: Forty steps\nsteps:\n")
	unknown := []string{"ask", "repeat", "check"}
	for i := range fortySteps {
		key := fmt.Sprintf("s%02d", i)
		fmt.Fprintf(&b, "  - key: %s\n    planned: 1m\n", key)
		if i > 1 {
			fmt.Fprintf(&b, "    needs: [s%02d]\n", i-2)
		}
		switch i % 5 {
		case 0, 3:
			fmt.Fprintf(&b, "    kind: http\n    on_unknown: repeat\n    retries: 20\n    retry_wait: 1s\n    http: {method: POST, url: %q, body: \"{}\", condition: answer.ok == true}\n", receiver+"/"+key)
		case 1, 4:
			u := unknown[i%3]
			file := filepath.Join(dir, key)
			fmt.Fprintf(&b, "    kind: command\n    on_unknown: %s\n", u)
			if u == "check" {
				fmt.Fprintf(&b, "    check: {command: {argv: [test, -s, %q]}, timeout: 10s}\n", file)
			}
			fmt.Fprintf(&b, "    command: {argv: [sh, -c, %q], dir: %q}\n", "sleep 0.05; echo done >> "+file, dir)
		case 2:
			b.WriteString("    kind: manual\n    owner: operator\n")
		}
	}
	return b.String()
}

// runView is a run as the command line and the client tell it.
type runView struct{ client.Run }

func (r runView) done() int {
	n := 0
	for _, s := range r.Steps {
		if s.State == "succeeded" {
			n++
		}
	}
	return n
}

// nightBank is the smallest bank in which a release can go: one product, one service, one environment that is always
// open, and a template with one criterion that a person confirms.
const nightBank = `
kind: product
key: night
name: Night
---
kind: service
key: owl
name: Owl
product: night
---
kind: environment
key: prod
name: Production
tier: production
default: open
---
kind: template
key: one
name: One criterion
phases:
  - {key: ready, name: Ready, days: 1}
criteria:
  - {key: checked, name: Somebody looked, kind: confirmation, phase: ready, owner: release-manager}
approvals:
  - {role: approver, name: Approver}
`

// goRelease makes a release that is GO and bound to the runbook.
func goRelease(s *server, manager, approver, key, version, runbook string) {
	s.t.Helper()
	from := time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)
	to := time.Now().Add(5 * time.Hour).UTC().Format(time.RFC3339)
	s.must(manager, "release", "create", key, "--product", "night", "--version", version, "--template", "one", "--window", from+"/"+to,
		"--service", "owl="+version, "--environment", "prod", "--runbook", runbook)
	s.must(manager, "release", "plan", key)
	s.must(manager, "release", "activate", key)
	s.must(manager, "criterion", "confirm", key, "checked")
	s.must(approver, "approve", key, "--role", "approver")
	s.must(manager, "release", "verdict", key)
}

// TestJourney3KillTheServer kills the server at random points of a run of forty steps. Every step ends in one recorded
// success, no effect happens under two keys, no command runs twice, and the run goes on within 30 seconds of each restart.
func TestJourney3KillTheServer(t *testing.T) {
	engines(t, func(t *testing.T, args []string) {
		dir := t.TempDir()
		rec := newReceiver(t)
		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		random := rand.New(rand.NewPCG(seed, 1))
		s := start(t, append(args, "--commands", "--command-directories", dir, "--allow-calls", "127.0.0.1"))
		s.apply(nightBank)
		manager := s.person("rory", "Rory Manager", "release-manager", "operator")
		approver := s.person("ann", "Ann Approver", "approver")
		s.apply(fortyRunbook(rec.URL, dir))
		killed, rounds := 0, 0
		for killed < *kills {
			rounds++
			for i := range fortySteps {
				_ = os.Remove(filepath.Join(dir, fmt.Sprintf("s%02d", i))) // of the round before
			}
			key := fmt.Sprintf("night-%d", rounds)
			goRelease(s, manager, approver, key, fmt.Sprintf("1.0.%d", rounds), "forty")
			rec.mu.Lock()
			rec.keys = map[string]map[string]int{}
			rec.mu.Unlock()
			var r runView
			s.into(manager, &r, "run", "start", key)
			killed += driveThroughKills(t, s, manager, r.ID, random, *kills-killed)
			checkForty(t, s, r.ID, rec, dir)
		}
		t.Logf("killed %d times over %d runs; the receiver had %d calls", killed, rounds, rec.calls)
		if out := s.must(adminToken, "ledger", "verify"); !strings.Contains(out, "The ledger holds.") {
			t.Errorf("verify said %s", out)
		}
	})
}

// driveThroughKills confirms what waits for a person until the run has succeeded, and kills the server on the way.
func driveThroughKills(t *testing.T, s *server, manager, run string, random *rand.Rand, most int) (killed int) {
	t.Helper()
	progress, since := 0, time.Now()
	next := time.Now().Add(time.Duration(random.IntN(400)) * time.Millisecond)
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for ; ; <-again.C {
		r := s.watch(adminToken, run)
		if r.State == "succeeded" {
			return killed
		}
		if d := r.done(); d > progress {
			progress, since = d, time.Now()
		}
		if time.Since(since) > 30*time.Second {
			t.Fatalf("the run did not go on within 30 s: %+v", r)
		}
		for _, st := range r.Steps {
			switch st.State {
			case "awaiting":
				s.run(manager, "run", "confirm", run, st.ID) // a refusal means that it was confirmed before the kill
			case "unknown", "failed":
				t.Fatalf("step %s is %s; the server alone was killed, so its commands must be adopted and its calls repeated", st.ID, st.State)
			}
		}
		if killed < most && time.Now().After(next) {
			s.kill()
			killed++
			s.up()
			since = time.Now() // what it is given, it is given after each restart
			next = time.Now().Add(time.Duration(random.IntN(600)) * time.Millisecond)
		}
	}
}

func checkForty(t *testing.T, s *server, run string, rec *receiver, dir string) {
	t.Helper()
	var r runView
	s.into(adminToken, &r, "run", "show", run)
	if r.done() != fortySteps {
		t.Errorf("%d of %d steps succeeded: %+v", r.done(), fortySteps, r.Steps)
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	for i := range fortySteps {
		key := fmt.Sprintf("s%02d", i)
		switch i % 5 {
		case 0, 3:
			if n := len(rec.keys[key]); n != 1 {
				t.Errorf("%s reached the receiver under %d keys: %v", key, n, rec.keys[key])
			}
		case 1, 4:
			b, err := os.ReadFile(filepath.Join(dir, key))
			if err != nil || strings.Count(string(b), "done") != 1 {
				t.Errorf("the command of %s left %q, %v", key, b, err)
			}
		}
	}
	var entries []struct {
		Action  string `json:"action"`
		Subject struct {
			ID string `json:"id"`
		} `json:"subject"`
		Payload struct {
			Step string `json:"step"`
		} `json:"payload"`
	}
	// What a run has written is in the ledger when its end is: PostgreSQL gives entries their places after the commit.
	eventually(t, time.Minute, "the ledger tells of the end of the run", func() bool {
		entries = nil
		s.into(adminToken, &entries, "ledger", "list", "--action", "run.succeeded", "--limit", "100000")
		for _, e := range entries {
			if e.Subject.ID == run {
				return true
			}
		}
		return false
	})
	entries = nil
	s.into(adminToken, &entries, "ledger", "list", "--action", "step", "--limit", "100000")
	succeeded := map[string]int{}
	for _, e := range entries {
		if e.Action == "step.succeeded" && e.Subject.ID == run {
			succeeded[e.Payload.Step]++
		}
	}
	for i := range fortySteps {
		key := fmt.Sprintf("s%02d", i)
		if succeeded[key] != 1 {
			t.Errorf("%s has %d recorded successes", key, succeeded[key])
		}
	}
}

// TestJourney3AskStops ends a command together with the server, so that nobody can know how it ended: a step that says ask
// stops there and says so, is not repeated by itself, and goes on when a person has answered.
func TestJourney3AskStops(t *testing.T) {
	engines(t, func(t *testing.T, args []string) {
		dir := t.TempDir()
		begun, keeper := filepath.Join(dir, "begun"), filepath.Join(dir, "keeper")
		s := start(t, append(args, "--commands", "--command-directories", dir))
		s.apply(nightBank)
		manager := s.person("rory", "Rory Manager", "release-manager", "operator")
		approver := s.person("ann", "Ann Approver", "approver")
		s.apply(fmt.Sprintf(`kind: runbook
key: asking
name: Asking
steps:
  - key: migrate
    name: Migrate
    kind: command
    on_unknown: ask
    timeout: 5m
    command: {argv: [sh, -c, "echo begun >>begun; echo $PPID >keeper.new; mv keeper.new keeper; sleep 120"], dir: %q}
  - {key: close, kind: command, on_unknown: repeat, needs: [migrate], command: {argv: ["true"]}}
`, dir))
		goRelease(s, manager, approver, "night-1", "1.0.0", "asking")
		var r runView
		s.into(manager, &r, "run", "start", "night-1")
		run := r.ID
		eventually(t, time.Minute, "the command begins", func() bool { return lines(keeper) == 1 })
		b, err := os.ReadFile(keeper)
		if err != nil {
			t.Fatal(err)
		}
		pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
		if err != nil || pid <= 1 {
			t.Fatalf("the command's keeper is %q", b)
		}
		s.kill()
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil { // and with it the command
			t.Fatal(err)
		}
		s.up()
		eventually(t, time.Minute, "the step says that its outcome is unknown", func() bool {
			r = s.watch(manager, run)
			return r.step("migrate") == "unknown"
		})
		if out := s.must(manager, "run", "show", run); !strings.Contains(out, "unknown") {
			t.Errorf("run show does not say so:\n%s", out)
		}
		if r.step("close") != "waiting" || r.State != "running" {
			t.Errorf("with an unknown outcome the run is %s and the next step %s", r.State, r.step("close"))
		}
		s.must(manager, "run", "confirm", run, "migrate", "--reason", "The tables are there.")
		eventually(t, time.Minute, "the run succeeds", func() bool {
			r = s.watch(manager, run)
			return r.State == "succeeded"
		})
		if n := lines(begun); n != 1 {
			t.Errorf("the command began %d times", n)
		}
	})
}
