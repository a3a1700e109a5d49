package work_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
	"slipway/internal/work"
	"slipway/internal/work/worktest"
)

func TestLinksUsesAndProgress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := worktest.New(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Draft)
		now := db.At(dbtest.Start)
		a := w.Add(t, r.Key, work.Spec{Key: "a", Name: "A", Estimate: work.Estimate{Likely: 60}, NotBefore: now.Add(time.Hour), Uses: []work.Use{{Kind: "skill", Key: "oauth"}, {Kind: "role", Key: "operator", Units: 2}}})
		b := w.Add(t, r.Key, work.Spec{Key: "b", Name: "B", Needs: []string{"a"}, After: []work.After{{Task: "a", Type: "SS", Lag: 30}, {Task: "a", Type: "FF", Lag: -30, Elapsed: true}, {Task: "cut"}}})
		if !slices.Equal(a.Uses, []work.Use{{Kind: "role", Key: "operator", Units: 2}, {Kind: "skill", Key: "oauth", Units: 1}}) || a.NotBefore != now.Add(time.Hour) {
			t.Errorf("%+v", a)
		}
		if !slices.Equal(b.Needs, []string{"a", "cut"}) || len(b.After) != 2 || b.After[0].Type != "FF" || !slices.Equal(b.Waits, []string{"a", "cut"}) || len(b.Links()) != 4 {
			t.Errorf("%+v", b)
		}
		for name, c := range map[string]struct {
			in            work.Change
			field, reason string
		}{
			"circle":        {work.Change{After: &[]work.After{{Task: "b", Type: "SF"}}}, "needs", "work.dependency_cycle"},
			"unknown":       {work.Change{After: &[]work.After{{Task: "zz", Type: "SF"}}}, "after", "work.task_unknown"},
			"twice":         {work.Change{After: &[]work.After{{Task: "cut", Type: "SS"}, {Task: "cut", Type: "SS", Lag: 1}}}, "after", "task.link_twice"},
			"kind":          {work.Change{After: &[]work.After{{Task: "cut", Type: "X"}}}, "after[0].type", "work.link_kind"},
			"lag":           {work.Change{After: &[]work.After{{Task: "cut", Lag: 1 << 40}}}, "after[0].lag", "task.lag_too_long"},
			"role":          {work.Change{Uses: &[]work.Use{{Kind: "role", Key: "pope"}}}, "uses[0].key", "role.unknown"},
			"environment":   {work.Change{Uses: &[]work.Use{{Kind: "environment", Key: "moon"}}}, "uses[0].key", "environment.unknown"},
			"use":           {work.Change{Uses: &[]work.Use{{Kind: "coffee", Key: "x"}}}, "uses[0].kind", "work.use_kind"},
			"use twice":     {work.Change{Uses: &[]work.Use{{Kind: "skill", Key: "x"}, {Kind: "skill", Key: "x"}}}, "uses[1].key", "key.taken"},
			"begun":         {work.Change{StartedAt: ptr(now.Add(-time.Hour))}, "startedAt", "task.not_started"},
			"future":        {work.Change{Status: ptr(work.Doing), StartedAt: ptr(now.Add(time.Hour))}, "startedAt", "task.in_future"},
			"ended":         {work.Change{Status: ptr(work.Doing), EndedAt: ptr(now)}, "endedAt", "task.not_ended"},
			"left of done":  {work.Change{Status: ptr(work.Done), Remaining: ptr(int64(5))}, "remaining", "task.has_ended"},
			"disordered":    {work.Change{FixedStart: ptr(now), FixedEnd: ptr(now.Add(-time.Hour))}, "fixedFinish", "task.dates_disordered"},
			"waits twice":   {work.Change{Status: ptr(work.Blocked), Blocker: ptr("x"), WaitsFor: ptr("admin"), WaitsParty: ptr("Acme")}, "waitsForParty", "task.waits_twice"},
			"waits unknown": {work.Change{Status: ptr(work.Blocked), Blocker: ptr("x"), WaitsFor: ptr("zz")}, "waitsFor", "person.unknown"},
		} {
			_, err := w.Tasks.Set(w.Admin, a.ID, 1, c.in)
			if e := errs.As(err); e == nil || len(e.Fields) != 1 || e.Fields[0].Name != c.field || e.Fields[0].Reason != c.reason {
				t.Errorf("%s: %v", name, err)
			}
		}
		a = set(t, w, a, work.Change{Status: ptr(work.Blocked), Blocker: ptr("No answer"), WaitsParty: ptr("Acme")})
		a = set(t, w, a, work.Change{Status: ptr(work.Doing), StartedAt: ptr(now.Add(-5 * time.Hour)), Remaining: ptr(int64(20))})
		if a.WaitsParty != "" || a.StartedAt != now.Add(-5*time.Hour) || a.Remaining == nil || *a.Remaining != 20 {
			t.Errorf("%+v", a)
		}
		if b, _ = w.Tasks.Get(w.Admin, b.ID); !slices.Equal(b.Waits, []string{"a", "cut"}) {
			t.Errorf("waits %v", b.Waits)
		}
		a = set(t, w, a, work.Change{Note: "still at it"})
		a = set(t, w, a, work.Change{Status: ptr(work.Done), EndedAt: ptr(now.Add(-time.Hour))})
		if a.Remaining != nil || a.EndedAt != now.Add(-time.Hour) {
			t.Errorf("%+v", a)
		}
		b = set(t, w, b, work.Change{Needs: &[]string{}})
		if len(b.Needs) != 0 || len(b.After) != 2 {
			t.Errorf("after stays when needs go: %+v", b)
		}
		if b = set(t, w, b, work.Change{After: &[]work.After{}}); len(b.Links()) != 0 {
			t.Errorf("%+v", b)
		}
		var got []string
		for _, x := range ledgertest.Actions(t, l) {
			if s, is := strings.CutPrefix(x, "task."); is {
				got = append(got, s)
			}
		}
		if want := strings.Repeat("added ", 9) + "blocked started reported done changed changed"; strings.Join(got, " ") != want {
			t.Errorf("entries %v", got)
		}
	})
}

func set(t *testing.T, w worktest.World, x work.Task, c work.Change) work.Task {
	t.Helper()
	out, err := w.Tasks.Set(w.Admin, x.ID, x.Rev, c)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSilenceAndBottlenecks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := worktest.New(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Draft)
		a := w.Add(t, r.Key, work.Spec{Key: "a", Name: "A", Owner: "admin", Phase: "prepare"})
		w.Add(t, r.Key, work.Spec{Key: "b", Name: "B", After: []work.After{{Task: "a", Type: "SS"}}})
		c := w.Add(t, r.Key, work.Spec{Key: "c", Name: "C"})
		set(t, w, c, work.Change{Status: ptr(work.Blocked), Blocker: ptr("Contract"), WaitsParty: ptr("Acme")})
		d.Clock().(*clock.Fake).Advance(100 * time.Hour)
		set(t, w, a, work.Change{Note: "tomorrow"})
		if ts, err := w.Tasks.List(w.Admin, work.Filter{Release: r.Key, Silent: 4}); err != nil || len(ts) != 9 || strings.Contains(" "+keys(ts)+" ", " a ") {
			t.Errorf("silent: %s %v", keys(ts), err)
		}
		if ts, err := w.Tasks.List(w.Admin, work.Filter{Release: r.Key, Silent: 5}); err != nil || len(ts) != 0 {
			t.Errorf("silent: %s %v", keys(ts), err)
		}
		moved := plan.Window{Start: r.Window.Start.Add(48 * time.Hour), End: r.Window.End.Add(48 * time.Hour)}
		if _, err := w.Plans.Set(w.Admin, r.Key, 0, plan.Edit{Window: &moved}); err != nil {
			t.Fatal(err)
		}
		if ts, err := w.Tasks.List(w.Admin, work.Filter{Release: r.Key, Silent: 4}); err != nil || len(ts) != 9 {
			t.Errorf("a window that moves is no word of anybody: %s %v", keys(ts), err)
		}
		bs, err := w.Tasks.Bottlenecks(w.Admin, work.BottleneckFilter{Release: r.Key})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, b := range bs {
			got = append(got, b.Kind+" "+b.Key+" "+b.Longest.Key+" "+b.Longest.Why)
		}
		if want := "owner  cut holds|owner admin a holds|party Acme c blocked|phase prepare cut holds"; strings.Join(got, "|") != want {
			t.Errorf("%s, want %s", strings.Join(got, "|"), want)
		}
		if b := bs[1]; b.Hours != 100 || b.Waits != 1 || b.Holds != 1 || b.Name == "" {
			t.Errorf("%+v", b)
		}
		if all, err := w.Tasks.Bottlenecks(w.Admin, work.BottleneckFilter{Limit: 1}); err != nil || len(all) != 3 {
			t.Errorf("%+v %v", all, err)
		}
	})
}
