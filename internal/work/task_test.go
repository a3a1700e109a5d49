package work_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
	"slipway/internal/work"
	"slipway/internal/work/worktest"
)

func ptr[T any](v T) *T { return &v }

func keys(ts []work.Task) string {
	out := make([]string, len(ts))
	for i, t := range ts {
		out[i] = t.Key
	}
	return strings.Join(out, " ")
}

func TestFollowsARelease(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := worktest.New(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Draft)
		ts, err := w.Tasks.List(w.Admin, work.Filter{Release: r.Key})
		if err != nil {
			t.Fatal(err)
		}
		if keys(ts) != "cut test scan notes review brief watch" {
			t.Fatalf("tasks %s", keys(ts))
		}
		i := slices.IndexFunc(ts, func(x work.Task) bool { return x.Key == "notes" })
		n := ts[i]
		if n.Name != "Write the release notes" || n.Estimate != (work.Estimate{Low: 60, Likely: 120, High: 240}) || n.Phase != "test" || n.Status != work.ToDo {
			t.Errorf("%+v", n)
		}
		if x := ts[1]; !slices.Equal(x.Needs, []string{"cut"}) || !slices.Equal(x.Waits, []string{"cut"}) || !slices.Equal(x.Uses, []work.Use{{Kind: "role", Key: "contributor", Units: 1}}) {
			t.Errorf("needs %v waits %v uses %v", x.Needs, x.Waits, x.Uses)
		}
		if len(n.Needs) != 0 || !slices.Equal(n.After, []work.After{{Task: "test", Type: "SS", Lag: 240}}) || !slices.Equal(n.Waits, []string{"test"}) {
			t.Errorf("needs %v after %v waits %v", n.Needs, n.After, n.Waits)
		}
		if want := plantest.Window.Start.Add(-24 * time.Hour); n.Due != want {
			t.Errorf("due %s, want %s", n.Due, want)
		}
		if _, err := w.Tasks.Set(w.Admin, ts[0].ID, 1, work.Change{Status: ptr(work.Done)}); err != nil {
			t.Fatal(err)
		}
		moved := plan.Window{Start: plantest.Window.Start.Add(48 * time.Hour), End: plantest.Window.End.Add(48 * time.Hour)}
		if _, err := w.Plans.Set(w.Admin, r.Key, 0, plan.Edit{Window: &moved}); err != nil {
			t.Fatal(err)
		}
		after, err := w.Tasks.Get(w.Admin, n.ID)
		if err != nil || after.Due != moved.Start.Add(-24*time.Hour) || after.Rev != 2 || !slices.Equal(after.Waits, []string{"test"}) {
			t.Errorf("%+v %v", after, err)
		}
		done, _ := w.Tasks.Get(w.Admin, ts[0].ID)
		if done.Due != ts[0].Due {
			t.Error("a done task was moved")
		}
		var got []string
		for _, a := range ledgertest.Actions(t, l) {
			if strings.HasPrefix(a, "task.") {
				got = append(got, a)
			}
		}
		if want := strings.Repeat("task.added ", 7) + "task.done" + strings.Repeat(" task.changed", 6); strings.Join(got, " ") != want {
			t.Errorf("entries %v, want %s", got, want)
		}
	})
}

func TestAddRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := worktest.New(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Draft)
		a := w.Add(t, r.Key, work.Spec{Name: "Consent model!", Estimate: work.Estimate{Likely: 60}, Owner: "admin"})
		if a.Key != "consent-model" || a.Estimate.High != 60 || a.Rev != 1 || a.ReleaseKey != r.Key {
			t.Errorf("%+v", a)
		}
		if b := w.Add(t, r.Key, work.Spec{Name: "Consent model"}); b.Key != "consent-model-2" {
			t.Errorf("key %s", b.Key)
		}
		for name, c := range map[string]struct {
			in     work.Spec
			reason string
			field  string
		}{
			"no name":       {work.Spec{Key: "x"}, "text.missing", "name"},
			"bad key":       {work.Spec{Key: "A B", Name: "x"}, "key.malformed", "key"},
			"ten megabytes": {work.Spec{Key: "x", Name: strings.Repeat("n", 10<<20)}, "text.too_long", "name"},
			"owner":         {work.Spec{Key: "x", Name: "x", Owner: "nobody"}, "owner.unknown", "owner"},
			"phase":         {work.Spec{Key: "x", Name: "x", Phase: "nowhere"}, "phase.unknown", "phase"},
			"negative":      {work.Spec{Key: "x", Name: "x", Estimate: work.Estimate{Likely: -5}}, "task.estimate_negative", "estimate"},
			"disordered":    {work.Spec{Key: "x", Name: "x", Estimate: work.Estimate{Low: 9, Likely: 5, High: 6}}, "task.estimate_disordered", "estimate"},
			"too long":      {work.Spec{Key: "x", Name: "x", Estimate: work.Estimate{Likely: 1 << 40}}, "task.estimate_too_long", "estimate"},
			"offset":        {work.Spec{Key: "x", Name: "x", Offset: "soon"}, "offset.malformed", "offset"},
			"twice dated":   {work.Spec{Key: "x", Name: "x", Due: 1_800_000_000_000_000, Offset: "-1d"}, "task.dated_twice", "due"},
			"year":          {work.Spec{Key: "x", Name: "x", Due: 9_000_000_000_000_000}, "instant.out_of_range", "due"},
			"unknown need":  {work.Spec{Key: "x", Name: "x", Needs: []string{"zz"}}, "work.task_unknown", "needs"},
			"itself":        {work.Spec{Key: "x", Name: "x", Needs: []string{"x"}}, "work.dependency_cycle", "needs"},
		} {
			_, err := w.Tasks.Add(w.Admin, r.Key, c.in)
			e := errs.As(err)
			if e == nil || e.Code != errs.CodeInvalid || len(e.Fields) != 1 || e.Fields[0].Reason != c.reason || e.Fields[0].Name != c.field {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.Tasks.Add(w.Admin, r.Key, work.Spec{Key: "cut", Name: "x"}); errs.ReasonOf(err) != "key.taken" {
			t.Errorf("taken: %v", err)
		}
		if _, err := w.Tasks.Add(w.Admin, "nothing", work.Spec{Name: "x"}); errs.CodeOf(err) != errs.CodeNotFound {
			t.Errorf("foreign: %v", err)
		}
	})
}

func TestSet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := worktest.New(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Active)
		a := w.Add(t, r.Key, work.Spec{Key: "a", Name: "A"})
		b := w.Add(t, r.Key, work.Spec{Key: "b", Name: "B", Needs: []string{"a"}})
		w.Add(t, r.Key, work.Spec{Key: "c", Name: "C", Needs: []string{"b"}})
		_, err := w.Tasks.Set(w.Admin, a.ID, 1, work.Change{Needs: &[]string{"c"}})
		if errs.As(err).Fields[0].Reason != "work.dependency_cycle" || !strings.Contains(err.Error(), "a needs c needs b needs a") {
			t.Errorf("cycle: %v", err)
		}
		if _, err := w.Tasks.Set(w.Admin, a.ID, 1, work.Change{Status: ptr(work.Blocked)}); errs.As(err).Fields[0].Reason != "task.blocker_missing" {
			t.Errorf("blocked without a word: %v", err)
		}
		x, err := w.Tasks.Set(w.Admin, a.ID, 1, work.Change{Status: ptr(work.Blocked), Blocker: ptr("partner B")})
		if err != nil || x.Rev != 2 || x.Blocker != "partner B" {
			t.Errorf("%+v %v", x, err)
		}
		if _, err := w.Tasks.Set(w.Admin, a.ID, 1, work.Change{Name: ptr("Z")}); errs.CodeOf(err) != errs.CodeConflict || errs.As(err).Theirs.(work.Task).Rev != 2 || !strings.Contains(err.Error(), "Admin changed this") {
			t.Errorf("stale: %v", err)
		}
		x, err = w.Tasks.Set(w.Admin, a.ID, 2, work.Change{Status: ptr(work.Done)})
		if err != nil || x.Blocker != "" || x.EndedAt.IsZero() || x.StartedAt.IsZero() {
			t.Errorf("%+v %v", x, err)
		}
		if x, err = w.Tasks.Set(w.Admin, a.ID, 3, work.Change{Status: ptr(work.Done)}); err != nil || x.Rev != 3 {
			t.Errorf("nothing new: %+v %v", x, err)
		}
		x, err = w.Tasks.Set(w.Admin, a.ID, 3, work.Change{Status: ptr(work.ToDo)})
		if err != nil || !x.EndedAt.IsZero() || !x.StartedAt.IsZero() {
			t.Errorf("reopened: %+v %v", x, err)
		}
		c := authtest.Person(t, d, "olga", "operator@product/"+string(w.Payments.ID))
		if _, err := w.Tasks.Set(c, b.ID, 1, work.Change{Status: ptr(work.Doing)}); err != nil {
			t.Errorf("progress by an operator: %v", err)
		}
		if _, err := w.Tasks.Set(c, b.ID, 2, work.Change{Name: ptr("Z")}); errs.CodeOf(err) != errs.CodeForbidden {
			t.Errorf("planning by an operator: %v", err)
		}
		stranger := authtest.Person(t, d, "carla", "release-manager@product/"+string(w.Cards.ID))
		for _, err := range []error{
			func() error { _, err := w.Tasks.Set(stranger, b.ID, 0, work.Change{}); return err }(),
			func() error { _, err := w.Tasks.Get(stranger, b.ID); return err }(),
			func() error { _, err := w.Tasks.Find(stranger, r.Key, "b"); return err }(),
			func() error { _, err := w.Tasks.List(stranger, work.Filter{Release: r.Key}); return err }(),
			func() error { _, err := w.Tasks.Get(w.Admin, string(id.New[id.Run]())); return err }(),
		} {
			if errs.CodeOf(err) != errs.CodeNotFound {
				t.Errorf("a stranger: %v", err)
			}
		}
		if ts, err := w.Tasks.List(stranger, work.Filter{}); err != nil || len(ts) != 0 {
			t.Errorf("a stranger lists %v %v", ts, err)
		}
		if _, err := w.Plans.Cancel(w.Admin, r.Key, "enough"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Tasks.Set(w.Admin, b.ID, 0, work.Change{Status: ptr(work.Done)}); errs.ReasonOf(err) != "plan.ended" {
			t.Errorf("ended: %v", err)
		}
	})
}

func TestListPagesByKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := worktest.New(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Draft)
		now := db.At(dbtest.Start)
		for i := range 7 {
			due := now.Add(time.Duration(i-2) * time.Hour)
			if i == 6 {
				due = 0
			}
			w.Add(t, r.Key, work.Spec{Key: fmt.Sprintf("t%d", i), Name: fmt.Sprintf("Step 100%% %d", i), Owner: "admin", Due: due})
		}
		f := work.Filter{Release: r.Key, Owner: "admin", Limit: 3}
		var got []string
		for {
			ts, err := w.Tasks.List(w.Admin, f)
			if err != nil {
				t.Fatal(err)
			}
			if len(ts) == 0 {
				break
			}
			got = append(got, keys(ts))
			last := ts[len(ts)-1]
			f.AfterSort, f.AfterID = last.Order(), last.ID
		}
		if strings.Join(got, "|") != "t0 t1 t2|t3 t4 t5|t6" {
			t.Errorf("pages %q", got)
		}
		for want, f := range map[string]work.Filter{
			"t0 t1":                {Owner: "admin", Late: true},
			"t5":                   {Release: r.Key, Query: "STEP 100% 5"},
			"":                     {Release: r.Key, Query: "100_"},
			"cut":                  {Release: r.Key, Phase: "prepare"},
			"t0 t1 t2 t3 t4 t5 t6": {Owner: "admin", Statuses: []work.Status{work.ToDo}, Open: true},
		} {
			if ts, err := w.Tasks.List(w.Admin, f); err != nil || keys(ts) != want {
				t.Errorf("%+v: %s %v, want %s", f, keys(ts), err, want)
			}
		}
		if _, err := w.Tasks.List(w.Admin, work.Filter{Statuses: []work.Status{"odd"}}); errs.CodeOf(err) != errs.CodeInvalid {
			t.Errorf("%v", err)
		}
		err := d.Read(w.Admin, func(tx *db.Tx) error {
			c, err := work.CountOpen(tx, r.ID)
			if c != (work.Count{Total: 14, Open: 14, Late: c.Late}) || c.Late < 2 {
				t.Errorf("%+v", c)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
