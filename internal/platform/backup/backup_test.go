package backup_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"sync"
	"testing"

	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/platform/backup"
	"slipway/internal/platform/blob"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

var engines = []db.Engine{db.SQLite, db.Postgres}

// open returns a fresh database with two more tables that hold every type, a reference to itself and one backwards.
func open(t testing.TB, e db.Engine) *db.DB {
	t.Helper()
	d := dbtest.Reopen(t, dbtest.New(t, e), clock.NewFake(dbtest.Start))
	bytesType, c := "BLOB", ""
	if e == db.Postgres {
		bytesType, c = "BYTEA", ` COLLATE "C"`
	}
	write(t, d, `CREATE TABLE z_kind (a TEXT`+c+` NOT NULL, b BIGINT NOT NULL, label TEXT, small INTEGER, yes BOOLEAN, raw `+bytesType+`, ratio DOUBLE PRECISION, PRIMARY KEY (b, a))`)
	write(t, d, `CREATE TABLE a_node ("order" TEXT`+c+` PRIMARY KEY, parent TEXT REFERENCES a_node ("order"), kind_b BIGINT, kind_a TEXT, FOREIGN KEY (kind_b, kind_a) REFERENCES z_kind (b, a))`)
	return d
}

func write(t testing.TB, d *db.DB, query string, args ...any) {
	t.Helper()
	if err := d.Write(context.Background(), func(tx *db.Tx) error { _, err := tx.Exec(query, args...); return err }); err != nil {
		t.Fatal(err)
	}
}

func fill(t testing.TB, d *db.DB) {
	t.Helper()
	all := string([]rune{0x1, '\t', '\n', '"', '\\', '<', '&', 'é', 'ß', 0x2028, 0x10FFFF, '😀'})
	rows := [][]any{
		{"", int64(math.MinInt64), nil, nil, nil, nil, nil},
		{"a", int64(math.MaxInt64), "", int64(0), false, []byte{}, 0.1},
		{"B", int64(0), all, int64(-5), true, []byte{0, 1, 255}, -1e300},
		{"é", int64(0), "null", int64(math.MaxInt32), true, bytes.Repeat([]byte{7}, 300_000), 5e-324},
	}
	for _, r := range rows {
		write(t, d, `INSERT INTO z_kind (a, b, label, small, yes, raw, ratio) VALUES ($1, $2, $3, $4, $5, $6, $7)`, r...)
	}
	// "1" refers to "2", which comes later, as the row of z_kind does.
	write(t, d, `INSERT INTO a_node ("order", parent, kind_b, kind_a) VALUES ('2', NULL, 0, 'é')`)
	write(t, d, `INSERT INTO a_node ("order", parent) VALUES ('1', '2'), ('3', '3')`)
	p, err := blob.Prepare(bytes.NewReader(bytes.Repeat([]byte("evidence "), 100_000)), "text/plain", 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := d.Write(context.Background(), p.Store); err != nil {
		t.Fatal(err)
	}
	write(t, d, `INSERT INTO job_periodic (kind, next_at) VALUES ('left.out', 1)`)
}

func save(t testing.TB, d *db.DB) ([]byte, backup.Report) {
	t.Helper()
	var b bytes.Buffer
	rep, err := backup.Write(context.Background(), d, &b, backup.Info{Version: "1.4.0", Note: "before the move"})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), rep
}

func restore(d *db.DB, file []byte, hooks ...backup.Hook) (backup.Report, error) {
	return backup.Restore(context.Background(), d, bytes.NewReader(file), hooks...)
}

func TestRoundTripWithinAndAcrossEngines(t *testing.T) {
	for _, from := range engines {
		for _, to := range engines {
			t.Run(fmt.Sprintf("%s to %s", from, to), func(t *testing.T) {
				t.Parallel()
				src, dst := open(t, from), open(t, to)
				fill(t, src)
				file, wrote := save(t, src)
				info, err := backup.Peek(bytes.NewReader(file))
				if err != nil || info.Engine != from || info.Version != "1.4.0" || info.Note != "before the move" || info.At != db.At(dbtest.Start) ||
					!strings.Contains(strings.Join(info.Excludes, " "), "key that signs the ledger") {
					t.Fatalf("%+v, %v", info, err)
				}
				read, err := restore(dst, file)
				if err != nil {
					t.Fatal(err)
				}
				_, again := save(t, dst)
				if read.SHA256 != wrote.SHA256 || read.Rows() != wrote.Rows() || wrote.Rows() < 8 {
					t.Errorf("wrote %d rows %s, read %d rows %s", wrote.Rows(), wrote.SHA256, read.Rows(), read.SHA256)
				}
				if len(wrote.Tables) != len(again.Tables) {
					t.Fatalf("%d tables became %d", len(wrote.Tables), len(again.Tables))
				}
				for i, w := range wrote.Tables {
					if again.Tables[i] != w {
						t.Errorf("%+v became %+v", w, again.Tables[i])
					}
					if strings.HasPrefix(w.Name, "job") || strings.HasPrefix(w.Name, "goose") || strings.HasPrefix(w.Name, "river") {
						t.Errorf("%s is in the file", w.Name)
					}
				}
				// The target works: references are enforced again, one statement at a time.
				err = dst.Write(context.Background(), func(tx *db.Tx) error {
					_, err := tx.Exec(`INSERT INTO a_node ("order", parent) VALUES ('9', 'nowhere')`)
					if err == nil {
						return errors.New("a reference to nothing was taken")
					}
					return err
				})
				if !db.IsForeign(err) {
					t.Error(err)
				}
				if _, err := restore(dst, file); errs.ReasonOf(err) != "backup.not_empty" {
					t.Errorf("restored twice: %v", err)
				}
			})
		}
	}
}

func TestBackupIsOneSnapshotWhileOthersWrite(t *testing.T) {
	for _, e := range engines {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			src, dst := open(t, e), open(t, e)
			const accounts = 500
			for i := range accounts {
				write(t, src, `INSERT INTO z_kind (a, b, small) VALUES ('account', $1, 100)`, i)
			}
			ctx, cancel := context.WithCancel(context.Background())
			var wg sync.WaitGroup
			var moved [4]int
			for w := range moved {
				wg.Go(func() {
					for i := 0; ctx.Err() == nil; i++ {
						err := src.Write(context.Background(), func(tx *db.Tx) error {
							// The low account comes early in the file, the high one late.
							_, err := tx.Exec(`UPDATE z_kind SET small = small - 1 WHERE b = $1`, (i*7+w)%100)
							_, err2 := tx.Exec(`UPDATE z_kind SET small = small + 1 WHERE b = $1`, accounts-1-(i*11+w)%100)
							return errors.Join(err, err2)
						})
						if err != nil {
							t.Error(err)
							return
						}
						moved[w]++
					}
				})
			}
			// The file comes slowly through a pipe, so that writers get many turns while it is written.
			r, w := io.Pipe()
			go func() {
				_, err := backup.Write(context.Background(), src, w, backup.Info{})
				w.CloseWithError(err)
			}()
			var file bytes.Buffer
			for part := make([]byte, 64); ; {
				n, err := r.Read(part)
				file.Write(part[:n])
				if err != nil {
					if !errors.Is(err, io.EOF) {
						t.Error(err)
					}
					break
				}
				if n := file.Len() % 7; n == 0 {
					write(t, src, `UPDATE z_kind SET label = 'seen' WHERE b = $1`, n)
				}
			}
			cancel()
			wg.Wait()
			if _, err := restore(dst, file.Bytes()); err != nil {
				t.Fatal(err)
			}
			var total, least int
			err := dst.Read(context.Background(), func(tx *db.Tx) error {
				return errors.Join(tx.Get(&total, `SELECT sum(small) FROM z_kind`), tx.Get(&least, `SELECT min(small) FROM z_kind`))
			})
			if err != nil || total != accounts*100 {
				t.Fatalf("the sum is %d instead of %d; %v", total, accounts*100, err)
			}
			t.Logf("%v transfers while it ran", moved)
		})
	}
}

func TestHooksRunAfterTheRows(t *testing.T) {
	src, dst := open(t, db.SQLite), open(t, db.SQLite)
	fill(t, src)
	file, _ := save(t, src)
	var ran []string
	hook := func(name string, fault error) backup.Hook {
		return backup.Hook{Name: name, Run: func(ctx context.Context, r backup.Report) error {
			var n int
			if err := dst.Read(ctx, func(tx *db.Tx) error { return tx.Get(&n, `SELECT count(*) FROM z_kind`) }); err != nil || n != 4 || r.Rows() == 0 {
				t.Errorf("%s sees %d rows, %v", name, n, err)
			}
			ran = append(ran, name)
			return fault
		}}
	}
	broken := errors.New("no key")
	_, err := restore(dst, file, hook("the epoch", nil), hook("the jobs", broken), hook("never", nil))
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "the jobs") || len(ran) != 2 {
		t.Fatalf("%v after %v", err, ran)
	}
}

// unzip and zip let a test change the lines of a file.
func unzip(t testing.TB, file []byte) string {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func zip(t testing.TB, lines string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, lines); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRefusalsNameWhatIsWrong(t *testing.T) {
	src := open(t, db.SQLite)
	fill(t, src)
	file, _ := save(t, src)
	lines := unzip(t, file)
	swap := func(from, to string) string {
		if !strings.Contains(lines, from) {
			t.Fatalf("the file has no %s", from)
		}
		return strings.Replace(lines, from, to, 1)
	}
	for name, c := range map[string]struct{ lines, reason, says string }{
		"another value":   {swap(`["1","2",null,null]`, `["1","3",null,null]`), "backup.damaged", "the digest of table a_node"},
		"a row less":      {swap(`["3","3",null,null]`+"\n", ""), "backup.damaged", "table a_node has 2 rows instead of 3"},
		"wrong type":      {swap(`["1","2",null,null]`, `[1,"2",null,null]`), "backup.damaged", "row 1 of table a_node"},
		"short row":       {swap(`["1","2",null,null]`, `["1","2",null]`), "backup.damaged", "3 values for 4 columns"},
		"another header":  {swap(`"note":"before the move"`, `"note":"after the move"`), "backup.damaged", "its digest is"},
		"table twice":     {swap(`{"table":"z_kind"`, `{"table":"a_node"`), "backup.damaged", "table a_node comes after"},
		"newer schema":    {swap(`"schema":`, `"schema":9`), "backup.schema_newer", "newer Slipway"},
		"older schema":    {regexp.MustCompile(`"schema":\d+`).ReplaceAllString(lines, `"schema":1`), "backup.schema_other", "migrated afterwards"},
		"no such schema":  {regexp.MustCompile(`"schema":\d+`).ReplaceAllString(lines, `"schema":2`), "backup.schema_unknown", "no released Slipway"},
		"schema no count": {swap(`"schema":`, `"schema":0.`), "backup.not_one", "not a backup"},
		"newer format":    {swap(`"slipwayBackup":1`, `"slipwayBackup":2`), "backup.format_newer", "format 2"},
		"unknown table":   {swap(`{"table":"z_kind"`, `{"table":"zz_kind"`), "backup.table_unknown", "zz_kind"},
		"unknown column":  {swap(`{"name":"kind_b","type":"integer"}`, `{"name":"kind_c","type":"integer"}`), "backup.column_unknown", "a_node.kind_c"},
		"other type":      {swap(`{"name":"kind_b","type":"integer"}`, `{"name":"kind_b","type":"text"}`), "backup.column_unknown", "a_node.kind_b"},
		"missing column":  {swap(`,{"name":"kind_b","type":"integer"}`, ``), "backup.column_missing", "a_node.kind_b"},
		"no last line":    {lines[:strings.LastIndex(strings.TrimSpace(lines), "\n")+1], "backup.truncated", "ends too early"},
		"half a line":     {lines[:len(lines)-10], "backup.truncated", "ends too early"},
		"something after": {lines + "[]\n", "backup.damaged", "follows its last line"},
		"garbage":         {"hello\n", "backup.not_one", "not a backup"},
		"other JSON":      {"{}\n", "backup.not_one", "not a backup"},
		"nothing":         {"", "backup.truncated", "ends too early"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, e := range engines {
				t.Run(string(e), func(t *testing.T) {
					t.Parallel()
					dst := open(t, e)
					_, err := restore(dst, zip(t, c.lines))
					if errs.ReasonOf(err) != c.reason || !strings.Contains(err.Error(), c.says) {
						t.Fatalf("%v (%s)", err, errs.ReasonOf(err))
					}
					for _, table := range []string{"a_node", "z_kind", "blob"} {
						var n int
						if err := dst.Read(context.Background(), func(tx *db.Tx) error { return tx.Get(&n, "SELECT count(*) FROM "+table) }); err != nil || n != 0 {
							t.Errorf("the refused restore left %d rows in %s, %v", n, table, err)
						}
					}
				})
			}
		})
	}
	if _, err := restore(open(t, db.SQLite), []byte("PK\x03\x04 no gzip at all")); errs.ReasonOf(err) != "backup.not_one" {
		t.Errorf("no gzip: %v", err)
	}
}

// TestEveryDamageIsFound cuts a file off and alters it at many places, and restores some of these files.
func TestEveryDamageIsFound(t *testing.T) {
	src, dst := open(t, db.SQLite), open(t, db.SQLite)
	write(t, src, `INSERT INTO z_kind (a, b, label) VALUES ('a', 1, 'one'), ('b', 2, 'two')`)
	file, wrote := save(t, src)
	lines := unzip(t, file)
	try := func(at int, how string, bad []byte) {
		_, err := backup.Check(bytes.NewReader(bad))
		if err == nil && unzip(t, bad) == lines {
			return // a bit between two blocks of deflate that means nothing
		}
		if err == nil || !errs.Is(err, errs.CodeInvalid) {
			t.Fatalf("%s at %d of %d: %v", how, at, len(file), err)
		}
		if at%(len(file)/8) > 2 {
			return
		}
		if _, err := restore(dst, bad); err == nil || !errs.Is(err, errs.CodeInvalid) {
			t.Fatalf("%s at %d of %d, restored: %v", how, at, len(file), err)
		}
	}
	for at := 0; at < len(file); at += 3 {
		try(at, "cut off", file[:at])
		if at < 10 {
			continue // gzip's own header has bytes that mean nothing
		}
		bad := bytes.Clone(file)
		bad[at] ^= 0x10
		try(at, "altered", bad)
	}
	if rep, err := backup.Check(bytes.NewReader(file)); err != nil || rep.SHA256 != wrote.SHA256 || rep.Rows() != wrote.Rows() {
		t.Fatalf("%+v, %v", rep, err)
	}
	if _, err := restore(dst, file); err != nil {
		t.Fatal(err)
	}
}

func TestUnknownTypeIsNotLeftOutSilently(t *testing.T) {
	d := open(t, db.Postgres)
	write(t, d, `CREATE TABLE odd (at TIMESTAMPTZ)`)
	_, err := backup.Write(context.Background(), d, io.Discard, backup.Info{})
	if err == nil || !strings.Contains(err.Error(), "odd.at") {
		t.Fatalf("%v", err)
	}
}
