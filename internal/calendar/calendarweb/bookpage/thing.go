package bookpage

import (
	"net/http"
	"time"

	"slipway/internal/calendar/booked"
	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/calendar/clash"
	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uifigure"
	"slipway/internal/platform/web"
)

// thingView is the page of what can be booked: who has it when, when it is free, and how it may be booked.
type thingView struct {
	frame.Look
	thing    booked.Thing
	rule     booked.Rule
	owner    auth.Person // who confirms besides, none if nobody is named
	start    string      // the first day shown, as the address has it
	from, to time.Time
	bookings []booked.Booking
	free     []clash.Slot
	mayNot   string // book
	noRule   string // change how it may be booked
	form     ruleForm
	errors   ui.Errors
	people   []ui.Option
}

type ruleForm struct {
	Capacity int64  `form:"capacity"`
	Approval bool   `form:"approval"`
	Owner    string `form:"owner"`
	Rev      int64  `form:"rev"`
}

const (
	thingDays  = 28
	thingMax   = 500
	freeForAs  = 4 * time.Hour
	thingLanes = 12
)

func (p pages) thingView(r *http.Request) (thingView, error) {
	ctx := r.Context()
	v := thingView{Look: p.Look(ctx)}
	var q struct {
		At string `form:"at"`
	}
	if err := web.Query(r, &q); err != nil {
		return v, err
	}
	v.from = v.Midnight(v.Now)
	if q.At != "" {
		t, err := ui.ParseDate("at", q.At, v.Zone)
		if err != nil {
			return v, err
		}
		v.start, v.from = q.At, t
	}
	v.from = v.from.AddDate(0, 0, -((int(v.from.Weekday()) + 6) % 7))
	v.to = v.from.AddDate(0, 0, thingDays)
	err := p.DB.Read(ctx, func(tx *db.Tx) error { return v.read(tx, p, booked.Kind(r.PathValue("kind")), r.PathValue("ref")) })
	if err != nil {
		return v, err
	}
	v.form = ruleForm{v.rule.Capacity, v.rule.Approval, v.owner.Key, v.rule.Rev}
	v.mayNot, err = p.MayNot(ctx, "booking.request", notAllowed)
	return v, err
}

func (v *thingView) read(tx *db.Tx, p pages, k booked.Kind, ref string) error {
	if _, _, err := auth.Scopes(tx, "calendar.read"); err != nil {
		return err
	}
	var err error
	if v.thing, err = booking.ThingOf(tx, k, ref); err != nil {
		return err
	}
	if v.rule, err = booked.RuleOf(tx, k, v.thing.ID); err != nil {
		return err
	}
	v.bookings, err = booking.Read(tx, booking.Filter{Kind: k, Thing: ref, From: db.At(v.from), To: db.At(v.to), States: []booked.State{booked.Requested, booked.Confirmed, booked.Offered}, Limit: thingMax})
	if err != nil {
		return err
	}
	if v.free, err = p.Conflicts.FreeSlots(tx, clash.Want{Things: []booked.Thing{v.thing}, Length: freeForAs, From: db.At(v.from), To: db.At(v.to), N: 4}); err != nil {
		return err
	}
	mine, err := answersFor(tx, v.thing, v.rule)
	if err != nil {
		return err
	}
	if !mine {
		v.noRule = "only who answers for it says how it may be booked."
	}
	return v.names(tx)
}

func (v *thingView) names(tx *db.Tx) error {
	known, err := auth.PeopleByID(tx, v.rule.Owner)
	if err != nil {
		return err
	}
	v.owner = known[v.rule.Owner]
	v.people, err = reader.People(tx, "Nobody besides the owner", v.owner.Key)
	return err
}

func (v thingView) page() web.Page {
	return web.Page{Title: v.thing.Name, Nav: "calendar", Live: []string{"bookings"}, Body: thingBody(v)}
}

func (p pages) thing(w http.ResponseWriter, r *http.Request) error {
	v, err := p.thingView(r)
	if err != nil {
		return err
	}
	return p.Site.Render(w, r, v.page())
}

func (p pages) setRule(w http.ResponseWriter, r *http.Request) error {
	var f ruleForm
	err := p.Site.Form(r, &f)
	if err == nil {
		_, err = p.Bookings.SetRule(r.Context(), booked.Kind(r.PathValue("kind")), r.PathValue("ref"), booking.RuleSpec{Capacity: f.Capacity, Approval: f.Approval, Owner: f.Owner, Rev: f.Rev})
	}
	v, e := p.thingView(r)
	if e != nil {
		return e
	}
	if err == nil {
		return p.Done(w, r, ThingURL(v.thing), "Saved", v.how())
	}
	if errs.Is(err, errs.CodeForbidden) {
		return err
	}
	v.form, v.errors = f, ui.ErrorsOf(err)
	if errs.Is(err, errs.CodeConflict) {
		v.form.Rev = v.rule.Rev
	}
	return p.Site.Again(w, r, err, v.page())
}

// how says how the thing may be booked.
func (v thingView) how() string {
	text := "Exclusive: one booking at a time."
	if v.rule.Capacity > 1 {
		text = "There are " + ui.Number(int(v.rule.Capacity)) + " units; bookings share them."
	}
	if v.rule.Approval {
		return text + " A booking is confirmed by who answers for it."
	}
	return text + " A booking stands at once."
}

// strip draws the bookings on one axis, those that overlap on lanes of their own.
func (v thingView) strip() uifigure.Timeline {
	x := func(t time.Time) float64 {
		return min(100, max(0, float64(t.Sub(v.from))/float64(v.to.Sub(v.from))*100))
	}
	tl := uifigure.Timeline{Label: "Who has " + v.thing.Name + ", four weeks", Div: thingDays, Min: "64rem"}
	for d := v.from; d.Before(v.to); d = d.AddDate(0, 0, 7) {
		tl.Marks = append(tl.Marks, uifigure.AxisMark{X: x(d), Text: d.Format("Mon 2 Jan")})
	}
	var ends []float64
	for _, b := range v.bookings {
		s, word := StateOf(b)
		bar := uifigure.Bar{State: s, Said: word, Text: b.For(), Href: URL(b), Title: b.For() + ", " + word + ", " + v.Between(b.From, b.To), Span: uifigure.Span{X: x(b.From.Std()), W: x(b.To.Std()) - x(b.From.Std())}}
		bar, start, end := frame.Named(bar)
		at := 0
		for at < len(ends) && ends[at] > start {
			at++
		}
		if at == thingLanes {
			continue // the list below has all of them
		}
		if at == len(ends) {
			ends = append(ends, 0)
			l := uifigure.Lane{}
			if at == 0 {
				l.Label = v.thing.Name
			}
			tl.Lanes = append(tl.Lanes, l)
		}
		ends[at] = end
		tl.Lanes[at].Bars = append(tl.Lanes[at].Bars, bar)
	}
	if len(tl.Lanes) == 0 {
		tl.Lanes = []uifigure.Lane{{Label: v.thing.Name}}
	}
	if now := x(v.Now); now > 0 && now < 100 {
		tl.Now = &now
	}
	return tl
}

func (v thingView) step(days int) string {
	return ThingURL(v.thing) + "?at=" + v.from.AddDate(0, 0, days).Format(ui.DateLayout)
}

// book is the form that asks for the thing at a time.
func (v thingView) book(s clash.Slot) string {
	to := Path + "/new?kind=" + string(v.thing.Kind) + "&" + string(v.thing.Kind) + "=" + v.thing.Key
	if s.Start > 0 {
		to += "&from=" + v.Local(s.Start) + "&to=" + v.Local(s.End)
	}
	return to
}
