package app

import (
	"cmp"
	"slices"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/intake"
	"slipway/internal/plan/planapi"
	intakeweb "slipway/internal/plan/planweb/intake"
	roadmapweb "slipway/internal/plan/planweb/roadmap"
	"slipway/internal/plan/roadmap"
	"slipway/internal/plan/train"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// roadmapWings are what the plan offers about releases to come.
type roadmapWings struct {
	Trains   *train.Trains
	Roadmaps *roadmap.Roadmaps
	Requests *intake.Requests
}

func roadmapPermissions() [][]auth.Permission {
	return [][]auth.Permission{train.Permissions, roadmap.Permissions, intake.Permissions}
}

// roadmapParts makes the wings. The calendar reads cadences and knows what is frozen.
func (a *App) roadmapParts() {
	a.Trains = train.New(a.DB, a.Plans, cadences{a.Calendar})
	a.Trains.Jobs(a.Jobs)
	a.Requests = intake.New(a.DB, a.Plans)
	a.Trains.Board(a.Requests.Opened)
	a.Trains.Part(a.Requests.Closed)
	a.Roadmaps = roadmap.New(a.DB, a.Plans, a.Trains, cadences{a.Calendar})
	a.Plans.Follow(a.Roadmaps)
}

func (a *App) roadmapRoutes() {
	planapi.RegisterTrains(a.api, a.Trains)
	planapi.RegisterRoadmap(a.api, a.Roadmaps)
	planapi.RegisterRequests(a.api, a.Requests)
}

func (a *App) roadmapPages() {
	roadmapweb.New(a.site, a.DB, a.Plans, a.Roadmaps, a.Trains, a.Catalog).Mount()
	intakeweb.New(a.site, a.DB, a.Requests, a.Trains, a.Catalog).Mount()
}

// cadences is what the calendar knows for trains and for the roadmap.
type cadences struct{ calendar *calendar.Calendar }

type cadence struct{ calendar.Cadence }

// Cadence implements train.Calendar.
func (c cadences) Cadence(in train.Cadence) (train.Rule, error) {
	r, err := calendar.NewCadence(in.Start, in.Zone, in.RRule, in.Length.Duration())
	return cadence{r}, err
}

// After implements train.Rule.
func (c cadence) After(t time.Time, n int) []plan.Window {
	var out []plan.Window
	for _, s := range c.Cadence.After(t, n) {
		out = append(out, plan.Window(s))
	}
	return out
}

// Freezes implements train.Calendar. A soft freeze stands in nobody's way: its owner lets releases pass.
func (c cadences) Freezes(tx *db.Tx, t train.Train, from, to db.Time) ([]train.Freeze, error) {
	var out []train.Freeze
	for _, e := range t.Environments {
		found, err := c.calendar.Stretches(tx, calendar.SurveyFilter{From: from, To: to, Product: t.ProductKey, Environment: e}, calendar.Freeze)
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			for _, s := range p.Spans {
				if p.Hard {
					out = append(out, train.Freeze{Name: p.Name, Window: plan.Window(s)})
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b train.Freeze) int { return cmp.Compare(a.Window.Start, b.Window.Start) })
	return out, nil
}

// Frozen implements roadmap.Calendar. A freeze that names neither products nor services is everybody's.
func (c cadences) Frozen(tx *db.Tx, products []catalog.Product, from, to db.Time) (map[id.Product][]roadmap.Freeze, error) {
	out := map[id.Product][]roadmap.Freeze{}
	found, err := c.calendar.Stretches(tx, calendar.SurveyFilter{From: from, To: to}, calendar.Freeze)
	if err != nil {
		return nil, err
	}
	for _, f := range found {
		touched, err := touches(tx, f.Scope, products)
		if err != nil {
			return nil, err
		}
		for _, p := range touched {
			for _, s := range f.Spans {
				out[p] = append(out[p], roadmap.Freeze{Key: f.Key, Name: f.Name, Hard: f.Hard, Window: plan.Window(s)})
			}
		}
	}
	for _, fs := range out {
		slices.SortStableFunc(fs, func(a, b roadmap.Freeze) int { return cmp.Compare(a.Window.Start, b.Window.Start) })
	}
	return out, nil
}

// touches returns which of the products a scope touches, as far as the caller sees.
func touches(tx *db.Tx, s calendar.Scope, products []catalog.Product) ([]id.Product, error) {
	owners := map[id.Product]bool{}
	for _, ref := range s.Services {
		x, err := catalog.ServiceByRef(tx, ref)
		if errs.Is(err, errs.CodeNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		owners[x.Product] = true
	}
	var out []id.Product
	for _, p := range products {
		named := len(s.Products) == 0 || slices.Contains(s.Products, p.Key) || slices.Contains(s.Products, string(p.ID))
		if named && (len(s.Services) == 0 || owners[p.ID]) {
			out = append(out, p.ID)
		}
	}
	return out, nil
}
