package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"slipway/client"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// replica is one of several servers on one database.
type replica struct {
	*server
	data string
}

// replicas starts servers on one PostgreSQL that share the ledger's key and nothing else.
func replicas(t *testing.T, database string, n int, args ...string) []replica {
	t.Helper()
	key := filepath.Join(t.TempDir(), "ledger.key")
	out := make([]replica, n)
	for i := range out {
		data := t.TempDir()
		out[i] = replica{start(t, append([]string{"--data", data, "--database", database, "--ledger-key-file", key}, args...)), data}
	}
	return out
}

// holder returns the replica that carries out the open attempts of a run's steps; they must be in one hand. What tells the
// replicas apart in the database is the directory of commands, which is theirs.
func holder(t *testing.T, database string, all []replica, run string, steps ...string) replica {
	t.Helper()
	c, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.WithoutCancel(t.Context()))
	var places []string
	err = c.QueryRow(t.Context(), `SELECT array_agg(DISTINCT place) FROM run_attempt WHERE run = $1 AND step = ANY($2) AND ended_at IS NULL`, run, steps).Scan(&places)
	if err != nil || len(places) != 1 {
		t.Fatalf("the attempts of %v are held at %v, %v", steps, places, err)
	}
	for _, r := range all {
		b, err := os.ReadFile(filepath.Join(r.data, "commands", "place"))
		if err == nil && strings.TrimSpace(string(b)) == places[0] {
			return r
		}
	}
	t.Fatalf("no replica is at %s", places[0])
	return replica{}
}

// visitor is a person with a session, who reads pages of any replica.
type visitor struct {
	t *testing.T
	http.Client
}

// visit makes a person's password through one replica and signs them in there.
func visit(t *testing.T, s *server, who string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{t, http.Client{Jar: jar, Timeout: time.Minute}}
	s.must(adminToken, "person", "set", who, "--email", who+"@night.example")
	link := strings.TrimSpace(s.must(adminToken, "person", "invite", who))
	res, err := v.PostForm(link, url.Values{"login": {who + "@night.example"}, "password": {passphrase}, "again": {passphrase}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || strings.Contains(res.Request.URL.Path, "invitation") {
		t.Fatalf("%s could not set a password: %s at %s", who, res.Status, res.Request.URL)
	}
	return v
}

// page returns the text of a page.
func (v *visitor) page(address string) string {
	v.t.Helper()
	res, err := v.Get(address)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || res.Request.URL.Path == "/sign-in" {
		v.t.Fatalf("GET %s: %s at %s, %v", address, res.Status, res.Request.URL, err)
	}
	return string(b)
}

// stubborn never answers the first call; it answers the later ones at once. It counts calls by idempotency key.
type stubborn struct {
	*httptest.Server
	mu   sync.Mutex
	keys map[string]int
	came chan struct{} // one for each call
}

func newStubborn(t *testing.T) *stubborn {
	r := &stubborn{keys: map[string]int{}, came: make(chan struct{}, 100)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		_, _ = io.Copy(io.Discard, req.Body) // the key alone counts
		r.mu.Lock()
		r.keys[req.Header.Get("Idempotency-Key")]++
		first := len(r.keys) == 1 && r.keys[req.Header.Get("Idempotency-Key")] == 1
		r.mu.Unlock()
		r.came <- struct{}{}
		if first {
			<-req.Context().Done() // until the caller is gone
			return
		}
		fmt.Fprint(w, `{"ok":true}`)
	}))
	t.Cleanup(r.Close)
	return r
}

// TestJourney5TwoReplicas runs two servers on one PostgreSQL. A run that was started through one is confirmed through the
// other; the one that carries out a call and a command is killed in the middle of both, and the other finishes the run within
// 30 seconds. While everything was written through both, no sequence number of the ledger is given twice or left out.
func TestJourney5TwoReplicas(t *testing.T) {
	t.Parallel()
	database := dbtest.Empty(t, db.Postgres).URL
	dir, target := t.TempDir(), newStubborn(t)
	begun, goOn := filepath.Join(dir, "begun"), filepath.Join(dir, "go-on")
	all := replicas(t, database, 2, "--commands", "--command-directories", dir, "--allow-calls", "127.0.0.1")
	a, b := all[0], all[1]
	a.apply(nightBank)
	manager := a.person("rory", "Rory Manager", "release-manager", "operator")
	approver := b.person("ann", "Ann Approver", "approver")
	b.apply(fmt.Sprintf(`kind: runbook
key: shared
name: Shared
steps:
  - {key: bridge, name: Open the bridge, kind: manual, owner: operator, planned: 1m}
  - key: call
    name: Call the balancer
    kind: http
    needs: [bridge]
    on_unknown: repeat
    timeout: 5m
    http: {method: POST, url: "%[1]s/call", body: "{}", condition: answer.ok == true}
  - key: work
    name: Work long
    kind: command
    needs: [bridge]
    on_unknown: repeat
    timeout: 5m
    command: {argv: [sh, -c, "echo begun >>begun; until [ -f go-on ]; do sleep 0.1; done"], dir: %[2]q}
  - {key: close, name: Close the bridge, kind: manual, owner: operator, needs: [call, work]}
`, target.URL, dir))
	goRelease(a.server, manager, approver, "night-1", "1.0.0", "shared")

	var r runView
	a.into(manager, &r, "run", "start", "night-1")
	run := r.ID
	eventually(t, 30*time.Second, "the bridge waits, seen through the other replica", func() bool {
		r = b.watch(manager, run)
		return r.step("bridge") == "awaiting"
	})
	v := visit(t, a.server, "rory")
	for _, x := range all {
		if text := v.page(x.URL + "/runs/" + run); !strings.Contains(text, "/runs/"+run+"/steps/bridge/confirm") {
			t.Errorf("the page at %s does not ask for the bridge", x.URL)
		}
	}
	asked := time.Now()
	b.must(manager, "run", "confirm", run, "bridge")
	command := time.Since(asked)
	for _, x := range all {
		if text := v.page(x.URL + "/runs/" + run); strings.Contains(text, "/runs/"+run+"/steps/bridge/confirm") || !strings.Contains(text, "Rory Manager") {
			t.Errorf("the page at %s does not show that Rory confirmed the bridge", x.URL)
		}
	}
	write(t, all) // while the run is busy

	awaitCall(t, target, "the call is made")
	eventually(t, time.Minute, "the command begins", func() bool { return lines(begun) == 1 })
	victim := holder(t, database, all, run, "call", "work")
	other := a
	if victim.URL == a.URL {
		other = b
	}
	victim.kill()
	killed := time.Now()
	// Leases take 26 of the 30 seconds at most. The rest is for a machine on which a command takes a tenth of a second.
	within := func() time.Duration { return 30*time.Second + max(0, 10*command-time.Second) - time.Since(killed) }
	awaitCall(t, target, "the other replica makes the call again")
	eventually(t, within(), "the other replica repeats the command", func() bool { return lines(begun) == 2 })
	if err := os.WriteFile(goOn, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	eventually(t, within(), "the last step waits", func() bool {
		r = other.watch(manager, run)
		return r.step("close") == "awaiting"
	})
	other.must(manager, "run", "confirm", run, "close")
	eventually(t, within(), "the run succeeds", func() bool {
		r = other.watch(manager, run)
		return r.State == "succeeded"
	})
	t.Logf("the run was finished %s after the kill", time.Since(killed).Round(100*time.Millisecond))
	target.mu.Lock()
	if len(target.keys) != 1 {
		t.Errorf("the call came under %d keys: %v", len(target.keys), target.keys)
	}
	target.mu.Unlock()
	if n := lines(begun); n != 2 {
		t.Errorf("the command began %d times, want twice", n)
	}

	victim.up()
	for _, x := range all {
		if text := v.page(x.URL + "/runs/" + run); !strings.Contains(text, "Succeeded") {
			t.Errorf("the page at %s does not show the end of the run", x.URL)
		}
		whole(t, x.server)
	}
}

// step returns the state of a step.
func (r runView) step(id string) string {
	for _, s := range r.Steps {
		if s.ID == id {
			return s.State
		}
	}
	return ""
}

func awaitCall(t *testing.T, r *stubborn, what string) {
	t.Helper()
	select {
	case <-r.came:
	case <-time.After(time.Minute):
		t.Fatalf("not within a minute: %s", what)
	}
}

func lines(file string) int {
	b, err := os.ReadFile(file)
	if err != nil {
		return 0 // nobody has written yet
	}
	return strings.Count(string(b), "\n")
}

// write writes entries through all replicas at once.
func write(t *testing.T, all []replica) {
	t.Helper()
	var group sync.WaitGroup
	for i, r := range all {
		c := r.client(adminToken)
		for j := range 4 {
			group.Go(func() {
				for k := range 5 {
					key := fmt.Sprintf("team-%d-%d-%d", i, j, k)
					if _, err := c.AddTeam(t.Context(), client.NewTeam{Key: key, Name: key}); err != nil {
						t.Errorf("%s: %v", key, err)
					}
				}
			})
		}
	}
	group.Wait()
}

// whole checks that the ledger as a server tells it has every sequence number once, and that it verifies.
func whole(t *testing.T, s *server) {
	t.Helper()
	var entries []client.Entry
	s.into(adminToken, &entries, "ledger", "list", "--limit", "100000")
	for i, e := range entries {
		if want := entries[0].Seq - int64(i); e.Seq != want {
			t.Fatalf("entry %d from the end at %s has the number %d, want %d", i, s.URL, e.Seq, want)
		}
	}
	if len(entries) < 50 || entries[len(entries)-1].Seq > 1 {
		t.Errorf("%d entries at %s, from %d", len(entries), s.URL, entries[len(entries)-1].Seq)
	}
	if out := s.must(adminToken, "ledger", "verify"); !strings.Contains(out, "The ledger holds.") {
		t.Errorf("verify at %s said %s", s.URL, out)
	}
}
