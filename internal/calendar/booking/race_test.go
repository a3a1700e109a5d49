package booking_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/calendartest"
	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

const attempts = 1_000

// Whatever the order in which a thousand attempts meet, on one engine or another and through two replicas, no two bookings that are
// confirmed share an exclusive thing, no thing is booked beyond its capacity, and whoever came too late learns a time that was free.
func TestThousandAttempts(t *testing.T) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			place := dbtest.New(t, e)
			d := dbtest.Reopen(t, place, clock.NewFake(dbtest.Start))
			w := calendartest.NewWhole(t, d)
			replicas := []*booking.Bookings{w.Bookings}
			callers := []context.Context{w.Admin}
			if e == db.Postgres {
				d2 := dbtest.Reopen(t, place, clock.NewFake(dbtest.Start))
				w2 := calendartest.NewWhole2(t, d2, w)
				replicas, callers = append(replicas, w2.Bookings), append(callers, authtest.Admin(t, d2))
			}
			must(t, second(w.Bookings.SetRule(w.Admin, booked.Environment, "pre-prod", booking.RuleSpec{Capacity: 3, Approval: false})))
			start := db.At(dbtest.Start).Add(24 * time.Hour)
			lost, won := contend(t, replicas, callers, start)
			if lost == 0 || won == 0 {
				t.Fatalf("%d won and %d lost; the test tells nothing", won, lost)
			}
			verify(t, w, start)
			t.Logf("%d were confirmed, %d came too late", won, lost)
		})
	}
}

func contend(t *testing.T, replicas []*booking.Bookings, callers []context.Context, start db.Time) (lost, won int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for k := range 40 {
		wg.Go(func() {
			rnd := rand.New(rand.NewPCG(uint64(k), 7))
			for i := range attempts / 40 {
				n := (k + i) % len(replicas)
				from := start.Add(time.Duration(rnd.IntN(30*24)) * 10 * time.Minute)
				in := booking.Spec{Purpose: fmt.Sprintf("Attempt %d of %d", i, k), From: from, To: from.Add(time.Duration(1+rnd.IntN(60)) * 10 * time.Minute)}
				switch rnd.IntN(3) {
				case 0:
					in.Environment = "prod-north"
				case 1:
					in.Environment, in.Units = "pre-prod", int64(1+rnd.IntN(2))
				default:
					in.Item = "Card terminal lab"
				}
				m, err := replicas[n].Request(callers[n], in)
				if err == nil && rnd.IntN(5) == 0 { // and some of them move on
					to := from.Add(time.Duration(rnd.IntN(40)) * 10 * time.Minute)
					_, err = replicas[n].Move(callers[n], m.Key, 0, to, to.Add(m.To.Sub(m.From)), 0)
					if errs.ReasonOf(err) == "calendar.booked" {
						err = nil
					}
				}
				mu.Lock()
				switch {
				case err == nil:
					won++
				case errs.ReasonOf(err) == "calendar.booked":
					lost++
					taken, ok := errs.As(err).Theirs.(booking.Taken)
					if !ok || taken.Booking == nil || len(taken.Slots) == 0 || errs.As(err).Code.Status() != 409 {
						t.Errorf("too late, and told %+v", errs.As(err))
					}
				default:
					t.Errorf("attempt %d of %d: %v", i, k, err)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return lost, won
}

// verify reads every booking and holds the claim against each instant at which one begins.
func verify(t *testing.T, w calendartest.Whole, start db.Time) {
	t.Helper()
	all, err := w.Bookings.List(w.Admin, booking.Filter{States: []booked.State{booked.Confirmed}})
	must(t, err)
	capacity := map[string]int64{"pre-prod": 3, "prod-north": 1, "card-terminal-lab": 1}
	for thing, most := range capacity {
		mine := slices.DeleteFunc(slices.Clone(all), func(b booking.Booking) bool { return b.ThingKey != thing })
		if len(mine) < 5 {
			t.Errorf("%s: only %d bookings", thing, len(mine))
		}
		for _, b := range mine {
			units := int64(0)
			for _, o := range mine {
				if o.From <= b.From && b.From < o.To {
					units += o.Units
				}
			}
			if units > most {
				t.Fatalf("%s takes %d of %d at %s", thing, units, most, b.From)
			}
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func second[T any](_ T, err error) error { return err }
