package people

import (
	"context"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/db"
)

// The words of auth that this package speaks in.
type (
	Person    = auth.Person
	Team      = auth.Team
	Role      = auth.Role
	Grant     = auth.Grant
	Binding   = auth.Binding
	BindingID = auth.BindingID
	Scope     = auth.Scope
)

// Directory is the door to people, teams, roles and grants. Methods that take a context open one transaction each. It is
// safe for concurrent use.
type Directory struct {
	db     *db.DB
	rights *auth.Rights
	keeper *credential.Keeper
	duties Duties
}

// Duties knows what teams answer for: that belongs to other areas.
type Duties interface {
	// DutiesOf says in words what a team answers for, such as "the services ledger and payments-api"; "" for nothing. It
	// names only what the caller may read.
	DutiesOf(tx *db.Tx, t id.Team) (string, error)
}

// NewDirectory returns the directory. It reads nothing. Teams answer for nothing if duties is nil.
func NewDirectory(d *db.DB, r *auth.Rights, k *credential.Keeper, duties Duties) *Directory {
	return &Directory{db: d, rights: r, keeper: k, duties: duties}
}

// The sizes of a page of a list.
const (
	limitDefault = 50
	limitMax     = 200
)

func bounded(limit int) int {
	if limit <= 0 {
		return limitDefault
	}
	return min(limit, limitMax)
}

// page cuts rows, of which one more than limit was asked for, and returns the key of the last row if more follow.
func page[T any](rows []T, limit int, key func(T) string) ([]T, string) {
	if len(rows) <= limit {
		return rows, ""
	}
	return rows[:limit], key(rows[limit-1])
}

// PeopleByID returns people by identifier. It needs people.read and leaves out e-mail addresses as People does.
func (s *Directory) PeopleByID(ctx context.Context, ids ...id.Person) (out map[id.Person]Person, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "people.read", auth.Everywhere); err != nil {
			return err
		}
		if out, err = auth.PeopleByID(tx, ids...); err != nil {
			return err
		}
		for k, p := range out {
			if err := discreet(tx, &p); err != nil {
				return err
			}
			out[k] = p
		}
		return nil
	})
	return out, err
}

// Counts is how much there is to administer.
type Counts struct{ People, Teams, Roles int }

// Counts counts active people, teams and roles. It needs people.read.
func (s *Directory) Counts(ctx context.Context) (out Counts, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "people.read", auth.Everywhere); err != nil {
			return err
		}
		people, teams, err := countPeople(tx)
		if err != nil {
			return err
		}
		roles, err := auth.Roles(tx)
		out = Counts{int(people), int(teams), len(roles)}
		return err
	})
	return out, err
}
