package authtest

import (
	"context"
	"strings"
	"sync"
	"testing"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/account"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/auth/password"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/db"
)

// Cheap are parameters of password hashes for tests only.
var Cheap = password.Params{Memory: 64, Passes: 1, Threads: 1}

// Password is what people of tests sign in with, where a test gives them a password.
const Password = "nine grey herons at low tide"

var services sync.Map // *db.DB → *account.Service, for as long as the test runs

// Service returns the test database's service, made at the first call with the permissions of the areas under test. A test
// of an area calls it first: authtest.Service(t, d, risk.Permissions, plan.Permissions).
func Service(t testing.TB, d *db.DB, lists ...[]auth.Permission) *account.Service {
	t.Helper()
	if s, ok := services.Load(d); ok {
		return s.(*account.Service)
	}
	c, err := auth.NewCatalog(lists...)
	if err != nil {
		t.Fatal(err)
	}
	s, loaded := services.LoadOrStore(d, account.New(d, account.Options{Catalog: c, Hash: Cheap}))
	if !loaded {
		t.Cleanup(func() { services.Delete(d) })
	}
	return s.(*account.Service)
}

// Admin returns a context in which the administrator "admin" acts; the person is made at the first call.
func Admin(t testing.TB, d *db.DB) context.Context {
	t.Helper()
	return Person(t, d, "admin", auth.RoleAdministrator)
}

// Person returns a context in which the person with the key acts, made if need be, with these roles added to those they
// have. A role is "approver", or "approver@product/<id>" for one scope; a role that is not defined yet is defined without
// permissions. The e-mail address is key@example.com.
func Person(t testing.TB, d *db.DB, key string, roles ...string) context.Context {
	t.Helper()
	s := Service(t, d)
	ctx := t.Context()
	var who id.Person
	err := d.Write(auth.WithSystem(ctx), func(tx *db.Tx) error {
		p, err := auth.PersonByKey(tx, key)
		if errs.Is(err, errs.CodeNotFound) {
			p, err = s.Add(tx, people.NewPerson{Key: key, Name: Name(key), Email: key + "@example.com"})
		}
		if err != nil {
			return err
		}
		who = p.ID
		for _, r := range roles {
			role, scope, _ := strings.Cut(r, "@")
			if _, err := auth.RoleByKey(tx, role); errs.Is(err, errs.CodeNotFound) {
				if _, err := s.PutRole(tx, auth.Role{Key: role, Name: Name(role)}); err != nil {
					return err
				}
			}
			if _, err := s.Give(tx, auth.Binding{Person: p.ID, Grant: auth.Grant{Role: role, Scope: auth.Scope(scope)}}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.WithPerson(ctx, who)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Name makes a name of a key: "release-manager" becomes "Release manager".
func Name(key string) string {
	name := strings.ReplaceAll(key, "-", " ")
	return strings.ToUpper(name[:1]) + name[1:]
}

// Me returns the person who acts in a context.
func Me(t testing.TB, ctx context.Context) id.Person {
	t.Helper()
	v, ok := auth.Viewer(ctx)
	if !ok {
		t.Fatal("nobody acts in this context")
	}
	return v.Person
}

// Team makes a team with these members, given by the contexts in which they act, and roles as Person takes them.
func Team(t testing.TB, d *db.DB, key string, members []context.Context, roles ...string) id.Team {
	t.Helper()
	s := Service(t, d)
	var list []id.Person
	for _, m := range members {
		list = append(list, Me(t, m))
	}
	ctx := auth.WithSystem(t.Context())
	team, err := s.AddTeam(ctx, people.NewTeam{Key: key, Name: Name(key), Members: list})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range roles {
		role, scope, _ := strings.Cut(r, "@")
		if _, err := s.Grant(ctx, auth.Binding{Team: team.ID, Grant: auth.Grant{Role: role, Scope: auth.Scope(scope)}}); err != nil {
			t.Fatal(err)
		}
	}
	return team.ID
}

// SetPassword gives the person who acts in a context the test password.
func SetPassword(t testing.TB, ctx context.Context, d *db.DB) {
	t.Helper()
	s := Service(t, d)
	path, _, err := s.Invite(auth.WithSystem(t.Context()), string(Me(t, ctx)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.AcceptInvitation(t.Context(), strings.TrimPrefix(path, "/invitation/"), Password, credential.Origin{Address: "127.0.0.1", Agent: "test"}); err != nil {
		t.Fatal(err)
	}
}
