package tally_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/ledger/ledgertest"
	"slipway/internal/platform/ledger/tally"
)

func write(t *testing.T, d *db.DB, subject string) {
	t.Helper()
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		ledger.Append(tx, ledger.Entry{Action: "risk.opened", Subject: ledger.Subject{Kind: "risk", ID: subject}, Scope: "product/1"})
		return nil
	}); err != nil {
		t.Error(err)
	}
}

// next looks and advances, and returns the subjects of what came.
func next(t *testing.T, d *db.DB, y *tally.Tally, limit int) (subjects []string, more bool) {
	t.Helper()
	if err := d.Read(t.Context(), func(tx *db.Tx) error {
		n, err := y.Next(tx, limit)
		if err != nil {
			return err
		}
		for _, c := range n.Committed {
			subjects = append(subjects, c.Subject.ID)
		}
		more = n.More
		y.Advance(n)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return subjects, more
}

// On both engines a process is told of its own entries at their commit.
func TestOnCommit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		var told []ledger.Committed
		l.OnCommit(func(es []ledger.Committed) { told = append(told, es...) })
		write(t, d, "7")
		want := []ledger.Committed{{Action: "risk.opened", Subject: ledger.Subject{Kind: "risk", ID: "7"}, Scope: "product/1"}}
		if !slices.Equal(told, want) {
			t.Errorf("told of %+v", told)
		}
	})
}

// Every entry comes once: while it waits for its number or with it, and never again when it gets it.
func TestEveryEntryComesOnce(t *testing.T) {
	d := dbtest.Open(t, db.Postgres)
	l := ledgertest.Open(t, d)
	var y tally.Tally
	if _, more := next(t, d, &y, 100); !more {
		t.Error("a tally that has seen nothing knows what changed")
	}
	step := func(what string, limit int, want ...string) {
		t.Helper()
		got, more := next(t, d, &y, limit)
		if !slices.Equal(got, want) || more {
			t.Errorf("%s: %q, more %v; want %q", what, got, more, want)
		}
	}
	number := func() {
		t.Helper()
		if err := l.Sequence(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	step("nothing happened", 100)
	write(t, d, "a")
	step("without its number", 100, "a")
	step("the same again", 100)
	number()
	step("with its number", 100)
	write(t, d, "b")
	number()
	step("numbered before the look", 100, "b")
	write(t, d, "c")
	step("waits", 100, "c")
	write(t, d, "d")
	number()
	step("one known, one new", 1, "d")
	for i := range 5 {
		write(t, d, fmt.Sprint(i))
	}
	if _, more := next(t, d, &y, 4); !more {
		t.Error("five entries within a limit of four")
	}
	step("after too many", 100)
}

// An entry of a transaction that began early and ends late is not passed over, though later ones were seen before it.
func TestLateCommit(t *testing.T) {
	d := dbtest.Open(t, db.Postgres)
	ledgertest.Open(t, d)
	var y tally.Tally
	next(t, d, &y, 100)
	began, end, ended := make(chan bool, 8), make(chan bool), make(chan error)
	go func() {
		ended <- d.Write(t.Context(), func(tx *db.Tx) error {
			if _, err := tx.Exec(`SELECT pg_current_xact_id()`); err != nil {
				return err
			}
			ledger.Append(tx, ledger.Entry{Action: "risk.opened", Subject: ledger.Subject{Kind: "risk", ID: "early"}})
			began <- true
			<-end
			return nil
		})
	}()
	<-began
	for _, s := range []string{"a", "b"} {
		write(t, d, s)
		if got, _ := next(t, d, &y, 100); !slices.Equal(got, []string{s}) {
			t.Errorf("beside a transaction under way: %q, want %q", got, s)
		}
	}
	close(end)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if got, _ := next(t, d, &y, 100); !slices.Equal(got, []string{"early"}) {
		t.Errorf("after its end: %q", got)
	}
}

// Whatever writers, the sequencer and looks do beside each other: every entry that is acknowledged before a look has come
// with it at the latest, and none comes twice.
func TestBesideWritersAndSequencer(t *testing.T) {
	d := dbtest.Open(t, db.Postgres)
	l := ledgertest.Open(t, d)
	var y tally.Tally
	next(t, d, &y, 10_000)
	var mu sync.Mutex
	var acked []string
	stop := make(chan bool)
	var wg, numbering sync.WaitGroup
	for w := range 6 {
		wg.Go(func() {
			for i := range 40 {
				s := fmt.Sprintf("%d-%d", w, i)
				write(t, d, s)
				mu.Lock()
				acked = append(acked, s)
				mu.Unlock()
			}
		})
	}
	numbering.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				if err := l.Sequence(t.Context()); err != nil {
					t.Error(err)
					return
				}
			}
		}
	})
	came := map[string]int{}
	look := func() {
		mu.Lock()
		before := slices.Clone(acked)
		mu.Unlock()
		got, more := next(t, d, &y, 10_000)
		if more {
			t.Error("more than everything")
		}
		for _, s := range got {
			came[s]++
		}
		for _, s := range before {
			if came[s] != 1 {
				t.Errorf("%s was acknowledged before the look and has come %d times", s, came[s])
			}
		}
	}
	for range 30 + rand.IntN(20) {
		look()
	}
	wg.Wait()
	close(stop)
	numbering.Wait()
	look()
	if len(came) != 6*40 {
		t.Errorf("%d entries came", len(came))
	}
}
