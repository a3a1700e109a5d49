package auth

import (
	"errors"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// The kinds of people. A service is a program with an identity of its own: it has tokens and no password.
const (
	KindPerson  = "person"
	KindService = "service"
)

// Person is somebody who acts, or a program with an identity of its own. Name and Email live apart and are gone once the
// person is erased; Name is then the key.
type Person struct {
	ID          id.Person `json:"id"`
	Key         string    `json:"key"`
	Name        string    `json:"name"`
	Email       string    `json:"email,omitempty" doc:"Only for oneself and for those who may change people."`
	Kind        string    `json:"kind" enum:"person,service"`
	Active      bool      `json:"active"`
	Zone        string    `json:"zone" doc:"The IANA zone in which times are shown; empty for that of the installation."`
	Locale      string    `json:"locale"`
	Theme       string    `json:"theme" enum:",light,dark" doc:"Empty: as the system."`
	Keys        bool      `json:"keys" doc:"Single-key shortcuts are on."`
	Erased      bool      `json:"erased,omitempty"`
	HasPassword bool      `json:"hasPassword"`
	SeenAt      db.Time   `json:"seenAt,omitzero" doc:"To five minutes."`
	MadeAt      db.Time   `json:"madeAt"`
	ChangedAt   db.Time   `json:"changedAt"`
	ChangedBy   id.Person `json:"-"`
	Rev         int64     `json:"rev"`
}

// Team is a named set of people. A role that a team holds is held by each member. A closed team has neither members nor
// roles and takes none.
type Team struct {
	ID        id.Team     `json:"id"`
	Key       string      `json:"key"`
	Name      string      `json:"name"`
	Text      string      `json:"text"`
	Members   []id.Person `json:"members" db:"-"`
	MadeAt    db.Time     `json:"madeAt"`
	ClosedAt  db.Time     `json:"closedAt,omitzero" doc:"Absent while the team is open."`
	ChangedAt db.Time     `json:"changedAt"`
	ChangedBy id.Person   `json:"-"`
	Rev       int64       `json:"rev"`
}

// Closed tells whether the team was closed.
func (t Team) Closed() bool { return !t.ClosedAt.IsZero() }

// PersonByRef returns a person by identifier or key, also an inactive one. It fails with errs.NotFound. Like the other
// readers of people and teams that take a transaction, it checks no permission: names of people are seen wherever they act.
func PersonByRef(tx *db.Tx, ref string) (Person, error) {
	if id.Is(ref) {
		return PersonByID(tx, id.Person(ref))
	}
	return PersonByKey(tx, ref)
}

// PersonNamed returns the active person whom words of another tool name: by key or identifier, by address, or by name where one active person alone
// has it. It fails with errs.NotFound.
func PersonNamed(tx *db.Tx, words string) (Person, error) {
	p, err := PersonByRef(tx, words)
	if err == nil && p.Active || err != nil && !errs.Is(err, errs.CodeNotFound) {
		return p, err
	}
	for _, by := range [][2]string{{`WHERE p.active AND c.email_key = $1`, strings.ToLower(words)}, {`WHERE p.active AND c.name = $1`, words}} {
		list, err := SelectPeople(tx, by[0]+` LIMIT 2`, by[1])
		if err != nil || len(list) == 1 {
			return append(list, Person{})[0], err
		}
	}
	return Person{}, Unseen("person")
}

// PersonByKey returns a person by key. It fails with errs.NotFound.
func PersonByKey(tx *db.Tx, key string) (Person, error) {
	return onePerson(SelectPeople(tx, `WHERE p.key = $1`, key))
}

// PersonByID returns a person by identifier, also an inactive or erased one. It fails with errs.NotFound.
func PersonByID(tx *db.Tx, p id.Person) (Person, error) {
	return onePerson(SelectPeople(tx, `WHERE p.id = $1`, p))
}

func onePerson(list []Person, err error) (Person, error) {
	if err == nil && len(list) == 0 {
		err = Unseen("person")
	}
	if err != nil {
		return Person{}, err
	}
	return list[0], nil
}

// PeopleByID returns people by identifier in one statement; those that do not exist are missing from the answer.
func PeopleByID(tx *db.Tx, people ...id.Person) (map[id.Person]Person, error) {
	return peopleByID(tx, people)
}

// TeamByRef returns a team, also a closed one, with its members by key, by identifier or key. It fails with errs.NotFound.
func TeamByRef(tx *db.Tx, ref string) (Team, error) {
	column := `WHERE t.key = $1`
	if id.Is(ref) {
		column = `WHERE t.id = $1`
	}
	list, err := SelectTeams(tx, column, ref)
	if err == nil && len(list) == 0 {
		err = Unseen("team")
	}
	if err != nil {
		return Team{}, err
	}
	return list[0], nil
}

// Roles returns every role without its permissions, the widest first.
func Roles(tx *db.Tx) ([]Role, error) { return allRoles(tx) }

// RoleByKey returns one role, without its permissions. It fails with errs.NotFound.
func RoleByKey(tx *db.Tx, key string) (Role, error) {
	r, err := roleBy(tx, key)
	if errors.Is(err, db.ErrNone) {
		err = Unseen("role")
	}
	return r, err
}

// Stale is the answer to a change that was made against an older version of a row: errs.Conflict row.stale. theirs is the
// row as it is now, which by changed at that instant.
func Stale(tx *db.Tx, theirs any, by id.Person, at db.Time) error {
	name := "Slipway"
	if by != "" {
		p, err := PersonByID(tx, by)
		if err != nil && !errs.Is(err, errs.CodeNotFound) {
			return err
		}
		name = p.Name
	}
	return errs.Conflict("row.stale", theirs, "Not saved. %s changed this at %s. Your text is kept; look at both and save again.", name, at.Std().Format("15:04:05 UTC on 2 January 2006"))
}

// Me returns the person who acts in a transaction, "" for Slipway itself and for nobody.
func Me(tx *db.Tx) id.Person {
	if v, ok := Viewer(tx.Context()); ok {
		return v.Person
	}
	return ""
}

// EachPerson returns everybody who was not erased, by key, and holds all in memory.
func EachPerson(tx *db.Tx) ([]Person, error) {
	return SelectPeople(tx, `WHERE c.person IS NOT NULL ORDER BY p.key`)
}

// EachTeam returns every open team by key and holds all in memory.
func EachTeam(tx *db.Tx) ([]Team, error) {
	return SelectTeams(tx, `WHERE t.closed_at IS NULL ORDER BY t.key`)
}
