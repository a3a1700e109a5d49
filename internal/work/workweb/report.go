package workweb

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
	"slipway/internal/work"
)

// reportMax is how many tasks one form reports on.
const reportMax = 100

// reportForm is what is said of many tasks at once. Its lists go side by side; what is left empty says nothing.
type reportForm struct {
	Task   []string  `form:"task"`
	Rev    []string  `form:"rev"`
	Status []string  `form:"status"`
	Left   []*string `form:"left"` // hours
	Note   []*string `form:"note"` // for the record; what it waits for where it is blocked
}

// text is what was typed; "" for nothing.
func text(typed *string) string {
	if typed == nil {
		return ""
	}
	return *typed
}

// reported is a row of the form.
type reported struct {
	task               work.Task
	rev                int64
	status, left, note string
	err                string
}

// reportView is the form with what came of it.
type reportView struct {
	look
	release plan.Release
	rows    []reported
	who     reader.Who
	mine    bool
	why     string
	more    int
	errors  ui.Errors
}

func (p *Pages) reportView(r *http.Request) (*reportView, error) {
	v := &reportView{look: lookOf(r.Context(), p.db.Clock().Now()), mine: r.URL.Query().Get("mine") != ""}
	err := p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		if v.release, err = plan.ReleaseByRef(tx, r.PathValue("ref")); err != nil {
			return err
		}
		if err := auth.CheckSeen(tx, "work.read", plan.Scope(v.release), "release"); err != nil {
			return err
		}
		f := work.Filter{Release: v.release.Key, Open: true, Limit: reportMax}
		if v.mine {
			f.Owner = string(v.Me)
		}
		tasks, err := work.List(tx, f)
		if err != nil {
			return err
		}
		n, err := work.CountOf(tx, f)
		if err != nil {
			return err
		}
		v.rows, v.more = nil, int(n)-len(tasks)
		for _, t := range tasks {
			v.rows = append(v.rows, rowOf(t))
		}
		if v.who, err = whoIn(tx, tasks); err != nil {
			return err
		}
		v.why, err = whyNot(tx, v.release, "work.progress")
		return err
	})
	return v, err
}

func rowOf(t work.Task) reported {
	r := reported{task: t, rev: t.Rev, status: string(t.Status)}
	if t.Remaining != nil {
		r.left = decimal(float64(*t.Remaining) / 60)
	}
	return r
}

func (p *Pages) askProgress(w http.ResponseWriter, r *http.Request) error {
	v, err := p.reportView(r)
	if err != nil {
		return err
	}
	return p.frame(w, r, v.release.Key, "plan", web.Page{Title: "Report progress", Body: reportPage(v)})
}

// report saves each row that says something new, by itself: what others work on does not hold up what is said of the rest.
func (p *Pages) report(w http.ResponseWriter, r *http.Request) error {
	var in reportForm
	if err := p.site.Form(r, &in); err != nil {
		return err
	}
	n := len(in.Task)
	if n > reportMax || len(in.Rev) != n || len(in.Status) != n || len(in.Left) != n || len(in.Note) != n {
		return errs.Invalid("form.rows", "The form is not complete: each row has a status, what is left and a note.")
	}
	v, err := p.reportView(r)
	if err != nil {
		return err
	}
	if v.why != "" {
		if err := p.may(r, v); err != nil {
			return err
		}
	}
	saved, failed := 0, 0
	for i := range in.Task {
		at := slices.IndexFunc(v.rows, func(x reported) bool { return x.task.ID == in.Task[i] })
		if at < 0 {
			continue // it has ended, or belongs to another release
		}
		row := &v.rows[at]
		row.rev, _ = strconv.ParseInt(in.Rev[i], 10, 64)
		row.status, row.left, row.note = in.Status[i], text(in.Left[i]), text(in.Note[i])
		t, changed, err := p.tell(r, *row)
		switch {
		case err != nil && !mends(err):
			return err
		case err != nil:
			row.err = said(err)
			failed++
			if now, ok := errs.As(err).Theirs.(work.Task); ok {
				row.rev = now.Rev
			}
		case changed:
			*row = rowOf(t)
			saved++
		}
	}
	if failed == 0 {
		return p.site.Redirect(w, r, "/releases/"+url.PathEscape(v.release.Key)+"/plan#tasks", web.Toast{Title: ui.Plural(saved, "task is", "tasks are") + " reported", State: ui.Go})
	}
	v.errors.Msg = ui.Plural(failed, "row needs", "rows need") + " your attention; " + ui.Plural(saved, "is", "are") + " saved."
	return p.frame(w, r, v.release.Key, "plan", web.Page{Title: "Report progress", Status: errs.CodeInvalid.Status(), Body: reportPage(v)})
}

// may fails as the first change would.
func (p *Pages) may(r *http.Request, v *reportView) error {
	return p.db.Read(r.Context(), func(tx *db.Tx) error {
		if err := auth.Check(tx, "work.progress", plan.Scope(v.release)); err != nil {
			return err
		}
		return errs.Blocked("plan.ended", "%s is %s. Nothing of it changes any more.", v.release.Name, v.release.State.Words())
	})
}

// tell saves one row; false if it says nothing new.
func (p *Pages) tell(r *http.Request, x reported) (work.Task, bool, error) {
	status := work.Status(x.status)
	c := work.Change{}
	if status != x.task.Status {
		c.Status = &status
	}
	if status == work.Blocked && status != x.task.Status {
		c.Blocker = &x.note
	} else {
		c.Note = x.note
	}
	if x.left != "" && x.left != rowOf(x.task).left && !status.Ended() {
		left, err := minutes("left", x.left)
		if err != nil {
			return x.task, false, err
		}
		c.Remaining = &left
	}
	if c.Status == nil && c.Remaining == nil && c.Note == "" {
		return x.task, false, nil
	}
	t, err := p.tasks.Set(r.Context(), x.task.ID, x.rev, c)
	return t, err == nil, err
}

func mends(err error) bool {
	c := errs.CodeOf(err)
	return c == errs.CodeInvalid || c == errs.CodeConflict || c == errs.CodeBlocked
}

// said is what is wrong with a row, in one line.
func said(err error) string {
	e := errs.As(err)
	if len(e.Fields) > 0 {
		return e.Fields[0].Msg
	}
	return e.Msg
}
