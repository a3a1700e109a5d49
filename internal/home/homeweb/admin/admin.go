package admin

import (
	"net/http"
	"strconv"
	"time"

	"slipway/internal/errs"
	"slipway/internal/home"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/config"
	"slipway/internal/platform/db"
	"slipway/internal/platform/job"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// Options are what the pages need from outside.
type Options struct {
	Version string
	// Tabs returns the tabs of the administration for the viewer, with the one at the address current; nil for none.
	Tabs func(tx *db.Tx, current string) ([]ui.Tab, error)
	// Jobs says that there is a queue; without it jobs have no page.
	Jobs bool
	// Config is the effective configuration; Backup the command that backs this installation up.
	Config []config.Value
	Backup string
}

// Pages are the pages.
type Pages struct {
	site   *web.Site
	db     *db.DB
	record *home.Record
	queue  *home.Jobs
	o      Options
}

// New returns the pages.
func New(s *web.Site, d *db.DB, r *home.Record, j *home.Jobs, o Options) *Pages {
	return &Pages{s, d, r, j, o}
}

// Mount adds the pages to the site.
func (p *Pages) Mount() {
	p.site.Handle("GET /admin/record", "record.read", p.ledger)
	p.site.Handle("POST /admin/record/verify", "record.verify", p.verify)
	if p.o.Jobs {
		p.site.Handle("GET /admin/jobs", "job.read", p.jobs)
		p.site.Handle("POST /admin/jobs/{job}/retry", "job.decide", p.decideJob(true))
		p.site.Handle("POST /admin/jobs/{job}/forget", "job.decide", p.decideJob(false))
	}
	p.site.Handle("GET /admin/configuration", "config.read", p.configuration)
}

// Own returns the tabs of this package.
func Own() []ui.Tab {
	return []ui.Tab{{Text: "Record", Href: "/admin/record"}, {Text: "Jobs", Href: "/admin/jobs"}, {Text: "Configuration", Href: "/admin/configuration"}}
}

// adminView is the head of a page, and for whom it is drawn.
type adminView struct {
	now  time.Time
	zone *time.Location
	tabs []ui.Tab
}

func (p *Pages) admin(tx *db.Tx, current string) (v adminView, err error) {
	v = adminView{now: tx.Now.Std(), zone: time.UTC}
	if who, ok := auth.Viewer(tx.Context()); ok {
		v.zone = who.Zone()
	}
	if p.o.Tabs != nil {
		v.tabs, err = p.o.Tabs(tx, current)
	}
	return v, err
}

func (v adminView) near(t db.Time) string {
	if t.IsZero() {
		return ""
	}
	return ui.Near(t.Std(), v.now, v.zone)
}

// may asks for permissions everywhere without recording it, for what a button says.
func may(tx *db.Tx, permission string) (bool, error) {
	return auth.Allowed(tx, permission, auth.Everywhere)
}

type ledgerView struct {
	adminView
	head     home.Head
	noVerify string
	noExport string
	report   *ledger.Report
}

func (p *Pages) ledgerView(r *http.Request) (ledgerView, error) {
	v := ledgerView{}
	var err error
	if v.head, err = p.record.Head(r.Context()); err != nil {
		return v, err
	}
	err = p.db.Read(r.Context(), func(tx *db.Tx) error {
		if v.adminView, err = p.admin(tx, "/admin/record"); err != nil {
			return err
		}
		verify, err := may(tx, "record.verify")
		if err != nil {
			return err
		}
		if !verify {
			v.noVerify = "auditors and administrators verify the record."
		}
		export, err := may(tx, "record.export")
		if !export {
			v.noExport = "release managers and auditors export the record."
		}
		return err
	})
	return v, err
}

func (p *Pages) ledger(w http.ResponseWriter, r *http.Request) error {
	v, err := p.ledgerView(r)
	if err != nil {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: "Record", Nav: "admin", Body: ledgerPage(v)})
}

// verify answers with the report itself: it is about now, and stored nowhere.
func (p *Pages) verify(w http.ResponseWriter, r *http.Request) error {
	rep, err := p.record.Verify(r.Context())
	if err != nil {
		return err
	}
	v, err := p.ledgerView(r)
	if err != nil {
		return err
	}
	v.report = &rep
	return p.site.Render(w, r, web.Page{Title: "Record", Nav: "admin", Body: ledgerPage(v)})
}

const jobsShown = 50

type jobsView struct {
	adminView
	home.JobPage
	after string // behind which the page starts
	why   string // they cannot be decided on
}

func (p *Pages) jobs(w http.ResponseWriter, r *http.Request) error {
	v := jobsView{after: r.URL.Query().Get("after")}
	err := p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		if v.JobPage, err = p.queue.DiscardedTx(tx, v.after, jobsShown); err != nil {
			return err
		}
		if v.adminView, err = p.admin(tx, "/admin/jobs"); err != nil {
			return err
		}
		ok, err := may(tx, "job.decide")
		if !ok {
			v.why = "only an administrator decides about jobs."
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: "Jobs", Nav: "admin", Body: jobsPage(v)})
}

func (v jobsView) pager() ui.Pager {
	p := ui.Pager{Count: len(v.Jobs), Total: v.Counts[job.Discarded], One: "job", Many: "jobs", Order: "newest first"}
	if v.after != "" {
		p.First = "/admin/jobs"
	}
	if v.Next != "" {
		p.Next = web.Link("/admin/jobs", "after", v.Next)
	}
	return p
}

func (p *Pages) decideJob(again bool) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		what, decide := "The job is forgotten", p.queue.Forget
		if again {
			what, decide = "The job starts again", p.queue.Retry
		}
		err := decide(r.Context(), r.PathValue("job"))
		if errs.Is(err, errs.CodeNotFound) {
			return p.site.Redirect(w, r, "/admin/jobs", web.Toast{Title: "Nothing to do", Text: "Somebody else has decided about this job.", State: ui.Hold})
		}
		if err != nil {
			return err
		}
		return p.site.Redirect(w, r, "/admin/jobs", web.Toast{Title: what, State: ui.Go})
	}
}

type configView struct {
	adminView
	options Options
	engine  string
	schema  string
}

func (p *Pages) configuration(w http.ResponseWriter, r *http.Request) error {
	v := configView{options: p.o}
	err := p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		if err := auth.Check(tx, "config.read", auth.Everywhere); err != nil {
			return err
		}
		v.engine = string(tx.Engine())
		v.adminView, err = p.admin(tx, "/admin/configuration")
		return err
	})
	if err != nil {
		return err
	}
	if n, err := db.Schema(); err == nil {
		v.schema = strconv.FormatInt(n, 10)
	}
	return p.site.Render(w, r, web.Page{Title: "Configuration", Nav: "admin", Body: configPage(v)})
}

// number writes the number of an entry: "#48 216".
func number(seq int64) string { return "#" + ui.Number(int(seq)) }

// clip cuts a text to n characters.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
