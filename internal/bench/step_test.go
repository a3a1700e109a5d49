package bench

import (
	"database/sql"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"slipway/internal/deploy"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/db"
)

const steps = 50

// commits returns a function that makes n bare commits of one row, one after the other, each on the disk before the next.
func commits(b *testing.B) func(n int) {
	b.Helper()
	d, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "bare.db")+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	must(b, err)
	b.Cleanup(func() { _ = d.Close() })
	d.SetMaxOpenConns(1)
	_, err = d.Exec(`CREATE TABLE x (id INTEGER PRIMARY KEY, text TEXT)`)
	must(b, err)
	return func(n int) {
		for range n {
			if _, err := d.Exec(`INSERT INTO x (text) VALUES ('a row of some length, as a step writes one')`); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// chain stores a runbook of steps that follow each other, and makes a release that runs it.
func (w *world) chain(t testing.TB, step string) {
	t.Helper()
	var text strings.Builder
	text.WriteString("kind: runbook\nkey: chain\nsteps:\n")
	for i := range steps {
		fmt.Fprintf(&text, "  - {key: s%d, %s", i, step)
		if i > 0 {
			fmt.Fprintf(&text, ", needs: [s%d]", i-1)
		}
		text.WriteString("}\n")
	}
	_, err := w.Kinds.Apply(w.admin, []apply.File{{Name: "runbook.yaml", Text: text.String()}}, false)
	must(t, err)
	w.fill(t, size{products: 1, services: 2, environments: 2})
	at := w.DB.Clock().Now()
	_, err = w.Plans.Create(w.admin, plan.Spec{Key: "bench-1", Product: "product-0", Version: "1", Title: "Bench", Template: "standard", Runbook: "chain", Environments: []string{environment(0)},
		Window: &plan.Window{Start: db.At(at), End: db.At(at.Add(time.Hour))}, Services: []plan.ItemSpec{{Service: service(0), Version: "1"}}})
	must(t, err)
}

// rehearse carries out the chain as often at once, to the end.
func (w *world) rehearse(b *testing.B, at int) {
	var wg sync.WaitGroup
	for range at {
		wg.Go(func() {
			r, err := w.Runs.StartRun(w.admin, "bench-1", deploy.NewRun{Mode: deploy.Rehearsal})
			if err != nil {
				b.Error(err)
				return
			}
			w.ended(b, r.ID, time.Duration(1+at/3)*time.Millisecond)
		})
	}
	wg.Wait()
	if b.Failed() {
		b.FailNow()
	}
}

// ended waits for the end of a run and looks rarely, so that looking is not what is measured.
func (w *world) ended(b *testing.B, run id.Run, every time.Duration) {
	for t := time.NewTicker(every); ; <-t.C {
		var state string
		if err := w.DB.Read(w.admin, func(tx *db.Tx) error { return tx.Get(&state, `SELECT state FROM run WHERE id = $1`, run) }); err != nil {
			b.Error(err)
			return
		}
		if state == "succeeded" {
			return
		}
	}
}

// BenchmarkStep is a run of 50 steps, one after the other, beside as many bare commits: steps that act in their own
// transaction (aim 2.5 times), and steps whose intent is on the disk before their effect outside (aim 4 times, the call
// over loopback and its answer included). The figures are those of one step.
func BenchmarkStep(b *testing.B) {
	target := serve(b, func(http.ResponseWriter, *http.Request) error { return nil })
	for _, kind := range []struct{ name, step string }{
		{"inside", "kind: notify, notify: {text: on}"},
		{"outside", `kind: http, http: {method: POST, url: "` + target + `"}`},
	} {
		b.Run(kind.name, func(b *testing.B) {
			w, bare := open(b, b.TempDir()), commits(b)
			w.chain(b, kind.step)
			beside(b, steps, func() { w.rehearse(b, 1) }, func() { bare(steps) })
			if kind.name == "outside" { // how much of it is the call itself
				b.ReportMetric(micros(took(func() {
					for range steps {
						w.get(b, target)
					}
				}))/steps, "call-µs")
			}
		})
	}
}

// BenchmarkFiftyRuns is 50 runs of 50 steps at once, beside bare commits of a single client. ratio is steps a second by
// commits a second; the aim is 1.5 or more.
func BenchmarkFiftyRuns(b *testing.B) {
	const at = 50
	w, bare := open(b, b.TempDir()), commits(b)
	w.chain(b, "kind: notify, notify: {text: on}")
	w.rehearse(b, at)
	var runs, limits []time.Duration
	for b.Loop() {
		limits = append(limits, took(func() { bare(10 * steps) })/(10*steps))
		runs = append(runs, took(func() { w.rehearse(b, at) })/(at*steps))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(1e6/micros(median(runs)), "steps/s")
	b.ReportMetric(1e6/micros(median(limits)), "commits/s")
	b.ReportMetric(micros(median(limits))/micros(median(runs)), "ratio")
}
