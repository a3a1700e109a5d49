package resources

import (
	"bytes"
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
	"slipway/internal/work/capacity"
	"slipway/internal/work/resource"
)

// query is the state of the weeks, as the address carries it.
type query struct {
	Length int    `form:"weeks"`
	Q      string `form:"q"`
	Over   bool   `form:"over"`
	Kind   string `form:"kind"`
	Team   string `form:"team"`
	Role   string `form:"role"`
	At     string `form:"at"` // kind/key/week of the cell that is explained
}

func (q query) address(path string) string {
	v := url.Values{}
	for k, s := range map[string]string{"q": q.Q, "kind": q.Kind, "team": q.Team, "role": q.Role, "at": q.At} {
		if s != "" {
			v.Set(k, s)
		}
	}
	if q.Length == capacity.WeeksMost {
		v.Set("weeks", strconv.Itoa(q.Length))
	}
	if q.Over {
		v.Set("over", "1")
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

func (q query) with(fn func(*query)) string {
	fn(&q)
	return q.address(Path)
}

// keep are the filters that are no inputs of the filter form.
func (q query) keep() map[string]string {
	out := map[string]string{}
	if q.Length == capacity.WeeksMost {
		out["weeks"] = strconv.Itoa(q.Length)
	}
	if q.Over {
		out["over"] = "1"
	}
	if q.At != "" {
		out["at"] = q.At
	}
	return out
}

func (q query) narrowed() bool {
	return q.Q != "" || q.Over || q.Kind != "" || q.Team != "" || q.Role != ""
}

func (q query) capacity() capacity.Query {
	return capacity.Query{Weeks: q.Length, Kind: q.Kind, Team: q.Team, Role: q.Role, Text: q.Q, Over: q.Over}
}

// cell reads the cell that is asked for; nothing for one that is malformed.
func (q query) cell() (kind, key string, week resource.Week) {
	part := strings.Split(q.At, "/")
	if len(part) != 3 {
		return "", "", ""
	}
	w, err := resource.ParseWeek("at", part[2])
	if err != nil {
		return "", "", ""
	}
	return part[0], part[1], w
}

// weeksView is everything that the page shows.
type weeksView struct {
	look
	query
	capacity.Table
	detail   *capacity.Detail
	requests []request
	open     int
	teams    []ui.Option
	roles    []ui.Option
	mayAsk   bool
	may      map[string]bool // ways that the caller may take at once
	taking   ui.Errors       // why a way was not taken
	maySetUp bool
	errors   ui.Errors
	failed   string // identifier of the request whose answer was refused
}

// request is a request as the card shows it.
type request struct {
	capacity.Request
	release string
	who     string // name of who is asked for
	tool    string
	by      string // name of who answered
	asker   string
	able    []ui.Option // who could be granted for a skill
	answer  bool
	mine    bool
}

func (p *Pages) weeks(w http.ResponseWriter, r *http.Request) error {
	v := weeksView{}
	if err := web.Query(r, &v.query); err != nil {
		return err
	}
	return p.showWeeks(w, r, v, 0)
}

func (p *Pages) showWeeks(w http.ResponseWriter, r *http.Request, v weeksView, status int) error {
	v.look = p.look(r.Context())
	if v.Length != capacity.WeeksMost {
		v.Length = capacity.WeeksFew
	}
	if err := p.db.Read(r.Context(), func(tx *db.Tx) error { return p.readWeeks(tx, &v) }); err != nil {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: "People and capacity", Nav: "resources", Status: status, Body: weeksPage(v), Live: []string{"tasks", "allocations", "requests", "absences", "releases"}})
}

func (p *Pages) readWeeks(tx *db.Tx, v *weeksView) error {
	kind, key, week := v.cell()
	t, d, err := p.capacity.ReadPage(tx, v.query.capacity(), kind, key, week)
	if err != nil {
		return err
	}
	v.Table, v.detail = t, d
	if v.requests, v.open, err = p.readRequests(tx, requestsShown); err != nil {
		return err
	}
	if err := v.readChoices(tx); err != nil {
		return err
	}
	all, scopes, err := auth.Scopes(tx, "resource.request")
	if err != nil {
		return err
	}
	v.mayAsk = all || len(scopes) > 0
	v.may = map[string]bool{}
	if d != nil {
		for _, x := range d.Ways {
			if v.may[x.ID], err = capacity.MayTake(tx, x); err != nil {
				return err
			}
		}
	}
	v.maySetUp, err = auth.Allowed(tx, "resource.edit", auth.Everywhere)
	return err
}

func (v *weeksView) readChoices(tx *db.Tx) error {
	v.teams, v.roles = []ui.Option{{Text: "Team: all"}}, []ui.Option{{Text: "Role: all"}}
	teams, err := auth.EachTeam(tx)
	if err != nil {
		return err
	}
	for _, t := range teams {
		v.teams = append(v.teams, ui.Option{Value: t.Key, Text: t.Name})
	}
	roles, err := resource.Roles(tx)
	for _, r := range roles {
		v.roles = append(v.roles, ui.Option{Value: r.Key, Text: r.Name})
	}
	return err
}

// requestsShown bounds the requests of the card.
const requestsShown = 8

// readRequests reads the open requests, and of the others the newest.
func (p *Pages) readRequests(tx *db.Tx, most int) ([]request, int, error) {
	all, err := capacity.ListRequests(tx, capacity.RequestFilter{})
	if err != nil {
		return nil, 0, err
	}
	slices.SortStableFunc(all, func(a, b capacity.Request) int { return cmp.Compare(late(a), late(b)) })
	open := 0
	for _, q := range all {
		if q.State == resource.Open {
			open++
		}
	}
	all = slices.DeleteFunc(all, func(q capacity.Request) bool { return q.State == resource.Withdrawn })
	all = all[:min(len(all), max(most, open))]
	out, err := p.told(tx, all)
	return out, open, err
}

func late(q capacity.Request) int {
	if q.State == resource.Open {
		return 0
	}
	return 1
}

// told fills in the names, and what the viewer may do.
func (p *Pages) told(tx *db.Tx, all []capacity.Request) ([]request, error) {
	var ids []id.Person
	for _, q := range all {
		ids = append(ids, q.Person, id.Person(q.AnsweredBy), id.Person(q.CreatedBy))
	}
	names, err := auth.PeopleByID(tx, ids...)
	if err != nil {
		return nil, err
	}
	tools, err := resource.ListTools(tx)
	if err != nil {
		return nil, err
	}
	toolNames := map[string]string{}
	for _, t := range tools {
		toolNames[t.ID] = t.Name
	}
	out := make([]request, len(all))
	for i, q := range all {
		x := request{Request: q, who: names[q.Person].Name, by: names[id.Person(q.AnsweredBy)].Name, asker: names[id.Person(q.CreatedBy)].Name, tool: toolNames[q.Tool], release: q.ReleaseKey}
		if rel, err := plan.ReleaseByID(tx, q.Release); err == nil {
			x.release = rel.Name
			if x.mine, err = auth.Allowed(tx, "resource.request", plan.Scope(rel)); err != nil {
				return nil, err
			}
		}
		if q.State == resource.Open {
			if x.answer, err = capacity.MayAnswer(tx, q); err != nil {
				return nil, err
			}
			if q.Skill != "" && x.answer {
				if x.able, err = able(tx, q); err != nil {
					return nil, err
				}
			}
		}
		out[i] = x
	}
	return out, nil
}

func able(tx *db.Tx, q capacity.Request) ([]ui.Option, error) {
	rows, err := resource.SkilledPeople(tx, q.Skill)
	out := []ui.Option{{Text: "Who"}}
	for _, s := range rows {
		if s.Level >= q.Level {
			out = append(out, ui.Option{Value: s.Key, Text: s.Name + ", level " + strconv.FormatInt(s.Level, 10)})
		}
	}
	return out, err
}

func (p *Pages) csv(w http.ResponseWriter, r *http.Request) error {
	var q query
	if err := web.Query(r, &q); err != nil {
		return err
	}
	if q.Length == 0 {
		q.Length = capacity.WeeksFew
	}
	t, err := p.capacity.Table(r.Context(), q.capacity())
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.WriteCSV(&b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="capacity.csv"`)
	_, err = w.Write(b.Bytes())
	return err
}

// sub is the line under the title.
func (v weeksView) sub() string {
	s := strconv.Itoa(v.Length) + " weeks"
	if len(v.Table.Weeks) > 0 {
		s += " from week " + strconv.Itoa(v.Table.Weeks[0].Number())
	}
	f := v.First
	if f == nil {
		return s + ". No week is over 100 %."
	}
	s += ". First week over 100 %: " + f.Name + ", week " + strconv.Itoa(f.Week.Number())
	if f.Cause.Name != "" {
		s += ", because of " + f.Cause.Name
	}
	return s + "."
}

// foot says what the numbers are, and what is not in them.
func (v weeksView) foot() string {
	s := "Per cent of working hours. Holidays and other days away are already taken off."
	if v.Scheduled {
		s += " A task stands between the dates that somebody fixed, else where its release’s schedule has it at the earliest, else before it is due."
	}
	if n := len(v.Table.Holidays); n > 0 {
		numbers := make([]string, n)
		for i, w := range v.Table.Holidays {
			numbers[i] = strconv.Itoa(w.Number())
		}
		s += map[bool]string{true: " Week ", false: " Weeks "}[n == 1] + ui.List(numbers...) + map[bool]string{true: " holds", false: " hold"}[n == 1] + " holidays."
	}
	if v.Undated > 0 {
		s += " " + ui.Plural(int(v.Undated), "open task has", "open tasks have") + " no date and no window to be done before, and " + map[bool]string{true: "is", false: "are"}[v.Undated == 1] + " not in it."
	}
	if v.Unheld > 0 {
		s += " " + ui.Plural(int(v.Unheld), "open task has", "open tasks have") + " no owner and a role that nobody holds."
	}
	return s
}

// group is the heading of a kind of rows.
var group = map[string]string{capacity.Team: "Teams", capacity.Person: "People", capacity.Role: "Roles", capacity.ToolKind: "Tools, licences and equipment", capacity.Environment: "Environments"}

var kindChoices = []ui.Option{{Text: "Show: all"}, {Value: capacity.Team, Text: "Teams"}, {Value: capacity.Person, Text: "People"}, {Value: capacity.Role, Text: "Roles"},
	{Value: capacity.ToolKind, Text: "Tools"}, {Value: capacity.Environment, Text: "Environments"}}

// zone is the colour of a cell: 0 away, 1 to 60 %, 2 to 90 %, 3 to 100 %, 4 over.
func zone(c capacity.Cell) string {
	switch {
	case c.Over:
		return "4"
	case c.Away:
		return "0"
	case c.Percent > 90:
		return "3"
	case c.Percent > 60:
		return "2"
	}
	return "1"
}

// said is a cell in words, for who does not see its colour.
func said(r capacity.Row, c capacity.Cell) string {
	w := r.Name + ", week " + strconv.Itoa(c.Week.Number()) + ": "
	switch {
	case c.Away && !c.Over:
		return w + "away"
	case c.Away:
		return w + capacity.Effort(c.Planned) + " planned, away"
	}
	w += strconv.FormatInt(c.Percent, 10) + " %"
	if c.Over {
		w += ", over"
	}
	return w
}

func printed(c capacity.Cell) string {
	switch {
	case c.Away && !c.Over:
		return "·"
	case c.Away:
		return capacity.Effort(c.Planned)
	}
	return strconv.FormatInt(c.Percent, 10)
}

func (v weeksView) at(r capacity.Row, c capacity.Cell) string {
	return v.with(func(q *query) { q.At = r.Kind + "/" + r.Key + "/" + string(c.Week) }) + "#cell"
}

func (v weeksView) chosen(r capacity.Row, c capacity.Cell) bool {
	return v.detail != nil && v.detail.Kind == r.Kind && v.detail.Key == r.Key && v.detail.Cell.Week == c.Week
}

// rowURL is where a row leads.
func rowURL(r capacity.Row) string {
	switch r.Kind {
	case capacity.Person:
		return personURL(r.Key)
	case capacity.Environment:
		return "/environments"
	case capacity.Team:
		return Path + "?team=" + url.QueryEscape(r.Key)
	case capacity.Role:
		return Path + "?role=" + url.QueryEscape(r.Key)
	}
	return Path + "/setup#tools"
}
