package train_test

import (
	"errors"
	"testing"
	"time"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/plan/train"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// A train that fails with more than faulty input holds up no other.
func TestAFailingTrainHoldsUpNoOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		broken := errors.New("a row that cannot be read")
		w.trains.Board(func(_ *db.Tx, x train.Train, _ plan.Release) error {
			if x.Key == "a-train" {
				return broken
			}
			return nil
		})
		for _, key := range []string{"a-train", "b-train"} {
			w.add(t, func(s *train.Spec) { s.Key, s.Pattern = key, key[:1]+"{yy}.{n}.0" })
		}
		w.clock.Advance(48 * time.Hour)
		if err := w.trains.OpenDue(auth.WithSystem(t.Context())); !errors.Is(err, broken) {
			t.Errorf("the failure is not told: %v", err)
		}
		for key, want := range map[string]int{"a-train": 0, "b-train": 1} {
			if x, err := w.trains.Get(w.Admin, key); err != nil || len(x.Past) != want {
				t.Errorf("%s: %+v %v", key, x.Past, err)
			}
		}
	})
}

// Opening by hand where the key is taken says so, and settles nothing.
func TestOpeningWhereTheKeyIsTaken(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		x := w.add(t, func(s *train.Spec) { s.Pattern = "{yy}.{m}.{d}" })
		s := plantest.Spec("payments-" + x.Ahead[0].Version)
		s.Version = x.Ahead[0].Version
		if _, err := w.Plans.Create(w.Admin, s); err != nil {
			t.Fatal(err)
		}
		if _, err := w.trains.Open(w.Admin, x.Key, 0); errs.ReasonOf(err) != "train.date_skipped" {
			t.Errorf("%v", err)
		}
		if x, err := w.trains.Get(w.Admin, x.Key); err != nil || len(x.Past) != 0 {
			t.Errorf("%+v %v", x.Past, err)
		}
	})
}
