package home

import (
	"sync"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/decide"
	"slipway/internal/deploy"
	"slipway/internal/gate"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Areas are the services that home asks beside what it reads from the areas inside its own snapshot. One that is nil has
// nothing to say.
type Areas struct {
	Calendar  *calendar.Calendar
	Gate      *gate.Gate
	Decisions *decide.Decisions
	Runs      *deploy.Runs
	Actions   Actions
	Notices   Notices
	Reading   Reading
}

// Home gathers what concerns a person from every area.
type Home struct {
	areas Areas

	mu    sync.Mutex
	count map[id.Person]counted
}

// New returns the service.
func New(a Areas) *Home { return &Home{areas: a, count: map[id.Person]counted{}} }

// counted is how many items wait for a person, as it was counted last.
type counted struct {
	items int
	own   int64   // the person's newest entry in the record then
	at    db.Time // when
}

const (
	countedFor = 10 * time.Second // how long a count may be old that no act of the person made old
	countedMax = 2000             // people whose count is remembered
)

// viewer returns who acts and where they may see mission control. It records the check.
func viewer(tx *db.Tx) (auth.Identity, bool, error) {
	all, scopes, err := auth.Scopes(tx, "home.read")
	if err != nil {
		return auth.Identity{}, false, err
	}
	me, _ := auth.Viewer(tx.Context())
	return me, all || len(scopes) > 0, nil
}
