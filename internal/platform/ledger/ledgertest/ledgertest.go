package ledgertest

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Open opens the ledger of a test database with a key of its own. It is not started: entries get their numbers at the
// commit on SQLite, and on PostgreSQL when Records, Verify or Ledger.Sequence is called.
func Open(t testing.TB, d *db.DB) *ledger.Ledger {
	t.Helper()
	dir := t.TempDir()
	l, err := ledger.Open(context.Background(), d, ledger.Options{
		KeyFile: filepath.Join(dir, "ledger.key"), CheckpointFile: filepath.Join(dir, "ledger.checkpoint"),
		Fault: func(err error) { t.Errorf("the ledger, in the background: %v", err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func limit(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// Records returns every entry that the test has caused so far, oldest first, without the ledger's own ones.
func Records(t testing.TB, l *ledger.Ledger) []ledger.Record {
	t.Helper()
	if err := l.Sequence(limit(t)); err != nil {
		t.Fatal(err)
	}
	out := []ledger.Record{}
	for from := int64(0); ; {
		rs, err := l.Entries(limit(t), ledger.Filter{All: true, From: from, Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		if len(rs) == 0 {
			return out
		}
		for _, r := range rs {
			if r.Action != ledger.ActionEpochStarted {
				out = append(out, r)
			}
			from = r.Seq + 1
		}
	}
}

// Actions returns the actions of Records.
func Actions(t testing.TB, l *ledger.Ledger) []string {
	t.Helper()
	out := []string{}
	for _, r := range Records(t, l) {
		out = append(out, r.Action)
	}
	return out
}

// Verify fails the test unless the whole ledger holds.
func Verify(t testing.TB, l *ledger.Ledger) {
	t.Helper()
	r, err := l.Verify(limit(t))
	if err != nil {
		t.Fatal(err)
	}
	if r.Fault != nil {
		t.Errorf("the ledger does not verify: %s", r.Fault)
	}
}
