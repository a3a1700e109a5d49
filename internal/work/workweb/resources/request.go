package resources

import (
	"net/http"
	"net/url"
	"slices"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
	"slipway/internal/work"
	"slipway/internal/work/capacity"
	"slipway/internal/work/resource"
)

func requestURL(q request, verb string) string {
	return Path + "/requests/" + url.PathEscape(q.ID) + "/" + verb
}

// requestForm is a new request; the address of a way out fills it in.
type requestForm struct {
	Release string `form:"release"`
	Task    string `form:"task"`
	Person  string `form:"person"`
	Skill   string `form:"skill"`
	Level   int64  `form:"level"`
	Tool    string `form:"tool"`
	Weekly  string `form:"weekly"`
	First   string `form:"first"`
	Last    string `form:"last"`
	Reason  string `form:"reason"`
	Back    string `form:"back"`
}

var requestFields = []string{"release", "task", "person", "skill", "level", "tool", "weekly", "first", "last", "reason"}

// requestView is the form with its choices.
type requestView struct {
	look
	requestForm
	releases, people, skills, tools, tasks []ui.Option
	lead                                   string // who answers
	weeks                                  []capacity.Cell
	who                                    string
	errors                                 ui.Errors
}

func (p *Pages) newRequest(w http.ResponseWriter, r *http.Request) error {
	v := requestView{}
	if err := web.Query(r, &v.requestForm); err != nil {
		return err
	}
	return p.showRequest(w, r, v, 0)
}

func (p *Pages) showRequest(w http.ResponseWriter, r *http.Request, v requestView, status int) error {
	v.look = p.look(r.Context())
	if err := p.db.Read(r.Context(), func(tx *db.Tx) error { return p.readRequest(tx, &v) }); err != nil {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: "Ask for people and tools", Nav: "resources", Status: status, Crumbs: []web.Crumb{{Text: "People and capacity", Href: Path}}, Body: requestPage(v)})
}

func (p *Pages) readRequest(tx *db.Tx, v *requestView) error {
	if err := resource.Anywhere(tx, "resource.request"); err != nil {
		return err
	}
	open := false
	rs, err := plan.Releases(tx, plan.Filter{Ended: &open, Limit: 200})
	if err != nil {
		return err
	}
	v.releases, v.skills, v.tools, v.tasks = []ui.Option{{Text: "Choose"}}, []ui.Option{{Text: "No skill"}}, []ui.Option{{Text: "No tool"}}, []ui.Option{{Text: "No task in particular"}}
	for _, x := range rs {
		v.releases = append(v.releases, ui.Option{Value: x.Key, Text: x.Name})
	}
	if v.people, err = reader.People(tx, "Nobody in particular"); err != nil {
		return err
	}
	skilled, err := resource.SkilledPeople(tx, "")
	if err != nil {
		return err
	}
	for _, s := range skilled {
		if o := (ui.Option{Value: s.Skill.Skill, Text: capacity.Spoken(s.Skill.Skill)}); !slices.Contains(v.skills, o) {
			v.skills = append(v.skills, o)
		}
	}
	tools, err := resource.ListTools(tx)
	if err != nil {
		return err
	}
	for _, t := range tools {
		if !t.Closed {
			v.tools = append(v.tools, ui.Option{Value: t.Key, Text: t.Name})
		}
	}
	if err := v.readTasks(tx); err != nil {
		return err
	}
	return p.readAsked(tx, v)
}

func (v *requestView) readTasks(tx *db.Tx) error {
	if v.Release == "" {
		return nil
	}
	ts, err := work.List(tx, work.Filter{Release: v.Release, Open: true, Limit: 200})
	if errs.Is(err, errs.CodeNotFound) {
		return nil
	}
	for _, t := range ts {
		v.tasks = append(v.tasks, ui.Option{Value: t.Key, Text: t.Name})
	}
	return err
}

// readAsked reads who answers for the person asked for, and their weeks.
func (p *Pages) readAsked(tx *db.Tx, v *requestView) error {
	if v.Person == "" {
		return nil
	}
	x, err := p.capacity.ReadProfile(tx, v.Person)
	if errs.Is(err, errs.CodeNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	v.who, v.weeks = x.Name, x.Cells[:min(len(x.Cells), 8)]
	by, err := resource.LeadsOf(tx)
	if err != nil {
		return err
	}
	for _, t := range x.Teams {
		for team, lead := range by {
			if string(team) == t.ID {
				l, err := auth.PersonByID(tx, lead)
				if err != nil {
					return err
				}
				v.lead = l.Name + ", who leads " + t.Name
			}
		}
	}
	return nil
}

func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	var in requestForm
	err := p.site.Form(r, &in)
	var minutes int64
	if err == nil {
		minutes, err = minutesOf(in.Weekly)
	}
	if err == nil {
		var q capacity.Request
		if q, err = p.capacity.Ask(r.Context(), capacity.NewRequest{Release: in.Release, Task: in.Task, Person: in.Person, Skill: in.Skill, Level: in.Level, Tool: in.Tool, Weekly: minutes, First: in.First, Last: in.Last, Reason: in.Reason}); err == nil {
			to := in.Back
			if to == "" {
				to = Path
			}
			return p.back(w, r, to, "The request for "+q.ReleaseKey+" is sent")
		}
	}
	if !mendable(err) {
		return err
	}
	return p.showRequest(w, r, requestView{requestForm: in, errors: faults(err, requestFields...)}, errs.CodeOf(err).Status())
}

type answerForm struct {
	Person string `form:"person"`
	Answer string `form:"answer"`
	Anyway bool   `form:"anyway"`
	Back   string `form:"back"`
}

func (p *Pages) grant(w http.ResponseWriter, r *http.Request) error {
	return p.answer(w, r, "granted", func(in answerForm) error {
		_, err := p.capacity.Grant(r.Context(), r.PathValue("request"), capacity.Answer{Person: in.Person, Answer: in.Answer, Anyway: in.Anyway})
		return err
	})
}

func (p *Pages) refuse(w http.ResponseWriter, r *http.Request) error {
	return p.answer(w, r, "refused", func(in answerForm) error {
		_, err := p.capacity.Refuse(r.Context(), r.PathValue("request"), capacity.Answer{Answer: in.Answer})
		return err
	})
}

func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	return p.answer(w, r, "taken back", func(answerForm) error {
		_, err := p.capacity.Withdraw(r.Context(), r.PathValue("request"))
		return err
	})
}

// answer does something with a request, and shows the weeks again with what is wrong.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request, word string, do func(answerForm) error) error {
	var in answerForm
	err := p.site.Form(r, &in)
	if err == nil {
		err = do(in)
	}
	if err == nil {
		to := in.Back
		if to == "" {
			to = Path
		}
		return p.back(w, r, to, "The request is "+word)
	}
	if !mendable(err) || errs.Is(err, errs.CodeForbidden) {
		return err
	}
	v := weeksView{failed: r.PathValue("request"), errors: faults(err)}
	return p.showWeeks(w, r, v, errs.CodeOf(err).Status())
}
