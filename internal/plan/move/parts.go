package move

import (
	"fmt"
	"slices"
	"time"

	"slipway/internal/plan"
	"slipway/internal/plan/item"
	"slipway/internal/platform/db"
)

// parts is the witness of what the plan itself dates: phases and milestones. What follows the window is moved by the plan.
type parts struct{}

// Foresee implements Witness.
func (parts) Foresee(tx *db.Tx, r plan.Release, w plan.Window) ([]Hit, error) {
	out, err := phaseHits(tx, r, w)
	if err != nil {
		return nil, err
	}
	ms, err := item.Milestones(tx, r.ID)
	if err != nil {
		return nil, err
	}
	for _, m := range ms {
		if h, ok := milestoneHit(tx, m, w); ok {
			out = append(out, h)
		}
	}
	return out, nil
}

// Move implements Witness: the plan has moved them.
func (parts) Move(*db.Tx, plan.Release, plan.Window, Choices) ([]Moved, error) { return nil, nil }

func phaseHits(tx *db.Tx, r plan.Release, w plan.Window) ([]Hit, error) {
	ps, err := item.Phases(tx, r.ID)
	if err != nil || len(ps) == 0 {
		return nil, err
	}
	now := item.Dated(slices.Clone(ps), w)
	moved, past := 0, ""
	for i := range ps {
		if !ps[i].ActualEnd.IsZero() || now[i].PlannedStart == ps[i].PlannedStart && now[i].PlannedEnd == ps[i].PlannedEnd {
			continue
		}
		moved++
		if past == "" && now[i].PlannedEnd < tx.Now {
			past = ps[i].Name
		}
	}
	if moved == 0 {
		return nil, nil
	}
	h := Hit{ID: "phases", Area: Plan, Thing: plural(moved, "phase", "phases"), Text: moves(moved) + " with the window", Word: Follows}
	if past != "" {
		h.Word, h.Severity, h.Text = Settle, Soft, fmt.Sprintf("%s with the window. %s would have to be over already", moves(moved), past)
	}
	return []Hit{h}, nil
}

func milestoneHit(tx *db.Tx, m plan.Milestone, w plan.Window) (Hit, bool) {
	h := Hit{ID: "milestone/" + m.Key, Area: Plan, Thing: m.Name}
	switch at := m.Offset.From(w.Start); {
	case !m.ActualAt.IsZero():
		return h, false
	case m.Offset != "" && at == m.PlannedAt:
		return h, false
	case m.Offset != "" && at < tx.Now:
		h.Text, h.Word, h.Severity = fmt.Sprintf("moves to %s, which is over", When(tx, at)), Settle, Soft
	case m.Offset != "":
		h.Text, h.Word = "moves to "+When(tx, at), Follows
	case m.PlannedAt.IsZero():
		return h, false
	case m.PlannedAt >= w.End:
		h.Text, h.Word = fmt.Sprintf("stays on %s, %s after the window", When(tx, m.PlannedAt), room(m.PlannedAt.Sub(w.End))), Stands
	case m.PlannedAt < w.Start:
		h.Text, h.Word = "stays on "+When(tx, m.PlannedAt)+", before the window", Stands
	default:
		h.Text, h.Word = "stays on "+When(tx, m.PlannedAt)+", inside the window", Stands
	}
	return h, true
}

func moves(n int) string {
	if n == 1 {
		return "moves"
	}
	return "move"
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func room(d time.Duration) string {
	if d < 48*time.Hour {
		return plural(int(d/time.Hour), "hour", "hours")
	}
	return plural(int(d/(24*time.Hour)), "day", "days")
}
