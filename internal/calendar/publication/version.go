package publication

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/clash"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// Versions is the service of the wing.
type Versions struct {
	db       *db.DB
	calendar *calendar.Calendar
}

// New returns the service over a migrated database.
func New(d *db.DB, c *calendar.Calendar) *Versions { return &Versions{d, c} }

// Spec is what a person states who publishes the calendar.
type Spec struct {
	Name    string       `json:"name" doc:"What it is called" example:"December 2026"`
	Note    string       `json:"note,omitempty" doc:"What its readers should know"`
	From    db.Time      `json:"from" doc:"Start of the span"`
	To      db.Time      `json:"to" doc:"End of the span, not part of it"`
	Readers []string     `json:"readers,omitempty" doc:"Keys of the people and teams who are to read it; everybody but who publishes it, if left out"`
	ReadBy  db.Time      `json:"readBy,omitzero" doc:"Until when it is to be read; a week from now, if left out. Who has not read it by then is chased" example:"2026-11-30T17:00:00Z"`
	Accept  []Acceptance `json:"accept,omitempty" doc:"Conflicts that the publisher accepts, each with a reason"`
}

// Acceptance is a conflict that is accepted with the publication.
type Acceptance struct {
	Conflict string `json:"conflict" doc:"Identifier of the conflict"`
	Reason   string `json:"reason" doc:"Why it may be"`
}

// Version is a published calendar.
type Version struct {
	Number      int64     `json:"number"`
	Name        string    `json:"name"`
	Note        string    `json:"note,omitempty"`
	From        db.Time   `json:"from" db:"from_at"`
	To          db.Time   `json:"to" db:"to_at"`
	Digest      string    `json:"digest"` // of the content
	PublishedAt db.Time   `json:"publishedAt"`
	PublishedBy id.Person `json:"publishedBy"`
	ByName      string    `json:"publishedByName,omitempty" db:"-"`
	ReadBy      db.Time   `json:"readBy,omitzero"`   // until when it is to be read
	ChasedAt    db.Time   `json:"chasedAt,omitzero"` // when those who had not were last told
	Chases      int64     `json:"chases"`            // how often they were
	Readers     int64     `json:"readers"`           // who are to read it
	Read        int64     `json:"acknowledged"`      // who have
	Mine        db.Time   `json:"mine,omitzero"`
	Asked       bool      `json:"asked" db:"-"` // the caller is to read it and has not
}

// Content is what a version says, as its reader may see it.
type Content struct {
	Releases  []Release  `json:"releases"`
	Periods   []Period   `json:"periods"`
	Bookings  []Booking  `json:"bookings"`
	Conflicts []Conflict `json:"conflicts"` // that were accepted
}

// Release is a release of a version.
type Release struct {
	Product      id.Product `json:"product"`
	Key          string     `json:"key"`
	Name         string     `json:"name"`
	State        plan.State `json:"state"`
	Start        db.Time    `json:"start"`
	End          db.Time    `json:"end"`
	Environments []string   `json:"environments,omitempty"`
	Services     []string   `json:"services,omitempty"`
}

// Period is a window, a freeze or a busy time of a version.
type Period struct {
	Products []id.Product    `json:"products,omitempty"` // whose readers see it; none: everybody
	Kind     calendar.Kind   `json:"kind"`
	Key      string          `json:"key"`
	Name     string          `json:"name"`
	Hardness string          `json:"hardness,omitempty"`
	Scope    calendar.Scope  `json:"scope"`
	Spans    []calendar.Span `json:"spans"`
}

// Booking is a confirmed booking of a version.
type Booking struct {
	Product id.Product `json:"product,omitempty"`
	Key     string     `json:"key"`
	Thing   string     `json:"thing"`
	For     string     `json:"for"`
	Start   db.Time    `json:"start"`
	End     db.Time    `json:"end"`
}

// Conflict is a conflict that was accepted when a version was published.
type Conflict struct {
	Products   []id.Product   `json:"products,omitempty"`
	Code       string         `json:"code"`
	Severity   clash.Severity `json:"severity"`
	Text       string         `json:"text"`
	AcceptedBy string         `json:"acceptedBy"`
	Reason     string         `json:"reason"`
}

// Reader is a person who is to read a version, or has.
type Reader struct {
	Person         id.Person `json:"person"`
	Key            string    `json:"key" db:"-"`
	Name           string    `json:"name" db:"-"`
	AcknowledgedAt db.Time   `json:"acknowledgedAt,omitzero"`
	Late           bool      `json:"late" db:"-"` // has not read it in time
}

// Whole is a version with its content and its readers.
type Whole struct {
	Version
	Content Content  `json:"content"`
	Who     []Reader `json:"who"`
}

// Late reports whether it should have been read by now.
func (v Version) Late(now db.Time) bool { return !v.ReadBy.IsZero() && v.ReadBy < now }

// Waits reports whether somebody has still to read it: it is of use until its span is over.
func (v Version) Waits(now db.Time) bool { return v.Read < v.Readers && v.To > now }

// ReadTime is how long readers have, unless the publisher says otherwise.
const ReadTime = 7 * 24 * time.Hour

// spanMax is how long a version may be, readMax how long its readers may have, nameMax and noteMax how long its texts.
const (
	readMax = 90 * 24 * time.Hour
	spanMax = 400 * 24 * time.Hour
	nameMax = 200
	noteMax = 5_000
)

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(sum[:])
}
