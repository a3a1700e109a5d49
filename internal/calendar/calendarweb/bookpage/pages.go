package bookpage

import (
	"net/http"
	"net/url"
	"slices"

	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// Where the pages are.
const (
	Path   = "/calendar/bookings"
	Things = "/calendar/bookables"
)

type pages struct{ *frame.Frame }

// Mount adds the pages to the site.
func Mount(f *frame.Frame) {
	p := pages{f}
	f.Site.Handle("GET "+Path, "calendar.read", p.list)
	f.Site.Handle("GET "+Path+"/new", "booking.request", p.ask)
	f.Site.Handle("POST "+Path+"/new", "booking.request", p.request)
	f.Site.Handle("GET "+Path+"/{ref}", "calendar.read", p.show)
	f.Site.Handle("GET "+Path+"/{ref}/move", "booking.request", p.askMove)
	f.Site.Handle("POST "+Path+"/{ref}/move", "booking.request", p.move)
	for _, verb := range []string{"confirm", "decline", "withdraw", "keep"} {
		f.Site.Handle("POST "+Path+"/{ref}/"+verb, "booking.request", p.answer(verb))
	}
	f.Site.Handle("GET "+Things+"/{kind}/{ref}", "calendar.read", p.thing)
	f.Site.Handle("POST "+Things+"/{kind}/{ref}", "booking.request", p.setRule)
}

// query is what the list shows, as the address carries it.
type query struct {
	Show      string    `form:"show"` // "" for those to come, or waiting, mine, past
	Kind      string    `form:"kind"`
	Thing     string    `form:"thing"` // kind/key
	AfterFrom db.Time   `form:"afterFrom"`
	AfterID   booked.ID `form:"afterID"`
}

func (q query) url(fn func(*query)) string {
	q.AfterFrom, q.AfterID = 0, ""
	fn(&q)
	return web.Address(Path, q)
}

type listView struct {
	frame.Look
	query
	bookings     []booked.Booking
	next         string
	environments []ui.Option
	waiting      int
	errors       ui.Errors
	mayNot       string
}

const (
	pageOf     = 100
	waitingMax = 100
)

const notAllowed = "your roles do not let you book."

func (p pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := listView{Look: p.Look(ctx)}
	err := web.Query(r, &v.query)
	if err == nil {
		err = p.DB.Read(ctx, v.read)
	}
	if err != nil && errs.CodeOf(err) != errs.CodeInvalid {
		return err
	}
	v.errors = ui.ErrorsOf(err)
	var e error
	if v.mayNot, e = p.MayNot(ctx, "booking.request", notAllowed); e != nil {
		return e
	}
	if err != nil {
		return p.Site.Again(w, r, err, v.page())
	}
	return p.Site.Render(w, r, v.page())
}

func (v listView) page() web.Page {
	page := web.Page{Title: "Bookings", Nav: "calendar", Body: listBody(v)}
	if !v.errors.Any() {
		page.Live = []string{"bookings"}
	}
	return page
}

func (v *listView) read(tx *db.Tx) error {
	if _, _, err := auth.Scopes(tx, "calendar.read"); err != nil {
		return err
	}
	es, err := catalog.Environments(tx)
	if err != nil {
		return err
	}
	v.environments = frame.Environments("All environments", es)
	f, err := v.filter(tx)
	if err != nil {
		return err
	}
	if v.bookings, err = booking.Read(tx, f); err != nil {
		return err
	}
	if len(v.bookings) > pageOf {
		v.bookings = v.bookings[:pageOf]
		last := v.bookings[pageOf-1]
		v.next = v.url(func(q *query) { q.AfterFrom, q.AfterID = last.From, last.ID })
	}
	waiting, err := booking.Read(tx, booking.Filter{States: []booked.State{booked.Requested}, From: tx.Now, Limit: waitingMax})
	v.waiting = len(waiting)
	return err
}

func (v *listView) filter(tx *db.Tx) (booking.Filter, error) {
	f := booking.Filter{From: tx.Now, AfterFrom: v.AfterFrom, AfterID: v.AfterID, Limit: pageOf + 1, States: []booked.State{booked.Requested, booked.Confirmed, booked.Offered}}
	switch v.Show {
	case "":
	case "waiting":
		f.States = []booked.State{booked.Requested}
	case "mine":
		f.Mine, f.States = true, nil
	case "past":
		f.From, f.To, f.States = 0, tx.Now, nil
	default:
		return f, errs.InvalidField("show", "show.unknown", "Show is waiting, mine or past, or left out for those to come.")
	}
	if v.Kind != "" {
		if !slices.ContainsFunc(kinds, func(o ui.Option) bool { return o.Value == v.Kind }) {
			return f, errs.InvalidField("kind", "booking.kind", "An environment, a person, an item or a window can be booked.")
		}
		f.Kind = booked.Kind(v.Kind)
	}
	if v.Thing != "" {
		f.Kind, f.Thing = booked.Environment, v.Thing
	}
	return f, nil
}

// kinds are the choices of what is booked.
var kinds = []ui.Option{{Value: "environment", Text: "Environments"}, {Value: "person", Text: "People"}, {Value: "item", Text: "Items"}, {Value: "window", Text: "Windows"}}

// StateOf is how a booking is drawn.
func StateOf(b booked.Booking) (ui.State, string) {
	switch b.State {
	case booked.Confirmed:
		return ui.Go, "Confirmed"
	case booked.Requested:
		return ui.Wait, "Asked for"
	case booked.Offered:
		return ui.Hold, "Offered back"
	case booked.Declined:
		return ui.NoGo, "Declined"
	}
	return ui.Skip, "Withdrawn"
}

// URL is the page of a booking.
func URL(b booked.Booking) string { return Path + "/" + url.PathEscape(b.Key) }

// ThingURL is the page of what is booked.
func ThingURL(t booked.Thing) string {
	return Things + "/" + string(t.Kind) + "/" + url.PathEscape(t.Key)
}

// who says for whom a booking is and who asked for it.
func who(b booked.Booking) string {
	text := "For " + b.For()
	if b.ReleaseName != "" && b.Purpose != "" {
		text += ", “" + b.Purpose + "”"
	}
	if b.ByName != "" {
		text += ", asked for by " + b.ByName
	}
	if b.Units > 1 {
		text += ", " + ui.Number(int(b.Units)) + " units"
	}
	return text
}
