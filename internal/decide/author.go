package decide

import (
	"slices"

	"slipway/internal/decide/deputy"
	"slipway/internal/decide/digest"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// fourEyes refuses a signature by, or in the name of, somebody who wrote what it covers, where the template's policy asks for
// four eyes: who changed a covered section since the newest signature of the role that the content has left behind, or ever
// if there is none. What was signed before has been seen by other eyes then.
func (d *Decisions) fourEyes(tx *db.Tx, r plan.Release, q Requirement, c deputy.Capacity) error {
	t, err := plan.TemplateOf(tx, r)
	if err != nil || !t.Policy.FourEyes {
		return err
	}
	since, err := d.seenBefore(tx, r, q.Role)
	if err != nil {
		return err
	}
	for _, section := range q.Sections {
		authors, err := d.sources.Authors(tx, r.ID, section, since)
		if err != nil {
			return err
		}
		for _, p := range []id.Person{c.Person, c.Principal} {
			if p == "" || !slices.Contains(authors, p) {
				continue
			}
			if p == c.Person {
				return errs.Blocked("approval.author", "You wrote part of what this signature covers (%s), and nobody approves what they wrote. Ask somebody else of %s.", section, q.Name)
			}
			name, err := names(tx, p)
			if err != nil {
				return err
			}
			return errs.Blocked("approval.author", "%s, in whose name you sign, wrote part of what this signature covers (%s), and nobody approves what they wrote. Ask somebody else of %s.", name(p), section, q.Name)
		}
	}
	return nil
}

// seenBefore returns when the role last signed content that is not the present one.
func (d *Decisions) seenBefore(tx *db.Tx, r plan.Release, role string) (db.Time, error) {
	all, err := signaturesOf(tx, r.ID, role)
	if err != nil {
		return 0, err
	}
	now, err := d.content(tx, r)
	if err != nil {
		return 0, err
	}
	for _, s := range all {
		if s.Answer == Signed && len(digest.Void(s.Sections, now.Sections)) > 0 {
			return s.At, nil
		}
	}
	return 0, nil
}
