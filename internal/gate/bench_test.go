package gate_test

import (
	"bytes"
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"slipway/internal/clock"
	"slipway/internal/gate"
	"slipway/internal/gate/gatetest"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/blob"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

// report is a JUnit report of 100 tests and about 50 KB that no other call returns.
func report(n int64) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<testsuites><testsuite name="run %d" tests="100">`, n)
	for i := range 100 {
		fmt.Fprintf(&b, `<testcase classname="payments/instant/payee" name="TestPayee%03d" time="0.012"><system-out>%s</system-out></testcase>`, i, filler)
	}
	b.WriteString(`</testsuite></testsuites>`)
	return b.Bytes()
}

var filler = string(bytes.Repeat([]byte("ok payee bank answered in time. "), 13))

// Evidence from 64 senders, beside receiving, hashing and storing the same bytes in shared commits. The aim is 0.7 times its
// pieces a second.
func BenchmarkEvidenceIntake(b *testing.B) {
	b.Logf("a report has %d bytes", len(report(0)))
	senders := func(b *testing.B, op func(ctx context.Context, content []byte) error, ctx context.Context) {
		var n atomic.Int64
		b.SetParallelism(32) // times GOMAXPROCS, two on the reference machine
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := op(ctx, report(n.Add(1))); err != nil {
					b.Error(err)
					return
				}
			}
		})
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
	}
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(e)+"/intake", func(b *testing.B) {
			d := dbtest.Reopen(b, dbtest.New(b, e), clock.System)
			ledgertest.Open(b, d)
			w := gatetest.New(b, d)
			w.Template(b, "bench", false, suite("tests"))
			w.From(b, "bench", "bench", plan.Draft)
			senders(b, func(ctx context.Context, content []byte) error {
				_, err := w.Gate.Receive(ctx, "bench", gate.NewEvidence{Kind: "junit"}, content)
				return err
			}, w.Admin)
		})
		b.Run(string(e)+"/bare", func(b *testing.B) {
			d := dbtest.Reopen(b, dbtest.New(b, e), clock.System)
			senders(b, func(ctx context.Context, content []byte) error {
				p, err := blob.Prepare(bytes.NewReader(content), "application/xml", gate.JUnitMax)
				if err != nil {
					return err
				}
				if err := d.Write(ctx, p.Store); err != nil {
					return err
				}
				return p.Close()
			}, auth.WithSystem(context.Background()))
		})
	}
}

// Standings of a page of 50 releases with 12 criteria each.
func BenchmarkStandings(b *testing.B) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(e), func(b *testing.B) {
			d := dbtest.Open(b, e)
			w := gatetest.New(b, d)
			var cs []plan.CriterionSpec
			for i := range 6 {
				cs = append(cs, suite(fmt.Sprintf("tests-%d", i)), latency(fmt.Sprintf("fact-%d", i)))
			}
			w.Template(b, "bench", false, cs...)
			var rs []plan.Release
			for i := range 50 {
				r := w.From(b, fmt.Sprintf("bench-%d", i), "bench", plan.Draft)
				rs = append(rs, r)
				for k := range 6 {
					w.Send(b, r.Key, gate.NewEvidence{Kind: "junit", Criterion: fmt.Sprintf("tests-%d", k)}, gatetest.JUnit(6, 0, 0, 0))
					w.Send(b, r.Key, gate.NewEvidence{Kind: "fact", Criterion: fmt.Sprintf("fact-%d", k)}, []byte(fmt.Sprintf(`{"p99_ms": %d}`, i)))
				}
			}
			b.ResetTimer()
			for b.Loop() {
				if err := d.Read(w.Admin, func(tx *db.Tx) error {
					_, err := w.Gate.Standings(tx, rs)
					return err
				}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
