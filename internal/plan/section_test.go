package plan_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

func p[T any](v T) *T { return &v }

// watch remembers what it was told.
type watch struct{ told []string }

func (w *watch) ReleaseCreated(_ *db.Tx, r plan.Release, t plan.Template) error {
	w.told = append(w.told, "created "+r.Key+" "+t.Key)
	return nil
}

func (w *watch) ReleaseChanged(_ *db.Tx, r plan.Release, sections []string) error {
	w.told = append(w.told, strings.Join(sections, "+"))
	return nil
}

func (w *watch) ReleaseEnded(_ *db.Tx, r plan.Release) error {
	w.told = append(w.told, "ended "+string(r.State))
	return nil
}

func digests(t *testing.T, d *db.DB, r id.Release) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		for name, f := range map[string]func(*db.Tx, id.Release) (any, error){
			plan.SectionScope: plan.ScopeSection, plan.SectionManifest: plan.ManifestSection, plan.SectionWindow: plan.WindowSection, plan.SectionPlan: plan.PlanSection,
		} {
			v, err := f(tx, r)
			if err != nil {
				return err
			}
			c, err := db.Canonical(v)
			if err != nil {
				return err
			}
			out[name] = string(c)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A change of one section changes its content alone, is recorded with its author, takes the approval, and is told.
func TestSections(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := plantest.New(t, d)
		seen := &watch{}
		w.Plans.Follow(seen)
		tomas := authtest.Person(t, d, "tomas", "release-manager")
		moved := plantest.Window
		moved.Start, moved.End = moved.Start.Add(24*3600e9), moved.End.Add(24*3600e9)
		for name, c := range map[string]struct {
			sections []string
			do       func(ref string) error
		}{
			"window": {[]string{"window"}, func(ref string) error { _, err := w.Plans.Set(tomas, ref, 0, plan.Edit{Window: &moved}); return err }},
			"environment": {[]string{"window"}, func(ref string) error {
				_, err := w.Plans.Set(tomas, ref, 0, plan.Edit{Environments: &[]string{"pre-prod", "prod-north"}})
				return err
			}},
			"version of a service": {[]string{"manifest"}, func(ref string) error {
				_, err := w.Plans.Set(tomas, ref, 0, plan.Edit{Carry: []plan.ItemSpec{{Service: "payments-core", Version: "8.32.1", Digest: plantest.Digest}}, Reason: "build 4474"})
				return err
			}},
			"title": {[]string{"plan"}, func(ref string) error {
				_, err := w.Plans.Set(tomas, ref, 0, plan.Edit{Title: p("Payee check")})
				return err
			}},
			"runbook": {[]string{"runbook"}, func(ref string) error {
				_, err := w.Plans.Set(tomas, ref, 0, plan.Edit{Runbook: p("payments")})
				return err
			}},
			"two at once": {[]string{"plan", "manifest"}, func(ref string) error {
				_, err := w.Plans.Set(tomas, ref, 0, plan.Edit{Objectives: &[]string{"Faster"}, Drop: []string{"ledger"}})
				return err
			}},
			"scope": {[]string{"scope"}, func(ref string) error {
				_, err := w.Plans.AddScope(tomas, ref, plan.ScopeSpec{Key: "PAY-1", Title: "x"}, "asked")
				return err
			}},
			"scope retitled": {[]string{"scope"}, func(ref string) error {
				_, err := w.Plans.SetScope(tomas, ref, "PAY-2291", 0, plan.ScopeSpec{Title: "y", Kind: plan.Defect, Service: "payments-core"}, "")
				return err
			}},
			"scope removed": {[]string{"scope"}, func(ref string) error { return w.Plans.RemoveScope(tomas, ref, "PAY-2291", 0, "next time") }},
			"milestone": {[]string{"plan"}, func(ref string) error {
				_, err := w.Plans.AddMilestone(tomas, ref, plan.MilestoneSpec{Key: "m", Name: "M", Offset: "-1h"})
				return err
			}},
			"milestone moved": {[]string{"plan"}, func(ref string) error {
				_, err := w.Plans.SetMilestone(tomas, ref, "cut-off", 0, plan.MilestoneEdit{Offset: p(plan.Offset("-6d"))})
				return err
			}},
			"deliverable": {[]string{"plan"}, func(ref string) error {
				_, err := w.Plans.AddDeliverable(tomas, ref, plan.DeliverableSpec{Key: "d", Name: "D"})
				return err
			}},
			"owner": {nil, func(ref string) error { _, err := w.Plans.Set(tomas, ref, 0, plan.Edit{Owner: p("tomas")}); return err }},
			"scope done": {nil, func(ref string) error {
				_, err := w.Plans.SetScope(tomas, ref, "PAY-2291", 0, plan.ScopeSpec{Title: "A late answer can release a payment twice", Kind: plan.Defect, Service: "payments-core", State: plan.ScopeDone}, "")
				return err
			}},
			"milestone reached": {nil, func(ref string) error {
				_, err := w.Plans.SetMilestone(tomas, ref, "cut-off", 0, plan.MilestoneEdit{Reached: true})
				return err
			}},
			"deliverable ready": {nil, func(ref string) error {
				_, err := w.Plans.SetDeliverable(tomas, ref, "runbook", 0, plan.DeliverableEdit{State: p(plan.DeliverableReady)})
				return err
			}},
			"the same once more": {nil, func(ref string) error {
				_, err := w.Plans.Set(tomas, ref, 0, plan.Edit{Window: &plan.Window{Start: plantest.Window.Start, End: plantest.Window.End}})
				return err
			}},
		} {
			r := w.Release(t, id.Keyed("s-"+name), plan.Approved)
			before := digests(t, d, r.ID)
			seen.told = nil
			if err := c.do(r.Key); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			after := digests(t, d, r.ID)
			for s := range before {
				if changed := before[s] != after[s]; changed != slices.Contains(c.sections, s) {
					t.Errorf("%s: section %s changed: %v\n%s\n%s", name, s, changed, before[s], after[s])
				}
			}
			now, err := w.Plans.Get(w.Admin, r.Key)
			if err != nil {
				t.Fatal(err)
			}
			want := plan.Active
			if c.sections == nil {
				want = plan.Approved
			}
			if now.State != want {
				t.Errorf("%s: the release is %s, want %s", name, now.State, want)
			}
			told := []string(nil)
			if c.sections != nil {
				told = []string{strings.Join(c.sections, "+")}
			}
			if diff := cmp.Diff(told, seen.told); diff != "" {
				t.Errorf("%s: told (-want +got):\n%s", name, diff)
			}
			if err := d.Read(t.Context(), func(tx *db.Tx) error {
				for _, s := range []string{"scope", "manifest", "window", "plan", "runbook"} {
					who, err := plan.Authors(tx, r.ID, s, 0)
					if err != nil {
						return err
					}
					if is := slices.Contains(who, authtest.Me(t, tomas)); is != slices.Contains(c.sections, s) {
						t.Errorf("%s: Tomas an author of %s: %v", name, s, is)
					}
					if who, err = plan.Authors(tx, r.ID, s, tx.Now); err != nil || len(who) > 0 {
						t.Errorf("%s: authors since now: %v, %v", name, who, err)
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		ledgertest.Verify(t, l)
	})
}

// What follows the window moves with it; the recorded change holds only what differs.
func TestWindowMoves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := plantest.New(t, d)
		r := w.Release(t, "r", plan.Draft)
		if _, err := w.Plans.SetMilestone(w.Admin, "r", "go-no-go", 0, plan.MilestoneEdit{At: p(plantest.Window.Start.Add(-3600e9))}); err != nil {
			t.Fatal(err)
		}
		later := plan.Window{Start: plantest.Window.Start.Add(48 * 3600e9), End: plantest.Window.End.Add(48 * 3600e9)}
		if _, err := w.Plans.Set(w.Admin, "r", r.Rev, plan.Edit{Window: &later, Reason: "Vendor"}); err != nil {
			t.Fatal(err)
		}
		now, err := w.Plans.Get(w.Admin, "r")
		if err != nil {
			t.Fatal(err)
		}
		dates := map[string]db.Time{}
		for _, m := range now.Milestones {
			dates[m.Key] = m.PlannedAt
		}
		if dates["cut-off"] != later.Start.Add(-120*3600e9) || dates["go-no-go"] != plantest.Window.Start.Add(-3600e9) {
			t.Errorf("milestones %v", dates)
		}
		ph := map[string]plan.Phase{}
		for _, x := range now.Phases {
			ph[x.Key] = x
		}
		if ph["ready"].PlannedEnd != later.Start || ph["prepare"].PlannedStart != later.Start.Add(-240*3600e9) || ph["watch"].PlannedStart != later.Start.Add(24*3600e9) {
			t.Errorf("phases %+v", ph)
		}
		cs, err := w.Plans.Changes(w.Admin, "r", plan.ChangeFilter{Section: plan.SectionWindow})
		if err != nil || len(cs) != 2 {
			t.Fatalf("%v, %v", cs, err)
		}
		if got := string(cs[0].After); got != `{"end":"2026-11-21T22:30:00.000000Z","environments":["prod-north"],"start":"2026-11-21T20:00:00.000000Z"}` || cs[0].Reason != "Vendor" || cs[1].Before != nil {
			t.Errorf("change %s, first %s", got, cs[1].Before)
		}
	})
}

// Where a release stands too far, its content is refused and what reports progress is not.
func TestLocked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := plantest.New(t, d)
		for state, reason := range map[plan.State]string{
			plan.Deploying: "plan.locked", plan.Deployed: "plan.locked", plan.Verified: "plan.locked", plan.RolledBack: "plan.rolled_back", plan.Closed: "plan.ended", plan.Cancelled: "plan.ended",
		} {
			r := w.Release(t, "locked-"+string(state), state)
			for name, err := range map[string]error{
				"set":         second(w.Plans.Set(w.Admin, r.Key, 0, plan.Edit{Title: p("x")})),
				"scope":       second(w.Plans.AddScope(w.Admin, r.Key, plan.ScopeSpec{Key: "X-1", Title: "x"}, "")),
				"unscope":     w.Plans.RemoveScope(w.Admin, r.Key, "PAY-2188", 0, ""),
				"milestone":   second(w.Plans.AddMilestone(w.Admin, r.Key, plan.MilestoneSpec{Key: "m", Name: "M"})),
				"deliverable": w.Plans.RemoveDeliverable(w.Admin, r.Key, "runbook", 0, ""),
			} {
				if errs.ReasonOf(err) != reason {
					t.Errorf("%s of a release that is %s: %v, want %s", name, state, err, reason)
				}
			}
			_, err := w.Plans.SetMilestone(w.Admin, r.Key, "cut-off", 0, plan.MilestoneEdit{Reached: true})
			if r.Ended() != (errs.ReasonOf(err) == "plan.ended") {
				t.Errorf("reaching a milestone of a release that is %s: %v", state, err)
			}
		}
		r := w.Release(t, "back", plan.RolledBack)
		if _, err := w.Plans.Retarget(w.Admin, r.Key, 0, plan.Edit{Title: p("again"), Reason: "again"}); errs.ReasonOf(err) != "plan.retarget_unchanged" {
			t.Errorf("retarget without a new target: %v", err)
		}
		if now, err := w.Plans.Get(w.Admin, r.Key); err != nil || now.State != plan.RolledBack || now.Rev != r.Rev || now.Title != r.Title {
			t.Errorf("a refused retarget left %+v, %v", now.Release, err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

type guard struct{}

func (guard) Unready(_ *db.Tx, r plan.Release, to plan.State) ([]plan.Reason, error) {
	if to != plan.Closed {
		return nil, nil
	}
	return []plan.Reason{{Code: "work.open", Text: "Two tasks are open.", Owner: r.Owner, Next: "Finish them."}}, nil
}

func TestGuards(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := plantest.New(t, d)
		r := w.Release(t, "r", plan.Verified)
		seen := &watch{}
		w.Plans.Follow(seen).Guard(guard{})
		_, err := w.Plans.Close(w.Admin, r.Key, "")
		e := errs.As(err)
		if e.Reason != "plan.not_ready" || len(e.Fields) != 1 || e.Fields[0].Reason != "work.open" || !strings.Contains(e.Fields[0].Msg, "Finish them. Owner: Admin.") {
			t.Errorf("%v", err)
		}
		w.Release(t, "over", plan.Draft)
		if _, err := w.Plans.Cancel(w.Admin, "over", "not needed"); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"created over standard", "ended cancelled"}, seen.told); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}
