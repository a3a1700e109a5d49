package deputy

import (
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Capacity is in whose name somebody answers for a role.
type Capacity struct {
	Person    id.Person
	Principal id.Person // who holds the role, for a delegate; "" for the holder
}

// Behalf returns whose answer it is: the holder of the role.
func (c Capacity) Behalf() id.Person {
	if c.Principal != "" {
		return c.Principal
	}
	return c.Person
}

// For returns in whose name the caller may answer for a role on a scope: their own if they hold it, else that of the
// holder who delegated to them. principal names the holder where there are several, "" takes the first. A delegation carries
// only as long as its maker holds the role, and no further. It fails with errs.Forbidden.
func For(tx *db.Tx, scope auth.Scope, role, name string, principal id.Person) (Capacity, error) {
	who, err := Acting(tx)
	if err != nil {
		return Capacity{}, err
	}
	c := Capacity{Person: who.Person}
	if principal == "" || principal == who.Person {
		holds, err := auth.Holds(tx, who.Person, role, scope)
		if err != nil || holds {
			return c, err
		}
	}
	list, err := inForce(tx, who.Person, role, tx.Now)
	if err != nil {
		return c, err
	}
	for _, x := range list {
		if !x.Scope.Covers(scope) || principal != "" && x.Person != principal {
			continue
		}
		holds, err := auth.Holds(tx, x.Person, role, scope)
		if err != nil {
			return c, err
		}
		if holds {
			c.Principal = x.Person
			return c, nil
		}
	}
	return c, errs.Forbidden("approval.not_yours", "Somebody of %s answers here, or a delegate of theirs.", name)
}

// Acting returns the person who acts. It fails with errs.Forbidden for programs: they are no pair of eyes.
func Acting(tx *db.Tx) (auth.Identity, error) {
	who, ok := auth.Viewer(tx.Context())
	if !ok || who.Kind != auth.KindPerson {
		return who, errs.Forbidden("approval.people_only", "Only people approve and answer, and you are signed in as a program.")
	}
	return who, nil
}
