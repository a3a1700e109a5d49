package workweb

import (
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/work"
)

const (
	panelLimit = 50
	// boardMax is the greatest number of tasks that a board shows, the first by due date.
	boardMax = 200
)

// panelQuery is the state of the panel, as the address of the plan carries it.
type panelQuery struct {
	view   string // board, or "" for the list
	query  string
	status string // a status, open, late, silent, or "" for all
	mine   bool
	after  string
}

func queryOf(v url.Values) panelQuery {
	return panelQuery{view: v.Get("tasks"), query: v.Get("tq"), status: v.Get("tstatus"), mine: v.Get("tmine") != "", after: v.Get("tafter")}
}

func (q panelQuery) url(r plan.Release, fn func(*panelQuery)) string {
	fn(&q)
	v := url.Values{}
	for k, s := range q.values() {
		v.Set(k, s)
	}
	if q.query != "" {
		v.Set("tq", q.query)
	}
	if q.after != "" {
		v.Set("tafter", q.after)
	}
	if len(v) == 0 {
		return planURL(r) + "#tasks"
	}
	return planURL(r) + "?" + v.Encode() + "#tasks"
}

// values are the filters that are no inputs of the filter form.
func (q panelQuery) values() map[string]string {
	out := map[string]string{}
	for k, s := range map[string]string{"tasks": q.view, "tstatus": q.status} {
		if s != "" {
			out[k] = s
		}
	}
	if q.mine {
		out["tmine"] = "1"
	}
	return out
}

func (q panelQuery) filter(l look, release plan.Release) work.Filter {
	f := work.Filter{Release: string(release.ID), Query: clip(q.query), Limit: panelLimit + 1}
	if q.mine {
		f.Owner = string(l.Me)
	}
	switch s := work.Status(q.status); s {
	case "open":
		f.Open = true
	case "late":
		f.Late = true
	case "silent":
		f.Silent = int(silence / (24 * time.Hour))
	case work.ToDo, work.Doing, work.Blocked, work.Done, work.Dropped:
		f.Statuses = []work.Status{s}
	}
	return f
}

// clip keeps a query within what the list takes, since an address is typed by anybody.
func clip(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
	for len(s) > 200 {
		s = s[:len(s)-1]
	}
	return strings.ToValidUTF8(s, "")
}

// panelView is everything that the panel shows.
type panelView struct {
	look
	panelQuery
	release plan.Release
	tasks   []work.Task
	count   work.Count
	who     reader.Who
	next    string
	planWhy string
	moveWhy string
	waited  []work.Bottleneck
	more    int // tasks that the board leaves out
}

// cards are the tasks as a board shows them.
func (v panelView) cards() boardView {
	return boardView{look: v.look, tasks: v.tasks, who: v.who, releases: map[id.Release]plan.Release{v.release.ID: v.release}, why: map[id.Release]string{v.release.ID: v.moveWhy},
		back: v.board0(), more: v.more}
}

// board0 is the address of the board without its place on the page.
func (v panelView) board0() string {
	s, _, _ := strings.Cut(v.url(v.release, func(*panelQuery) {}), "#")
	return s
}

type place struct {
	At int64  `json:"t"`
	ID string `json:"i"`
}

// Panel draws the tasks of a release on its plan: a list or a board, whose filter and page are in the query of the address
// (tasks, tq, tstatus, tmine, tafter). It fails with errs.NotFound if the caller may not see them.
func (p *Pages) Panel(tx *db.Tx, r plan.Release, query url.Values) (templ.Component, error) {
	v := panelView{look: lookOf(tx.Context(), tx.Now.Std()), panelQuery: queryOf(query), release: r}
	var err error
	if v.count, err = work.CountOpen(tx, r.ID); err != nil {
		return nil, err
	}
	f := v.filter(v.look, r)
	at, _, err := api.DecodeCursor[place]("tasks-panel", v.after)
	if err != nil {
		return nil, err
	}
	f.AfterSort, f.AfterID = at.At, at.ID
	if v.board() {
		f.Limit, f.AfterID = boardMax, ""
		n, err := work.CountOf(tx, f)
		if err != nil {
			return nil, err
		}
		v.more = max(0, int(n)-boardMax)
	}
	if v.tasks, err = work.List(tx, f); err != nil {
		return nil, err
	}
	if len(v.tasks) > panelLimit && !v.board() {
		v.tasks = v.tasks[:panelLimit]
		last := v.tasks[panelLimit-1]
		if v.next, err = api.EncodeCursor("tasks-panel", place{last.Order(), last.ID}); err != nil {
			return nil, err
		}
	}
	if v.who, err = whoIn(tx, v.tasks); err != nil {
		return nil, err
	}
	if v.planWhy, err = whyNot(tx, r, "work.plan"); err != nil {
		return nil, err
	}
	if v.moveWhy, err = whyNot(tx, r, "work.progress"); err != nil {
		return nil, err
	}
	if v.waited, err = work.Bottlenecks(tx, work.BottleneckFilter{Release: r.Key, Limit: bottlenecksShown}); err != nil {
		return nil, err
	}
	return panel(v), nil
}

func (v panelView) board() bool { return v.view == "board" }

func (v panelView) narrowed() bool { return v.query != "" || v.status != "" || v.mine }

func (v panelView) toggle(status string) string {
	return v.url(v.release, func(q *panelQuery) {
		q.after = ""
		if q.status == status {
			status = ""
		}
		q.status = status
	})
}

// summary is the quiet text after the title.
func (v panelView) summary() string {
	if v.count.Total == 0 {
		return ""
	}
	s := ui.Number(int(v.count.Open)) + " open, " + ui.Number(int(v.count.Done)) + " done"
	if v.count.Blocked > 0 {
		s += ", " + ui.Number(int(v.count.Blocked)) + " blocked"
	}
	if v.count.Late > 0 {
		s += ", " + ui.Number(int(v.count.Late)) + " late"
	}
	return s
}

// state is how a task shows: late ones say so.
func (v panelView) state(t work.Task) (ui.State, string) {
	if t.Late(db.At(v.Now)) && t.Status != work.Blocked {
		return ui.Hold, "Late, " + t.Status.Words()
	}
	return stateOf(t.Status)
}

func stateOf(s work.Status) (ui.State, string) {
	switch s {
	case work.Doing:
		return ui.Live, "In progress"
	case work.Blocked:
		return ui.NoGo, "Blocked"
	case work.Done:
		return ui.Go, "Done"
	case work.Dropped:
		return ui.Skip, "Dropped"
	default:
		return ui.Wait, "To do"
	}
}

// due is the date in the words of a list; the hour matters when it is near.
func (v panelView) due(t work.Task) string {
	if t.Due.IsZero() {
		return ""
	}
	if d := t.Due.Std().Sub(v.Now).Abs(); d > 48*time.Hour {
		return ui.Date(t.Due.Std(), v.Now, v.Zone)
	}
	return ui.Near(t.Due.Std(), v.Now, v.Zone)
}

func (v panelView) hot(t work.Task) bool {
	return !t.Status.Ended() && !t.Due.IsZero() && t.Due.Std().Sub(v.Now) < 8*time.Hour
}

// effort writes an estimate in hours: "2 h", or "2 h, 1 to 8 h" for one in three points, the mean first.
func effort(e work.Estimate) string {
	if e.IsZero() {
		return ""
	}
	if e.Low == e.High {
		return rounded(e.Likely) + " h"
	}
	return rounded(e.Expected()) + " h, " + rounded(e.Low) + " to " + rounded(e.High) + " h"
}

// rounded writes minutes in hours as one reads them, to the tenth.
func rounded(minutes int64) string {
	return strings.TrimSuffix(ui.Decimal(float64(minutes)/60, 1), ".0")
}

// waits says what holds a task up.
func waits(t work.Task) string {
	switch {
	case t.Status == work.Blocked:
		return "Blocked: " + t.Blocker
	case len(t.Waits) > 0 && !t.Status.Ended():
		return "Waits for " + ui.List(t.Waits...)
	}
	return ""
}

// next is the status that one button leads to, with its word.
func next(s work.Status) (work.Status, string) {
	switch s {
	case work.ToDo:
		return work.Doing, "Start"
	case work.Doing:
		return work.Done, "Done"
	case work.Blocked:
		return work.Doing, "Unblock"
	default:
		return work.ToDo, "Reopen"
	}
}

func (v panelView) pager() ui.Pager {
	p := ui.Pager{Count: len(v.tasks), Total: int(v.count.Total), One: "task", Many: "tasks", Order: "by due date"}
	if v.after != "" {
		p.First = v.url(v.release, func(q *panelQuery) { q.after = "" })
	}
	if v.next != "" {
		p.Next = v.url(v.release, func(q *panelQuery) { q.after = v.next })
	}
	return p
}
