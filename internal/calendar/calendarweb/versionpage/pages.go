package versionpage

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/calendar/clash"
	"slipway/internal/calendar/publication"
	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// Path is where the list is.
const Path = "/calendar/versions"

type pages struct{ *frame.Frame }

// Mount adds the pages to the site.
func Mount(f *frame.Frame) {
	p := pages{f}
	f.Site.Handle("GET "+Path, "calendar.read", p.list)
	f.Site.Handle("GET "+Path+"/new", "calendar.publish", p.ask)
	f.Site.Handle("POST "+Path+"/new", "calendar.publish", p.publish)
	f.Site.Handle("GET "+Path+"/{number}", "calendar.read", p.show)
	f.Site.Handle("POST "+Path+"/{number}/acknowledge", "calendar.read", p.acknowledge)
}

const pageOf = 50

const notAllowed = "only release managers publish the calendar."

type listView struct {
	frame.Look
	versions []publication.Version
	before   int64
	next     string
	mayNot   string
}

func (p pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := listView{Look: p.Look(ctx)}
	var q struct {
		Before int64 `form:"before"`
	}
	if err := web.Query(r, &q); err != nil {
		return err
	}
	v.before = q.Before
	var err error
	if v.versions, err = p.Versions.List(ctx, q.Before, pageOf+1); err != nil {
		return err
	}
	if len(v.versions) > pageOf {
		v.versions = v.versions[:pageOf]
		v.next = Path + "?before=" + strconv.FormatInt(v.versions[pageOf-1].Number, 10)
	}
	if v.mayNot, err = p.MayNot(ctx, "calendar.publish", notAllowed); err != nil {
		return err
	}
	return p.Site.Render(w, r, web.Page{Title: "Published calendars", Nav: "calendar", Live: []string{"calendars"}, Body: listBody(v)})
}

// form is a version as a person fills it in.
type form struct {
	Name    string   `form:"name"`
	Note    string   `form:"note"`
	From    string   `form:"from"` // dates of the viewer
	To      string   `form:"to"`   // the last day
	Readers string   `form:"readers"`
	ReadBy  string   `form:"readBy"` // the last day
	Accept  []string `form:"accept"` // conflicts
	Reason  string   `form:"reason"` // for all of them
}

type askView struct {
	frame.Look
	form
	conflicts []clash.Conflict // serious and open in the span
	errors    ui.Errors
}

func (p pages) ask(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	why, err := p.MayNot(ctx, "calendar.publish", notAllowed)
	if err != nil {
		return err
	}
	if why != "" {
		return errs.Forbidden("auth.permission_missing", "Not allowed: %s", why)
	}
	v := askView{Look: p.Look(ctx)}
	if err := web.Query(r, &v.form); err != nil {
		return err
	}
	if v.form.From == "" {
		next := v.Midnight(v.Now)
		first := time.Date(next.Year(), next.Month()+1, 1, 0, 0, 0, 0, v.Zone)
		v.form.From, v.form.To = first.Format(ui.DateLayout), first.AddDate(0, 1, -1).Format(ui.DateLayout)
		v.Name = first.Format("January 2006")
	}
	if v.form.ReadBy == "" {
		v.form.ReadBy = v.Now.In(v.Zone).Add(publication.ReadTime).Format(ui.DateLayout)
	}
	from, to, err := v.span()
	if err != nil {
		return err
	}
	if err := p.standing(ctx, &v, from, to); err != nil {
		return err
	}
	return p.Site.Render(w, r, v.page())
}

// span reads the days of the form; the last one is part of the version.
func (v askView) span() (from, to db.Time, err error) {
	var bad errs.Faults
	a, e := ui.ParseDate("from", v.form.From, v.Zone)
	bad.Add(e)
	b, e := ui.ParseDate("to", v.form.To, v.Zone)
	bad.Add(e)
	if err := bad.Err("The input is not valid.", 0); err != nil {
		return 0, 0, err
	}
	return db.At(a), db.At(b.AddDate(0, 0, 1)), nil
}

// standing reads the serious conflicts that are open in the span.
func (p pages) standing(ctx context.Context, v *askView, from, to db.Time) error {
	now := db.At(v.Now)
	var err error
	v.conflicts, err = p.Conflicts.List(ctx, clash.Filter{From: max(from, now), To: to, States: []clash.State{clash.Open}, Severity: clash.Serious})
	return err
}

func (v askView) page() web.Page {
	return web.Page{Title: "Publish the calendar", Nav: "calendar", Body: askBody(v)}
}

func (p pages) publish(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := askView{Look: p.Look(ctx)}
	err := p.Site.Form(r, &v.form)
	var from, to, readBy db.Time
	if err == nil {
		from, to, err = v.span()
	}
	if err == nil && v.form.ReadBy != "" {
		var day time.Time
		day, err = ui.ParseDate("readBy", v.form.ReadBy, v.Zone)
		readBy = db.At(day.AddDate(0, 0, 1))
	}
	if err == nil {
		in := publication.Spec{ReadBy: readBy, Name: v.Name, Note: v.Note, From: from, To: to, Readers: strings.FieldsFunc(v.Readers, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' })}
		for _, c := range v.Accept {
			in.Accept = append(in.Accept, publication.Acceptance{Conflict: c, Reason: v.Reason})
		}
		var x publication.Version
		if x, err = p.Versions.Publish(ctx, in); err == nil {
			return p.Done(w, r, v.url(x.Number), x.Name+" is published", ui.Plural(int(x.Readers), "reader is", "readers are")+" asked to acknowledge it by "+ui.Date((x.ReadBy-1).Std(), v.Now, v.Zone)+".")
		}
	}
	if errs.CodeOf(err) == errs.CodeForbidden {
		return err
	}
	if from > 0 && to > from {
		if e := p.standing(ctx, &v, from, to); e != nil {
			return e
		}
	}
	v.errors = ui.ErrorsOf(named(err))
	return p.Site.Again(w, r, err, v.page())
}

// named gives faults of list members the name of the field, and makes what conflicts hold up a fault of the form as a whole: each is
// listed there.
func named(err error) error {
	e := *errs.As(err)
	if e.Reason == "calendar.conflicts_open" {
		e.Fields = nil
		return &e
	}
	e.Fields = slices.Clone(e.Fields)
	for i := range e.Fields {
		e.Fields[i].Name, _, _ = strings.Cut(e.Fields[i].Name, "[")
	}
	return &e
}

func (v askView) url(n int64) string { return URL(n) }

// URL is the page of a version.
func URL(n int64) string { return Path + "/" + strconv.FormatInt(n, 10) }

type showView struct {
	frame.Look
	publication.Whole
	shown int // of the releases, bookings and periods each
}

// shownMax bounds the rows of one list of a version; the operation returns the whole.
const shownMax = 300

func (p pages) show(w http.ResponseWriter, r *http.Request) error {
	v := showView{Look: p.Look(r.Context()), shown: shownMax}
	n, err := number(r)
	if err != nil {
		return err
	}
	if v.Whole, err = p.Versions.Get(r.Context(), n); err != nil {
		return err
	}
	return p.Site.Render(w, r, web.Page{Title: v.Name, Nav: "calendar", Live: []string{"calendar/" + strconv.FormatInt(n, 10)}, Body: showBody(v)})
}

func number(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err != nil || n < 1 {
		return 0, auth.Unseen("version")
	}
	return n, nil
}

func (p pages) acknowledge(w http.ResponseWriter, r *http.Request) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	x, err := p.Versions.Acknowledge(r.Context(), n)
	if err != nil {
		return err
	}
	return p.Done(w, r, URL(n), "Acknowledged", "You have read "+x.Name+".")
}

// kindState is how a period of a version is drawn.
func kindState(x publication.Period) (ui.State, string) {
	switch x.Kind {
	case calendar.Freeze:
		return ui.Freeze, x.Hardness + " freeze"
	case calendar.Window:
		return ui.Go, "window"
	}
	return ui.Hold, "busy"
}
