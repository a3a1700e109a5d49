package deploy_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"slipway/internal/deploy"
	"slipway/internal/deploy/deploytest"
	"slipway/internal/deploy/runbook"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// chain is a runbook of n steps that follow each other.
func chain(key string, n int, step func(i int) string) string {
	var b strings.Builder
	b.WriteString("kind: runbook\nkey: " + key + "\nsteps:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - {key: s%d, %s", i, step(i))
		if i > 0 {
			fmt.Fprintf(&b, ", needs: [s%d]", i-1)
		}
		b.WriteString("}\n")
	}
	return b.String()
}

// BenchmarkCommit is what steps are measured beside: a bare commit with a synchronisation of the disk.
func BenchmarkCommit(b *testing.B) {
	d, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "bare.db")+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	d.SetMaxOpenConns(1)
	if _, err := d.Exec(`CREATE TABLE x (id INTEGER PRIMARY KEY, text TEXT)`); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for b.Loop() {
		if _, err := d.Exec(`INSERT INTO x (text) VALUES ('a row of some length, as a step writes one')`); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStep carries out chains of 50 steps: those that act in their own transaction, and those whose intent commits before an
// effect outside. An iteration is one step.
func BenchmarkStep(b *testing.B) {
	const steps = 50
	x := newTarget(b, nil)
	for name, step := range map[string]string{
		"inside":  "kind: notify, notify: {text: on}",
		"outside": `kind: http, http: {method: POST, url: "` + x.URL + `"}`,
	} {
		for _, at := range []int{1, 50} {
			b.Run(fmt.Sprintf("%s/runs=%d", name, at), func(b *testing.B) {
				d := dbtest.Open(b, db.SQLite)
				w := deploytest.New(b, d, nil)
				w.Put(b, chain("chain", steps, func(int) string { return step }))
				r := w.Ready(b, "bench", "chain")
				w.Start(b)
				b.ResetTimer()
				for done := 0; done < b.N; done += steps * at {
					var wg sync.WaitGroup
					for range at {
						wg.Go(func() {
							run, err := w.Runs.StartRun(w.Admin, r.Key, deploy.NewRun{Mode: deploy.Rehearsal})
							if err != nil {
								b.Error(err)
								return
							}
							quiet(b, w, run.ID, time.Duration(1+at/3)*time.Millisecond)
						})
					}
					wg.Wait()
				}
			})
		}
	}
}

// quiet waits for the end of a run and looks rarely, so that it is not what is measured.
func quiet(b *testing.B, w deploytest.World, run id.Run, every time.Duration) {
	for t := time.NewTicker(every); ; <-t.C {
		var state runbook.State
		if err := w.DB.Read(w.Admin, func(tx *db.Tx) error { return tx.Get(&state, `SELECT state FROM run WHERE id = $1`, run) }); err != nil {
			b.Error(err)
			return
		}
		if state == runbook.StateSucceeded {
			return
		}
	}
}
