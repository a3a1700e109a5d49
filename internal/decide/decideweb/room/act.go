package room

import (
	"fmt"
	"net/http"
	"strings"

	"slipway/internal/decide"
	"slipway/internal/decide/decideweb/view"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// act reads a form of the room, does what it says and returns to the room.
func (p *Pages) act(w http.ResponseWriter, r *http.Request, form string, do func(in roomForm) (web.Toast, error)) error {
	var in roomForm
	err := p.site.Form(r, &in)
	var done web.Toast
	if err == nil {
		done, err = do(in)
	}
	if err == nil {
		return p.site.Redirect(w, r, view.At(plan.Release{Key: r.PathValue("ref")}, "go-no-go"), done)
	}
	switch errs.CodeOf(err) {
	case errs.CodeInternal, errs.CodeUnauthenticated, errs.CodeNotFound, errs.CodeUnavailable:
		return err
	}
	page, fault := p.roomPage(r, "", in, placed(err), form)
	if fault != nil {
		return fault
	}
	return p.site.Again(w, r, err, page)
}

// placed moves the faults of conditions to the fields of the form, which takes all of them in one.
func placed(err error) error {
	e := errs.As(err)
	if len(e.Fields) == 0 {
		return err
	}
	out := *e
	out.Fields = make([]errs.Field, len(e.Fields))
	for i, f := range e.Fields {
		if at, rest, ok := strings.Cut(f.Name, "]."); ok && strings.HasPrefix(at, "conditions[") {
			f.Name = map[string]string{"text": "conditions", "owner": "owner", "due": "due", "verifier": "verifier"}[rest]
		}
		out.Fields[i] = f
	}
	return &out
}

// conditions reads one condition a line; who does them, until when and who verifies them holds for all.
func (in roomForm) conditions(r *http.Request) ([]decide.NewCondition, error) {
	var due db.Time
	if in.Due != "" {
		t, err := ui.ParseDateTime("due", in.Due, view.Zone(r))
		if err != nil {
			return nil, err
		}
		due = db.At(t)
	}
	var out []decide.NewCondition
	for line := range strings.SplitSeq(in.Conditions, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, decide.NewCondition{Text: line, Owner: in.Owner, Verifier: in.Verifier, Due: due})
		}
	}
	return out, nil
}

func (p *Pages) openPoll(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "open", func(in roomForm) (web.Toast, error) {
		x, err := p.decisions.OpenPoll(r.Context(), r.PathValue("ref"), decide.NewPoll{Chair: in.Chair})
		return web.Toast{Title: fmt.Sprintf("Round %d is open", x.Round), Text: "Content and verdict of this moment are frozen.", State: ui.Live}, err
	})
}

func (p *Pages) call(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "call", func(in roomForm) (web.Toast, error) {
		x, err := p.decisions.Call(r.Context(), r.PathValue("ref"), in.Role)
		s, _ := x.Seat(in.Role)
		return web.Toast{Title: "Calling " + s.Name, State: ui.Now}, err
	})
}

func (p *Pages) closePoll(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "close", func(in roomForm) (web.Toast, error) {
		x, err := p.decisions.ClosePoll(r.Context(), r.PathValue("ref"), in.Reason)
		return web.Toast{Title: fmt.Sprintf("Round %d is closed", x.Round), Text: "Nothing was decided.", State: ui.Skip}, err
	})
}

func (p *Pages) answer(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "answer", func(in roomForm) (web.Toast, error) {
		list, err := in.conditions(r)
		if err != nil {
			return web.Toast{}, err
		}
		if in.Answer != "go-if" {
			list = nil
		}
		x, err := p.decisions.Answer(r.Context(), r.PathValue("ref"), in.Role, decide.NewAnswer{Answer: in.Answer, Comment: in.Comment, Conditions: list})
		state, said := outcomeOf(string(x.Word))
		return web.Toast{Title: "Answered " + said, Text: "You can change it until the decision.", State: state}, err
	})
}

func (p *Pages) decide(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "decide", func(in roomForm) (web.Toast, error) {
		list, err := in.conditions(r)
		if err != nil {
			return web.Toast{}, err
		}
		x := decide.NewDecision{Decision: in.Decision, Reason: in.Reason, Rev: in.Rev}
		if in.Decision == "go-if" {
			x.Conditions = list
		}
		if in.Decision == decide.Hold && in.Again != "" {
			t, err := ui.ParseDateTime("again", in.Again, view.Zone(r))
			if err != nil {
				return web.Toast{}, err
			}
			x.Again = db.At(t)
		}
		out, err := p.decisions.Decide(r.Context(), r.PathValue("ref"), x)
		state, said := outcomeOf(out.Outcome)
		return web.Toast{Title: "Decided: " + said, Text: "Sealed as " + ui.Digest(out.Digest) + ".", State: state}, err
	})
}

func (p *Pages) done(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "condition", func(in roomForm) (web.Toast, error) {
		c, err := p.decisions.Done(r.Context(), r.PathValue("ref"), r.PathValue("condition"), in.Note)
		return web.Toast{Title: "Done", Text: c.Text, State: ui.Go}, err
	})
}

func (p *Pages) reopen(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "condition", func(in roomForm) (web.Toast, error) {
		c, err := p.decisions.Reopen(r.Context(), r.PathValue("ref"), r.PathValue("condition"), in.Note)
		return web.Toast{Title: "Open again", Text: c.Text, State: ui.Hold}, err
	})
}

func (p *Pages) minutes(w http.ResponseWriter, r *http.Request) error {
	rel, text, err := p.decisions.Minutes(r.Context(), r.PathValue("ref"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/markdown; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="go-no-go-`+rel.Key+`.md"`)
	_, err = strings.NewReader(text).WriteTo(w)
	return err
}
