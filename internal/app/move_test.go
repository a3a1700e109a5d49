package app_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"slipway/internal/app"
	"slipway/internal/calendar"
	"slipway/internal/calendar/booking"
	"slipway/internal/catalog"
	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/move"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/config"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/work"
	"slipway/internal/work/capacity"
	"slipway/internal/work/dependency"
	"slipway/internal/work/resource"
)

// moving is an installation with a release that has everything which a date touches.
type moving struct {
	*app.App
	admin context.Context
}

// eachMoving runs a test on either engine.
func eachMoving(t *testing.T, test func(t *testing.T, m moving)) {
	t.Helper()
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			test(t, openMoving(t, e))
		})
	}
}

func openMoving(t *testing.T, e db.Engine) moving {
	t.Helper()
	place := dbtest.New(t, e)
	c, err := config.Load(config.Settings{}, nil, "")
	must(t, err)
	if c.Data, c.Database = place.Dir, place.URL; c.Data == "" {
		c.Data = t.TempDir()
	}
	a, err := app.Open(t.Context(), app.Options{Config: c, Clock: clock.NewFake(dbtest.Start), Version: "test", Org: "Aldermoor Bank", Demo: true})
	must(t, err)
	t.Cleanup(func() { must(t, a.Close(context.WithoutCancel(t.Context()))) })
	m := moving{a, administrator(t, a)}
	fill(t, a, m.admin)
	_, err = a.Catalog.AddEnvironment(m.admin, catalog.EnvironmentSpec{Key: "pre-prod", Name: "Pre-prod", Tier: "pre-production", Default: "open"})
	must(t, err)
	return m
}

// on is an instant of November 2026, or of December for days beyond the 30th.
func on(day, hour int) db.Time { return db.At(time.Date(2026, 11, day, hour, 0, 0, 0, time.UTC)) }

func (m moving) person(t *testing.T, key, name string) {
	t.Helper()
	_, err := m.Auth.AddPerson(auth.WithSystem(t.Context()), people.NewPerson{Key: key, Name: name, Email: key + "@aldermoor.example", Grants: []auth.Grant{{Role: auth.RoleReleaseManager}}})
	must(t, err)
}

func (m moving) create(t *testing.T, key string, start db.Time, owner string) plan.Release {
	t.Helper()
	r, err := m.Plans.Create(m.admin, plan.Spec{Key: key, Product: "payments", Version: "1." + key, Name: "Payments " + key, Template: "standard", Runbook: "way-back", Owner: owner,
		Window: &plan.Window{Start: start, End: start.Add(2 * time.Hour)}, Environments: []string{"production"}, Services: []plan.ItemSpec{{Service: "ledger", Version: "1"}}})
	must(t, err)
	return r
}

// story is a release on the 23rd with a booking up to it, a task before it, and a release that waits for it; its owner is away on the
// 1st of December, and has a deputy.
func (m moving) story(t *testing.T) plan.Release {
	t.Helper()
	m.person(t, "elena", "Elena Petrova")
	m.person(t, "oskar", "Oskar Kowalski")
	r := m.create(t, "one", on(23, 20), "elena")
	m.create(t, "web", on(40, 20), "")
	_, err := m.Dependencies.Add(m.admin, dependency.Spec{What: "Consent API", Giver: "release:one", Taker: "release:web", Status: "agreed"})
	must(t, err)
	_, err = m.Bookings.Request(m.admin, booking.Spec{Key: "rehearse", Environment: "pre-prod", Release: "one", From: on(20, 9), To: on(23, 22)})
	must(t, err)
	_, err = m.Tasks.Add(m.admin, "one", work.Spec{Key: "handout", Name: "Print the handout", Offset: "-1d"})
	must(t, err)
	_, err = m.Resources.SetDeputies(m.admin, "elena", []string{"oskar"})
	must(t, err)
	a, err := m.Resources.AskAbsence(m.admin, resource.NewAbsence{Person: "elena", First: "2026-12-01"})
	must(t, err)
	if a.State != resource.Granted {
		_, err = m.Resources.AnswerAbsence(m.admin, a.ID, true, "")
		must(t, err)
	}
	return r
}

func (m moving) look(t *testing.T, start db.Time) (move.Foresight, move.Spec) {
	t.Helper()
	f, err := m.Moves.Foresee(m.admin, "one", plan.Window{Start: start})
	must(t, err)
	return f, move.Spec{Start: start, Reason: "the rehearsal is late", Seen: f.Seen}
}

// Each environment of the release has its row, with where the window was and where it would be.
func TestEveryEnvironmentShowsTheMove(t *testing.T) {
	eachMoving(t, func(t *testing.T, m moving) {
		_, err := m.Plans.Create(m.admin, plan.Spec{Key: "one", Product: "payments", Version: "1", Name: "Payments one", Template: "standard", Runbook: "way-back",
			Window: &plan.Window{Start: on(23, 20), End: on(23, 22)}, Environments: []string{"pre-prod", "production"}, Services: []plan.ItemSpec{{Service: "ledger", Version: "1"}}})
		must(t, err)
		f, _ := m.look(t, on(25, 20))
		for _, e := range []string{"pre-prod", "production"} {
			i := slices.IndexFunc(f.Lanes, func(l move.Lane) bool { return l.Label == e })
			if i < 0 {
				t.Fatalf("no row of %s", e)
			}
			at := map[string]db.Time{}
			for _, s := range f.Lanes[i].Spans {
				at[s.Kind] = s.From
			}
			if at[move.SpanOld] != on(23, 20) || at[move.SpanNew] != on(25, 20) {
				t.Errorf("%s: %+v", e, f.Lanes[i].Spans)
			}
		}
	})
}

// What every area says of a date is what a save then does, in one go.
func TestMoveTheDate(t *testing.T) {
	eachMoving(t, func(t *testing.T, m moving) {
		m.story(t)
		f, in := m.look(t, on(31, 20))
		said := map[string]move.Hit{}
		for _, h := range f.Hits {
			said[string(h.Area)] = h
			t.Logf("%-12s %-8s %s: %s", h.Area, h.Word, h.Thing, h.Text)
		}
		for _, a := range []move.Area{move.Environments, move.Bookings, move.Dependants, move.People, move.Plan, move.Told} {
			if _, ok := said[string(a)]; !ok {
				t.Errorf("nothing is foreseen of %s", a)
			}
		}
		away := f.Hits[slices.IndexFunc(f.Hits, func(h move.Hit) bool { return h.Area == move.People && h.Choice != nil })]
		if !strings.Contains(away.Thing, "Elena Petrova is away on 1 Dec") || away.Choice.Text != "Ask Oskar Kowalski to stand in" || f.Hard != 0 {
			t.Errorf("%+v, %d hard", away, f.Hard)
		}
		if len(f.Lanes) < 3 {
			t.Errorf("%d lanes: %+v", len(f.Lanes), f.Lanes)
		}
		done, err := m.Moves.Save(m.admin, "one", f.Rev, in)
		must(t, err)
		kinds := map[string]int{}
		for _, x := range done.Moved {
			kinds[x.Kind]++
		}
		if kinds["booking"] != 1 || kinds["request"] != 1 || kinds["task"] == 0 || kinds["window"] != 1 {
			t.Errorf("moved %v", kinds)
		}
		b, err := m.Bookings.Get(m.admin, "rehearse")
		must(t, err)
		if b.From != on(20, 9) || b.To != on(31, 22) {
			t.Errorf("the booking is %s to %s", b.From, b.To)
		}
		q, err := m.Capacity.Requests(m.admin, capacity.RequestFilter{Release: "one"})
		must(t, err)
		if len(q) != 1 || q[0].PersonKey != "oskar" {
			t.Errorf("asked %+v", q)
		}
		task, err := m.Tasks.Find(m.admin, "one", "handout")
		must(t, err)
		if task.Due != on(30, 20) {
			t.Errorf("the task is due %s", task.Due)
		}
	})
}

// A dependant that would be late, a freeze and another release are hard: the save names them, and passes what is chosen.
func TestMoveOntoWhatIsInTheWay(t *testing.T) {
	eachMoving(t, func(t *testing.T, m moving) {
		m.story(t)
		m.create(t, "two", on(42, 20), "")
		_, err := m.Calendar.Add(m.admin, calendar.Freeze, calendar.Spec{Name: "Year end", Reason: "Books close", Start: "2026-12-12T00:00", End: "2026-12-13T00:00", Zone: "UTC", Hardness: "hard"})
		must(t, err)
		f, in := m.look(t, on(42, 20))
		if f.Hard < 3 {
			t.Errorf("%d hard: %+v", f.Hard, f.Hits)
		}
		if _, err := m.Moves.Save(m.admin, "one", 0, in); errs.ReasonOf(err) != "move.to_settle" || len(errs.As(err).Fields) != f.Hard {
			t.Fatalf("saved: %v", err)
		}
		in.Choices = move.Choices{}
		for _, h := range f.Hits {
			if h.Severity == move.Hard {
				in.Choices[h.ID] = h.Choice.Options[0].Value
			}
		}
		_, err = m.Moves.Save(m.admin, "one", 0, in)
		must(t, err)
	})
}

// Somebody books the time between the look and the save: nothing is moved, and the answer says what differs.
func TestMoveWhenSomebodyIsFaster(t *testing.T) {
	eachMoving(t, func(t *testing.T, m moving) {
		r := m.story(t)
		f, in := m.look(t, on(30, 20))
		_, err := m.Bookings.Request(m.admin, booking.Spec{Key: "theirs", Environment: "pre-prod", Purpose: "Load test", From: on(26, 9), To: on(27, 9)})
		must(t, err)
		_, err = m.Moves.Save(m.admin, "one", f.Rev, in)
		c, ok := errs.As(err).Theirs.(move.Changed)
		if !ok || len(c.Differences) != 1 || c.Differences[0].Area != move.Bookings {
			t.Fatalf("saved: %v, %+v", err, c.Differences)
		}
		now, err := m.Plans.Get(m.admin, "one")
		must(t, err)
		b, err := m.Bookings.Get(m.admin, "rehearse")
		must(t, err)
		if now.Window != r.Window || now.Rev != f.Rev || b.To != on(23, 22) {
			t.Errorf("window %v, rev %d, booking to %s", now.Window, now.Rev, b.To)
		}
		h := c.Foresight.Hits[slices.IndexFunc(c.Foresight.Hits, func(h move.Hit) bool { return h.Area == move.Bookings })]
		if h.Severity != move.Hard || len(h.Choice.Options) < 2 {
			t.Fatalf("%+v", h)
		}
		in.Seen, in.Choices = c.Foresight.Seen, move.Choices{h.ID: h.Choice.Options[0].Value} // the first free time that is offered
		_, err = m.Moves.Save(m.admin, "one", f.Rev, in)
		must(t, err)
		if b, err = m.Bookings.Get(m.admin, "rehearse"); err != nil || b.From.String() != h.Choice.Options[0].Value {
			t.Errorf("booked from %s, offered %s: %v", b.From, h.Choice.Options[0].Value, err)
		}
	})
}

// Two releases move onto the same time with the same booking of an exclusive thing at once: one wins.
func TestTwoMovesAtOnce(t *testing.T) {
	eachMoving(t, func(t *testing.T, m moving) {
		in := map[string]move.Spec{}
		for i, key := range []string{"one", "two"} {
			m.create(t, key, on(23, 6+8*i), "")
			_, err := m.Bookings.Request(m.admin, booking.Spec{Key: "b-" + key, Environment: "pre-prod", Release: key, From: on(23, 6+8*i), To: on(23, 8+8*i)})
			must(t, err)
			f, err := m.Moves.Foresee(m.admin, key, plan.Window{Start: on(26, 10)})
			must(t, err)
			in[key] = move.Spec{Start: on(26, 10), Reason: "race", Seen: f.Seen}
		}
		var group sync.WaitGroup
		var mu sync.Mutex
		won, lost := 0, []error{}
		for key, spec := range in {
			group.Go(func() {
				_, err := m.Moves.Save(m.admin, key, 0, spec)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won++
				} else {
					lost = append(lost, err)
				}
			})
		}
		group.Wait()
		if won != 1 || len(lost) != 1 || errs.CodeOf(lost[0]) != errs.CodeConflict {
			t.Errorf("%d won, %v", won, lost)
		}
	})
}

// Whatever stands in the calendar, an offered date has no hard hit when it is foreseen again, and is never the present one.
func TestOfferedDatesFit(t *testing.T) {
	eachMoving(t, func(t *testing.T, m moving) {
		m.story(t)
		rnd := rand.New(rand.NewPCG(7, 11))
		offered := 0
		for round := range 6 {
			for range 3 {
				m.clutter(t, rnd)
			}
			o, err := m.Moves.Offers(m.admin, "one")
			must(t, err)
			for _, x := range o.Offers {
				offered++
				f, err := m.Moves.Foresee(m.admin, "one", x.Window)
				must(t, err)
				if f.Hard > 0 || f.Settle != x.Settle || x.Window == o.Window || x.Window.Start < db.At(dbtest.Start) {
					t.Errorf("round %d: offered %v with %d to settle: %d hard, %d to settle: %+v", round, x.Window, x.Settle, f.Hard, f.Settle, f.Hits)
				}
			}
		}
		if offered < 6 {
			t.Errorf("%d dates offered", offered)
		}
	})
}

// clutter puts something into the calendar at random.
func (m moving) clutter(t *testing.T, rnd *rand.Rand) {
	t.Helper()
	day, name := 20+rnd.IntN(20), fmt.Sprint("x", rnd.Uint32())
	start := on(day, 6+rnd.IntN(16))
	switch rnd.IntN(4) {
	case 0:
		s := calendar.Spec{Name: name, Reason: "By chance", Start: start.Std().Format("2006-01-02T15:04"), End: start.Add(time.Duration(1+rnd.IntN(60)) * time.Hour).Std().Format("2006-01-02T15:04"), Zone: "UTC", Hardness: []string{"hard", "soft"}[rnd.IntN(2)]}
		_, err := m.Calendar.Add(m.admin, calendar.Freeze, s)
		must(t, err)
	case 1:
		m.create(t, name, start, []string{"", "elena"}[rnd.IntN(2)])
	case 2:
		_, err := m.Bookings.Request(m.admin, booking.Spec{Key: name, Environment: []string{"pre-prod", "production"}[rnd.IntN(2)], Purpose: "By chance", From: start, To: start.Add(5 * time.Hour)})
		if errs.ReasonOf(err) != "calendar.booked" {
			must(t, err)
		}
	default:
		_, err := m.Bookings.Request(m.admin, booking.Spec{Key: name, Person: "elena", Purpose: "By chance", From: start, To: start.Add(5 * time.Hour)})
		if errs.ReasonOf(err) != "calendar.booked" {
			must(t, err)
		}
	}
}
