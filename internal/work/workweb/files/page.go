package files

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
	"slipway/internal/work/exchange"
)

// Frame draws what stands around a page of a release: Page answers with it, Again answers a form whose input was refused.
type Frame struct {
	Page  func(w http.ResponseWriter, r *http.Request, ref, tab string, p web.Page) error
	Again func(w http.ResponseWriter, r *http.Request, err error, ref, tab string, p web.Page) error
}

type pages struct {
	site     *web.Site
	db       *db.DB
	exchange *exchange.Exchange
	frame    Frame
}

// Mount adds the pages to a site.
func Mount(s *web.Site, d *db.DB, x *exchange.Exchange, frame Frame) {
	p := &pages{s, d, x, frame}
	s.Handle("GET /releases/{ref}/plan/file", "work.read", p.show)
	s.Handle("POST /releases/{ref}/plan/file", "work.plan", p.take)
	s.Handle("GET /releases/{ref}/plan/file/{format}", "work.read", p.give)
}

// view is the page.
type view struct {
	release plan.Release
	why     string // nothing can be imported
	report  *exchange.Report
	faults  ui.Errors
	lines   []errs.Field
	kept    string // the file that was tried, in base64, if it is short enough to come back
	name    string
}

// keptMax is how long a file may be to travel back with its preview, in bytes: less than a text part of a form may have.
const keptMax = 700 << 10

func (p *pages) view(r *http.Request) (v view, err error) {
	err = p.db.Read(r.Context(), func(tx *db.Tx) error {
		if v.release, err = plan.ReleaseByRef(tx, r.PathValue("ref")); err != nil {
			return err
		}
		if err := auth.CheckSeen(tx, "work.read", plan.Scope(v.release), "release"); err != nil {
			return err
		}
		may, err := auth.Allowed(tx, "work.plan", plan.Scope(v.release))
		switch {
		case err != nil:
			return err
		case !may:
			v.why = "your roles do not carry work.plan here."
		case v.release.Ended():
			v.why = "the release is " + v.release.State.Words() + "."
		}
		return nil
	})
	return v, err
}

func (p *pages) show(w http.ResponseWriter, r *http.Request) error {
	v, err := p.view(r)
	if err != nil {
		return err
	}
	return p.frame.Page(w, r, v.release.Key, "plan", page(v))
}

func page(v view) web.Page { return web.Page{Title: "Plan from a file", Body: body(v)} }

// take says what an import would do, or does it.
func (p *pages) take(w http.ResponseWriter, r *http.Request) error {
	web.Limit(r, exchange.BytesMax+2<<20)
	var in struct {
		File web.File `form:"file"`
		Kept string   `form:"kept"`
		Name string   `form:"name"`
		Do   string   `form:"do"`
	}
	err := p.site.Form(r, &in)
	data := in.File.Bytes
	if err == nil && len(data) > 0 {
		in.Name = in.File.Name
	} else if err == nil {
		data, err = base64.StdEncoding.DecodeString(in.Kept)
		if err != nil || len(data) == 0 {
			err = errs.InvalidField("file", "file.missing", "Choose a file.")
		}
	}
	var report exchange.Report
	if err == nil {
		report, err = p.exchange.Import(r.Context(), r.PathValue("ref"), exchange.Guess(data), data, in.Do != "import")
	}
	v, fault := p.view(r)
	if fault != nil {
		return fault
	}
	v.name = in.Name
	if err != nil {
		e := errs.As(err)
		v.faults, v.lines = ui.ErrorsOf(err), e.Fields
		return p.frame.Again(w, r, err, v.release.Key, "plan", page(v))
	}
	if report.Saved {
		return p.site.Redirect(w, r, planURL(v.release, ""), web.Toast{Title: "Imported: " + counts(report), State: ui.Go})
	}
	if v.report = &report; len(data) <= keptMax {
		v.kept = base64.StdEncoding.EncodeToString(data)
	}
	return p.frame.Page(w, r, v.release.Key, "plan", page(v))
}

// give answers with the plan as a file.
func (p *pages) give(w http.ResponseWriter, r *http.Request) error {
	f, err := p.exchange.Export(r.Context(), r.PathValue("ref"), exchange.Format(r.PathValue("format")))
	if err != nil {
		return err
	}
	return httpx.Save(w, f.Name, f.Type, f.Bytes)
}

func planURL(r plan.Release, below string) string {
	return "/releases/" + url.PathEscape(r.Key) + "/plan" + below
}

func counts(r exchange.Report) string {
	return ui.Number(r.Added) + " added, " + ui.Number(r.Changed) + " changed, " + ui.Number(r.Unchanged) + " unchanged"
}

// stays says what the file does not name, if there is anything.
func stays(r exchange.Report) string {
	if len(r.Left) == 0 {
		return ""
	}
	return " " + ui.Plural(len(r.Left), "task of the release that it does not name stays.", "tasks of the release that it does not name stay.")
}

// place says where in the file a fault is.
func place(f errs.Field) string {
	if f.Line > 0 {
		return "line " + strconv.Itoa(f.Line) + ", " + f.Name
	}
	return f.Name
}

var outcomes = map[string]struct {
	state ui.State
	word  string
}{"added": {ui.Live, "Added"}, "changed": {ui.Hold, "Changed"}, "unchanged": {ui.Skip, "Unchanged"}}

func changes(words []string) string { return strings.Join(words, ", ") }
