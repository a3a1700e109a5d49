package ledger_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger"
)

// all reads the whole ledger.
func all(t testing.TB, l *ledger.Ledger) []ledger.Record {
	t.Helper()
	ctx := timeout(t)
	if err := l.Sequence(ctx); err != nil {
		t.Fatal(err)
	}
	var out []ledger.Record
	for {
		rs, err := l.Entries(ctx, ledger.Filter{All: true, From: int64(len(out)), Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		if len(rs) == 0 {
			return out
		}
		out = append(out, rs...)
	}
}

// once fails unless the ledger holds exactly these entries, once each, numbered without a gap, and each
// transaction's entries stand together in their order.
func once(t *testing.T, l *ledger.Ledger, want map[id.Entry]bool, together [][]id.Entry) {
	t.Helper()
	at := map[id.Entry]int64{}
	for i, r := range all(t, l) {
		if r.Seq != int64(i) {
			t.Fatalf("entry %d has number %d", i, r.Seq)
		}
		if r.Action == ledger.ActionEpochStarted {
			continue
		}
		if _, twice := at[r.ID]; twice || !want[r.ID] {
			t.Fatalf("entry %s at %d: twice %t, wanted %t", r.ID, i, twice, want[r.ID])
		}
		at[r.ID] = r.Seq
	}
	if len(at) != len(want) {
		t.Fatalf("%d entries, want %d", len(at), len(want))
	}
	for _, ids := range together {
		for i := range ids {
			if at[ids[i]] != at[ids[0]]+int64(i) {
				t.Fatalf("a transaction's entries are apart: %d at %d, first at %d", i, at[ids[i]], at[ids[0]])
			}
		}
	}
	holds(t, l)
}

// 64 writers, some of which fail or are cancelled, on one handle (SQLite) or four replicas (PostgreSQL) with a sequencer each.
func TestManyWriters(t *testing.T) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			p := dbtest.New(t, e)
			dir := t.TempDir()
			replicas := 1
			if e == db.Postgres {
				replicas = 4
			}
			var ds []*db.DB
			var ls []*ledger.Ledger
			for range replicas {
				d := dbtest.Reopen(t, p, clock.System)
				l := open(t, d, func(o *ledger.Options) {
					o.KeyFile, o.CheckpointFile = filepath.Join(dir, "key"), ""
					o.EveryEntries = 200
				})
				if err := l.Start(context.Background()); err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() {
					if err := l.Stop(timeout(t)); err != nil {
						t.Error(err)
					}
				})
				ds, ls = append(ds, d), append(ls, l)
			}
			var mu sync.Mutex
			want := map[id.Entry]bool{}
			var together [][]id.Entry
			failed := errors.New("on purpose")
			var wg sync.WaitGroup
			for w := range 64 {
				wg.Go(func() {
					d := ds[w%len(ds)]
					for i := range 12 {
						ctx, cancel := context.WithCancel(context.Background())
						if i%5 == 4 {
							cancel()
						}
						var ids []id.Entry
						err := d.Write(ctx, func(tx *db.Tx) error {
							ids = nil
							for n := range 1 + (w+i)%3 {
								ids = append(ids, ledger.Append(tx, opened(n)))
							}
							if (w+i)%7 == 3 {
								return failed
							}
							return nil
						})
						cancel()
						if err != nil {
							if !errors.Is(err, failed) && !errors.Is(err, context.Canceled) {
								t.Error(err)
							}
							continue
						}
						mu.Lock()
						for _, e := range ids {
							want[e] = true
						}
						together = append(together, ids)
						mu.Unlock()
					}
				})
			}
			wg.Wait()
			for _, l := range ls {
				once(t, l, want, together)
			}
		})
	}
}

// An entry whose transaction began to write earlier comes first, although it commits later, and nothing passes it.
func TestSequenceFollowsTransactions(t *testing.T) {
	d := dbtest.Open(t, db.Postgres)
	l := open(t, d)
	ctx := timeout(t)
	wrote, release := make(chan struct{}), make(chan struct{})
	slow := make(chan error, 1)
	var first id.Entry
	go func() {
		once := sync.OnceFunc(func() { close(wrote) })
		slow <- d.Write(ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(`INSERT INTO ledger_cursor (name, next) VALUES ('slow', 0)`); err != nil {
				return err
			}
			first = ledger.Append(tx, opened(1))
			once()
			<-release
			return nil
		})
	}()
	<-wrote
	second := write(t, d, opened(2))[0]
	short, cancel := context.WithTimeout(ctx, 150*time.Millisecond)
	defer cancel()
	if err := l.Sequence(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("Sequence did not wait for the transaction under way: %v", err)
	}
	if h, err := l.Head(ctx); err != nil || h.Size != 1 {
		t.Fatalf("%d entries have numbers, %v", h.Size, err)
	}
	close(release)
	if err := <-slow; err != nil {
		t.Fatal(err)
	}
	for want, e := range map[int64]id.Entry{1: first, 2: second} {
		if seq, err := l.WaitFor(ctx, e); err != nil || seq != want {
			t.Errorf("number %d, %v; want %d", seq, err, want)
		}
	}
	holds(t, l)
}

// Rows that another PostgreSQL wrote, or a database that was moved to SQLite, get their numbers in their order.
func TestSequenceOfMovedRows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := open(t, d)
		tmp := dbtest.Open(t, d.Engine())
		l2 := open(t, tmp)
		var ids []id.Entry
		for n := range 3 {
			ids = append(ids, write(t, tmp, opened(n), opened(n))...)
		}
		moved := all(t, l2)[1:]
		if err := d.Write(context.Background(), func(tx *db.Tx) error {
			for i, r := range moved {
				var salt []byte
				if err := tmp.Read(context.Background(), func(from *db.Tx) error {
					return from.Get(&salt, `SELECT salt FROM ledger_payload WHERE seq = $1`, r.Seq)
				}); err != nil {
					return err
				}
				if _, err := tx.Exec(`INSERT INTO ledger_pending (tx, ordinal, id, header, salt, payload) VALUES ($1, $2, $3, $4, $5, $6)`,
					int64(1)<<40+int64(i/2), i%2, r.ID, r.Header, salt, r.Payload); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		got := all(t, l)[1:]
		for i, r := range got {
			if r.ID != ids[i] {
				t.Errorf("place %d has entry %s, want %s", i, r.ID, ids[i])
			}
		}
		if len(got) != len(ids) {
			t.Errorf("%d entries, want %d", len(got), len(ids))
		}
		holds(t, l)
	})
}

// A commit that fails leaves neither a number nor a trace in what the process remembers of the tree.
func TestFailedCommit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := open(t, d)
		ctx := context.Background()
		write(t, d, opened(1))
		for name, e := range map[string]ledger.Entry{
			"a fraction":   {Action: "risk.opened", Subject: ledger.Subject{Kind: "risk"}, Payload: facts{"p": 0.5}},
			"no JSON":      {Action: "risk.opened", Subject: ledger.Subject{Kind: "risk"}, Payload: func() {}},
			"too long":     {Action: "risk.opened", Subject: ledger.Subject{Kind: "risk"}, Payload: strings.Repeat("x", ledger.PayloadMax)},
			"no action":    {Subject: ledger.Subject{Kind: "risk"}},
			"no subject":   {Action: "risk.opened"},
			"control text": {Action: "risk.opened", Subject: ledger.Subject{Kind: "risk", ID: "a\nb"}},
		} {
			err := d.Write(ctx, func(tx *db.Tx) error {
				ledger.Append(tx, opened(2))
				ledger.Append(tx, e)
				return nil
			})
			if errs.ReasonOf(err) != "ledger.entry_malformed" {
				t.Errorf("%s: %v", name, err)
			}
		}
		// The commit fails after the tree was extended in memory.
		if d.Engine() == db.SQLite {
			d.BeforeCommit("last", func(*db.Tx, []any) error { return errors.New("on purpose") })
			if err := d.Write(ctx, func(tx *db.Tx) error {
				ledger.Append(tx, opened(3))
				tx.Collect("last", nil)
				return nil
			}); err == nil {
				t.Error("committed")
			}
		}
		write(t, d, opened(4))
		if got := all(t, l); len(got) != 3 {
			t.Errorf("%d entries, want 3", len(got))
		}
		holds(t, l)
	})
}

// The tree goes on where it was after a restart, and a broken edge stops the record instead of forking it.
func TestRestart(t *testing.T) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			p := dbtest.New(t, e)
			dir := t.TempDir()
			for n := range 4 {
				func() {
					d, err := db.Open(context.Background(), db.Options{Dir: p.Dir, URL: p.URL})
					if err != nil {
						t.Fatal(err)
					}
					defer d.Close()
					l := open(t, d, func(o *ledger.Options) { o.KeyFile, o.CheckpointFile = dir+"/k", dir+"/c" })
					write(t, d, many(0, n+3)...)
					if n%2 == 0 {
						checkpoint(t, l)
					}
					holds(t, l)
				}()
			}
			d := dbtest.Reopen(t, p, clock.System)
			l := open(t, d, func(o *ledger.Options) { o.KeyFile, o.CheckpointFile = dir+"/k", dir+"/c" })
			if got := len(all(t, l)); got != 1+3+4+5+6 {
				t.Errorf("%d entries", got)
			}
		})
	}
}

// A process that does not know the tree does not fork it from nodes that do not make up the head.
func TestBrokenEdge(t *testing.T) {
	p := dbtest.New(t, db.SQLite)
	dir := t.TempDir()
	same := func(o *ledger.Options) { o.KeyFile = dir + "/k" }
	d, err := db.Open(context.Background(), db.Options{Dir: p.Dir})
	if err != nil {
		t.Fatal(err)
	}
	open(t, d, same)
	write(t, d, many(1, 8)...)
	tamper(t, d, `UPDATE ledger_entry SET nodes = (SELECT nodes FROM ledger_entry WHERE seq = 2) WHERE seq = 8`)
	d = again(t, d, p)
	l := open(t, d, same)
	err = d.Write(context.Background(), func(tx *db.Tx) error {
		ledger.Append(tx, opened(9))
		return nil
	})
	if errs.ReasonOf(err) != "ledger.corrupt" {
		t.Errorf("got %v", err)
	}
	if r := verify(t, l); r.Fault == nil || r.Fault.Seq != 8 {
		t.Errorf("%+v", r.Fault)
	}
}
