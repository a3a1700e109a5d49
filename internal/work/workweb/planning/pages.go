package planning

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uifigure"
	"slipway/internal/platform/web"
	"slipway/internal/work/outlook"
	"slipway/internal/work/target"
	"slipway/internal/work/workweb/gantt"
)

// ReleasePage answers with a page inside the frame of a release.
type ReleasePage func(w http.ResponseWriter, r *http.Request, ref, tab string, p web.Page) error

// Options are what other areas add. Only Page is needed.
type Options struct {
	Page    ReleasePage
	Freezes func(tx *db.Tx, r plan.Release, from, to db.Time) ([]gantt.Stretch, error) // that hit where the release goes
}

// Pages are the pages of a release's outlook.
type Pages struct {
	site    *web.Site
	db      *db.DB
	outlook *outlook.Outlooks
	targets *target.Targets
	o       Options
}

// New returns the pages.
func New(s *web.Site, d *db.DB, outlooks *outlook.Outlooks, targets *target.Targets, o Options) *Pages {
	return &Pages{site: s, db: d, outlook: outlooks, targets: targets, o: o}
}

// Mount adds the pages to the site.
func (p *Pages) Mount() {
	p.site.Handle("GET /releases/{ref}/plan/rows", "outlook.read", p.rows)
	p.site.Handle("POST /releases/{ref}/plan/forecast", "outlook.forecast", p.forecast)
	p.site.Handle("GET /releases/{ref}/plan/level", "outlook.read", p.askLevel)
	p.site.Handle("POST /releases/{ref}/plan/level", "work.plan", p.level)
	p.site.Handle("GET /releases/{ref}/plan/baselines", "outlook.read", p.baselines)
	p.site.Handle("POST /releases/{ref}/plan/baselines", "outlook.baseline", p.saveBaseline)
	p.site.Handle("GET /releases/{ref}/plan/must-be-true", "outlook.read", p.wish)
}

// exists reports whether another area or wing has a page at an address.
func (p *Pages) exists(path string) bool {
	return slices.ContainsFunc(p.site.Routes(), func(r web.Route) bool { return r.Pattern == "GET "+path })
}

// look is for whom a page is drawn, and when.
type look struct{ reader.Reader }

func (p *Pages) look(ctx context.Context) look { return look{reader.Of(ctx, p.db.Clock().Now())} }

// workDay is the working time of a usual day, in minutes.
const workDay = 8 * 60

// worked writes minutes of working time in days of eight hours, with a sign where asked: "2.1 d", "+3 h".
func worked(minutes int64, signed bool) string {
	sign := ""
	switch {
	case minutes < 0:
		sign, minutes = ui.Minus, -minutes
	case signed && minutes > 0:
		sign = "+"
	}
	switch {
	case minutes == 0:
		return "0 h"
	case minutes < 60:
		return sign + strconv.FormatInt(minutes, 10) + " min"
	case minutes < workDay:
		return sign + tenths(float64(minutes)/60) + " h"
	}
	return sign + tenths(float64(minutes)/workDay) + " d"
}

// tenths writes a number with one decimal where it has one.
func tenths(f float64) string { return strings.TrimSuffix(ui.Decimal(f, 1), ".0") }

// share writes a chance in per cent.
func share(c float64) string { return strconv.Itoa(uifigure.PerCent(c)) + " %" }

func releaseURL(r plan.Release, below ...string) string {
	s := "/releases/" + url.PathEscape(r.Key)
	for _, b := range below {
		s += "/" + url.PathEscape(b)
	}
	return s
}

// release reads a release as far as the caller may see its outlook.
func (p *Pages) release(r *http.Request) (rel plan.Release, err error) {
	err = p.db.Read(r.Context(), func(tx *db.Tx) (err error) {
		if rel, err = plan.ReleaseByRef(tx, r.PathValue("ref")); err != nil {
			return err
		}
		return auth.CheckSeen(tx, "outlook.read", plan.Scope(rel), "release")
	})
	return rel, err
}

// whyNot says in a sentence why the caller may not do this to a release, "" when it may.
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

// mendable reports whether a form can be shown again with what is wrong with it.
func mendable(err error) bool {
	switch errs.CodeOf(err) {
	case errs.CodeInvalid, errs.CodeConflict, errs.CodeBlocked, errs.CodeForbidden:
		return true
	}
	return false
}
