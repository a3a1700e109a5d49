package workweb

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
	"slipway/internal/work"
)

// listPath is the address of the tasks of every release.
const listPath = "/tasks"

// soon is how far ahead "due this week" looks.
const soon = 7 * 24 * time.Hour

// query is the state of the list, as the address carries it.
type query struct {
	Q       string `form:"q"`
	Mine    bool   `form:"mine"`
	Owner   string `form:"owner"`
	Release string `form:"release"`
	State   string `form:"state"`  // a status, "all", or "" for those that have not ended
	Due     string `form:"due"`    // late, week, or "" for any
	Silent  bool   `form:"silent"` // nobody has said a word for days
	View    string `form:"view"`   // board, or "" for the list
	After   string `form:"after"`
}

func (q query) url(fn func(*query)) string {
	q.After = ""
	fn(&q)
	return q.address()
}

func (q query) address() string {
	v := url.Values{}
	for k, s := range map[string]string{"q": q.Q, "owner": q.Owner, "release": q.Release, "state": q.State, "due": q.Due, "after": q.After, "view": q.View} {
		if s != "" {
			v.Set(k, s)
		}
	}
	if q.Mine {
		v.Set("mine", "1")
	}
	if q.Silent {
		v.Set("silent", "1")
	}
	if len(v) == 0 {
		return listPath
	}
	return listPath + "?" + v.Encode()
}

// keep are the filters that are no inputs of the filter form.
func (q query) keep() map[string]string {
	out := map[string]string{}
	if q.Due != "" {
		out["due"] = q.Due
	}
	if q.Mine {
		out["mine"] = "1"
	}
	if q.Silent {
		out["silent"] = "1"
	}
	if q.View != "" {
		out["view"] = q.View
	}
	return out
}

func (q query) narrowed() bool {
	q.After, q.View = "", ""
	return q != query{}
}

func (q query) filter(l look) (work.Filter, error) {
	f := work.Filter{Release: q.Release, Owner: q.Owner, Query: clip(q.Q), Limit: panelLimit + 1}
	if q.Mine {
		f.Owner = string(l.Me)
	}
	if q.Silent {
		f.Silent = int(silence / (24 * time.Hour))
	}
	switch q.View {
	case "":
	case "board":
		f.Limit = boardMax
	default:
		return f, errs.InvalidField("view", "task.view_unknown", "Tasks are shown as a list or a board, not as %.30q.", q.View)
	}
	switch q.State {
	case "":
		f.Open = true
	case "all":
	default:
		f.Statuses = []work.Status{work.Status(q.State)}
	}
	return f, q.late(&f, l)
}

func (q query) late(f *work.Filter, l look) error {
	switch q.Due {
	case "":
	case "late":
		f.Late = true
	case "week":
		f.Until = db.At(l.Now.Add(soon))
	default:
		return errs.InvalidField("due", "task.due_unknown", "Due is late or week, not %.30q.", q.Due)
	}
	return nil
}

// listView is everything that the list shows.
type listView struct {
	look
	query
	tasks    []work.Task
	who      reader.Who
	total    int64
	late     int64 // of all that the viewer may see
	mine     int64 // open ones of the viewer
	releases map[id.Release]plan.Release
	choices  []ui.Option // of releases
	owners   []ui.Option
	why      map[id.Release]string // tasks of the release cannot be moved on
	next     string
	waited   []work.Bottleneck
}

func (v listView) board() bool { return v.View == "board" }

// cards are the tasks as a board shows them.
func (v listView) cards() boardView {
	return boardView{look: v.look, tasks: v.tasks, who: v.who, releases: v.releases, why: v.why, back: v.query.address(), named: true, more: max(0, int(v.total)-len(v.tasks))}
}

// everywhere is the list of tasks of every release that the viewer may see.
func (p *Pages) everywhere(w http.ResponseWriter, r *http.Request) error {
	v := listView{}
	if err := web.Query(r, &v.query); err != nil {
		return err
	}
	v.look = lookOf(r.Context(), p.db.Clock().Now())
	f, err := v.filter(v.look)
	if err != nil {
		return err
	}
	at, _, err := api.DecodeCursor[place]("tasks-list", v.After)
	if err != nil {
		return err
	}
	if f.AfterSort, f.AfterID = at.At, at.ID; v.board() {
		f.AfterID = ""
	}
	if err := p.db.Read(r.Context(), func(tx *db.Tx) error { return v.read(tx, f) }); err != nil {
		return err
	}
	return p.site.Render(w, r, web.Page{Title: "Tasks", Nav: "tasks", Live: []string{"tasks"}, Body: listBody(v)})
}

func (v *listView) read(tx *db.Tx, f work.Filter) (err error) {
	if v.tasks, err = work.List(tx, f); err != nil {
		return err
	}
	if v.total, err = work.CountOf(tx, f); err != nil {
		return err
	}
	if len(v.tasks) > panelLimit && !v.board() {
		v.tasks = v.tasks[:panelLimit]
		last := v.tasks[panelLimit-1]
		if v.next, err = api.EncodeCursor("tasks-list", place{last.Order(), last.ID}); err != nil {
			return err
		}
	}
	if v.waited, err = work.Bottlenecks(tx, work.BottleneckFilter{Release: v.Release, Limit: bottlenecksShown}); err != nil {
		return err
	}
	if v.late, err = work.CountOf(tx, work.Filter{Late: true}); err != nil {
		return err
	}
	if v.mine, err = work.CountOf(tx, work.Filter{Open: true, Owner: string(v.Me)}); err != nil {
		return err
	}
	if v.who, err = whoIn(tx, v.tasks); err != nil {
		return err
	}
	if v.releases, v.why, err = releasesOf(tx, v.tasks); err != nil {
		return err
	}
	return v.readChoices(tx)
}

// choicesMost bounds the releases and people that the filter offers.
const choicesMost = 200

func (v *listView) readChoices(tx *db.Tx) error {
	open := false
	rs, err := plan.Releases(tx, plan.Filter{Ended: &open, Limit: choicesMost})
	if err != nil {
		return err
	}
	v.choices = []ui.Option{{Text: "Release: all"}}
	for _, r := range rs {
		v.choices = append(v.choices, ui.Option{Value: r.Key, Text: r.Name})
	}
	if v.Release != "" && !slices.ContainsFunc(v.choices, func(o ui.Option) bool { return o.Value == v.Release }) {
		v.choices = append(v.choices, ui.Option{Value: v.Release, Text: v.Release})
	}
	v.owners, err = reader.People(tx, "Owner: all", v.Owner)
	return err
}

var stateChoices = []ui.Option{{Text: "State: open"}, {Value: "todo", Text: "To do"}, {Value: "doing", Text: "In progress"}, {Value: "blocked", Text: "Blocked"},
	{Value: "done", Text: "Done"}, {Value: "dropped", Text: "Dropped"}, {Value: "all", Text: "All states"}}

// row says how a task shows, as the panel of its release does.
func (v listView) row() panelView { return panelView{look: v.look} }

// sub is the line under the title.
func (v listView) sub() string {
	s := "Work on every release that you may see, by due date."
	if v.mine > 0 {
		s += " " + ui.Plural(int(v.mine), "open task is", "open tasks are") + " yours."
	}
	return s
}

func (v listView) due(word string) string {
	return v.query.url(func(q *query) {
		if q.Due == word {
			word = ""
		}
		q.Due = word
	})
}

func (v listView) pager() ui.Pager {
	p := ui.Pager{Count: len(v.tasks), Total: int(v.total), One: "task", Many: "tasks", Order: "by due date"}
	if v.After != "" {
		p.First = v.query.url(func(*query) {})
	}
	if v.next != "" {
		q := v.query
		q.After = v.next
		p.Next = q.address()
	}
	return p
}

// second is the line under a task: its release, what it waits for, and what it serves.
func (v listView) second(t work.Task) string {
	s := cmp.Or(v.releases[t.Release].Name, t.ReleaseKey)
	if w := waits(t); w != "" {
		s += ", " + strings.ToLower(w[:1]) + w[1:]
	}
	if x := serves(t); x != "" {
		s += ", " + x
	}
	return s
}
