package authweb_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/account"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ui/uitest"
)

// bank fills a database with people, teams, roles and tokens as the mocks show them.
func bank(t *testing.T, d *db.DB) *account.Service {
	t.Helper()
	s := authtest.Service(t, d)
	sys := auth.WithSystem(t.Context())
	roles := map[string]string{"service-owner": "Service owner", "database": "Database approver", "step-owner": "Step owner", "waiver": "Waiver authority", "qa": "QA"}
	for key, name := range roles {
		if _, err := s.DefineRole(sys, auth.Role{Key: key, Name: name, Text: "Named by approvals, criteria and polls."}); err != nil {
			t.Fatal(err)
		}
	}
	at := func(role string, scope auth.Scope) auth.Grant { return auth.Grant{Role: role, Scope: scope} }
	ids := map[string]id.Person{}
	for _, p := range []people.NewPerson{
		{Key: "maya", Name: "Maya Lindqvist", Grants: []auth.Grant{at("release-manager", ""), at("administrator", "")}},
		{Key: "tomas", Name: "Tomás Ferreira", Grants: []auth.Grant{at("service-owner", "product/a"), at("approver", "product/b")}},
		{Key: "elena", Name: "Elena Petrova", Grants: []auth.Grant{at("database", "product/a"), at("step-owner", "")}},
		{Key: "aisha", Name: "Aisha Rahman", Grants: []auth.Grant{at("waiver", ""), at("approver", "")}},
		{Key: "hannah", Name: "Hannah Brandt", Grants: []auth.Grant{at("auditor", "")}},
		{Key: "ines", Name: "Ines Moreau"},
		{Key: "gitlab", Name: "gitlab-payments", Kind: auth.KindService, Grants: []auth.Grant{at("pipeline", "product/a")}},
	} {
		p.Zone = "Europe/Stockholm"
		if p.Kind == "" {
			p.Email = p.Key + "@aldermoor.example"
		}
		made, err := s.AddPerson(sys, p)
		if err != nil {
			t.Fatal(err)
		}
		ids[p.Key] = made.ID
	}
	if _, err := s.AddTeam(sys, people.NewTeam{Name: "Payments core", Text: "Owns payments-core and ledger.", Members: []id.Person{"tomas", "elena", "ines"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Grant(sys, auth.Binding{Team: "payments-core", Grant: at("step-owner", "product/a")}); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"gitlab-payments", "argo-observer", "jira-sync"} {
		if _, _, err := s.MakeToken(sys, credential.NewToken{Owner: ids["gitlab"], Name: name, Roles: []string{"pipeline"}, Scopes: []auth.Scope{productA}, Expires: db.At(dbtest.Start.AddDate(0, 0, 5+40*i))}); err != nil {
			t.Fatal(err)
		}
	}
	maya, err := s.WithPerson(t.Context(), ids["maya"])
	if err != nil {
		t.Fatal(err)
	}
	authtest.SetPassword(t, maya, d)
	// From here on this one service makes every change, as in a process of its own.
	return account.New(d, account.Options{Catalog: s.Catalog(), Hash: authtest.Cheap, Demo: true})
}

// TestPagesInABrowser looks at every page with axe, in both schemes, on a desk and on a phone.
func TestPagesInABrowser(t *testing.T) {
	tab := uitest.Browser(t)
	d := dbtest.Open(t, db.SQLite)
	first := authtest.Service(t, d)
	started, err := first.Start(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	p := open(t, d, first, d.Clock())
	look := func(name, path string) {
		t.Helper()
		for _, l := range uitest.Looks {
			uitest.Open(t, tab, p.url+path, l)
			uitest.CheckReflow(t, tab, l)
			for _, f := range uitest.Findings(t, tab, l) {
				t.Errorf("%s: %s", name, f)
			}
			uitest.FullShot(t, tab, l, name)
		}
	}
	look("first-run", started.FirstRun)
	look("link-gone", "/first-run/gone")
	p = open(t, d, bank(t, d), d.Clock())
	look("sign-in", "/sign-in")
	link, _, err := p.s.Invite(auth.WithSystem(t.Context()), "ines")
	if err != nil {
		t.Fatal(err)
	}
	look("invitation", link)

	// One click as Maya, by script as by hand.
	if _, err := chromedp.Run(tab, chromedp.Navigate(p.url+"/sign-in")); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Run(tab, chromedp.Evaluate[bool](`document.querySelector('button[aria-label="Sign in as Maya Lindqvist"]').click(), true`)); err != nil {
		t.Fatal(err)
	}
	uitest.Until(t, tab, "signed in", `document.querySelector("h1")?.textContent === "Home"`)
	look("people", "/admin")
	look("people-none", "/admin?q=zzz")
	look("person", "/admin/people/tomas")
	look("teams", "/admin/teams")
	look("team", "/admin/teams/payments-core")
	look("roles", "/admin/roles")
	look("role", "/admin/roles/qa")
	look("role-built-in", "/admin/roles/viewer")
	look("tokens", "/admin/tokens")
	look("profile", "/profile")

	// What opens over a page, by its button.
	for _, x := range []struct{ name, path, id string }{
		{"dialog-add-person", "/admin", "add-person"}, {"dialog-new-token", "/admin/tokens", "add-token"}, {"dialog-erase", "/admin/people/tomas", "erase"},
	} {
		for _, l := range uitest.Looks {
			uitest.Open(t, tab, p.url+x.path, l)
			js := fmt.Sprintf(`document.querySelector('[data-dialog=%q]').click(), document.getElementById(%q).open`, x.id, x.id)
			if ok, err := chromedp.Run(tab, chromedp.Evaluate[bool](js)); err != nil || !ok {
				t.Errorf("%s does not open: %v", x.id, err)
			}
			for _, f := range uitest.Findings(t, tab, l) {
				t.Errorf("%s: %s", x.name, f)
			}
			uitest.Shot(t, tab, l, x.name)
		}
	}
}
