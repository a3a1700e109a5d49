package riskweb

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/id"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
	"slipway/internal/risk"
)

// ReleasePage answers with p.Body inside the frame of a release, with the named tab current.
type ReleasePage func(w http.ResponseWriter, r *http.Request, ref, tab string, p web.Page) error

// Pages are the pages of the area.
type Pages struct {
	site  *web.Site
	db    *db.DB
	risks *risk.Register
	frame ReleasePage
	o     Options
}

// Options are what other areas add to the pages. Each may be nil.
type Options struct {
	// Actions draws what is done about a risk, inside the page's snapshot; it may answer with nil.
	Actions func(tx *db.Tx, r risk.Risk) (templ.Component, error)
}

// New returns the pages. frame may be nil: then there is no tab of a release.
func New(s *web.Site, d *db.DB, risks *risk.Register, frame ReleasePage) *Pages {
	return &Pages{site: s, db: d, risks: risks, frame: frame}
}

// Use sets what other areas add, before Mount, and returns the pages.
func (p *Pages) Use(o Options) *Pages {
	p.o = o
	return p
}

// Mount adds the pages to the site.
func (p *Pages) Mount() {
	p.site.Handle("GET /risks", "risk.read", p.register)
	p.site.Handle("GET /risks/new", "risk.open", p.askRisk)
	p.site.Handle("POST /risks/new", "risk.open", p.openRisk)
	p.site.Handle("GET /risks/{risk}", "risk.read", p.show)
	p.site.Handle("GET /risks/{risk}/{verb}", "risk.read", p.ask)
	for _, v := range verbs {
		p.site.Handle("POST /risks/{risk}/"+v.name, v.permission, func(w http.ResponseWriter, r *http.Request) error { return p.do(w, r, v) })
	}
	if p.frame != nil {
		p.site.Handle("GET /releases/{release}/risks", "risk.read", p.tab)
	}
}

// look is for whom a page is drawn, and when.
type look struct{ reader.Reader }

func (p *Pages) look(r *http.Request) look { return look{reader.Of(r.Context(), p.db.Clock().Now())} }

// today is the day of now where the viewer is.
func (l look) today() string { return l.Now.In(l.Zone).Format(time.DateOnly) }

// day writes a day as lists show it.
func (l look) day(date string) string {
	t, err := time.ParseInLocation(time.DateOnly, date, l.Zone)
	switch {
	case err != nil:
		return ""
	case date == l.today():
		return "today"
	}
	s := ui.Date(t, l.Now, l.Zone)
	_, rest, _ := strings.Cut(s, " ")
	return rest
}

// late reports whether a review is due.
func (l look) late(r risk.Risk) bool {
	return r.State != risk.Closed && r.Review != "" && r.Review <= l.today()
}

func owners(tx *db.Tx, rs []risk.Risk) (reader.Who, error) {
	ids := make([]id.Person, len(rs))
	for i, r := range rs {
		ids[i] = r.Owner
	}
	return reader.WhoIs(tx, "Nobody", ids...)
}

// riskURL is the address of a risk or of something below it.
func riskURL(r risk.Risk, below ...string) string {
	s := "/risks/" + url.PathEscape(r.Key)
	for _, b := range below {
		s += "/" + url.PathEscape(b)
	}
	return s
}

func releaseURL(r risk.Risk) string { return "/releases/" + url.PathEscape(r.ReleaseKey) + "/risks" }

// The words of the levels, from 1 to 5.
var (
	likelihoods = [5]string{"Rare", "Unlikely", "Possible", "Likely", "Almost certain"}
	impacts     = [5]string{"Minor", "Moderate", "Serious", "Major", "Severe"}
)

// level returns the word of a level, "" beyond 1 to 5.
func level(words [5]string, n int) string {
	if n < 1 || n > 5 {
		return ""
	}
	return words[n-1]
}

// rated writes probability and impact in words: "likely, severe".
func rated(probability, impact int) string {
	return strings.ToLower(level(likelihoods, probability) + ", " + level(impacts, impact))
}

// responseWord returns a response as a heading has it.
func responseWord(r risk.Response) string {
	if r == risk.NoResponse {
		return "None yet"
	}
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// stateOf returns the shape and the word of where a risk stands.
func stateOf(r risk.Risk) (ui.State, string) {
	switch {
	case r.State == risk.Closed:
		return ui.Skip, "Closed"
	case r.State == risk.Accepted:
		return ui.GoIf, "Accepted"
	case r.Blocking():
		return ui.NoGo, "Blocks the gate"
	}
	return ui.Wait, "Open"
}

// scoreState is the shape beside a score.
func scoreState(score int) ui.State {
	return [5]ui.State{ui.Wait, ui.Wait, ui.Wait, ui.Hold, ui.NoGo}[risk.Zone(score)]
}

// place is what a risk belongs to, in a word.
func place(r risk.Risk) string {
	switch {
	case r.Release != "":
		return r.ReleaseName
	case r.Product != "":
		return r.ProductName
	}
	return "Portfolio"
}
