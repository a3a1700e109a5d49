package outlook_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"slipway/internal/plan"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger"
	"slipway/internal/work"
	"slipway/internal/work/outlook"
	"slipway/internal/work/resource"
)

// places is how many can use an environment at once.
type places map[string]int

func (p places) Places(_ *db.Tx, environment string) (int, error) { return p[environment], nil }

// earlier makes a release without tasks whose window comes a day before that of r.
func (w world) earlier(t *testing.T, r plan.Release, key string) plan.Release {
	t.Helper()
	other := w.Release(t, key, plan.Draft)
	ts, err := w.Tasks.List(w.Admin, work.Filter{Release: other.Key, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range ts {
		if _, err := w.Tasks.Set(w.Admin, x.ID, 0, work.Change{Status: ptr(work.Dropped)}); err != nil {
			t.Fatal(err)
		}
	}
	early := plan.Window{Start: r.Window.Start.Add(-24 * time.Hour), End: r.Window.End.Add(-24 * time.Hour)}
	if _, err := w.Plans.Set(w.Admin, other.Key, 0, plan.Edit{Window: &early}); err != nil {
		t.Fatal(err)
	}
	return other
}

// What earlier releases use of a role, a skill or an environment is not there, as far as there is not enough of it for both.
func TestLevelSharesPools(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		r := w.release(t)
		other := w.earlier(t, r, "payments-26.10.9")
		for _, p := range []string{"ann", "ben"} {
			ctx := authtest.Person(t, d, p, "contributor")
			if _, err := w.resources.SetSkills(w.Admin, string(ledger.ActorOf(ctx).For), []resource.Skill{{Skill: "oauth", Level: 3}}); err != nil {
				t.Fatal(err)
			}
		}
		eight := work.Estimate{Likely: 8 * 60}
		for _, u := range []work.Use{{Kind: "skill", Key: "oauth"}, {Kind: "environment", Key: "prod-north"}} {
			w.Add(t, other.Key, work.Spec{Key: "x-" + u.Kind, Name: "X", Estimate: eight, Uses: []work.Use{u}})
			for _, k := range []string{"p", "q"} {
				w.Add(t, r.Key, work.Spec{Key: k + "-" + u.Kind, Name: k, Estimate: eight, Uses: []work.Use{u}})
			}
		}
		starts := func(o *outlook.Outlooks, kind string) string {
			t.Helper()
			s, err := o.Level(w.Admin, r.Key)
			if err != nil {
				t.Fatal(err)
			}
			out := []string{timing(t, s, "p-"+kind).Start.Std().Format("02 15:04"), timing(t, s, "q-"+kind).Start.Std().Format("02 15:04")}
			slices.Sort(out)
			return strings.Join(out, ", ")
		}
		// Two people have the skill, and one of them is busy for a day.
		if got := starts(w.outlook, "skill"); got != "19 13:08, 20 13:08" {
			t.Errorf("skill: %s", got)
		}
		// There is one environment, then two, then three.
		if got := starts(w.outlook, "environment"); got != "20 13:08, 23 13:08" {
			t.Errorf("one place: %s", got)
		}
		for n, want := range map[int]string{0: "20 13:08, 23 13:08", 2: "19 13:08, 20 13:08", 3: "19 13:08, 19 13:08"} {
			o := outlook.New(d, outlook.Options{Resources: w.resources, Places: places{"prod-north": n}})
			if got := starts(o, "environment"); got != want {
				t.Errorf("%d places: %s", n, got)
			}
		}
	})
}

// A forecast is stale when the releases that come first, or how past work went, have changed.
func TestForecastHoldsAroundToo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		r := w.release(t)
		other := w.earlier(t, r, "payments-26.10.9")
		fresh := func() {
			t.Helper()
			if _, err := w.outlook.MakeForecast(w.Admin, r.Key, outlook.ForecastOptions{Samples: 200}); err != nil {
				t.Fatal(err)
			}
			if f, err := w.outlook.Forecast(w.Admin, r.Key); err != nil || f.Stale {
				t.Fatalf("stale at once: %v", err)
			}
		}
		stale := func(step string, want bool) {
			t.Helper()
			if f, err := w.outlook.Forecast(w.Admin, r.Key); err != nil || f.Stale != want {
				t.Errorf("%s: stale %v %v", step, f.Stale, err)
			}
		}
		fresh()
		w.Add(t, other.Key, work.Spec{Key: "y", Name: "Y", Estimate: work.Estimate{Likely: 60}})
		stale("work of nobody who works here", false)
		x := w.Add(t, other.Key, work.Spec{Key: "x", Name: "X", Estimate: work.Estimate{Likely: 60}, Owner: "admin"})
		stale("work of an owner", true)
		fresh()
		if _, err := w.Tasks.Set(w.Admin, x.ID, 0, work.Change{Estimate: &work.Estimate{Likely: 600}}); err != nil {
			t.Fatal(err)
		}
		stale("more of it", true)
		fresh()
		later := plan.Window{Start: r.Window.Start.Add(24 * time.Hour), End: r.Window.End.Add(24 * time.Hour)}
		if _, err := w.Plans.Set(w.Admin, other.Key, 0, plan.Edit{Window: &later}); err != nil {
			t.Fatal(err)
		}
		stale("the other one comes later", true)
		fresh()
		w.past(t, other, 12, "admin", 2)
		stale("past work", true)
	})
}

// past makes tasks of eight hours that took so many times that.
func (w world) past(t *testing.T, r plan.Release, n int, owner string, times int) {
	t.Helper()
	for i := range n {
		x := w.Add(t, r.Key, work.Spec{Key: fmt.Sprintf("past-%s-%d", owner, i), Name: "P", Estimate: work.Estimate{Likely: 8 * 60}, Owner: owner})
		// From Monday, 9 November, 9:00 on, eight hours a day; a little more or less each.
		end := utc(9+times-1, 17, i%3)
		if _, err := w.Tasks.Set(w.Admin, x.ID, 0, work.Change{Status: ptr(work.Done), StartedAt: ptr(utc(9, 9, 0)), EndedAt: &end}); err != nil {
			t.Fatal(err)
		}
	}
}

// Members of a team that has done enough go by its past, all others by that of the product.
func TestRatiosByTeam(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		r := w.release(t)
		authtest.Person(t, d, "sara", "contributor")
		authtest.Team(t, d, "core", []context.Context{authtest.Person(t, d, "sven", "contributor")})
		other := w.Release(t, "payments-26.10.8", plan.Draft)
		w.past(t, other, 12, "sven", 1)
		w.past(t, other, 20, "sara", 4)
		p80 := func(owner string) db.Time {
			t.Helper()
			for _, k := range []string{"a", "b", "c", "d"} {
				x, err := w.Tasks.Find(w.Admin, r.Key, k)
				if err != nil {
					t.Fatal(err)
				}
				c := work.Change{Owner: &owner, Estimate: &work.Estimate{Likely: 8 * 60}}
				if k != "a" {
					c.Status = ptr(work.Dropped)
				}
				if _, err := w.Tasks.Set(w.Admin, x.ID, 0, c); err != nil {
					t.Fatal(err)
				}
			}
			f, err := w.outlook.MakeForecast(w.Admin, r.Key, outlook.ForecastOptions{Samples: 1000})
			if err != nil || f.Ratios != 32 {
				t.Fatalf("%+v %v", f, err)
			}
			return f.P80
		}
		if early, late := p80("sven"), p80("sara"); !late.After(early.Add(24 * time.Hour)) {
			t.Errorf("of the swift team %s, of others %s", early, late)
		}
	})
}
