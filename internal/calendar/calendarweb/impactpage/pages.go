package impactpage

import (
	"net/http"
	"net/url"

	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/calendar/impact"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// Path is where the list across releases is.
const Path = "/impacts"

// tab is the tab of a release that the pages stand under: that of its manifest and its window.
const tab = "scope"

type pages struct{ *frame.Frame }

// Mount adds the pages to the site.
func Mount(f *frame.Frame) {
	p := pages{f}
	f.Site.Handle("GET "+Path, "calendar.read", p.list)
	f.Site.Handle("GET /releases/{ref}/impact", "calendar.read", p.show)
	f.Site.Handle("GET /releases/{ref}/impact/{service}", "calendar.read", p.ask)
	f.Site.Handle("POST /releases/{ref}/impact/{service}", "impact.edit", p.set)
	f.Site.Handle("POST /releases/{ref}/impact/{service}/told", "impact.edit", p.tell)
	f.Site.Handle("POST /releases/{ref}/impact/{service}/drop", "impact.edit", p.drop)
}

// URL is the page of what a release does to users, or of one service of it.
func URL(release string, service ...string) string {
	s := "/releases/" + url.PathEscape(release) + "/impact"
	for _, x := range service {
		s += "/" + url.PathEscape(x)
	}
	return s
}

// render draws a page in the frame of its release.
func (p pages) render(w http.ResponseWriter, r *http.Request, ref string, page web.Page) error {
	if p.Release == nil {
		page.Nav, page.Body = "releases", alone(page.Title, page.Body)
		return p.Site.Render(w, r, page)
	}
	return p.Release(w, r, ref, tab, page)
}

// again draws a page in the frame of its release after a refusal.
func (p pages) again(w http.ResponseWriter, r *http.Request, err error, ref string, page web.Page) error {
	if p.ReleaseAgain == nil {
		page.Nav, page.Body = "releases", alone(page.Title, page.Body)
		return p.Site.Again(w, r, err, page)
	}
	return p.ReleaseAgain(w, r, err, ref, tab, page)
}

// mayNot says why the caller does not state what a release does, "" if they may.
func mayNot(tx *db.Tx, r plan.Release) (string, error) {
	may, err := auth.Allowed(tx, "impact.edit", plan.Scope(r))
	switch {
	case err != nil:
		return "", err
	case !may:
		return "only release managers and contributors of " + r.ProductName + " do.", nil
	case r.Ended():
		return "the release is " + r.State.Words() + ".", nil
	}
	return "", nil
}

// lost reports whether a refusal leaves no form to show again.
func lost(err error) bool {
	c := errs.CodeOf(err)
	return c == errs.CodeForbidden || c == errs.CodeNotFound
}

// Facts says on the page of a release what it does to users, for those who may see the calendar.
func Facts(f *frame.Frame, tx *db.Tx, r plan.Release) ([]ui.Fact, error) {
	may, err := auth.Allowed(tx, "calendar.read", plan.Scope(r))
	if err != nil || !may {
		return nil, err
	}
	all, err := impact.OfTx(tx, r)
	if err != nil {
		return nil, err
	}
	return []ui.Fact{{Key: "Impact on users", Body: fact(brief(f.Look(tx.Context()), all), URL(r.Key), all)}}, nil
}

func overdue(all []impact.Impact) bool {
	for _, i := range all {
		if i.Notice == impact.NoticeOverdue {
			return true
		}
	}
	return false
}
