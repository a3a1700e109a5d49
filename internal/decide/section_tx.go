package decide

import (
	"slipway/internal/decide/digest"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// Contents returns the content of a release section by section, in the order of the sources. It costs what its sources
// cost, a few statements a section; on a read transaction it is computed once. It checks no permission.
func (d *Decisions) Contents(tx *db.Tx, r plan.Release) ([]digest.Section, error) {
	return d.sources.Sections(tx, r.ID)
}

// ContentDigest returns the digest of the whole content of a release, as digest.Content writes it. It costs as Contents
// does and checks no permission.
func (d *Decisions) ContentDigest(tx *db.Tx, r plan.Release) (string, error) {
	c, err := d.content(tx, r)
	return c.Digest, err
}

func (d *Decisions) content(tx *db.Tx, r plan.Release) (Content, error) {
	return d.sources.Content(tx, r.ID)
}
