package feed

import (
	"strings"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/ical"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// What a feed holds.
const (
	past     = 90 * 24 * time.Hour // how long what is over stays
	ended    = 30 * 24 * time.Hour // how long what was cancelled is shown as that
	MaxEvent = 20_000
)

// draw is a feed that is being drawn.
type draw struct {
	tx           *db.Tx
	feeds        *Feeds
	feed         Feed
	base         string
	since, until db.Time // what ended before since, and what was cancelled before until, is left out
	of           string  // key of the feed's product or environment
	products     map[string]bool
	events       []ical.Event
}

func (d *draw) all() error {
	key, name, err := subject(d.tx, d.feed)
	if errs.Is(err, errs.CodeNotFound) {
		return nil // what it is of is gone, or out of sight: an empty calendar
	}
	if err != nil {
		return err
	}
	d.of, d.feed.Of, d.feed.OfName = key, key, name
	for _, part := range []func() error{d.releases, d.periods, d.bookings, d.tasks} {
		if err := part(); err != nil {
			return err
		}
		if len(d.events) > MaxEvent {
			d.events = d.events[:MaxEvent]
		}
	}
	return nil
}

// dropped reports whether something that was cancelled at an instant is no longer shown.
func (d *draw) dropped(at db.Time) bool { return !at.IsZero() && at < d.until }

func (d *draw) releases() error {
	f := plan.Filter{From: d.since}
	switch d.feed.Kind {
	case Mine:
		f.Owner = string(d.feed.Owner)
	case Product:
		f.Product = d.feed.Subject
	case Environment:
		f.Environment = d.feed.Subject
	}
	rs, err := plan.Between(d.tx, f, MaxEvent)
	if err != nil {
		return err
	}
	d.products = map[string]bool{}
	for _, r := range rs {
		if !r.Ended() {
			d.products[r.ProductKey] = true
		}
		if r.Window.IsZero() || r.State == plan.Cancelled && d.dropped(r.StateAt) {
			continue
		}
		at := d.base + "/releases/" + r.Key
		e := ical.Event{UID: "release-" + string(r.ID) + "@slipway", Sequence: r.Rev - 1, Stamp: r.ChangedAt.Std(), Created: r.CreatedAt.Std(), Modified: r.ChangedAt.Std(),
			Start: ical.At(r.Window.Start.Std()), End: ical.At(r.Window.End.Std()), Summary: r.Name, Location: strings.Join(r.EnvironmentKeys, ", "), URL: at,
			Categories: []string{"Release"}, Status: statusOf(r.State), Description: sentences(r.Title, "Release of "+r.ProductName+", "+r.State.Words()+".", at)}
		d.events = append(d.events, e)
	}
	return nil
}

func statusOf(s plan.State) ical.Status {
	switch s {
	case plan.Cancelled:
		return ical.Cancelled
	case plan.Draft, plan.Planned, plan.Held:
		return ical.Tentative
	}
	return ical.Confirmed
}

func sentences(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "\n")
}

func (d *draw) bookings() error {
	all, scopes, err := auth.Scopes(d.tx, "calendar.read")
	if err != nil {
		return err
	}
	f := booked.Filter{From: d.since, Limit: MaxEvent}
	if !all {
		if len(scopes) == 0 {
			return nil // who reads no calendar sees none of it here either
		}
		f.Scopes = scopes
	}
	switch d.feed.Kind {
	case Product:
		f.Product = id.Product(d.feed.Subject)
	case Mine:
		f.RequestedBy = d.feed.Owner
	case Environment:
		f.Kind, f.Thing = booked.Environment, d.feed.Subject
	}
	bs, err := booked.List(d.tx, f)
	if err != nil {
		return err
	}
	for _, b := range bs {
		gone := b.State == booked.Declined || b.State == booked.Withdrawn
		if gone && d.dropped(b.StateAt) {
			continue
		}
		e := ical.Event{UID: "booking-" + string(b.ID) + "@slipway", Sequence: b.Rev - 1, Stamp: b.ChangedAt.Std(), Created: b.CreatedAt.Std(), Modified: b.ChangedAt.Std(),
			Start: ical.At(b.From.Std()), End: ical.At(b.To.Std()), Summary: b.ThingName + ": " + b.For(), Location: b.ThingKey, Categories: []string{"Booking"},
			Status: ical.Confirmed, Description: sentences(b.Purpose, "Booked by "+b.ByName+", "+string(b.State)+".", b.StateReason)}
		if gone {
			e.Status = ical.Cancelled
		} else if b.State == booked.Requested || b.State == booked.Offered {
			e.Status = ical.Tentative
		}
		d.events = append(d.events, e)
	}
	return nil
}

// taskLength is how long a due date is drawn.
const taskLength = 30 * time.Minute

func (d *draw) tasks() error {
	if d.feed.Kind != Mine || d.feeds.o.Tasks == nil {
		return nil
	}
	ts, err := d.feeds.o.Tasks.TasksDue(d.tx, d.feed.Owner, d.since, MaxEvent)
	if err != nil {
		return err
	}
	for _, t := range ts {
		if t.Cancelled && d.dropped(t.Changed) {
			continue
		}
		at := d.base + "/releases/" + t.ReleaseKey + "/tasks/" + t.ID
		e := ical.Event{UID: "task-" + t.ID + "@slipway", Sequence: t.Rev - 1, Stamp: t.Changed.Std(), Created: t.At.Std(), Modified: t.Changed.Std(),
			Start: ical.At(t.Due.Std().Add(-taskLength)), End: ical.At(t.Due.Std()), Summary: "Due: " + t.Name, URL: at, Categories: []string{"Task"}, Status: ical.Confirmed, Free: true,
			Description: sentences("Task of "+t.ReleaseKey+".", at)}
		switch {
		case t.Cancelled:
			e.Status = ical.Cancelled
		case t.Done:
			e.Summary = "Done: " + t.Name
		}
		d.events = append(d.events, e)
	}
	return nil
}

// periods draws windows, freezes and busy times.
func (d *draw) periods() error {
	f := calendar.Filter{Withdrawn: true, From: d.since}
	var ps []calendar.Listed
	var err error
	switch d.feed.Kind {
	case Product:
		f.Product = d.feed.Subject
	case Environment:
		f.Environment = d.feed.Subject
	}
	for _, f.Kind = range []calendar.Kind{"", calendar.Busy} {
		var more []calendar.Listed
		if d.feed.Kind == Mine {
			more, err = d.concerning(f)
		} else {
			more, err = d.feeds.calendar.Periods(d.tx, f)
		}
		if err != nil {
			return err
		}
		ps = append(ps, more...)
	}
	z := zones{now: d.tx.Now.Std()}
	for _, p := range ps {
		if d.dropped(p.Withdrawn) {
			continue
		}
		es, err := z.events(p.Period, d.base)
		if err != nil {
			return err
		}
		d.events = append(d.events, es...)
	}
	return nil
}

// concerning are the periods that can touch a product of the person's open releases, and those that the person owns.
func (d *draw) concerning(f calendar.Filter) ([]calendar.Listed, error) {
	all, err := d.feeds.calendar.Periods(d.tx, f)
	if err != nil {
		return nil, err
	}
	wanted := map[calendar.ID]bool{}
	for product := range d.products {
		f.Product = product
		ps, err := d.feeds.calendar.Periods(d.tx, f)
		if err != nil {
			return nil, err
		}
		for _, p := range ps {
			wanted[p.ID] = true
		}
	}
	var out []calendar.Listed
	for _, p := range all {
		if wanted[p.ID] || p.Owner == d.feed.Owner {
			out = append(out, p)
		}
	}
	return out, nil
}
