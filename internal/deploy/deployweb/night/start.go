package night

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"slipway/internal/deploy"
	"slipway/internal/deploy/deployweb/desk"
	"slipway/internal/errs"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// startForm is what starts a run.
type startForm struct {
	Override    string `form:"override"`
	Environment string `form:"environment"`
	Parameters  string `form:"parameters"`
}

// tabForm is a form on a page of its own inside the frame of the release.
type tabForm struct {
	start  startForm
	choice choiceForm
	faults ui.Errors
	told   []string // faults that belong to no field of the form
	books  []ui.Option
	theirs string // what is chosen now, after a conflict
}

func (p *pages) startForm(w http.ResponseWriter, r *http.Request) error {
	v, err := p.tabOf(r)
	if err != nil {
		return err
	}
	return p.Options.Page(w, r, v.release.Key, tab, web.Page{Title: "Start the run", Body: startPage(v, tabForm{})})
}

func (p *pages) rehearseForm(w http.ResponseWriter, r *http.Request) error {
	v, err := p.tabOf(r)
	if err != nil {
		return err
	}
	return p.Options.Page(w, r, v.release.Key, tab, web.Page{Title: "Rehearse", Body: rehearsePage(v, tabForm{start: startForm{Parameters: writeParameters(v.prospect.Binding.Parameters)}})})
}

func (p *pages) start(w http.ResponseWriter, r *http.Request) error {
	return p.begin(w, r, deploy.Live)
}

func (p *pages) rehearse(w http.ResponseWriter, r *http.Request) error {
	return p.begin(w, r, deploy.Rehearsal)
}

func (p *pages) begin(w http.ResponseWriter, r *http.Request, mode deploy.Mode) error {
	var f tabForm
	err := p.Site.Form(r, &f.start)
	var run deploy.Run
	if err == nil {
		run, err = p.startRun(r.Context(), r.PathValue("release"), mode, f.start)
	}
	if err == nil {
		t := web.Toast{Title: "Run " + strconv.Itoa(run.Number) + " started", State: ui.Live}
		if mode == deploy.Rehearsal {
			t.Title = "Rehearsal started"
		}
		return p.Site.Redirect(w, r, desk.RunURL(run.ID), t)
	}
	v, fault := p.tabOf(r)
	if fault != nil {
		return fault
	}
	f.take(err, "override", "environment", "parameters")
	page := web.Page{Title: "Start the run", Body: startPage(v, f)}
	if mode == deploy.Rehearsal {
		page = web.Page{Title: "Rehearse", Body: rehearsePage(v, f)}
	}
	return p.Options.Again(w, r, err, v.release.Key, tab, page)
}

func (p *pages) startRun(ctx context.Context, release string, mode deploy.Mode, f startForm) (deploy.Run, error) {
	in := deploy.NewRun{Mode: mode, Override: f.Override, Environment: f.Environment}
	if mode == deploy.Rehearsal {
		in.Override = ""
		values, err := readParameters(f.Parameters)
		if err != nil {
			return deploy.Run{}, err
		}
		in.Parameters = values
	}
	return p.Runs.StartRun(ctx, release, in)
}

// take sorts the faults of an error: those of fields that the form has stand there, the others above it.
func (f *tabForm) take(err error, fields ...string) {
	e := errs.As(err)
	kept := *e
	kept.Fields = nil
	for _, x := range e.Fields {
		root, _, _ := strings.Cut(x.Name, ".")
		own := false
		for _, name := range fields {
			own = own || name == root
		}
		if !own {
			f.told = append(f.told, x.Msg)
			continue
		}
		x.Name = root
		kept.Fields = append(kept.Fields, x)
	}
	f.faults = ui.ErrorsOf(&kept)
	if len(f.told) > 0 {
		f.faults.Msg = e.Msg
	}
}

// choiceForm says what the release is to run.
type choiceForm struct {
	Runbook    string `form:"runbook"`
	Version    string `form:"version"`
	Parameters string `form:"parameters"`
	Reason     string `form:"reason"`
	Rev        int64  `form:"rev"`
}

func (p *pages) chooseForm(w http.ResponseWriter, r *http.Request) error {
	v, err := p.tabOf(r)
	if err != nil {
		return err
	}
	f := tabForm{choice: choiceForm{Runbook: r.URL.Query().Get("runbook"), Parameters: writeParameters(v.prospect.Binding.Parameters), Rev: v.prospect.Binding.Rev}}
	if f.choice.Runbook == "" {
		f.choice.Runbook = v.prospect.Binding.Runbook
		if n := v.prospect.Binding.Version; n > 0 && n < v.prospect.Binding.Newest {
			f.choice.Version = strconv.Itoa(n)
		}
	}
	if f.books, err = p.options(r.Context(), f.choice.Runbook); err != nil {
		return err
	}
	return p.Options.Page(w, r, v.release.Key, tab, web.Page{Title: "Choose the runbook", Body: choosePage(v, f)})
}

// options lists the runbooks, at most 200.
func (p *pages) options(ctx context.Context, chosen string) ([]ui.Option, error) {
	all, err := p.Books.List(ctx, deploy.Filter{Limit: 200})
	if err != nil {
		return nil, err
	}
	var out []ui.Option
	known := chosen == ""
	for _, b := range all {
		out = append(out, ui.Option{Value: b.Key, Text: b.Name + " (" + b.Key + ", version " + strconv.Itoa(b.Version) + ")"})
		known = known || b.Key == chosen
	}
	if !known {
		out = append([]ui.Option{{Value: chosen, Text: chosen}}, out...)
	}
	return out, nil
}

func (p *pages) choose(w http.ResponseWriter, r *http.Request) error {
	var f tabForm
	err := p.Site.Form(r, &f.choice)
	if err == nil {
		err = p.set(r.Context(), r.PathValue("release"), f.choice)
	}
	v, fault := p.tabOf(r)
	if fault != nil {
		return fault
	}
	if err == nil {
		return p.Site.Redirect(w, r, desk.ReleaseURL(v.release.Key, tab), web.Toast{Title: "Runbook chosen", Text: "The change is on record.", State: ui.Go})
	}
	f.take(err, "runbook", "version", "parameters", "reason")
	if errs.Is(err, errs.CodeConflict) {
		b := v.prospect.Binding
		f.theirs = strings.TrimSpace(b.Runbook + ", version " + strconv.Itoa(b.Version) + "\n" + writeParameters(b.Parameters))
		f.choice.Rev = b.Rev
	}
	if f.books, fault = p.options(r.Context(), f.choice.Runbook); fault != nil {
		return fault
	}
	return p.Options.Again(w, r, err, v.release.Key, tab, web.Page{Title: "Choose the runbook", Body: choosePage(v, f)})
}

func (p *pages) set(ctx context.Context, release string, f choiceForm) error {
	c := deploy.Choice{Runbook: &f.Runbook, Reason: f.Reason}
	n := 0
	if f.Version != "" {
		var err error
		if n, err = strconv.Atoi(f.Version); err != nil || n < 0 {
			return errs.InvalidField("version", "runbook.version", "A version is a whole number; leave it empty for the newest.")
		}
	}
	c.Version = &n
	values, err := readParameters(f.Parameters)
	if err != nil {
		return err
	}
	c.Parameters = &values
	_, err = p.Books.SetRunbook(ctx, release, f.Rev, c)
	return err
}

// readParameters reads one parameter a line: name=value.
func readParameters(text string) (map[string]string, error) {
	out := map[string]string{}
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if name = strings.TrimSpace(name); !ok || name == "" {
			return nil, errs.InvalidField("parameters", "run.parameter_line", "Line %d: write name=value.", i+1)
		}
		if _, twice := out[name]; twice {
			return nil, errs.InvalidField("parameters", "run.parameter_twice", "Line %d: %.100s stands twice.", i+1, name)
		}
		out[name] = strings.TrimSpace(value)
	}
	return out, nil
}
