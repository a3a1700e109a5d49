package booking

import (
	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/clash"
	"slipway/internal/errs"
	"slipway/internal/platform/db"
)

// Fit says whether a booking could move to another time.
type Fit struct {
	Free  bool   // confirmed bookings leave room for it
	By    string // whom the first booking in the way is for, as far as the caller may see it
	Asked bool   // it is confirmed now and would have to be asked for again
	May   bool   // the caller may move it
	Slots []clash.Slot
}

// Fits foresees Bookings.MoveTx, and where the time is taken finds three near it that are free. It changes nothing.
func (s *Bookings) Fits(tx *db.Tx, b Booking, from, to db.Time) (Fit, error) {
	rule, err := booked.RuleOf(tx, b.Kind, b.Thing)
	if err != nil {
		return Fit{}, err
	}
	out := Fit{Free: true, May: true}
	if err := mayChange(tx, b, rule); errs.Is(err, errs.CodeForbidden) {
		out.May = false
	} else if err != nil {
		return out, err
	}
	mine, err := approves(tx, b, rule)
	if err != nil {
		return out, err
	}
	out.Asked = b.State == booked.Confirmed && rule.Approval && !mine && (from < b.From || to > b.To)
	b.From, b.To = from, to
	err = s.room(tx, b, rule)
	t, is := taken(err)
	if !is {
		return out, err
	}
	out.Free, out.By, out.Slots = false, "somebody else", t.Slots
	if t.Booking != nil {
		out.By = t.Booking.For()
	}
	return out, nil
}

func taken(err error) (Taken, bool) {
	e := errs.As(err)
	if e == nil {
		return Taken{}, false
	}
	t, ok := e.Theirs.(Taken)
	return t, ok
}
