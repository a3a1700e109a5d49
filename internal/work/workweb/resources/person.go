package resources

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
	"slipway/internal/work/capacity"
	"slipway/internal/work/resource"
)

// personView is everything that the page of a person shows.
type personView struct {
	look
	capacity.Profile
	people   []ui.Option
	releases []ui.Option
	answers  bool // the viewer answers for absences: never for one's own while somebody else can
	form     string
	errors   ui.Errors
	away     awayForm
	skills   string
	deputies []string
	period   periodForm
	promise  promiseForm
}

type awayForm struct {
	First string `form:"first"`
	Last  string `form:"last"`
	Kind  string `form:"kind"`
	Note  string `form:"note"`
}

type periodForm struct {
	Since string `form:"since"`
	Hours string `form:"hours"`
	Share int64  `form:"share"`
	Zone  string `form:"zone"`
	Drop  string `form:"drop"` // identifier of a statement to take back instead
}

type promiseForm struct {
	Release string `form:"release"`
	Name    string `form:"name"`
	Weekly  string `form:"weekly"`
	First   string `form:"first"`
	Last    string `form:"last"`
}

func (p *Pages) person(w http.ResponseWriter, r *http.Request) error {
	return p.showPerson(w, r, personView{}, 0)
}

func (p *Pages) showPerson(w http.ResponseWriter, r *http.Request, v personView, status int) error {
	v.look = p.look(r.Context())
	if err := p.db.Read(r.Context(), func(tx *db.Tx) error { return p.readPerson(tx, r.PathValue("person"), &v) }); err != nil {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: v.Name, Nav: "resources", Status: status, Crumbs: []web.Crumb{{Text: "People and capacity", Href: Path}}, Body: personPage(v)})
}

func (p *Pages) readPerson(tx *db.Tx, person string, v *personView) (err error) {
	if v.Profile, err = p.capacity.ReadProfile(tx, person); err != nil {
		return err
	}
	if v.form != "skills" {
		v.skills = skillLines(v.Skills)
	}
	if v.form != "deputies" {
		v.deputies = nil
		for _, d := range v.Deputies {
			v.deputies = append(v.deputies, d.Key)
		}
	}
	if v.form != "hours" {
		v.period = periodForm{Since: string(resource.DayOf(v.Now, v.look.Zone)), Hours: string(v.Hours), Share: v.Share}
	}
	v.answers = v.MayAnswer && v.Person != v.Me
	if v.people, err = reader.People(tx, "Nobody"); err != nil {
		return err
	}
	v.people = slices.DeleteFunc(v.people, func(o ui.Option) bool { return o.Value == v.Key }) // nobody is their own deputy
	if v.MayAnswer {
		v.releases, err = openReleases(tx)
	}
	return err
}

// skillLines writes skills as the form takes them: "penetration-test 4", one a line.
func skillLines(skills []resource.Skill) string {
	var out []string
	for _, s := range skills {
		out = append(out, s.Skill+" "+strconv.FormatInt(s.Level, 10))
	}
	return strings.Join(out, "\n")
}

func readSkills(text string) ([]resource.Skill, error) {
	var out []resource.Skill
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		n, err := strconv.ParseInt(words[len(words)-1], 10, 64)
		if err != nil || len(words) < 2 {
			return nil, errs.InvalidField("skills", "form.skills", "Give a skill and its level on each line, for example: penetration-test 4. This line is not understood: %.60s", line)
		}
		out = append(out, resource.Skill{Skill: strings.ToLower(strings.Join(words[:len(words)-1], "-")), Level: n})
	}
	return out, nil
}

// saved leads back to the person, or shows the page again with what is wrong in one of its forms.
func (p *Pages) saved(w http.ResponseWriter, r *http.Request, v personView, word string, err error, fields ...string) error {
	if err == nil {
		return p.back(w, r, personURL(r.PathValue("person"))+"#"+v.form, word)
	}
	if !mendable(err) || errs.Is(err, errs.CodeForbidden) {
		return err
	}
	v.errors = faults(err, fields...)
	return p.showPerson(w, r, v, errs.CodeOf(err).Status())
}

func (p *Pages) away(w http.ResponseWriter, r *http.Request) error {
	v := personView{form: "absences"}
	err := p.site.Form(r, &v.away)
	word := "The days away are stated"
	if err == nil {
		var a resource.Absence
		a, err = p.resources.AskAbsence(r.Context(), resource.NewAbsence{Person: r.PathValue("person"), First: v.away.First, Last: v.away.Last, Kind: v.away.Kind, Note: v.away.Note})
		if a.State == resource.Open {
			word = "The days away wait for an answer"
		}
	}
	return p.saved(w, r, v, word, err, "first", "last", "kind", "note")
}

func (p *Pages) answerAbsence(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Answer string `form:"answer"`
	}
	err := p.site.Form(r, &in)
	if err == nil {
		switch verb := r.PathValue("verb"); verb {
		case "grant", "refuse":
			_, err = p.resources.AnswerAbsence(r.Context(), r.PathValue("absence"), verb == "grant", in.Answer)
		case "withdraw":
			_, err = p.resources.WithdrawAbsence(r.Context(), r.PathValue("absence"))
		default:
			if err = p.db.Read(r.Context(), func(tx *db.Tx) error { return resource.Anywhere(tx, "resource.mine") }); err == nil {
				err = errs.NotFound("page.not_found", "Days away are granted, refused or withdrawn.")
			}
		}
	}
	return p.saved(w, r, personView{form: "absences"}, "The days away are answered", err)
}

func (p *Pages) skills(w http.ResponseWriter, r *http.Request) error {
	v := personView{form: "skills"}
	var in struct {
		Skills string `form:"skills"`
	}
	err := p.site.Form(r, &in)
	v.skills = in.Skills
	var list []resource.Skill
	if err == nil {
		list, err = readSkills(in.Skills)
	}
	if err == nil {
		_, err = p.resources.SetSkills(r.Context(), r.PathValue("person"), list)
	}
	return p.saved(w, r, v, "The skills are stated", err, "skills")
}

func (p *Pages) deputies(w http.ResponseWriter, r *http.Request) error {
	v := personView{form: "deputies"}
	var in struct {
		First  string `form:"deputy1"`
		Second string `form:"deputy2"`
		Third  string `form:"deputy3"`
	}
	err := p.site.Form(r, &in)
	for _, d := range []string{in.First, in.Second, in.Third} {
		if d != "" {
			v.deputies = append(v.deputies, d)
		}
	}
	if err == nil {
		_, err = p.resources.SetDeputies(r.Context(), r.PathValue("person"), v.deputies)
	}
	return p.saved(w, r, v, "The deputies are named", err, "deputies")
}

// hours states working time of a person, a team or an environment, or takes a statement back.
func (p *Pages) hours(kind string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		v := personView{form: "hours"}
		err := p.site.Form(r, &v.period)
		word := "The working time is stated"
		switch {
		case err != nil:
		case v.period.Drop != "":
			err = p.resources.RemoveTime(r.Context(), v.period.Drop)
			word = "The statement is taken back"
		default:
			_, err = p.resources.SetTime(r.Context(), kind, r.PathValue(kind), resource.NewPeriod{Since: v.period.Since, Hours: v.period.Hours, Share: v.period.Share, Zone: v.period.Zone})
		}
		if kind != resource.KindPerson {
			return p.setUp(w, r, "hours-"+r.PathValue(kind), word, err)
		}
		return p.saved(w, r, v, word, err, "since", "hours", "share", "zone")
	}
}

func (p *Pages) allocate(w http.ResponseWriter, r *http.Request) error {
	v := personView{form: "allocations"}
	err := p.site.Form(r, &v.promise)
	var minutes int64
	if err == nil {
		minutes, err = minutesOf(v.promise.Weekly)
	}
	if err == nil {
		_, err = p.capacity.Allocate(r.Context(), capacity.NewAllocation{Person: r.PathValue("person"), Release: v.promise.Release, Name: v.promise.Name, Weekly: minutes, First: v.promise.First, Last: v.promise.Last})
	}
	return p.saved(w, r, v, "The time is promised", err, "release", "name", "weekly", "first", "last")
}

func (p *Pages) reallocate(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Rev    int64  `form:"rev"`
		Weekly string `form:"weekly"`
	}
	err := p.site.Form(r, &in)
	var minutes int64
	if err == nil && in.Weekly != "0" {
		minutes, err = minutesOf(in.Weekly)
	}
	if err == nil {
		_, err = p.capacity.Reallocate(r.Context(), r.PathValue("allocation"), in.Rev, capacity.AllocationChange{Weekly: &minutes})
	}
	return p.saved(w, r, personView{form: "allocations"}, "The promise is changed", err)
}

func (v personView) sub() string {
	var teams []string
	for _, t := range v.Teams {
		teams = append(teams, t.Name)
	}
	s := ui.List(teams...)
	if s != "" {
		s += ". "
	}
	return s + fmt.Sprintf("%s a week%s.", capacity.Effort(int64(v.Hours.Weekly())*v.Share/100), v.share())
}

func (v personView) share() string {
	if v.Share == 100 {
		return ""
	}
	return fmt.Sprintf(", %d %% of %s", v.Share, capacity.Effort(int64(v.Hours.Weekly())))
}

func (v personView) url(below ...string) string {
	return personURL(v.Key) + "/" + strings.Join(below, "/")
}

// err is what is wrong with a field of one of the forms.
func (v personView) err(form, field string) string {
	if v.form != form {
		return ""
	}
	return v.errors.Of(field)
}

func (v personView) formErrors(form string) ui.Errors {
	if v.form != form {
		return ui.Errors{}
	}
	return v.errors
}

func (v personView) deputy(i int) string {
	if i < len(v.deputies) {
		return v.deputies[i]
	}
	return ""
}

func absenceState(a resource.Absence) (ui.State, string) {
	if a.State == resource.Open {
		return ui.Wait, "Waits for an answer"
	}
	return ui.Go, "Granted"
}

func absenceNote(a resource.Absence) string {
	if a.Kind == "" {
		return "away"
	}
	if a.Note != "" {
		return a.Kind + ": " + a.Note
	}
	return a.Kind
}

func kinds() []ui.Option {
	out := make([]ui.Option, len(resource.AbsenceKinds))
	for i, k := range resource.AbsenceKinds {
		out[i] = ui.Option{Value: k, Text: strings.ToUpper(k[:1]) + k[1:]}
	}
	return out
}

func promised(a capacity.Allocation) string {
	if a.ReleaseKey != "" {
		return a.ReleaseKey
	}
	return a.Name
}
