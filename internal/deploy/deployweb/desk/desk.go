package desk

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"slipway/internal/deploy"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uiverdict"
	"slipway/internal/platform/web"
)

// Options are what the pages need of others.
type Options struct {
	// Page draws a tab inside the frame of its release; Again answers a form of a tab that was refused. Both are needed.
	Page  func(w http.ResponseWriter, r *http.Request, release, tab string, p web.Page) error
	Again func(w http.ResponseWriter, r *http.Request, err error, release, tab string, p web.Page) error
	// Clearance says beforehand what would refuse a live run. Without it every start needs an override.
	Clearance deploy.Clearance
	// Consequences returns what a change of a section of a release would hit: approvals that would void. It may be nil.
	Consequences func(tx *db.Tx, r plan.Release, section string) ([]uiverdict.Hit, error)
}

// Desk is what every page of the area builds on.
type Desk struct {
	Site  *web.Site
	DB    *db.DB
	Books *deploy.Runbooks
	Runs  *deploy.Runs
	Options
}

// The entries of the navigation.
const (
	Nav      = "runs"
	NavBooks = "runbooks"
)

// RunsPage is how many runs a list shows at once.
const RunsPage = 25

// Look is for whom a page is drawn, and when.
type Look struct{ reader.Reader }

// LookOf returns for whom a page is drawn: the viewer of the context, in UTC for nobody.
func LookOf(ctx context.Context, now db.Time) Look { return Look{reader.Of(ctx, now.Std())} }

// Look is for whom the answer to a request is drawn.
func (p *Desk) Look(r *http.Request) Look { return LookOf(r.Context(), db.At(p.DB.Clock().Now())) }

// Clock writes a time of day, or a dash for none.
func (l Look) Clock(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return ui.Clock(t, l.Zone)
}

// Near writes an instant as a person says it, or a dash for none.
func (l Look) Near(t time.Time) string { return l.Reader.Near(db.At(t)) }

// span writes two instants of one night: "13:30 to 13:33".
func (l Look) Span(from, to time.Time) string {
	if from.IsZero() || to.IsZero() {
		return "–"
	}
	return l.Clock(from) + " to " + l.Clock(to)
}

// RolesOf returns the names of roles by key; a role that is not defined is called by its key.
func RolesOf(tx *db.Tx, keys []string) (map[string]string, error) {
	out := map[string]string{}
	for _, k := range keys {
		if _, ok := out[k]; ok || k == "" {
			continue
		}
		out[k] = k
		r, err := auth.RoleByKey(tx, k)
		if err != nil && !errs.Is(err, errs.CodeNotFound) {
			return nil, err
		}
		if err == nil && r.Name != "" {
			out[k] = r.Name
		}
	}
	return out, nil
}

// RunURL is the address of a run or of something below it.
func RunURL(r id.Run, below ...string) string {
	s := "/runs/" + string(r)
	for _, b := range below {
		s += "/" + url.PathEscape(b)
	}
	return s
}

// ReleaseURL is the address of a release or of something below it.
func ReleaseURL(key string, below ...string) string {
	s := "/releases/" + url.PathEscape(key)
	for _, b := range below {
		s += "/" + url.PathEscape(b)
	}
	return s
}

// BookURL is the address of a runbook or of something below it.
func BookURL(key string, below ...string) string {
	s := "/runbooks/" + url.PathEscape(key)
	for _, b := range below {
		s += "/" + url.PathEscape(b)
	}
	return s
}

// Allowed reports whether the viewer holds a permission, and if not says so as a reason without its beginning.
func Allowed(tx *db.Tx, permission string, scope auth.Scope, who string) (string, error) {
	ok, err := auth.Allowed(tx, permission, scope)
	if ok || err != nil {
		return "", err
	}
	return "only " + who + " may do this.", nil
}
