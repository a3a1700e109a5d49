package ledger_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"slipway/internal/clock"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger"
)

const entityTable = `CREATE TABLE bench_entity (id TEXT PRIMARY KEY, release TEXT NOT NULL, title TEXT NOT NULL, impact BIGINT NOT NULL, at BIGINT NOT NULL)`

func insertEntity(tx *db.Tx, n int64, release id.Release) (string, error) {
	e := id.New[string]()
	_, err := tx.Exec(`INSERT INTO bench_entity (id, release, title, impact, at) VALUES ($1, $2, $3, $4, $5)`, e, release, "Vendor slips", n, tx.Now)
	return e, err
}

// clients runs op from 64 goroutines.
func clients(b *testing.B, d *db.DB, op func(tx *db.Tx, n int64) error) {
	b.Helper()
	var n atomic.Int64
	ctx := ledger.WithActor(context.Background(), ledger.Person("019a9c4e-5b00-7000-8000-00000000000a"))
	b.SetParallelism(32) // times GOMAXPROCS, two on the reference machine
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1)
			if err := d.Write(ctx, func(tx *db.Tx) error { return op(tx, i) }); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "ops/s")
}

func prepare(b *testing.B, e db.Engine) *db.DB {
	b.Helper()
	d := dbtest.Reopen(b, dbtest.New(b, e), clock.System)
	if err := d.Write(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(entityTable)
		return err
	}); err != nil {
		b.Fatal(err)
	}
	return d
}

// One entity with its entry from 64 clients, beside the bare shared commit of the same rows: each statement in the closure
// (as areas write), and with the entries' rows of one commit in one statement each.
func BenchmarkEntityWithEntry(b *testing.B) {
	release, person := id.New[id.Release](), id.New[id.Person]()
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(e)+"/with entry", func(b *testing.B) {
			d := prepare(b, e)
			l := open(b, d)
			if err := l.Start(context.Background()); err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = l.Stop(timeout(b)) })
			clients(b, d, func(tx *db.Tx, n int64) error {
				e, err := insertEntity(tx, n, release)
				ledger.Append(tx, ledger.Entry{Action: "risk.opened", Subject: ledger.Subject{Kind: "risk", ID: e}, Release: release,
					Scope: "product/019a9c4e-5b00-7000-8000-0000000000cc", Payload: struct {
						Title  string `json:"title"`
						Impact int64  `json:"impact"`
					}{"Vendor slips", n}})
				return err
			})
			if err := l.Sequence(timeout(b)); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "numbered/s")
		})
		header := fmt.Sprintf(`{"action":"risk.opened","actor":{"for":%q,"id":%q,"kind":"person"},"at":1795093680000000,"id":%q,"payload":"%064d","release":%q,"scope":"product/019a9c4e-5b00-7000-8000-0000000000cc","subject":{"id":%q,"kind":"risk"},"v":1}`, person, person, person, 0, release, person)
		const (
			entry   = `INSERT INTO ledger_entry (seq, id, header, nodes, at, action, person, machine, subject, release, scope) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
			payload = `INSERT INTO ledger_payload (seq, salt, payload) VALUES ($1, $2, $3)`
		)
		rows := func(tx *db.Tx, n int64, e string) error {
			if _, err := tx.Exec(entry, n, e, header, make([]byte, 64), tx.Now, "risk.opened", person, nil, "risk/"+e, release, "product/019a9c4e-5b00-7000-8000-0000000000cc"); err != nil {
				return err
			}
			_, err := tx.Exec(payload, n, make([]byte, 32), `{"impact":1,"title":"Vendor slips"}`)
			return err
		}
		b.Run(string(e)+"/bare rows", func(b *testing.B) {
			d := prepare(b, e)
			clients(b, d, func(tx *db.Tx, n int64) error {
				e, err := insertEntity(tx, n, release)
				if err != nil {
					return err
				}
				return rows(tx, n, e)
			})
		})
		b.Run(string(e)+"/entity alone", func(b *testing.B) {
			d := prepare(b, e)
			clients(b, d, func(tx *db.Tx, n int64) error {
				_, err := insertEntity(tx, n, release)
				return err
			})
		})
	}
}

// A page of 50 out of a million entries, the first and a deep one, by each way to look; beside it the bare query for one
// page. Verify of all of them at the end.
func BenchmarkMillion(b *testing.B) {
	size := 1_000_000
	if testing.Short() {
		size = 50_000
	}
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(e), func(b *testing.B) {
			d := dbtest.Reopen(b, dbtest.New(b, e), clock.System)
			l := open(b, d)
			releases := make([]id.Release, 400)
			for i := range releases {
				releases[i] = id.New[id.Release]()
			}
			people := []id.Person{id.New[id.Person](), id.New[id.Person](), id.New[id.Person]()}
			for n := 0; n < size; {
				ctx := ledger.WithActor(context.Background(), ledger.Person(people[n/500%3]))
				if err := d.Write(ctx, func(tx *db.Tx) error {
					for i := range 500 {
						ledger.Append(tx, ledger.Entry{Action: []string{"risk.opened", "risk.closed", "task.set", "run.step_ended"}[i%4],
							Subject: ledger.Subject{Kind: "risk", ID: fmt.Sprint(n / 2000)}, Release: releases[(n/50+i)%400],
							Scope: fmt.Sprintf("product/%d", i%20), Payload: facts{"title": "Vendor slips", "impact": i}})
					}
					return nil
				}); err != nil {
					b.Fatal(err)
				}
				if n += 500; n%50_000 == 0 {
					if err := l.Sequence(context.Background()); err != nil {
						b.Fatal(err)
					}
				}
			}
			if err := l.Sequence(context.Background()); err != nil {
				b.Fatal(err)
			}
			if e == db.Postgres {
				if _, err := d.Raw().Exec("VACUUM ANALYZE"); err != nil {
					b.Fatal(err)
				}
			}
			page := func(name string, f ledger.Filter) {
				for _, deep := range []bool{false, true} {
					depth := "first"
					f.Newest, f.To = true, 0
					if deep {
						depth, f.To = "deep", int64(size/20)
					}
					b.Run(name+"/"+depth, func(b *testing.B) {
						for b.Loop() {
							rs, err := l.Entries(context.Background(), f)
							if err != nil || len(rs) == 0 {
								b.Fatal(len(rs), err)
							}
						}
					})
				}
			}
			page("all", ledger.Filter{All: true})
			page("release", ledger.Filter{All: true, Release: releases[7]})
			page("three scopes", ledger.Filter{Scopes: []string{"product/3", "product/5", "product/19"}})
			page("action", ledger.Filter{All: true, Action: "run"})
			page("noun in scope", ledger.Filter{Scopes: []string{"product/4", "product/8"}, Action: "risk"})
			page("person", ledger.Filter{All: true, Person: people[1]})
			b.Run("bare query", func(b *testing.B) {
				for b.Loop() {
					if err := d.Read(context.Background(), func(tx *db.Tx) error {
						var hs []string
						return tx.All(&hs, `SELECT header FROM ledger_entry ORDER BY seq DESC LIMIT 50`)
					}); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("proof", func(b *testing.B) {
				for b.Loop() {
					if _, err := l.Proof(context.Background(), int64(size/3), int64(size)); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("checkpoint of all", func(b *testing.B) {
				for b.Loop() {
					if _, err := l.Checkpoint(context.Background()); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("verify of all", func(b *testing.B) {
				for b.Loop() {
					if r, err := l.Verify(context.Background()); err != nil || r.Fault != nil {
						b.Fatal(r, err)
					}
				}
			})
		})
	}
}
