package resource

import (
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// The kinds of what has working time.
const (
	KindTeam        = "team"
	KindPerson      = "person"
	KindEnvironment = "environment"
)

// Days tells the days of an imported calendar. It is wired by the application.
type Days interface {
	// FeedDays returns the days of a feed by its key, between two days, with what they are called.
	FeedDays(tx *db.Tx, feed, from, to string) (map[string]string, error)
}

// Options are what the wing needs of others. What is nil is not looked at.
type Options struct {
	Days Days
	// Presence is told, in the transaction of the write, that people are there at other times than before between two instants.
	Presence func(tx *db.Tx, from, to db.Time, people ...id.Person) error
}

// Resources is the service of the wing.
type Resources struct {
	db *db.DB
	o  Options
}

// New returns the service over a migrated database.
func New(d *db.DB, o Options) *Resources { return &Resources{db: d, o: o} }

// Feeds returns where the days of imported calendars come from, nil for nowhere.
func (c *Resources) Feeds() Days { return c.o.Days }

// NoteMax is the greatest length of a note, a reason or an answer in bytes.
const NoteMax = 2_000

// Limits of lists.
const (
	skillsMax = 50
	deputyMax = 10
	daysMax   = 2_000
)

// Faults gathers what is wrong with an input. The zero value has no fault.
type Faults struct{ errs.Faults }

const faultsShown = 20

// Refusal returns what is wrong as one error, nil if nothing is.
func (f *Faults) Refusal() error { return f.Err(f.Counted(), faultsShown) }

// Text checks a text of at most limit bytes.
func (f *Faults) Text(field, s string, limit int, required bool) {
	f.Add(catalog.CheckText(field, s, limit, required))
}

// Day reads a day.
func (f *Faults) Day(field, text string) Day {
	d, err := ParseDay(field, text)
	f.Add(err)
	return d
}

// State checks that a state is one of requests and absences.
func (f *Faults) State(field string, s State) State {
	if !s.Known() {
		f.Say(field, "state.unknown", "A state is open, granted, refused or withdrawn, not %.30q.", string(s))
	}
	return s
}

// Person looks a person up who can work.
func (f *Faults) Person(tx *db.Tx, field, ref string) auth.Person {
	p, err := auth.PersonByRef(tx, ref)
	if errs.Is(err, errs.CodeNotFound) || err == nil && (!p.Active || p.Kind != auth.KindPerson) {
		f.Say(field, "person.unknown", "There is no person %.60q who could work. Give a person's key.", ref)
		return auth.Person{}
	}
	f.Add(err)
	return p
}

// Actor returns who makes a change, as rows keep it.
func Actor(tx *db.Tx) string {
	a := ledger.ActorOf(tx.Context())
	if a.For != "" {
		return string(a.For)
	}
	return a.ID
}

// Anywhere passes who holds the permission on some scope, and fails as auth.Check does.
func Anywhere(tx *db.Tx, permission string) error {
	all, scopes, err := auth.Scopes(tx, permission)
	if err != nil || all || len(scopes) > 0 {
		return err
	}
	return auth.Check(tx, permission, auth.Everywhere)
}

// subject is somebody or something with working time.
type subject struct{ Kind, ID, Key, Name string }

func subjectOf(tx *db.Tx, kind, ref string) (subject, error) {
	s := subject{Kind: kind}
	switch kind {
	case KindPerson:
		p, err := auth.PersonByRef(tx, ref)
		s.ID, s.Key, s.Name = string(p.ID), p.Key, p.Name
		return s, err
	case KindTeam:
		t, err := auth.TeamByRef(tx, ref)
		s.ID, s.Key, s.Name = string(t.ID), t.Key, t.Name
		return s, err
	case KindEnvironment:
		e, err := catalog.EnvironmentByRef(tx, ref)
		s.ID, s.Key, s.Name = string(e.ID), e.Key, e.Name
		return s, err
	}
	return s, errs.InvalidField("kind", "resource.kind_unknown", "Working time is kept of a person, a team or an environment, not of a %.30q.", kind)
}
