package auth

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// Check lets the caller pass or fails with errs.Forbidden, naming the roles that may, or with errs.Unauthenticated if
// nobody is signed in. It records that the permission was checked.
func Check(tx *db.Tx, permission string, scope Scope) error {
	record(tx.Context(), permission)
	c := callerOf(tx.Context())
	ok, p, err := c.may(tx, permission, scope)
	switch {
	case err != nil:
		return err
	case ok:
		return nil
	case c.id == nil:
		return c.unauthenticated()
	}
	return c.forbidden(tx, p, scope)
}

// CheckSeen fails with errs.NotFound, as if the thing did not exist, unless the caller may read it. what names the kind
// of thing in one word of the product ("release"). It records that the permission was checked.
func CheckSeen(tx *db.Tx, readPermission string, scope Scope, what string) error {
	err := Check(tx, readPermission, scope)
	if errs.Is(err, errs.CodeForbidden) {
		return Unseen(what)
	}
	return err
}

// Unseen is the one answer for what does not exist and for what the caller may not see. what names the kind of thing.
func Unseen(what string) *errs.Error {
	return errs.NotFound(what+".not_found", "There is no such %s, or you may not see it.", what)
}

// Missing turns db.ErrNone, a row that is not there, into Unseen; any other fault, and nil, it returns as it is.
func Missing(what string, err error) error {
	if errors.Is(err, db.ErrNone) {
		return Unseen(what)
	}
	return err
}

// Allowed reports whether Check would pass. It records nothing: it is for buttons that say why they are off.
func Allowed(tx *db.Tx, permission string, scope Scope) (bool, error) {
	ok, _, err := callerOf(tx.Context()).may(tx, permission, scope)
	return ok, err
}

// Scopes returns where the caller has the permission: everywhere, or in the scopes listed, which may be none. It serves
// filters of lists, records that the permission was checked, and fails with errs.Unauthenticated if nobody is signed in.
func Scopes(tx *db.Tx, permission string) (all bool, scopes []Scope, err error) {
	record(tx.Context(), permission)
	c := callerOf(tx.Context())
	if all, _, err = c.may(tx, permission, Everywhere); all || err != nil {
		return all, nil, err
	}
	if c.id == nil {
		return false, nil, c.unauthenticated()
	}
	r, err := c.rights.of(tx, c.id.Person)
	if err != nil || !r.active {
		return false, nil, err
	}
	p := c.rights.catalog.byName[permission]
	if l := c.id.limits; l != nil && !l.carry(p, r) {
		return false, nil, nil
	}
	for _, g := range r.grants {
		if g.inForce(tx.Now) && r.carries(g.Role, p) {
			scopes = append(scopes, c.id.narrowed(g.Scope)...)
		}
	}
	slices.Sort(scopes)
	scopes = slices.Compact(scopes)
	return slices.Contains(scopes, Everywhere), scopes, nil
}

// narrowed returns where a right on s is left to the identity: a token's scopes within s, or s within a token's scopes.
func (i Identity) narrowed(s Scope) []Scope {
	if i.limits == nil || len(i.limits.Scopes) == 0 {
		return []Scope{s}
	}
	var out []Scope
	for _, t := range i.limits.Scopes {
		switch {
		case s.Covers(t):
			out = append(out, t)
		case t.Covers(s):
			out = append(out, s)
		}
	}
	return out
}

// Holds reports whether the person holds the role on the scope at the transaction's instant, directly or through a team.
// An administrator holds no other role by being one. It costs what a first check costs.
func Holds(tx *db.Tx, person id.Person, role string, scope Scope) (bool, error) {
	var r *held
	var err error
	if s := callerOf(tx.Context()).rights; s != nil {
		r, err = s.of(tx, person)
	} else {
		r, err = readHeld(tx, person)
	}
	if err != nil || !r.active {
		return false, err
	}
	return slices.ContainsFunc(r.grants, func(g Grant) bool {
		return g.Role == role && g.Scope.Covers(scope) && g.inForce(tx.Now)
	}), nil
}

// may decides. It returns the declaration for the refusal's sentence.
func (c caller) may(tx *db.Tx, permission string, scope Scope) (bool, Permission, error) {
	if c.system {
		return true, Permission{}, nil
	}
	if c.rights == nil {
		return false, Permission{}, nil
	}
	p, ok := c.rights.catalog.byName[permission]
	if !ok {
		return false, p, errs.Internal("auth.permission_undeclared", fmt.Errorf("auth: permission %q is not in the catalog", permission))
	}
	if p.Public {
		return true, p, nil
	}
	if c.id == nil {
		return false, p, nil
	}
	r, err := c.rights.of(tx, c.id.Person)
	if err != nil || !r.active {
		return false, p, err
	}
	if p.Signed {
		return true, p, nil
	}
	if l := c.id.limits; l != nil && (!l.carry(p, r) || !l.reach(scope)) {
		return false, p, nil
	}
	return r.may(p, scope, tx.Now), p, nil
}

func (l *Limits) carry(p Permission, r *held) bool {
	return slices.Contains(l.Permissions, p.Name) ||
		slices.ContainsFunc(l.Roles, func(role string) bool { return r.carries(role, p) })
}

func (l *Limits) reach(scope Scope) bool {
	return len(l.Scopes) == 0 || slices.ContainsFunc(l.Scopes, func(s Scope) bool { return s.Covers(scope) })
}

// forbidden says what is missing and who has it.
func (c caller) forbidden(tx *db.Tx, p Permission, scope Scope) error {
	r, err := c.rights.of(tx, c.id.Person)
	if err != nil {
		return err
	}
	if c.id.Token != "" && r.active && r.may(p, scope, tx.Now) {
		return errs.Forbidden("auth.token_too_narrow", "The token %s does not carry %s here. Its owner may; make a token that does.", c.id.TokenName, p.Name)
	}
	names, err := rolesCarrying(tx, p)
	if err != nil {
		return err
	}
	return errs.Forbidden("auth.permission_missing", "Not allowed: %s. %s may.", strings.TrimSuffix(p.Text, "."), or(names))
}

// or joins names as a sentence starts with them: "A release manager or an administrator".
func or(names []string) string {
	s := ""
	for i, n := range names {
		switch {
		case i == 0:
		case i == len(names)-1:
			s += " or "
		default:
			s += ", "
		}
		s += n
	}
	return s
}

// Holders returns the active people who hold the role on the scope at the transaction's instant, directly or through a
// team, by key.
func Holders(tx *db.Tx, role string, scope Scope) ([]Person, error) {
	return holders(tx, role, scope)
}

// Within fails with errs.Forbidden auth.exceeds_own unless the caller has every permission of the role on the scope:
// nobody gives away what they do not have. For Slipway itself everything is within.
func (r *Rights) Within(tx *db.Tx, role string, scope Scope) error {
	if IsSystem(tx.Context()) {
		return nil
	}
	further, err := furtherPermissions(tx)
	if err != nil {
		return err
	}
	for _, p := range r.catalog.All() {
		if p.Public || p.Signed || !p.CarriedBy(role) && !slices.Contains(further[role], p.Name) {
			continue
		}
		ok, err := Allowed(tx, p.Name, scope)
		if err != nil {
			return err
		}
		if !ok {
			return errs.Forbidden("auth.exceeds_own", "The role %s carries %s, which you do not have here yourself.", role, p.Name)
		}
	}
	return nil
}

// Exceeds fails as Within does if the person has rights that the caller does not have, so that nobody takes over or shuts
// out somebody with more rights than their own.
func (r *Rights) Exceeds(tx *db.Tx, p id.Person) error {
	if IsSystem(tx.Context()) || p == Me(tx) {
		return nil
	}
	h, err := readHeld(tx, p)
	if err != nil {
		return err
	}
	for _, g := range h.grants {
		if err := r.Within(tx, g.Role, g.Scope); err != nil {
			return err
		}
	}
	return nil
}

// Own checks the permission mine and returns whose things are asked for: the caller's if person is "", or another's, for
// which the permission others is needed as well.
func Own(tx *db.Tx, mine string, person id.Person, others string) (id.Person, error) {
	if err := Check(tx, mine, Everywhere); err != nil {
		return "", err
	}
	self := Me(tx)
	if person == "" {
		person = self
	}
	if person == self && self != "" {
		return person, nil
	}
	return person, Check(tx, others, Everywhere)
}
