package feeds

import (
	"fmt"
	"net/http"

	"slipway/internal/calendar/feed"
	"slipway/internal/errs"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// The span of events that the page of a source shows.
const shown = 200

type sourceForm struct {
	Name       string   `form:"name"`
	Key        string   `form:"key"`
	Kind       string   `form:"kind"`
	URL        string   `form:"url"`
	Zone       string   `form:"zone"`
	EveryHours int64    `form:"everyHours"`
	File       web.File `form:"file"`
}

type listView struct {
	look
	sources []feed.Source
	mayNot  string
}

const notAllowed = "only release managers import calendars."

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	v := listView{look: p.look(r.Context())}
	var err error
	if v.sources, err = p.feeds.Sources(r.Context(), false); err != nil {
		return err
	}
	if v.mayNot, err = p.mayNot(r.Context(), "source.edit", notAllowed); err != nil {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: "Imported calendars", Nav: "calendar", Live: []string{"sources"}, Body: listBody(v)})
}

type askView struct {
	form   sourceForm
	errors ui.Errors
}

func (v askView) page() web.Page {
	return web.Page{Title: "Import a calendar", Nav: "calendar", Body: askBody(v)}
}

func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	if err := p.mayEdit(r); err != nil {
		return err
	}
	return p.site.Render(w, r, askView{form: sourceForm{Kind: string(feed.Holiday), Zone: p.look(r.Context()).Zone.String(), EveryHours: 24}}.page())
}

func (p *Pages) add(w http.ResponseWriter, r *http.Request) error {
	web.Limit(r, textMax)
	var in sourceForm
	err := p.site.Form(r, &in)
	if err == nil {
		spec := feed.SourceSpec{Key: in.Key, Name: in.Name, Kind: feed.SourceKind(in.Kind), URL: in.URL, Zone: in.Zone, EveryHours: in.EveryHours}
		if len(in.File.Bytes) > 0 {
			spec.Text = string(in.File.Bytes)
		}
		var s feed.Source
		if s, err = p.feeds.AddSource(r.Context(), spec); err == nil {
			text := fmt.Sprintf("It has %d events.", s.Events)
			if s.URL != "" {
				text = "It is being fetched."
			}
			return p.site.Redirect(w, r, Sources+"/"+s.Key, web.Toast{State: ui.Go, Title: s.Name + " is imported", Text: text})
		}
	}
	return p.site.Again(w, r, err, askView{form: in, errors: ui.ErrorsOf(err)}.page())
}

type showView struct {
	look
	feed.Source
	events []feed.Event
	mayNot string
	ending bool // the address asks whether to end the import
	errors ui.Errors
}

func (p *Pages) showView(r *http.Request) (v showView, err error) {
	ctx := r.Context()
	v.look, v.ending = p.look(ctx), r.URL.Query().Get("end") != ""
	if v.Source, err = p.feeds.Source(ctx, r.PathValue("ref")); err != nil {
		return v, err
	}
	all, err := p.feeds.Events(ctx, db.At(v.Now), db.At(v.Now.AddDate(1, 0, 0)), 5_000)
	for _, e := range all {
		if e.SourceKey == v.Key && len(v.events) < shown {
			v.events = append(v.events, e)
		}
	}
	if err != nil {
		return v, err
	}
	v.mayNot, err = p.mayNot(ctx, "source.edit", notAllowed)
	return v, err
}

func (v showView) page() web.Page {
	return web.Page{Title: v.Name, Nav: "calendar", Live: []string{"source/" + string(v.ID)}, Body: showBody(v)}
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request) error {
	v, err := p.showView(r)
	if err != nil {
		return err
	}
	return p.site.Render(w, r, v.page())
}

// again draws the page of a source with a refusal.
func (p *Pages) again(w http.ResponseWriter, r *http.Request, err error) error {
	v, e := p.showView(r)
	if e != nil {
		return e
	}
	v.errors = ui.ErrorsOf(err)
	return p.site.Again(w, r, err, v.page())
}

func (p *Pages) sync(w http.ResponseWriter, r *http.Request) error {
	s, err := p.feeds.Sync(r.Context(), r.PathValue("ref"))
	if errs.Is(err, errs.CodeUnavailable) {
		// It stands on the page, kept with the source.
		return p.site.Redirect(w, r, Sources+"/"+r.PathValue("ref"), web.Toast{State: ui.Hold, Title: "Not fetched", Text: errs.As(err).Msg})
	}
	if err != nil {
		return p.again(w, r, err)
	}
	return p.site.Redirect(w, r, Sources+"/"+s.Key, web.Toast{State: ui.Go, Title: "Fetched", Text: fmt.Sprintf("%s has %d events.", s.Name, s.Events)})
}

func (p *Pages) load(w http.ResponseWriter, r *http.Request) error {
	web.Limit(r, textMax)
	var in struct {
		File web.File `form:"file"`
	}
	err := p.site.Form(r, &in)
	if err == nil && len(in.File.Bytes) == 0 {
		err = errs.InvalidField("file", "source.no_file", "Choose a file.")
	}
	if err == nil {
		var s feed.Source
		if s, err = p.feeds.Load(r.Context(), r.PathValue("ref"), string(in.File.Bytes)); err == nil {
			return p.site.Redirect(w, r, Sources+"/"+s.Key, web.Toast{State: ui.Go, Title: "Read", Text: fmt.Sprintf("%s has %d events.", s.Name, s.Events)})
		}
	}
	return p.again(w, r, err)
}

func (p *Pages) end(w http.ResponseWriter, r *http.Request) error {
	s, err := p.feeds.CloseSource(r.Context(), r.PathValue("ref"))
	if err != nil {
		return p.again(w, r, err)
	}
	return p.site.Redirect(w, r, Sources, web.Toast{State: ui.Go, Title: "No longer imported", Text: s.Name + " and its events are gone from the calendar."})
}
