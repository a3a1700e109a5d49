package console

import (
	"context"
	"net/http"

	"slipway/internal/deploy"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// stepForm is what a person types into the forms of the console.
type stepForm struct {
	Verb    string `form:"-"` // which form
	Step    string `form:"step"`
	Asked   int    `form:"asked"`
	Reason  string `form:"reason"`
	Confirm string `form:"confirm"`
	Past    bool   `form:"past"`
	Person  string `form:"person"`
	Text    string `form:"text"`
	Show    string `form:"show"`
}

// stepVerbs are what can be done to a step, with the permission of each.
var stepVerbs = map[string]string{"confirm": "run.answer", "refuse": "run.answer", "retry": "run.operate", "skip": "run.operate", "stop": "run.operate", "reassign": "run.operate"}

// said are the toasts of what was done to a step.
var saidOfStep = map[string]string{"confirm": "Confirmed", "refuse": "Refused", "retry": "Trying again", "skip": "Skipped", "stop": "Told to stop", "reassign": "Handed over"}

func (p *pages) step(w http.ResponseWriter, r *http.Request, verb string) error {
	run, step := id.Run(r.PathValue("run")), r.PathValue("step")
	var in stepForm
	err := p.Site.Form(r, &in)
	in.Verb, in.Step = verb, step
	if err == nil && verb == "confirm" {
		err = p.typed(r, step, in)
	}
	if err == nil {
		err = p.act(r.Context(), run, verb, in)
	}
	if err != nil {
		return p.again(w, r, err, in)
	}
	state := ui.Go
	if verb == "refuse" || verb == "stop" || verb == "skip" {
		state = ui.Hold
	}
	return p.Site.Redirect(w, r, consoleURL(run, "", in.Show), web.Toast{Title: saidOfStep[verb], State: state})
}

func (p *pages) act(ctx context.Context, run id.Run, verb string, in stepForm) (err error) {
	a := deploy.Answer{Reason: in.Reason, Asked: in.Asked}
	switch verb {
	case "confirm":
		_, err = p.Runs.Confirm(ctx, run, in.Step, a)
	case "refuse":
		_, err = p.Runs.Refuse(ctx, run, in.Step, a)
	case "retry":
		_, err = p.Runs.Retry(ctx, run, in.Step, deploy.Answer{})
	case "skip":
		_, err = p.Runs.Skip(ctx, run, in.Step, deploy.Answer{Reason: in.Reason})
	case "stop":
		_, err = p.Runs.StopStep(ctx, run, in.Step, deploy.Answer{Reason: in.Reason})
	case "reassign":
		_, err = p.Runs.Reassign(ctx, run, in.Step, in.Person)
	}
	return err
}

// typed demands the name of the release with the go of a point of no return.
func (p *pages) typed(r *http.Request, step string, in stepForm) error {
	c, err := p.read(r, step, "")
	if err != nil {
		return err
	}
	if s, ok := c.step(step); ok && s.Question == "go" {
		return named(in, c)
	}
	return nil
}

func named(in stepForm, c *console) error {
	if in.Confirm == c.ReleaseName {
		return nil
	}
	return errs.InvalidField("confirm", "run.name_not_typed", "Nothing was done. Type %s exactly as it stands here, so that it is meant.", c.ReleaseName)
}

// again answers a form that was refused: the console with the step opened, or the page of the dialog.
func (p *pages) again(w http.ResponseWriter, r *http.Request, err error, in stepForm) error {
	c, fault := p.read(r, in.Step, in.Show)
	if fault != nil {
		return fault
	}
	c.form, c.faults = in, ui.ErrorsOf(err)
	page := c.page()
	page.Live = nil
	what := map[string]string{"rollback": "rollback", "abort": "abort"}[in.Verb]
	if s, ok := c.step(in.Step); ok && in.Verb == "confirm" && s.Question == "go" {
		what = "go"
	}
	if what != "" {
		page.Body = askPage(c, what)
	}
	return p.Site.Again(w, r, err, page)
}

// ask is the page of a dialog, for those who come without script.
func (p *pages) ask(w http.ResponseWriter, r *http.Request) error {
	what := r.PathValue("what")
	if what != "rollback" && what != "abort" && what != "go" {
		return errs.NotFound("page.not_found", "There is no page at this address, or it is not for you.")
	}
	c, err := p.read(r, r.URL.Query().Get("step"), "")
	if err != nil {
		return err
	}
	page := c.page()
	page.Live, page.Body = nil, askPage(c, what)
	return p.Site.Render(w, r, page)
}

// order is a form on the whole run.
func (p *pages) order(w http.ResponseWriter, r *http.Request, verb string, toast web.Toast, guarded bool, do func(ctx context.Context, run id.Run, in stepForm) error) error {
	run := id.Run(r.PathValue("run"))
	var in stepForm
	err := p.Site.Form(r, &in)
	in.Verb = verb
	if err == nil && guarded {
		var c *console
		if c, err = p.read(r, "", ""); err != nil {
			return err
		}
		err = named(in, c)
	}
	if err == nil {
		err = do(r.Context(), run, in)
	}
	if err != nil {
		return p.again(w, r, err, in)
	}
	return p.Site.Redirect(w, r, consoleURL(run, in.Step, in.Show), toast)
}

func (p *pages) pause(w http.ResponseWriter, r *http.Request) error {
	return p.order(w, r, "", web.Toast{Title: "On hold", Text: "What is in flight finishes; nothing new starts.", State: ui.Hold}, false, func(ctx context.Context, run id.Run, in stepForm) error {
		_, err := p.Runs.Pause(ctx, run, in.Reason)
		return err
	})
}

func (p *pages) resume(w http.ResponseWriter, r *http.Request) error {
	return p.order(w, r, "", web.Toast{Title: "The run goes on", State: ui.Live}, false, func(ctx context.Context, run id.Run, _ stepForm) error {
		_, err := p.Runs.Resume(ctx, run)
		return err
	})
}

func (p *pages) abort(w http.ResponseWriter, r *http.Request) error {
	return p.order(w, r, "abort", web.Toast{Title: "Aborted", Text: "Nothing was undone.", State: ui.NoGo}, true, func(ctx context.Context, run id.Run, in stepForm) error {
		_, err := p.Runs.Abort(ctx, run, in.Reason)
		return err
	})
}

func (p *pages) rollBack(w http.ResponseWriter, r *http.Request) error {
	return p.order(w, r, "rollback", web.Toast{Title: "Rolling back", Text: "Say why when there is time.", State: ui.Hold}, true, func(ctx context.Context, run id.Run, in stepForm) error {
		_, err := p.Runs.RollBack(ctx, run, deploy.Back{Reason: in.Reason, PastNoReturn: in.Past})
		return err
	})
}

func (p *pages) explain(w http.ResponseWriter, r *http.Request) error {
	return p.order(w, r, "reason", web.Toast{Title: "The reason is on record", State: ui.Go}, false, func(ctx context.Context, run id.Run, in stepForm) error {
		_, err := p.Runs.Explain(ctx, run, in.Reason)
		return err
	})
}

func (p *pages) comment(w http.ResponseWriter, r *http.Request) error {
	return p.order(w, r, "comment", web.Toast{Title: "Noted", State: ui.Go}, false, func(ctx context.Context, run id.Run, in stepForm) error {
		_, err := p.Runs.Say(ctx, run, in.Step, in.Text)
		return err
	})
}
