package move

import (
	"cmp"
	"context"
	"slices"
	"time"

	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// Offer is a date that fits.
type Offer struct {
	Window  plan.Window `json:"window"`
	Why     string      `json:"why"` // "first date past P80"
	Chance  *float64    `json:"chance,omitempty"`
	Settle  int         `json:"settle"`  // what somebody has to settle; none of it is hard
	Looked  int         `json:"looked"`  // how many things were looked at
	Voids   int         `json:"voids"`   // approvals
	Follows int         `json:"follows"` // things that move along
	Ask     int         `json:"ask"`     // people who would be asked to stand in
}

// Offers are the dates that fit, the earliest first.
type Offers struct {
	Release id.Release  `json:"release"`
	Key     string      `json:"key"`
	Window  plan.Window `json:"window,omitzero"` // the present one
	Chance  *float64    `json:"chance,omitempty"`
	P50     db.Time     `json:"p50,omitzero"`
	P80     db.Time     `json:"p80,omitzero"`
	Offers  []Offer     `json:"offers"`
}

// How far and how often is looked for a date that fits.
const (
	daysBack  = 60
	daysAhead = 120
	triesMost = 6
)

// Offers returns dates that fit: the nearest later one, the first past P50 and past P80 of the forecast, and the nearest earlier one,
// at the present time of day if there is such a date. Each was foreseen whole and has no hard hit. It fails with errs.NotFound if the
// caller may not see the release.
func (m *Moves) Offers(ctx context.Context, ref string) (Offers, error) {
	return db.Reading(ctx, m.db, func(tx *db.Tx) (Offers, error) { return m.OffersTx(tx, ref) })
}

// OffersTx is Offers inside the caller's snapshot. It foresees as many dates as it offers, and those that it found not to fit.
func (m *Moves) OffersTx(tx *db.Tx, ref string) (Offers, error) {
	r, err := plan.ReleaseByRef(tx, ref)
	if err != nil {
		return Offers{}, err
	}
	out := Offers{Release: r.ID, Key: r.Key, Window: r.Window, Offers: []Offer{}}
	if m.of.Forecasts != nil {
		o, err := m.of.Forecasts.Odds(tx, r, r.Window.Start)
		if err != nil {
			return out, err
		}
		out.P50, out.P80 = o.P50, o.P80
		if !r.Window.IsZero() {
			out.Chance = o.Of(0)
		}
	}
	why, err := whyNot(tx, r)
	if err != nil || why != "" || m.of.Dates == nil {
		return out, err
	}
	s := seeker{Moves: m, tx: tx, r: r, length: lengthOf(r.Window), met: map[db.Time]Foresight{}}
	if err := s.fill(); err != nil {
		return out, err
	}
	out.Offers, err = s.offers(out)
	return out, err
}

// seeker looks for dates that fit.
type seeker struct {
	*Moves
	tx     *db.Tx
	r      plan.Release
	length time.Duration
	starts []db.Time // that fit by the calendar, at the present time of day
	met    map[db.Time]Foresight
}

// fill finds the days on which the release fits at its present time of day.
func (s *seeker) fill() error {
	if s.r.Window.IsZero() {
		return nil
	}
	at := s.r.Window.Start.Std().In(Zone(s.tx))
	var all []db.Time
	for d := -daysBack; d <= daysAhead; d++ {
		if t := db.At(at.AddDate(0, 0, d)); d != 0 && t > s.tx.Now {
			all = append(all, t)
		}
	}
	var err error
	s.starts, err = s.of.Dates.At(s.tx, s.r, s.length, all)
	slices.Sort(s.starts)
	return err
}

// goal is a kind of date that is looked for: from an instant on, or before one.
type goal struct {
	why    string
	from   db.Time
	before db.Time // the other way round: the last one before it
}

func (s *seeker) goals(o Offers) []goal {
	now := s.tx.Now.Add(time.Minute)
	if o.Window.IsZero() {
		g := []goal{{why: "first date that fits", from: now}}
		if !o.P80.IsZero() {
			g = append(g, goal{why: "first date past P80", from: max(now, o.P80)})
		}
		return g
	}
	g := []goal{{why: "next date that fits", from: max(now, o.Window.Start+1)}}
	for _, p := range []struct {
		why string
		at  db.Time
	}{{"first date past P50", o.P50}, {"first date past P80", o.P80}} {
		if !p.at.IsZero() {
			g = append(g, goal{why: p.why, from: max(now, p.at)})
		}
	}
	if o.Window.Start > now {
		g = append(g, goal{why: "nearest earlier date", before: o.Window.Start})
	}
	return g
}

func (s *seeker) offers(o Offers) ([]Offer, error) {
	out := []Offer{}
	for _, g := range s.goals(o) {
		f, ok, err := s.seek(g)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		if i := slices.IndexFunc(out, func(x Offer) bool { return x.Window == f.Window }); i >= 0 {
			out[i].Why += ", " + g.why
			continue
		}
		x := Offer{Window: f.Window, Why: g.why, Chance: f.Chance, Settle: f.Settle, Looked: len(f.Hits), Voids: f.Voids, Follows: f.Follows}
		for _, h := range f.Hits {
			if h.Choice != nil && h.Choice.Default == Ask {
				x.Ask++
			}
		}
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b Offer) int { return cmp.Compare(a.Window.Start, b.Window.Start) })
	return out, nil
}

// seek foresees the dates of a goal until one has no hard hit: those at the present time of day first.
func (s *seeker) seek(g goal) (Foresight, bool, error) {
	tries := s.daily(g)
	for _, t := range tries[:min(len(tries), triesMost)] {
		if f, err := s.foreseen(t); err != nil || f.Hard == 0 {
			return f, err == nil, err
		}
	}
	from, to, near := g.from, g.from.Add(daysAhead*24*time.Hour), g.from
	if g.before != 0 {
		from, to, near = s.tx.Now, g.before, g.before.Add(-s.length)
	}
	more, err := s.of.Dates.Near(s.tx, s.r, s.length, from, to, near, triesMost)
	if err != nil {
		return Foresight{}, false, err
	}
	for _, t := range more {
		if g.before != 0 && t >= g.before || t < g.from || t == s.r.Window.Start {
			continue
		}
		if f, err := s.foreseen(t); err != nil || f.Hard == 0 {
			return f, err == nil, err
		}
	}
	return Foresight{}, false, nil
}

// daily are the starts of a goal at the present time of day, the best first.
func (s *seeker) daily(g goal) []db.Time {
	var out []db.Time
	for _, t := range s.starts {
		if g.before == 0 && t >= g.from || g.before != 0 && t < g.before {
			out = append(out, t)
		}
	}
	if g.before != 0 {
		slices.Reverse(out)
	}
	return out
}

func (s *seeker) foreseen(t db.Time) (Foresight, error) {
	if f, ok := s.met[t]; ok {
		return f, nil
	}
	f, err := s.foresee(s.tx, s.r, plan.Window{Start: t, End: t.Add(s.length)})
	s.met[t] = f
	return f, err
}
