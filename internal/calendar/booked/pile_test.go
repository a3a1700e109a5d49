package booked_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"slipway/internal/calendar/booked"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	must(t, err)
	return z
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Days have the length that they have on the wall.
func TestCut(t *testing.T) {
	for _, c := range []struct {
		zone, from, at string
		step           time.Duration
		want           int
	}{
		{"Europe/Copenhagen", "2026-10-19", "2026-10-25T23:59", 24 * time.Hour, 6},
		{"Europe/Copenhagen", "2026-10-19", "2026-10-26T00:00", 24 * time.Hour, 7},
		{"Europe/Copenhagen", "2026-10-19", "2026-10-26T00:00", 7 * 24 * time.Hour, 1},
		{"Europe/Copenhagen", "2026-03-23", "2026-03-30T00:00", 24 * time.Hour, 7},
		{"Europe/Copenhagen", "2026-03-23", "2026-03-29T23:00", 24 * time.Hour, 6},
		{"Australia/Lord_Howe", "2026-03-30", "2026-04-06T00:00", 24 * time.Hour, 7},
		{"America/Sao_Paulo", "2018-10-29", "2018-11-05T00:00", 24 * time.Hour, 7}, // the day before has no midnight
		{"UTC", "2026-11-16", "2026-11-17T05:30", time.Hour, 29},
		{"UTC", "2026-11-16", "2026-11-10T05:30", time.Hour, 0},
	} {
		z := zone(t, c.zone)
		from, err := time.ParseInLocation(time.DateOnly, c.from, z)
		must(t, err)
		at, err := time.ParseInLocation("2006-01-02T15:04", c.at, z)
		must(t, err)
		if got := booked.NewCut(from, from.AddDate(0, 2, 0), c.step).Step(db.At(at)); got != c.want {
			t.Errorf("%s, %s from %s: step %d, want %d", c.zone, c.at, c.from, got, c.want)
		}
	}
}

// crowd writes bookings of four environments and a person around two clock changes, in every state.
func crowd(t testing.TB, d *db.DB, around time.Time) []booked.Booking {
	t.Helper()
	rnd := rand.New(rand.NewPCG(3, 7))
	var out []booked.Booking
	must(t, d.Write(auth.WithSystem(t.Context()), func(tx *db.Tx) error {
		for i := range 600 {
			thing := rnd.IntN(5)
			kind := booked.Environment
			if thing == 4 {
				kind = booked.Person
			}
			from := db.At(around.Add(time.Duration(rnd.IntN(60*24*4)) * 15 * time.Minute))
			b := booked.Booking{ID: id.New[booked.ID](), Key: fmt.Sprintf("b-%d", i), Kind: kind, Thing: fmt.Sprintf("thing-%d", thing), ThingKey: fmt.Sprintf("key-%d", thing), ThingName: fmt.Sprintf("Thing %d", thing),
				Units: 1, From: from, To: from.Add(time.Duration(1+rnd.IntN(90)) * time.Hour), State: booked.States()[rnd.IntN(5)], StateAt: from, CreatedAt: from, ChangedAt: from, Rev: 1}
			if i%3 == 0 {
				b.Product = "other"
			}
			if _, err := booked.Insert(tx, b); err != nil {
				return err
			}
			out = append(out, b)
		}
		return nil
	}))
	slices.SortFunc(out, byStart)
	return out
}

func byStart(a, b booked.Booking) int {
	return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.ID, b.ID))
}

var standing = []booked.State{booked.Requested, booked.Confirmed, booked.Offered}

// Piles and first bookings are what counting them one by one gives, over a change of the clock, on both engines.
func TestPiles(t *testing.T) {
	cph := zone(t, "Europe/Copenhagen")
	from := time.Date(2026, 10, 5, 0, 0, 0, 0, cph)
	to := from.AddDate(0, 0, 35)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		all := crowd(t, d, from.AddDate(0, 0, -10))
		for name, c := range map[string]struct {
			f    booked.Filter
			step time.Duration
		}{
			"days":                  {booked.Filter{States: standing}, 24 * time.Hour},
			"weeks of a kind":       {booked.Filter{States: standing, Kind: booked.Environment}, 7 * 24 * time.Hour},
			"hours of two things":   {booked.Filter{States: standing, Kind: booked.Environment, Things: []string{"thing-1", "thing-3"}}, time.Hour},
			"days in every state":   {booked.Filter{}, 24 * time.Hour},
			"what few may see":      {booked.Filter{States: standing, Scopes: []auth.Scope{"product/this"}}, 24 * time.Hour},
			"days of one by itself": {booked.Filter{IDs: []booked.ID{all[300].ID}}, 24 * time.Hour},
		} {
			t.Run(name, func(t *testing.T) {
				passes := func(b booked.Booking) bool {
					return (c.f.States == nil || slices.Contains(c.f.States, b.State)) && (c.f.Kind == "" || c.f.Kind == b.Kind) && (c.f.Things == nil || slices.Contains(c.f.Things, b.Thing)) &&
						(c.f.Scopes == nil || b.Product == "") && (c.f.IDs == nil || slices.Contains(c.f.IDs, b.ID)) && b.From < db.At(to) && b.To > db.At(from)
				}
				cut := booked.NewCut(from, to, c.step)
				type spot struct {
					thing string
					step  int
				}
				want, things := map[int]int{}, map[spot]int{}
				for _, b := range all {
					if passes(b) {
						want[cut.Step(b.From)]++
						things[spot{b.Thing, cut.Step(b.From)}]++
					}
				}
				must(t, d.Read(auth.WithSystem(t.Context()), func(tx *db.Tx) error {
					ps, err := booked.Piles(tx, c.f, cut)
					must(t, err)
					if len(ps) != len(want) || len(ps) == 0 {
						t.Errorf("%d piles, want %d", len(ps), len(want))
					}
					for _, p := range ps {
						if p.N != want[p.Step] || cut.Step(p.From) != p.Step {
							t.Errorf("step %d: %d from %s, want %d", p.Step, p.N, p.From, want[p.Step])
						}
					}
					by, err := booked.PilesByThing(tx, c.f, cut)
					must(t, err)
					if len(by) != len(things) {
						t.Errorf("%d piles by thing, want %d", len(by), len(things))
					}
					for _, p := range by {
						if p.N != things[spot{p.Thing, p.Step}] || p.ThingName == "" || p.What().Key == "" {
							t.Errorf("%+v, want %d", p, things[spot{p.Thing, p.Step}])
						}
					}
					return firsts(t, tx, c.f, from, all, passes)
				}))
			})
		}
	})
}

// firsts asks for the first of every other day.
func firsts(t *testing.T, tx *db.Tx, f booked.Filter, from time.Time, all []booked.Booking, passes func(booked.Booking) bool) error {
	t.Helper()
	var in []booked.Stretch
	var want []booked.ID
	for day := 0; day < 35; day += 2 {
		x := booked.Stretch{From: db.At(from.AddDate(0, 0, day)), To: db.At(from.AddDate(0, 0, day+1)), N: 1 + day%4}
		in = append(in, x)
		left := x.N
		for _, b := range all {
			if left > 0 && passes(b) && b.From < x.To && (b.From >= x.From || day == 0 && b.To > x.From) {
				want, left = append(want, b.ID), left-1
			}
		}
	}
	f.From = db.At(from)
	before := tx.Statements()
	bs, err := booked.Firsts(tx, f, in)
	must(t, err)
	slices.SortFunc(bs, byStart)
	var got []booked.ID
	for _, b := range bs {
		got = append(got, b.ID)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d first bookings, want %d", len(got), len(want))
	}
	if n := tx.Statements() - before; n > 3 {
		t.Errorf("%d statements", n)
	}
	return nil
}

// Pages of a list follow one another, whatever the filter makes the database walk along.
func TestListPages(t *testing.T) {
	from := time.Date(2026, 10, 5, 0, 0, 0, 0, time.UTC)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		all := crowd(t, d, from)
		for name, f := range map[string]booked.Filter{
			"all": {}, "one state": {States: standing[:1]}, "standing": {States: standing}, "one thing": {States: standing, Kind: booked.Environment, Thing: "thing-2"},
			"since": {States: standing, From: db.At(from.AddDate(0, 0, 20))}, "between": {Kind: booked.Person, From: db.At(from.AddDate(0, 0, 20)), To: db.At(from.AddDate(0, 0, 40))},
		} {
			var want []booked.ID
			for _, b := range all {
				if (f.States == nil || slices.Contains(f.States, b.State)) && (f.Kind == "" || f.Kind == b.Kind) && (f.Thing == "" || f.Thing == b.Thing) && b.To > f.From && (f.To == 0 || b.From < f.To) {
					want = append(want, b.ID)
				}
			}
			var got []booked.ID
			must(t, d.Read(auth.WithSystem(t.Context()), func(tx *db.Tx) error {
				for f.Limit = 7; ; {
					bs, err := booked.List(tx, f)
					must(t, err)
					for _, b := range bs {
						got = append(got, b.ID)
						f.AfterFrom, f.AfterID = b.From, b.ID
					}
					if len(bs) < f.Limit {
						return nil
					}
				}
			}))
			if !slices.Equal(got, want) {
				t.Errorf("%s: %d bookings, want %d", name, len(got), len(want))
			}
		}
	})
}

// Many bookings of a filter and many stretches are more than one statement can take.
func TestFirstsOfMany(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := booked.Filter{From: db.At(dbtest.Start)}
		for range 1_900 {
			f.IDs = append(f.IDs, id.New[booked.ID]())
		}
		var in []booked.Stretch
		for i := range 42 {
			at := f.From.Add(time.Duration(i) * 24 * time.Hour)
			in = append(in, booked.Stretch{From: at, To: at.Add(24 * time.Hour), N: 3})
		}
		must(t, d.Read(auth.WithSystem(t.Context()), func(tx *db.Tx) error {
			_, err := booked.Firsts(tx, f, in)
			return err
		}))
	})
}
