package ledger_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger"
)

func open(t testing.TB, d *db.DB, change ...func(o *ledger.Options)) *ledger.Ledger {
	t.Helper()
	dir := t.TempDir()
	o := ledger.Options{
		KeyFile: filepath.Join(dir, "ledger.key"), CheckpointFile: filepath.Join(dir, "ledger.checkpoint"),
		Fault: func(err error) { t.Errorf("in the background: %v", err) },
	}
	for _, c := range change {
		c(&o)
	}
	l, err := ledger.Open(context.Background(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func timeout(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

type facts map[string]any

func write(t testing.TB, d *db.DB, es ...ledger.Entry) []id.Entry {
	t.Helper()
	var ids []id.Entry
	if err := d.Write(context.Background(), func(tx *db.Tx) error {
		ids = nil
		for _, e := range es {
			ids = append(ids, ledger.Append(tx, e))
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return ids
}

func opened(n int) ledger.Entry {
	return ledger.Entry{Action: "risk.opened", Subject: ledger.Subject{Kind: "risk", ID: fmt.Sprint(n)}, Payload: facts{"title": fmt.Sprintf("Risk %d", n), "impact": n}}
}

func TestAppend(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := open(t, d)
		ctx := timeout(t)
		person := id.New[id.Person]()
		actx := ledger.WithActor(ctx, ledger.Person(person))
		release := id.New[id.Release]()
		var want id.Entry
		if err := d.Write(actx, func(tx *db.Tx) error {
			want = ledger.Append(tx, ledger.Entry{
				Action: "risk.opened", Subject: ledger.Subject{Kind: "risk", ID: "r1"}, Release: release, Scope: "product/p1",
				Payload: facts{"title": `A <b> & "c"`, "impact": 4},
			})
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		seq, err := l.WaitFor(ctx, want)
		if err != nil || seq != 1 {
			t.Fatalf("sequence number %d, %v; want 1, after the entry that starts the epoch", seq, err)
		}
		rs, err := l.Entries(ctx, ledger.Filter{All: true})
		if err != nil || len(rs) != 2 {
			t.Fatalf("%d entries, %v", len(rs), err)
		}
		if rs[0].Action != ledger.ActionEpochStarted || rs[0].Actor != ledger.System {
			t.Errorf("the first entry is %+v", rs[0])
		}
		got := rs[1]
		got.Header = ""
		if want := (ledger.Record{
			Seq: 1, ID: want, At: db.At(dbtest.Start), Actor: ledger.Person(person), Action: "risk.opened",
			Subject: ledger.Subject{Kind: "risk", ID: "r1"}, Release: release, Scope: "product/p1",
			Payload: db.JSON(`{"impact":4,"title":"A <b> & \"c\""}`),
		}); fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	})
}
