package budget

import (
	"slices"
	"strings"

	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// The kinds of lines.
const (
	Effort = "effort" // in minutes of work
	Cost   = "cost"   // in minor units of a currency: cents
)

// Line is one line of a budget.
type Line struct {
	ID        string     `json:"id"`
	Release   id.Release `json:"release"`
	Key       string     `json:"key"`
	Name      string     `json:"name"`
	Kind      string     `json:"kind" enum:"effort,cost"`
	Role      string     `json:"role,omitempty"`     // whose effort it is
	Currency  string     `json:"currency,omitempty"` // of the cost, or of the rate: EUR
	Rate      int64      `json:"rate,omitempty"`     // minor units for an hour of effort; 0 where effort has no price
	Planned   int64      `json:"planned"`            // minutes or minor units
	Actual    int64      `json:"actual"`
	Note      string     `json:"note,omitempty"`
	At        db.Time    `json:"at,omitzero"` // when it is or was due
	Rev       int64      `json:"rev"`
	ChangedAt db.Time    `json:"changedAt"`
	ChangedBy string     `json:"changedBy"`
}

// Amount is planned against actual; Variance is what actual exceeds planned by.
type Amount struct {
	Planned  int64 `json:"planned"`
	Actual   int64 `json:"actual"`
	Variance int64 `json:"variance"`
}

func (a *Amount) add(planned, actual int64) {
	a.Planned += planned
	a.Actual += actual
	a.Variance = a.Actual - a.Planned
}

// Price is an amount of money in one currency, in its minor units.
type Price struct {
	Currency string `json:"currency"`
	Amount
}

// Budget is what a release was to cost and what it costs.
type Budget struct {
	Release string  `json:"release"` // key
	Effort  Amount  `json:"effort"`  // minutes of all effort lines
	Spent   *int64  `json:"spent,omitempty" doc:"Minutes that the release's tasks say were spent, where they say so"`
	Cost    []Price `json:"cost"` // costs and effort at its rate, by currency
	Lines   []Line  `json:"lines"`
}

// Sum adds lines up. Effort at a rate counts as cost too, rounded down to whole minor units for each line.
func Sum(lines []Line) (effort Amount, cost []Price) {
	cost = []Price{}
	for _, l := range lines {
		planned, actual := l.Planned, l.Actual
		if l.Kind == Effort {
			effort.add(planned, actual)
			if l.Rate == 0 {
				continue
			}
			planned, actual = planned*l.Rate/60, actual*l.Rate/60
		}
		k := slices.IndexFunc(cost, func(p Price) bool { return p.Currency == l.Currency })
		if k < 0 {
			k = len(cost)
			cost = append(cost, Price{Currency: l.Currency})
		}
		cost[k].add(planned, actual)
	}
	slices.SortFunc(cost, func(a, b Price) int { return strings.Compare(a.Currency, b.Currency) })
	return effort, cost
}
