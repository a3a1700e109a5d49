package plan

import (
	"slipway/internal/id"
	"slipway/internal/plan/release"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// ReleaseByRef returns a release by key or identifier. It fails with errs.NotFound if it does not exist or the caller may
// not read it. It costs two statements.
func ReleaseByRef(tx *db.Tx, ref string) (Release, error) {
	r, err := release.By(tx, ref)
	if err != nil {
		return r, err
	}
	return r, auth.CheckSeen(tx, "plan.read", Scope(r), "release")
}

// ReleaseByID returns a release for areas that act for nobody in particular, such as a run that goes on. It checks no
// permission. It fails with errs.NotFound.
func ReleaseByID(tx *db.Tx, r id.Release) (Release, error) { return release.By(tx, string(r)) }

// Manifest returns what a release carries, by the service's key. It checks no permission.
func Manifest(tx *db.Tx, r id.Release) ([]ManifestItem, error) { return release.Manifest(tx, r) }

// ManifestDigest returns the digest of a release's manifest: "sha256:" and the hexadecimal SHA-256 of ManifestSection in
// canonical JSON. It checks no permission.
func ManifestDigest(tx *db.Tx, r id.Release) (string, error) {
	rel, err := release.By(tx, string(r))
	return rel.ManifestDigest, err
}

// FallBack takes an approved release back to active because a section changed in another area; in any other state, and
// for a release that is held from another, it does nothing. It checks no permission.
func FallBack(tx *db.Tx, r id.Release, section, reason string) error {
	rel, err := release.By(tx, string(r))
	if err != nil {
		return err
	}
	rel, fell := release.Fallen(tx, rel, []string{section})
	if !fell {
		return nil
	}
	if rel, err = release.Save(tx, rel); err != nil {
		return err
	}
	release.Entry(tx, rel, ReleaseReopened, map[string]any{"sections": []string{section}, "reason": reason})
	return nil
}
