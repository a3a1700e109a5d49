package item

import (
	"slices"

	"slipway/internal/plan/release"
	"slipway/internal/platform/db"
)

// Parts changes the parts of releases and tells the followers.
type Parts struct {
	Followers release.Followers
	Approved  bool // who has to approve a change of the scope did
}

// change is what a change of a part leaves behind.
type change struct {
	diffs   []release.Delta
	action  string // of the entry
	payload any
	reason  string
}

// carryOut makes a change of a part: it writes, records, and tells the followers. It fails with errs.Blocked where the release
// stands too far.
func (p Parts) carryOut(tx *db.Tx, r release.Release, c change, write func() error) error {
	if err := release.Open(r, c.diffs); err != nil {
		return err
	}
	if err := write(); err != nil {
		return err
	}
	release.Entry(tx, r, c.action, c.payload)
	_, err := p.Followers.Changed(tx, r, c.diffs, c.reason, false)
	return err
}

// Follow moves what is dated from the window, except phases that are over, and keeps what moved as a re-plan. was is the
// release before.
func Follow(tx *db.Tx, was, r release.Release, reason string) error {
	moves := windowMoves(was.Window, r.Window)
	if was.Window.Start != r.Window.Start {
		more, err := followParts(tx, r)
		if err != nil {
			return err
		}
		moves = append(moves, more...)
	}
	return recordReplan(tx, r.ID, moves, reason)
}

func followParts(tx *db.Tx, r release.Release) ([]Move, error) {
	phases, err := Phases(tx, r.ID)
	if err != nil {
		return nil, err
	}
	moves, err := savePhases(tx, r, phases, Dated(slices.Clone(phases), r.Window))
	if err != nil {
		return nil, err
	}
	milestones, err := Milestones(tx, r.ID)
	if err != nil {
		return nil, err
	}
	for _, m := range milestones {
		was := m.PlannedAt
		if m.Offset == "" {
			continue
		}
		if m.PlannedAt = m.Offset.From(r.Window.Start); m.PlannedAt == was {
			continue
		}
		if err := updateMilestone(tx, m); err != nil {
			return nil, err
		}
		moves = append(moves, moved("milestone", m.Key, m.Name, "at", was, m.PlannedAt)...)
	}
	return moves, nil
}
