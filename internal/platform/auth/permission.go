package auth

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/platform/httpx"
)

// Permission is one thing that a route may ask for. Areas declare theirs in permissions.go.
type Permission struct {
	// Name is dotted, area and verb: "risk.open".
	Name string
	// Text says in one line what it lets somebody do: "Open a risk".
	Text string
	// Roles are the built-in roles that carry it; administrator always does.
	Roles []string
	// Signed gives it to everyone who is signed in.
	Signed bool
	// Public gives it to everyone.
	Public bool
}

// Scope is where a right holds: Everywhere, or a path such as "product/<id>". A scope covers the paths below it.
type Scope string

// Everywhere covers every scope.
const Everywhere Scope = ""

// Covers reports whether a right on s holds on o.
func (s Scope) Covers(o Scope) bool {
	return s == Everywhere || s == o || strings.HasPrefix(string(o), string(s)+"/")
}

// above lists the scopes that cover s, Everywhere first.
func (s Scope) above() []Scope {
	out := []Scope{Everywhere}
	for i := range len(s) {
		if s[i] == '/' {
			out = append(out, s[:i])
		}
	}
	if s != Everywhere {
		out = append(out, s)
	}
	return out
}

var scopeForm = regexp.MustCompile(`^([a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*)?$`)

// Check fails with errs.Invalid, naming the field, unless s is empty or a path of keys and identifiers.
func (s Scope) Check(field string) error {
	if len(s) > 200 || !scopeForm.MatchString(string(s)) {
		return errs.InvalidField(field, "scope.malformed", "%.60q is not a scope. A scope is empty for everywhere, or a path such as product/<identifier>.", s)
	}
	return nil
}

// Catalog is every permission of the installation. It does not change after it is made.
type Catalog struct {
	byName map[string]Permission
	names  []string
}

var permissionForm = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$`)

// NewCatalog joins the permissions that areas declare; auth's own are always in it. It fails for a permission that is
// declared twice, has no text or no dotted name, or names a role that is not built in.
func NewCatalog(lists ...[]Permission) (*Catalog, error) {
	c := &Catalog{byName: map[string]Permission{}}
	for _, list := range append([][]Permission{Permissions}, lists...) {
		for _, p := range list {
			if err := c.add(p); err != nil {
				return nil, err
			}
		}
	}
	sort.Strings(c.names)
	return c, nil
}

func (c *Catalog) add(p Permission) error {
	switch _, twice := c.byName[p.Name]; {
	case !permissionForm.MatchString(p.Name):
		return fmt.Errorf("auth: permission %q is not a dotted name", p.Name)
	case twice:
		return fmt.Errorf("auth: permission %s is declared twice", p.Name)
	case p.Text == "":
		return fmt.Errorf("auth: permission %s has no text", p.Name)
	}
	for _, r := range p.Roles {
		if !slices.Contains(BuiltIn, r) {
			return fmt.Errorf("auth: permission %s names the role %q, which is not built in", p.Name, r)
		}
	}
	c.byName[p.Name] = p
	c.names = append(c.names, p.Name)
	return nil
}

// Permission returns the declaration of a name.
func (c *Catalog) Permission(name string) (Permission, bool) {
	p, ok := c.byName[name]
	return p, ok
}

// All returns every permission in the order of the names.
func (c *Catalog) All() []Permission {
	out := make([]Permission, 0, len(c.names))
	for _, n := range c.names {
		out = append(out, c.byName[n])
	}
	return out
}

// CarriedBy reports whether a built-in role carries the permission by declaration.
func (p Permission) CarriedBy(role string) bool {
	return role == RoleAdministrator || slices.Contains(p.Roles, role)
}

// Check fails with errs.Invalid, naming the place in the list, for a name that a role or a token cannot carry: one that is
// not declared, or that everyone has anyway.
func (c *Catalog) Check(field string, names []string) error {
	for i, n := range names {
		if p, ok := c.byName[n]; !ok || p.Signed || p.Public {
			return errs.InvalidField(fmt.Sprintf("%s[%d]", field, i), "permission.unknown", "There is no permission %.60q that a role or token can carry.", n)
		}
	}
	return nil
}

// CheckRoutes fails with one error for each route that names no permission, or one that the catalog does not know.
// Routes are pattern to permission; httpx.Public is known. It serves the test that walks everything the doors mount.
func (c *Catalog) CheckRoutes(routes map[string]string) error {
	var faults []error
	for pattern, permission := range routes {
		if _, ok := c.byName[permission]; !ok && permission != httpx.Public {
			faults = append(faults, fmt.Errorf("auth: %s names no declared permission, but %q", pattern, permission))
		}
	}
	return errors.Join(faults...)
}
