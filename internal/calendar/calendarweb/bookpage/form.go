package bookpage

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"

	"slipway/internal/calendar"
	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/calendar/clash"
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// form is a booking as a person fills it in.
type form struct {
	Kind        string `form:"kind"`
	Environment string `form:"environment"`
	Person      string `form:"person"`
	Item        string `form:"item"`
	Window      string `form:"window"`
	Release     string `form:"release"`
	Purpose     string `form:"purpose"`
	Units       int64  `form:"units"`
	From        string `form:"from"` // on the viewer's clock
	To          string `form:"to"`
	Rev         int64  `form:"rev"` // of a booking that is moved
}

// hidden are the fields of the form with another time, for a button that takes an offer.
func (f form) hidden(l frame.Look, s clash.Slot) map[string]string {
	out := map[string]string{"from": l.Local(s.Start), "to": l.Local(s.End)}
	for k, v := range map[string]string{"kind": f.Kind, "environment": f.Environment, "person": f.Person, "item": f.Item, "window": f.Window, "release": f.Release, "purpose": f.Purpose} {
		if v != "" {
			out[k] = v
		}
	}
	if f.Units > 0 {
		out["units"] = strconv.FormatInt(f.Units, 10)
	}
	if f.Rev > 0 {
		out["rev"] = strconv.FormatInt(f.Rev, 10)
	}
	return out
}

// span reads the times of the form in the viewer's zone.
func (f form) span(l frame.Look) (from, to db.Time, err error) {
	var bad errs.Faults
	a, e := ui.ParseDateTime("from", f.From, l.Zone)
	bad.Add(e)
	b, e := ui.ParseDateTime("to", f.To, l.Zone)
	bad.Add(e)
	if err := bad.Err("The input is not valid.", 0); err != nil {
		return 0, 0, err
	}
	return db.At(a), db.At(b), nil
}

// spec turns the form into what is asked of the bookings. Only the field of the chosen kind counts.
func (f form) spec(l frame.Look) (booking.Spec, error) {
	in := booking.Spec{Release: f.Release, Purpose: f.Purpose, Units: f.Units}
	switch booked.Kind(f.Kind) {
	case booked.Person:
		in.Person = f.Person
	case booked.Item:
		in.Item = f.Item
	case booked.Window:
		in.Window = f.Window
	default:
		in.Environment = f.Environment
	}
	var err error
	in.From, in.To, err = f.span(l)
	return in, err
}

// formView is the form with its choices, its faults, and what is free where it is taken.
type formView struct {
	frame.Look
	form
	old          *booked.Booking // that is moved
	errors       ui.Errors
	taken        *booking.Taken
	theirs       *booked.Booking // as somebody else saved it meanwhile
	environments []ui.Option
	people       []ui.Option
	windows      []ui.Option
	releases     []ui.Option
	free         []clash.Slot // of a booking that is moved
}

func (v formView) title() string {
	if v.old != nil {
		return "Move the booking of " + v.old.ThingName
	}
	return "Book"
}

func (v formView) action() string {
	if v.old != nil {
		return URL(*v.old) + "/move"
	}
	return Path + "/new"
}

func (v formView) page() web.Page {
	return web.Page{Title: v.title(), Nav: "calendar", Body: formBody(v)}
}

const choicesMax = 200

// choices reads what may be chosen.
func (p pages) choices(ctx context.Context, v *formView) error {
	return p.DB.Read(ctx, func(tx *db.Tx) error {
		if all, scopes, err := auth.Scopes(tx, "booking.request"); err != nil || !all && len(scopes) == 0 {
			return cmp.Or[error](err, errs.Forbidden("auth.permission_missing", "Not allowed: %s", notAllowed))
		}
		es, err := catalog.Environments(tx)
		if err != nil {
			return err
		}
		v.environments = frame.Environments("Choose an environment", es)
		if v.people, err = reader.People(tx, "Choose a person", v.Person); err != nil {
			return err
		}
		ws, err := p.Calendar.Periods(tx, calendar.Filter{Kind: calendar.Window, From: tx.Now, Limit: choicesMax})
		if err != nil {
			return err
		}
		v.windows = []ui.Option{{Text: "Choose a window"}}
		for _, x := range ws {
			v.windows = append(v.windows, ui.Option{Value: x.Key, Text: x.Name})
		}
		return v.chooseRelease(tx)
	})
}

// chooseRelease offers the releases that are still to come, and the one that is named.
func (v *formView) chooseRelease(tx *db.Tx) error {
	ended := false
	rs, err := plan.Releases(tx, plan.Filter{Ended: &ended, Limit: choicesMax})
	if err != nil {
		return err
	}
	v.releases = []ui.Option{{Text: "None"}}
	for _, x := range rs {
		v.releases = append(v.releases, ui.Option{Value: x.Key, Text: x.Name})
	}
	if v.Release != "" && !slices.ContainsFunc(v.releases, func(o ui.Option) bool { return o.Value == v.Release }) {
		if x, err := plan.ReleaseByRef(tx, v.Release); err == nil {
			v.releases = append(v.releases, ui.Option{Value: x.Key, Text: x.Name})
		}
	}
	return nil
}

func (p pages) ask(w http.ResponseWriter, r *http.Request) error {
	v := formView{Look: p.Look(r.Context())}
	if err := web.Query(r, &v.form); err != nil {
		return err
	}
	if v.Kind == "" {
		v.Kind = string(booked.Environment)
	}
	if err := p.choices(r.Context(), &v); err != nil {
		return err
	}
	return p.Site.Render(w, r, v.page())
}

func (p pages) request(w http.ResponseWriter, r *http.Request) error {
	v := formView{Look: p.Look(r.Context())}
	err := p.Site.Form(r, &v.form)
	var in booking.Spec
	if err == nil {
		in, err = v.spec(v.Look)
	}
	if err == nil {
		var m booking.Made
		if m, err = p.Bookings.Request(r.Context(), in); err == nil {
			return p.Done(w, r, URL(m.Booking), m.ThingName+" is "+done(m.State), told(m))
		}
	}
	return p.formAgain(w, r, v, err)
}

func done(s booked.State) string {
	if s == booked.Confirmed {
		return "booked"
	}
	return "asked for"
}

func told(m booking.Made) string {
	switch {
	case len(m.Conflicts) > 0:
		return "There is " + ui.Plural(len(m.Conflicts), "conflict", "conflicts") + ", shown here."
	case m.State == booked.Confirmed:
		return "Nothing else is in its way."
	}
	return "Who answers for it confirms or declines."
}

// formAgain draws the form with its refusal and keeps what was typed.
func (p pages) formAgain(w http.ResponseWriter, r *http.Request, v formView, err error) error {
	if c := errs.CodeOf(err); c == errs.CodeForbidden || c == errs.CodeNotFound {
		return err
	}
	if e := p.choices(r.Context(), &v); e != nil {
		return e
	}
	v.errors = ui.ErrorsOf(err)
	switch t := errs.As(err).Theirs.(type) {
	case booking.Taken:
		v.taken = &t
	case booked.Booking:
		v.theirs = &t
	}
	return p.Site.Again(w, r, err, v.page())
}

func (p pages) movable(r *http.Request) (formView, error) {
	v := formView{Look: p.Look(r.Context())}
	m, err := p.Bookings.Get(r.Context(), r.PathValue("ref"))
	if err != nil {
		return v, err
	}
	v.old = &m.Booking
	return v, nil
}

// askMove is the form that gives a booking another time. The address may propose one, as dragging does.
func (p pages) askMove(w http.ResponseWriter, r *http.Request) error {
	v, err := p.movable(r)
	if err != nil {
		return err
	}
	if err := web.Query(r, &v.form); err != nil {
		return err
	}
	b := *v.old
	if v.From == "" {
		v.From = v.Local(b.From)
	}
	if v.To == "" { // only its start is proposed: it stays as long as it is
		from, e := ui.ParseDateTime("from", v.From, v.Zone)
		if e != nil {
			return e
		}
		v.To = v.Local(db.At(from).Add(b.To.Sub(b.From)))
	}
	v.Rev, v.Units = b.Rev, b.Units
	if err := p.choices(r.Context(), &v); err != nil {
		return err
	}
	if err := p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		v.free, err = p.Conflicts.FreeSlots(tx, clash.Want{Things: []booked.Thing{b.What()}, Units: b.Units, Booking: b.ID, Length: b.To.Sub(b.From), Near: b.From})
		return err
	}); err != nil {
		return err
	}
	return p.Site.Render(w, r, v.page())
}

func (p pages) move(w http.ResponseWriter, r *http.Request) error {
	v, err := p.movable(r)
	if err != nil {
		return err
	}
	err = p.Site.Form(r, &v.form)
	var from, to db.Time
	if err == nil {
		from, to, err = v.span(v.Look)
	}
	if err == nil {
		var m booking.Made
		if m, err = p.Bookings.Move(r.Context(), v.old.Key, v.Rev, from, to, v.Units); err == nil {
			return p.Done(w, r, URL(m.Booking), "The booking of "+m.ThingName+" is moved", told(m))
		}
	}
	return p.formAgain(w, r, v, err)
}
