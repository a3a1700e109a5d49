package template

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/compare"
	"slipway/internal/plan/planweb/frame"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/platform/web"
)

// showView is one version of a template.
type showView struct {
	frame.Look
	plan.Template
	versions []plan.Template
	who      reader.Who
	names    map[string]string // of the roles and people that own things, by key
	source   string
	editWhy  string
	newWhy   string
	against  int // the version that the changes are told from, 0 for none
	changes  []uiverdict.DiffPart
}

func (p *pages) show(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Version int `form:"version"`
	}
	if err := web.Query(r, &in); err != nil {
		return err
	}
	v := showView{Look: p.Look(r)}
	var err error
	key := r.PathValue("ref")
	if v.Template, err = p.Plans.Template(r.Context(), key, in.Version); err != nil {
		return err
	}
	if v.versions, err = p.Plans.TemplateVersions(r.Context(), key); err != nil {
		return err
	}
	if v.source, err = v.YAML(); err != nil {
		return err
	}
	if v.editWhy, err = p.editWhy(r); err != nil {
		return err
	}
	if at := slices.IndexFunc(v.versions, func(t plan.Template) bool { return t.Version == v.Version }); at >= 0 && at+1 < len(v.versions) {
		v.against = v.versions[at+1].Version
		v.changes = differences(v.versions[at+1], v.Template)
	}
	if err := p.DB.Read(r.Context(), v.read); err != nil {
		return err
	}
	return p.Site.Render(w, r, web.Page{Title: v.Name, Nav: nav, Body: showBody(v)})
}

func (v *showView) read(tx *db.Tx) (err error) {
	ids := make([]id.Person, len(v.versions))
	for i, x := range v.versions {
		ids[i] = id.Person(x.ChangedBy)
	}
	if v.who, err = reader.WhoIs(tx, "Nobody", ids...); err != nil {
		return err
	}
	all, scopes, err := auth.Scopes(tx, "plan.edit")
	if err != nil {
		return err
	}
	if !all && len(scopes) == 0 {
		v.newWhy = "your roles do not carry plan.edit."
	}
	v.names, err = namesOf(tx, v.owners())
	return err
}

// owners are the keys of everybody whom the template names.
func (v *showView) owners() []string {
	var out []string
	for _, x := range v.Criteria {
		out = append(out, x.Owner, x.Role)
	}
	if c := v.Policy.ScopeChange; c != nil {
		out = append(out, c.Approve)
	}
	for _, x := range v.Tasks {
		out = append(out, x.Owner, x.Role)
	}
	for _, x := range v.Milestones {
		out = append(out, x.Owner)
	}
	for _, x := range v.Deliverables {
		out = append(out, x.Owner)
	}
	for _, x := range v.Approvals {
		out = append(out, x.Role)
	}
	if v.Poll != nil {
		for _, x := range v.Poll.Roles {
			out = append(out, x.Role)
		}
	}
	return out
}

// namesOf returns the names of roles and people by key; a key that is neither stands for itself.
func namesOf(tx *db.Tx, keys []string) (map[string]string, error) {
	out := map[string]string{"": ""}
	for _, k := range keys {
		if _, ok := out[k]; ok {
			continue
		}
		out[k] = k
		r, err := auth.RoleByKey(tx, k)
		if err == nil {
			out[k] = r.Name
			continue
		}
		if !errs.Is(err, errs.CodeNotFound) {
			return nil, err
		}
		who, err := auth.PersonByRef(tx, k)
		if err == nil {
			out[k] = who.Name
		} else if !errs.Is(err, errs.CodeNotFound) {
			return nil, err
		}
	}
	return out, nil
}

// changedBy names who made a version; what is no person is Slipway itself.
func (v showView) changedBy(t plan.Template) string {
	return cmp.Or(v.who.Name(id.Person(t.ChangedBy)), "Slipway")
}

func (v showView) newest() int {
	if len(v.versions) == 0 {
		return v.Version
	}
	return v.versions[0].Version
}

// stages are the phases as the rail has them.
func (v showView) stages() []ui.Stage {
	out := make([]ui.Stage, len(v.Phases))
	for i, ph := range v.Phases {
		out[i] = ui.Stage{State: ui.Wait, Said: "Phase", Text: ph.Name, Note: length(ph)}
	}
	return out
}

// length says how long a phase is and where it begins, if it says so itself.
func length(ph plan.PhaseSpec) string {
	s := ui.Plural(ph.Days, "day", "days")
	if ph.Days == 0 {
		s = "no days of its own"
	}
	if ph.Start != "" {
		s += ", from " + distance(ph.Start)
	}
	return s
}

// distance writes an offset as people say it: "T−5 d" before the window opens, "T+30 min" after.
func distance(o plan.Offset) string {
	switch {
	case o == "":
		return "–"
	case o.Duration() == 0:
		return "T 0"
	}
	unit := string(o[len(o)-1:])
	if unit == "m" {
		unit = "min"
	}
	sign, number := "+", strings.TrimLeft(string(o[:len(o)-1]), "+-")
	if strings.HasPrefix(string(o), "-") {
		sign = "−"
	}
	return "T" + sign + number + " " + unit
}

// gate is the criteria of one gate.
type gate struct {
	title    string
	criteria []plan.CriterionSpec
}

// gates are the criteria in the order of the gates that they belong to, the one to production last.
func (v showView) gates() []gate {
	var out []gate
	take := func(title, phase string, entry bool) {
		g := gate{title: title}
		for _, c := range v.Criteria {
			if c.Phase == phase && (phase == "" || entry == (c.Point == "entry")) {
				g.criteria = append(g.criteria, c)
			}
		}
		if len(g.criteria) > 0 {
			out = append(out, g)
		}
	}
	for _, ph := range v.Phases {
		take("Gate into "+ph.Name, ph.Key, true)
		take("Gate out of "+ph.Name, ph.Key, false)
	}
	take("Gate to production", "", false)
	return out
}

var kindWords = map[string]string{
	plan.KindConfirmation: "Confirmation", plan.KindJUnit: "Test report", plan.KindFact: "Fact", plan.KindApproval: "Approval",
	plan.KindRisk: "No blocking risk", plan.KindBackout: "Back-out", plan.KindWindow: "Window open", plan.KindPoll: "Go/no-go",
}

// asks says under the name of a criterion what it asks for.
func (v showView) asks(c plan.CriterionSpec) string {
	var parts []string
	if !c.IsMandatory() {
		parts = append(parts, "not mandatory")
	}
	if e := c.Evidence; e != nil {
		if c.Kind == plan.KindJUnit {
			parts = append(parts, ui.Plural(max(1, e.MinTests), "test", "tests")+" at least, failures up to "+strconv.Itoa(e.MaxFailures)+", errors up to "+strconv.Itoa(e.MaxErrors))
		}
		if len(e.Services) > 0 {
			parts = append(parts, "for each of "+ui.List(e.Services...))
		}
		if e.MaxAge != "" {
			parts = append(parts, "not older than "+ui.Duration(e.MaxAge.Duration()))
		}
	}
	if c.Condition != "" {
		parts = append(parts, c.Condition)
	}
	if c.Role != "" {
		parts = append(parts, strconv.Itoa(max(1, c.Count))+" of "+v.names[c.Role])
	}
	if c.Rehearsed != "" {
		parts = append(parts, "rehearsed within "+ui.Duration(c.Rehearsed.Duration()))
	}
	if c.Question != "" {
		parts = append(parts, "is it "+c.Question+"?")
	}
	return strings.Join(parts, ", ")
}

// signs says what an approval covers, and when it is given.
func signs(a plan.ApprovalSpec, all []plan.ApprovalSpec) string {
	s := "Signs every section"
	if len(a.Sections) > 0 {
		s = "Signs " + ui.List(a.Sections...)
	}
	for _, x := range all {
		if x.Order < a.Order {
			return s + ", after " + x.Role
		}
	}
	return s
}

func answers(r plan.PollRole) string {
	parts := []string{"May stay away"}
	if r.Mandatory {
		parts[0] = "Mandatory"
	}
	if r.Veto {
		parts = append(parts, "its no-go decides")
	}
	return strings.Join(parts, ", ")
}

// phaseName is the name of a phase by its key.
func (v showView) phaseName(key string) string {
	for _, ph := range v.Phases {
		if ph.Key == key {
			return ph.Name
		}
	}
	return key
}

// differences are what another version changed, by the part of the template. Two templates that cannot be written as JSON,
// which is none that was stored, have none.
func differences(before, after plan.Template) []uiverdict.DiffPart {
	b, err := json.Marshal(before)
	if err != nil {
		return nil
	}
	a, err := json.Marshal(after)
	if err != nil {
		return nil
	}
	var out []uiverdict.DiffPart
	for _, l := range compare.JSON(b, a) {
		part := uiverdict.DiffPart{Section: strings.NewReplacer("[", ", ", "].", ", ", "]", "", ".", ", ").Replace(l.Path)}
		if l.Before != "" {
			part.Del = []string{l.Before}
		}
		if l.After != "" {
			part.Ins = []string{l.After}
		}
		out = append(out, part)
	}
	return out
}
