package scope_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/plan/scope"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

type world struct {
	plantest.World
	changes *scope.Changes
	told    []scope.Consequence
}

// open makes a world with a template whose scope changes with the approval of the role approver once it is active.
func open(t *testing.T, d *db.DB) *world {
	t.Helper()
	authtest.Service(t, d, catalog.Permissions, plan.Permissions, scope.Permissions)
	w := &world{World: plantest.New(t, d)}
	strict := builtin(t, "standard")
	strict.Key, strict.Name = "strict", "Strict"
	strict.Policy.ScopeChange = &plan.ScopeChangeSpec{Approve: "approver", After: "active"}
	if _, err := w.Plans.SetTemplate(w.Admin, 0, strict); err != nil {
		t.Fatal(err)
	}
	w.changes = scope.New(d, w.Plans, scope.Sources{Consequences: func(*db.Tx, plan.Release) ([]scope.Consequence, error) { return w.told, nil }})
	return w
}

func builtin(t *testing.T, key string) plan.Template {
	t.Helper()
	all, err := plan.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range all {
		if x.Key == key {
			return x
		}
	}
	t.Fatalf("no template %s", key)
	return plan.Template{}
}

func (w *world) release(t *testing.T, template string, state plan.State) plan.Release {
	t.Helper()
	s := plantest.Spec("payments-26.11.0")
	s.Template = template
	s.Scope[1].Effort = 12
	r, err := w.Plans.Create(w.Admin, s)
	if err != nil {
		t.Fatal(err)
	}
	return w.Bring(t, r.ID, state)
}

func keys(t *testing.T, w *world, r plan.Release) []string {
	t.Helper()
	items, err := w.Plans.Scope(w.Admin, r.Key, plan.ScopeFilter{})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, i := range items {
		out = append(out, i.Key)
	}
	return out
}

var three = []plan.ScopeStep{
	{Add: &plan.ScopeSpec{Key: "PAY-2300", Title: "Show why a payment waits", Effort: 20}},
	{Change: &plan.ScopeSpec{Key: "PAY-2291", Title: "A late answer must not release a payment twice", Kind: plan.Defect, Service: "payments-core"}},
	{Remove: "PAY-2188"},
}

// A change is weighed, waits for the role that the template names, and is carried out whole by its answer.
func TestChange(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := open(t, d)
		tomas, aisha := authtest.Person(t, d, "tomas", "contributor", "approver"), authtest.Person(t, d, "aisha", "approver")
		r := w.release(t, "strict", plan.Active)
		w.told = []scope.Consequence{{Kind: "approval", Name: "Security", Text: "signed", Outcome: scope.Voids}, {Kind: "approval", Name: "Compliance", Outcome: scope.Stands}}

		if err := w.Plans.RemoveScope(w.Admin, r.Key, "PAY-2188", 0, ""); errs.As(err).Reason != "scope.approval_needed" {
			t.Errorf("taken out without approval: %v", err)
		}
		im, err := w.changes.Weigh(tomas, r.Key, three)
		if err != nil {
			t.Fatal(err)
		}
		got := []int{im.Items[0], im.Items[1], im.Hours[0], im.Hours[1], im.Days, im.Voids, im.Signed, im.Unknown, im.Risk[0], im.Risk[1]}
		// One open defect without a commit is 6+3; then there are an open story and the defect, both without one: 6+2+3+3, and three late changes.
		if diff := cmp.Diff([]int{2, 2, 12, 32, 3, 1, 2, 0, 9, 26}, got); diff != "" {
			t.Errorf("impact (-want +got):\n%s\n%+v", diff, im)
		}
		if im.Role != "approver" || im.MayAnswer {
			t.Errorf("role %q, may answer %v", im.Role, im.MayAnswer)
		}
		before := len(ledgertest.Actions(t, l))
		c, err := w.changes.Propose(tomas, r.Key, scope.Proposal{Reason: "asked by the bank", Steps: three})
		if err != nil {
			t.Fatal(err)
		}
		if c.Number != 1 || c.State != scope.StateProposed || c.Title != "Add PAY-2300, Change PAY-2291, Take out PAY-2188" {
			t.Errorf("%+v", c)
		}
		if diff := cmp.Diff([]string{"PAY-2188", "PAY-2291"}, keys(t, w, r)); diff != "" {
			t.Errorf("a proposal changed the scope:\n%s", diff)
		}
		for name, x := range map[string]struct {
			who    context.Context
			reason string
		}{"own proposal": {tomas, "scope.four_eyes"}, "another role": {w.Admin, "scope.role_missing"}} {
			if _, err := w.changes.Approve(x.who, r.Key, 1, 0, ""); errs.As(err).Reason != x.reason {
				t.Errorf("%s: %v", name, err)
			}
		}
		if c, err = w.changes.Approve(aisha, r.Key, 1, c.Rev, "go on"); err != nil || c.State != scope.StateApplied {
			t.Fatalf("%+v, %v", c, err)
		}
		if diff := cmp.Diff([]string{"PAY-2291", "PAY-2300"}, keys(t, w, r)); diff != "" {
			t.Errorf("scope (-want +got):\n%s", diff)
		}
		if _, err := w.changes.Approve(aisha, r.Key, 1, 0, ""); errs.As(err).Reason != "scope.answered" {
			t.Errorf("answered twice: %v", err)
		}
		if n := len(ledgertest.Actions(t, l)) - before; n != 5 { // proposed, three steps, applied
			t.Errorf("%d entries", n)
		}
		all, err := w.changes.List(tomas, r.Key)
		if err != nil || len(all) != 1 || all[0].Answer != "go on" {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

// What does not fit any more is refused whole when it is approved.
func TestConflict(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ledgertest.Open(t, d)
		w := open(t, d)
		r := w.release(t, "standard", plan.Active)
		if _, err := w.changes.Propose(w.Admin, r.Key, scope.Proposal{Reason: "x", Steps: three}); err != nil {
			t.Fatal(err)
		}
		if err := w.Plans.RemoveScope(w.Admin, r.Key, "PAY-2188", 0, "next time"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.changes.Approve(w.Admin, r.Key, 1, 0, ""); errs.As(err).Reason != "scope.item_gone" {
			t.Errorf("%v", err)
		}
		if diff := cmp.Diff([]string{"PAY-2291"}, keys(t, w, r)); diff != "" {
			t.Errorf("half a change was carried out:\n%s", diff)
		}
		if c, err := w.changes.Get(w.Admin, r.Key, 1); err != nil || c.State != scope.StateProposed {
			t.Errorf("%+v, %v", c, err)
		}
		if _, err := w.changes.Decline(w.Admin, r.Key, 1, 0, ""); !errs.Is(err, errs.CodeInvalid) {
			t.Errorf("declined without a reason: %v", err)
		}
		if c, err := w.changes.Decline(w.Admin, r.Key, 1, 0, "it is gone"); err != nil || c.State != scope.StateDeclined {
			t.Errorf("%+v, %v", c, err)
		}
		c, err := w.changes.Propose(w.Admin, r.Key, scope.Proposal{Reason: "x", Apply: true, Steps: []plan.ScopeStep{{Add: &plan.ScopeSpec{Key: "PAY-9", Title: "At once"}}}})
		if err != nil || c.State != scope.StateApplied || c.Number != 2 {
			t.Errorf("%+v, %v", c, err)
		}
	})
}

// Faulty steps are named by their place.
func TestFaults(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ledgertest.Open(t, d)
		w := open(t, d)
		r := w.release(t, "standard", plan.Draft)
		for name, c := range map[string]struct {
			steps []plan.ScopeStep
			field string
		}{
			"none":        {nil, "steps"},
			"two in one":  {[]plan.ScopeStep{{Remove: "PAY-2188", Add: &plan.ScopeSpec{Key: "A-1", Title: "x"}}}, "steps[0]"},
			"twice":       {[]plan.ScopeStep{{Remove: "PAY-2188"}, {Remove: "PAY-2188"}}, "steps[1]"},
			"title":       {[]plan.ScopeStep{{Add: &plan.ScopeSpec{Key: "A-1"}}}, "steps[0].add.title"},
			"no estimate": {[]plan.ScopeStep{{Add: &plan.ScopeSpec{Key: "A-1", Title: "x", Effort: -1}}}, "steps[0].add.effort"},
		} {
			_, err := w.changes.Propose(w.Admin, r.Key, scope.Proposal{Reason: "x", Steps: c.steps})
			e := errs.As(err)
			if e == nil || e.Code != errs.CodeInvalid || len(e.Fields) == 0 || e.Fields[0].Name != c.field {
				t.Errorf("%s: %v, want the field %s", name, err, c.field)
			}
		}
	})
}
