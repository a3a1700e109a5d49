package decide

import (
	"slices"

	"slipway/internal/decide/digest"
	"slipway/internal/decide/section"
	"slipway/internal/gate"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// RoleStates returns how each required signature of a release stands, in the order in which they sign. It costs six
// statements and, once somebody has signed, the content. It checks no permission.
func (d *Decisions) RoleStates(tx *db.Tx, r plan.Release) ([]RoleState, error) {
	needed, err := RequirementsOf(tx, r)
	if err != nil {
		return nil, err
	}
	rows, err := newestSignatures(tx, []plan.Release{r})
	if err != nil {
		return nil, err
	}
	if err := d.judge(tx, r, rows); err != nil {
		return nil, err
	}
	asks, err := asksOf(tx, r.ID)
	if err != nil {
		return nil, err
	}
	out := make([]RoleState, len(needed))
	for i, q := range needed {
		s := RoleState{Requirement: q, Signatures: []Signature{}, Asks: []Ask{}}
		for _, x := range rows {
			if x.Role == q.Role {
				s.Signatures = append(s.Signatures, x)
			}
		}
		for _, a := range asks {
			if a.Role == q.Role {
				s.Asks = append(s.Asks, a)
			}
		}
		s.weigh()
		out[i] = s
	}
	slices.SortStableFunc(out, func(a, b RoleState) int { return a.Order - b.Order })
	return out, nil
}

// judge says of each signature of a release how it stands. The content is only read if a signature needs it.
func (d *Decisions) judge(tx *db.Tx, r plan.Release, rows []Signature) error {
	if !slices.ContainsFunc(rows, Signature.binds) {
		judge(tx, rows, nil)
		return nil
	}
	c, err := d.content(tx, r)
	judge(tx, rows, c.Sections)
	return err
}

// binds reports whether the signature stands or falls with the content that it covers.
func (s Signature) binds() bool { return s.WithdrawnAt.IsZero() && s.Answer != Refused }

// judge compares signatures with the content as it is now.
func judge(tx *db.Tx, rows []Signature, now []digest.Signed) {
	for i := range rows {
		s := &rows[i]
		switch {
		case !s.WithdrawnAt.IsZero():
			s.State = Withdrawn
			continue
		case s.Answer == Refused:
			s.State = Declined
			continue
		}
		s.Changed = section.InOrder(digest.Void(s.Sections, now))
		switch {
		case len(s.Changed) > 0:
			s.State = Void
		case !s.Until.IsZero() && !s.Until.After(tx.Now):
			s.State = Expired
		default:
			s.State = Valid
		}
	}
}

// weigh computes the state of the role from its signatures: a refusal stands against it, else enough valid ones make it
// valid, else the newest that is not withdrawn says why not.
func (s *RoleState) weigh() {
	s.State = Awaiting
	people := map[id.Person]bool{}
	declined := false
	for _, x := range s.Signatures {
		switch x.State {
		case Valid:
			people[x.behalf()] = true
		case Declined:
			declined = true
		}
	}
	s.Valid = len(people)
	switch {
	case declined:
		s.State = Declined
		return
	case s.Valid >= s.Need:
		s.State = Valid
		return
	}
	for _, x := range s.Signatures {
		if x.State == Void || x.State == Expired {
			s.State = x.State
			return
		}
	}
	if x, ok := s.Newest(); ok && x.State == Withdrawn && s.Valid == 0 {
		s.State = Withdrawn
	}
}

// Approvals returns every signature of releases for their verdicts, also those that do not count, each under the name in which
// it was given. It implements gate.Decisions.
func (d *Decisions) Approvals(tx *db.Tx, rs []plan.Release) (map[id.Release][]gate.Approval, error) {
	if len(rs) == 0 {
		return nil, nil
	}
	rows, err := newestSignatures(tx, rs)
	if err != nil {
		return nil, err
	}
	of, bound := map[id.Release][]Signature{}, map[id.Release]bool{}
	for _, s := range rows {
		of[s.Release] = append(of[s.Release], s)
		bound[s.Release] = bound[s.Release] || s.binds()
	}
	now, err := d.current(tx, slices.DeleteFunc(slices.Clone(rs), func(r plan.Release) bool { return !bound[r.ID] }))
	if err != nil {
		return nil, err
	}
	out := map[id.Release][]gate.Approval{}
	for _, r := range rs {
		judge(tx, of[r.ID], now[r.ID])
		for _, s := range of[r.ID] {
			out[r.ID] = append(out[r.ID], gate.Approval{ID: s.ID, Role: s.Role, By: string(s.behalf()), At: s.At.Std(), Until: s.Until.Std(),
				Withdrawn: s.State == Withdrawn, Refused: s.Answer == Refused, Void: s.Changed, Text: s.Comment})
		}
	}
	return out, nil
}

// SignatureDifferences returns what changed of the sections that a signature covers, section by section, and who changed
// it. It checks no permission.
func (d *Decisions) SignatureDifferences(tx *db.Tx, r plan.Release, s Signature) ([]Difference, error) {
	now, err := d.content(tx, r)
	if err != nil {
		return nil, err
	}
	return d.sources.Differences(tx, r.ID, s.Sections, s.At, now)
}
