package demo

import (
	"time"

	"slipway/internal/plan"
	"slipway/internal/work"
)

// enter and leave say how far a phase is.
func (s *story) enter(t time.Time, key, phase string) {
	s.at(t, func() error { _, err := s.app.Plans.EnterPhase(s.as("maya"), key, phase, 0); return err })
}

func (s *story) leave(t time.Time, key, phase string) {
	s.at(t, func() error { _, err := s.app.Plans.LeavePhase(s.as("maya"), key, phase, 0); return err })
}

func (s *story) reached(t time.Time, key, milestone string) {
	s.at(t, func() error {
		_, err := s.app.Plans.SetMilestone(s.as("maya"), key, milestone, 0, plan.MilestoneEdit{Reached: true})
		return err
	})
}

func (s *story) delivered(t time.Time, key, deliverable string, state plan.DeliverableState) {
	s.at(t, func() error {
		_, err := s.app.Plans.SetDeliverable(s.as("maya"), key, deliverable, 0, plan.DeliverableEdit{State: &state})
		return err
	})
}

// task gives a task of a release to somebody and sets how far it is.
func (s *story) task(t time.Time, key, task, owner string, status work.Status) {
	s.at(t, func() error {
		x, err := s.app.Tasks.Find(s.as("maya"), key, task)
		if err != nil {
			return err
		}
		c := work.Change{Status: &status}
		if owner != "" {
			c.Owner = &owner
		}
		_, err = s.app.Tasks.Set(s.as("maya"), x.ID, 0, c)
		return err
	})
}

// checkpoint signs the ledger as it is.
func (s *story) checkpoint(t time.Time) {
	s.at(t, func() error { _, err := s.app.Ledger.Checkpoint(s.ctx); return err })
}

// paymentsProgress is how far tonight's release has come.
func (s *story) paymentsProgress(key string) {
	s.enter(day(3, 10, 30), key, "build")
	s.reached(day(3, 15, 0), key, "scope-agreed")
	s.task(day(12, 9, 0), key, "cut", "tomas", work.Doing)
	s.leave(day(12, 17, 0), key, "build")
	s.enter(day(12, 17, 5), key, "test")
	s.task(day(13, 16, 0), key, "cut", "", work.Done)
	s.reached(day(13, 16, 5), key, "cut-off")
	s.task(day(16, 9, 30), key, "regression", "priya", work.Doing)
	s.leave(day(17, 18, 0), key, "test")
	s.enter(day(17, 18, 5), key, "ready")
	s.task(day(18, 12, 5), key, "review-runbook", "lukasz", work.Doing)
	s.delivered(day(18, 17, 0), key, "runbook", plan.DeliverableReady)
	s.delivered(day(18, 17, 5), key, "release-notes", plan.DeliverableAccepted)
	s.task(day(18, 16, 30), key, "review-runbook", "", work.Done)
	s.task(day(18, 17, 10), key, "brief-support", "sofia", work.Doing)
	s.task(day(19, 12, 2), key, "regression", "", work.Done)
	s.reached(day(19, 14, 0).Add(time.Second), key, "go-no-go")
}

// routineProgress is how far a release of the template Routine comes after it was made active.
func (s *story) routineProgress(r release, active time.Time) {
	s.enter(active.Add(time.Hour), r.key, "build")
	if cut := r.from.Add(-2 * 24 * time.Hour); cut.Before(Afternoon) {
		s.task(active.Add(2*time.Hour), r.key, "cut", r.owner, work.Doing)
		s.task(cut.Add(-3*time.Hour), r.key, "cut", "", work.Done)
		s.reached(cut.Add(-2*time.Hour), r.key, "cut-off")
		s.leave(cut.Add(-2*time.Hour), r.key, "build")
		s.enter(cut.Add(-time.Hour), r.key, "test")
	}
	if r.from.Before(Afternoon) {
		s.leave(r.from.Add(-10*time.Minute), r.key, "test")
		s.enter(r.from.Add(-9*time.Minute), r.key, "deploy")
		s.reached(r.from.Add(-time.Second), r.key, "window")
	}
}
