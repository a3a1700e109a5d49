package people

import (
	"slices"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Outcome says what an idempotent put did.
type Outcome string

// The outcomes.
const (
	Created   Outcome = "created"
	Changed   Outcome = "changed"
	Unchanged Outcome = "unchanged"
)

// PutPerson is a person as a file describes them.
type PutPerson struct {
	Key, Name, Email, Kind, Zone, Locale string
	Grants                               *[]Grant // direct grants without dates, replaced; nil leaves them
}

// PutTeam is a team as a file describes it.
type PutTeam struct {
	Key, Name, Text string
	Members         *[]string // keys of people, replaced; nil leaves them
	Grants          *[]Grant  // as of PutPerson
}

// PutPerson adds or changes a person to what is given; empty Kind, Zone and Locale leave what is there. It needs
// people.edit, and for grants and the e-mail address what Grant and SetPerson need. Grants with dates are left alone.
func (s *Directory) PutPerson(tx *db.Tx, in PutPerson) (Outcome, error) {
	if err := auth.Check(tx, "people.edit", auth.Everywhere); err != nil {
		return "", err
	}
	p, err := auth.PersonByKey(tx, in.Key)
	outcome := Unchanged
	switch {
	case errs.Is(err, errs.CodeNotFound):
		p, err = s.Add(tx, NewPerson{Key: in.Key, Name: in.Name, Email: in.Email, Kind: in.Kind, Zone: in.Zone, Locale: in.Locale})
		if err != nil {
			return "", err
		}
		outcome = Created
	case err != nil:
		return "", err
	default:
		next := p
		next.Name, next.Email = in.Name, in.Email
		next.Kind, next.Zone, next.Locale = or1(in.Kind, p.Kind), or1(in.Zone, p.Zone), or1(in.Locale, p.Locale)
		if next.Email != p.Email {
			if err := s.rights.Exceeds(tx, p.ID); err != nil {
				return "", err
			}
		}
		changed, err := s.putPerson(tx, p, next)
		if err != nil {
			return "", err
		}
		if changed {
			outcome = Changed
		}
	}
	return s.putGrants(tx, Binding{Person: p.ID}, in.Grants, outcome)
}

// PutTeam adds or changes a team to what is given. It needs team.edit, and for members and grants what SetTeam and Grant
// need. A closed team is refused
// with errs.Invalid team.closed.
func (s *Directory) PutTeam(tx *db.Tx, in PutTeam) (Outcome, error) {
	if err := auth.Check(tx, "team.edit", auth.Everywhere); err != nil {
		return "", err
	}
	var members []id.Person
	if in.Members != nil {
		refs := make([]id.Person, len(*in.Members))
		for i, key := range *in.Members {
			refs[i] = id.Person(key)
		}
		var err error
		if members, err = membersByRef(tx, refs); err != nil {
			return "", err
		}
	}
	t, err := auth.TeamByRef(tx, in.Key)
	outcome := Unchanged
	switch {
	case errs.Is(err, errs.CodeNotFound):
		t = Team{ID: id.New[id.Team](), Key: in.Key, Name: in.Name, Text: in.Text}
		if err := s.addTeam(tx, t, members); err != nil {
			return "", err
		}
		outcome = Created
	case err != nil:
		return "", err
	case t.Closed():
		return "", errs.InvalidField("key", "team.closed", "The team %s is closed. Reopen it before a file describes it.", in.Key)
	default:
		next := t
		next.Name, next.Text = in.Name, in.Text
		if in.Members != nil {
			next.Members = members
		}
		changed, err := s.putTeam(tx, t, next)
		if err != nil {
			return "", err
		}
		if changed {
			outcome = Changed
		}
	}
	return s.putGrants(tx, Binding{Team: t.ID}, in.Grants, outcome)
}

// PutRole defines a further role or changes it to what is given. It needs role.define and every permission it adds.
func (s *Directory) PutRole(tx *db.Tx, in Role) (Outcome, error) {
	if err := auth.Check(tx, "role.define", auth.Everywhere); err != nil {
		return "", err
	}
	return s.defineRole(tx, in, true)
}

// putGrants makes the undated direct grants of the holder those given.
func (s *Directory) putGrants(tx *db.Tx, holder Binding, want *[]Grant, outcome Outcome) (Outcome, error) {
	if want == nil {
		return outcome, nil
	}
	column, value := "person", string(holder.Person)
	if holder.Team != "" {
		column, value = "team", string(holder.Team)
	}
	had, err := undated(tx, column, value)
	if err != nil {
		return "", err
	}
	did := false
	for _, g := range *want {
		if slices.ContainsFunc(had, func(b Binding) bool { return b.Grant == g }) {
			continue
		}
		holder.Grant = g
		if _, err := s.Give(tx, holder); err != nil {
			return "", err
		}
		did = true
	}
	for _, b := range had {
		if !slices.Contains(*want, b.Grant) {
			if err := s.revoke(tx, b); err != nil {
				return "", err
			}
			did = true
		}
	}
	if did && outcome == Unchanged {
		outcome = Changed
	}
	return outcome, nil
}

// UndatedGrants returns the direct grants without dates of a person, or of a team: what a file describes of them. It
// checks no permission.
func UndatedGrants(tx *db.Tx, p id.Person, t id.Team) ([]Grant, error) {
	column, value := "person", string(p)
	if t != "" {
		column, value = "team", string(t)
	}
	had, err := undated(tx, column, value)
	out := make([]Grant, 0, len(had))
	for _, b := range had {
		out = append(out, b.Grant)
	}
	return out, err
}
