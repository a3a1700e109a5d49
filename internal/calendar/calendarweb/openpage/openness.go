package openpage

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/calendarweb/frame"
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/web"
)

// opennessQuery is what is asked, as the address carries it.
type opennessQuery struct {
	Environment string `form:"environment"`
	Service     string `form:"service"`
	At          string `form:"at"` // local time of the viewer; empty: now
}

func (q opennessQuery) url() string {
	return web.Address(Path, q)
}

// opennessView is the page that says whether environments are open: all of them, or one with what decides it.
type opennessView struct {
	frame.Look
	opennessQuery
	at           time.Time
	environments []catalog.Environment
	service      catalog.Service
	stands       []environmentStands // when none is chosen
	environment  catalog.Environment
	point        *calendar.Standpoint
	partly       []string          // freezes in force that are for some services only
	ahead        []stretch         // of the next two weeks
	applies      []calendar.Listed // windows and freezes that can apply, the first to matter first
	errors       ui.Errors
}

// environmentStands is how one of all environments stands.
type environmentStands struct {
	catalog.Environment
	calendar.Result
	partly []string // freezes in force that are for some services only
}

func (v opennessView) page() web.Page {
	page := web.Page{Title: "Open or closed", Nav: "calendar", Body: opennessBody(v)}
	if !v.errors.Any() { // what is refused is answered once
		page.Live = []string{"windows", "freezes", "environments"}
	}
	return page
}

// Path is where the page is.
const Path = "/calendar/openness"

// URL is the page of an environment, "" for all.
func URL(environment string) string { return opennessQuery{Environment: environment}.url() }

type pages struct{ *frame.Frame }

// Mount adds the page to the site.
func Mount(f *frame.Frame) { f.Site.Handle("GET "+Path, "calendar.read", pages{f}.openness) }

func (p pages) openness(w http.ResponseWriter, r *http.Request) error {
	v := opennessView{Look: p.Frame.Look(r.Context())}
	if err := web.Query(r, &v.opennessQuery); err != nil {
		return err
	}
	err := p.stand(r, &v)
	if err != nil {
		v.errors = ui.ErrorsOf(err)
		return p.Site.Again(w, r, err, v.page())
	}
	return p.Site.Render(w, r, v.page())
}

// stand answers what the view asks.
func (p pages) stand(r *http.Request, v *opennessView) error {
	v.at = v.Now
	err := p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if v.environments, err = catalog.Environments(tx); err != nil {
			return err
		}
		if _, _, err := auth.Scopes(tx, "calendar.read"); err != nil {
			return err
		}
		if v.At != "" {
			if v.at, err = ui.ParseDateTime("at", v.At, v.Look.Zone); err != nil {
				return err
			}
			if v.at.Year() < 2000 || v.at.Year() > 2199 {
				return errs.InvalidField("at", "at.out_of_range", "The instant lies between 2000 and 2199.")
			}
		}
		if v.Service != "" {
			v.service, err = catalog.ServiceByRef(tx, v.Service)
			if errs.Is(err, errs.CodeNotFound) {
				return errs.InvalidField("service", "service.unknown", "There is no service %.60q, or you may not see it.", v.Service)
			}
			if err != nil {
				return err
			}
		}
		to := v.at.Add(ahead)
		ps, err := calendar.AllStanding(tx, db.At(v.at), db.At(to))
		if err != nil {
			return err
		}
		if v.Environment == "" {
			v.stands = stands(ps, v.service, v.environments, v.at, to)
			return nil
		}
		i := slices.IndexFunc(v.environments, func(e catalog.Environment) bool { return e.Key == v.Environment })
		if i < 0 {
			return errs.InvalidField("environment", "environment.unknown", "There is no environment %.60q.", v.Environment)
		}
		v.environment = v.environments[i]
		if v.service.ID == "" {
			v.partly = partly(ps, v.environment, v.at, to)
		}
		v.ahead = v.stretches(calendar.Match(ps, v.service, v.environment), to)
		return nil
	})
	if err != nil || v.Environment == "" {
		return err
	}
	o, err := p.Calendar.Open(r.Context(), v.Environment, v.Service, db.At(v.at))
	if err != nil {
		return err
	}
	v.point = &o
	v.applies, err = p.applies(r, v)
	return err
}

// ahead is how far stretches are written out for the list of all environments.
const ahead = 400 * 24 * time.Hour

// stands says how every environment stands, from one reading of the calendar.
func stands(ps []calendar.Standing, s catalog.Service, es []catalog.Environment, at, to time.Time) []environmentStands {
	out := make([]environmentStands, len(es))
	for i, e := range es {
		out[i] = environmentStands{Environment: e, Result: calendar.Decide(calendar.Match(ps, s, e), e, at, to, nil)}
		if s.ID == "" {
			out[i].partly = partly(ps, e, at, to)
		}
	}
	return out
}

// partly names the freezes in force in an environment that are for some services only, which no answer for the environment
// as such counts.
func partly(ps []calendar.Standing, e catalog.Environment, at, to time.Time) []string {
	var some []calendar.Standing
	for _, p := range ps {
		if p.Kind == calendar.Freeze && ofSome(p.Scope) {
			p.Scope.Products, p.Scope.Services, p.Scope.ServiceTiers = nil, nil, nil
			some = append(some, p)
		}
	}
	var out []string
	for _, f := range calendar.Decide(calendar.Match(some, catalog.Service{}, e), e, at, to, nil).Freezes {
		out = append(out, f.Name)
	}
	return out
}

// ofSome reports whether a scope is of some services only.
func ofSome(s calendar.Scope) bool { return len(s.Products)+len(s.Services)+len(s.ServiceTiers) > 0 }

// applies lists the windows and freezes that can apply there, those under way first, then by their next start.
func (p pages) applies(r *http.Request, v *opennessView) ([]calendar.Listed, error) {
	ls, err := p.Calendar.List(r.Context(), calendar.Filter{From: db.At(v.at), Environment: v.Environment, Service: v.Service})
	if err != nil {
		return nil, err
	}
	start := func(l calendar.Listed) db.Time {
		if l.Next == nil {
			return math.MaxInt64
		}
		return l.Next.Start
	}
	slices.SortStableFunc(ls, func(a, b calendar.Listed) int { return cmp.Compare(start(a), start(b)) })
	return ls, nil
}
