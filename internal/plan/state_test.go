package plan_test

import (
	"context"
	"testing"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// ways is the table of ADR 10, written a second time by hand: what leads from where to where.
var ways = map[plan.State]map[string]plan.State{
	plan.Draft:      {"Plan": plan.Planned, "Hold": plan.Held, "Cancel": plan.Cancelled},
	plan.Planned:    {"Activate": plan.Active, "Hold": plan.Held, "Cancel": plan.Cancelled},
	plan.Active:     {"MarkApproved": plan.Approved, "MarkDeploying": plan.Deploying, "Hold": plan.Held, "Cancel": plan.Cancelled},
	plan.Approved:   {"MarkReopened": plan.Active, "MarkDeploying": plan.Deploying, "Hold": plan.Held, "Cancel": plan.Cancelled},
	plan.Deploying:  {"MarkDeployed": plan.Deployed, "MarkRolledBack": plan.RolledBack, "MarkStopped": plan.Active},
	plan.Deployed:   {"MarkVerified": plan.Verified, "Verify": plan.Verified, "MarkRolledBack": plan.RolledBack},
	plan.Verified:   {"Close": plan.Closed, "MarkRolledBack": plan.RolledBack},
	plan.RolledBack: {"Close": plan.Closed, "Retarget": plan.Active},
	plan.Held:       {"Resume": plan.Active, "Cancel": plan.Cancelled},
	plan.Closed:     {},
	plan.Cancelled:  {},
}

func verbsOf(w plantest.World) map[string]func(context.Context, string) error {
	p := w.Plans
	only := func(f func(context.Context, string) (plan.Release, error)) func(context.Context, string) error {
		return func(ctx context.Context, r string) error { _, err := f(ctx, r); return err }
	}
	because := func(f func(context.Context, string, string) (plan.Release, error)) func(context.Context, string) error {
		return func(ctx context.Context, r string) error { _, err := f(ctx, r, "because"); return err }
	}
	mark := func(f func(*db.Tx, id.Release, string) error) func(context.Context, string) error {
		return func(ctx context.Context, r string) error {
			return w.DB.Write(ctx, func(tx *db.Tx) error { return f(tx, id.Release(r), "because") })
		}
	}
	return map[string]func(context.Context, string) error{
		"Plan": only(p.Plan), "Activate": only(p.Activate), "Resume": only(p.Resume), "Verify": because(p.Verify), "Close": because(p.Close),
		"Hold": because(p.Hold), "Cancel": because(p.Cancel),
		"Retarget": func(ctx context.Context, r string) error {
			_, err := p.Retarget(ctx, r, 0, plan.Edit{Carry: []plan.ItemSpec{{Service: "ledger", Version: "9.9.9"}}, Reason: "because"})
			return err
		},
		"MarkApproved": mark(plan.MarkApproved), "MarkReopened": mark(plan.MarkReopened), "MarkDeploying": mark(plan.MarkDeploying),
		"MarkStopped": mark(plan.MarkStopped), "MarkDeployed": mark(plan.MarkDeployed), "MarkVerified": mark(plan.MarkVerified), "MarkRolledBack": mark(plan.MarkRolledBack),
	}
}

// Every verb is tried from every state: it leads where the table says, or is refused and changes nothing.
func TestTransitions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := plantest.New(t, d)
		n := 0
		for _, from := range plan.States() {
			for verb, do := range verbsOf(w) {
				n++
				r := w.Release(t, "r"+id.New[string]()[28:]+"-"+string(from), from)
				err := do(w.Admin, string(r.ID))
				after, gerr := w.Plans.Get(w.Admin, r.Key)
				if gerr != nil {
					t.Fatal(gerr)
				}
				want, ok := ways[from][verb]
				switch {
				case ok && (err != nil || after.State != want):
					t.Errorf("%s from %s: %s, %v; want %s", verb, from, after.State, err, want)
				case !ok && !errs.Is(err, errs.CodeBlocked):
					t.Errorf("%s from %s: %s, %v; want a refusal", verb, from, after.State, err)
				case !ok && (after.State != from || after.Rev != r.Rev):
					t.Errorf("%s from %s was refused and left %s, version %d, want %d", verb, from, after.State, after.Rev, r.Rev)
				}
			}
		}
		if n != len(plan.States())*15 {
			t.Errorf("%d pairs tried", n)
		}
	})
}

// The table itself holds exactly the pairs of the ADR.
func TestTable(t *testing.T) {
	in := map[[2]plan.State]bool{}
	for _, x := range plan.Transitions() {
		in[[2]plan.State{x.From, x.To}] = true
	}
	for _, from := range plan.States() {
		for _, to := range plan.States() {
			want := false
			for _, s := range ways[from] {
				want = want || s == to
			}
			if from == plan.Held { // back to whichever it came from
				want = want || to == plan.Draft || to == plan.Planned || to == plan.Approved
			}
			if in[[2]plan.State{from, to}] != want {
				t.Errorf("%s to %s: %v, want %v", from, to, !want, want)
			}
		}
	}
}

func TestHoldAndResume(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := plantest.New(t, d)
		for _, from := range []plan.State{plan.Draft, plan.Planned, plan.Active, plan.Approved} {
			r := w.Release(t, "held-"+string(from), from)
			held, err := w.Plans.Hold(w.Admin, r.Key, "waiting for the vendor")
			if err != nil || held.HeldFrom != from || held.StateReason != "waiting for the vendor" {
				t.Fatalf("hold: %+v, %v", held, err)
			}
			back, err := w.Plans.Resume(w.Admin, r.Key)
			if err != nil || back.State != from || back.HeldFrom != "" {
				t.Errorf("resume: %s from %q, %v; want %s", back.State, back.HeldFrom, err, from)
			}
		}
		if _, err := w.Plans.Hold(w.Admin, "held-active", " "); !errs.Is(err, errs.CodeInvalid) {
			t.Errorf("hold without a reason: %v", err)
		}
		// A change under a hold costs the approval that the release would resume to.
		if _, err := w.Plans.Hold(w.Admin, "held-approved", "again"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Plans.Set(w.Admin, "held-approved", 0, plan.Edit{Drop: []string{"ledger"}}); err != nil {
			t.Fatal(err)
		}
		if r, err := w.Plans.Resume(w.Admin, "held-approved"); err != nil || r.State != plan.Active {
			t.Errorf("resumed to %s, %v; want active", r.State, err)
		}
	})
}
