package resources

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"slipway/internal/errs"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
	"slipway/internal/work/capacity"
	"slipway/internal/work/resource"
)

// Path is the address of the weeks.
const Path = "/resources"

// Pages are the pages of people and capacity.
type Pages struct {
	site      *web.Site
	db        *db.DB
	resources *resource.Resources
	capacity  *capacity.Capacity
}

// New returns the pages.
func New(s *web.Site, d *db.DB, r *resource.Resources, c *capacity.Capacity) *Pages {
	return &Pages{site: s, db: d, resources: r, capacity: c}
}

// Mount adds the pages to the site.
func (p *Pages) Mount() {
	p.site.Handle("GET "+Path, "resource.read", p.weeks)
	p.site.Handle("GET "+Path+".csv", "resource.read", p.csv)
	p.site.Handle("POST "+Path+"/take", "work.plan", p.take)
	p.site.Handle("GET "+Path+"/requests/new", "resource.request", p.newRequest)
	p.site.Handle("POST "+Path+"/requests/new", "resource.request", p.ask)
	p.site.Handle("POST "+Path+"/requests/{request}/grant", "resource.answer", p.grant)
	p.site.Handle("POST "+Path+"/requests/{request}/refuse", "resource.answer", p.refuse)
	p.site.Handle("POST "+Path+"/requests/{request}/withdraw", "resource.request", p.withdraw)
	p.site.Handle("GET /people/{person}", "resource.read", p.person)
	p.site.Handle("POST /people/{person}/absences", "resource.mine", p.away)
	p.site.Handle("POST /people/{person}/absences/{absence}/{verb}", "resource.mine", p.answerAbsence)
	p.site.Handle("POST /people/{person}/skills", "resource.mine", p.skills)
	p.site.Handle("POST /people/{person}/deputies", "resource.mine", p.deputies)
	p.site.Handle("POST /people/{person}/hours", "resource.answer", p.hours(resource.KindPerson))
	p.site.Handle("POST /people/{person}/allocations", "resource.answer", p.allocate)
	p.site.Handle("POST /people/{person}/allocations/{allocation}", "resource.answer", p.reallocate)
	p.mountSetup()
}

// look is for whom a page is drawn, and when.
type look struct{ reader.Reader }

func (p *Pages) look(ctx context.Context) look { return look{reader.Of(ctx, p.db.Clock().Now())} }

// day writes a day: "Mon 23 Nov".
func (l look) day(d resource.Day) string { return ui.Date(d.Time(), l.Now, time.UTC) }

// stretch writes days from and to.
func (l look) stretch(first, last resource.Day) string {
	if first == last {
		return l.day(first)
	}
	return l.day(first) + " to " + l.day(last)
}

// weeks writes the weeks that two Mondays begin: "week 48", "weeks 48 to 50".
func weeks(first, last resource.Day) string {
	a, b := first.Week().Number(), last.Week().Number()
	if first == last {
		return "week " + strconv.Itoa(a)
	}
	return "weeks " + strconv.Itoa(a) + " to " + strconv.Itoa(b)
}

func personURL(key string) string { return "/people/" + url.PathEscape(key) }

// minutesOf reads the hours of a week, with a point or a comma.
func minutesOf(text string) (int64, error) {
	h, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil || h <= 0 || h > 168 {
		return 0, errs.InvalidField("weekly", "form.hours", "Give the hours of a week, for example 20 or 7.5.")
	}
	return int64(h*60 + 0.5), nil
}

// back leads to where a form came from, with a word of what was done.
func (p *Pages) back(w http.ResponseWriter, r *http.Request, to, title string) error {
	return p.site.Redirect(w, r, web.Local(to), web.Toast{Title: title, State: ui.Go})
}

// faults are the refusal of a form, those of no field that it has above it.
func faults(err error, fields ...string) ui.Errors {
	e := errs.As(err)
	out := ui.ErrorsOf(e)
	if e == nil {
		return out
	}
	for _, f := range e.Fields {
		known := false
		for _, k := range fields {
			known = known || k == f.Name
		}
		if !known {
			out.Msg = strings.TrimSpace(out.Msg + " " + f.Msg)
		}
	}
	return out
}

// mendable reports whether a form can be shown again with what is wrong with it.
func mendable(err error) bool {
	switch errs.CodeOf(err) {
	case errs.CodeInvalid, errs.CodeConflict, errs.CodeBlocked, errs.CodeForbidden:
		return true
	}
	return false
}
