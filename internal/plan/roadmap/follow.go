package roadmap

import (
	"slices"

	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// ReleaseCreated implements plan.Follower: a date of that version that waited for its release finds it.
func (s *Roadmaps) ReleaseCreated(tx *db.Tx, r plan.Release, _ plan.Template) error {
	d, ok, err := one(tx, ` WHERE d.product = $1 AND d.version = $2 AND d.release IS NULL`, r.Product, r.Version)
	if err != nil || !ok || d.State == StateWithdrawn {
		return err
	}
	d.Release, d.ReleaseKey, d.ReleaseName = r.ID, r.Key, r.Name
	if d.State == StateAgreed && !r.Window.IsZero() && r.Window != d.Window {
		return s.moved(tx, d, r)
	}
	d.Rev++
	return update(tx, d)
}

// ReleaseChanged implements plan.Follower: a window that was changed behind an agreement is a proposal again.
func (s *Roadmaps) ReleaseChanged(tx *db.Tx, r plan.Release, sections []string) error {
	if !slices.Contains(sections, plan.SectionWindow) {
		return nil
	}
	d, ok, err := ofRelease(tx, r.ID)
	if err != nil || !ok || d.State != StateAgreed || d.Window == r.Window || r.Window.IsZero() {
		return err
	}
	return s.moved(tx, d, r)
}

func (s *Roadmaps) moved(tx *db.Tx, d Date, r plan.Release) error {
	d.Window, d.State, d.AgreedAt = r.Window, StateProposed, 0
	d.Round++
	d.Proposer = actor(tx).For
	_, err := s.say(tx, d, Moved, KindMoved, "", "The window of the release was changed.")
	return err
}

// ReleaseEnded implements plan.Follower: the date of a cancelled release is withdrawn.
func (s *Roadmaps) ReleaseEnded(tx *db.Tx, r plan.Release) error {
	if r.State != plan.Cancelled {
		return nil
	}
	d, ok, err := ofRelease(tx, r.ID)
	if err != nil || !ok || d.State == StateWithdrawn {
		return err
	}
	d.State, d.AgreedAt, d.PublishedWin, d.PublishedAt, d.Published = StateWithdrawn, 0, plan.Window{}, 0, nil
	_, err = s.say(tx, d, Withdrawn, KindWithdrawn, "", "The release was cancelled.")
	return err
}
