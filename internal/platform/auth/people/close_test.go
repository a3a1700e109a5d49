package people_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/account"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

func may(t *testing.T, d *db.DB, ctx context.Context, permission string, scope auth.Scope) (ok bool) {
	t.Helper()
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		ok, err = auth.Allowed(tx, permission, scope)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

func TestCloseTeam(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		s := authtest.Service(t, d)
		admin, maya := authtest.Admin(t, d), authtest.Person(t, d, "maya")
		authtest.Team(t, d, "crew", []context.Context{maya}, "approver", "viewer@product/a")
		if !may(t, d, maya, "people.read", auth.Everywhere) {
			t.Fatal("maya holds the team's roles")
		}
		if _, err := s.CloseTeam(admin, "crew", "\n"); errs.As(err).Fields[0].Name != "reason" {
			t.Errorf("without a reason: %v", err)
		}
		if _, err := s.CloseTeam(maya, "crew", "x"); !errs.Is(err, errs.CodeForbidden) {
			t.Errorf("by a member: %v", err)
		}
		before := len(ledgertest.Records(t, l))
		c, err := s.CloseTeam(admin, "crew", "Merged into payments")
		if err != nil || !c.Closed() || len(c.Members) != 0 || c.Rev != 2 {
			t.Fatalf("%+v %v", c, err)
		}
		if again, err := s.CloseTeam(admin, "crew", "Once more"); err != nil || again.Rev != 2 {
			t.Errorf("closed twice: %+v %v", again, err)
		}
		if may(t, d, maya, "people.read", auth.Everywhere) {
			t.Error("a closed team still gives its roles")
		}
		entries := ledgertest.Records(t, l)[before:]
		var said struct {
			Name, Reason  string
			MembersBefore []id.Person
			RolesEnded    []auth.Grant
		}
		if len(entries) != 3 || entries[2].Action != "team.closed" || json.Unmarshal(entries[2].Payload, &said) != nil {
			t.Fatalf("entries %+v", entries)
		}
		if said.Reason != "Merged into payments" || len(said.MembersBefore) != 1 || said.MembersBefore[0] != authtest.Me(t, maya) || len(said.RolesEnded) != 2 || said.RolesEnded[1].Scope != "product/a" {
			t.Errorf("%+v", said)
		}
		for name, x := range map[string]struct{ err error }{
			"joins":       {second(s.SetTeam(admin, "crew", people.TeamChange{Members: &[]id.Person{"maya"}, Version: 2}))},
			"is renamed":  {second(s.SetTeam(admin, "crew", people.TeamChange{Name: ptr("Crew 2"), Version: 2}))},
			"gets a role": {second(s.Grant(admin, auth.Binding{Team: "crew", Grant: auth.Grant{Role: "viewer"}}))},
			"is applied": {d.Write(admin, func(tx *db.Tx) error {
				return second(s.PutTeam(tx, people.PutTeam{Key: "crew", Name: "Crew"}))
			})},
		} {
			if errs.ReasonOf(x.err) != "team.closed" {
				t.Errorf("a closed team %s: %v", name, x.err)
			}
		}
		if _, err := s.AddTeam(admin, people.NewTeam{Key: "crew", Name: "Crew"}); errs.ReasonOf(err) != "team.exists" || !strings.Contains(err.Error(), "Reopen it") {
			t.Errorf("another of the key: %v", err)
		}
		closedAndOpen(t, d, admin)
		ledgertest.Verify(t, l)
	})
}

// closedAndOpen looks for the closed team "crew" in lists and files, and reopens it.
func closedAndOpen(t *testing.T, d *db.DB, admin context.Context) {
	t.Helper()
	s := authtest.Service(t, d)
	list, _, err := s.Teams(admin, people.TeamFilter{})
	if err != nil || len(list) != 0 {
		t.Errorf("open teams: %v %v", list, err)
	}
	if list, _, err = s.Teams(admin, people.TeamFilter{Closed: true}); err != nil || len(list) != 1 || !list[0].Closed() {
		t.Errorf("closed teams too: %v %v", list, err)
	}
	if n, err := s.Counts(admin); err != nil || n.Teams != 0 {
		t.Errorf("%+v %v", n, err)
	}
	err = d.Read(admin, func(tx *db.Tx) error {
		for _, k := range s.Kinds(nil) {
			if k.Name != "team" {
				continue
			}
			if docs, err := k.Export(tx); err != nil || len(docs) != 0 {
				t.Errorf("exported: %v %v", docs, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	o, err := s.ReopenTeam(admin, "crew")
	if err != nil || o.Closed() || len(o.Members) != 0 || o.Rev != 3 {
		t.Errorf("%+v %v", o, err)
	}
	if _, err := s.SetTeam(admin, "crew", people.TeamChange{Members: &[]id.Person{"maya"}, Version: 3}); err != nil {
		t.Errorf("reopened: %v", err)
	}
	if grants, _, err := s.Grants(admin, people.GrantFilter{Team: "crew"}); err != nil || len(grants) != 0 {
		t.Errorf("its roles are not back: %v %v", grants, err)
	}
}

func TestCloseTeamAsksWhatItTakes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := authtest.Service(t, d)
		admin := authtest.Admin(t, d)
		if _, err := s.DefineRole(admin, auth.Role{Key: "clerk", Name: "Clerk", Permissions: []string{"team.edit", "people.read"}}); err != nil {
			t.Fatal(err)
		}
		clerk := authtest.Person(t, d, "clerk", "clerk")
		authtest.Team(t, d, "owners", []context.Context{clerk}, auth.RoleAdministrator)
		authtest.Team(t, d, "idle", nil)
		other := authtest.Person(t, d, "other", "clerk")
		if _, err := s.CloseTeam(other, "owners", "x"); !errs.Is(err, errs.CodeForbidden) {
			t.Errorf("roles taken back without the right to: %v", err)
		}
		if _, err := s.CloseTeam(other, "idle", "x"); err != nil {
			t.Errorf("a team without roles: %v", err)
		}
		if _, err := s.Deactivate(clerk, "admin"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.CloseTeam(clerk, "owners", "x"); errs.ReasonOf(err) != "auth.last_administrator" {
			t.Errorf("the last administrators: %v", err)
		}
	})
}

// burdened answers for something as long as it says so.
type burdened string

func (b burdened) DutiesOf(*db.Tx, id.Team) (string, error) { return string(b), nil }

func TestCloseTeamWithDuties(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		admin := authtest.Admin(t, d)
		authtest.Team(t, d, "crew", nil)
		s := account.New(d, account.Options{Hash: authtest.Cheap, Duties: burdened("the service ledger")})
		_, err := s.CloseTeam(admin, "crew", "Merged")
		if errs.ReasonOf(err) != "team.has_duties" || !strings.Contains(err.Error(), "Crew still runs the service ledger.") {
			t.Errorf("%v", err)
		}
		if why, err := s.WhyNotClose(admin, "crew"); err != nil || why != errs.As(errs.Blocked("x", "Crew still runs the service ledger. Give that to another team first.")).Msg {
			t.Errorf("%q %v", why, err)
		}
		if got, err := s.Team(admin, "crew"); err != nil || got.Closed() {
			t.Errorf("%+v %v", got, err)
		}
	})
}
