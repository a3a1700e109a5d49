package plantest

import (
	"context"
	"slices"
	"testing"

	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// World is a bank with two products, three services and two environments, the built-in templates, and an administrator.
type World struct {
	DB      *db.DB
	Catalog *catalog.Catalog
	Plans   *plan.Plans
	Admin   context.Context
	// Payments owns payments-core and ledger; Cards owns cards-core.
	Payments, Cards catalog.Product
}

// New makes a world on a migrated database; the test must have called authtest.Service with the permissions of the areas
// under test, or leaves it to New with those of catalog and plan.
func New(t testing.TB, d *db.DB) World {
	t.Helper()
	authtest.Service(t, d, catalog.Permissions, plan.Permissions)
	w := World{DB: d, Catalog: catalog.New(d), Plans: plan.New(d), Admin: authtest.Admin(t, d)}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	w.Payments, err = w.Catalog.AddProduct(w.Admin, catalog.ProductSpec{Key: "payments", Name: "Payments"})
	must(err)
	w.Cards, err = w.Catalog.AddProduct(w.Admin, catalog.ProductSpec{Key: "cards", Name: "Cards"})
	must(err)
	for _, s := range []catalog.ServiceSpec{
		{Key: "payments-core", Name: "Payments core", Product: "payments"},
		{Key: "ledger", Name: "Ledger", Product: "payments"},
		{Key: "cards-core", Name: "Cards core", Product: "cards"},
	} {
		_, err := w.Catalog.AddService(w.Admin, s)
		must(err)
	}
	for _, e := range []catalog.EnvironmentSpec{
		{Key: "pre-prod", Name: "Pre-prod", Tier: "pre-production", Default: "open"},
		{Key: "prod-north", Name: "Prod north", Tier: "production"},
	} {
		_, err := w.Catalog.AddEnvironment(w.Admin, e)
		must(err)
	}
	must(w.Plans.EnsureBuiltin(w.Admin))
	return w
}

// Window is this evening's, 21:00 to 23:30 in Copenhagen.
var Window = plan.Window{Start: db.At(dbtest.Start).Add(6*hour + 52*minute), End: db.At(dbtest.Start).Add(9*hour + 22*minute)}

const (
	minute = 60_000_000_000
	hour   = 60 * minute
)

// Digest is the digest of an artefact that does not exist.
const Digest = "sha256:7be1000000000000000000000000000000000000000000000000000000c09d00"

// Spec states a release that is complete: window, manifest, environment, scope.
func Spec(key string) plan.Spec {
	w := Window
	return plan.Spec{Key: key, Product: "payments", Version: "26.11.0", Title: "Instant payee verification", Template: "standard", Window: &w,
		Environments: []string{"prod-north"},
		Services:     []plan.ItemSpec{{Service: "payments-core", Version: "8.32.0", Digest: Digest, Commit: "9c1f2ab"}, {Service: "ledger", Version: "5.15.0"}},
		Scope: []plan.ScopeSpec{
			{Key: "PAY-2188", Title: "Ask the payee bank for the name before an instant payment", Service: "payments-core", State: plan.ScopeDone, Commits: []string{"9c1f2ab", "e77d014"}},
			{Key: "PAY-2291", Title: "A late answer can release a payment twice", Kind: plan.Defect, Service: "payments-core"},
		}}
}

// Release makes a release in a state: draft, planned, active, approved, deploying, deployed, verified, rolled-back, closed,
// held (from active) or cancelled. It passes through the states in between as areas and people do.
func (w World) Release(t testing.TB, key string, state plan.State) plan.Release {
	t.Helper()
	r, err := w.Plans.Create(w.Admin, Spec(key))
	if err != nil {
		t.Fatal(err)
	}
	return w.Bring(t, r.ID, state)
}

// Bring takes a draft to a state.
func (w World) Bring(t testing.TB, r id.Release, state plan.State) plan.Release {
	t.Helper()
	ref := string(r)
	verb := func(f func(context.Context, string) (plan.Release, error)) func() error {
		return func() error { _, err := f(w.Admin, ref); return err }
	}
	mark := func(f func(*db.Tx, id.Release, string) error) func() error {
		return func() error {
			return w.DB.Write(w.Admin, func(tx *db.Tx) error { return f(tx, r, "for the test") })
		}
	}
	because := func(f func(context.Context, string, string) (plan.Release, error)) func() error {
		return func() error { _, err := f(w.Admin, ref, "for the test"); return err }
	}
	p := w.Plans
	active := []func() error{verb(p.Plan), verb(p.Activate)}
	deploying := slices.Concat(active, []func() error{mark(plan.MarkApproved), mark(plan.MarkDeploying)})
	deployed := slices.Concat(deploying, []func() error{mark(plan.MarkDeployed)})
	way := map[plan.State][]func() error{
		plan.Draft: {}, plan.Planned: active[:1], plan.Active: active[:2], plan.Approved: deploying[:3], plan.Deploying: deploying,
		plan.Deployed: deployed, plan.Verified: append(deployed[:len(deployed):len(deployed)], mark(plan.MarkVerified)),
		plan.RolledBack: append(deploying[:len(deploying):len(deploying)], mark(plan.MarkRolledBack)),
		plan.Closed:     append(deployed[:len(deployed):len(deployed)], mark(plan.MarkVerified), because(p.Close)),
		plan.Held:       append(active[:2:2], because(p.Hold)), plan.Cancelled: append(active[:2:2], because(p.Cancel)),
	}
	for i, f := range way[state] {
		if err := f(); err != nil {
			t.Fatalf("on the way to %s, step %d: %v", state, i+1, err)
		}
	}
	out, err := p.Get(w.Admin, ref)
	if err != nil {
		t.Fatal(err)
	}
	if out.State != state {
		t.Fatalf("the release is %s, want %s", out.State, state)
	}
	return out.Release
}
