package item

import (
	"slipway/internal/platform/db"
)

// PhaseProgress is a phase, planned against actual. Variances are in minutes, later is positive; one that cannot be told yet
// is absent, that of a date that is overdue counts up to now.
type PhaseProgress struct {
	Phase
	FirstStart    db.Time `json:"firstStart,omitzero"` // as it was first planned
	FirstEnd      db.Time `json:"firstEnd,omitzero"`
	StartVariance *int64  `json:"startVariance,omitempty" doc:"Minutes by which it began later than planned"`
	EndVariance   *int64  `json:"endVariance,omitempty" doc:"Minutes by which it ended later than planned; of one that is overdue, until now"`
	Slipped       int64   `json:"slipped" doc:"Minutes by which re-plans moved its end"`
	Overdue       bool    `json:"overdue" doc:"Its start or end is due and did not happen"`
}

// Progress compares phases with their plan at an instant. replans are the release's, newest first. What did not happen in a
// release that has ended is not overdue any more.
func Progress(phases []Phase, replans []Replan, now db.Time, ended bool) []PhaseProgress {
	out := make([]PhaseProgress, len(phases))
	for i, p := range phases {
		x := PhaseProgress{Phase: p, FirstStart: first(replans, p.Key, "start", p.PlannedStart), FirstEnd: first(replans, p.Key, "end", p.PlannedEnd)}
		x.StartVariance, x.Overdue = variance(p.PlannedStart, p.ActualStart, now, ended)
		var late bool
		x.EndVariance, late = variance(p.PlannedEnd, p.ActualEnd, now, ended)
		x.Overdue = x.Overdue || late
		x.Slipped = Move{Before: x.FirstEnd, After: p.PlannedEnd}.Minutes()
		out[i] = x
	}
	return out
}

func variance(planned, actual, now db.Time, ended bool) (minutes *int64, overdue bool) {
	switch {
	case planned.IsZero(), actual.IsZero() && (ended || !now.After(planned)):
		return nil, false
	case actual.IsZero():
		actual, overdue = now, true
	}
	n := int64(actual.Sub(planned).Minutes())
	return &n, overdue
}

// first returns the earliest date that is known of a phase.
func first(replans []Replan, phase, point string, now db.Time) db.Time {
	for _, r := range replans {
		for _, m := range r.Moves {
			if m.Kind == "phase" && m.Key == phase && m.Point == point && !m.Before.IsZero() {
				now = m.Before
			}
		}
	}
	return now
}
