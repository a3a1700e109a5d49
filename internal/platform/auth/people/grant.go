package people

import (
	"context"
	"slices"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/field"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Grant gives a role to a person or a team (exactly one of the two, by identifier or key) within a scope. It needs role.grant on that scope and
// every permission of the role there: nobody gives what they do not have. A grant that is there already is returned as
// it is. It fails with errs.Invalid and with errs.NotFound for a role, person or team that does not exist.
func (s *Directory) Grant(ctx context.Context, b Binding) (out Binding, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "role.grant", b.Scope); err != nil {
			return err
		}
		out, err = s.Give(tx, b)
		return err
	})
	return out, err
}

// Give makes a grant inside a transaction, as Grant does; Slipway itself may give everything.
func (s *Directory) Give(tx *db.Tx, b Binding) (Binding, error) {
	if err := s.grantable(tx, &b); err != nil {
		return Binding{}, err
	}
	b.ID, b.MadeAt, b.MadeBy = id.New[BindingID](), tx.Now, auth.Me(tx)
	made, err := insertBinding(tx, b)
	if err != nil {
		return Binding{}, err
	}
	if !made {
		same, err := readBindings(tx, `WHERE COALESCE(b.person, '') = $1 AND COALESCE(b.team, '') = $2 AND b.role = $3 AND b.scope = $4
			AND COALESCE(b.from_at, 0) = $5 AND COALESCE(b.until_at, 0) = $6`, b.Person, b.Team, b.Role, b.Scope, int64(b.From), int64(b.Until))
		if err != nil || len(same) == 0 {
			return Binding{}, err
		}
		return same[0], nil
	}
	bindingEntry(tx, RoleGranted, b)
	return b, s.rights.Changed(tx)
}

func bindingEntry(tx *db.Tx, action string, b Binding) {
	kind, holder := "person", string(b.Person)
	if b.Team != "" {
		kind, holder = "team", string(b.Team)
	}
	payload := map[string]any{"role": b.Role, "scope": b.Scope}
	if !b.From.IsZero() {
		payload["from"] = b.From
	}
	if !b.Until.IsZero() {
		payload["until"] = b.Until
	}
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: kind, ID: holder}, Scope: string(b.Scope), Payload: payload})
}

// grantable checks the form of a grant, that both ends exist, and that the caller has all that the role carries there.
func (s *Directory) grantable(tx *db.Tx, b *Binding) error {
	if (b.Person == "") == (b.Team == "") {
		return errs.Invalid("role.holder", "Name either a person or a team.")
	}
	if b.Role == "" {
		return errs.InvalidField("role", "role.missing", "Choose a role.")
	}
	if err := b.Scope.Check("scope"); err != nil {
		return err
	}
	if !b.From.IsZero() && !b.Until.IsZero() && !b.From.Before(b.Until) {
		return errs.InvalidField("until", "role.period", "The grant must end after it begins.")
	}
	if b.Person != "" {
		p, err := auth.PersonByRef(tx, string(b.Person))
		if err != nil {
			return err
		}
		b.Person = p.ID
	} else {
		t, err := auth.TeamByRef(tx, string(b.Team))
		if err != nil {
			return err
		}
		if t.Closed() {
			return errs.InvalidField("team", "team.closed", "The team %s is closed and takes no role. Reopen it first.", t.Name)
		}
		b.Team = t.ID
	}
	if _, err := auth.RoleByKey(tx, b.Role); err != nil {
		if errs.Is(err, errs.CodeNotFound) {
			return errs.InvalidField("role", "role.unknown", "There is no role %.60q.", b.Role)
		}
		return err
	}
	if err := auth.Check(tx, "role.grant", b.Scope); err != nil {
		return err
	}
	return s.rights.Within(tx, b.Role, b.Scope)
}

// Revoke takes a grant back. It needs role.grant on its scope and every permission of the role there, and fails with
// errs.NotFound, and with errs.Blocked auth.last_administrator if nobody would be left who is administrator everywhere.
func (s *Directory) Revoke(ctx context.Context, which BindingID) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		found, err := readBindings(tx, `WHERE b.id = $1`, which)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			if err := auth.Check(tx, "role.grant", auth.Everywhere); err != nil {
				return err
			}
			return auth.Unseen("grant")
		}
		if err := auth.Check(tx, "role.grant", found[0].Scope); err != nil {
			return err
		}
		return s.revoke(tx, found[0])
	})
}

func (s *Directory) revoke(tx *db.Tx, b Binding) error {
	if err := s.rights.Within(tx, b.Role, b.Scope); err != nil {
		return err
	}
	if err := deleteBinding(tx, b.ID); err != nil {
		return err
	}
	bindingEntry(tx, RoleRevoked, b)
	if err := s.rights.Changed(tx); err != nil {
		return err
	}
	return lastAdministrator(tx)
}

// lastAdministrator refuses what leaves nobody to administer the installation.
func lastAdministrator(tx *db.Tx) error {
	if auth.IsSystem(tx.Context()) {
		return nil
	}
	n, err := administrators(tx)
	if err == nil && n == 0 {
		err = errs.Blocked("auth.last_administrator", "Somebody active must stay administrator everywhere, without an end. Make another one first.")
	}
	return err
}

// GrantFilter narrows a list of grants. Holders are given by identifier or key.
type GrantFilter struct {
	Person id.Person // direct grants and those of the person's teams
	Team   id.Team
	Role   string
	After  BindingID
	Limit  int // 50 if 0, at most 200
}

// Grants returns a page of grants in the order they were made, and where to go on, "" at the end. It needs people.read.
func (s *Directory) Grants(ctx context.Context, f GrantFilter) (out []Binding, next string, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "people.read", auth.Everywhere); err != nil {
			return err
		}
		if f.Person != "" {
			p, err := auth.PersonByRef(tx, string(f.Person))
			if err != nil {
				return err
			}
			f.Person = p.ID
		}
		if f.Team != "" {
			t, err := auth.TeamByRef(tx, string(f.Team))
			if err != nil {
				return err
			}
			f.Team = t.ID
		}
		n := bounded(f.Limit)
		if out, err = listBindings(tx, f, n+1); err != nil {
			return err
		}
		out, next = page(out, n, func(b Binding) string { return string(b.ID) })
		return nil
	})
	return out, next, err
}

// GrantsOf returns the grants of each of these people, direct and through teams, whether in force or not. It needs
// people.read and costs two statements.
func (s *Directory) GrantsOf(ctx context.Context, people []Person) (out map[id.Person][]Binding, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "people.read", auth.Everywhere); err != nil {
			return err
		}
		out, err = grantsOf(tx, people)
		return err
	})
	return out, err
}

// Roles returns every role, the widest first, then further ones by key, each with its permissions. It needs people.read.
func (s *Directory) Roles(ctx context.Context) (out []Role, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "people.read", auth.Everywhere); err != nil {
			return err
		}
		out, err = s.roles(tx)
		return err
	})
	return out, err
}

func (s *Directory) roles(tx *db.Tx) ([]Role, error) {
	out, err := auth.Roles(tx)
	if err != nil {
		return nil, err
	}
	further, err := rolePermissions(tx)
	for i := range out {
		out[i].Permissions = s.permissionsOf(out[i], further)
	}
	return out, err
}

func (s *Directory) permissionsOf(r Role, further map[string][]string) []string {
	names := []string{}
	for _, p := range s.rights.Catalog().All() {
		if !p.Signed && !p.Public && (r.BuiltIn && p.CarriedBy(r.Key) || slices.Contains(further[r.Key], p.Name)) {
			names = append(names, p.Name)
		}
	}
	return names
}

// DefineRole makes a further role, or changes one when Rev is the version that was read. It needs role.define and every
// permission that is added. It fails with errs.Invalid, with errs.Blocked for a built-in role, and with errs.Conflict
// role.exists or row.stale.
func (s *Directory) DefineRole(ctx context.Context, in Role) (out Role, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "role.define", auth.Everywhere); err != nil {
			return err
		}
		_, err := s.defineRole(tx, in, false)
		if err != nil {
			return err
		}
		if out, err = auth.RoleByKey(tx, in.Key); err != nil {
			return err
		}
		further, err := rolePermissions(tx)
		out.Permissions = s.permissionsOf(out, further)
		return err
	})
	return out, err
}

// defineRole stores a role. With upsert the version does not matter.
func (s *Directory) defineRole(tx *db.Tx, in Role, upsert bool) (Outcome, error) {
	if err := field.Together(id.CheckKey("key", in.Key), field.Name("name", in.Name), field.Text("text", in.Text), s.rights.Catalog().Check("permissions", in.Permissions)); err != nil {
		return "", err
	}
	slices.Sort(in.Permissions)
	in.Permissions = slices.Compact(in.Permissions)
	had, err := auth.RoleByKey(tx, in.Key)
	fresh := errs.Is(err, errs.CodeNotFound)
	switch {
	case err != nil && !fresh:
		return "", err
	case fresh && in.Rev > 0 && !upsert:
		return "", auth.Unseen("role")
	case fresh:
	case had.BuiltIn:
		return "", errs.Blocked("role.built_in", "%s is a built-in role. Its permissions do not change; define another role.", had.Name)
	case in.Rev == 0 && !upsert:
		return "", errs.Conflict("role.exists", had, "There is a role with the key %s already.", in.Key)
	case in.Rev != had.Rev && !upsert:
		return "", auth.Stale(tx, had, had.ChangedBy, had.ChangedAt)
	}
	further, err := rolePermissions(tx)
	if err != nil {
		return "", err
	}
	old := further[in.Key]
	if !fresh && had.Name == in.Name && had.Text == in.Text && slices.Equal(old, in.Permissions) {
		return Unchanged, nil
	}
	for _, p := range in.Permissions {
		if !slices.Contains(old, p) {
			if err := auth.Check(tx, p, auth.Everywhere); err != nil {
				return "", err
			}
		}
	}
	action, outcome, store := RoleChanged, Changed, updateRole
	if fresh {
		action, outcome, store = RoleDefined, Created, insertRole
	}
	if err := store(tx, in, auth.Me(tx)); err != nil {
		return "", err
	}
	if err := setRolePermissions(tx, in.Key, old, in.Permissions); err != nil {
		return "", err
	}
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "role", ID: in.Key},
		Payload: map[string]any{"name": in.Name, "permissions": orEmpty(in.Permissions), "permissionsBefore": orEmpty(old)}})
	return outcome, s.rights.Changed(tx)
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
