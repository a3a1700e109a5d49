package workweb

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
	"slipway/internal/work"
)

// ReleasePage answers with a page inside the frame of a release.
type ReleasePage func(w http.ResponseWriter, r *http.Request, ref, tab string, p web.Page) error

// Pages are the pages of the area.
type Pages struct {
	site  *web.Site
	db    *db.DB
	tasks *work.Tasks
	frame ReleasePage
}

// New returns the pages; frame draws what stands around them.
func New(s *web.Site, d *db.DB, tasks *work.Tasks, frame ReleasePage) *Pages {
	return &Pages{site: s, db: d, tasks: tasks, frame: frame}
}

// Mount adds the pages to the site.
func (p *Pages) Mount() {
	p.site.Handle("GET /tasks", "work.read", p.everywhere)
	p.site.Handle("GET /releases/{ref}/tasks/new", "work.read", p.ask)
	p.site.Handle("POST /releases/{ref}/tasks/new", "work.plan", p.add)
	p.site.Handle("GET /releases/{ref}/tasks/progress", "work.read", p.askProgress)
	p.site.Handle("POST /releases/{ref}/tasks/progress", "work.progress", p.report)
	p.site.Handle("GET /releases/{ref}/tasks/{task}", "work.read", p.ask)
	p.site.Handle("POST /releases/{ref}/tasks/{task}", "work.progress", p.set)
	p.site.Handle("POST /releases/{ref}/tasks/{task}/status", "work.progress", p.move)
}

// look is for whom a page is drawn, and when.
type look struct{ reader.Reader }

func lookOf(ctx context.Context, now time.Time) look { return look{reader.Of(ctx, now)} }

// whoIn reads the people whom tasks name.
func whoIn(tx *db.Tx, ts []work.Task) (reader.Who, error) {
	var ids []id.Person
	for _, t := range ts {
		ids = append(ids, t.Owner, t.WaitsFor)
	}
	return reader.WhoIs(tx, "", ids...)
}

func planURL(r plan.Release) string { return "/releases/" + url.PathEscape(r.Key) + "/plan" }

func taskURL(r plan.Release, below ...string) string {
	s := "/releases/" + url.PathEscape(r.Key) + "/tasks"
	for _, b := range below {
		s += "/" + url.PathEscape(b)
	}
	return s
}

// whyNot says in a sentence why the caller may not do this to the tasks of a release, "" when it may.
func whyNot(tx *db.Tx, r plan.Release, permission string) (string, error) {
	may, err := auth.Allowed(tx, permission, plan.Scope(r))
	switch {
	case err != nil:
		return "", err
	case !may:
		return "your roles do not carry " + permission + " here.", nil
	case r.Ended():
		return "the release is " + r.State.Words() + ".", nil
	}
	return "", nil
}

// move changes the status of a task with one button.
func (p *Pages) move(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Rev    int64       `form:"rev"`
		Status work.Status `form:"status"`
		Back   string      `form:"back"` // the page to go back to; the release's plan without it
	}
	if err := p.site.Form(r, &in); err != nil {
		return err
	}
	t, err := p.tasks.Find(r.Context(), r.PathValue("ref"), r.PathValue("task"))
	if err != nil {
		return err
	}
	if t, err = p.tasks.Set(r.Context(), t.ID, in.Rev, work.Change{Status: &in.Status}); err != nil {
		return err
	}
	back := "/releases/" + url.PathEscape(t.ReleaseKey) + "/plan#tasks"
	if in.Back != "" {
		back = web.Local(in.Back)
	}
	return p.site.Redirect(w, r, back, web.Toast{Title: t.Name + " is " + t.Status.Words(), State: ui.Go})
}
