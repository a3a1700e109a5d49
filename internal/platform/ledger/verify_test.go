package ledger_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/ledger/leaf"
	"slipway/internal/platform/ledger/tree"
)

func verify(t testing.TB, l *ledger.Ledger) ledger.Report {
	t.Helper()
	r, err := l.Verify(timeout(t))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func holds(t testing.TB, l *ledger.Ledger) ledger.Report {
	t.Helper()
	r := verify(t, l)
	if r.Fault != nil {
		t.Fatalf("the ledger does not verify: %s", r.Fault)
	}
	return r
}

// tamper changes rows behind the ledger's back.
func tamper(t testing.TB, d *db.DB, statements ...string) {
	t.Helper()
	if err := d.Write(context.Background(), func(tx *db.Tx) error {
		for _, s := range statements {
			n, err := tx.Exec(s)
			if err != nil {
				return err
			}
			if n == 0 && !strings.HasPrefix(s, "CREATE") {
				t.Errorf("%s touched nothing", s)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// rebuild does what an attacker does who may write to the database but has not the key: it computes the tree anew.
func rebuild(t testing.TB, d *db.DB) {
	t.Helper()
	if err := d.Write(context.Background(), func(tx *db.Tx) error {
		var rows []struct {
			Seq    int64
			Header string
		}
		if err := tx.All(&rows, `SELECT seq, header FROM ledger_entry ORDER BY seq`); err != nil {
			return err
		}
		var e tree.Edge
		for _, r := range rows {
			var b []byte
			for _, h := range e.Append(leaf.Hash([]byte(r.Header))) {
				b = append(b, h[:]...)
			}
			if _, err := tx.Exec(`UPDATE ledger_entry SET nodes = $2 WHERE seq = $1`, r.Seq, b); err != nil {
				return err
			}
		}
		root := e.Root()
		_, err := tx.Exec(`UPDATE ledger_head SET size = $1, root = $2`, e.Size(), root[:])
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

const cutTail = `DELETE FROM ledger_entry WHERE seq >= 15`

// shift moves everything behind a place by one, over free numbers.
func shift(from, by string) []string {
	return []string{
		"UPDATE ledger_entry SET seq = seq + 1000000 WHERE seq >= " + from,
		"UPDATE ledger_entry SET seq = seq - 1000000 + " + by + " WHERE seq >= 1000000",
		"UPDATE ledger_payload SET seq = seq + 1000000 WHERE seq >= " + from,
		"UPDATE ledger_payload SET seq = seq - 1000000 + " + by + " WHERE seq >= 1000000",
	}
}

func swap(a, b string) []string {
	var out []string
	for _, table := range []string{"ledger_entry", "ledger_payload"} {
		out = append(out, "UPDATE "+table+" SET seq = -5 WHERE seq = "+a, "UPDATE "+table+" SET seq = "+a+" WHERE seq = "+b, "UPDATE "+table+" SET seq = "+b+" WHERE seq = -5")
	}
	return out
}

const copyRow = `INSERT INTO ledger_entry (seq, id, header, nodes, at, action, person, machine, subject, release, scope)
	SELECT %SEQ%, '019a9c4e-5b00-7000-8000-000000000001', header, nodes, at, action, person, machine, subject, release, scope FROM ledger_entry WHERE seq = 6`

func TestVerifyNamesTheFirstBadEntry(t *testing.T) {
	type bad struct {
		name      string
		do        []string
		rebuild   bool
		seq, last int64
		what      string
	}
	cases := []bad{
		{"a header", []string{`UPDATE ledger_entry SET header = replace(header, 'risk.opened', 'risk.closed') WHERE seq = 7`}, false, 7, 7, ledger.Altered},
		{"a header and its column", []string{`UPDATE ledger_entry SET action = 'risk.closed', header = replace(header, 'risk.opened', 'risk.closed') WHERE seq = 7`}, false, 7, 7, ledger.Altered},
		{"two headers", []string{`UPDATE ledger_entry SET header = replace(header, 'risk.opened', 'risk.closed') WHERE seq IN (7, 12)`}, false, 7, 7, ledger.Altered},
		{"a header beyond the format", []string{`UPDATE ledger_entry SET header = header || ' ' WHERE seq = 7`}, false, 7, 7, ledger.Altered},
		{"a column", []string{`UPDATE ledger_entry SET action = 'risk.closed' WHERE seq = 9`}, false, 9, 9, ledger.Altered},
		{"the instant's column", []string{`UPDATE ledger_entry SET at = at + 1 WHERE seq = 9`}, false, 9, 9, ledger.Altered},
		{"a release's column", []string{`UPDATE ledger_entry SET release = 'x' WHERE seq = 9`}, false, 9, 9, ledger.Altered},
		{"a payload", []string{`UPDATE ledger_payload SET payload = replace(payload, 'Risk', 'risk') WHERE seq = 3`}, false, 3, 3, ledger.Altered},
		{"a salt", []string{`UPDATE ledger_payload SET salt = (SELECT salt FROM ledger_payload WHERE seq = 4) WHERE seq = 3`}, false, 3, 3, ledger.Altered},
		{"a payload without its row", []string{`DELETE FROM ledger_payload WHERE seq = 3`}, false, 3, 3, ledger.Removed},
		{"a payload emptied", []string{`UPDATE ledger_payload SET salt = NULL, payload = NULL WHERE seq = 3`}, false, 3, 3, ledger.Altered},
		{"a redaction that nobody recorded", []string{`UPDATE ledger_payload SET salt = NULL, payload = NULL, redacted_by = '019a9c4e-5b00-7000-8000-000000000001' WHERE seq = 3`}, false, 3, 3, ledger.Altered},
		{"a redaction that another entry stands for", []string{`UPDATE ledger_payload SET salt = NULL, payload = NULL, redacted_by = (SELECT id FROM ledger_entry WHERE seq = 5) WHERE seq = 3`}, false, 3, 3, ledger.Altered},
		{"a stray payload", []string{`INSERT INTO ledger_payload (seq, payload) VALUES (99, '1')`}, false, 99, 99, ledger.Inserted},
		{"a node of the tree", []string{`UPDATE ledger_entry SET nodes = (SELECT nodes FROM ledger_entry WHERE seq = 9) WHERE seq = 5`}, false, 5, 5, ledger.Altered},
		{"an inner node", []string{`UPDATE ledger_entry SET nodes = substr(nodes, 1, 32) || substr((SELECT nodes FROM ledger_entry WHERE seq = 9), 33, 32) WHERE seq = 5`}, false, 4, 5, ledger.Altered},
		{"one entry removed", []string{`DELETE FROM ledger_entry WHERE seq = 6`, `DELETE FROM ledger_payload WHERE seq = 6`}, false, 6, 6, ledger.Removed},
		{"three entries removed", []string{`DELETE FROM ledger_entry WHERE seq BETWEEN 6 AND 8`}, false, 6, 8, ledger.Removed},
		{"the first entry removed", []string{`DELETE FROM ledger_entry WHERE seq = 0`}, false, 0, 0, ledger.Removed},
		{"removed and renumbered", append([]string{`DELETE FROM ledger_entry WHERE seq = 6`, `DELETE FROM ledger_payload WHERE seq = 6`}, shift("7", "-1")...), false, 6, 6, ledger.Removed},
		{"headers swapped", []string{`UPDATE ledger_entry SET header = CASE seq WHEN 4 THEN (SELECT header FROM ledger_entry WHERE seq = 8) ELSE (SELECT header FROM ledger_entry WHERE seq = 4) END WHERE seq IN (4, 8)`}, false, 4, 4, ledger.Reordered},
		{"rows swapped side by side", swap("4", "5"), false, 4, 4, ledger.Reordered},
		{"rows swapped far apart", swap("4", "8"), false, 4, 5, ledger.Reordered},
		{"inserted between", append(shift("7", "1"), strings.Replace(copyRow, "%SEQ%", "7", 1), `INSERT INTO ledger_payload (seq, salt, payload) SELECT 7, salt, payload FROM ledger_payload WHERE seq = 6`), false, 6, 7, ledger.Inserted},
		{"inserted behind the head", []string{strings.Replace(copyRow, "%SEQ%", "21", 1)}, false, 21, 21, ledger.Inserted},
		{"inserted far behind the head", []string{strings.Replace(copyRow, "%SEQ%", "40", 1)}, false, 40, 40, ledger.Inserted},
		{"inserted before the start", []string{strings.Replace(copyRow, "%SEQ%", "-3", 1)}, false, -3, -3, ledger.Inserted},
		{"cut off", []string{cutTail}, false, 15, 20, ledger.Truncated},
		{"cut off, head and tree rebuilt", []string{cutTail}, true, 15, 20, ledger.Truncated},
		{"cut off, rebuilt, its checkpoints removed", []string{cutTail, `DELETE FROM ledger_payload WHERE seq >= 15`, `DELETE FROM ledger_checkpoint`}, true, 15, 20, ledger.Truncated},
		{"altered, the tree rebuilt", []string{`UPDATE ledger_entry SET action = 'risk.closed', header = replace(header, 'risk.opened', 'risk.closed') WHERE seq = 7`}, true, 0, 10, ledger.Altered},
		{"altered between checkpoints, the tree rebuilt", []string{`UPDATE ledger_entry SET action = 'risk.closed', header = replace(header, 'risk.opened', 'risk.closed') WHERE seq = 17`}, true, 11, 20, ledger.Altered},
		{"the same, the checkpoints removed", []string{`UPDATE ledger_entry SET action = 'risk.closed', header = replace(header, 'risk.opened', 'risk.closed') WHERE seq = 17`, `DELETE FROM ledger_checkpoint`}, true, 0, 20, ledger.Altered},
		{"a checkpoint's size", []string{`UPDATE ledger_checkpoint SET size = 10 WHERE size = 11`}, false, -1, -1, ledger.Altered},
		{"a checkpoint's note", []string{`UPDATE ledger_checkpoint SET note = replace(note, '11', '12') WHERE size = 11`}, false, -1, -1, ledger.Altered},
		{"a checkpoint made up", []string{`INSERT INTO ledger_checkpoint (epoch, size, note, at) SELECT epoch, 500, note || 'x', at FROM ledger_checkpoint WHERE size = 11`}, false, -1, -1, ledger.Altered},
		{"the head's root", []string{`UPDATE ledger_head SET root = (SELECT substr(nodes, 1, 32) FROM ledger_entry WHERE seq = 2)`}, false, -1, -1, ledger.Altered},
		{"the head's size", []string{`UPDATE ledger_head SET size = 18`}, false, 18, 18, ledger.Inserted},
		{"the head's epoch", []string{`UPDATE ledger_head SET epoch = 2`}, false, -1, -1, ledger.Altered},
		{"the head's key", []string{`UPDATE ledger_head SET key = key || 'A'`}, false, -1, -1, ledger.Altered},
	}
	tables := []string{"ledger_head", "ledger_entry", "ledger_payload", "ledger_checkpoint"}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := open(t, d)
		write(t, d, many(1, 10)...)
		checkpoint(t, l)
		write(t, d, many(11, 10)...)
		checkpoint(t, l)
		for _, name := range tables {
			tamper(t, d, "CREATE TABLE good_"+name+" AS SELECT * FROM "+name)
		}
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				if r := holds(t, l); r.Size != 21 || r.Checkpoints != 2 || r.Covered != 21 || !r.Outside {
					t.Fatalf("before: %+v", r)
				}
				tamper(t, d, c.do...)
				if c.rebuild {
					rebuild(t, d)
				}
				r := verify(t, l)
				if r.Fault == nil {
					t.Fatalf("not found: %+v", r)
				}
				t.Log(r.Fault)
				if r.Fault.Seq != c.seq || r.Fault.Last != c.last || r.Fault.What != c.what {
					t.Errorf("named %d to %d %s, want %d to %d %s", r.Fault.Seq, r.Fault.Last, r.Fault.What, c.seq, c.last, c.what)
				}
				if c.rebuild {
					if _, err := l.Checkpoint(timeout(t)); errs.ReasonOf(err) != "ledger.inconsistent" {
						t.Errorf("a rebuilt ledger was signed: %v", err)
					}
				}
				if err := d.Write(context.Background(), func(tx *db.Tx) error {
					for _, name := range tables {
						if _, err := tx.Exec("DELETE FROM " + name); err != nil {
							return err
						}
						if _, err := tx.Exec("INSERT INTO " + name + " SELECT * FROM good_" + name); err != nil {
							return err
						}
					}
					return nil
				}); err != nil {
					t.Fatal(err)
				}
			})
		}
	})
}

func many(from, n int) []ledger.Entry {
	es := make([]ledger.Entry, n)
	for i := range es {
		es[i] = opened(from + i)
	}
	return es
}

func checkpoint(t testing.TB, l *ledger.Ledger) ledger.Checkpoint {
	t.Helper()
	ctx := timeout(t)
	if err := l.Sequence(ctx); err != nil {
		t.Fatal(err)
	}
	c, err := l.Checkpoint(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What a restored older file looks like: everything in it agrees, only the checkpoint outside tells.
func TestVerifyFindsAnOlderDatabase(t *testing.T) {
	p := dbtest.New(t, db.SQLite)
	dir := t.TempDir()
	same := func(o *ledger.Options) {
		o.KeyFile, o.CheckpointFile = filepath.Join(dir, "ledger.key"), filepath.Join(dir, "ledger.checkpoint")
	}
	d, err := db.Open(context.Background(), db.Options{Dir: p.Dir})
	if err != nil {
		t.Fatal(err)
	}
	l := open(t, d, same)
	write(t, d, many(1, 10)...)
	checkpoint(t, l)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	old, err := os.ReadFile(filepath.Join(p.Dir, "slipway.db"))
	if err != nil {
		t.Fatal(err)
	}
	d, err = db.Open(context.Background(), db.Options{Dir: p.Dir})
	if err != nil {
		t.Fatal(err)
	}
	l = open(t, d, same)
	write(t, d, many(11, 5)...)
	checkpoint(t, l)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(p.Dir, "slipway.db"), old, 0o600); err != nil {
		t.Fatal(err)
	}
	d = dbtest.Reopen(t, p, clock.System)
	l = open(t, d, same)
	r := verify(t, l)
	if r.Fault == nil || r.Fault.What != ledger.Truncated || r.Fault.Seq != 11 || r.Fault.Last != 15 {
		t.Fatalf("%+v, %v", r, r.Fault)
	}
	// It goes on only as a new epoch, which says what is lost.
	l2, err := ledger.Open(context.Background(), again(t, d, p), ledger.Options{KeyFile: filepath.Join(dir, "ledger.key"), CheckpointFile: filepath.Join(dir, "ledger.checkpoint"), NewEpoch: "The disk was replaced."})
	if err != nil {
		t.Fatal(err)
	}
	checkpoint(t, l2)
	if r := holds(t, l2); r.Epoch != 2 || r.Size != 12 || r.Checkpoints != 2 || !r.Outside {
		t.Errorf("%+v", r)
	}
}

// again closes a handle and opens another on the same place.
func again(t *testing.T, d *db.DB, p dbtest.Place) *db.DB {
	t.Helper()
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return dbtest.Reopen(t, p, clock.System)
}
