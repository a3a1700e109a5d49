package move

import (
	"slipway/internal/platform/db"
)

// Area groups what a date hits.
type Area string

// The areas, in the order of pages.
const (
	Windows      Area = "windows" // windows and freezes
	Environments Area = "environments"
	Bookings     Area = "bookings"
	Dependants   Area = "dependants"
	People       Area = "people"
	Approvals    Area = "approvals" // and the decision
	Plan         Area = "plan"      // phases, milestones and tasks
	Work         Area = "work"      // whether the work is done by then
	Told         Area = "told"      // who learns of it
)

// Areas returns every area in the order of pages.
func Areas() []Area {
	return []Area{Windows, Environments, Bookings, Dependants, People, Approvals, Plan, Work, Told}
}

// Name is what pages call the area.
func (a Area) Name() string {
	switch a {
	case Windows:
		return "Windows and freezes"
	case Environments:
		return "Environments"
	case Bookings:
		return "Bookings"
	case Dependants:
		return "Dependants"
	case People:
		return "People"
	case Approvals:
		return "Approvals"
	case Plan:
		return "Milestones and tasks"
	case Work:
		return "Work before the window"
	case Told:
		return "Told on save"
	}
	return string(a)
}

// Word says in one word what happens to a thing.
type Word string

// The words.
const (
	Fits    Word = "fits"
	Stands  Word = "stands"
	Follows Word = "follows"
	Voids   Word = "voids"
	Stale   Word = "stale"
	Breaks  Word = "breaks"
	Settle  Word = "settle"
	Tells   Word = "told"
)

// Says returns the word as pages write it.
func (w Word) Says() string {
	switch w {
	case Fits:
		return "Fits"
	case Stands:
		return "Stands"
	case Follows:
		return "Moves"
	case Voids:
		return "Voids"
	case Stale:
		return "Stale"
	case Breaks:
		return "Breaks"
	case Settle:
		return "To settle"
	case Tells:
		return "Told"
	}
	return string(w)
}

// Severity says how much a hit matters.
type Severity string

// The severities.
const (
	None Severity = "none"
	Soft Severity = "soft" // somebody has to settle it, or it costs something
	Hard Severity = "hard" // the date does not fit; it is moved only if somebody says so of this hit
)

// Hit is one thing that a date touches and what happens to it.
type Hit struct {
	ID       string   `json:"id"` // stable for the same thing
	Area     Area     `json:"area" enum:"windows,environments,bookings,dependants,people,approvals,plan,work,told"`
	Thing    string   `json:"thing"`
	Text     string   `json:"text"`
	Word     Word     `json:"word" enum:"fits,stands,follows,voids,stale,breaks,settle,told"`
	Severity Severity `json:"severity" enum:"none,soft,hard"`
	Choice   *Choice  `json:"choice,omitempty"`
	// Loose says that the text may change by itself, as that of a forecast does: a save does not depend on it.
	Loose bool `json:"-"`
}

// Choice is what somebody may decide about a hit.
type Choice struct {
	Text    string   `json:"text"` // "Ask Oskar Kowalski to stand in"
	Note    string   `json:"note,omitempty"`
	Options []Option `json:"options"`
	Default string   `json:"default,omitempty"` // "" if one has to be chosen
}

// Option is one way to decide.
type Option struct {
	Value string `json:"value"`
	Text  string `json:"text"`
}

// The values of options that several choices share.
const (
	Anyway = "anyway" // move although a hit is hard
	Keep   = "keep"   // leave the thing as it is
	Along  = "move"   // it moves along
	Ask    = "ask"    // somebody is asked
)

// Choices are values by the identifiers of hits.
type Choices map[string]string

// Lane is a row of the picture around a date.
type Lane struct {
	Label string `json:"label"`
	Note  string `json:"note,omitempty"`
	Spans []Span `json:"spans"`
}

// Span is a stretch of time on a lane.
type Span struct {
	Kind string  `json:"kind" enum:"new,old,other,freeze,soft_freeze,window,booked,free,away"`
	Text string  `json:"text"`
	From db.Time `json:"from"`
	To   db.Time `json:"to"`
	Href string  `json:"-"`
}

// The kinds of spans.
const (
	SpanNew        = "new"
	SpanOld        = "old"
	SpanOther      = "other" // another release's window
	SpanFreeze     = "freeze"
	SpanSoftFreeze = "soft_freeze"
	SpanWindow     = "window"
	SpanBooked     = "booked"
	SpanFree       = "free" // would be booked
	SpanAway       = "away"
)

// Moved is something that a save moved or asked for.
type Moved struct {
	Kind   string  `json:"kind"` // window, phase, milestone, task, booking, request
	ID     string  `json:"id,omitempty"`
	Key    string  `json:"key,omitempty"`
	Before db.Time `json:"before,omitzero"`
	After  db.Time `json:"after,omitzero"`
}
