package resources

import (
	"net/http"
	"strconv"
	"strings"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
	"slipway/internal/work/capacity"
	"slipway/internal/work/resource"
)

// mountSetup adds what stands behind the weeks: teams with leads and hours, holidays, tools, hours of environments.
func (p *Pages) mountSetup() {
	p.site.Handle("GET "+Path+"/setup", "resource.read", p.setup)
	p.site.Handle("POST "+Path+"/setup/teams/{team}/lead", "resource.edit", p.lead)
	p.site.Handle("POST "+Path+"/setup/teams/{team}/hours", "resource.answer", p.hours(resource.KindTeam))
	p.site.Handle("POST "+Path+"/setup/environments/{environment}/hours", "resource.answer", p.hours(resource.KindEnvironment))
	p.site.Handle("POST "+Path+"/setup/holidays", "resource.edit", p.setHolidays)
	p.site.Handle("POST "+Path+"/setup/holidays/{key}/remove", "resource.edit", p.removeHolidays)
	p.site.Handle("POST "+Path+"/setup/tools", "resource.edit", p.setTool)
}

// setupView is everything that the page shows.
type setupView struct {
	look
	teams    []teamSetup
	envs     []envSetup
	holidays []holidaySetup
	tools    []capacity.Tool
	people   []ui.Option
	teamList []ui.Option
	may      bool
	failed   string // id of the form that was refused
	errors   ui.Errors
	holiday  holidayForm
	tool     toolForm
}

type teamSetup struct {
	auth.Team
	lead  string // key
	name  string // of the lead
	times []resource.Period
	may   bool
}

type envSetup struct {
	catalog.Environment
	times []resource.Period
}

type holidaySetup struct {
	resource.Holidays
	followers []string // names
}

type holidayForm struct {
	Key       string   `form:"key"`
	Rev       int64    `form:"rev"`
	Name      string   `form:"name"`
	Feed      string   `form:"feed"`
	Days      string   `form:"days"`
	Followers []string `form:"followers"` // kind/key
}

type toolForm struct {
	Key    string `form:"key"`
	Rev    int64  `form:"rev"`
	Name   string `form:"name"`
	Text   string `form:"text"`
	Kind   string `form:"kind"`
	Team   string `form:"team"`
	Units  int64  `form:"units"`
	Weekly string `form:"weekly"`
	Closed bool   `form:"closed"`
}

func (p *Pages) setup(w http.ResponseWriter, r *http.Request) error {
	return p.showSetup(w, r, setupView{}, 0)
}

func (p *Pages) showSetup(w http.ResponseWriter, r *http.Request, v setupView, status int) error {
	v.look = p.look(r.Context())
	if err := p.db.Read(r.Context(), v.read); err != nil {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: "Set up capacity", Nav: "resources", Status: status, Crumbs: []web.Crumb{{Text: "People and capacity", Href: Path}}, Body: setupPage(v)})
}

func (v *setupView) read(tx *db.Tx) (err error) {
	if err := resource.Anywhere(tx, "resource.read"); err != nil {
		return err
	}
	v.teams, v.envs, v.holidays = nil, nil, nil
	if v.may, err = auth.Allowed(tx, "resource.edit", auth.Everywhere); err != nil {
		return err
	}
	people, err := auth.EachPerson(tx)
	if err != nil {
		return err
	}
	v.people = []ui.Option{{Text: "Nobody"}}
	names := map[string]string{}
	keys := map[id.Person]string{}
	for _, x := range people {
		names[resource.KindPerson+"/"+string(x.ID)], keys[x.ID] = x.Name, x.Key
		if x.Active && x.Kind == auth.KindPerson {
			v.people = append(v.people, ui.Option{Value: x.Key, Text: x.Name})
		}
	}
	if err := v.readTeams(tx, names, keys); err != nil {
		return err
	}
	if err := v.readEnvironments(tx, names); err != nil {
		return err
	}
	sets, err := resource.ListHolidays(tx)
	if err != nil {
		return err
	}
	for _, h := range sets {
		x := holidaySetup{Holidays: h}
		for _, f := range h.Followers {
			x.followers = append(x.followers, names[f.Kind+"/"+f.Subject])
		}
		v.holidays = append(v.holidays, x)
	}
	v.tools, err = resource.ListTools(tx)
	return err
}

func (v *setupView) readTeams(tx *db.Tx, names map[string]string, keys map[id.Person]string) error {
	teams, err := auth.EachTeam(tx)
	if err != nil {
		return err
	}
	leads, err := resource.LeadsOf(tx)
	if err != nil {
		return err
	}
	v.teamList = []ui.Option{{Text: "No team"}}
	for _, t := range teams {
		x := teamSetup{Team: t, lead: keys[leads[t.ID]], name: names[resource.KindPerson+"/"+string(leads[t.ID])], may: v.may || leads[t.ID] == v.Me && v.Me != ""}
		names[resource.KindTeam+"/"+string(t.ID)] = t.Name
		v.teamList = append(v.teamList, ui.Option{Value: t.Key, Text: t.Name})
		if x.times, err = resource.PeriodsOf(tx, resource.KindTeam, string(t.ID)); err != nil {
			return err
		}
		v.teams = append(v.teams, x)
	}
	return nil
}

func (v *setupView) readEnvironments(tx *db.Tx, names map[string]string) error {
	envs, err := catalog.Environments(tx)
	if err != nil {
		return err
	}
	for _, e := range envs {
		x := envSetup{Environment: e}
		names[resource.KindEnvironment+"/"+string(e.ID)] = e.Name
		if x.times, err = resource.PeriodsOf(tx, resource.KindEnvironment, string(e.ID)); err != nil {
			return err
		}
		v.envs = append(v.envs, x)
	}
	return nil
}

// setUp leads back to the page, or shows it again with what is wrong in one of its forms.
func (p *Pages) setUp(w http.ResponseWriter, r *http.Request, form, word string, err error) error {
	return p.setUpWith(w, r, setupView{failed: form}, word, err)
}

func (p *Pages) setUpWith(w http.ResponseWriter, r *http.Request, v setupView, word string, err error) error {
	if err == nil {
		return p.back(w, r, Path+"/setup#"+v.failed, word)
	}
	if !mendable(err) || errs.Is(err, errs.CodeForbidden) {
		return err
	}
	v.errors = faults(err)
	return p.showSetup(w, r, v, errs.CodeOf(err).Status())
}

func (p *Pages) lead(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Person string `form:"person"`
	}
	err := p.site.Form(r, &in)
	if err == nil {
		_, err = p.resources.NameLead(r.Context(), r.PathValue("team"), in.Person)
	}
	return p.setUp(w, r, "hours-"+r.PathValue("team"), "The lead is named", err)
}

// setHolidays states a set; days stand one a line: "2026-12-25 Christmas Day".
func (p *Pages) setHolidays(w http.ResponseWriter, r *http.Request) error {
	v := setupView{failed: "holidays"}
	err := p.site.Form(r, &v.holiday)
	in := resource.NewHolidays{Name: v.holiday.Name, Feed: v.holiday.Feed, Rev: v.holiday.Rev}
	for line := range strings.Lines(v.holiday.Days) {
		if day, name, _ := strings.Cut(strings.TrimSpace(line), " "); day != "" {
			in.Days = append(in.Days, resource.Holiday{Day: resource.Day(day), Name: strings.TrimSpace(name)})
		}
	}
	for _, f := range v.holiday.Followers {
		kind, key, _ := strings.Cut(f, "/")
		in.Followers = append(in.Followers, resource.Follower{Kind: kind, Subject: key})
	}
	if err == nil {
		_, err = p.resources.SetHolidays(r.Context(), v.holiday.Key, in)
	}
	return p.setUpWith(w, r, v, "The holidays are stated", err)
}

func (p *Pages) removeHolidays(w http.ResponseWriter, r *http.Request) error {
	err := p.site.Form(r, &struct{}{})
	if err == nil {
		err = p.resources.RemoveHolidays(r.Context(), r.PathValue("key"))
	}
	return p.setUp(w, r, "holidays", "The holidays are removed", err)
}

func (p *Pages) setTool(w http.ResponseWriter, r *http.Request) error {
	v := setupView{failed: "tools"}
	err := p.site.Form(r, &v.tool)
	var minutes int64
	if err == nil {
		minutes, err = minutesOf(v.tool.Weekly)
	}
	if err == nil {
		_, err = p.resources.SetTool(r.Context(), v.tool.Key, resource.NewTool{Name: v.tool.Name, Text: v.tool.Text, Kind: v.tool.Kind, Team: v.tool.Team, Units: v.tool.Units, Weekly: minutes, Closed: v.tool.Closed, Rev: v.tool.Rev})
	}
	return p.setUpWith(w, r, v, "The tool is stated", err)
}

// formErrors are the faults of one of the forms; the page's other forms have none.
func (v setupView) formErrors(form string) ui.Errors {
	if v.failed != form {
		return ui.Errors{}
	}
	return v.errors
}

// followed reports whether a set that the form holds is followed by a subject.
func (v setupView) followers() []ui.Option {
	var out []ui.Option
	for _, t := range v.teams {
		out = append(out, ui.Option{Value: "team/" + t.Key, Text: t.Name})
	}
	for _, p := range v.people[1:] {
		out = append(out, ui.Option{Value: "person/" + p.Value, Text: p.Text})
	}
	return out
}

func (h holidaySetup) lines() string {
	var b strings.Builder
	for _, d := range h.Days {
		b.WriteString(string(d.Day) + " " + d.Name + "\n")
	}
	return b.String()
}

func (h holidaySetup) follows(v setupView, value string) bool {
	kind, key, _ := strings.Cut(value, "/")
	for _, f := range h.Followers {
		if f.Kind != kind {
			continue
		}
		for _, t := range v.teams {
			if kind == "team" && t.Key == key && string(t.ID) == f.Subject {
				return true
			}
		}
		for i, n := range h.followers {
			if kind == "person" && h.Followers[i] == f && n == v.nameOf(key) {
				return true
			}
		}
	}
	return false
}

func (v setupView) nameOf(key string) string {
	for _, p := range v.people {
		if p.Value == key {
			return p.Text
		}
	}
	return ""
}

func hoursValue(minutes int64) string {
	return strconv.FormatFloat(float64(minutes)/60, 'f', -1, 64)
}

func today(l look) periodForm {
	return periodForm{Since: string(resource.DayOf(l.Now, l.Zone)), Hours: string(resource.Usual), Share: 100}
}

var toolKinds = []ui.Option{{Value: "tool", Text: "Tool"}, {Value: "licence", Text: "Licence"}, {Value: "equipment", Text: "Equipment"}}

// openReleases are the releases that the viewer may see and that have not ended.
func openReleases(tx *db.Tx) ([]ui.Option, error) {
	open := false
	rs, err := plan.Releases(tx, plan.Filter{Ended: &open, Limit: 200})
	out := []ui.Option{{Text: "No release"}}
	for _, x := range rs {
		out = append(out, ui.Option{Value: x.Key, Text: x.Name})
	}
	return out, err
}
