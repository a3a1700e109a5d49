package item

import (
	"slices"

	"slipway/internal/errs"
	"slipway/internal/plan/fault"
	"slipway/internal/plan/release"
	"slipway/internal/plan/template"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// PhaseEdit says what to change of a phase; what is nil stays.
type PhaseEdit struct {
	Name   *string          `json:"name,omitempty" doc:"Name as pages show it"`
	Days   *int             `json:"days,omitempty" doc:"How long it is planned to last"`
	Start  *template.Offset `json:"start,omitempty" doc:"Distance of its start from the window's; empty lets it end where the next begins" example:"-14d"`
	Reason string           `json:"reason,omitempty" doc:"Why, as the record will say"`
}

// SetPhase changes how a phase is planned, which moves the dates of those before it. The caller has checked the right. It
// fails with errs.NotFound for a phase that the release has not, with errs.Blocked where the plan does not change any more
// or the phase is over, and with errs.Invalid for faulty fields.
func (p Parts) SetPhase(tx *db.Tx, r release.Release, key string, in PhaseEdit) (Phase, error) {
	all, err := Phases(tx, r.ID)
	if err != nil {
		return Phase{}, err
	}
	i := slices.IndexFunc(all, func(x Phase) bool { return x.Key == key })
	if i < 0 {
		return Phase{}, auth.Unseen("phase")
	}
	was := all[i]
	n, err := in.over(was)
	if err != nil || n.Name == was.Name && n.Days == was.Days && n.Start == was.Start {
		return n, err
	}
	if !was.ActualEnd.IsZero() {
		return was, errs.Blocked("phase.over", "%s has ended at %s. What was planned for it stays as it was.", was.Name, was.ActualEnd.Std().Format("15:04 MST on 2 Jan"))
	}
	diffs := []release.Delta{partOf("phases", was.Content(), n.Content())}
	if err := release.Open(r, diffs); err != nil {
		return was, err
	}
	planned := slices.Clone(all)
	planned[i] = n
	planned = Dated(planned, r.Window)
	moves, err := savePhases(tx, r, all, planned)
	if err != nil {
		return was, err
	}
	if err := recordReplan(tx, r.ID, moves, in.Reason); err != nil {
		return was, err
	}
	release.Entry(tx, r, PhaseChanged, map[string]any{"before": was, "after": planned[i], "moves": moves, "reason": in.Reason})
	_, err = p.Followers.Changed(tx, r, diffs, in.Reason, false)
	return planned[i], err
}

func (in PhaseEdit) over(x Phase) (Phase, error) {
	var f fault.List
	if in.Name != nil {
		x.Name = *in.Name
		f.Text("name", x.Name, 200, true)
	}
	if in.Days != nil {
		x.Days = *in.Days
		if x.Days < 0 || x.Days > 1_000 {
			f.Say("days", "phase.days_out_of_range", "A phase has 0 to 1000 days.")
		}
	}
	if in.Start != nil {
		x.Start = *in.Start
		template.CheckOffset(&f, "start", x.Start)
	}
	f.Text("reason", in.Reason, fault.ReasonMax, false)
	return x, f.Err()
}

// savePhases writes the phases whose plan differs and returns the dates that moved. What is over keeps its dates.
func savePhases(tx *db.Tx, r release.Release, before, after []Phase) ([]Move, error) {
	var moves []Move
	for i := range after {
		b, a := before[i], &after[i]
		if !b.ActualEnd.IsZero() {
			a.PlannedStart, a.PlannedEnd = b.PlannedStart, b.PlannedEnd
			continue
		}
		ms := phaseMoves(b, *a)
		if len(ms) == 0 && b.Name == a.Name && b.Days == a.Days && b.Start == a.Start {
			continue
		}
		if err := savePhase(tx, r.ID, *a); err != nil {
			return nil, err
		}
		moves = append(moves, ms...)
	}
	return moves, nil
}

// Content returns what is signed of it.
func (p Phase) Content() PhaseContent {
	return PhaseContent{Key: p.Key, Name: p.Name, Days: p.Days, Start: p.Start, Entry: p.Entry, Exit: p.Exit}
}
