package impactpage

import (
	"net/http"
	"strconv"

	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/calendar/impact"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// query is what the list shows, as the address carries it.
type query struct {
	Show         string     `form:"show"` // "" for notices that are owed, told or all
	Mine         bool       `form:"mine"`
	AfterAt      db.Time    `form:"afterAt"`
	AfterRelease id.Release `form:"afterRelease"`
	AfterService id.Service `form:"afterService"`
}

const showAll = "all"

func (q query) url(fn func(*query)) string {
	q.AfterAt, q.AfterRelease, q.AfterService = 0, "", ""
	fn(&q)
	return web.Address(Path, q)
}

func (q query) filter() impact.Filter {
	f := impact.Filter{Show: q.Show, Mine: q.Mine, AfterAt: q.AfterAt, AfterRelease: q.AfterRelease, AfterService: q.AfterService, Limit: pageOf + 1}
	switch q.Show {
	case "":
		f.Show = impact.ShowOwed
	case showAll:
		f.Show = ""
	}
	return f
}

// listView is the list across releases.
type listView struct {
	frame.Look
	query
	rows   []impact.Listed
	owners map[id.Person]auth.Person
	may    map[id.Release]string // why the viewer does not mark users as told
	next   string
	errors ui.Errors
}

const pageOf = 100

func (p pages) list(w http.ResponseWriter, r *http.Request) error {
	v := listView{Look: p.Look(r.Context()), may: map[id.Release]string{}}
	err := web.Query(r, &v.query)
	if err == nil {
		err = p.DB.Read(r.Context(), v.read)
	}
	if err != nil && errs.CodeOf(err) != errs.CodeInvalid {
		return err
	}
	if err != nil {
		v.errors = ui.ErrorsOf(err)
		return p.Site.Again(w, r, err, v.page())
	}
	return p.Site.Render(w, r, v.page())
}

func (v *listView) read(tx *db.Tx) (err error) {
	if v.rows, err = impact.Read(tx, v.filter()); err != nil {
		return err
	}
	if len(v.rows) > pageOf {
		v.rows = v.rows[:pageOf]
		last := v.rows[pageOf-1]
		v.next = v.url(func(q *query) { q.AfterAt, q.AfterRelease, q.AfterService = last.DueAt, last.Release, last.Service })
	}
	var people []id.Person
	for _, x := range v.rows {
		if x.Owner != "" {
			people = append(people, x.Owner)
		}
		if _, known := v.may[x.Release]; known || !waits(x.Notice) {
			continue
		}
		r, err := plan.ReleaseByRef(tx, string(x.Release))
		if errs.Is(err, errs.CodeNotFound) { // seen on the calendar, and not as a plan
			v.may[x.Release] = "you may not see the release."
			continue
		}
		if err != nil {
			return err
		}
		if v.may[x.Release], err = mayNot(tx, r); err != nil {
			return err
		}
	}
	v.owners, err = auth.PeopleByID(tx, people...)
	return err
}

func (v listView) page() web.Page {
	page := web.Page{Title: "Impact on users", Nav: "calendar", Body: listBody(v)}
	if !v.errors.Any() {
		page.Live = []string{"releases"}
	}
	return page
}

// rev is the version of a row as its button sends it.
func rev(x impact.Listed) map[string]string {
	return map[string]string{"rev": strconv.FormatInt(x.Rev, 10), "list": "1"}
}

// note says of which release it is, when, whose, and where the notice stands.
func (v listView) note(x impact.Listed) string {
	s := x.ReleaseName
	if x.WindowStart.IsZero() {
		s += ", without a window yet"
	} else {
		s += ", " + v.Between(x.WindowStart, x.WindowEnd)
	}
	if who := v.owners[x.Owner].Name; who != "" {
		s += ", " + who
	}
	return s + ". " + whom(x.Impact) + " " + told(v.Look, x.Impact)
}

// due says when the notice is due, or that it is late.
func (v listView) due(x impact.Listed) string {
	switch x.Notice {
	case impact.NoticeOverdue:
		return ui.Duration(x.Overdue(db.At(v.Now))) + " late"
	case impact.NoticeOwed:
		if x.NoticeDue.IsZero() {
			return "no date yet"
		}
		return "due " + v.Mid(x.NoticeDue)
	}
	return said(x.Notice)
}
