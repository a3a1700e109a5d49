package feed

import (
	"crypto/rand"
	"crypto/sha256"
	"strings"
	"sync"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/dial"
	"slipway/internal/platform/job"
)

// ID names a feed.
type ID string

// Kind is what a feed shows.
type Kind string

// The kinds of feeds.
const (
	Mine        Kind = "mine"        // releases that the person owns, their bookings and tasks, windows and freezes that touch these
	Product     Kind = "product"     // all of one product
	Environment Kind = "environment" // all of one environment
	Everything  Kind = "all"         // all that the person may see
)

// Feed is one calendar that a person subscribes to.
type Feed struct {
	ID        ID        `json:"id"`
	Owner     id.Person `json:"owner"`
	OwnerName string    `json:"ownerName,omitempty" db:"-"`
	Name      string    `json:"name"`
	Kind      Kind      `json:"kind"`
	Subject   string    `json:"-"` // identifier of the product or environment
	Of        string    `json:"of,omitempty" db:"-"`
	OfName    string    `json:"ofName,omitempty" db:"-"`
	Shown     string    `json:"begins"` // how the secret of its address begins
	MadeAt    db.Time   `json:"madeAt"`
	RotatedAt db.Time   `json:"rotatedAt,omitzero"`
	UsedAt    db.Time   `json:"usedAt,omitzero"`
	RevokedAt db.Time   `json:"revokedAt,omitzero"`
}

// Made is a feed with its address, which is shown this once.
type Made struct {
	Feed
	Path string `json:"path"`          // below the address of the server
	URL  string `json:"url,omitempty"` // where the configuration names that address
}

// Path is where feeds are read, below the address of the server; the token and ".ics" follow.
const Path = "/calendar/feeds/"

// Task is what a feed shows of a task.
type Task struct {
	ID, Name    string
	ReleaseKey  string
	Due         db.Time
	Done        bool // nothing of it is left to do
	Cancelled   bool // it will not be done
	Rev         int64
	Changed, At db.Time
}

// Tasks are those of the area above that a feed shows.
type Tasks interface {
	// TasksDue returns the tasks of a person that are due at or after an instant, as far as the caller may see them, at most so many.
	TasksDue(tx *db.Tx, owner id.Person, from db.Time, most int) ([]Task, error)
}

// Options are what the service needs beside the calendar.
type Options struct {
	Rights *auth.Rights
	Tasks  Tasks        // nil: none are shown
	Dial   *dial.Dialer // nil: nothing is fetched
	Queue  job.Queue    // nil: sources are read when somebody asks for it
	URL    string       // address of the server as people see it; "" if nobody said
}

// Feeds is the service of feeds and sources.
type Feeds struct {
	db       *db.DB
	calendar *calendar.Calendar
	o        Options

	mu    sync.Mutex
	drawn map[ID]drawing // what was answered last
}

// New returns the service over a migrated database.
func New(d *db.DB, c *calendar.Calendar, o Options) *Feeds {
	return &Feeds{db: d, calendar: c, o: o, drawn: map[ID]drawing{}}
}

// The form of a token: 52 characters of base 32, more than 256 bits.
const (
	tokenSize  = 52
	tokenShown = 4
)

func newToken() string { return strings.ToLower(rand.Text() + rand.Text()) }

// isToken reports whether a text has the form of a token.
func isToken(s string) bool {
	if len(s) != tokenSize {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}

func digest(token string) []byte {
	d := sha256.Sum256([]byte(token))
	return d[:]
}

func (f *Feeds) made(x Feed, token string) Made {
	m := Made{Feed: x, Path: Path + token + ".ics"}
	if f.o.URL != "" {
		m.URL = strings.TrimSuffix(f.o.URL, "/") + m.Path
	}
	return m
}

// unseen is the one answer for an address that leads nowhere.
func unseen() error {
	return errs.NotFound("feed.not_found", "There is no such feed. It may have been revoked, or its address replaced.")
}

// touchEvery is how coarse "last used" is.
const touchEvery = 5 * time.Minute
