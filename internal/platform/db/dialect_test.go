package db_test

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// TestDialect holds, on both engines, every piece of SQL and every type that areas may rely on.
func TestDialect(t *testing.T) {
	type row struct {
		K    string
		N    int64
		Flag bool
		Body *string
		At   db.Time
	}
	cases := map[string]func(t *testing.T, tx *db.Tx){
		"placeholders repeat and come in any order": func(t *testing.T, tx *db.Tx) {
			var s string
			must(t, tx.Get(&s, `SELECT k FROM d WHERE n = $2 AND k <> $1 AND n = $2`, "B", 3))
			equal(t, s, "b")
		},
		"returning": func(t *testing.T, tx *db.Tx) {
			var r row
			must(t, tx.Get(&r, `INSERT INTO d (k, n, flag, at) VALUES ($1, $2, $3, $4) RETURNING k, n, flag, body, at`,
				id.Person("z"), math.MaxInt64, true, db.At(dbtest.Start)))
			equal(t, r, row{K: "z", N: math.MaxInt64, Flag: true, At: db.At(dbtest.Start)})
		},
		"on conflict do update and do nothing": func(t *testing.T, tx *db.Tx) {
			const up = `INSERT INTO d (k, n) VALUES ($1, $2) ON CONFLICT (k) DO UPDATE SET n = d.n + excluded.n WHERE d.n < 100`
			n, err := tx.Exec(up, "a", 10)
			must(t, err)
			equal(t, n, int64(1))
			n, err = tx.Exec(`INSERT INTO d (k, n) VALUES ($1, $2) ON CONFLICT DO NOTHING`, "a", 10)
			must(t, err)
			equal(t, n, int64(0))
			var got int64
			must(t, tx.Get(&got, `SELECT n FROM d WHERE k = 'a'`))
			equal(t, got, int64(11))
		},
		"common table expressions, recursive too": func(t *testing.T, tx *db.Tx) {
			var sum int64
			must(t, tx.Get(&sum, `WITH RECURSIVE up(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM up WHERE i < 10) SELECT CAST(sum(i) AS BIGINT) FROM up`))
			equal(t, sum, int64(55))
		},
		"window functions and filter": func(t *testing.T, tx *db.Tx) {
			var ks []string
			must(t, tx.All(&ks, `SELECT k FROM (SELECT k, row_number() OVER (ORDER BY n DESC, k) AS r FROM d) x WHERE r <= 2 ORDER BY r`))
			equal(t, strings.Join(ks, " "), "c B")
			var n int64
			must(t, tx.Get(&n, `SELECT count(*) FILTER (WHERE n > $1) FROM d`, 2))
			equal(t, n, int64(3))
		},
		"row-value keyset": func(t *testing.T, tx *db.Tx) {
			var ks []string
			must(t, tx.All(&ks, `SELECT k FROM d WHERE (n, k) > ($1, $2) ORDER BY n, k LIMIT $3`, 3, "B", 2))
			equal(t, strings.Join(ks, " "), "b c")
		},
		"keys are in byte order, with COLLATE \"C\" too": func(t *testing.T, tx *db.Tx) {
			for _, q := range []string{`SELECT k FROM d ORDER BY k`, `SELECT k FROM d ORDER BY k COLLATE "C"`} {
				var ks []string
				must(t, tx.All(&ks, q))
				equal(t, strings.Join(ks, " "), "B a b c é")
			}
		},
		"nulls first and last": func(t *testing.T, tx *db.Tx) {
			var ks []string
			must(t, tx.All(&ks, `SELECT k FROM d WHERE k IN ('a', 'b', 'c') ORDER BY at DESC NULLS LAST, k`))
			equal(t, strings.Join(ks, " "), "c a b")
			ks = nil
			must(t, tx.All(&ks, `SELECT k FROM d WHERE k IN ('a', 'b', 'c') ORDER BY at NULLS FIRST, k`))
			equal(t, strings.Join(ks, " "), "a b c")
		},
		"booleans as conditions and literals": func(t *testing.T, tx *db.Tx) {
			var n int64
			must(t, tx.Get(&n, `SELECT count(*) FROM d WHERE flag`))
			equal(t, n, int64(1))
			must(t, tx.Get(&n, `SELECT count(*) FROM d WHERE flag = $1 AND NOT flag = TRUE`, false))
			equal(t, n, int64(4))
		},
		"bytes come back as they were": func(t *testing.T, tx *db.Tx) {
			want := []byte{0, 1, 255, '5'}
			_, err := tx.Exec(`UPDATE d SET raw = $1 WHERE k = 'a'`, want)
			must(t, err)
			var got []byte
			must(t, tx.Get(&got, `SELECT raw FROM d WHERE k = 'a'`))
			if !bytes.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		},
		"numbers in text stay text": func(t *testing.T, tx *db.Tx) {
			_, err := tx.Exec(`UPDATE d SET body = $1 WHERE k = 'a'`, "1.10")
			must(t, err)
			var s string
			must(t, tx.Get(&s, `SELECT body FROM d WHERE k = 'a'`))
			equal(t, s, "1.10")
		},
		"documents keep their bytes": func(t *testing.T, tx *db.Tx) {
			j, err := db.Canonical(map[string]any{"b": 1, "a": "ö<&", "é": []int{2}})
			must(t, err)
			_, err = tx.Exec(`UPDATE d SET body = $1 WHERE k = 'a'`, j)
			must(t, err)
			var got db.JSON
			must(t, tx.Get(&got, `SELECT body FROM d WHERE k = 'a'`))
			equal(t, string(got), `{"a":"ö<&","b":1,"é":[2]}`)
		},
		"no instant is NULL": func(t *testing.T, tx *db.Tx) {
			_, err := tx.Exec(`UPDATE d SET at = $1`, db.Time(0))
			must(t, err)
			var n int64
			must(t, tx.Get(&n, `SELECT count(*) FROM d WHERE at IS NULL`))
			equal(t, n, int64(5))
		},
		"no row": func(t *testing.T, tx *db.Tx) {
			var r row
			if err := tx.Get(&r, `SELECT k, n, flag, body, at FROM d WHERE k = 'none'`); !errors.Is(err, db.ErrNone) {
				t.Errorf("got %v, want ErrNone", err)
			}
			var rs []row
			must(t, tx.All(&rs, `SELECT k, n, flag, body, at FROM d WHERE k = 'none'`))
			equal(t, len(rs), 0)
		},
		"searching without regard to case folds ASCII alike": func(t *testing.T, tx *db.Tx) {
			var n int64
			must(t, tx.Get(&n, `SELECT count(*) FROM d WHERE lower(k) LIKE $1 ESCAPE '\'`, "b%"))
			equal(t, n, int64(2))
		},
		"text that PostgreSQL cannot hold is refused on both": func(t *testing.T, tx *db.Tx) {
			for _, bad := range []any{"a\x00b", "a\xffb", id.Person("\x00"), db.JSON("\"\x00\"")} {
				if _, err := tx.Exec(`UPDATE d SET body = $1`, bad); !errs.Is(err, errs.CodeInvalid) {
					t.Errorf("%q: got %v, want an Invalid", bad, err)
				}
			}
		},
		"a value in several thousand rows": func(t *testing.T, tx *db.Tx) {
			_, err := tx.Exec(`INSERT INTO d (k, n) WITH RECURSIVE up(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM up WHERE i < 3000) SELECT 'k' || i, i FROM up`)
			must(t, err)
			seen := 0
			must(t, tx.Each(`SELECT k, n FROM d WHERE n > $1 ORDER BY n`, []any{1000}, func(scan func(...any) error) error {
				seen++
				var k string
				var n int64
				return scan(&k, &n)
			}))
			equal(t, seen, 2000)
		},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for name, f := range cases {
			undo := errors.New("undo")
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				for _, q := range []string{
					`CREATE TABLE d (k TEXT PRIMARY KEY` + collate(d) + `, n BIGINT NOT NULL, flag BOOLEAN NOT NULL DEFAULT FALSE, body TEXT, raw ` + bytesType(d) + `, at BIGINT)`,
					`INSERT INTO d (k, n, flag, at) VALUES ('a', 1, FALSE, NULL), ('b', 3, FALSE, NULL), ('B', 3, FALSE, 5), ('c', 9, TRUE, 7), ('é', 2, FALSE, NULL)`,
				} {
					if _, err := tx.Exec(q); err != nil {
						return err
					}
				}
				t.Run(name, func(t *testing.T) { f(t, tx) })
				return undo
			})
			if !errors.Is(err, undo) {
				t.Fatalf("%s: %v", name, err)
			}
		}
	})
}

func TestForeignKeysBind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			if _, err := tx.Exec(`CREATE TABLE up (k TEXT PRIMARY KEY)`); err != nil {
				return err
			}
			if _, err := tx.Exec(`CREATE TABLE down (k TEXT REFERENCES up (k))`); err != nil {
				return err
			}
			_, err := tx.Exec(`INSERT INTO down (k) VALUES ('none')`)
			return err
		})
		if !db.IsForeign(err) {
			t.Errorf("got %v, want a violated foreign key", err)
		}
	})
}

func TestReadsCannotWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(`INSERT INTO probe (k) VALUES ('a')`)
			return err
		})
		if err == nil {
			t.Error("a Read wrote a row")
		}
		if n := count(t, d); n != 0 {
			t.Errorf("%d rows, want 0", n)
		}
	})
}

func TestReadIsOneSnapshot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		var before, after int
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			if err := tx.Get(&before, `SELECT count(*) FROM probe`); err != nil {
				return err
			}
			wrote := make(chan error)
			go func() { wrote <- put(t.Context(), d, "a", 1) }()
			if err := <-wrote; err != nil {
				return err
			}
			return tx.Get(&after, `SELECT count(*) FROM probe`)
		})
		if err != nil {
			t.Fatal(err)
		}
		if before != 0 || after != 0 {
			t.Errorf("the snapshot moved from %d to %d rows", before, after)
		}
	})
}

func TestCanonicalRefusesFractions(t *testing.T) {
	for _, v := range []any{1.5, map[string]any{"a": []any{1e300}}, int64(1) << 60} {
		if j, err := db.Canonical(v); err == nil {
			t.Errorf("%v became %s", v, j)
		}
	}
}

func TestTimeJSON(t *testing.T) {
	for in, want := range map[string]string{
		`"2026-11-19T21:00:00+01:00"`:      `"2026-11-19T20:00:00.000000Z"`,
		`"2026-11-19T20:00:00.123456789Z"`: `"2026-11-19T20:00:00.123456Z"`,
		`null`:                             `null`,
	} {
		var at db.Time
		must(t, at.UnmarshalJSON([]byte(in)))
		out, err := at.MarshalJSON()
		must(t, err)
		equal(t, string(out), want)
	}
	for _, bad := range []string{`"yesterday"`, `5`, `"2026-11-19"`, `"`, ``} {
		var at db.Time
		if at.UnmarshalJSON([]byte(bad)) == nil {
			t.Errorf("%s was read as %s", bad, at)
		}
	}
}

func collate(d *db.DB) string {
	if d.Engine() == db.Postgres {
		return ` COLLATE "C"`
	}
	return ""
}

func bytesType(d *db.DB) string {
	if d.Engine() == db.Postgres {
		return "BYTEA"
	}
	return "BLOB"
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t *testing.T, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}
