package clash_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/calendartest"
	"slipway/internal/calendar/clash"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

// The record of a release is read by who may see its product: it names no release of another one, but says what is so.
func TestRecordsNameNoReleaseOfAnotherProduct(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	l := ledgertest.Open(t, d)
	w := calendartest.NewWhole(t, d)
	calendartest.Window(t, w.Calendar, w.Admin, "Always", "2026-11-01T00:00", "2027-01-01T00:00")
	release(t, w, "payments-1")
	release(t, w, "payments-2")
	release(t, w, "cards-1", func(s *plan.Spec) { s.Product, s.Version = "cards", "9.9.9" }, carries("cards-core"))
	mine, theirs := 0, 0
	for _, r := range ledgertest.Records(t, l) {
		if r.Action != clash.ConflictFound {
			continue
		}
		payments, cards := strings.Contains(string(r.Payload), "Payments 26"), strings.Contains(string(r.Payload), "9.9.9")
		switch r.Scope {
		case "product/" + string(w.Payments.ID):
			mine++
			if cards {
				t.Errorf("the record of payments tells of cards: %s", r.Payload)
			}
			if !payments {
				t.Errorf("the record of payments does not name its own: %s", r.Payload)
			}
		case "product/" + string(w.Cards.ID):
			theirs++
			if payments {
				t.Errorf("the record of cards tells of payments: %s", r.Payload)
			}
		default:
			t.Errorf("an entry for everybody: %+v", r)
		}
	}
	if mine == 0 || theirs == 0 {
		t.Errorf("%d and %d entries", mine, theirs)
	}
}

// Of a thing with several units, what is only asked for is not in the way of what stands, and what is taken back leaves nothing behind.
func TestSharedThings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := calendartest.NewWhole(t, d)
		cleo := authtest.Person(t, d, "cleo", "contributor")
		_, err := w.Bookings.SetRule(w.Admin, booked.Item, "Rig", booking.RuleSpec{Capacity: 2, Approval: true})
		must(t, err)
		book := func(ctx context.Context, key string) booking.Made {
			t.Helper()
			m, err := w.Bookings.Request(ctx, booking.Spec{Key: key, Item: "Rig", Purpose: "Trial", From: now + 10*hour, To: now + 20*hour})
			must(t, err)
			return m
		}
		want := func(when, want string) {
			t.Helper()
			if got := codes(list(t, w, clash.Filter{})); got != want {
				t.Errorf("%s: %s, want %s", when, got, want)
			}
		}
		a := book(w.Admin, "a")
		x := book(cleo, "x")
		want("two fit", "")
		book(w.Admin, "b")
		want("a third was asked for", "booked_twice minor a+x; booked_twice minor b+x")
		_, err = w.Bookings.Move(w.Admin, a.Key, 0, now+11*hour, now+20*hour, 0)
		must(t, err)
		want("one that stands has moved", "booked_twice minor a+x; booked_twice minor b+x")
		_, err = w.Bookings.Withdraw(w.Admin, "a", 0, "Not needed.")
		must(t, err)
		want("there is room for it", "")
		y := book(cleo, "y")
		want("another is asked for", "booked_twice minor b+x; booked_twice minor b+y; booked_twice minor x+y")
		_, err = w.Bookings.Withdraw(cleo, y.Key, 0, "Not needed.")
		must(t, err)
		want("it is taken back", "")
		_, err = w.Bookings.Confirm(w.Admin, x.Key, 0)
		must(t, err)
		want("two stand", "")
	})
}

// A check of everything that is committed a second time, because others wrote meanwhile, leaves nothing out.
func TestRecheckAllWrittenAgain(t *testing.T) {
	d := dbtest.Open(t, db.Postgres)
	w := calendartest.NewWhole(t, d)
	release(t, w, "payments-1", to("pre-prod"))
	_, err := w.Bookings.Request(w.Admin, booking.Spec{Key: "load", Environment: "pre-prod", Purpose: "Load test", From: plantest.Window.Start, To: plantest.Window.End})
	must(t, err)
	must(t, d.Write(w.Admin, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE conflict SET state = 'gone', gone_at = $1`, tx.Now)
		return err
	}))
	type again struct{}
	commits := 0
	d.BeforeCommit(again{}, func(*db.Tx, []any) error {
		if commits++; commits%2 == 1 { // each step is committed at the second time
			return &pgconn.PgError{Code: "40001"}
		}
		return nil
	})
	must(t, w.Conflicts.RecheckAll(db.WithBegin(w.Admin, func(tx *db.Tx) error {
		tx.Collect(again{}, nil)
		return nil
	})))
	if got := codes(list(t, w, clash.Filter{})); got != "environment_booked serious load+payments-1" {
		t.Errorf("found: %q", got)
	}
}
