package plantab

import (
	"testing"
	"time"

	"slipway/internal/plan"
	"slipway/internal/plan/planweb/frame"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
)

// TestPhaseState: how late a phase is fits the dates beside it.
func TestPhaseState(t *testing.T) {
	at := func(day, hour int) db.Time {
		return db.At(time.Date(2026, 11, day, hour, 0, 0, 0, time.UTC))
	}
	v := planView{Look: frame.LookOf(t.Context(), at(19, 13))}
	for _, c := range []struct {
		p     plan.Phase
		state ui.State
		word  string
	}{
		{plan.Phase{PlannedEnd: at(10, 20)}, ui.Wait, "To come"},
		{plan.Phase{PlannedEnd: at(30, 20), ActualStart: at(2, 8)}, ui.Live, "In progress"},
		{plan.Phase{PlannedEnd: at(10, 20), ActualStart: at(2, 8)}, ui.Hold, "9 d late"},
		{plan.Phase{PlannedEnd: at(10, 20), ActualStart: at(2, 8), ActualEnd: at(10, 20)}, ui.Go, "Done"},
		{plan.Phase{PlannedEnd: at(10, 20), ActualStart: at(2, 8), ActualEnd: at(11, 8)}, ui.Go, "Done, 12 h late"},
		{plan.Phase{PlannedEnd: at(6, 20), ActualStart: at(2, 8), ActualEnd: at(9, 8)}, ui.Go, "Done, 3 d late"}, // Fri to Mon
	} {
		if state, word := v.phaseState(c.p); state != c.state || word != c.word {
			t.Errorf("%+v: %s %q, want %s %q", c.p, state, word, c.state, c.word)
		}
	}
}
