package portfolio

import (
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// Lines reads what the page draws of releases, and returns of how many it has phases, milestones and forecasts.
func (p *Pages) Lines(tx *db.Tx, rs []plan.Release) (phases, milestones, forecasts int, err error) {
	lines, err := p.lines(tx, rs)
	for _, x := range lines {
		phases += min(1, len(x.phases))
		milestones += min(1, len(x.milestones))
		if x.forecast != nil && x.forecast.Release == x.ID {
			forecasts++
		}
	}
	return phases, milestones, forecasts, err
}
