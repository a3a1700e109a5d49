package deploy_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/deploy"
	"slipway/internal/deploy/deploytest"
	"slipway/internal/deploy/runbook"
	"slipway/internal/deploy/runbookfile"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/dial"
	"slipway/internal/platform/ledger"
)

// child is what a child process is told by its environment.
type child struct {
	Dir, URL, Key, Work string
	Run                 id.Run
}

const childVariable = "SLIPWAY_DEPLOY_CHILD"

func init() {
	if text := os.Getenv(childVariable); text != "" {
		var c child
		err := json.Unmarshal([]byte(text), &c)
		if err == nil {
			err = c.serve(context.Background())
		}
		if err != nil {
			fmt.Println("child:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
}

// open puts the services together as a server does.
func (c child) open(ctx context.Context) (*db.DB, *ledger.Ledger, *deploy.Runs, error) {
	d, err := db.Open(ctx, db.Options{Dir: c.Dir, URL: c.URL, Clock: clock.System})
	// What a killed process was just starting holds its lock for a moment.
	for n := 0; n < 600 && errs.ReasonOf(err) == "db.in_use"; n++ {
		<-time.After(50 * time.Millisecond)
		d, err = db.Open(ctx, db.Options{Dir: c.Dir, URL: c.URL, Clock: clock.System})
	}
	if err != nil {
		return nil, nil, nil, err
	}
	l, err := ledger.Open(ctx, d, ledger.Options{KeyFile: c.Key})
	if err != nil {
		return nil, nil, nil, err
	}
	books, err := deploy.NewRunbooks(d)
	if err != nil {
		return nil, nil, nil, err
	}
	out, err := dial.New("127.0.0.1")
	if err != nil {
		return nil, nil, nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, nil, nil, err
	}
	return d, l, deploy.New(d, books, deploy.Options{Dial: out, Lease: 900 * time.Millisecond, Clearance: &deploytest.Gate{},
		Commands: &deploy.Commands{Dir: filepath.Join(c.Work, "attempts"), Executable: self, Directories: []string{c.Work}},
		Fault:    func(err error) { fmt.Println("background:", err) }}), nil
}

// serve carries the run out and plays the people in it, until it has ended.
func (c child) serve(ctx context.Context) error {
	_, _, runs, err := c.open(ctx)
	if err != nil {
		return err
	}
	if err := runs.Start(ctx); err != nil {
		return err
	}
	fmt.Println("ready")
	ctx = auth.WithSystem(ctx)
	for rev := int64(-1); ; {
		v, err := runs.Await(ctx, c.Run, rev, 5*time.Second)
		if err != nil {
			return err
		}
		rev = v.Rev
		if v.State.Ended() {
			return nil
		}
		for _, s := range v.Steps {
			switch {
			case s.Question != "":
				_, err = runs.Confirm(ctx, c.Run, s.Key, deploy.Answer{Asked: s.Asked})
			case s.State == runbook.StepFailed:
				return fmt.Errorf("%s failed: %s", s.Key, s.Reason)
			}
			if err != nil && !errs.Is(err, errs.CodeConflict) && !errs.Is(err, errs.CodeBlocked) {
				return err
			}
		}
	}
}

// nightmare is a runbook of forty steps of every kind.
func nightmare(url, work string) runbook.Runbook {
	r := runbook.Runbook{Key: "nightmare"}
	var before []string
	add := func(s runbook.Step) {
		s.Needs = before
		r.Steps = append(r.Steps, s)
		before = []string{s.Key}
	}
	for i := range 5 {
		k := func(what string) string { return fmt.Sprintf("%s-%d", what, i) }
		line := func(name string) *runbook.CommandLine {
			return &runbook.CommandLine{Argv: []string{"sh", "-c", "sleep 0.05; echo " + name + " >> " + filepath.Join(work, "effects")}}
		}
		add(runbook.Step{Key: k("manual"), Kind: runbook.Manual, Owner: "release-manager"})
		add(runbook.Step{Key: k("post"), Kind: runbook.HTTP, OnUnknown: runbook.Repeat, HTTP: &runbook.HTTPCall{Method: "POST", URL: url + "/" + k("post")}})
		add(runbook.Step{Key: k("asks"), Kind: runbook.HTTP, HTTP: &runbook.HTTPCall{Method: "POST", URL: url + "/" + k("asks")}})
		add(runbook.Step{Key: k("get"), Kind: runbook.HTTP, HTTP: &runbook.HTTPCall{URL: url + "/" + k("get")}})
		add(runbook.Step{Key: k("cmd"), Kind: runbook.Command, Command: line(k("cmd"))})
		add(runbook.Step{Key: k("again"), Kind: runbook.Command, OnUnknown: runbook.Repeat, Command: line(k("again"))})
		add(runbook.Step{Key: k("tell"), Kind: runbook.Notify, Notify: &runbook.Notice{Text: "on we go"}})
		add(runbook.Step{Key: k("looks"), Kind: runbook.Command, OnUnknown: runbook.Check, Command: line(k("looks")),
			Check: &runbook.Probe{Command: &runbook.CommandLine{Argv: []string{"grep", "-qx", k("looks"), filepath.Join(work, "effects")}}}})
	}
	return r
}

// TestKilled kills the process that carries a run out at random moments, until the run has ended.
func TestKilled(t *testing.T) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			killed(t, e)
		})
	}
}

func killed(t *testing.T, e db.Engine) {
	var mu sync.Mutex
	keys := map[string]map[string]int{} // by step
	x := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		step := strings.TrimPrefix(r.URL.Path, "/")
		if keys[step] == nil {
			keys[step] = map[string]int{}
		}
		keys[step][r.Header.Get("Idempotency-Key")]++
		mu.Unlock()
		select { // an answer takes a while
		case <-time.After(time.Duration(rand.IntN(150)) * time.Millisecond):
		case <-r.Context().Done():
		}
		_, _ = io.WriteString(w, "done")
	}))
	t.Cleanup(x.Close)
	p := dbtest.New(t, e)
	work := t.TempDir()
	c := child{Dir: p.Dir, URL: p.URL, Work: work}
	run, key := begun(t, p, nightmare(x.URL, work))
	c.Run, c.Key = run, key
	kills := 0
	for kills < 20 && c.alive(t, time.Duration(5+rand.IntN(300))*time.Millisecond) {
		kills++
	}
	if kills == 20 && c.alive(t, 5*time.Minute) { // the last one is let be
		t.Fatal("the run did not end")
	}
	t.Logf("killed %d times", kills)
	d, l, runs, err := c.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	v, err := runs.View(auth.WithSystem(t.Context()), run)
	if err != nil || v.State != runbook.StateSucceeded {
		t.Fatalf("%s %v", v.State, err)
	}
	if err := l.Sequence(t.Context()); err != nil {
		t.Fatal(err)
	}
	rep, err := l.Verify(t.Context())
	if err != nil || rep.Fault != nil {
		t.Errorf("the ledger: %v %v", rep.Fault, err)
	}
	done, unknown := map[string]int{}, map[string]bool{}
	rs, err := l.Entries(t.Context(), ledger.Filter{All: true, Subject: ledger.Subject{Kind: "run", ID: string(run)}, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rs {
		var p struct{ Step string }
		if err := r.Payload.Decode(&p); err != nil {
			t.Fatal(err)
		}
		switch r.Action {
		case deploy.StepSucceeded:
			done[p.Step]++
		case deploy.StepUnknown:
			unknown[p.Step] = true
		}
	}
	effects, _ := os.ReadFile(filepath.Join(work, "effects"))
	for _, s := range v.Steps {
		if done[s.Key] != 1 {
			t.Errorf("%s has %d recorded successes", s.Key, done[s.Key])
		}
		if s.Attempt != 1 {
			t.Errorf("%s took %d attempts", s.Key, s.Attempt)
		}
		if s.Def.Kind == runbook.HTTP && len(keys[s.Key]) > 1 {
			t.Errorf("%s has several keys: %v", s.Key, keys[s.Key])
		}
		if n := strings.Count(string(effects), s.Key+"\n"); s.Def.Kind == runbook.Command && n != 1 {
			t.Errorf("the command of %s ran %d times", s.Key, n)
		}
		if s.Def.Kind == runbook.HTTP && s.Def.HTTP.Method == "POST" && len(keys[s.Key]) == 0 && !unknown[s.Key] {
			t.Errorf("%s succeeded without a call", s.Key)
		}
	}
	t.Logf("unknown: %v", unknown)
}

// begun makes a world on a database, starts a run in it, and leaves it to others.
func begun(t *testing.T, p dbtest.Place, r runbook.Runbook) (id.Run, string) {
	t.Helper()
	var run id.Run
	key := filepath.Join(t.TempDir(), "key")
	t.Run("begin", func(t *testing.T) {
		d := dbtest.Reopen(t, p, clock.NewFake(dbtest.Start))
		w := deploytest.New(t, d, nil, key)
		b, err := runbookfile.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		w.Put(t, string(b))
		run = w.Begin(t, w.Ready(t, "killed", r.Key).Key, deploy.NewRun{Override: "the test's window lies elsewhere"}).ID
	})
	return run, key
}

// alive lets a child work for a while and reports whether it had to be killed.
func (c child) alive(t *testing.T, after time.Duration) bool {
	t.Helper()
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+string(text))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := make(chan string, 100)
	go func() {
		defer close(said)
		for s := bufio.NewScanner(out); s.Scan(); {
			said <- s.Text()
		}
	}()
	var kill <-chan time.Time
	var words []string
	for {
		select {
		case line, ok := <-said:
			if !ok {
				if err := cmd.Wait(); err == nil {
					return false
				}
				if kill == nil || len(words) > 0 {
					t.Logf("child: %q", words)
				}
				if cmd.ProcessState.ExitCode() > 0 {
					t.Fatalf("the child failed: %q", words)
				}
				return true
			}
			if line == "ready" {
				kill = time.After(after)
			} else {
				words = append(words, line)
			}
		case <-kill:
			_ = cmd.Process.Kill()
			kill = nil
		}
	}
}
