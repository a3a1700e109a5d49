package gateweb

import (
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"slipway/internal/errs"
	"slipway/internal/gate"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

func (p *Pages) readiness(w http.ResponseWriter, r *http.Request) error {
	var q struct {
		Criterion string `form:"criterion"`
		Show      string `form:"show"`
	}
	if err := web.Query(r, &q); err != nil {
		return err
	}
	body, err := p.tabOf(r, q.Show, q.Criterion, input{}, ui.Errors{})
	if err != nil {
		return err
	}
	return p.o.Page(w, r, r.PathValue("release"), tab, web.Page{Title: "Readiness", Body: body})
}

// tabOf draws the tab, with what was typed into a form that was refused.
func (p *Pages) tabOf(r *http.Request, show, open string, in input, faults ui.Errors) (templ.Component, error) {
	var v *view
	err := p.db.Read(r.Context(), func(tx *db.Tx) error {
		rel, err := seen(tx, r.PathValue("release"))
		if err != nil {
			return err
		}
		if v, err = p.view(tx, rel, show, open); err != nil || p.o.Approvals == nil {
			return err
		}
		v.approvals, err = p.o.Approvals(tx, rel)
		return err
	})
	if err != nil {
		return nil, err
	}
	v.form, v.faults = in, faults
	return readinessBody(v), nil
}

// act carries out a form of an opened row: a redirect with a toast, or the same row again with what is wrong.
func (p *Pages) act(w http.ResponseWriter, r *http.Request, form string, do func(in *input) (web.Toast, error)) error {
	var in input
	release, criterion := r.PathValue("release"), r.PathValue("criterion")
	err := p.site.Form(r, &in)
	var toast web.Toast
	if err == nil {
		toast, err = do(&in)
	}
	if err == nil {
		return p.site.Redirect(w, r, opened(plan.Release{Key: release}, criterion, showAll), toast)
	}
	in.Form = form
	body, fault := p.tabOf(r, showAll, criterion, in, ui.ErrorsOf(err))
	if fault != nil {
		return fault
	}
	return p.o.Again(w, r, err, release, tab, web.Page{Title: "Readiness", Body: body})
}

func (p *Pages) confirm(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "confirm", func(in *input) (web.Toast, error) {
		c, err := p.gate.Confirm(r.Context(), r.PathValue("release"), r.PathValue("criterion"), in.Answer, in.Note)
		title := map[string]string{gate.Confirmed: "Confirmed", gate.Denied: "Recorded as not fulfilled", gate.Withdrawn: "Your answer is taken back"}[c.Answer]
		return web.Toast{Title: title}, err
	})
}

func (p *Pages) waive(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "waive", func(in *input) (web.Toast, error) {
		ask := gate.NewWaiver{Reason: in.Reason, Measure: in.Measure, Owner: in.Owner}
		if in.Until != "" {
			until, err := ui.ParseDateTime("until", in.Until, zoneOf(r))
			if err != nil {
				return web.Toast{}, err
			}
			ask.Until = db.At(until)
		}
		x, err := p.gate.Waive(r.Context(), r.PathValue("release"), r.PathValue("criterion"), ask)
		if x.GrantedAt.IsZero() {
			return web.Toast{Title: "The waiver is asked for", Text: "It is in force once an approver grants it."}, err
		}
		return web.Toast{Title: "Waived", Text: "The criterion blocks again when the waiver ends.", State: ui.GoIf}, err
	})
}

func (p *Pages) grant(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "unwaive", func(in *input) (web.Toast, error) {
		_, err := p.gate.Grant(r.Context(), r.PathValue("release"), r.PathValue("criterion"), in.Waiver)
		return web.Toast{Title: "The waiver is in force", State: ui.GoIf}, err
	})
}

func (p *Pages) unwaive(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "unwaive", func(in *input) (web.Toast, error) {
		x, err := p.gate.Unwaive(r.Context(), r.PathValue("release"), r.PathValue("criterion"), in.Waiver, in.Reason)
		if x.GrantedAt.IsZero() {
			return web.Toast{Title: "The waiver is refused"}, err
		}
		return web.Toast{Title: "The waiver is withdrawn", Text: "The criterion counts again."}, err
	})
}

// original sends the bytes of evidence as they were received.
func (p *Pages) original(w http.ResponseWriter, r *http.Request) error {
	e, bytes, err := p.gate.Original(r.Context(), r.PathValue("evidence"))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Length", strconv.FormatInt(e.Size, 10))
	h.Set("Content-Disposition", `attachment; filename="`+e.FileName()+`"`)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Digest", "sha-256="+e.Digest)
	_, err = io.Copy(w, bytes)
	if cerr := bytes.Close(); err == nil {
		err = cerr
	}
	return err
}

// sent is the form that sends evidence.
type sent struct {
	Kind      string   `form:"kind"`
	Criterion string   `form:"criterion"`
	Service   string   `form:"service"`
	Source    string   `form:"source"`
	URL       string   `form:"url"`
	File      web.File `form:"file"`
}

func (p *Pages) send(w http.ResponseWriter, r *http.Request) error {
	web.Limit(r, p.gate.EvidenceLimit()+1<<20)
	var in sent
	release := r.PathValue("release")
	err := p.site.Form(r, &in)
	if err == nil && in.File.Name == "" {
		err = errs.InvalidField("file", "evidence.file_missing", "Choose the file.")
	}
	var e gate.Evidence
	if err == nil {
		e, err = p.gate.Receive(r.Context(), release, gate.NewEvidence{Kind: in.Kind, Criterion: in.Criterion, Service: in.Service, Source: in.Source, URL: in.URL}, in.File.Bytes)
	}
	if err != nil {
		v, fault := p.listOf(r, url.Values{}, in, ui.ErrorsOf(inFile(err)))
		if fault != nil {
			return fault
		}
		return p.o.Again(w, r, err, release, tab, web.Page{Title: "Evidence", Body: evidenceBody(v)})
	}
	to := at(plan.Release{Key: release}, "evidence")
	if e.Criterion != "" {
		to = opened(plan.Release{Key: release}, e.Criterion, showAll)
	}
	return p.site.Redirect(w, r, to, web.Toast{Title: "Received", Text: content(e) + "."})
}

// inFile places what is wrong inside of a file at the field that sent it.
func inFile(err error) error {
	e := errs.As(err)
	known := map[string]bool{"kind": true, "criterion": true, "service": true, "source": true, "url": true, "file": true}
	out := *e
	out.Fields = nil
	for _, f := range e.Fields {
		if !known[f.Name] {
			f.Msg = place(f) + f.Msg
			f.Name = "file"
		}
		out.Fields = append(out.Fields, f)
	}
	return &out
}

func place(f errs.Field) string {
	s := ""
	if f.Line > 0 {
		s = "Line " + strconv.Itoa(f.Line) + ": "
	}
	if f.Name != "" && f.Name != "body" {
		s += f.Name + ": "
	}
	return s
}
