package workweb

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/platform/web"
	"slipway/internal/work"
)

// taskForm is a task.
type taskForm struct {
	Rev     int64  `form:"rev"`
	Name    string `form:"name"`
	Text    string `form:"text"`
	Owner   string `form:"owner"`
	Phase   string `form:"phase"`
	Status  string `form:"status"`
	Blocker string `form:"blocker"`
	Low     string `form:"low"`
	Likely  string `form:"likely"`
	High    string `form:"high"`
	Due     string `form:"due"`
	Offset  string `form:"offset"`
	Note    string `form:"note"`

	NotBefore  string `form:"notBefore"`
	FixedStart string `form:"fixedStart"`
	FixedEnd   string `form:"fixedFinish"`
	Remaining  string `form:"remaining"`
	WaitsFor   string `form:"waitsFor"`
	WaitsParty string `form:"waitsForParty"`
	linkForm
	serveForm
}

// formView is the form with its choices.
type formView struct {
	look
	taskForm
	release plan.Release
	task    work.Task // none for a new one
	others  []work.Task
	scope   []plan.ScopeItem
	phases  []ui.Option
	owners  []ui.Option
	errors  ui.Errors
	theirs  []uiverdict.DiffPart
	planWhy string
	moveWhy string
}

func formOf(t work.Task, owner string, l look) taskForm {
	f := taskForm{Rev: t.Rev, Name: t.Name, Text: t.Text, Owner: owner, Phase: t.Phase, Status: string(t.Status), Blocker: t.Blocker, Offset: string(t.Offset), WaitsParty: t.WaitsParty,
		NotBefore: ui.DateTimeValue(t.NotBefore.Std(), l.Zone), FixedStart: ui.DateTimeValue(t.FixedStart.Std(), l.Zone), FixedEnd: ui.DateTimeValue(t.FixedEnd.Std(), l.Zone),
		Likely: hours(t.Estimate.Likely), serveForm: serveForm{Items: t.Items}}
	if t.Estimate.Low != t.Estimate.Likely || t.Estimate.High != t.Estimate.Likely {
		f.Low, f.High = hours(t.Estimate.Low), hours(t.Estimate.High)
	}
	if t.Remaining != nil {
		f.Remaining = decimal(float64(*t.Remaining) / 60)
	}
	for _, a := range t.Links() {
		f.Links = append(f.Links, write(a))
	}
	if t.Offset == "" {
		f.Due = ui.DateTimeValue(t.Due.Std(), l.Zone)
	}
	return f
}

// hours writes minutes as the form takes them: "1.5", "" for none.
func hours(minutes int64) string {
	if minutes == 0 {
		return ""
	}
	return decimal(float64(minutes) / 60)
}

// minutes reads hours with a point or a comma; nothing is none.
func minutes(field, text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	h, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil || h < 0 || h > 1e5 {
		return 0, errs.InvalidField(field, "form.hours", "Give hours, for example 4 or 1.5.")
	}
	return int64(h*60 + 0.5), nil
}

func (f taskForm) estimate() (work.Estimate, error) {
	var e work.Estimate
	var fields []errs.Field
	for _, x := range []struct {
		to         *int64
		name, text string
	}{{&e.Low, "low", f.Low}, {&e.Likely, "likely", f.Likely}, {&e.High, "high", f.High}} {
		n, err := minutes(x.name, x.text)
		if err != nil {
			fields = append(fields, errs.As(err).Fields...)
		}
		*x.to = n
	}
	if len(fields) > 0 {
		return e, errs.Invalid("form.hours", "Not saved. Some fields need your attention.").With(fields...)
	}
	return e, nil
}

// dates reads instants in the viewer's zone; empty ones are none.
func (f taskForm) dates(l look) (due, notBefore, start, end db.Time, err error) {
	var bad []errs.Field
	read := func(field, text string) db.Time {
		if text == "" {
			return 0
		}
		t, err := ui.ParseDateTime(field, text, l.Zone)
		if err != nil {
			bad = append(bad, errs.As(err).Fields...)
		}
		return db.At(t)
	}
	due, notBefore, start, end = read("due", f.Due), read("notBefore", f.NotBefore), read("fixedStart", f.FixedStart), read("fixedFinish", f.FixedEnd)
	if len(bad) > 0 {
		err = errs.Invalid("form.instant", "Not saved. Some fields need your attention.").With(bad...)
	}
	return due, notBefore, start, end, err
}

// view reads what the form of a task needs; task "" is a new one. The caller's own input replaces f.
func (p *Pages) view(r *http.Request, task string, f *taskForm) (formView, error) {
	v := formView{look: lookOf(r.Context(), p.db.Clock().Now())}
	err := p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		v.others, v.phases, v.owners = nil, []ui.Option{{Text: "No phase"}}, []ui.Option{{Text: "Nobody"}}
		if v.release, err = plan.ReleaseByRef(tx, r.PathValue("ref")); err != nil {
			return err
		}
		if err := auth.CheckSeen(tx, "work.read", plan.Scope(v.release), "release"); err != nil {
			return err
		}
		if task != "" {
			if v.task, err = work.Find(tx, v.release.Key, task); err != nil {
				return err
			}
		}
		if v.planWhy, err = whyNot(tx, v.release, "work.plan"); err != nil {
			return err
		}
		if v.moveWhy, err = whyNot(tx, v.release, "work.progress"); err != nil {
			return err
		}
		return fillChoices(tx, &v)
	})
	if f != nil {
		v.taskForm = *f
	}
	return v, err
}

func fillChoices(tx *db.Tx, v *formView) error {
	phases, err := plan.Phases(tx, v.release.ID)
	if err != nil {
		return err
	}
	for _, x := range phases {
		v.phases = append(v.phases, ui.Option{Value: x.Key, Text: x.Name})
	}
	if v.scope, err = plan.ScopeItems(tx, v.release); err != nil {
		return err
	}
	all, err := auth.EachPerson(tx)
	if err != nil {
		return err
	}
	owner, remover := "", ""
	for _, x := range all {
		if x.ID == v.task.Owner {
			owner = x.Key
		}
		if x.ID == v.task.WaitsFor && x.ID != "" {
			remover = x.Key
		}
		if x.Active && x.Kind == auth.KindPerson && len(v.owners) <= 500 {
			v.owners = append(v.owners, ui.Option{Value: x.Key, Text: x.Name})
		}
	}
	tasks, err := work.TasksOf(tx, v.release.ID)
	for _, t := range tasks {
		if t.ID != v.task.ID {
			v.others = append(v.others, t)
		}
	}
	if v.task.ID != "" {
		v.taskForm = formOf(v.task, owner, v.look)
		v.WaitsFor = remover
	}
	return err
}

func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	v, err := p.view(r, r.PathValue("task"), nil)
	if err != nil {
		return err
	}
	if s := work.Status(r.URL.Query().Get("status")); s == work.Blocked && v.moveWhy == "" && v.task.ID != "" {
		v.Status = string(s) // a card was put into the column that asks for more than its name
	}
	return p.frame(w, r, v.release.Key, "plan", web.Page{Title: v.title(), Body: taskPage(v)})
}

func (v formView) title() string {
	if v.task.ID == "" {
		return "Add a task"
	}
	return v.task.Name
}

func (p *Pages) add(w http.ResponseWriter, r *http.Request) error {
	var in taskForm
	err := p.site.Form(r, &in)
	l := lookOf(r.Context(), p.db.Clock().Now())
	s := work.Spec{Name: in.Name, Text: in.Text, Owner: in.Owner, Phase: in.Phase, Offset: plan.Offset(in.Offset), Items: in.served()}
	if err == nil {
		s.Estimate, err = in.estimate()
	}
	if err == nil {
		s.Due, s.NotBefore, s.FixedStart, s.FixedEnd, err = in.dates(l)
	}
	if err == nil {
		s.Needs, s.After, err = in.ties(p, r)
	}
	if err == nil {
		var t work.Task
		if t, err = p.tasks.Add(r.Context(), r.PathValue("ref"), s); err == nil {
			return p.saved(w, r, t)
		}
	}
	return p.again(w, r, "", in, err)
}

func (p *Pages) saved(w http.ResponseWriter, r *http.Request, t work.Task) error {
	return p.site.Redirect(w, r, "/releases/"+t.ReleaseKey+"/plan#tasks", web.Toast{Title: t.Name + " is saved", State: ui.Go})
}

func (p *Pages) set(w http.ResponseWriter, r *http.Request) error {
	var in taskForm
	err := p.site.Form(r, &in)
	v, fault := p.view(r, r.PathValue("task"), nil)
	if fault != nil {
		return fault
	}
	var c work.Change
	if err == nil {
		c, err = in.change(v)
	}
	if err == nil {
		var t work.Task
		if t, err = p.tasks.Set(r.Context(), v.task.ID, in.Rev, c); err == nil {
			return p.saved(w, r, t)
		}
	}
	return p.again(w, r, v.task.ID, in, err)
}

// change is what the form asks for; whoever may report progress alone sends no more than that.
func (f taskForm) change(v formView) (work.Change, error) {
	status := work.Status(f.Status)
	c := work.Change{Status: &status, Blocker: &f.Blocker, Note: f.Note}
	if status == work.Blocked {
		c.WaitsFor, c.WaitsParty = &f.WaitsFor, &f.WaitsParty
	}
	left, err := f.left()
	if err != nil {
		return c, err
	}
	if !status.Ended() && status != work.ToDo {
		c.Remaining = &left
	}
	if v.planWhy != "" {
		return c, nil
	}
	return c, f.planned(v, &c)
}

// left is the work that is left, in minutes; -1 where nothing is said of it.
func (f taskForm) left() (int64, error) {
	if f.Remaining == "" {
		return -1, nil
	}
	return minutes("remaining", f.Remaining)
}

// planned adds what only those change who plan the work.
func (f taskForm) planned(v formView, c *work.Change) error {
	e, err := f.estimate()
	if err != nil {
		return err
	}
	due, notBefore, start, end, err := f.dates(v.look)
	if err != nil {
		return err
	}
	needs, after, err := f.links(v.others)
	if err != nil {
		return err
	}
	items := f.served()
	c.Name, c.Text, c.Owner, c.Phase, c.Estimate, c.Needs, c.After, c.Items = &f.Name, &f.Text, &f.Owner, &f.Phase, &e, &needs, &after, &items
	c.NotBefore, c.FixedStart, c.FixedEnd = &notBefore, &start, &end
	offset := plan.Offset(f.Offset)
	if offset != "" {
		c.Offset = &offset
	}
	if offset == "" || due != 0 {
		c.Due = &due
	}
	return nil
}

// ties are the links of a new task.
func (f taskForm) ties(p *Pages, r *http.Request) (needs []string, after []work.After, err error) {
	v, err := p.view(r, "", nil)
	if err != nil {
		return nil, nil, err
	}
	return f.links(v.others)
}

var fields = []string{"name", "text", "owner", "phase", "status", "blocker", "low", "likely", "high", "estimate", "due", "offset", "needs", "note",
	"notBefore", "fixedStart", "fixedFinish", "remaining", "waitsFor", "waitsForParty", "linkLag1", "linkLag2", "items"}

// again shows the form with what was typed and what is wrong with it.
func (p *Pages) again(w http.ResponseWriter, r *http.Request, task string, in taskForm, err error) error {
	code := errs.CodeOf(err)
	if code != errs.CodeInvalid && code != errs.CodeConflict && code != errs.CodeBlocked && code != errs.CodeForbidden {
		return err
	}
	v, fault := p.view(r, task, &in)
	if fault != nil {
		return fault
	}
	v.errors = shown(err)
	if now, ok := errs.As(err).Theirs.(work.Task); ok && task != "" {
		theirs := formOf(now, "", v.look)
		v.Rev = now.Rev
		for _, x := range [][3]string{{"name", theirs.Name, in.Name}, {"text", theirs.Text, in.Text}, {"phase", theirs.Phase, in.Phase}, {"status", theirs.Status, in.Status},
			{"blocker", theirs.Blocker, in.Blocker}, {"likely hours", theirs.Likely, in.Likely}, {"due", theirs.Due, in.Due}, {"from window", theirs.Offset, in.Offset},
			{"not before", theirs.NotBefore, in.NotBefore}, {"remaining hours", theirs.Remaining, in.Remaining}, {"comes after", strings.Join(theirs.Links, ", "), strings.Join(in.Links, ", ")},
			{"serves", strings.Join(theirs.Items, ", "), strings.Join(in.served(), ", ")}} {
			if x[1] != x[2] {
				v.theirs = append(v.theirs, uiverdict.DiffPart{Section: x[0], Del: some(x[1]), Ins: some(x[2])})
			}
		}
	}
	return p.frame(w, r, v.release.Key, "plan", web.Page{Title: v.title(), Status: code.Status(), Body: taskPage(v)})
}

func some(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// shown are the faults of the form; those of no field of it stand above.
func shown(err error) ui.Errors {
	e := errs.As(err)
	for i, f := range e.Fields {
		if strings.HasPrefix(f.Name, "after") || strings.HasPrefix(f.Name, "needs") {
			e.Fields[i].Name = "needs"
		}
		if strings.HasPrefix(f.Name, "items") {
			e.Fields[i].Name = "items"
		}
	}
	out := ui.ErrorsOf(e)
	msg := e.Msg
	for _, f := range e.Fields {
		known := false
		for _, x := range fields {
			known = known || x == f.Name
		}
		if !known {
			msg += " " + f.Msg
			out.Msg = msg
		}
	}
	return out
}

// kept are the links of the form: those of the task, ticked unless they were taken away, and any that were typed.
func (v formView) kept() []keptLink {
	var out []keptLink
	seen := map[string]bool{}
	add := func(s string) {
		if a, ok := written(s); ok && !seen[s] {
			seen[s] = true
			out = append(out, keptLink{value: s, name: v.named(a.Task), said: linkSaid(a), on: slices.Contains(v.Links, s)})
		}
	}
	for _, a := range v.task.Links() {
		add(write(a))
	}
	for _, s := range v.Links {
		add(s)
	}
	return out
}

// keptLink is a box of the form.
type keptLink struct {
	value, name, said string
	on                bool
}

func (v formView) named(key string) string {
	for _, t := range v.others {
		if t.Key == key {
			return t.Name
		}
	}
	return key
}

// linkErrors are the faults of links, which the area names by their place.
func (v formView) linkErrors() string { return v.errors.Of("needs") }

func (v formView) history() string {
	s := "Made " + uiverdict.NearMid(v.task.CreatedAt.Std(), v.Now, v.Zone) + ", changed " + uiverdict.NearMid(v.task.ChangedAt.Std(), v.Now, v.Zone)
	if d := v.Now.Sub(v.task.StatusAt.Std()); !v.task.Status.Ended() && d >= 24*time.Hour {
		s += ". Its status stands since " + ui.Duration(d)
	}
	return s + "."
}
