package intake_test

import (
	"strings"
	"testing"

	"slipway/internal/plan/intake"
	"slipway/internal/plan/train"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

// A request that waits for a train that is closed is open again, and its requester reads why.
func TestClosedTrainGivesRequestsBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := open(t, d)
		_, err := w.trains.Add(w.Admin, train.Spec{Key: "line", Product: "payments", Cadence: train.Cadence{Start: "2026-12-01T20:00", Zone: "UTC", RRule: "FREQ=YEARLY", Length: "1h"}, Lead: "5d", Pattern: "26.{n}.0", Number: 90})
		if err != nil {
			t.Fatal(err)
		}
		r := w.file(t, "A")
		if r, err = w.requests.Accept(w.Admin, r.Key, 0, intake.Answer{Train: "line"}); err != nil || r.Release != "" {
			t.Fatalf("%v %+v", err, r)
		}
		before := len(ledgertest.Actions(t, l))
		if _, err := w.trains.Close(w.Admin, "line", 0, "no more"); err != nil {
			t.Fatal(err)
		}
		r, err = w.requests.Get(w.vera, r.Key)
		if err != nil || r.State != intake.StateNew || r.Train != "" || !r.Due || !strings.Contains(r.Reason, "closed before it opened a release: no more") {
			t.Errorf("%v %+v", err, r)
		}
		if got := strings.Join(ledgertest.Actions(t, l)[before:], " "); got != "train.closed request.returned" {
			t.Error(got)
		}
		if _, err := w.requests.Decline(w.Admin, r.Key, 0, intake.Answer{Reason: "Not now"}); err != nil {
			t.Errorf("answered anew: %v", err)
		}
	})
}
