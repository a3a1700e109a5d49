package ledger_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"slipway/internal/clock"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger"
)

// The environment of the process that is killed.
const crashDir, crashURL, crashKeys = "SLIPWAY_CRASH_DIR", "SLIPWAY_CRASH_URL", "SLIPWAY_CRASH_KEYS"

// TestCrashWriter is that process: it prints each entry that was acknowledged, until it is killed. By itself it does nothing.
func TestCrashWriter(t *testing.T) {
	if os.Getenv(crashKeys) == "" {
		return
	}
	ctx := context.Background()
	d, err := db.Open(ctx, db.Options{Dir: os.Getenv(crashDir), URL: os.Getenv(crashURL)})
	if err != nil {
		t.Fatal(err)
	}
	l := open(t, d, crashOptions(os.Getenv(crashKeys)))
	if err := l.Start(ctx); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for n := 0; ; n++ {
				for _, e := range write(t, d, many(0, 1+(w+n)%4)...) {
					mu.Lock()
					fmt.Println("acknowledged", e)
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
}

func crashOptions(dir string) func(o *ledger.Options) {
	return func(o *ledger.Options) {
		o.KeyFile, o.CheckpointFile, o.EveryEntries = filepath.Join(dir, "key"), filepath.Join(dir, "checkpoint"), 50
	}
}

// Whatever was acknowledged before a kill -9 is in the ledger afterwards, once, and the ledger verifies and goes on.
func TestCrash(t *testing.T) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			p := dbtest.New(t, e)
			keys := t.TempDir()
			acknowledged := map[id.Entry]bool{}
			for round := range 5 {
				cmd := exec.CommandContext(timeout(t), os.Args[0], "-test.run=^TestCrashWriter$", "-test.v")
				cmd.Env = append(os.Environ(), crashDir+"="+p.Dir, crashURL+"="+p.URL, crashKeys+"="+keys, "TMPDIR="+keys) // what it leaves goes with the test
				out, err := cmd.StdoutPipe()
				if err != nil {
					t.Fatal(err)
				}
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				before := len(acknowledged)
				for s := bufio.NewScanner(out); s.Scan(); {
					var e string
					if n, _ := fmt.Sscanf(s.Text(), "acknowledged %s", &e); n == 1 {
						acknowledged[id.Entry(e)] = true
					}
					if len(acknowledged)-before == 40+60*round {
						if err := cmd.Process.Kill(); err != nil {
							t.Error(err)
						}
					}
				}
				_ = cmd.Wait() // it was killed
				if len(acknowledged) == before {
					t.Fatal("nothing was acknowledged")
				}
				d, err := db.Open(context.Background(), db.Options{Dir: p.Dir, URL: p.URL, Clock: clock.System})
				if err != nil {
					t.Fatal(err)
				}
				l := open(t, d, crashOptions(keys))
				seen := map[id.Entry]bool{}
				for i, r := range all(t, l) {
					if r.Seq != int64(i) || seen[r.ID] {
						t.Fatalf("entry %d has number %d, or is there twice", i, r.Seq)
					}
					seen[r.ID] = true
				}
				for e := range acknowledged {
					if !seen[e] {
						t.Fatalf("entry %s was acknowledged and is lost", e)
					}
				}
				holds(t, l)
				if err := d.Close(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
