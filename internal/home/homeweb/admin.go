package homeweb

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"slipway/internal/errs"
	"slipway/internal/home"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/job"
	"slipway/internal/platform/ledger"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

type adminView struct {
	look
	tabs []ui.Tab
}

// admin makes the head of an administration page. The tabs are those of auth and of this package that the viewer may open.
func (p *Pages) admin(tx *db.Tx, l look, current string) (adminView, error) {
	v := adminView{look: l}
	people, err := may(tx, "people.read")
	if err != nil {
		return v, err
	}
	if people {
		v.tabs = []ui.Tab{{Text: "People", Href: "/admin"}, {Text: "Teams", Href: "/admin/teams"}, {Text: "Roles", Href: "/admin/roles"}}
	}
	v.tabs = append(v.tabs, ui.Tab{Text: "Tokens", Href: "/admin/tokens"})
	for _, t := range append(slices.Clone(p.o.Tabs), Tabs()...) {
		permission := map[string]string{"/admin/jobs": "job.read", "/admin/configuration": "config.read"}[t.Href]
		if permission != "" {
			ok, err := may(tx, permission)
			if err != nil {
				return v, err
			}
			if !ok {
				continue
			}
		}
		v.tabs = append(v.tabs, t)
	}
	for i := range v.tabs {
		v.tabs[i].Current = v.tabs[i].Href == current
	}
	return v, nil
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
		if v.adminView, err = p.admin(tx, p.look(r.Context()), "/admin/record"); err != nil {
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
	jobs   []job.Record
	counts map[job.State]int
	next   string
	why    string // they cannot be decided on
}

func (p *Pages) jobs(w http.ResponseWriter, r *http.Request) error {
	v := jobsView{}
	err := p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		if err := auth.Check(tx, "job.read", auth.Everywhere); err != nil {
			return err
		}
		if v.adminView, err = p.admin(tx, p.look(r.Context()), "/admin/jobs"); err != nil {
			return err
		}
		if v.jobs, err = p.o.Jobs.Discarded(tx, r.URL.Query().Get("after"), jobsShown+1); err != nil {
			return err
		}
		if len(v.jobs) > jobsShown {
			v.jobs = v.jobs[:jobsShown]
			v.next = "/admin/jobs?after=" + url.QueryEscape(v.jobs[jobsShown-1].ID)
		}
		if v.counts, err = p.o.Jobs.Counts(tx); err != nil {
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

func (p *Pages) decideJob(again bool) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		what, action := "The job starts again", "job.revived"
		if !again {
			what, action = "The job is forgotten", "job.forgotten"
		}
		err := p.db.Write(r.Context(), func(tx *db.Tx) error {
			if err := auth.Check(tx, "job.decide", auth.Everywhere); err != nil {
				return err
			}
			decide := p.o.Jobs.Forget
			if again {
				decide = p.o.Jobs.Revive
			}
			if err := decide(tx, r.PathValue("job")); err != nil {
				return err
			}
			ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "job", ID: r.PathValue("job")}, Payload: map[string]any{"job": r.PathValue("job")}})
			return nil
		})
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
		v.adminView, err = p.admin(tx, p.look(r.Context()), "/admin/configuration")
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
