package plan

import (
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan/release"
	"slipway/internal/platform/db"
)

// ChooseRunbook notes the key of the runbook that a release runs, for the area that keeps runbooks and has checked it. It
// records the change of the section and takes an approved release back to active; followers are not told, since the caller
// is the one concerned. It checks no permission and does nothing if the key is the same. It fails with errs.Blocked if the
// release has ended.
func ChooseRunbook(tx *db.Tx, ref id.Release, key, reason string) error {
	r, err := release.By(tx, string(ref))
	if err != nil || r.Runbook == key {
		return err
	}
	if r.Ended() {
		return errs.Blocked("plan.ended", "%s is %s. Nothing of it changes any more.", r.Name, r.State.Words())
	}
	d := release.Delta{Section: SectionRunbook, Before: runbookContent{r.Runbook}, After: runbookContent{key}}
	r.Runbook = key
	if err := release.Record(tx, r.ID, d, reason); err != nil {
		return err
	}
	r, fell := release.Fallen(tx, r, []string{SectionRunbook})
	if r, err = release.Save(tx, r); err != nil {
		return err
	}
	release.Entry(tx, r, ReleaseChanged, map[string]any{"changes": []string{SectionRunbook}, "runbook": key, "reason": reason})
	if fell {
		release.Entry(tx, r, ReleaseReopened, map[string]any{"sections": []string{SectionRunbook}, "reason": reason})
	}
	return nil
}
