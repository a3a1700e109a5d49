package template

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"slipway/internal/plan"
	"slipway/internal/plan/planweb/frame"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

type pages struct{ *frame.Frame }

// nav is the entry of the navigation that the pages stand under.
const nav = "releases"

// Mount adds the pages to the site.
func Mount(f *frame.Frame) {
	p := &pages{f}
	p.Site.Handle("GET /templates", "template.read", p.list)
	p.Site.Handle("GET /templates/new", "template.read", p.askNew)
	p.Site.Handle("POST /templates", "template.edit", p.put)
	p.Site.Handle("GET /templates/{ref}", "template.read", p.show)
	p.Site.Handle("GET /templates/{ref}/edit", "template.read", p.askVersion)
	p.Site.Handle("POST /templates/{ref}", "template.edit", p.put)
}

// URL is the address of a template or of something below it.
func URL(key string, below ...string) string {
	s := "/templates/" + url.PathEscape(key)
	for _, b := range below {
		s += "/" + url.PathEscape(b)
	}
	return s
}

// versionURL is the address of one version.
func versionURL(key string, version int) string {
	return URL(key) + "?version=" + strconv.Itoa(version)
}

// listed is how many templates a page of the list holds.
const listed = 50

type listView struct {
	frame.Look
	query  string
	first  bool // the page is the list's first
	rows   []plan.Template
	total  int // under the filter
	next   string
	newWhy string
}

func (p *pages) list(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Query string `form:"q"`
		After string `form:"after"`
	}
	if err := web.Query(r, &in); err != nil {
		return err
	}
	v := listView{Look: p.Look(r), query: in.Query, first: in.After == ""}
	all, err := p.Plans.Templates(r.Context())
	if err != nil {
		return err
	}
	words := strings.Fields(strings.ToLower(in.Query))
	all = slices.DeleteFunc(all, func(t plan.Template) bool {
		text := strings.ToLower(t.Key + " " + t.Name)
		return slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
	})
	v.total = len(all)
	v.rows = slices.DeleteFunc(all, func(t plan.Template) bool { return t.Key <= in.After })
	if len(v.rows) > listed {
		v.rows = v.rows[:listed]
		q := url.Values{"after": {v.rows[listed-1].Key}}
		if in.Query != "" {
			q.Set("q", in.Query)
		}
		v.next = "/templates?" + q.Encode()
	}
	if v.newWhy, err = p.editWhy(r); err != nil {
		return err
	}
	return p.Site.Render(w, r, web.Page{Title: "Templates", Nav: nav, Body: listBody(v)})
}

func (v listView) pager() ui.Pager {
	p := ui.Pager{Count: len(v.rows), Total: v.total, One: "template", Many: "templates", Order: "by key", Next: v.next}
	if !v.first {
		p.First = "/templates"
		if v.query != "" {
			p.First += "?" + url.Values{"q": {v.query}}.Encode()
		}
	}
	return p
}

// editWhy says why the viewer cannot change templates, "" when they can.
func (p *pages) editWhy(r *http.Request) (why string, err error) {
	err = p.DB.Read(r.Context(), func(tx *db.Tx) error {
		ok, err := auth.Allowed(tx, "template.edit", auth.Everywhere)
		if err == nil && !ok {
			why = "only an administrator changes templates."
		}
		return err
	})
	return why, err
}

// unless is an address that is left out when there is a reason.
func unless(href, why string) string {
	if why != "" {
		return ""
	}
	return href
}
