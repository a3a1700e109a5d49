package auth_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/account"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

var riskPermissions = []auth.Permission{
	{Name: "risk.read", Text: "See risks", Roles: auth.Everybody},
	{Name: "risk.open", Text: "Open a risk", Roles: []string{auth.RoleReleaseManager, auth.RoleContributor}},
	{Name: "risk.accept", Text: "Accept a risk"},
}

func check(t *testing.T, ctx context.Context, d *db.DB, permission string, scope auth.Scope) error {
	t.Helper()
	return d.Read(ctx, func(tx *db.Tx) error { return auth.Check(tx, permission, scope) })
}

func TestCheck(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := authtest.Service(t, d, riskPermissions)
		admin := authtest.Admin(t, d)
		one := authtest.Person(t, d, "one", "contributor@product/a")
		viewer := authtest.Person(t, d, "viewer", "viewer")
		nobody := authtest.Person(t, d, "nobody")
		member := authtest.Person(t, d, "member")
		authtest.Team(t, d, "crew", []context.Context{member}, "release-manager@product/b")
		if _, err := s.DefineRole(admin, auth.Role{Key: "risk-owner", Name: "Risk owner", Permissions: []string{"risk.accept"}}); err != nil {
			t.Fatal(err)
		}
		owner := authtest.Person(t, d, "owner", "risk-owner")

		tests := []struct {
			name       string
			ctx        context.Context
			permission string
			scope      auth.Scope
			want       errs.Code
		}{
			{"administrator everywhere", admin, "risk.accept", "product/a", ""},
			{"role on its product", one, "risk.open", "product/a", ""},
			{"role below its product", one, "risk.open", "product/a/service/x", ""},
			{"role beside its product", one, "risk.open", "product/ab", errs.CodeForbidden},
			{"role of one product, everywhere", one, "risk.open", auth.Everywhere, errs.CodeForbidden},
			{"role without the permission", viewer, "risk.open", "product/a", errs.CodeForbidden},
			{"reading", viewer, "risk.read", "product/a", ""},
			{"no role", nobody, "risk.read", "product/a", errs.CodeForbidden},
			{"everyone signed in", nobody, "profile.edit", auth.Everywhere, ""},
			{"through a team", member, "risk.open", "product/b", ""},
			{"through a team elsewhere", member, "risk.open", "product/a", errs.CodeForbidden},
			{"further role", owner, "risk.accept", "product/a", ""},
			{"Slipway itself", auth.WithSystem(t.Context()), "risk.accept", "product/a", ""},
			{"nobody", t.Context(), "risk.read", "product/a", errs.CodeUnauthenticated},
			{"undeclared", admin, "risk.eat", auth.Everywhere, errs.CodeInternal},
		}
		for _, x := range tests {
			if got := errs.CodeOf(check(t, x.ctx, d, x.permission, x.scope)); got != x.want {
				t.Errorf("%s: %q, want %q", x.name, got, x.want)
			}
		}
		err := check(t, viewer, d, "risk.open", "product/a")
		if errs.ReasonOf(err) != "auth.permission_missing" || !strings.Contains(err.Error(), "Contributor, Release manager or Administrator may") {
			t.Errorf("a refusal must name who may: %v", err)
		}
		err = d.Read(nobody, func(tx *db.Tx) error { return auth.CheckSeen(tx, "risk.read", "product/a", "risk") })
		if errs.ReasonOf(err) != "risk.not_found" {
			t.Errorf("what may not be read does not exist: %v", err)
		}
	})
}

func TestChangesOfRightsCountAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := authtest.Service(t, d, riskPermissions)
		other := account.New(d, account.Options{Catalog: s.Catalog(), Hash: authtest.Cheap}) // a second replica
		admin := authtest.Admin(t, d)
		maya := authtest.Person(t, d, "maya")
		there, err := other.WithPerson(t.Context(), authtest.Me(t, maya))
		if err != nil {
			t.Fatal(err)
		}
		both := func(want errs.Code, when string) {
			t.Helper()
			if got := errs.CodeOf(check(t, maya, d, "risk.open", "product/a")); got != want {
				t.Errorf("%s: %q, want %q", when, got, want)
			}
			if d.Engine() == db.Postgres {
				if got := errs.CodeOf(check(t, there, d, "risk.open", "product/a")); got != want {
					t.Errorf("%s, on the other replica: %q, want %q", when, got, want)
				}
			}
		}
		both(errs.CodeForbidden, "without a role")
		b, err := s.Grant(admin, auth.Binding{Person: authtest.Me(t, maya), Grant: auth.Grant{Role: auth.RoleContributor}})
		if err != nil {
			t.Fatal(err)
		}
		both("", "with the role")

		// A change that is rolled back is forgotten, also by what was read after it inside the transaction.
		fault := errs.Blocked("test.undone", "undone")
		err = d.Write(admin, func(tx *db.Tx) error {
			if _, err := tx.Exec(`DELETE FROM role_binding WHERE id = $1`, b.ID); err != nil {
				return err
			}
			if err := s.Changed(tx); err != nil {
				return err
			}
			if ok, err := auth.Holds(tx, authtest.Me(t, maya), auth.RoleContributor, "product/a"); err != nil || ok {
				t.Errorf("inside the transaction the role is gone: %v %v", ok, err)
			}
			return fault
		})
		if errs.ReasonOf(err) != "test.undone" {
			t.Fatal(err)
		}
		both("", "after a rollback")
		if err := s.Revoke(admin, b.ID); err != nil {
			t.Fatal(err)
		}
		both(errs.CodeForbidden, "after the revocation")
	})
}

func TestDatedGrants(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := authtest.Service(t, d, riskPermissions)
		admin, jonas := authtest.Admin(t, d), authtest.Person(t, d, "jonas")
		c := d.Clock().(*clock.Fake)
		from, until := db.At(dbtest.Start.Add(time.Hour)), db.At(dbtest.Start.Add(3*time.Hour))
		g := auth.Grant{Role: auth.RoleReleaseManager, Scope: "product/a", From: from, Until: until}
		if _, err := s.Grant(admin, auth.Binding{Person: authtest.Me(t, jonas), Grant: g}); err != nil {
			t.Fatal(err)
		}
		for _, x := range []struct {
			after time.Duration
			want  bool
		}{{0, false}, {time.Hour, true}, {3*time.Hour - time.Microsecond, true}, {3 * time.Hour, false}} {
			c.Set(dbtest.Start.Add(x.after))
			if got := check(t, jonas, d, "risk.open", "product/a") == nil; got != x.want {
				t.Errorf("after %s: %t, want %t", x.after, got, x.want)
			}
			_ = d.Read(admin, func(tx *db.Tx) error {
				list, err := auth.Holders(tx, auth.RoleReleaseManager, "product/a/service/s")
				if err != nil || (len(list) == 1) != x.want {
					t.Errorf("after %s: holders %v, %v", x.after, list, err)
				}
				return nil
			})
		}
		g.Until, g.From = from, until
		if _, err := s.Grant(admin, auth.Binding{Person: authtest.Me(t, jonas), Grant: g}); errs.ReasonOf(err) != "input.invalid" && !errs.Is(err, errs.CodeInvalid) {
			t.Errorf("a grant that ends before it begins: %v", err)
		}
	})
}

func TestScopes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := authtest.Service(t, d, riskPermissions)
		admin := authtest.Admin(t, d)
		maya := authtest.Person(t, d, "maya", "viewer@product/a", "contributor@product/b", "auditor@product/b", "contributor@product/c")
		none := authtest.Person(t, d, "none", "risk-nobody")
		scopes := func(ctx context.Context, permission string) (all bool, list []auth.Scope) {
			t.Helper()
			if err := d.Read(ctx, func(tx *db.Tx) (err error) {
				all, list, err = auth.Scopes(tx, permission)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return all, list
		}
		if all, _ := scopes(admin, "risk.read"); !all {
			t.Error("an administrator sees all")
		}
		if all, list := scopes(maya, "risk.read"); all || !slices.Equal(list, []auth.Scope{"product/a", "product/b", "product/c"}) {
			t.Errorf("got %t %v", all, list)
		}
		if all, list := scopes(none, "risk.read"); all || len(list) != 0 {
			t.Errorf("got %t %v", all, list)
		}
		_, text, err := s.MakeToken(maya, credential.NewToken{Name: "ci", Permissions: []string{"risk.open"}, Scopes: []auth.Scope{"product/b", "product/z"}})
		if err != nil {
			t.Fatal(err)
		}
		token := bearer(t, s, text)
		if all, list := scopes(token, "risk.open"); all || !slices.Equal(list, []auth.Scope{"product/b"}) {
			t.Errorf("a token within its scopes and its owner's: got %t %v", all, list)
		}
		if _, list := scopes(token, "risk.read"); len(list) != 0 {
			t.Errorf("a token without the permission: %v", list)
		}
		if err := check(t, token, d, "risk.open", "product/c"); errs.ReasonOf(err) != "auth.token_too_narrow" {
			t.Errorf("beyond the token's scope: %v", err)
		}
		if err := check(t, token, d, "risk.open", "product/z"); errs.ReasonOf(err) != "auth.permission_missing" {
			t.Errorf("beyond the owner's rights: %v", err)
		}
	})
}

func TestRecorder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		authtest.Service(t, d, riskPermissions)
		viewer := authtest.Person(t, d, "viewer", "viewer")
		for _, x := range []struct {
			name string
			do   func(tx *db.Tx) error
			want bool
		}{
			{"nothing", func(*db.Tx) error { return nil }, false},
			{"another permission", func(tx *db.Tx) error { return auth.Check(tx, "profile.read", "") }, false},
			{"only asked", func(tx *db.Tx) error { _, err := auth.Allowed(tx, "risk.read", ""); return err }, false},
			{"checked", func(tx *db.Tx) error { return auth.Check(tx, "risk.read", "product/a") }, true},
			{"seen", func(tx *db.Tx) error { return auth.CheckSeen(tx, "risk.read", "product/a", "risk") }, true},
			{"filtered", func(tx *db.Tx) error { _, _, err := auth.Scopes(tx, "risk.read"); return err }, true},
		} {
			ctx, r := auth.WithRoute(viewer, "risk.read")
			if err := d.Read(ctx, x.do); err != nil {
				t.Errorf("%s: %v", x.name, err)
			}
			if r.Checked() != x.want {
				t.Errorf("%s: checked %t, want %t", x.name, r.Checked(), x.want)
			}
			if auth.RoutePermission(ctx) != "risk.read" || r.Permission() != "risk.read" {
				t.Error("the route's permission is lost")
			}
		}
		if _, _, err := auth.Demand(t.Context(), "risk.read"); !errs.Is(err, errs.CodeUnauthenticated) {
			t.Errorf("nobody passes a route's demand: %v", err)
		}
		ctx, checked, err := auth.Demand(viewer, "risk.read")
		if err != nil || checked() || auth.RoutePermission(ctx) != "risk.read" {
			t.Errorf("demand: %v", err)
		}
	})
}

func TestHolds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := authtest.Service(t, d, riskPermissions)
		admin := authtest.Admin(t, d)
		aisha := authtest.Person(t, d, "aisha", "qa@product/a")
		elena := authtest.Person(t, d, "elena")
		authtest.Team(t, d, "testers", []context.Context{elena, aisha}, "qa")
		holds := func(p id.Person, role string, scope auth.Scope) bool {
			t.Helper()
			var ok bool
			if err := d.Read(t.Context(), func(tx *db.Tx) (err error) { ok, err = auth.Holds(tx, p, role, scope); return err }); err != nil {
				t.Fatal(err)
			}
			return ok
		}
		if !holds(authtest.Me(t, aisha), "qa", "product/a") || !holds(authtest.Me(t, elena), "qa", "product/b") || holds(authtest.Me(t, admin), "qa", "product/a") {
			t.Error("direct, by team, and not by being administrator")
		}
		keys := func() (out []string) {
			_ = d.Read(t.Context(), func(tx *db.Tx) error {
				list, err := auth.Holders(tx, "qa", "product/a")
				if err != nil {
					t.Error(err)
				}
				for _, p := range list {
					out = append(out, p.Key)
				}
				return nil
			})
			return out
		}
		if got := keys(); !slices.Equal(got, []string{"aisha", "elena"}) {
			t.Errorf("each holder once: %v", got)
		}
		if _, err := s.Deactivate(admin, "elena"); err != nil {
			t.Fatal(err)
		}
		if got := keys(); !slices.Equal(got, []string{"aisha"}) || holds(authtest.Me(t, elena), "qa", "product/a") {
			t.Errorf("who is not active holds nothing: %v", got)
		}
	})
}

func TestCatalog(t *testing.T) {
	for name, list := range map[string][]auth.Permission{
		"twice":         {{Name: "a.b", Text: "x"}, {Name: "a.b", Text: "x"}},
		"no text":       {{Name: "a.b"}},
		"no dot":        {{Name: "ab", Text: "x"}},
		"unknown role":  {{Name: "a.b", Text: "x", Roles: []string{"boss"}}},
		"auth's own":    {{Name: "people.edit", Text: "x"}},
		"capital words": {{Name: "A.b", Text: "x"}},
	} {
		if _, err := auth.NewCatalog(list); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	c, err := auth.NewCatalog(riskPermissions)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.CheckRoutes(map[string]string{"GET /risks": "risk.read", "GET /sign-in": "public"}); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"", "risk.eat"} {
		if c.CheckRoutes(map[string]string{"GET /risks": bad}) == nil {
			t.Errorf("the permission %q passes", bad)
		}
	}
}
