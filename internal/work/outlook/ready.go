package outlook

import (
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/work"
)

// Edited is when the work before the window can be done, levelled.
type Edited struct {
	Was     db.Time // as the tasks are
	Then    db.Time // with other tasks
	Minutes int64   // of usual working hours between the two; negative is earlier
}

// ReadyWith schedules a release as it is and with its tasks edited; known is false where it has no work that could be scheduled. It checks no permission,
// changes nothing, and costs twice what ReadLevel does.
func (o *Outlooks) ReadyWith(tx *db.Tx, r plan.Release, edit func([]work.Task) []work.Task) (out Edited, known bool, err error) {
	m, was, err := o.ready(tx, r, nil)
	if err != nil || was.IsZero() {
		return out, false, err
	}
	_, then, err := o.ready(tx, r, edit)
	if err != nil || then.IsZero() {
		return out, false, err
	}
	return Edited{Was: was, Then: then, Minutes: m.variance(was, then)}, true, nil
}

// ready is when the work before the window can be done, levelled, with edited tasks; none where there is nothing to do.
func (o *Outlooks) ready(tx *db.Tx, r plan.Release, edit func([]work.Task) []work.Task) (*model, db.Time, error) {
	m, err := o.whole(tx, r, edit)
	if err != nil {
		return m, 0, err
	}
	l, err := o.level(tx, m)
	if err != nil || m.marks[0].tasks == 0 {
		return m, 0, err
	}
	return m, at(l.result.Finish(m.marks[0].task)), nil
}
