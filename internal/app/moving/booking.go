package moving

import (
	"fmt"
	"slices"
	"time"

	"slipway/internal/calendar/booking"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/move"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
)

// bookingWitness knows what a release has booked.
type bookingWitness struct{ bookings *booking.Bookings }

// live are the bookings of a release that are not over.
func (b bookingWitness) live(tx *db.Tx, r plan.Release) ([]booking.Booking, error) {
	f := booking.Filter{Release: string(r.ID)}
	f.States = append(f.States, "requested", "confirmed")
	all, err := booking.Read(tx, f)
	return slices.DeleteFunc(all, func(x booking.Booking) bool { return x.To <= tx.Now }), err
}

// long is from where on a booking is for the work before the window: it is held longer, and does not move whole.
const long = 24 * time.Hour

// follows returns where a booking goes if the window moves, and whether it moves along unless somebody says otherwise.
func follows(x booking.Booking, before, after plan.Window, now db.Time) (from, to db.Time, along bool) {
	by := after.Start.Sub(before.Start)
	from, to = x.From.Add(by), x.To.Add(by)
	if x.From.Add(long) <= before.Start || x.From <= now {
		if to > max(x.From, now) && x.To >= before.Start {
			from = x.From
		}
	}
	return from, to, x.To >= before.Start && x.From <= before.End.Add(long)
}

// Foresee implements move.Witness.
func (b bookingWitness) Foresee(tx *db.Tx, r plan.Release, w plan.Window) ([]move.Hit, error) {
	all, err := b.live(tx, r)
	if err != nil || r.Window.IsZero() {
		return nil, err
	}
	var out []move.Hit
	for _, x := range all {
		h, err := b.hit(tx, r, x, w)
		if err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, nil
}

func (b bookingWitness) hit(tx *db.Tx, r plan.Release, x booking.Booking, w plan.Window) (move.Hit, error) {
	from, to, along := follows(x, r.Window, w, tx.Now)
	h := move.Hit{ID: string(x.ID), Area: move.Bookings, Thing: fmt.Sprintf("%s, %s to %s", x.ThingName, move.When(tx, x.From), move.When(tx, x.To)), Text: "stays as it is", Word: move.Stands}
	fit, err := b.bookings.Fits(tx, x, from, to)
	if errs.Is(err, errs.CodeInvalid) { // it may not last as long, or not begin then
		fit, err = booking.Fit{}, nil
	}
	if err != nil || !fit.May && !along {
		return h, err
	}
	keep, there := move.Option{Value: move.Keep, Text: "Leave it as it is"}, move.When(tx, from)+" to "+move.When(tx, to)
	switch {
	case !fit.May:
		h.Text, h.Word, h.Severity = "stays: only who asked for it, or who answers for "+x.ThingName+", may move it", move.Settle, move.Soft
	case fit.Free && along:
		h.Text, h.Word = "free "+there+", booked on save", move.Follows
		if from == x.From {
			h.Text = fmt.Sprintf("%s, free, booked on save", longer(to.Sub(x.To)))
		}
		if fit.Asked {
			h.Text, h.Word, h.Severity = "free "+there+", asked for again on save", move.Settle, move.Soft
		}
		h.Choice = &move.Choice{Text: "Move the booking of " + x.ThingName, Note: there, Options: []move.Option{{Value: move.Along, Text: "Move it along"}, keep}, Default: move.Along}
	case fit.Free:
		h.Choice = &move.Choice{Text: "The booking of " + x.ThingName, Options: []move.Option{keep, {Value: move.Along, Text: "Move it to " + there}}, Default: move.Keep}
	case along:
		h.Text, h.Word, h.Severity = "taken "+there+" by "+fit.By, move.Settle, move.Hard
		h.Choice = &move.Choice{Text: "The booking of " + x.ThingName, Note: h.Text}
		for _, s := range fit.Slots {
			h.Choice.Options = append(h.Choice.Options, move.Option{Value: s.Start.String(), Text: "Book " + move.When(tx, s.Start) + " to " + move.When(tx, s.End)})
		}
		h.Choice.Options = append(h.Choice.Options, keep)
	}
	return h, nil
}

func longer(d time.Duration) string {
	if d < 0 {
		return ui.Duration(-d) + " less"
	}
	return ui.Duration(d) + " more"
}

// Move implements move.Witness.
func (b bookingWitness) Move(tx *db.Tx, r plan.Release, before plan.Window, c move.Choices) ([]move.Moved, error) {
	all, err := b.live(tx, r)
	if err != nil || before.IsZero() {
		return nil, err
	}
	var out []move.Moved
	for _, x := range all {
		v := c["bookings/"+string(x.ID)]
		if v == "" || v == move.Keep || v == move.Anyway {
			continue
		}
		from, to, _ := follows(x, before, r.Window, tx.Now)
		if v != move.Along {
			var at db.Time
			if err := at.UnmarshalText([]byte(v)); err != nil {
				return nil, err
			}
			from, to = at, at.Add(to.Sub(from))
		}
		if _, err := b.bookings.MoveTx(tx, string(x.ID), x.Rev, from, to); err != nil {
			return nil, err
		}
		out = append(out, move.Moved{Kind: "booking", ID: string(x.ID), Key: x.Key, Before: x.From, After: from})
	}
	return out, nil
}

// Lanes implements move.Painter: a row for each thing that is booked in the span.
func (b bookingWitness) Lanes(tx *db.Tx, r plan.Release, w, span plan.Window) ([]move.Lane, error) {
	all, err := b.live(tx, r)
	if err != nil || r.Window.IsZero() {
		return nil, err
	}
	var out []move.Lane
	for _, x := range all {
		l := move.Lane{Label: x.ThingName, Note: "booked", Spans: []move.Span{{Kind: move.SpanBooked, Text: "booked to " + shortly(tx, x.To), From: x.From, To: x.To, Href: "/calendar/bookings/" + x.Key}}}
		from, to, along := follows(x, r.Window, w, tx.Now)
		if fit, err := b.bookings.Fits(tx, x, from, to); err == nil && along && fit.Free && fit.May {
			if from == x.From {
				from = x.To
			}
			if from < to {
				l.Spans = append(l.Spans, move.Span{Kind: move.SpanFree, Text: "free, booked on save", From: from, To: to})
			}
		}
		if slices.ContainsFunc(l.Spans, func(s move.Span) bool { return s.From < span.End && s.To > span.Start }) {
			out = append(out, l)
		}
	}
	return out, nil
}
