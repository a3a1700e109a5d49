package frame

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"slipway/internal/calendar"
	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/clash"
	"slipway/internal/calendar/harm"
	"slipway/internal/calendar/impact"
	"slipway/internal/calendar/publication"
	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// Frame holds what the pages are drawn from.
type Frame struct {
	Site      *web.Site
	DB        *db.DB
	Calendar  *calendar.Calendar
	Catalog   *catalog.Catalog
	Conflicts *clash.Conflicts
	Bookings  *booking.Bookings
	Versions  *publication.Versions
	Impacts   *impact.Impacts
	Harm      *harm.Harm

	// Marks says how releases stand. Those left out, and all without it, are drawn by their state alone.
	Marks func(tx *db.Tx, rs []plan.Release) (map[id.Release]Mark, error)
	// Exists reports whether there is a page at a path; without it there is none but the calendar's.
	Exists func(path string) bool
	// Release draws a page in the frame of a release, and ReleaseAgain draws it after a refusal, as the pages of releases do. Without
	// them it stands by itself.
	Release      func(w http.ResponseWriter, r *http.Request, ref, tab string, page web.Page) error
	ReleaseAgain func(w http.ResponseWriter, r *http.Request, err error, ref, tab string, page web.Page) error

	once  sync.Once
	moves bool
}

// Look is who looks, and when.
type Look struct{ reader.Reader }

// Look returns who looks.
func (f *Frame) Look(ctx context.Context) Look { return Look{reader.Of(ctx, f.DB.Clock().Now())} }

// Stretch writes a stretch of time in the viewer's zone.
func (l Look) Stretch(s calendar.Span) string { return l.Between(s.Start, s.End) }

// Periods is where the pages of a kind of period are.
func Periods(k calendar.Kind) string {
	if k == calendar.Busy {
		return "/calendar/busy-times"
	}
	return "/calendar/" + string(k) + "s"
}

// Environments lists environments to choose from, under a first choice that chooses none.
func Environments(first string, es []catalog.Environment) []ui.Option {
	out := []ui.Option{{Text: first}}
	for _, e := range es {
		out = append(out, ui.Option{Value: e.Key, Text: e.Name})
	}
	return out
}

// Href is the address of a period.
func Href(x calendar.Period) string { return Periods(x.Kind) + "/" + x.Key }

// Noun is what a kind of period is called.
func Noun(k calendar.Kind) string {
	if k == calendar.Busy {
		return "busy time"
	}
	return string(k)
}

// Reach writes a scope as people read it.
func Reach(s calendar.Scope) string {
	if s.Whole() {
		return "everything"
	}
	var out []string
	for _, l := range [][]string{s.Tiers, s.Environments, s.Products, s.Services} {
		if len(l) > 0 {
			out = append(out, ui.List(l...))
		}
	}
	for _, t := range s.ServiceTiers {
		out = append(out, "all Tier-"+strconv.Itoa(t))
	}
	return strings.Join(out, ", ")
}

// Move is the address that asks for another time of a release: where moving the date is offered, that, and else its plan. start
// may be 0.
func (f *Frame) Move(l Look, release string, start db.Time) string {
	if f.Exists == nil || !f.Exists("/releases/{ref}/move") {
		return "/releases/" + release + "/plan"
	}
	to := "/releases/" + release + "/move"
	if !start.IsZero() {
		to += "?start=" + strings.ReplaceAll(l.Local(start), ":", "%3A")
	}
	return to
}

// Moves reports whether moving the date of a release is offered.
func (f *Frame) Moves() bool {
	f.once.Do(func() { f.moves = f.Exists != nil && f.Exists("/releases/{ref}/move") })
	return f.moves
}

// Done leads on with a toast.
func (f *Frame) Done(w http.ResponseWriter, r *http.Request, to, title, text string) error {
	return f.Site.Redirect(w, r, to, web.Toast{State: ui.Go, Title: title, Text: text})
}
