package publication

import (
	"context"
	"slices"

	"slipway/internal/calendar"
	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/clash"
	"slipway/internal/calendar/place"
	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// List returns the versions, the newest first, at most limit of those before a number; 0 for the newest.
func (v *Versions) List(ctx context.Context, before int64, limit int) ([]Version, error) {
	return db.Reading(ctx, v.db, func(tx *db.Tx) ([]Version, error) {
		if _, _, err := auth.Scopes(tx, "calendar.read"); err != nil {
			return nil, err
		}
		return versions(tx, auth.Me(tx), before, limit)
	})
}

// Unread returns the versions that the caller is to read, may see and has not read, the newest first.
func Unread(tx *db.Tx) ([]Version, error) {
	all, scopes, err := auth.Scopes(tx, "calendar.read")
	if err != nil || !all && len(scopes) == 0 {
		return nil, err
	}
	return unread(tx, auth.Me(tx))
}

// Get returns a version with as much of its content as the caller may see, and its readers. It fails with errs.NotFound.
func (v *Versions) Get(ctx context.Context, number int64) (Whole, error) {
	return db.Reading(ctx, v.db, func(tx *db.Tx) (Whole, error) {
		var out Whole
		all, scopes, err := auth.Scopes(tx, "calendar.read")
		if err != nil {
			return Whole{}, err
		}
		if out.Version, err = versionBy(tx, number, auth.Me(tx)); err != nil {
			return Whole{}, err
		}
		if out.Content, err = contentOf(tx, number); err != nil {
			return Whole{}, err
		}
		if !all {
			out.Content.narrow(scopes)
		}
		out.Who, err = readersOf(tx, number)
		for i := range out.Who {
			out.Who[i].Late = out.Who[i].AcknowledgedAt.IsZero() && out.Version.Late(tx.Now)
		}
		return out, err
	})
}

// narrow leaves out what belongs to products that the reader may not see.
func (c *Content) narrow(scopes []auth.Scope) {
	sees := func(p id.Product) bool {
		return p == "" || slices.ContainsFunc(scopes, func(s auth.Scope) bool { return s.Covers(catalog.Scope(p)) })
	}
	c.Releases = slices.DeleteFunc(c.Releases, func(r Release) bool { return !sees(r.Product) })
	c.Periods = slices.DeleteFunc(c.Periods, func(p Period) bool { return len(p.Products) > 0 && !slices.ContainsFunc(p.Products, sees) })
	c.Bookings = slices.DeleteFunc(c.Bookings, func(b Booking) bool { return !sees(b.Product) })
	c.Conflicts = slices.DeleteFunc(c.Conflicts, func(x Conflict) bool {
		return slices.ContainsFunc(x.Products, func(p id.Product) bool { return !sees(p) })
	})
}

// Bounds of one version.
const (
	releasesMax = 10_000
	bookingsMax = 50_000
	spansMax    = 400 // occurrences of one period
)

// content gathers what the calendar says for a span, as its publisher sees it, who publishes for everybody.
func (v *Versions) content(tx *db.Tx, from, to db.Time) (Content, error) {
	c := Content{Releases: []Release{}, Periods: []Period{}, Bookings: []Booking{}, Conflicts: []Conflict{}}
	rs, err := plan.Between(tx, plan.Filter{From: from, To: to}, releasesMax)
	if err != nil {
		return c, err
	}
	places, err := place.Of(tx, rs...)
	if err != nil {
		return c, err
	}
	for _, r := range rs {
		x := Release{Product: r.Product, Key: r.Key, Name: r.Name, State: r.State, Start: r.Window.Start, End: r.Window.End, Environments: r.EnvironmentKeys}
		for _, p := range places[r.ID] {
			if !slices.Contains(x.Services, p.Service) {
				x.Services = append(x.Services, p.Service)
			}
		}
		c.Releases = append(c.Releases, x)
	}
	if err := v.periods(tx, &c, from, to); err != nil {
		return c, err
	}
	bs, err := booked.List(tx, booked.Filter{States: []booked.State{booked.Confirmed}, From: from, To: to, Limit: bookingsMax})
	if err != nil {
		return c, err
	}
	for _, b := range bs {
		c.Bookings = append(c.Bookings, Booking{Product: b.Product, Key: b.Key, Thing: b.ThingName, For: b.For(), Start: b.From, End: b.To})
	}
	return c, accepted(tx, &c, from, to)
}

func (v *Versions) periods(tx *db.Tx, c *Content, from, to db.Time) error {
	for _, k := range []calendar.Kind{calendar.Freeze, calendar.Window, calendar.Busy} {
		ws, err := v.calendar.Standing(tx, k)
		if err != nil {
			return err
		}
		for _, w := range ws {
			spans, err := w.Within(from.Std(), to.Std(), spansMax)
			if err != nil {
				return err
			}
			if len(spans) == 0 {
				continue
			}
			products, err := w.Products()
			if err != nil {
				return err
			}
			c.Periods = append(c.Periods, Period{Products: products, Kind: k, Key: w.Key, Name: w.Name, Hardness: w.Hardness(), Scope: w.Scope, Spans: spans})
		}
	}
	return nil
}

func accepted(tx *db.Tx, c *Content, from, to db.Time) error {
	cs, err := clash.Between(tx, from, to, clash.Accepted)
	for _, x := range cs {
		y := Conflict{Code: x.Code, Severity: x.Severity, Text: x.Text, AcceptedBy: x.AcceptedByName, Reason: x.Reason}
		for _, p := range x.Parties {
			if p.Product != "" && !slices.Contains(y.Products, p.Product) {
				y.Products = append(y.Products, p.Product)
			}
		}
		c.Conflicts = append(c.Conflicts, y)
	}
	return err
}
