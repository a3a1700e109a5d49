package calendar

import (
	"slipway/internal/calendar/book"
	"slipway/internal/calendar/openness"
	"slipway/internal/calendar/period"
	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Calendar is the service of the area.
type Calendar struct {
	db      *db.DB
	shelf   period.Shelf
	watches []Watch
}

// New returns the calendar over a migrated database.
func New(d *db.DB) *Calendar { return &Calendar{db: d} }

// What other areas need of the rule for open and closed.
type (
	// Result is the answer for one environment and service at an instant.
	Result = openness.Result
	// State is open, closed or needs-approval.
	State = openness.State
	// Reason is one cause of a Result.
	Reason = openness.Reason
)

// The states.
const (
	Open          = openness.Open
	Closed        = openness.Closed
	NeedsApproval = openness.NeedsApproval
)

// What is stated about windows, freezes and busy times.
type (
	// Kind tells a window, a freeze and a busy time apart.
	Kind = period.Kind
	// Note is something about a period that is allowed and that its author should know.
	Note = period.Note
	// Running says what happens at the start of a freeze to work that runs already.
	Running = period.Running
	// ID names a window, a freeze or a busy time.
	ID = period.ID
	// Scope is what a period applies to. A place matches if it is in every list that is not empty; no list at all is the
	// whole organisation.
	Scope = book.Scope
	// Spec is what a person states about a period.
	Spec = period.Spec
	// Period is a window, a freeze or a busy time as it is kept.
	Period = period.Period
	// Permit is a freeze owner's permission for a release to pass a soft freeze.
	Permit = period.Permit
	// Span is a stretch of time, End not part of it.
	Span = period.Span
)

// The kinds of periods.
const (
	Window = period.Window
	Freeze = period.Freeze
	Busy   = period.Busy
)

// What may happen to running work.
const (
	Finish = period.Finish
	Pause  = period.Pause
	Abort  = period.Abort
)

// Watch takes part in changes of periods inside the same transaction. An error undoes the change.
type Watch interface {
	// PeriodChanged says how a period was and is: before is the zero value for a new one, and after carries when it was withdrawn.
	PeriodChanged(tx *db.Tx, before, after Period) error
	// PermitChanged says that a release may pass a soft freeze, or no longer.
	PermitChanged(tx *db.Tx, freeze Period, r id.Release) error
}

// Watch adds parts of the area that keep in step with the periods. It belongs to the wiring, before any call.
func (c *Calendar) Watch(w ...Watch) { c.watches = append(c.watches, w...) }

func (c *Calendar) changed(tx *db.Tx, before, after Period) error {
	for _, w := range c.watches {
		if err := w.PeriodChanged(tx, before, after); err != nil {
			return err
		}
	}
	return nil
}

func (c *Calendar) passed(tx *db.Tx, freeze Period, r id.Release) error {
	for _, w := range c.watches {
		if err := w.PermitChanged(tx, freeze, r); err != nil {
			return err
		}
	}
	return nil
}

// Book opens the windows and freezes, as the transaction sees them, for questions at or after an instant: all of them, or those
// that take in one of some places.
func (c *Calendar) Book(tx *db.Tx, from db.Time, places ...book.Place) (*book.Book, error) {
	s, err := c.shelf.Show(tx)
	if err != nil {
		return nil, err
	}
	return s.Book(from, places...), nil
}

// Standing returns the periods of a kind that count, as the transaction sees them, with their occurrences written out. They are
// shared and must not be changed. It checks no permission.
func (c *Calendar) Standing(tx *db.Tx, k Kind) ([]*period.Written, error) {
	s, err := c.shelf.Show(tx)
	if err != nil {
		return nil, err
	}
	return s.Standing(k), nil
}

// PeriodByRef returns a window, a freeze or a busy time by key or identifier. It fails with errs.NotFound if it does not exist
// or the caller may not see it.
func PeriodByRef(tx *db.Tx, k Kind, ref string) (Period, error) { return period.ByRef(tx, k, ref) }

func actor(tx *db.Tx) string { return ledger.ActorOf(tx.Context()).ID }
