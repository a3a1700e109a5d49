package demo

import (
	"time"

	"slipway/internal/platform/db"
	"slipway/internal/work"
	"slipway/internal/work/outlook"
)

// planned is a task of the story's plan; its estimate is in working days.
type planned struct {
	work.Spec
	low, likely, high float64
}

func workingDays(n float64) int64 { return int64(n * 8 * 60) }

// consent is the plan of the release that is furthest ahead: who does what after what, as it was agreed on 4 November.
func (s *story) consent(key string) {
	before := func(d, hour int) db.Time { return db.At(day(d, hour, 0)) }
	for i, x := range []planned{
		{work.Spec{Key: "contract", Name: "Consent model and API contract", Owner: "ines", Phase: "scope", Due: before(10, 17)}, 4, 5, 8},
		{work.Spec{Key: "schema", Name: "Consent store schema", Owner: "elena", Phase: "scope", NotBefore: before(9, 9), Due: before(13, 17)}, 3, 4, 6},
		{work.Spec{Key: "service", Name: "Consent service", Owner: "oskar", Phase: "build", Needs: []string{"contract", "schema"}, Due: before(27, 17)}, 8, 9, 13},
		{work.Spec{Key: "screens", Name: "Consent screens, mobile and web", Owner: "kenji", Phase: "build", After: []work.After{{Task: "service", Type: "SS", Lag: workingDays(1)}}, Due: before(27, 17)}, 7, 8, 12},
		{work.Spec{Key: "step-up", Name: "Step-up authentication in identity", Owner: "daniel", Phase: "build", Needs: []string{"contract"}, NotBefore: before(16, 9), Due: before(27, 17)}, 6, 8.5, 18},
		{work.Spec{Key: "sandbox", Name: "Partner sandbox, 3 partners", Owner: "ines", Phase: "build", Needs: []string{"contract"}, NotBefore: before(23, 9), Due: before(35, 17)}, 5, 7, 12},
		{work.Spec{Key: "integration", Name: "Integration test", Owner: "priya", Phase: "test", Needs: []string{"service", "screens", "step-up"}, Due: before(34, 17)}, 1.5, 2.5, 5},
		{work.Spec{Key: "conformance", Name: "Conformance suite, Berlin Group 2.0", Owner: "priya", Phase: "test", Needs: []string{"service"}, NotBefore: before(31, 9), Due: before(34, 17)}, 1, 1.5, 3},
		{work.Spec{Key: "load", Name: "Load test at 2× peak", Owner: "jonas", Phase: "test", Needs: []string{"service"}, NotBefore: before(31, 9), Due: before(35, 17)}, 1, 2, 3},
		{work.Spec{Key: "penetration", Name: "Penetration test", Owner: "daniel", Phase: "test", Needs: []string{"screens"}, NotBefore: before(30, 9), Due: before(34, 17)}, 1.5, 2, 4},
		{work.Spec{Key: "rehearsal", Name: "Pre-prod and rollback rehearsal", Owner: "lukasz", Phase: "release", Needs: []string{"integration", "conformance", "penetration", "load"}, Due: before(37, 17)}, 1, 1, 2},
	} {
		x.Estimate = work.Estimate{Low: workingDays(x.low), Likely: workingDays(x.likely), High: workingDays(x.high)}
		s.at(day(2, 8, 10+i), func() error { _, err := s.app.Tasks.Add(s.as("maya"), key, x.Spec); return err })
	}
	s.at(day(3, 16, 0), func() error {
		_, err := s.app.Outlook.SaveBaseline(s.as("maya"), key, outlook.NewBaseline{Note: "First draft, before the partners were asked."})
		return err
	})
	s.at(day(4, 15, 0), func() error {
		_, err := s.app.Outlook.SaveBaseline(s.as("maya"), key, outlook.NewBaseline{Note: "Agreed with product, operations and the partners."})
		return err
	})
	s.consentProgress(key)
}

// consentProgress is how far that plan has come by the present of the story.
func (s *story) consentProgress(key string) {
	s.enter(day(2, 9, 0), key, "scope")
	s.reached(day(4, 17, 0), key, "scope-agreed")
	s.report(day(2, 9, 30), key, "contract", work.Doing, -1, "")
	s.report(day(9, 9, 0), key, "schema", work.Doing, -1, "")
	s.report(day(10, 16, 0), key, "contract", work.Done, -1, "")
	s.leave(day(11, 9, 0), key, "scope")
	s.enter(day(11, 9, 5), key, "build")
	s.report(day(11, 10, 0), key, "service", work.Doing, -1, "")
	s.report(day(13, 15, 0), key, "schema", work.Done, -1, "")
	s.report(day(16, 9, 30), key, "screens", work.Doing, -1, "")
	s.report(day(16, 9, 40), key, "step-up", work.Doing, -1, "")
	s.report(day(18, 16, 0), key, "service", work.Doing, 3.6, "Callback signing is through review.")
	s.report(day(19, 9, 0), key, "screens", work.Doing, 4.8, "")
	s.report(day(19, 11, 0), key, "step-up", work.Doing, 7.6, "The vendor's library changed; one engineer is not enough.")
	s.at(day(18, 17, 0), func() error {
		x, err := s.app.Tasks.Find(s.as("maya"), key, "sandbox")
		if err != nil {
			return err
		}
		blocked, why, party := work.Blocked, "has missed two dates for its keys", "Partner B"
		_, err = s.app.Tasks.Set(s.as("maya"), x.ID, 0, work.Change{Status: &blocked, Blocker: &why, WaitsParty: &party})
		return err
	})
	for _, t := range []time.Time{day(16, 18, 0), day(17, 18, 0), day(18, 18, 0), day(19, 13, 55)} {
		s.at(t, func() error {
			_, err := s.app.Outlook.MakeForecast(s.as("maya"), key, outlook.ForecastOptions{})
			return err
		})
	}
}

// report says how far a task is, and how many working days are left of it; a negative number says nothing of that.
func (s *story) report(t time.Time, key, task string, status work.Status, left float64, note string) {
	s.at(t, func() error {
		x, err := s.app.Tasks.Find(s.as("maya"), key, task)
		if err != nil {
			return err
		}
		c := work.Change{Status: &status, Note: note}
		if left >= 0 {
			minutes := workingDays(left)
			c.Remaining = &minutes
		}
		_, err = s.app.Tasks.Set(s.as("maya"), x.ID, 0, c)
		return err
	})
}
