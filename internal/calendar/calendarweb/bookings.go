package calendarweb

import (
	"time"

	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/booking"
	"slipway/internal/platform/db"
)

// narrowed is a filter of bookings with what the filters of the page leave of them; false where they leave none. Bookings have no
// team, no product of their own and no name to look for: where one is asked for, only those of a chosen environment are shown.
func (v *view) narrowed(f booking.Filter) (booking.Filter, bool) {
	if v.Kind != "" && v.Kind != kindBookings || v.Team+v.Product+v.Q != "" && f.Things == nil && v.Environment == "" {
		return f, false
	}
	if f.From.IsZero() {
		f.From = db.At(v.from)
	}
	f.To, f.States = db.At(v.to), []booked.State{booked.Requested, booked.Confirmed, booked.Offered}
	if v.Conflicts {
		if f.IDs = v.booked; f.IDs == nil {
			return f, false
		}
	}
	if v.Environment != "" && f.Things == nil {
		f.Kind, f.Thing = booked.Environment, v.Environment
	}
	return f, true
}

// readBookings reads bookings of the span that the filters take.
func (v *view) readBookings(tx *db.Tx, f booking.Filter) ([]booked.Booking, error) {
	f, some := v.narrowed(f)
	if !some {
		return nil, nil
	}
	return booking.Read(tx, f)
}

// readDays reads the bookings of a month or week. Of many it counts how many begin on each day, or in each hour, and reads those
// for which a square of the month has room, and the first of the list below it.
func (v *view) readDays(tx *db.Tx) error {
	bs, err := v.readBookings(tx, booking.Filter{Limit: bookingsDrawn + 1})
	if err != nil || len(bs) <= bookingsDrawn {
		v.bookings, v.drawn = bs, bs
		return err
	}
	f, _ := v.narrowed(booking.Filter{})
	if v.View == week {
		v.piled, err = booking.Piles(tx, f, booked.NewCut(v.from, v.to, time.Hour))
		return err
	}
	if v.piled, err = booking.Piles(tx, f, booked.NewCut(v.from, v.to, 24*time.Hour)); err != nil {
		return err
	}
	if v.drawn, err = booking.Firsts(tx, f, v.room()); err != nil {
		return err
	}
	first := db.At(v.first)
	v.bookings, err = v.readBookings(tx, booking.Filter{From: first, AfterFrom: first, AfterID: "0", Limit: listMax + 1})
	return err
}

// room is how many bookings the square of each day has room for, beside the releases and imported events on it.
func (v *view) room() []booked.Stretch {
	others := v.byDay(nil)
	var out []booked.Stretch
	for _, p := range v.piled {
		d := v.from.AddDate(0, 0, p.Step)
		n := len(others[d.Format(time.DateOnly)])
		if n+p.N > eventsADay {
			n = max(0, eventsADay-1-n)
		} else {
			n = p.N
		}
		out = append(out, booked.Stretch{From: db.At(d), To: db.At(d.AddDate(0, 0, 1)), N: n})
	}
	return out
}
