package planning

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uifigure"
	"slipway/internal/platform/web"
	"slipway/internal/work"
	"slipway/internal/work/outlook"
)

// levelView is the plan as it is beside the plan in which nobody does two things at once.
type levelView struct {
	look
	release plan.Release
	before  outlook.Schedule
	after   outlook.Schedule
	tasks   map[string]work.Task
	who     reader.Who
	all     bool               // list every task that moves
	moved   []outlook.Timing   // later than they could start by themselves, by their start
	started map[string]db.Time // before levelling
	why     string
	errors  ui.Errors
}

func (p *Pages) levelView(r *http.Request) (*levelView, error) {
	v := &levelView{look: p.look(r.Context()), all: r.URL.Query().Get("all") != "", tasks: map[string]work.Task{}, started: map[string]db.Time{}}
	err := p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		if v.release, err = plan.ReleaseByRef(tx, r.PathValue("ref")); err != nil {
			return err
		}
		if v.before, err = p.outlook.ReadSchedule(tx, v.release.Key); err != nil {
			return err
		}
		if v.after, err = p.outlook.ReadLevel(tx, v.release.Key); err != nil {
			return err
		}
		all, err := work.TasksOf(tx, v.release.ID)
		if err != nil {
			return err
		}
		var ids []id.Person
		for _, t := range all {
			v.tasks[t.Key] = t
			ids = append(ids, t.Owner)
		}
		if v.who, err = reader.WhoIs(tx, "", ids...); err != nil {
			return err
		}
		v.why, err = whyNot(tx, v.release, "work.plan")
		return err
	})
	for _, x := range v.before.Tasks {
		v.started[x.Key] = x.Start
	}
	for _, x := range v.after.Tasks {
		if x.Shift > 0 && !x.Start.IsZero() && v.tasks[x.Key].StartedAt.IsZero() {
			v.moved = append(v.moved, x)
		}
	}
	slices.SortStableFunc(v.moved, func(a, b outlook.Timing) int { return int(min(1, max(-1, a.Start-b.Start))) })
	return v, err
}

// movedShown is how many tasks the page lists unless all are asked for.
const movedShown = 50

// listed are the tasks that the page lists.
func (v *levelView) listed() []outlook.Timing {
	if v.all {
		return v.moved
	}
	return v.moved[:min(movedShown, len(v.moved))]
}

// later is by how much a task starts later, as the dates beside it have it.
func (v *levelView) later(x outlook.Timing) string {
	was := v.started[x.Key]
	if was.IsZero() || x.Start.IsZero() {
		return "–"
	}
	return uifigure.Slip(was.Std(), x.Start.Std(), v.Zone)
}

// starts are the new starts as the form carries them, so that what is saved is what was shown: levelled a minute later, a plan may come out otherwise.
func (v *levelView) starts() string {
	var b strings.Builder
	for _, x := range v.moved {
		_, _ = fmt.Fprintln(&b, x.Key, int64(x.Start)) // a builder never fails
	}
	return b.String()
}

// take makes the starts that a form carries those of the view. It reports whether they can be read, each of a task that has not begun.
func (v *levelView) take(starts string) bool {
	v.moved = nil
	for _, line := range strings.FieldsFunc(starts, func(r rune) bool { return r == '\n' || r == '\r' }) {
		key, text, _ := strings.Cut(line, " ")
		at, err := strconv.ParseInt(text, 10, 64)
		t, known := v.tasks[key]
		if err != nil || at <= 0 || !known || !t.StartedAt.IsZero() || t.Status.Ended() {
			return false
		}
		v.moved = append(v.moved, outlook.Timing{Key: key, Name: t.Name, Start: db.Time(at)})
	}
	return len(v.moved) > 0
}

// digest tells whether the tasks that are saved are those that were shown.
func (v *levelView) digest() string {
	h := sha256.New()
	for _, x := range v.moved {
		_, _ = fmt.Fprintln(h, x.Key, int64(x.Start), v.tasks[x.Key].Rev) // a hash never fails
	}
	return hex.EncodeToString(h.Sum(nil))
}

// over are those who have more than one task at a time before levelling, with how many of theirs make room.
func (v *levelView) over() []levelled {
	count := map[id.Person]*levelled{}
	var out []*levelled
	for _, x := range v.moved {
		if x.Driver == nil || x.Driver.Cause != "resource" {
			continue // it follows others
		}
		c := count[x.Owner]
		if c == nil {
			c = &levelled{owner: x.Owner}
			count[x.Owner] = c
			out = append(out, c)
		}
		c.tasks++
		if d := x.Start.Sub(v.started[x.Key]); d > c.by && !v.started[x.Key].IsZero() {
			c.by, c.shift = d, v.later(x)
		}
	}
	slices.SortStableFunc(out, func(a, b *levelled) int { return b.tasks - a.tasks })
	list := make([]levelled, len(out))
	for i, c := range out {
		list[i] = *c
	}
	return list
}

// levelled is somebody whose tasks move.
type levelled struct {
	owner id.Person
	tasks int
	by    time.Duration
	shift string // the greatest, in words
}

// verdict is what levelling means for the date, in a sentence.
func (v *levelView) verdict() string {
	switch {
	case len(v.moved) == 0:
		return "Nobody and nothing is used twice at a time. Levelling changes nothing."
	case v.after.Ready.IsZero() || v.before.Ready.IsZero():
		return ui.Plural(len(v.moved), "task starts", "tasks start") + " later."
	case v.after.Ready == v.before.Ready:
		return ui.Plural(len(v.moved), "task starts", "tasks start") + " later; the date stays, since they have the float for it."
	}
	return ui.Plural(len(v.moved), "task starts", "tasks start") + " later, and the work before the window is done " + uifigure.Slip(v.before.Ready.Std(), v.after.Ready.Std(), v.Zone) + " later."
}

func (v *levelView) facts() []ui.Fact {
	row := func(s outlook.Schedule) string {
		if s.Ready.IsZero() {
			return "no work left"
		}
		text := v.Near(s.Ready)
		if s.Margin != nil && *s.Margin < 0 {
			text += ", after the window opens"
		}
		return text
	}
	return []ui.Fact{{Key: "As planned", Value: row(v.before)}, {Key: "Levelled", Value: row(v.after)}, {Key: "Window", Value: v.Near(v.release.Window.Start)}}
}

// reason says what a task waits for in the levelled plan.
func (v *levelView) reason(x outlook.Timing) string {
	d := x.Driver
	switch {
	case d == nil:
		return ""
	case d.Cause == "resource":
		return "after " + v.tasks[d.Task].Name + ", which has its people until then"
	case d.Cause == "link":
		return "after " + v.tasks[d.Task].Name
	case d.Cause == "hours" || d.Cause == "now":
		return "its owner works elsewhere until then"
	}
	return ""
}

func (p *Pages) askLevel(w http.ResponseWriter, r *http.Request) error {
	v, err := p.levelView(r)
	if err != nil {
		return err
	}
	return p.o.Page(w, r, v.release.Key, "plan", web.Page{Title: "Level", Body: levelPage(v)})
}

// level keeps the levelled plan: each task that moved does not start before its new start.
func (p *Pages) level(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Starts string `form:"starts"`
		Digest string `form:"digest"`
	}
	if err := p.site.Form(r, &in); err != nil {
		return err
	}
	v, err := p.levelView(r)
	if err != nil {
		return err
	}
	shown := *v
	if !shown.take(in.Starts) || in.Digest != shown.digest() {
		v.errors = ui.ErrorsOf(errs.Conflict("outlook.changed", nil, "The plan has changed since this was shown. This is how it is levelled now."))
		return p.o.Page(w, r, v.release.Key, "plan", web.Page{Title: "Level", Status: errs.CodeConflict.Status(), Body: levelPage(v)})
	}
	if err := p.keep(r, &shown); err != nil {
		if !mendable(err) {
			return err
		}
		v.errors = ui.ErrorsOf(err)
		return p.o.Page(w, r, v.release.Key, "plan", web.Page{Title: "Level", Status: errs.CodeOf(err).Status(), Body: levelPage(v)})
	}
	return p.site.Redirect(w, r, releaseURL(v.release, "plan"), web.Toast{Title: "The plan is levelled", Text: ui.Plural(len(shown.moved), "task has", "tasks have") + " a new start.", State: ui.Go})
}

// keep writes the new starts in one change: all of them, or none if a task is no longer what was read.
func (p *Pages) keep(r *http.Request, v *levelView) error {
	list := make([]work.Put, 0, len(v.moved))
	for _, x := range v.moved {
		at := x.Start
		list = append(list, work.Put{Place: x.Name, Key: x.Key, Change: work.Change{NotBefore: &at, Note: "Levelled"}})
	}
	return p.db.Write(r.Context(), func(tx *db.Tx) error {
		rel, err := plan.ReleaseByID(tx, v.release.ID)
		if err != nil {
			return err
		}
		if err := auth.Check(tx, "work.plan", plan.Scope(rel)); err != nil {
			return err
		}
		now, err := work.TasksOf(tx, rel.ID)
		if err != nil {
			return err
		}
		revs := make(map[string]int64, len(now))
		for _, t := range now {
			revs[t.Key] = t.Rev
		}
		for _, x := range v.moved {
			if revs[x.Key] != v.tasks[x.Key].Rev {
				return errs.Conflict("outlook.changed", nil, "%s has changed since this was shown. Nothing is saved.", x.Name)
			}
		}
		_, err = work.PutAll(tx, rel, list)
		return err
	})
}
