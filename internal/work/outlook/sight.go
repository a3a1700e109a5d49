package outlook

import (
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/work"
)

// Sight is what there is to see of the outlook of a release, from one reading of its plan.
type Sight struct {
	Schedule   Schedule
	Tasks      []work.Task // all of them, in the order of lists
	Phases     []plan.Phase
	Milestones []plan.Milestone
	Forecast   *Forecast // none was made
	History    []Past    // newest first
}

// ReadSight reads the outlook of a release inside the caller's snapshot. It fails with errs.NotFound if the caller may not see it. It costs about as many
// statements as ReadSchedule, and some six for the forecast.
func (o *Outlooks) ReadSight(tx *db.Tx, release string) (Sight, error) {
	r, err := seen(tx, release)
	if err != nil {
		return Sight{}, err
	}
	m, err := o.read(tx, r)
	if err != nil {
		return Sight{}, err
	}
	result, err := m.compute(m.plan)
	if err != nil {
		return Sight{}, err
	}
	out := Sight{Schedule: m.tell(tx.Now, result, m.plan, len(m.plan.Links)), Tasks: m.all, Phases: m.phases, Milestones: m.milestones}
	f, past, err := o.last(tx, m)
	if errs.Is(err, errs.CodeNotFound) {
		return out, nil
	}
	out.Forecast, out.History = &f, past
	return out, err
}

// ReadForecasts returns the last forecasts of those of some releases whose outlook the caller may see and that have one, in one statement. Whether they
// still hold it does not say.
func (o *Outlooks) ReadForecasts(tx *db.Tx, releases []plan.Release) (map[id.Release]Forecast, error) {
	var ids []id.Release
	for _, r := range releases {
		ok, err := auth.Allowed(tx, "outlook.read", plan.Scope(r))
		if err != nil {
			return nil, err
		}
		if ok {
			ids = append(ids, r.ID)
		}
	}
	return lastForecasts(tx, ids)
}
