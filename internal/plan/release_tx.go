package plan

import (
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// ReleaseByRef returns a release by key or identifier. It fails with errs.NotFound if it does not exist or the caller may
// not read it. It costs two statements.
func ReleaseByRef(tx *db.Tx, ref string) (Release, error) {
	r, err := releaseBy(tx, ref)
	if err != nil {
		return r, err
	}
	return r, auth.CheckSeen(tx, "plan.read", Scope(r), "release")
}

// ReleaseByID returns a release for areas that act for nobody in particular, such as a run that goes on. It checks no
// permission. It fails with errs.NotFound.
func ReleaseByID(tx *db.Tx, r id.Release) (Release, error) { return releaseBy(tx, string(r)) }

// Manifest returns what a release carries, by the service's key. It checks no permission.
func Manifest(tx *db.Tx, r id.Release) ([]ManifestItem, error) { return manifestOf(tx, r) }

// ManifestDigest returns the digest of a release's manifest: "sha256:" and the hexadecimal SHA-256 of ManifestSection in
// canonical JSON. It checks no permission.
func ManifestDigest(tx *db.Tx, r id.Release) (string, error) {
	rel, err := releaseBy(tx, string(r))
	return rel.ManifestDigest, err
}

// FallBack takes an approved release back to active because a section changed in another area; in any other state, and
// for a release that is held from another, it does nothing. It checks no permission.
func FallBack(tx *db.Tx, r id.Release, section, reason string) error {
	rel, err := releaseBy(tx, string(r))
	if err != nil {
		return err
	}
	rel, fell := fallen(tx, rel, []string{section})
	if !fell {
		return nil
	}
	if rel, err = save(tx, rel); err != nil {
		return err
	}
	entry(tx, rel, ReleaseReopened, map[string]any{"sections": []string{section}, "reason": reason})
	return nil
}

// fallen returns the release as a change of sections leaves it: approved becomes active, also below a hold.
func fallen(tx *db.Tx, r Release, sections []string) (Release, bool) {
	switch {
	case len(sections) == 0:
		return r, false
	case r.State == Approved:
		r.State, r.StateAt, r.StateBy = Active, tx.Now, actor(tx)
		r.StateReason = "Changed after approval: " + and(sections) + "."
		return r, true
	case r.State == Held && r.HeldFrom == Approved:
		r.HeldFrom = Active
		return r, true
	}
	return r, false
}

// save raises the row's version and writes it.
func save(tx *db.Tx, r Release) (Release, error) {
	r.Rev++
	r.ChangedAt, r.ChangedBy = tx.Now, actor(tx)
	ok, err := updateRelease(tx, r)
	if err == nil && !ok {
		now, err := releaseBy(tx, string(r.ID))
		if err != nil {
			return r, err
		}
		return now, stale(now, now.Name, now.ChangedAt)
	}
	return r, err
}

func entry(tx *db.Tx, r Release, action string, payload any) {
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "release", ID: string(r.ID)}, Release: r.ID, Scope: string(Scope(r)), Payload: payload})
}

func stale(theirs any, name string, at db.Time) error {
	return errs.Conflict("row.stale", theirs, "Not saved. %s was changed at %s by somebody else. Compare with what it is now, then save again.", name, at.Std().Format("15:04:05 MST on 2 Jan"))
}

// and joins words as a sentence lists them.
func and(words []string) string {
	s := ""
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			s += " and "
		default:
			s += ", "
		}
		s += w
	}
	return s
}
