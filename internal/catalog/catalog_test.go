package catalog_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger"
)

// world is a catalog with two products, one service each, and four environments.
type world struct {
	*catalog.Catalog
	d     *db.DB
	l     *ledger.Ledger
	admin context.Context
	ids   map[string]string // of products, by key
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	l, err := ledger.Open(t.Context(), d, ledger.Options{KeyFile: filepath.Join(t.TempDir(), "key")})
	if err != nil {
		t.Fatal(err)
	}
	authtest.Service(t, d, catalog.Permissions, apply.Permissions)
	w := &world{Catalog: catalog.New(d), d: d, l: l, admin: authtest.Admin(t, d), ids: map[string]string{}}
	for _, k := range []string{"payments", "cards"} {
		p, err := w.AddProduct(w.admin, catalog.ProductSpec{Key: k, Name: strings.ToUpper(k[:1]) + k[1:]})
		if err != nil {
			t.Fatal(err)
		}
		w.ids[k] = string(p.ID)
	}
	for s, p := range map[string]string{"ledger": "payments", "cards-auth": "cards"} {
		if _, err := w.AddService(w.admin, catalog.ServiceSpec{Key: s, Name: s, Product: p, Tier: 1}); err != nil {
			t.Fatal(err)
		}
	}
	for i, e := range []struct{ key, tier string }{{"staging", "staging"}, {"pre-prod", "pre-production"}, {"prod-north", "production"}, {"prod-west", "production"}} {
		if _, err := w.AddEnvironment(w.admin, catalog.EnvironmentSpec{Key: e.key, Name: e.key, Tier: e.tier, Rank: i}); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func (w *world) deploy(t *testing.T, service, environment, version string) catalog.Deployment {
	t.Helper()
	w.d.Clock().(*clock.Fake).Advance(time.Minute)
	d, err := w.RecordDeployment(w.admin, catalog.NewDeployment{Service: service, Environment: environment, Version: version})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// actions returns the actions of the ledger since the world was made, of areas of the catalog only.
func (w *world) actions(t *testing.T, subject string) string {
	t.Helper()
	if err := w.l.Sequence(t.Context()); err != nil {
		t.Fatal(err)
	}
	rs, err := w.l.Entries(t.Context(), ledger.Filter{All: true})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range rs {
		if r.Subject.Kind == subject {
			out = append(out, r.Action)
		}
	}
	return strings.Join(out, " ")
}

func reason(t *testing.T, err error, want string) {
	t.Helper()
	if got := errs.ReasonOf(err); got != want {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
}

func TestProductIsChangedAgainstTheVersionRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p, err := w.SetProduct(w.admin, "payments", 1, catalog.ProductSpec{Name: "Payments and transfers"})
		if err != nil || p.Rev != 2 || p.Key != "payments" {
			t.Fatalf("got %+v, %v", p, err)
		}
		_, err = w.SetProduct(w.admin, "payments", 1, catalog.ProductSpec{Name: "Mine"})
		reason(t, err, "row.stale")
		if theirs, ok := errs.As(err).Theirs.(catalog.Product); !ok || theirs.Name != "Payments and transfers" {
			t.Errorf("the conflict carries %+v", errs.As(err).Theirs)
		}
		_, err = w.AddProduct(w.admin, catalog.ProductSpec{Key: "payments", Name: "Again"})
		reason(t, err, "key.taken")
		if got := w.actions(t, "product"); got != "product.added product.added product.changed" {
			t.Errorf("entries: %s", got)
		}
	})
}

func TestFaultsNameTheirFields(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		cases := map[string]struct {
			err    error
			fields string
		}{}
		add := func(name string, err error, fields string) {
			cases[name] = struct {
				err    error
				fields string
			}{err, fields}
		}
		_, err := w.AddProduct(w.admin, catalog.ProductSpec{Key: "Pay ments", Name: " ", Owner: "nobody"})
		add("product", err, "key name owner")
		_, err = w.AddProduct(w.admin, catalog.ProductSpec{Key: "x", Name: strings.Repeat("n", 10_000_000)})
		add("a name of 10 MB", err, "name")
		_, err = w.AddService(w.admin, catalog.ServiceSpec{Key: "s", Name: "S", Product: "none"})
		add("service of no product", err, "product")
		_, err = w.AddService(w.admin, catalog.ServiceSpec{Key: "s", Name: "S", Product: "payments", Tier: 9, Team: "none"})
		add("service", err, "tier")
		_, err = w.AddEnvironment(w.admin, catalog.EnvironmentSpec{Key: "e", Name: "E", Tier: "prod", Default: "maybe", Rule: "never"})
		add("environment", err, "tier default rule")
		_, err = w.RecordDeployment(w.admin, catalog.NewDeployment{Service: "ledger", Environment: "staging", Version: "5 0"})
		add("version", err, "version")
		_, err = w.RecordDeployment(w.admin, catalog.NewDeployment{Service: "ledger", Environment: "staging", Version: "5", Digest: "sha256:xyz"})
		add("digest", err, "digest")
		_, err = w.RecordDeployment(w.admin, catalog.NewDeployment{Service: "ledger", Environment: "staging", Version: "5", At: db.At(dbtest.Start.Add(time.Hour))})
		add("a deployment ahead", err, "at")
		for name, c := range cases {
			var got []string
			if !errs.Is(c.err, errs.CodeInvalid) {
				t.Errorf("%s: %v is not Invalid", name, c.err)
				continue
			}
			for _, f := range errs.As(c.err).Fields {
				got = append(got, f.Name)
			}
			if strings.Join(got, " ") != c.fields {
				t.Errorf("%s: faults at %v, want %s", name, got, c.fields)
			}
		}
	})
}

func TestWhatOneMayNotSeeDoesNotExist(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		viewer := authtest.Person(t, d, "cora", "viewer@product/"+w.ids["cards"])
		_, err := w.Product(viewer, "payments")
		_, none := w.Product(viewer, "none")
		if !errs.Is(err, errs.CodeNotFound) || err.Error() != none.Error() {
			t.Errorf("a product of others: %v; one that does not exist: %v", err, none)
		}
		ss, err := w.Services(viewer, catalog.Filter{})
		if err != nil || len(ss) != 1 || ss[0].Key != "cards-auth" {
			t.Errorf("services: %v, %v", ss, err)
		}
		m, err := w.Matrix(viewer, catalog.MatrixFilter{})
		if err != nil || len(m.Rows) != 1 || len(m.Environments) != 4 {
			t.Errorf("matrix: %d rows, %d environments, %v", len(m.Rows), len(m.Environments), err)
		}
		_, err = w.SetService(viewer, "cards-auth", 1, catalog.ServiceSpec{Name: "x", Product: "cards"})
		reason(t, err, "auth.permission_missing")
		_, err = w.SetService(viewer, "ledger", 1, catalog.ServiceSpec{Name: "x", Product: "payments"})
		reason(t, err, "service.not_found")
	})
}

func TestDeploymentsMoveWhatRunsWhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.deploy(t, "ledger", "prod-north", "5.14.0")
		w.deploy(t, "ledger", "prod-west", "5.13.1")
		w.deploy(t, "ledger", "staging", "5.15.0")
		mid := db.At(d.Clock().Now())
		up := w.deploy(t, "ledger", "prod-north", "5.15.0")
		if up.Before != "5.14.0" {
			t.Errorf("the deployment says that %q ran before", up.Before)
		}
		if _, err := w.RecordDeployment(w.admin, catalog.NewDeployment{Service: "ledger", Environment: "prod-north", Version: "5.16.0", Outcome: catalog.Failed}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.RecordDeployment(w.admin, catalog.NewDeployment{Service: "ledger", Environment: "prod-north", Version: "1.0.0", At: db.At(dbtest.Start.Add(-time.Hour))}); err != nil {
			t.Fatal(err)
		}
		row := func(at db.Time) string {
			m, err := w.Matrix(w.admin, catalog.MatrixFilter{Filter: catalog.Filter{Query: "LEDG"}, At: at})
			if err != nil || len(m.Rows) != 1 {
				t.Fatalf("%d rows, %v", len(m.Rows), err)
			}
			var out []string
			for _, c := range m.Rows[0].Cells {
				out = append(out, c.Version+":"+string(c.Mark))
			}
			return strings.Join(out, " ")
		}
		if got, want := row(0), "5.15.0: 5.15.0: 5.13.1:behind"; got != want {
			t.Errorf("now %s, want %s", got, want)
		}
		if got, want := row(mid), "5.15.0:ahead 5.14.0: 5.13.1:behind"; got != want {
			t.Errorf("then %s, want %s", got, want)
		}
		drifts, err := w.Matrix(w.admin, catalog.MatrixFilter{Drift: true, Filter: catalog.Filter{Limit: 1}})
		if err != nil || len(drifts.Rows) != 1 || drifts.Rows[0].Service.Key != "ledger" || drifts.Drifts != 1 {
			t.Errorf("drifts: %+v, %v", drifts, err)
		}
		ds, err := w.Changed(w.admin, "prod-north", mid, 0)
		if err != nil || len(ds) != 2 || ds[1].Version != "5.15.0" {
			t.Errorf("changed since: %+v, %v", ds, err)
		}
		page, err := w.Deployments(w.admin, catalog.DeploymentFilter{Service: "ledger", Limit: 2})
		if err != nil || len(page) != 2 {
			t.Fatal(err)
		}
		rest, err := w.Deployments(w.admin, catalog.DeploymentFilter{Service: "ledger", Before: page[1].ID})
		if err != nil || len(rest) != 4 || rest[0].ID == page[1].ID {
			t.Errorf("the second page has %d, %v", len(rest), err)
		}
	})
}

func TestBarStandsUntilLifted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		_, err := w.BarVersion(w.admin, catalog.NewBar{Service: "ledger", Version: "5.15.0"})
		reason(t, err, "text.missing")
		b, err := w.BarVersion(w.admin, catalog.NewBar{Service: "ledger", Version: "5.15.0", Reason: "pays twice"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.BarVersion(w.admin, catalog.NewBar{Service: "ledger", Version: "5.15.0", FromTier: catalog.Production, Reason: "again"})
		reason(t, err, "version.barred")
		_, err = w.LiftVersion(w.admin, b.ID, "")
		if !errs.Is(err, errs.CodeInvalid) {
			t.Errorf("lifted without a reason: %v", err)
		}
		if _, err := w.LiftVersion(w.admin, b.ID, "the fix is proven"); err != nil {
			t.Fatal(err)
		}
		_, err = w.LiftVersion(w.admin, b.ID, "twice")
		reason(t, err, "bar.lifted")
		bs, err := w.Bars(w.admin, "ledger", false)
		if err != nil || len(bs) != 0 {
			t.Errorf("%d bars stand, %v", len(bs), err)
		}
		if got := w.actions(t, "bar"); got != "version.barred version.lifted" {
			t.Errorf("entries: %s", got)
		}
	})
}

func TestApplyIsIdempotentAndExportsWhatItTakes(t *testing.T) {
	const files = `
kind: service
key: mobile-bff
name: Mobile backend
product: channels
tier: 2
---
kind: product
key: channels
name: Channels
text: What customers touch
---
kind: environment
key: dr
name: Disaster recovery
tier: production
rank: 9
default: open
rule: release-only
`
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		people := authtest.Service(t, d).Kinds(catalog.Scopes{})
		r, err := apply.New(d, append(people, w.Kinds()...)...)
		if err != nil {
			t.Fatal(err)
		}
		run := func(text string, dry bool) string {
			t.Helper()
			cs, err := r.Apply(w.admin, []apply.File{{Name: "bank.yaml", Text: text}}, dry)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, c := range cs {
				out = append(out, c.Kind+" "+c.Key+" "+string(c.Outcome))
			}
			return strings.Join(out, ", ")
		}
		created := "product channels created, service mobile-bff created, environment dr created"
		if got := run(files, true); got != created {
			t.Errorf("dry: %s", got)
		}
		if got := run(files, false); got != created {
			t.Errorf("first: %s", got)
		}
		if got := run(files, false); got != strings.ReplaceAll(created, "created", "unchanged") {
			t.Errorf("second: %s", got)
		}
		if got := run(strings.Replace(files, "tier: 2", "tier: 1", 1), false); !strings.Contains(got, "mobile-bff changed") {
			t.Errorf("third: %s", got)
		}
		for _, kind := range []string{"product", "service", "environment"} {
			docs, err := r.Export(w.admin, kind)
			if err != nil || len(docs) == 0 {
				t.Fatalf("export of %s: %d, %v", kind, len(docs), err)
			}
			text, err := apply.Text(docs)
			if err != nil {
				t.Fatal(err)
			}
			if got := run(text, false); strings.Contains(got, "created") || strings.Contains(got, " changed") {
				t.Errorf("the export of %s is not what is there: %s", kind, got)
			}
		}
		_, err = r.Apply(w.admin, []apply.File{{Name: "a.yaml", Text: "kind: product\nkey: a\nname: A\ntier: 1\n---\nkind: servise\nkey: b\n"}}, false)
		if err == nil || !strings.Contains(err.Error(), "a.yaml:") || !strings.Contains(err.Error(), "service") {
			t.Errorf("faults: %v", err)
		}
	})
}
