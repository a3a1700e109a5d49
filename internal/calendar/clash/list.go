package clash

import (
	"context"
	"slices"

	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Filter narrows the list of conflicts.
type Filter struct {
	From, To    db.Time // those that touch it, where given
	States      []State // open and accepted, if none is named
	Severity    Severity
	Environment string // key
	Release     id.Release
	Party       string  // identifier of a release or a booking
	AfterFrom   db.Time // of the last one of the page before
	AfterID     string
	Limit       int
}

// limit is how many conflicts one list returns at most.
const limit = 1_000

// List returns the conflicts of which the caller may see a party, by their start. Parties that the caller may not see have no name.
func (c *Conflicts) List(ctx context.Context, f Filter) ([]Conflict, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) ([]Conflict, error) { return c.Read(tx, f) })
}

// Read is List inside the caller's transaction.
func (c *Conflicts) Read(tx *db.Tx, f Filter) ([]Conflict, error) {
	if f.Limit <= 0 || f.Limit > limit {
		f.Limit = limit
	}
	all, scopes, err := auth.Scopes(tx, "calendar.read")
	if err != nil {
		return nil, err
	}
	if !all && len(scopes) == 0 {
		return []Conflict{}, nil
	}
	if all {
		scopes = nil
	}
	out, err := list(tx, f, scopes)
	for i := range out {
		out[i].veil(all, scopes)
	}
	return out, err
}

// Of returns the standing conflicts of a release, or of a booking by its identifier, whoever may see them. It checks no permission.
func Of(tx *db.Tx, party string) ([]Conflict, error) { return standingOf(tx, []string{party}, nil) }

// OpenSerious returns the serious conflicts between two instants that nobody has accepted. It checks no permission.
func OpenSerious(tx *db.Tx, from, to db.Time) ([]Conflict, error) {
	return list(tx, Filter{From: from, To: to, States: []State{Open}, Severity: Serious, Limit: limit}, nil)
}

// Between returns the conflicts in a state between two instants. It checks no permission.
func Between(tx *db.Tx, from, to db.Time, s State) ([]Conflict, error) {
	return list(tx, Filter{From: from, To: to, States: []State{s}, Limit: limit}, nil)
}

// veil takes the names of parties away that the reader may not see.
func (c *Conflict) veil(all bool, scopes []auth.Scope) {
	if all {
		return
	}
	for i := range c.Parties {
		p := &c.Parties[i]
		if p.Product == "" || slices.ContainsFunc(scopes, func(s auth.Scope) bool { return s.Covers(catalog.Scope(p.Product)) }) {
			continue
		}
		p.ID, p.Key, p.Name = "", "", "another "+p.Kind
		c.Text, c.Next = Words(c.Code), "Ask a release manager."
	}
}

// Words says what a conflict of a code is, without names.
func Words(code string) string {
	switch code {
	case ReleasesOverlap:
		return "Two releases change the same service in the same environment at the same time."
	case EnvironmentShared:
		return "Two releases go to the same environment at the same time."
	case WindowClosed:
		return "The window of a release is not open."
	case NeedsApproval:
		return "The window of a release lies in a soft freeze."
	case EnvironmentBooked:
		return "An environment that a release goes to is booked for something else."
	case WindowBooked:
		return "A window that a release goes in is booked for something else."
	case BookedTwice:
		return "Two bookings want the same thing at the same time."
	case PersonTwice:
		return "One person is needed in two places at the same time."
	case PersonAway:
		return "A person who is needed is away."
	case OutOfOrder:
		return "A release would go before what it waits for."
	case BusyTime:
		return "Planned downtime or degradation falls in a busy time."
	case NoticeShort:
		return "Users are owed a notice that was not given in time."
	}
	return "Plans do not go together."
}

// Get returns a conflict, also one that is gone. It fails with errs.NotFound if the caller may see none of its parties.
func (c *Conflicts) Get(ctx context.Context, ref string) (Conflict, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) (Conflict, error) { return seen(tx, ref) })
}

func seen(tx *db.Tx, ref string) (Conflict, error) {
	x, there, err := byID(tx, ref)
	if err != nil {
		return Conflict{}, err
	}
	all, scopes, err := auth.Scopes(tx, "calendar.read")
	if err != nil {
		return Conflict{}, err
	}
	if !there || !all && !x.shows(scopes) {
		return Conflict{}, auth.Unseen("conflict")
	}
	x.veil(all, scopes)
	return x, nil
}

// shows reports whether some party is of a product within the scopes, or of none.
func (c *Conflict) shows(scopes []auth.Scope) bool {
	return len(scopes) > 0 && slices.ContainsFunc(c.Parties, func(p Party) bool {
		return p.Product == "" || slices.ContainsFunc(scopes, func(s auth.Scope) bool { return s.Covers(catalog.Scope(p.Product)) })
	})
}
