package work

import (
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// Tasks is the service of the area.
type Tasks struct{ db *db.DB }

// New returns the service over a migrated database.
func New(d *db.DB) *Tasks { return &Tasks{db: d} }

// Status says how far a task is.
type Status string

// The statuses of a task.
const (
	ToDo    Status = "todo"
	Doing   Status = "doing"
	Blocked Status = "blocked" // waits for what Task.Blocker says
	Done    Status = "done"
	Dropped Status = "dropped" // will not be done
)

// Statuses returns every status, in the order of a board.
func Statuses() []Status { return []Status{ToDo, Doing, Blocked, Done, Dropped} }

// Ended reports whether nothing of the task is left to do.
func (s Status) Ended() bool { return s == Done || s == Dropped }

// Words returns the status as a sentence has it.
func (s Status) Words() string {
	switch s {
	case ToDo:
		return "to do"
	case Doing:
		return "in progress"
	default:
		return string(s)
	}
}

func (s Status) known() bool {
	switch s {
	case ToDo, Doing, Blocked, Done, Dropped:
		return true
	}
	return false
}

// Estimate is the work of a task in minutes: optimistic, most likely, pessimistic. A simple estimate says the same three
// times; the zero value is none.
type Estimate struct {
	Low    int64 `json:"low,omitempty" minimum:"0" doc:"Optimistic, in minutes; as likely unless stated"`
	Likely int64 `json:"likely" minimum:"0" doc:"Most likely, in minutes"`
	High   int64 `json:"high,omitempty" minimum:"0" doc:"Pessimistic, in minutes; as likely unless stated"`
}

// IsZero reports whether nothing is estimated.
func (e Estimate) IsZero() bool { return e == Estimate{} }

// Expected returns the mean of the estimate in minutes, as PERT has it (Malcolm et al. 1959): (low + 4 likely + high) / 6,
// to the nearest minute.
func (e Estimate) Expected() int64 { return (e.Low + 4*e.Likely + e.High + 3) / 6 }

// filled completes a simple estimate.
func (e Estimate) filled() Estimate {
	if e.Low == 0 {
		e.Low = e.Likely
	}
	if e.High == 0 {
		e.High = e.Likely
	}
	return e
}

// Task is a piece of work in the plan of a release.
type Task struct {
	ID         string      `json:"id"`
	Release    id.Release  `json:"release"`
	ReleaseKey string      `json:"releaseKey"`
	Key        string      `json:"key"` // unique in its release
	Name       string      `json:"name"`
	Text       string      `json:"text,omitempty"`
	Owner      id.Person   `json:"owner,omitempty"`
	Phase      string      `json:"phase,omitempty"` // key of a phase of the release
	Status     Status      `json:"status"`
	StatusAt   db.Time     `json:"statusAt"`
	Blocker    string      `json:"blocker,omitempty"` // what it waits for, while it is blocked
	Estimate   Estimate    `json:"estimate,omitzero" db:"est"`
	Due        db.Time     `json:"due,omitzero"`
	Offset     plan.Offset `json:"offset,omitempty" db:"from_window"` // from the window's start; the date follows the window while it is set
	StartedAt  db.Time     `json:"startedAt,omitzero"`
	EndedAt    db.Time     `json:"endedAt,omitzero"`
	Needs      []string    `json:"needs" db:"-"`            // keys of the tasks that end before it starts, without a lag
	After      []After     `json:"after,omitempty" db:"-"`  // its links of other kinds, or with a lag
	Waits      []string    `json:"waits,omitempty" db:"-"`  // keys of the tasks whose end or start it still waits for before it may start
	Uses       []Use       `json:"uses,omitempty" db:"-"`   // what it uses while it lasts, beside its owner
	Items      []string    `json:"items,omitempty" db:"-"`  // keys of the scope items that it serves; one may have been taken out since
	NotBefore  db.Time     `json:"notBefore,omitzero"`      // it does not start earlier
	FixedStart db.Time     `json:"fixedStart,omitzero"`     // it starts then, unless a link makes it later
	FixedEnd   db.Time     `json:"fixedFinish,omitzero"`    // the same of its finish
	Remaining  *int64      `json:"remaining,omitempty"`     // minutes of work that are left of it, once somebody said so
	WaitsFor   id.Person   `json:"waitsFor,omitempty"`      // who removes the blocker
	WaitsParty string      `json:"waitsForParty,omitempty"` // or which outside party
	HeardAt    db.Time     `json:"heardAt"`                 // when somebody last said something about it
	Rev        int64       `json:"rev"`
	CreatedAt  db.Time     `json:"createdAt"`
	CreatedBy  string      `json:"createdBy"`
	ChangedAt  db.Time     `json:"changedAt"`
	ChangedBy  string      `json:"changedBy"`
}

// Late reports whether the task was due before now and has not ended.
func (t Task) Late(now db.Time) bool {
	return !t.Due.IsZero() && t.Due.Before(now) && !t.Status.Ended()
}

// Order returns the task's place in lists, for Filter.AfterSort.
func (t Task) Order() int64 { return sortAt(t.Due) }

// Spec is what a person states about a new task.
type Spec struct {
	Key      string      `json:"key,omitempty" doc:"Unique in the release; made from the name unless stated"`
	Name     string      `json:"name" doc:"What is to be done" example:"Write the release notes"`
	Text     string      `json:"text,omitempty" doc:"More about it"`
	Owner    string      `json:"owner,omitempty" doc:"Key or identifier of the person who does it"`
	Phase    string      `json:"phase,omitempty" doc:"Key of a phase of the release"`
	Estimate Estimate    `json:"estimate,omitzero" doc:"How much work it is"`
	Due      db.Time     `json:"due,omitzero" doc:"When it is to be done"`
	Offset   plan.Offset `json:"offset,omitempty" doc:"Instead of due: the distance from the window's start that the date follows" example:"-2d"`
	Needs    []string    `json:"needs,omitempty" doc:"Keys of the tasks that end before it starts"`
	After    []After     `json:"after,omitempty" doc:"Links of other types, or with a lag"`
	Uses     []Use       `json:"uses,omitempty" doc:"What it uses while it lasts, beside its owner"`
	Items    []string    `json:"items,omitempty" doc:"Keys of the scope items that it serves" example:"[\"PAY-2188\"]"`

	NotBefore  db.Time `json:"notBefore,omitzero" doc:"It does not start earlier"`
	FixedStart db.Time `json:"fixedStart,omitzero" doc:"It starts then, unless a link makes it later"`
	FixedEnd   db.Time `json:"fixedFinish,omitzero" doc:"It finishes then, unless a link makes it later"`
}

// Change says what to change of a task; what is nil stays. Status and Blocker may be changed by all who report progress,
// the rest by those who plan the work.
type Change struct {
	Status   *Status      `json:"status,omitempty" enum:"todo,doing,blocked,done,dropped" doc:"How far it is"`
	Blocker  *string      `json:"blocker,omitempty" doc:"What it waits for; with status blocked"`
	Name     *string      `json:"name,omitempty" doc:"What is to be done"`
	Text     *string      `json:"text,omitempty" doc:"More about it"`
	Owner    *string      `json:"owner,omitempty" doc:"Key or identifier of the person who does it; empty for nobody"`
	Phase    *string      `json:"phase,omitempty" doc:"Key of a phase of the release; empty for none"`
	Estimate *Estimate    `json:"estimate,omitempty" doc:"How much work it is"`
	Due      *db.Time     `json:"due,omitempty" doc:"When it is to be done; it no longer follows the window"`
	Offset   *plan.Offset `json:"offset,omitempty" doc:"The distance from the window's start that the date follows" example:"-2d"`
	Needs    *[]string    `json:"needs,omitempty" doc:"Keys of all tasks that end before it starts"`
	After    *[]After     `json:"after,omitempty" doc:"All links of other types, or with a lag"`
	Uses     *[]Use       `json:"uses,omitempty" doc:"All that it uses while it lasts, beside its owner"`
	Items    *[]string    `json:"items,omitempty" doc:"Keys of all scope items that it serves"`

	NotBefore  *db.Time `json:"notBefore,omitempty" doc:"It does not start earlier"`
	FixedStart *db.Time `json:"fixedStart,omitempty" doc:"It starts then, unless a link makes it later"`
	FixedEnd   *db.Time `json:"fixedFinish,omitempty" doc:"It finishes then, unless a link makes it later"`

	Remaining  *int64   `json:"remaining,omitempty" minimum:"-1" doc:"Minutes of work that are left of it; -1 takes the statement back"`
	StartedAt  *db.Time `json:"startedAt,omitempty" doc:"When it began, if not when its status said so"`
	EndedAt    *db.Time `json:"endedAt,omitempty" doc:"When it ended, if not when its status said so"`
	WaitsFor   *string  `json:"waitsFor,omitempty" doc:"Key or identifier of the person who removes the blocker; with status blocked"`
	WaitsParty *string  `json:"waitsForParty,omitempty" doc:"Or the outside party that does"`

	Note string `json:"note,omitempty" doc:"What the record will say about it; alone it says that the task was thought of"`
}

// planned reports whether more than progress is changed.
func (c Change) planned() bool {
	return c.Name != nil || c.Text != nil || c.Owner != nil || c.Phase != nil || c.Estimate != nil || c.Due != nil || c.Offset != nil || c.linked() || c.Uses != nil || c.Items != nil ||
		c.NotBefore != nil || c.FixedStart != nil || c.FixedEnd != nil
}

func (c Change) linked() bool { return c.Needs != nil || c.After != nil }

// Filter narrows the list of tasks, which is in the order of the due dates, those without one last.
type Filter struct {
	Release   string // key or identifier; "" for every release that the caller may see
	Owner     string // key or identifier of a person
	Statuses  []Status
	Open      bool    // only those that have not ended
	Late      bool    // only open ones whose due date is over
	Until     db.Time // only those that are due before this instant
	Phase     string  // key
	Item      string  // only those that serve this scope item, by key
	Silent    int     // only open ones of which nobody has said anything for so many days
	Query     string  // words of the key or name
	AfterSort int64   // with AfterID the task behind which the page starts: its Order and ID
	AfterID   string
	Limit     int // 1 to 201; 0 means 50
}
