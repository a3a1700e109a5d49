package calendar

import (
	"context"
	"slices"
	"time"

	"slipway/internal/calendar/book"
	"slipway/internal/calendar/openness"
	"slipway/internal/calendar/place"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// SurveyFilter says which part of the calendar is wanted.
type SurveyFilter struct {
	From, To    db.Time
	Environment string // key or identifier; "" for all
	Product     string
	Query       string
}

// Survey is a stretch of the calendar: releases, periods with their stretches, and what does not go together.
type Survey struct {
	Releases  []plan.Release // by window
	Services  map[id.Release][]string
	Places    map[string][]book.Place // of the releases, by service
	Periods   []Stretched             // that are seen and can apply, freezes first
	Conflicts []Conflict
	Slots     map[id.Release]Slot // for releases of conflicts: the first time that fits
}

// Stretched is a period with its stretches inside the survey.
type Stretched struct {
	Listed
	Spans []Span
}

// Slot is a time for a release at which every place is open and no other release of the survey is in the way.
type Slot struct{ Start, End db.Time }

// Survey returns a stretch of the calendar as the caller may see it. It fails with errs.Invalid for a span that is empty or
// longer than a year, and for a filter that names nothing. It costs some ten statements, whatever the number of releases.
func (c *Calendar) Survey(ctx context.Context, f SurveyFilter) (Survey, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) (Survey, error) { return c.ReadSurvey(tx, f) })
}

// ReadSurvey is Survey inside the caller's snapshot.
func (c *Calendar) ReadSurvey(tx *db.Tx, f SurveyFilter) (Survey, error) {
	out := Survey{Slots: map[id.Release]Slot{}}
	if err := surveyable(tx, f); err != nil {
		return out, err
	}
	m, err := c.survey(tx, f.plan())
	if err != nil {
		return out, err
	}
	out.put(m.releases, m.places)
	out.Conflicts = m.Conflicts
	if out.Periods, err = c.Stretches(tx, f, Freeze, Window); err != nil {
		return out, err
	}
	return out, m.slots(&out, tx.Now, f.To.Add(slotAhead))
}

// ReadSpan is ReadSurvey without what does not go together and without slots: what a month or a timeline draws. It costs eight
// statements, a microsecond for each period of the calendar and some ten for each release of the span.
func (c *Calendar) ReadSpan(tx *db.Tx, f SurveyFilter) (Survey, error) {
	var out Survey
	if err := surveyable(tx, f); err != nil {
		return out, err
	}
	rs, err := plan.Between(tx, f.plan(), releasesMax)
	if err != nil {
		return out, err
	}
	places, err := place.Of(tx, rs...)
	if err != nil {
		return out, err
	}
	out.put(rs, places)
	out.Periods, err = c.Stretches(tx, f, Freeze, Window, Busy)
	return out, err
}

func surveyable(tx *db.Tx, f SurveyFilter) error {
	if _, _, err := auth.Scopes(tx, "calendar.read"); err != nil {
		return err
	}
	return checkSpan(f.From, f.To)
}

func (f SurveyFilter) plan() plan.Filter {
	return plan.Filter{From: f.From, To: f.To, Environment: f.Environment, Product: f.Product, Query: f.Query}
}

// put fills in releases with their services and places.
func (s *Survey) put(rs []plan.Release, places map[id.Release][]book.Place) {
	s.Releases, s.Services, s.Places = rs, map[id.Release][]string{}, map[string][]book.Place{}
	known := map[book.Place]bool{}
	for r, ps := range places {
		for i, p := range ps {
			if !known[p] {
				known[p] = true
				s.Places[p.Service] = append(s.Places[p.Service], p)
			}
			if i == 0 || !slices.Contains(s.Services[r], p.Service) {
				s.Services[r] = append(s.Services[r], p.Service)
			}
		}
	}
}

// Stretches returns the periods of some kinds, in this order, that are seen and can apply, each with its stretches inside the span. It
// checks no permission beyond what is seen.
func (c *Calendar) Stretches(tx *db.Tx, f SurveyFilter, kinds ...Kind) ([]Stretched, error) {
	var out []Stretched
	for _, k := range kinds {
		ls, from, err := c.listed(tx, Filter{Kind: k, From: f.From, Environment: f.Environment, Product: f.Product})
		if err != nil {
			return nil, err
		}
		for i, l := range ls {
			s := Stretched{Listed: l}
			if l.FirstStart < f.To {
				if s.Spans, err = from[i].Within(f.From.Std(), f.To.Std(), spansMax); err != nil {
					return nil, err
				}
			}
			out = append(out, s)
		}
	}
	return out, nil
}

// slotAhead is how far behind the survey a free slot is looked for.
const slotAhead = 60 * 24 * time.Hour

// spansMax bounds the stretches of one period in a survey.
const spansMax = 800

// slotsMax bounds for how many releases a slot is looked for.
const slotsMax = 6

func (m *surveyed) slots(out *Survey, now, to db.Time) error {
	by := map[id.Release]plan.Release{}
	for _, r := range m.releases {
		by[r.ID] = r
	}
	for _, c := range m.Conflicts {
		x := c.Releases[len(c.Releases)-1]
		if _, done := out.Slots[x.ID]; done || len(out.Slots) == slotsMax || by[x.ID].State == plan.Deploying {
			continue
		}
		s, err := m.slot(by[x.ID], max(now, c.To), to, m.pass[x.ID])
		if err != nil {
			return err
		}
		out.Slots[x.ID] = s
	}
	return nil
}

// slot finds the first time from an instant on at which the release fits; the zero value if there is none.
func (m *surveyed) slot(r plan.Release, from, to db.Time, pass book.Passes) (Slot, error) {
	length := r.Window.End.Sub(r.Window.Start)
	var qs []openness.Input
	for _, pl := range m.places[r.ID] {
		q, err := m.book.Question(pl, from.Std(), pass)
		if err != nil {
			return Slot{}, err
		}
		qs = append(qs, q)
	}
	for t, n := from, 0; t.Add(length) <= to && n < 400; n++ {
		bad := m.taken(r, t, t.Add(length))
		for i := range qs {
			if until := db.At(book.ShutUntil(qs[i], t.Std(), t.Add(length).Std())); until > bad {
				bad = until
			}
		}
		if bad == 0 {
			return Slot{t, t.Add(length)}, nil
		}
		t = max(bad, t+1)
	}
	return Slot{}, nil
}

// taken returns the end of a release that is in the way of another at a time, 0 if none is.
func (m *surveyed) taken(r plan.Release, from, to db.Time) db.Time {
	for _, o := range m.releases {
		if o.ID == r.ID || !ahead(o.State) || o.Window.Start >= to || o.Window.End <= from {
			continue
		}
		for _, a := range m.places[r.ID] {
			for _, b := range m.places[o.ID] {
				if a == b {
					return o.Window.End
				}
			}
		}
	}
	return 0
}
