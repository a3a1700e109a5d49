package applyweb

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"slipway/internal/errs"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// Path is the address of the page.
const Path = "/admin/apply"

// Options are what the page needs from outside.
type Options struct {
	// Tabs returns the tabs of the administration for the viewer, with the one at the address current; nil for none.
	Tabs func(tx *db.Tx, current string) ([]ui.Tab, error)
}

type pages struct {
	site  *web.Site
	db    *db.DB
	kinds *apply.Registry
	o     Options
}

// Mount adds the pages to the site.
func Mount(s *web.Site, d *db.DB, r *apply.Registry, o Options) {
	p := &pages{s, d, r, o}
	s.Handle("GET "+Path, "apply.export", p.show)
	s.Handle("POST "+Path, "apply.run", p.run)
	s.Handle("GET /admin/export", "apply.export", p.export)
}

// view is the page.
type view struct {
	form
	tabs    []ui.Tab
	kinds   []string
	why     string // documents cannot be applied
	faults  ui.Errors
	lines   []errs.Field
	fileErr string // what is wrong with the chosen files themselves
	done    []apply.Change
	did     string // what the answer says happened: tried, again, applied
}

// What an answer says happened.
const (
	tried   = "tried"
	again   = "again" // tried once more, since the text was another than the one tried
	applied = "applied"
)

// read fills in what the viewer may do here. It fails with errs.Forbidden for whoever may neither export nor apply.
func (p *pages) read(r *http.Request, v *view) error {
	v.kinds = p.kinds.Kinds()
	return p.db.Read(r.Context(), func(tx *db.Tx) error {
		all, scopes, err := auth.Scopes(tx, "apply.export")
		if err != nil {
			return err
		}
		runAll, runScopes, err := auth.Scopes(tx, "apply.run")
		if err != nil {
			return err
		}
		if !runAll && len(runScopes) == 0 {
			v.why = "your roles do not carry apply.run."
			if !all && len(scopes) == 0 {
				return auth.Check(tx, "apply.export", auth.Everywhere)
			}
		}
		if p.o.Tabs != nil {
			v.tabs, err = p.o.Tabs(tx, Path)
		}
		return err
	})
}

func (p *pages) show(w http.ResponseWriter, r *http.Request) error {
	v := view{}
	if err := p.read(r, &v); err != nil {
		return err
	}
	return p.site.Render(w, r, page(v))
}

func page(v view) web.Page { return web.Page{Title: "As code", Nav: "admin", Body: body(v)} }

// bodyMax bounds a request: the text and the files that are added to it.
const bodyMax = 4 << 20

// run tries the documents, or applies them if they are those that were tried. Both answer with the page itself: applying the
// same documents again changes nothing.
func (p *pages) run(w http.ResponseWriter, r *http.Request) error {
	web.Limit(r, bodyMax)
	v := view{}
	err := p.site.Form(r, &v.form)
	if err == nil {
		err = v.add()
	}
	if err == nil {
		v.did = tried
		if v.Do == "apply" && v.Tried == v.digest() {
			v.did = applied
		} else if v.Do == "apply" {
			v.did = again
		}
		v.done, err = p.kinds.Apply(r.Context(), Files(v.Text), v.did != applied)
	}
	if err != nil {
		e := errs.As(err)
		v.faults, v.lines, v.did = ui.Errors{Msg: e.Msg, Reason: e.Reason}, e.Fields, ""
		if len(e.Fields) == 1 && e.Fields[0].Name == "files" {
			v.fileErr, v.lines = e.Fields[0].Msg, nil
		}
	}
	if fault := p.read(r, &v); fault != nil {
		return fault
	}
	if err != nil {
		return p.site.Again(w, r, err, page(v))
	}
	v.Tried = v.digest()
	if v.did == applied {
		v.Text, v.Tried = "", ""
	}
	return p.site.Render(w, r, page(v))
}

// export answers with the documents of one kind as a file.
func (p *pages) export(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Kind string `form:"kind"`
	}
	if err := web.Query(r, &in); err != nil {
		return err
	}
	docs, err := p.kinds.Export(r.Context(), in.Kind)
	if err != nil {
		return err
	}
	text, err := apply.Text(docs)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/yaml; charset=utf-8")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="slipway-%s.yaml"`, in.Kind))
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, err = w.Write([]byte(text))
	return err
}

func exportURL(kind string) string { return "/admin/export?" + url.Values{"kind": {kind}}.Encode() }

// many is the word for several documents of a kind.
func many(kind string) string {
	if kind == "person" {
		return "people"
	}
	return kind + "s"
}

// sum says how many documents did what.
func (v view) sum(outcome apply.Outcome) int {
	n := 0
	for _, c := range v.done {
		if c.Outcome == outcome {
			n++
		}
	}
	return n
}

// found says in words what the documents do, or did.
func (v view) found() string {
	return strconv.Itoa(v.sum(apply.Created)) + " created, " + strconv.Itoa(v.sum(apply.Changed)) + " changed, " + strconv.Itoa(v.sum(apply.Unchanged)) + " unchanged"
}

// changes is how many documents do something.
func (v view) changes() int { return v.sum(apply.Created) + v.sum(apply.Changed) }

// first is the fault that stands under the text; all of them stand above it.
func (v view) first() string {
	if len(v.lines) == 0 {
		return ""
	}
	if at := place(v.lines[0]); at != "" {
		return at + ": " + v.lines[0].Msg
	}
	return v.lines[0].Msg
}
