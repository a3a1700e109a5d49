package template

import (
	"net/http"
	"strconv"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/platform/web"
)

// sourceForm is a template as the text of its document.
type sourceForm struct {
	Version int    `form:"version"` // that was read; 0 for a new template
	Source  string `form:"source,raw"`

	key     string // "" for a new template
	why     string // it cannot be saved
	faults  ui.Errors
	lines   []errs.Field
	theirs  int // the newer version that somebody else made meanwhile
	changes []uiverdict.DiffPart
}

func (p *pages) askNew(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		From string `form:"from"`
	}
	if err := web.Query(r, &in); err != nil {
		return err
	}
	from := in.From
	if from == "" {
		from = "standard"
	}
	t, err := p.Plans.Template(r.Context(), from, 0)
	if errs.Is(err, errs.CodeNotFound) && in.From == "" {
		t, err = plan.Template{Phases: []plan.PhaseSpec{{Key: "prepare", Name: "Prepare", Days: 5}}}, nil
	}
	if err != nil {
		return err
	}
	t.Key, t.Name = "my-template", "My template"
	f := sourceForm{}
	if f.Source, err = t.YAML(); err != nil {
		return err
	}
	return p.form(w, r, f)
}

func (p *pages) askVersion(w http.ResponseWriter, r *http.Request) error {
	t, err := p.Plans.Template(r.Context(), r.PathValue("ref"), 0)
	if err != nil {
		return err
	}
	f := sourceForm{key: t.Key, Version: t.Version}
	if f.Source, err = t.YAML(); err != nil {
		return err
	}
	return p.form(w, r, f)
}

func (p *pages) form(w http.ResponseWriter, r *http.Request, f sourceForm) (err error) {
	if f.why, err = p.editWhy(r); err != nil {
		return err
	}
	return p.Site.Render(w, r, web.Page{Title: f.title(), Nav: nav, Body: formBody(f)})
}

func (f sourceForm) title() string {
	if f.key == "" {
		return "New template"
	}
	return "New version of " + f.key
}

func (f sourceForm) action() string {
	if f.key == "" {
		return "/templates"
	}
	return URL(f.key)
}

// sourceMax bounds the body of the form: the greatest document, escaped.
const sourceMax = 4 << 20

// put makes a template or another version of it, or shows the text again with what is wrong, line by line.
func (p *pages) put(w http.ResponseWriter, r *http.Request) error {
	web.Limit(r, sourceMax)
	f := sourceForm{key: r.PathValue("ref")}
	err := p.Site.Form(r, &f)
	var t plan.Template
	if err == nil {
		t, err = p.Plans.SetTemplateText(r.Context(), f.key, f.Version, []byte(f.Source))
	}
	if err == nil {
		toast := web.Toast{Title: "Version " + strconv.Itoa(t.Version) + " of " + t.Name, Text: "Releases keep the version that they were made from.", State: ui.Go}
		if f.key != "" && t.Version == f.Version {
			toast.Title, toast.Text = "Nothing changed", "The template says the same as version "+strconv.Itoa(t.Version)+"."
		}
		return p.Site.Redirect(w, r, URL(t.Key), toast)
	}
	f.refused(err)
	return p.Site.Again(w, r, err, web.Page{Title: f.title(), Nav: nav, Body: formBody(f)})
}

// refused keeps the text and takes over what is wrong. Over a newer version it shows what differs, and the next try is
// against that version.
func (f *sourceForm) refused(err error) {
	e := errs.As(err)
	f.lines = e.Fields
	f.faults = ui.Errors{Msg: e.Msg, Reason: e.Reason}
	newer, ok := e.Theirs.(plan.Template)
	if !ok {
		return
	}
	if f.key == "" {
		f.faults.Msg = "There is a template " + newer.Key + " already. Choose another key, or make a new version of that one."
		f.lines = []errs.Field{{Name: "key", Msg: f.faults.Msg}}
		return
	}
	f.theirs, f.Version = newer.Version, newer.Version
	if mine, err := plan.ReadTemplate([]byte(f.Source)); err == nil {
		f.changes = differences(newer, mine)
	}
}

// first is the fault that stands under the text; all of them stand above it.
func (f sourceForm) first() string {
	if len(f.lines) == 0 {
		return ""
	}
	if at := place(f.lines[0]); at != "" {
		return at + ": " + f.lines[0].Msg
	}
	return f.lines[0].Msg
}

func (f sourceForm) back() string {
	if f.key == "" {
		return "/templates"
	}
	return URL(f.key)
}

// place says where a fault is: the line if it is known, and the field.
func place(f errs.Field) string {
	var parts []string
	if f.Line > 0 {
		parts = append(parts, "Line "+strconv.Itoa(f.Line))
	}
	if f.Name != "" {
		parts = append(parts, f.Name)
	}
	return strings.Join(parts, ", ")
}
