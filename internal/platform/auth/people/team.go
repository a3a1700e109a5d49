package people

import (
	"context"
	"fmt"
	"slices"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/field"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// NewTeam is a team to add.
type NewTeam struct {
	Key     string      `json:"key,omitempty" maxLength:"100" doc:"Made from the name if left out."`
	Name    string      `json:"name" maxLength:"200"`
	Text    string      `json:"text,omitempty" maxLength:"2000"`
	Members []id.Person `json:"members,omitempty" maxItems:"2000" doc:"Keys or identifiers of people."`
}

// TeamChange is what to change of a team; nil leaves a thing as it is. Members replaces all. Version is the one that was
// read.
type TeamChange struct {
	Name    *string      `json:"name,omitempty" maxLength:"200"`
	Text    *string      `json:"text,omitempty" maxLength:"2000"`
	Members *[]id.Person `json:"members,omitempty" maxItems:"2000" doc:"Keys or identifiers of all members."`
	Version int64        `json:"rev,omitempty" doc:"The version that was read; If-Match says the same."`
}

// TeamFilter narrows a list. After is the key of the last team of the page before.
type TeamFilter struct {
	Query  string // part of name or key
	Closed bool   // with closed ones
	After  string
	Limit  int // 50 if 0, at most 200
}

const membersMax = 2000

// AddTeam adds a team. It needs team.edit and fails with errs.Invalid, naming the fields, and with errs.Conflict
// team.exists if the key is taken.
func (s *Directory) AddTeam(ctx context.Context, in NewTeam) (out Team, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "team.edit", auth.Everywhere); err != nil {
			return err
		}
		t := Team{ID: id.New[id.Team](), Key: in.Key, Name: in.Name, Text: in.Text}
		if t.Key == "" {
			t.Key = id.Keyed(t.Name)
		}
		if had, err := auth.TeamByRef(tx, t.Key); err == nil {
			msg := "There is a team with the key " + t.Key + " already."
			if had.Closed() {
				msg = "There is a closed team with the key " + t.Key + ". Reopen it, or take another key."
			}
			return errs.Conflict("team.exists", nil, "%s", msg).With(errs.Field{Name: "key", Reason: "team.exists", Msg: msg})
		} else if !errs.Is(err, errs.CodeNotFound) {
			return err
		}
		members, err := membersByRef(tx, in.Members)
		if err != nil {
			return err
		}
		if err := s.addTeam(tx, t, members); err != nil {
			return err
		}
		out, err = auth.TeamByRef(tx, string(t.ID))
		return err
	})
	return out, err
}

// membersByRef turns keys and identifiers of people into identifiers.
func membersByRef(tx *db.Tx, refs []id.Person) ([]id.Person, error) {
	out := make([]id.Person, 0, len(refs))
	for i, ref := range refs {
		who, err := auth.PersonByRef(tx, string(ref))
		if errs.Is(err, errs.CodeNotFound) || err == nil && who.Erased {
			return nil, errs.InvalidField(fmt.Sprintf("members[%d]", i), "person.unknown", "There is no person %.60q.", ref)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, who.ID)
	}
	return out, nil
}

func validTeam(t Team) error {
	return field.Together(id.CheckKey("key", t.Key), field.Name("name", t.Name), field.Text("text", t.Text))
}

func (s *Directory) addTeam(tx *db.Tx, t Team, members []id.Person) error {
	if err := validTeam(t); err != nil {
		return err
	}
	if err := insertTeam(tx, t, auth.Me(tx)); err != nil {
		return err
	}
	if err := s.setMembers(tx, t, members); err != nil {
		return err
	}
	ledger.Append(tx, ledger.Entry{Action: TeamAdded, Subject: ledger.Subject{Kind: "team", ID: string(t.ID)},
		Payload: map[string]any{"key": t.Key, "name": t.Name, "members": orEmpty(members)}})
	return s.rights.Changed(tx)
}

// setMembers makes the members those given. Who joins a team gets its roles, so the caller must be able to grant these.
func (s *Directory) setMembers(tx *db.Tx, t Team, want []id.Person) error {
	if len(want) > membersMax {
		return errs.InvalidField("members", "team.too_many_members", "A team has at most %d members.", membersMax)
	}
	joins := false
	for _, p := range want {
		if slices.Contains(t.Members, p) {
			continue
		}
		if err := addMember(tx, t.ID, p); err != nil {
			return err
		}
		joins = true
	}
	for _, p := range t.Members {
		if !slices.Contains(want, p) {
			if err := dropMember(tx, t.ID, p); err != nil {
				return err
			}
		}
	}
	if joins {
		held, err := readBindings(tx, `WHERE b.team = $1 ORDER BY b.id`, t.ID)
		if err != nil {
			return err
		}
		for _, b := range held {
			if err := auth.Check(tx, "role.grant", b.Scope); err != nil {
				return err
			}
			if err := s.rights.Within(tx, b.Role, b.Scope); err != nil {
				return err
			}
		}
	}
	return nil
}

// SetTeam changes a team and its members. It needs team.edit; to let people join a team that holds roles it needs what
// Grant needs for these. It fails with errs.Conflict row.stale, with the team as it is now, against an older version,
// and with errs.Blocked team.closed.
func (s *Directory) SetTeam(ctx context.Context, ref string, c TeamChange) (out Team, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "team.edit", auth.Everywhere); err != nil {
			return err
		}
		t, err := auth.TeamByRef(tx, ref)
		if err != nil {
			return err
		}
		if err := field.Version(c.Version); err != nil {
			return err
		}
		if c.Version != t.Rev {
			return auth.Stale(tx, t, t.ChangedBy, t.ChangedAt)
		}
		next := t
		set(&next.Name, c.Name)
		set(&next.Text, c.Text)
		if c.Members != nil {
			if next.Members, err = membersByRef(tx, *c.Members); err != nil {
				return err
			}
		}
		if _, err := s.putTeam(tx, t, next); err != nil {
			return err
		}
		out, err = auth.TeamByRef(tx, string(t.ID))
		return err
	})
	return out, err
}

func (s *Directory) putTeam(tx *db.Tx, t, next Team) (bool, error) {
	next.Members = slices.Clone(next.Members)
	slices.Sort(next.Members)
	next.Members = slices.Compact(next.Members)
	had := slices.Sorted(slices.Values(t.Members))
	if t.Name == next.Name && t.Text == next.Text && slices.Equal(had, next.Members) {
		return false, nil
	}
	if t.Closed() {
		return false, errs.Blocked("team.closed", "The team %s is closed. Reopen it to change it or to let people join.", t.Name)
	}
	if err := validTeam(next); err != nil {
		return false, err
	}
	if err := updateTeam(tx, next, auth.Me(tx)); err != nil {
		return false, err
	}
	if err := s.setMembers(tx, t, next.Members); err != nil {
		return false, err
	}
	ledger.Append(tx, ledger.Entry{Action: TeamChanged, Subject: ledger.Subject{Kind: "team", ID: string(t.ID)},
		Payload: map[string]any{"name": next.Name, "members": orEmpty(next.Members), "membersBefore": orEmpty(had)}})
	if err := s.rights.Changed(tx); err != nil {
		return false, err
	}
	return true, lastAdministrator(tx)
}

// Team returns one team by identifier or key. It needs people.read and fails with errs.NotFound.
func (s *Directory) Team(ctx context.Context, ref string) (out Team, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := auth.CheckSeen(tx, "people.read", auth.Everywhere, "team"); err != nil {
			return err
		}
		out, err = auth.TeamByRef(tx, ref)
		return err
	})
	return out, err
}

// Teams returns a page of teams by key, and the key to go on after, "" at the end. It needs people.read.
func (s *Directory) Teams(ctx context.Context, f TeamFilter) (out []Team, next string, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "people.read", auth.Everywhere); err != nil {
			return err
		}
		n := bounded(f.Limit)
		if out, err = listTeams(tx, f, n+1); err != nil {
			return err
		}
		out, next = page(out, n, func(t Team) string { return t.Key })
		return nil
	})
	return out, next, err
}

// TeamsOf returns the teams a person is in, by key. It needs people.read.
func (s *Directory) TeamsOf(ctx context.Context, p id.Person) (out []Team, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "people.read", auth.Everywhere); err != nil {
			return err
		}
		out, err = teamsOf(tx, p)
		return err
	})
	return out, err
}
