package calendar

import (
	"slices"
	"time"

	"slipway/internal/calendar/book"
	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/openness"
	"slipway/internal/calendar/place"
	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// BookingHit is a booking of an environment that a freeze or a busy time falls into.
type BookingHit struct {
	ID          string  `json:"id"`
	Key         string  `json:"key"`
	Environment string  `json:"environment"`
	For         string  `json:"for"` // the release or the purpose
	Start       db.Time `json:"start"`
	End         db.Time `json:"end"`
	Text        string  `json:"text"`
}

// bookingsMax bounds the bookings that one effect lists.
const bookingsMax = 500

// bookings lists the bookings of environments that the period falls into. A scope that names services or products takes in no
// environment as such, so that its bookings go on.
func (e *Effect) bookings(tx *db.Tx, p Period, times openness.Times, from, to time.Time) error {
	if p.Kind == Window || !p.Scope.Everywhere() {
		return nil
	}
	environments, err := catalog.Environments(tx)
	if err != nil {
		return err
	}
	var things []string
	keys := map[string]string{}
	for _, x := range environments {
		if p.Scope.Takes(place.At(catalog.Service{}, x)) {
			things = append(things, string(x.ID))
			keys[string(x.ID)] = x.Key
		}
	}
	end := db.At(to)
	if !p.LastEnd.IsZero() {
		end = min(end, p.LastEnd)
	}
	bs, err := booked.Touching(tx, booked.Environment, things, max(db.At(from), p.FirstStart), end, booked.Requested, booked.Confirmed)
	if err != nil {
		return err
	}
	all, scopes, err := auth.Scopes(tx, "calendar.read")
	if err != nil {
		return err
	}
	bs = slices.DeleteFunc(bs, func(b booked.Booking) bool {
		return !touches(times, b.From.Std(), b.To.Std()) || !all && b.Product != "" && !covered(scopes, b.Product)
	})
	bs = bs[:min(len(bs), bookingsMax)]
	if err := booked.Name(tx, bs); err != nil {
		return err
	}
	for _, b := range bs {
		text := "No deployment is allowed in part of it."
		switch {
		case p.Kind == Busy:
			text = "It falls in a busy time."
		case !p.Hard:
			text = "Deployments ask for approval in part of it."
		}
		e.Bookings = append(e.Bookings, BookingHit{ID: string(b.ID), Key: b.Key, Environment: keys[b.Thing], For: b.For(), Start: b.From, End: b.To, Text: text})
	}
	return nil
}

func covered(scopes []auth.Scope, p id.Product) bool {
	return slices.ContainsFunc(scopes, func(s auth.Scope) bool { return s.Covers(catalog.Scope(p)) })
}

// touches reports whether a period is active in some part of a stretch of time.
func touches(times openness.Times, from, to time.Time) bool {
	if _, active := times.ActiveUntil(from); active {
		return true
	}
	next, ok := times.NextStart(from)
	return ok && next.Before(to)
}

// busy lists the releases whose windows fall into a busy time.
func (e *Effect) busy(p Period, rs []plan.Release, places map[id.Release][]book.Place, times openness.Times) {
	for _, r := range rs {
		if !ahead(r.State) || !touches(times, r.Window.Start.Std(), r.Window.End.Std()) {
			continue
		}
		at := map[string]int{}
		for _, pl := range places[r.ID] {
			if !p.Scope.Takes(pl) {
				continue
			}
			i, known := at[pl.Environment]
			if !known {
				i = len(e.Releases)
				at[pl.Environment] = i
				e.Releases = append(e.Releases, ReleaseHit{ID: r.ID, Key: r.Key, Name: r.Name, State: r.State, Start: r.Window.Start, End: r.Window.End, Environment: pl.Environment,
					Before: Open, After: Open, Live: r.State == plan.Deploying, Text: "Its window falls in this busy time. Nothing is closed by that."})
			}
			e.Releases[i].Services = append(e.Releases[i].Services, pl.Service)
		}
	}
}
