package app

import (
	"slices"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/work/workweb/gantt"
)

// yearAhead is how far a calendar is read at once.
const yearAhead = 365 * 24 * time.Hour

// freezesOf are the freezes that hit the places a release goes to, each stretch once. Whoever may not see the calendar sees none.
func (a *App) freezesOf(tx *db.Tx, r plan.Release, from, to db.Time) ([]gantt.Stretch, error) {
	to = min(to, from.Add(yearAhead))
	var out []gantt.Stretch
	for _, environment := range r.EnvironmentKeys {
		found, err := a.Calendar.Stretches(tx, calendar.SurveyFilter{From: from, To: to, Environment: environment, Product: r.ProductKey}, calendar.Freeze)
		if errs.Is(err, errs.CodeForbidden) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			for _, s := range f.Spans {
				x := gantt.Stretch{Name: f.Name, From: s.Start.Std(), To: s.End.Std()}
				if !slices.ContainsFunc(out, func(o gantt.Stretch) bool { return o.Name == x.Name && o.From.Equal(x.From) && o.To.Equal(x.To) }) {
					out = append(out, x)
				}
			}
		}
	}
	return out, nil
}
