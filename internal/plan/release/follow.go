package release

import (
	"slipway/internal/errs"
	"slipway/internal/plan/template"
	"slipway/internal/platform/db"
)

// Follower takes part in the life of a release inside the same change. An error undoes the change.
type Follower interface {
	// ReleaseCreated prepares the follower's part from the template.
	ReleaseCreated(tx *db.Tx, r Release, t template.Template) error
	// ReleaseChanged says which sections were changed. SectionRunbook means that another runbook was chosen.
	ReleaseChanged(tx *db.Tx, r Release, sections []string) error
	// ReleaseEnded says that the release was closed or cancelled.
	ReleaseEnded(tx *db.Tx, r Release) error
}

// Followers are those who take part in the life of releases.
type Followers []Follower

// reopened is the entry of a release that a change takes back to active.
const reopened = "release.reopened"

// Open refuses changes where the release stands too far: of content after it is approved, of anything once it has ended.
func Open(r Release, diffs []Delta) error {
	if r.Ended() {
		return errs.Blocked("plan.ended", "%s is %s. Nothing of it changes any more.", r.Name, r.State.Words())
	}
	if len(diffs) == 0 {
		return nil
	}
	switch r.State {
	case Draft, Planned, Active, Approved, Held:
		return nil
	case RolledBack:
		return errs.Blocked("plan.rolled_back", "%s was rolled back, so its %s cannot change as it stands. Retarget it with another manifest or window.", r.Name, And(Sections(diffs)))
	case Deploying:
		return errs.Blocked("plan.locked", "%s is being deployed, so its %s cannot change. Wait for the run, or abort it.", r.Name, And(Sections(diffs)))
	}
	return errs.Blocked("plan.locked", "%s is %s, so its %s cannot change any more. Plan another release for what is to follow.", r.Name, r.State.Words(), And(Sections(diffs)))
}

// Changed records differences, takes an approved release back to active, writes the row if it must be written, and tells
// those who follow. The caller has written the parts and the entry.
func (told Followers) Changed(tx *db.Tx, r Release, diffs []Delta, reason string, dirty bool) (Release, error) {
	for _, d := range diffs {
		if err := Record(tx, r.ID, d, reason); err != nil {
			return r, err
		}
	}
	names := Sections(diffs)
	r, fell := Fallen(tx, r, names)
	if dirty || fell {
		var err error
		if r, err = Save(tx, r); err != nil {
			return r, err
		}
	}
	if fell {
		Entry(tx, r, reopened, map[string]any{"sections": names, "reason": reason})
	}
	if len(names) == 0 {
		return r, nil
	}
	for _, f := range told {
		if err := f.ReleaseChanged(tx, r, names); err != nil {
			return r, err
		}
	}
	return r, nil
}

// HoldFollower is a Follower that also acts when a release is put on hold.
type HoldFollower interface {
	ReleaseHeld(tx *db.Tx, r Release) error
}

// OwnerFollower is a Follower that also acts when somebody else answers for a release and nothing else of it changes.
type OwnerFollower interface {
	ReleaseReassigned(tx *db.Tx, r Release) error
}

// Stopped lets the followers act on a release that has ended or was put on hold.
func (told Followers) Stopped(tx *db.Tx, r Release) error {
	for _, f := range told {
		var err error
		if h, ok := f.(HoldFollower); ok && r.State == Held {
			err = h.ReleaseHeld(tx, r)
		} else if r.Ended() {
			err = f.ReleaseEnded(tx, r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Reassigned lets the followers act on a release for which somebody else answers.
func (told Followers) Reassigned(tx *db.Tx, r Release) error {
	for _, f := range told {
		if o, ok := f.(OwnerFollower); ok {
			if err := o.ReleaseReassigned(tx, r); err != nil {
				return err
			}
		}
	}
	return nil
}
