package keeper_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/job"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/ledger/ledgertest"
	"slipway/internal/work"
	"slipway/internal/work/keeper"
	"slipway/internal/work/outlook"
	"slipway/internal/work/worktest"
)

type world struct {
	worktest.World
	outlook *outlook.Outlooks
	keeper  *keeper.Keeper
}

func open(t testing.TB, d *db.DB) world {
	t.Helper()
	authtest.Service(t, d, catalog.Permissions, plan.Permissions, work.Permissions, outlook.Permissions)
	w := world{World: worktest.New(t, d), outlook: outlook.New(d, outlook.Options{})}
	w.keeper = keeper.New(d, w.outlook)
	return w
}

// waiting are the releases that are to be looked at, in the order of their turns.
func (w world) waiting(t testing.TB) []id.Release {
	t.Helper()
	var out []id.Release
	err := w.DB.Read(w.Admin, func(tx *db.Tx) error {
		return tx.All(&out, `SELECT release FROM outlook_due ORDER BY lane, turn, release`)
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// queue remembers what was enqueued.
type queue struct{ jobs []job.Job }

func (q *queue) Enqueue(_ *db.Tx, j job.Job) error {
	q.jobs = append(q.jobs, j)
	return nil
}

func TestHeed(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := open(t, d)
	var q queue
	a, b, c, e := w.Release(t, "a", plan.Draft), w.Release(t, "b", plan.Draft), w.Release(t, "c", plan.Cancelled), w.Release(t, "e", plan.Draft)
	if _, err := w.Plans.Set(w.Admin, e.Key, 0, plan.Edit{Window: &plan.Window{}}); err != nil {
		t.Fatal(err)
	}
	heed := func(rs ...ledger.Record) {
		t.Helper()
		err := d.Write(w.Admin, func(tx *db.Tx) error {
			q = queue{}
			return w.keeper.Heed(tx, &q, rs)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	heed(ledger.Record{Action: "task.changed", Release: a.ID}, ledger.Record{Action: "milestone.added", Release: b.ID}, ledger.Record{Action: "task.done", Release: a.ID},
		ledger.Record{Action: "task.changed", Release: c.ID}, ledger.Record{Action: "task.changed", Release: e.ID}, ledger.Record{Action: "task.done"})
	if len(q.jobs) != 1 || q.jobs[0].Kind != keeper.JobForecast || q.jobs[0].Unique == "" || q.jobs[0].At != db.At(dbtest.Start).Add(30*time.Second) {
		t.Errorf("%+v", q.jobs)
	}
	if got := w.waiting(t); !slices.Equal(got, []id.Release{a.ID, b.ID}) {
		t.Errorf("waiting are %v", got)
	}
	heed(ledger.Record{Action: "forecast.made", Release: a.ID}, ledger.Record{Action: "risk.opened", Release: a.ID}, ledger.Record{Action: "task.chased", Release: a.ID})
	if len(q.jobs) != 0 {
		t.Errorf("%+v", q.jobs)
	}
	heed(ledger.Record{Action: "absence.granted"}, ledger.Record{Action: "workingtime.set"})
	if len(q.jobs) != 1 || q.jobs[0].Kind != keeper.JobRefresh || q.jobs[0].Unique != "all" {
		t.Errorf("%+v", q.jobs)
	}
}

// The jobs make what is missing, on a real runner, and find what a new day makes stale.
func TestJobsMakeForecasts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ledgertest.Open(t, d)
		w := open(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Draft)
		runner, err := job.Open(d, job.Options{})
		if err != nil {
			t.Fatal(err)
		}
		w.keeper.Jobs(runner)
		if err := runner.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = runner.Stop(context.Background()) })
		err = d.Write(w.Admin, func(tx *db.Tx) error { return runner.Enqueue(tx, job.Job{Kind: keeper.JobRefresh}) })
		if err != nil {
			t.Fatal(err)
		}
		made := func() bool {
			_, err := w.outlook.Forecast(w.Admin, r.Key)
			return err == nil
		}
		ends := time.NewTimer(3 * time.Minute)
		defer ends.Stop()
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for !made() {
			select {
			case <-ends.C:
				t.Fatal("no forecast was made")
			case <-tick.C:
			}
		}
		f, err := w.outlook.Forecast(w.Admin, r.Key)
		if err != nil || f.Stale || f.Samples != 10_000 {
			t.Errorf("%+v %v", f, err)
		}
	})
}
