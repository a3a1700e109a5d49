package means

import (
	"cmp"
	"slices"
	"sync"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/work"
	"slipway/internal/work/schedule"
)

// pastMax is how many past tasks of a product are looked at.
const pastMax = 500

// Ratios are how past tasks of a product went beside their estimates, in the working time of their owners: of each team whose members have done enough
// of them, and of all.
type Ratios struct {
	All   Ratio
	Teams map[id.Person]Ratio // of the team of each person that has the most to say

	of   pastOf
	hour int64
}

// ratioShelf keeps the ratios of products while their past stays as it is, for an hour at most, since people change teams.
type ratioShelf struct {
	mu   sync.Mutex
	made map[id.Product]Ratios
}

// productsShelved bounds the ratios that are kept at once.
const productsShelved = 1_000

func (s *ratioShelf) find(p id.Product, of pastOf, hour int64) (Ratios, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, known := s.made[p]
	return r, known && r.of == of && r.hour == hour
}

func (s *ratioShelf) keep(p id.Product, r Ratios) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.made) >= productsShelved {
		clear(s.made)
	}
	s.made[p] = r
}

// Ratios returns the ratios of a product. It costs one statement while they stay as they are.
func (m *Means) Ratios(tx *db.Tx, product id.Product) (Ratios, error) {
	of, err := pastCount(tx, product)
	if err != nil || of.Count < RatiosMin {
		return Ratios{}, err
	}
	hour := tx.Now.Std().Unix() / 3600
	if r, ok := m.ratios.find(product, of, hour); ok {
		return r, nil
	}
	r := Ratios{of: of, hour: hour, Teams: map[id.Person]Ratio{}}
	if err := m.fit(tx, product, &r); err != nil {
		return r, err
	}
	m.ratios.keep(product, r)
	return r, nil
}

func (m *Means) fit(tx *db.Tx, product id.Product, r *Ratios) error {
	rows, err := past(tx, product, pastMax)
	if err != nil {
		return err
	}
	owners := make([]work.Task, len(rows))
	for i, x := range rows {
		owners[i].Owner = x.Owner
	}
	own, err := m.Clocks(tx, owners)
	if err != nil {
		return err
	}
	base, err := m.Usual(tx)
	if err != nil {
		return err
	}
	var all []float64
	by := map[id.Person][]float64{}
	for _, x := range rows {
		e := work.Estimate{Low: x.Low, Likely: x.Likely, High: x.High}.Expected()
		c := own.Calendars[x.Owner]
		if c == nil {
			c = base
		}
		took := c.Between(schedule.Minute(x.StartedAt.Std()), schedule.Minute(x.EndedAt.Std()))
		ratio := float64(took) / float64(max(e, 1))
		all = append(all, ratio)
		by[x.Owner] = append(by[x.Owner], ratio)
	}
	r.All, _ = Fit(all)
	teams, err := auth.EachTeam(tx)
	for _, t := range teams {
		var of []float64
		for _, p := range t.Members {
			of = append(of, by[p]...)
		}
		fitted, ok := Fit(of)
		if !ok {
			continue
		}
		for _, p := range t.Members {
			if fitted.Count > r.Teams[p].Count {
				r.Teams[p] = fitted
			}
		}
	}
	return err
}

// Of returns the ratio for a task of somebody: that of their team, or else that of the product; the zero value if there is none.
func (r Ratios) Of(p id.Person) Ratio {
	if t, ok := r.Teams[p]; ok && p != "" {
		return t
	}
	return r.All
}

// Coarse is a ratio in whole thousandths: two that are as good as alike are the same.
type Coarse struct {
	Count     int
	Mu, Sigma int64
}

func (r Ratio) coarse() Coarse { return Coarse{r.Count, int64(r.Mu * 1000), int64(r.Sigma * 1000)} }

// Coarse returns the ratio of all, and the different ones of teams in an order of their own.
func (r Ratios) Coarse() (all Coarse, teams []Coarse) {
	for _, t := range r.Teams {
		if c := t.coarse(); !slices.Contains(teams, c) {
			teams = append(teams, c)
		}
	}
	slices.SortFunc(teams, func(a, b Coarse) int {
		return cmp.Or(cmp.Compare(a.Count, b.Count), cmp.Compare(a.Mu, b.Mu), cmp.Compare(a.Sigma, b.Sigma))
	})
	return r.All.coarse(), teams
}
