package intake_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"slipway/internal/catalog"
	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/intake"
	"slipway/internal/plan/plantest"
	"slipway/internal/plan/train"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

type once struct{}

// After is one window, twelve days after the clock of the test stands.
func (once) After(t time.Time, _ int) []plan.Window {
	w := plan.Window{Start: db.At(dbtest.Start).Add(12 * 24 * time.Hour), End: db.At(dbtest.Start).Add(12*24*time.Hour + time.Hour)}
	if w.Start.Std().After(t) {
		return []plan.Window{w}
	}
	return nil
}

func (once) Cadence(train.Cadence) (train.Rule, error) { return once{}, nil }
func (once) Freezes(*db.Tx, train.Train, db.Time, db.Time) ([]train.Freeze, error) {
	return nil, nil
}

type world struct {
	plantest.World
	requests *intake.Requests
	trains   *train.Trains
	vera     context.Context // asks
}

func open(t *testing.T, d *db.DB) world {
	t.Helper()
	authtest.Service(t, d, catalog.Permissions, plan.Permissions, train.Permissions, intake.Permissions)
	w := world{World: plantest.New(t, d)}
	w.requests, w.trains = intake.New(d, w.Plans), train.New(d, w.Plans, once{})
	w.trains.Board(w.requests.Opened)
	w.trains.Part(w.requests.Closed)
	w.vera = authtest.Person(t, d, "vera", "viewer@product/"+string(w.Payments.ID))
	return w
}

func (w world) file(t *testing.T, title string) intake.Request {
	t.Helper()
	r, err := w.requests.File(w.vera, intake.Spec{Product: "payments", Title: title, Goal: "Fewer calls", Requirements: []string{"One", "Two"}, Wanted: plantest.Window.Start, URL: "https://tracker.example.com/1"})
	if err != nil {
		t.Fatalf("%v %+v", err, errs.As(err).Fields)
	}
	return r
}

// scope returns the keys of a release's scope items.
func (w world) scope(t *testing.T, release string) []string {
	t.Helper()
	items, err := w.Plans.Scope(w.Admin, release, plan.ScopeFilter{})
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, i := range items {
		out = append(out, i.Key)
	}
	return out
}

// Requests are accepted into a release or the next one of a train, put off, or declined, and the requester reads why.
func TestRequests(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := open(t, d)
		w.Release(t, "payments-26.11.0", plan.Planned)
		tr, err := w.trains.Add(w.Admin, train.Spec{Key: "line", Product: "payments", Cadence: train.Cadence{Start: "2026-12-01T20:00", Zone: "UTC", RRule: "FREQ=YEARLY", Length: "1h"}, Lead: "5d", Pattern: "26.{n}.0", Number: 90})
		if err != nil {
			t.Fatal(err)
		}
		before := len(ledgertest.Actions(t, l))
		a, b, c, e, g := w.file(t, "A"), w.file(t, "B"), w.file(t, "C"), w.file(t, "D"), w.file(t, "E")
		if a.Key != "REQ-1" || !a.Due || a.RequesterName != "Vera" || len(a.Requirements) != 2 {
			t.Errorf("%+v", a)
		}
		if _, err := w.requests.Accept(w.vera, a.Key, 0, intake.Answer{Release: "payments-26.11.0"}); errs.ReasonOf(err) != "auth.permission_missing" {
			t.Errorf("a viewer accepts: %v", err)
		}
		if _, err := w.requests.Accept(w.Admin, a.Key, 0, intake.Answer{}); len(errs.As(err).Fields) != 1 {
			t.Errorf("into nothing: %v", err)
		}
		a, err = w.requests.Accept(w.Admin, a.Key, a.Rev, intake.Answer{Release: "payments-26.11.0"})
		if err != nil || a.ReleaseKey != "payments-26.11.0" || a.Due {
			t.Fatalf("%v %+v", err, a)
		}
		if diff := cmp.Diff([]string{"PAY-2188", "PAY-2291", "REQ-1"}, w.scope(t, "payments-26.11.0")); diff != "" {
			t.Errorf("scope (-want +got):\n%s", diff)
		}
		if _, err := w.requests.Decline(w.Admin, a.Key, 0, intake.Answer{Reason: "x"}); errs.ReasonOf(err) != "request.answered" {
			t.Errorf("answered twice: %v", err)
		}
		if b, err = w.requests.Accept(w.Admin, b.Key, 0, intake.Answer{Train: "line"}); err != nil || b.TrainKey != "line" || b.Release != "" {
			t.Fatalf("%v %+v", err, b)
		}
		d.Clock().(*clock.Fake).Advance(8 * 24 * time.Hour)
		if err := w.trains.OpenDue(auth.WithSystem(t.Context())); err != nil {
			t.Fatal(err)
		}
		if b, err = w.requests.Get(w.vera, b.Key); err != nil || b.ReleaseKey != "payments-26.90.0" {
			t.Errorf("%v %+v %s", err, b, tr.Key)
		}
		if c, err = w.requests.Accept(w.Admin, c.Key, 0, intake.Answer{Train: "line"}); err != nil || c.ReleaseKey != "payments-26.90.0" {
			t.Errorf("onto the release that is boarding: %v %+v", err, c)
		}
		if diff := cmp.Diff([]string{"REQ-2", "REQ-3"}, w.scope(t, "payments-26.90.0")); diff != "" {
			t.Errorf("scope (-want +got):\n%s", diff)
		}
		if _, err := w.requests.Defer(w.Admin, e.Key, 0, intake.Answer{Reason: "Later", Until: plantest.Window.Start}); len(errs.As(err).Fields) != 1 {
			t.Errorf("until the past: %v", err)
		}
		until := db.At(dbtest.Start).Add(30 * 24 * time.Hour)
		if e, err = w.requests.Defer(w.Admin, e.Key, 0, intake.Answer{Reason: "Later", Until: until}); err != nil || e.Due {
			t.Errorf("%v %+v", err, e)
		}
		if _, err := w.requests.Decline(w.Admin, g.Key, 7, intake.Answer{Reason: "No"}); errs.ReasonOf(err) != "row.stale" {
			t.Errorf("stale: %v", err)
		}
		if g, err = w.requests.Decline(w.Admin, g.Key, 0, intake.Answer{Reason: "We do not offer this"}); err != nil || g.Reason != "We do not offer this" {
			t.Errorf("%v %+v", err, g)
		}
		d.Clock().(*clock.Fake).Set(until.Std())
		due, err := w.requests.List(w.vera, intake.Filter{Due: true, Mine: true})
		if err != nil || len(due) != 1 || due[0].Key != e.Key {
			t.Errorf("due again: %v %+v", err, due)
		}
		if _, err := w.requests.Withdraw(w.Admin, e.Key, 0, intake.Answer{}); errs.ReasonOf(err) != "request.not_yours" {
			t.Errorf("another's: %v", err)
		}
		if _, err := w.requests.Withdraw(w.vera, e.Key, 0, intake.Answer{}); err != nil {
			t.Error(err)
		}
		want := []string{"request.filed", "request.filed", "request.filed", "request.filed", "request.filed", "scope.added", "request.accepted", "request.accepted",
			"release.created", "scope.added", "request.boarded", "train.opened", "scope.added", "request.accepted", "request.deferred", "request.declined", "request.withdrawn"}
		if diff := cmp.Diff(want, ledgertest.Actions(t, l)[before:]); diff != "" {
			t.Errorf("entries (-want +got):\n%s", diff)
		}
		carl := authtest.Person(t, d, "carl", "viewer@product/"+string(w.Cards.ID))
		if all, err := w.requests.List(carl, intake.Filter{}); err != nil || len(all) != 0 {
			t.Errorf("a stranger: %v %d", err, len(all))
		}
	})
}
