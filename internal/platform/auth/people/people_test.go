package people_test

import (
	"slices"
	"strings"
	"testing"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

func ptr[T any](v T) *T { return &v }

func TestAddAndSetPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		s := authtest.Service(t, d)
		admin := authtest.Admin(t, d)
		before := len(ledgertest.Records(t, l))
		p, err := s.AddPerson(admin, people.NewPerson{Name: "Tomás Ferreira", Email: "Tomas@Example.com", Zone: "Europe/Lisbon", Grants: []auth.Grant{{Role: auth.RoleApprover, Scope: "product/a"}}})
		if err != nil {
			t.Fatal(err)
		}
		if p.Key != "tomas-ferreira" || p.Rev != 1 || !p.Active || p.Locale != "en-GB" || !p.Keys {
			t.Errorf("%+v", p)
		}
		for name, x := range map[string]struct {
			in    people.NewPerson
			field string
			code  errs.Code
		}{
			"no name":        {people.NewPerson{Key: "x"}, "name", errs.CodeInvalid},
			"taken key":      {people.NewPerson{Key: p.Key, Name: "X"}, "key", errs.CodeConflict},
			"taken e-mail":   {people.NewPerson{Name: "X", Email: "tomas@example.COM"}, "email", errs.CodeConflict},
			"bad e-mail":     {people.NewPerson{Name: "X", Email: "Tomas <t@example.com>"}, "email", errs.CodeInvalid},
			"bad zone":       {people.NewPerson{Name: "X", Zone: "Local"}, "zone", errs.CodeInvalid},
			"bad locale":     {people.NewPerson{Name: "X", Locale: "../x"}, "locale", errs.CodeInvalid},
			"bad kind":       {people.NewPerson{Name: "X", Kind: "robot"}, "kind", errs.CodeInvalid},
			"ten megabytes":  {people.NewPerson{Key: "y", Name: strings.Repeat("x", 10<<20)}, "name", errs.CodeInvalid},
			"control signs":  {people.NewPerson{Key: "y", Name: "a\x00b"}, "name", errs.CodeInvalid},
			"key of an id":   {people.NewPerson{Key: string(id.New[id.Person]()), Name: "X"}, "key", errs.CodeInvalid},
			"role not known": {people.NewPerson{Name: "X", Grants: []auth.Grant{{Role: "boss"}}}, "role", errs.CodeInvalid},
		} {
			_, err := s.AddPerson(admin, x.in)
			if e := errs.As(err); e == nil || e.Code != x.code || len(e.Fields) == 0 || e.Fields[0].Name != x.field {
				t.Errorf("%s: %v", name, err)
			}
		}
		q, err := s.SetPerson(admin, p.Key, people.PersonChange{Name: ptr("Tomás F."), Version: 1})
		if err != nil || q.Rev != 2 || q.Name != "Tomás F." || q.Email != p.Email {
			t.Errorf("%+v %v", q, err)
		}
		_, err = s.SetPerson(admin, p.Key, people.PersonChange{Name: ptr("Other"), Version: 1})
		theirs, _ := errs.As(err).Theirs.(auth.Person)
		if errs.ReasonOf(err) != "row.stale" || theirs.Name != "Tomás F." || !strings.Contains(err.Error(), "Admin changed this at 13:08:00 UTC") {
			t.Errorf("a stale change: %v", err)
		}
		if same, err := s.SetPerson(admin, p.Key, people.PersonChange{Name: ptr("Tomás F."), Version: 2}); err != nil || same.Rev != 2 {
			t.Errorf("no change is no change: %+v %v", same, err)
		}
		got := []string{}
		for _, r := range ledgertest.Records(t, l)[before:] {
			got = append(got, r.Action)
			if p := strings.ToLower(string(r.Payload)); strings.Contains(p, "tom") {
				t.Errorf("%s names somebody: %s", r.Action, p)
			}
		}
		if !slices.Equal(got, []string{"person.added", "role.granted", "person.changed"}) {
			t.Errorf("entries %v", got)
		}
	})
}

func TestDeactivateAndErase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := authtest.Service(t, d)
		admin := authtest.Admin(t, d)
		maya := authtest.Person(t, d, "maya", auth.RoleReleaseManager)
		tok, _, err := s.MakeToken(maya, credential.NewToken{Name: "ci", Roles: []string{auth.RoleReleaseManager}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Deactivate(admin, "admin"); errs.ReasonOf(err) != "auth.last_administrator" {
			t.Errorf("the last administrator: %v", err)
		}
		p, err := s.Deactivate(admin, "maya")
		if err != nil || p.Active {
			t.Fatal(err)
		}
		if got, err := s.Token(admin, tok.ID); err != nil || got.RevokedAt.IsZero() {
			t.Errorf("the tokens end with the person: %+v %v", got, err)
		}
		if _, err := s.Reactivate(admin, "maya"); err != nil {
			t.Fatal(err)
		}
		e, err := s.Erase(admin, "maya")
		if err != nil || e.Active || !e.Erased || e.Email != "" || !strings.HasPrefix(e.Key, "erased-") || e.Name != e.Key || e.ID != authtest.Me(t, maya) {
			t.Errorf("%+v %v", e, err)
		}
		if _, err := s.Reactivate(admin, e.Key); errs.ReasonOf(err) != "person.erased" {
			t.Errorf("erased for good: %v", err)
		}
		if list, _, err := s.People(admin, people.Filter{Query: "maya", Inactive: true}); err != nil || len(list) != 0 {
			t.Errorf("nothing is found of the erased: %v %v", list, err)
		}
		if _, err := s.AddPerson(admin, people.NewPerson{Key: "maya", Name: "Maya", Email: "maya@example.com"}); err != nil {
			t.Errorf("key and e-mail address are free again: %v", err)
		}
	})
}

func TestNobodyGivesMoreThanTheyHave(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := authtest.Service(t, d)
		admin := authtest.Admin(t, d)
		if _, err := s.DefineRole(admin, auth.Role{Key: "clerk", Name: "Clerk", Permissions: []string{"people.edit", "people.read", "role.grant", "team.edit", "role.define"}}); err != nil {
			t.Fatal(err)
		}
		clerk := authtest.Person(t, d, "clerk", "clerk")
		me := authtest.Me(t, clerk)
		crew := authtest.Team(t, d, "crew", nil, auth.RoleAdministrator)
		local := authtest.Person(t, d, "local", "administrator@product/a")
		adminID := string(authtest.Me(t, admin))
		grants, _, err := s.Grants(admin, people.GrantFilter{Person: authtest.Me(t, admin)})
		if err != nil || len(grants) != 1 {
			t.Fatal(grants, err)
		}
		for name, err := range map[string]error{
			"grant administrator":      second(s.Grant(clerk, auth.Binding{Person: me, Grant: auth.Grant{Role: auth.RoleAdministrator}})),
			"add an administrator":     second(s.AddPerson(clerk, people.NewPerson{Name: "Evil", Grants: []auth.Grant{{Role: auth.RoleAdministrator}}})),
			"join the administrators":  second(s.SetTeam(clerk, string(crew), people.TeamChange{Members: &[]id.Person{me}, Version: 1})),
			"take over by e-mail":      second(s.SetPerson(clerk, adminID, people.PersonChange{Email: ptr("evil@example.com"), Version: 1})),
			"shut out":                 second(s.Deactivate(clerk, adminID)),
			"erase":                    second(s.Erase(clerk, adminID)),
			"revoke":                   s.Revoke(clerk, grants[0].ID),
			"widen one's role":         second(s.DefineRole(clerk, auth.Role{Key: "clerk", Name: "Clerk", Permissions: []string{"people.edit", "token.manage"}, Rev: 1})),
			"grant beyond the product": second(s.Grant(local, auth.Binding{Person: me, Grant: auth.Grant{Role: auth.RoleViewer}})),
		} {
			if !errs.Is(err, errs.CodeForbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, _, err := s.Invite(clerk, adminID); !errs.Is(err, errs.CodeForbidden) {
			t.Errorf("take over by a link: %v", err)
		}
		if _, err := s.Grant(local, auth.Binding{Person: me, Grant: auth.Grant{Role: auth.RoleViewer, Scope: "product/a"}}); err != nil {
			t.Errorf("on one's own product: %v", err)
		}
		if _, err := s.DefineRole(admin, auth.Role{Key: auth.RoleViewer, Name: "Viewer", Permissions: []string{"people.edit"}, Rev: 1}); errs.ReasonOf(err) != "role.built_in" {
			t.Errorf("built-in roles stay: %v", err)
		}
		if err := s.Revoke(admin, grants[0].ID); errs.ReasonOf(err) != "auth.last_administrator" {
			t.Errorf("the last administrator: %v", err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestTeams(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := authtest.Service(t, d)
		admin := authtest.Admin(t, d)
		a, b := authtest.Me(t, authtest.Person(t, d, "a")), authtest.Me(t, authtest.Person(t, d, "b"))
		x, err := s.AddTeam(admin, people.NewTeam{Name: "Payments core", Members: []id.Person{b, "a"}})
		if err != nil || x.Key != "payments-core" || !slices.Equal(x.Members, []id.Person{a, b}) {
			t.Fatalf("%+v %v", x, err)
		}
		if _, err := s.AddTeam(admin, people.NewTeam{Name: "Payments core"}); errs.ReasonOf(err) != "team.exists" {
			t.Errorf("the same key: %v", err)
		}
		if _, err := s.SetTeam(admin, x.Key, people.TeamChange{Members: &[]id.Person{"nobody"}, Version: 1}); !errs.Is(err, errs.CodeInvalid) {
			t.Errorf("an unknown member: %v", err)
		}
		y, err := s.SetTeam(admin, x.Key, people.TeamChange{Members: &[]id.Person{b}, Version: 1})
		if err != nil || y.Rev != 2 || !slices.Equal(y.Members, []id.Person{b}) {
			t.Errorf("%+v %v", y, err)
		}
		if _, err := s.SetTeam(admin, x.Key, people.TeamChange{Name: ptr("Y"), Version: 1}); errs.ReasonOf(err) != "row.stale" {
			t.Errorf("stale: %v", err)
		}
		if of, err := s.TeamsOf(admin, b); err != nil || len(of) != 1 || of[0].Key != x.Key {
			t.Errorf("%+v %v", of, err)
		}
		if _, err := s.Team(authtest.Person(t, d, "c"), x.Key); errs.ReasonOf(err) != "team.not_found" {
			t.Errorf("not visible: %v", err)
		}
	})
}

func TestPagesOfPeople(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := authtest.Service(t, d)
		admin := authtest.Admin(t, d)
		for _, k := range []string{"e", "c", "b", "d"} {
			authtest.Person(t, d, k, "qa")
		}
		var got []string
		f := people.Filter{Limit: 2}
		for {
			list, next, err := s.People(admin, f)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range list {
				got = append(got, p.Key)
			}
			if f.After = next; next == "" {
				break
			}
		}
		if !slices.Equal(got, []string{"admin", "b", "c", "d", "e"}) {
			t.Errorf("got %v", got)
		}
		count := func(f people.Filter) int {
			list, _, err := s.People(admin, f)
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		for name, x := range map[string]struct {
			f    people.Filter
			want int
		}{
			"role": {people.Filter{Role: "qa"}, 4}, "role's name": {people.Filter{Query: "QA"}, 4}, "e-mail": {people.Filter{Query: "B@EXAMPLE"}, 1},
			"wildcards are text": {people.Filter{Query: "%"}, 0}, "kind": {people.Filter{Kind: auth.KindService}, 0},
		} {
			if got := count(x.f); got != x.want {
				t.Errorf("%s: %d, want %d", name, got, x.want)
			}
		}
		viewer := authtest.Person(t, d, "v", auth.RoleViewer)
		list, _, err := s.People(viewer, people.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range list {
			if (p.Email != "") != (p.Key == "v") {
				t.Errorf("a viewer sees the e-mail address of %s: %q", p.Key, p.Email)
			}
		}
		by, err := s.GrantsOf(viewer, list)
		if err != nil || len(by[authtest.Me(t, viewer)]) != 1 {
			t.Errorf("%v %v", by, err)
		}
	})
}

func TestPut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		s := authtest.Service(t, d)
		admin := authtest.Admin(t, d)
		grants := []auth.Grant{{Role: auth.RoleViewer}, {Role: auth.RoleApprover, Scope: "product/a"}}
		person := people.PutPerson{Key: "maya", Name: "Maya", Email: "maya@example.com", Zone: "Europe/Stockholm", Grants: &grants}
		team := people.PutTeam{Key: "crew", Name: "Crew", Members: &[]string{"maya"}, Grants: &[]auth.Grant{{Role: auth.RoleOperator}}}
		role := auth.Role{Key: "qa", Name: "QA"}
		put := func() (out []people.Outcome) {
			t.Helper()
			if err := d.Write(admin, func(tx *db.Tx) error {
				out = nil
				a, err := s.PutPerson(tx, person)
				if err != nil {
					return err
				}
				b, err := s.PutTeam(tx, team)
				if err != nil {
					return err
				}
				c, err := s.PutRole(tx, role)
				out = []people.Outcome{a, b, c}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return out
		}
		all := func(o people.Outcome) []people.Outcome { return []people.Outcome{o, o, o} }
		if got := put(); !slices.Equal(got, all(people.Created)) {
			t.Errorf("got %v", got)
		}
		n := len(ledgertest.Records(t, l))
		if got := put(); !slices.Equal(got, all(people.Unchanged)) || len(ledgertest.Records(t, l)) != n {
			t.Errorf("again: %v", got)
		}
		grants = grants[:1]
		team.Members, role.Text = &[]string{}, "Tests"
		if got := put(); !slices.Equal(got, all(people.Changed)) {
			t.Errorf("changed: %v", got)
		}
		_ = d.Read(admin, func(tx *db.Tx) error {
			p, _ := auth.PersonByKey(tx, "maya")
			got, err := people.UndatedGrants(tx, p.ID, "")
			if err != nil || !slices.Equal(got, grants) {
				t.Errorf("%v %v", got, err)
			}
			return nil
		})
		err := d.Write(authtest.Person(t, d, "nobody"), func(tx *db.Tx) error { _, err := s.PutPerson(tx, person); return err })
		if !errs.Is(err, errs.CodeForbidden) {
			t.Errorf("without the right: %v", err)
		}
	})
}
