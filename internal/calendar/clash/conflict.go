package clash

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"slipway/internal/calendar"
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// The codes of conflicts.
const (
	ReleasesOverlap   = "calendar.releases_overlap"   // two releases change one service in one environment at the same time
	EnvironmentShared = "calendar.environment_shared" // two releases go to one environment at the same time
	WindowClosed      = "calendar.window_closed"      // the window of a release lies in a hard freeze or outside of every window
	NeedsApproval     = "calendar.needs_approval"     // it lies in a soft freeze whose owner did not let it pass
	EnvironmentBooked = "calendar.environment_booked" // somebody else has booked an environment that a release goes to
	WindowBooked      = "calendar.window_booked"      // somebody else has booked the window that a release goes in
	BookedTwice       = "calendar.booked_twice"       // bookings of one thing take more of it than there is
	PersonTwice       = "calendar.person_twice"       // one person is needed in two places
	PersonAway        = "calendar.person_away"        // a person who is needed is away
	OutOfOrder        = "calendar.out_of_order"       // a release would go before what it waits for
	BusyTime          = "calendar.busy_time"          // planned harm falls in a busy time
	NoticeShort       = "calendar.notice_short"       // users are owed a notice that was not given in time
)

// Severity says how much a conflict matters.
type Severity string

// The severities. A conflict is serious if it touches production, if two releases change the same service in the same environment,
// if a hard freeze or a booking that is confirmed stands in the way, and if a dependency says so. Any other one is minor. A serious
// conflict holds up the publication of the calendar until it is accepted by name.
const (
	Serious Severity = "serious"
	Minor   Severity = "minor"
)

// State says where a conflict stands.
type State string

// The states of a conflict.
const (
	Open     State = "open"
	Accepted State = "accepted"
	Gone     State = "gone"
)

// The kinds of parties.
const (
	PartyRelease = "release"
	PartyBooking = "booking"
)

// Party is a release or a booking of a conflict.
type Party struct {
	Kind    string     `json:"kind" enum:"release,booking"`
	ID      string     `json:"id" db:"party"`
	Key     string     `json:"key"`
	Name    string     `json:"name"`
	Product id.Product `json:"-"`
}

// Conflict is one way in which plans for a time do not go together.
type Conflict struct {
	ID             string      `json:"id"`
	Print          string      `json:"-"`
	Code           string      `json:"code"`
	Severity       Severity    `json:"severity" enum:"serious,minor"`
	State          State       `json:"state" enum:"open,accepted,gone"`
	Text           string      `json:"text"`
	Next           string      `json:"next"`
	Environment    string      `json:"environment,omitempty"` // key
	Services       []string    `json:"services,omitempty" db:"-"`
	Thing          string      `json:"thing,omitempty"` // what is claimed twice, by name
	Period         calendar.ID `json:"period,omitempty"`
	Owner          string      `json:"owner,omitempty"` // of the freeze
	From           db.Time     `json:"from" db:"from_at"`
	To             db.Time     `json:"to" db:"to_at"`
	Since          db.Time     `json:"since"`
	GoneAt         db.Time     `json:"goneAt,omitzero"`
	AcceptedBy     id.Person   `json:"acceptedBy,omitempty"`
	AcceptedByName string      `json:"acceptedByName,omitempty" db:"-"`
	AcceptedAt     db.Time     `json:"acceptedAt,omitzero"`
	Reason         string      `json:"reason,omitempty"` // why it was accepted
	Rev            int64       `json:"rev"`
	Parties        []Party     `json:"parties" db:"-"`

	ServicesJSON db.JSON `json:"-" db:"services"`
}

// seal gives a conflict that was found its print: what it is about, whatever its times and words.
func (c *Conflict) seal() {
	slices.SortFunc(c.Parties, func(a, b Party) int { return strings.Compare(a.ID, b.ID) })
	parts := []string{c.Code, c.Environment, c.Thing, string(c.Period)}
	for _, p := range c.Parties {
		parts = append(parts, p.ID)
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	c.Print = hex.EncodeToString(sum[:16])
}

// worse reports whether what was found is more than what was accepted: serious and no longer minor, or a longer time.
func (c *Conflict) worse(than Conflict) bool {
	return c.Severity == Serious && than.Severity == Minor || c.From < than.From || c.To > than.To
}

// closedCodes are the conflicts of a release with windows, freezes and busy times alone.
var closedCodes = []string{WindowClosed, NeedsApproval, BusyTime, WindowBooked}

// and joins words as a sentence has them; of many it names three.
func and(words []string) string {
	switch n := len(words); {
	case n == 0:
		return ""
	case n == 1:
		return words[0]
	case n > 4:
		return strings.Join(words[:3], ", ") + " and others"
	default:
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
}

func severity(serious bool) Severity {
	if serious {
		return Serious
	}
	return Minor
}
