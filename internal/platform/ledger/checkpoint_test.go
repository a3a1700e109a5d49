package ledger_test

import (
	"context"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/ledger/tree"
)

func TestCheckpointAndProof(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir := t.TempDir()
		l := open(t, d, func(o *ledger.Options) { o.KeyFile, o.CheckpointFile = dir+"/a/key", dir+"/b/checkpoint" })
		ctx := timeout(t)
		if _, err := l.Proof(ctx, 0, 0); !errs.Is(err, errs.CodeNotFound) {
			t.Errorf("a proof before the first checkpoint: %v", err)
		}
		for n := range 3 {
			write(t, d, many(0, 5+n)...)
			c := checkpoint(t, l)
			got, err := tree.VerifyCheckpoint(c.Note, l.Public())
			if err != nil || got.Size != c.Size || got.Root.String() != c.Root || got.Origin != "slipway/"+l.Installation() {
				t.Fatalf("%+v, %v", got, err)
			}
			file, err := os.ReadFile(dir + "/b/checkpoint")
			if err != nil || string(file) != c.Note {
				t.Errorf("the file says %q, %v", file, err)
			}
			if again := checkpoint(t, l); again.Note != c.Note {
				t.Error("an unchanged ledger was signed twice")
			}
			for seq := range c.Size {
				p, err := l.Proof(ctx, seq, 0)
				if err != nil {
					t.Fatal(err)
				}
				var proof tlog.RecordProof
				for _, s := range p.Hashes {
					h, err := tlog.ParseHash(s)
					if err != nil {
						t.Fatal(err)
					}
					proof = append(proof, h)
				}
				lf, err := tlog.ParseHash(p.Leaf)
				if err != nil || p.Root != c.Root || tlog.CheckRecord(proof, c.Size, got.Root, seq, lf) != nil {
					t.Fatalf("entry %d: %+v, %v", seq, p, err)
				}
			}
		}
		for _, c := range [][2]int64{{-1, 5}, {5, 5}, {0, 1000}} {
			if _, err := l.Proof(ctx, c[0], c[1]); !errs.Is(err, errs.CodeNotFound) {
				t.Errorf("entry %d of %d: %v", c[0], c[1], err)
			}
		}
		for _, f := range []string{"/a/key", "/b/checkpoint"} {
			if i, err := os.Stat(dir + f); err != nil || i.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v, %v", f, i.Mode(), err)
			}
		}
		if left, err := filepath.Glob(dir + "/*/.*"); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	})
}

func TestCheckpointsInTheBackground(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := open(t, d, func(o *ledger.Options) { o.EveryEntries, o.Every = 10, time.Hour })
		signed := make(chan int64, 10)
		if err := l.Start(context.Background()); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Stop(timeout(t)) }()
		write(t, d, many(1, 10)...)
		go func() {
			for {
				var c ledger.Checkpoint
				if d.Read(context.Background(), func(tx *db.Tx) (err error) { c, err = ledger.Newest(tx); return err }) == nil {
					signed <- c.Size
					return
				}
			}
		}()
		select {
		case n := <-signed:
			if n != 11 {
				t.Errorf("%d entries were signed", n)
			}
		case <-timeout(t).Done():
			t.Error("nothing was signed")
		}
	})
}

func TestKeys(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		dir := t.TempDir()
		key := filepath.Join(dir, "key")
		l := open(t, d, func(o *ledger.Options) { o.KeyFile = key })
		write(t, d, opened(1))
		secret, err := os.ReadFile(key)
		if err != nil {
			t.Fatal(err)
		}
		other := base64.StdEncoding.EncodeToString(make([]byte, 32))
		for name, c := range map[string]struct {
			o    ledger.Options
			want string
		}{
			"the file again":            {ledger.Options{KeyFile: key}, ""},
			"the same by configuration": {ledger.Options{Secret: string(secret)}, ""},
			"another":                   {ledger.Options{Secret: other}, "ledger.key_other"},
			"not a key":                 {ledger.Options{Secret: "abc"}, "ledger.key_malformed"},
			"a missing file":            {ledger.Options{KeyFile: key + "x"}, "ledger.key_missing"},
			"nothing":                   {ledger.Options{}, "ledger.key_missing"},
			"a directory":               {ledger.Options{KeyFile: dir}, "ledger.key_unreadable"},
		} {
			// A second ledger on one handle serves to look at the key only.
			_, err := ledger.Open(ctx, d, c.o)
			if errs.ReasonOf(err) != c.want {
				t.Errorf("%s: %v, want %q", name, err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), strings.TrimSpace(string(secret))) {
				t.Errorf("%s: the error repeats the secret", name)
			}
		}
		if _, err := os.Stat(key + "x"); err == nil {
			t.Error("a key was made for an installation that has one")
		}
		_ = l
	})
}

// A restore with a new key starts an epoch; both epochs' checkpoints verify, each under its key and origin.
func TestEpoch(t *testing.T) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			p := dbtest.New(t, e)
			d, err := db.Open(context.Background(), db.Options{Dir: p.Dir, URL: p.URL})
			if err != nil {
				t.Fatal(err)
			}
			l := open(t, d)
			write(t, d, many(1, 5)...)
			old := checkpoint(t, l)
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			d = dbtest.Reopen(t, p, clock.System)
			l = open(t, d, func(o *ledger.Options) { o.NewEpoch = "Restored from the backup of Tuesday." })
			if l.Public() == "" || l.Installation() == "" {
				t.Error("no key")
			}
			write(t, d, many(6, 3)...)
			c := checkpoint(t, l)
			if c.Epoch != 2 || !strings.HasPrefix(c.Note, "slipway/"+l.Installation()+"/2\n") {
				t.Errorf("%+v", c)
			}
			r := holds(t, l)
			if r.Epoch != 2 || r.Size != 10 || r.Checkpoints != 2 || r.Covered != 10 {
				t.Errorf("%+v", r)
			}
			start := all(t, l)[6]
			if start.Action != ledger.ActionEpochStarted || !strings.Contains(string(start.Payload), "Tuesday") || !strings.Contains(string(start.Payload), l.Public()) {
				t.Errorf("the epoch starts with %+v", start)
			}
			if _, err := tree.VerifyCheckpoint(old.Note, l.Public()); err == nil {
				t.Error("the key did not change")
			}
		})
	}
}
