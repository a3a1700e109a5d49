package booking_test

import (
	"fmt"
	"testing"
	"time"

	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/calendartest"
	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// A key that a booking of another product has is taken, and nothing more is told of it.
func TestATakenKeyTellsNothingOfAnotherProduct(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := calendartest.NewWhole(t, d)
	_, err := w.Plans.Create(w.Admin, plantest.Spec("payments-1"))
	must(t, err)
	_, err = w.Bookings.Request(w.Admin, booking.Spec{Key: "theirs", Item: "Test rig", Release: "payments-1", From: at(10), To: at(20)})
	must(t, err)
	carl := authtest.Person(t, d, "carl", "contributor@product/"+string(w.Cards.ID))
	in := booking.Spec{Key: "theirs", Item: "Other rig", Purpose: "Mine", From: at(10), To: at(20)}
	if _, err := w.Bookings.Request(carl, in); errs.ReasonOf(err) != "key.taken" || errs.As(err).Theirs != nil {
		t.Errorf("%v tells %+v", err, errs.As(err).Theirs)
	}
	if _, err := w.Bookings.Request(w.Admin, in); errs.ReasonOf(err) != "key.taken" || errs.As(err).Theirs == nil {
		t.Errorf("who may see it is not told: %v", err)
	}
}

// A file of every booking holds every booking, also more than a list shows, and can be applied again when some are over.
func TestAFileHoldsEveryBooking(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := calendartest.NewWhole(t, d)
	first, err := w.Bookings.Request(w.Admin, booking.Spec{Item: "Rig", Purpose: "Load test", From: at(10), To: at(20)})
	must(t, err)
	const many = 5_100
	must(t, d.Write(w.Admin, func(tx *db.Tx) error {
		for i := range many {
			b := first.Booking
			b.ID, b.Key, b.Thing, b.From, b.To = booked.ID(fmt.Sprintf("x%05d", i)), fmt.Sprintf("x-%d", i), fmt.Sprintf("rig-%d", i), at(10+i%40), at(60+i%40)
			if _, err := booked.Insert(tx, b); err != nil {
				return err
			}
		}
		return nil
	}))
	must(t, d.Read(w.Admin, func(tx *db.Tx) error {
		out, err := w.Bookings.Kinds()[0].Export(tx)
		if len(out) != many+1 {
			t.Errorf("%d of %d bookings are in the file", len(out), many+1)
		}
		return err
	}))
}

// Files are applied again and again: what they say of a booking that stays as it is needs no date in the future.
func TestAFileIsAppliedAgainWhenItsBookingIsOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		authtest.Service(t, d, append(calendartest.Permissions(), apply.Permissions)...)
		w := calendartest.NewWhole(t, d)
		kinds := w.Bookings.Kinds()
		for _, k := range kinds[0].After {
			kinds = append(kinds, apply.Kind{Name: k})
		}
		reg, err := apply.New(d, kinds...)
		must(t, err)
		text := fmt.Sprintf("kind: booking\nkey: load\nitem: Rig\npurpose: Load test\nfrom: %s\nto: %s\n", at(1), at(2))
		for i, want := range []apply.Outcome{apply.Created, apply.Unchanged, apply.Unchanged} {
			if i == 2 {
				d.Clock().(*clock.Fake).Advance(24 * time.Hour)
			}
			cs, err := reg.Apply(w.Admin, []apply.File{{Name: "b.yaml", Text: text}}, false)
			if err != nil || len(cs) != 1 || cs[0].Outcome != want {
				t.Errorf("time %d: %+v %v, want %s", i+1, cs, err, want)
			}
		}
	})
}
