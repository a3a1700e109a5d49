package roadmap

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/roadmap"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// subject names what a date is for.
func subject(d roadmap.Date) string {
	if d.ReleaseName != "" {
		return d.ReleaseName
	}
	return d.ProductName + " " + d.Version
}

func stateShape(d roadmap.Date) ui.State { s, _ := stateOf(d.State, d.Vendor); return s }

func stateWord(d roadmap.Date) string { _, w := stateOf(d.State, d.Vendor); return w }

// kindState is the shape of a statement.
func kindState(s roadmap.Statement) ui.State {
	switch s.Kind {
	case roadmap.KindAgreed:
		return ui.Go
	case roadmap.KindCountered, roadmap.KindMoved:
		return ui.Hold
	case roadmap.KindRefused:
		return ui.NoGo
	case roadmap.KindWithdrawn:
		return ui.Skip
	}
	return ui.Wait
}

// speaker is who said something: the role, or else the person.
func speaker(s roadmap.Statement) string {
	switch {
	case s.Role != "":
		return roleWord(s.Role)
	case s.Name != "":
		return s.Name
	}
	return "Slipway"
}

// roleWord writes the key of a role as a sentence says it: "Release manager".
func roleWord(role string) string {
	s := strings.ReplaceAll(role, "-", " ")
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// waits names who has not agreed.
func waits(d roadmap.Date) string {
	var out []string
	for _, a := range d.Answers {
		if a.Answer == "agreed" {
			continue
		}
		name := strings.ToLower(roleWord(a.Role))
		if a.Role == roadmap.Proposer {
			name = "who proposed it"
		}
		out = append(out, name)
	}
	if len(out) == 0 {
		return "nobody"
	}
	return ui.List(out...)
}

func (l look) nowDB() db.Time { return db.At(l.Now) }

// answerBy says until when answers are asked for.
func (l look) answerBy(d roadmap.Date) string {
	switch {
	case d.AnswerBy.IsZero() || !d.Open():
		return ""
	case d.Overdue(l.nowDB()):
		return "answer was due " + l.Mid(d.AnswerBy)
	}
	return "answer by " + l.Mid(d.AnswerBy)
}

// by is answerBy for a line of its own.
func (l look) by(d roadmap.Date) string {
	if s := l.answerBy(d); s != "" {
		return s
	}
	return "No day is named for the answer."
}

// saying is what the forms of a date send.
type saying struct {
	Rev    int64  `form:"rev"`
	Role   string `form:"role"`
	Start  string `form:"start"`
	End    string `form:"end"`
	Reason string `form:"reason"`
}

// detail is everything that the page of a date shows.
type detail struct {
	look
	roadmap.Date
	may         []string // roles for which the viewer may answer
	proposeWhy  string
	proposer    string
	verb        string // of the form that had faults
	in          saying
	err         ui.Errors
	stale       string
	releaseSeen bool
}

func (p *Pages) date(w http.ResponseWriter, r *http.Request) error {
	v := detail{look: p.look(r.Context())}
	if err := p.fillDate(r.Context(), &v, r.PathValue("date")); err != nil {
		return err
	}
	return p.site.Render(w, r, v.page())
}

func (v detail) page() web.Page {
	return web.Page{Title: subject(v.Date), Nav: "roadmap", Live: []string{"roadmap_date/" + string(v.ID)}, Body: dateBody(v)}
}

func (p *Pages) fillDate(ctx context.Context, v *detail, ref string) error {
	return p.db.Read(ctx, func(tx *db.Tx) (err error) {
		if v.Date, err = roadmap.Look(tx, ref); err != nil {
			return err
		}
		if v.may, err = roadmap.Answerable(tx, v.Date); err != nil {
			return err
		}
		if v.proposeWhy, err = whyNotIn(tx, "roadmap.propose", catalog.Scope(v.Product)); err != nil {
			return err
		}
		if v.Release != "" {
			v.releaseSeen, err = auth.Allowed(tx, "plan.read", catalog.Scope(v.Product))
			if err != nil {
				return err
			}
		}
		if v.Date.Proposer == "" {
			return nil
		}
		who, err := auth.PersonByID(tx, v.Date.Proposer)
		v.proposer = who.Name
		if errs.Is(err, errs.CodeNotFound) {
			err = nil
		}
		return err
	})
}

// roles are the choices of a form.
func (v detail) roles() []ui.Option {
	var out []ui.Option
	for _, r := range v.may {
		name := roleWord(r)
		if r == roadmap.Proposer {
			name = "As who proposed it"
		}
		out = append(out, ui.Option{Value: r, Text: name})
	}
	return out
}

// role is the one that is chosen in a form.
func (v detail) role() string {
	if v.in.Role != "" && slices.Contains(v.may, v.in.Role) {
		return v.in.Role
	}
	if len(v.may) > 0 {
		return v.may[0]
	}
	return ""
}

// of returns the faults of one of the forms.
func (v detail) of(verb string) ui.Errors {
	if v.verb == verb {
		return v.err
	}
	return ui.Errors{}
}

// word returns what was typed into one of the forms.
func (v detail) typed(verb string) saying {
	if v.verb == verb {
		return v.in
	}
	in := saying{}
	if verb == "counter" {
		in.Start, in.End = ui.DateTimeValue(v.Window.Start.Std(), v.Zone), ui.DateTimeValue(v.Window.End.Std(), v.Zone)
	}
	return in
}

// silent says why nothing can be answered here.
func (v detail) silent() string {
	switch {
	case v.Vendor != "":
		return v.Vendor + " forces this date. Nobody has to agree."
	case v.State == roadmap.StateAgreed:
		return "Everybody agreed " + v.Mid(v.AgreedAt) + ". Propose another date to open it again."
	case v.State == roadmap.StateWithdrawn:
		return "The date is withdrawn."
	}
	return "You hold none of the roles whose answer is waited for: " + waits(v.Date) + "."
}

func (v detail) facts() []ui.Fact {
	state, word := stateOf(v.State, v.Vendor)
	out := []ui.Fact{{Key: "State", Body: ui.Status(state, word)}, {Key: "On the table", Value: v.windowText(v.Window)}, {Key: "Round", Value: ui.Number(v.Round)}}
	if v.Title != "" {
		out = append(out, ui.Fact{Key: "Brings", Value: v.Title})
	}
	if v.Vendor != "" {
		out = append(out, ui.Fact{Key: "Forced by", Value: v.Vendor})
	}
	if v.proposer != "" {
		out = append(out, ui.Fact{Key: "Proposed by", Body: ui.Who(ui.Person{ID: string(v.Date.Proposer), Name: v.proposer})})
	}
	if !v.AnswerBy.IsZero() {
		out = append(out, ui.Fact{Key: "Answer by", Value: v.Near(v.AnswerBy)})
	}
	if v.Published != nil {
		out = append(out, ui.Fact{Key: "Published", Value: v.windowText(*v.Published)})
	} else {
		out = append(out, ui.Fact{Key: "Published", Value: "No"})
	}
	return out
}

func (p *Pages) agree(w http.ResponseWriter, r *http.Request) error {
	return p.answer(w, r, "agree", p.roads.Agree)
}

func (p *Pages) refuse(w http.ResponseWriter, r *http.Request) error {
	return p.answer(w, r, "refuse", p.roads.Refuse)
}

func (p *Pages) counter(w http.ResponseWriter, r *http.Request) error {
	return p.answer(w, r, "counter", p.roads.Counter)
}

func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	return p.answer(w, r, "withdraw", func(ctx context.Context, ref string, rev int64, in roadmap.Word) (roadmap.Date, error) {
		return p.roads.Withdraw(ctx, ref, rev, in.Reason)
	})
}

// answer says what a form says, or shows the page again with what is wrong.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request, verb string, do func(context.Context, string, int64, roadmap.Word) (roadmap.Date, error)) error {
	v := detail{look: p.look(r.Context()), verb: verb}
	ref := r.PathValue("date")
	err := p.site.Form(r, &v.in)
	var d roadmap.Date
	if err == nil {
		word := roadmap.Word{Role: v.in.Role, Reason: v.in.Reason}
		if verb == "counter" {
			word.Window, err = v.window("window", v.in.Start, v.in.End)
		}
		if err == nil {
			d, err = do(r.Context(), ref, v.in.Rev, word)
		}
	}
	if err == nil {
		state, word := stateOf(d.State, d.Vendor)
		t := web.Toast{State: state, Title: subject(d) + ": " + strings.ToLower(word)}
		if d.Open() {
			t.Text = "It waits for " + waits(d) + "."
		} else if d.State == roadmap.StateAgreed && d.Release != "" {
			t.Text = "Its window is " + v.windowText(d.Window) + "."
		}
		return p.site.Redirect(w, r, dateURL(d.Key), t)
	}
	in := v.in
	if fault := p.fillDate(r.Context(), &v, ref); fault != nil {
		return fault
	}
	v.in, v.err = in, ui.ErrorsOf(err)
	if errs.ReasonOf(err) == "row.stale" {
		v.stale, v.err = errs.As(err).Msg, ui.Errors{}
	}
	return p.site.Again(w, r, err, v.page())
}

// window reads two wall times of the viewer's zone.
func (l look) window(field, start, end string) (plan.Window, error) {
	var bad errs.Faults
	a, err := ui.ParseDateTime(field+".start", start, l.Zone)
	bad.Add(err)
	b, err := ui.ParseDateTime(field+".end", end, l.Zone)
	bad.Add(err)
	return plan.Window{Start: db.At(a), End: db.At(b)}, bad.Err("The date is not valid.", 0)
}
