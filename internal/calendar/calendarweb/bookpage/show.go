package bookpage

import (
	"context"
	"net/http"

	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/calendarweb/clashpage"
	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// showView is the page of a booking.
type showView struct {
	frame.Look
	booked.Booking
	rule      booked.Rule
	conflicts []clashpage.Card
	answers   string // why the viewer does not confirm or decline it, "" if they do
	changes   string // why the viewer does not move or withdraw it
	errors    ui.Errors
	failed    string // the form that was refused
	reason    string
}

func (p pages) showView(r *http.Request) (showView, error) {
	ctx := r.Context()
	v := showView{Look: p.Look(ctx)}
	m, err := p.Bookings.Get(ctx, r.PathValue("ref"))
	if err != nil {
		return v, err
	}
	v.Booking = m.Booking
	err = p.DB.Read(ctx, func(tx *db.Tx) error {
		bs := []booked.Booking{v.Booking}
		if err := booked.Name(tx, bs); err != nil {
			return err
		}
		v.Booking = bs[0]
		if v.rule, err = booked.RuleOf(tx, v.Kind, v.Thing); err != nil {
			return err
		}
		mine, err := answersFor(tx, v.What(), v.rule)
		if err != nil {
			return err
		}
		if !mine {
			v.answers = "only who answers for " + v.ThingName + " does."
			if v.RequestedBy != v.Me {
				v.changes = "only who asked for it or answers for " + v.ThingName + " does."
			}
		}
		for i, c := range clashpage.Gather(m.Conflicts) {
			if err := clashpage.Fill(p.Frame, tx, v.Look, &c, i == 0); err != nil {
				return err
			}
			v.conflicts = append(v.conflicts, c)
		}
		return nil
	})
	return v, err
}

// answersFor reports whether the viewer answers for a thing, so that its buttons are offered.
func answersFor(tx *db.Tx, t booked.Thing, rule booked.Rule) (bool, error) {
	me := auth.Me(tx)
	if me != "" && (rule.Owner == me || t.Kind == booked.Person && t.ID == string(me)) {
		return true, nil
	}
	if me != "" && t.Kind == booked.Environment {
		e, err := catalog.EnvironmentByRef(tx, t.ID)
		if err != nil || e.Owner == me {
			return err == nil, err
		}
	}
	return auth.Allowed(tx, "booking.approve", auth.Everywhere)
}

func (v showView) page() web.Page {
	return web.Page{Title: "Booking of " + v.ThingName, Nav: "calendar", Live: []string{"booking/" + string(v.ID), "conflicts"}, Body: showBody(v)}
}

func (p pages) show(w http.ResponseWriter, r *http.Request) error {
	v, err := p.showView(r)
	if err != nil {
		return err
	}
	return p.Site.Render(w, r, v.page())
}

// answer is one of the acts that a booking's page offers.
func (p pages) answer(verb string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		var f struct {
			Rev    int64  `form:"rev"`
			Reason string `form:"reason"`
		}
		err := p.Site.Form(r, &f)
		if err == nil {
			var m booking.Made
			if m, err = p.do(r.Context(), verb, r.PathValue("ref"), f.Rev, f.Reason); err == nil {
				_, word := StateOf(m.Booking)
				return p.Done(w, r, URL(m.Booking), m.ThingName+": "+word, told(m))
			}
		}
		if c := errs.CodeOf(err); c == errs.CodeForbidden || c == errs.CodeNotFound {
			return err
		}
		v, e := p.showView(r)
		if e != nil {
			return e
		}
		v.errors, v.failed, v.reason = ui.ErrorsOf(err), verb, f.Reason
		return p.Site.Again(w, r, err, v.page())
	}
}

func (p pages) do(ctx context.Context, verb, ref string, rev int64, reason string) (booking.Made, error) {
	switch verb {
	case "confirm":
		return p.Bookings.Confirm(ctx, ref, rev)
	case "decline":
		return p.Bookings.Decline(ctx, ref, rev, reason)
	case "keep":
		return p.Bookings.Keep(ctx, ref, rev)
	}
	return p.Bookings.Withdraw(ctx, ref, rev, reason)
}
