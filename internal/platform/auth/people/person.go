package people

import (
	"context"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/field"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// NewPerson is a person to add. Without a zone times are shown in the installation's; Locale and Kind have
// defaults: en-GB, auth.KindPerson.
type NewPerson struct {
	Key    string  `json:"key,omitempty" maxLength:"100" doc:"Made from the name if left out."`
	Name   string  `json:"name" maxLength:"200"`
	Email  string  `json:"email,omitempty" maxLength:"254" doc:"Somebody who signs in needs one; no two are the same."`
	Kind   string  `json:"kind,omitempty" enum:",person,service" doc:"person if left out; a service has tokens and no password."`
	Zone   string  `json:"zone,omitempty" maxLength:"60" doc:"An IANA zone; that of the installation if left out."`
	Locale string  `json:"locale,omitempty" maxLength:"35" doc:"en-GB if left out."`
	Grants []Grant `json:"grants,omitempty" maxItems:"100"`
}

// PersonChange is what to change of a person; nil leaves a thing as it is. Version is the one that was read.
type PersonChange struct {
	Name    *string `json:"name,omitempty" maxLength:"200"`
	Email   *string `json:"email,omitempty" maxLength:"254"`
	Zone    *string `json:"zone,omitempty" maxLength:"60" doc:"An IANA zone; empty for that of the installation."`
	Locale  *string `json:"locale,omitempty" maxLength:"35"`
	Theme   *string `json:"theme,omitempty" enum:",light,dark"`
	Keys    *bool   `json:"keys,omitempty"`
	Version int64   `json:"rev,omitempty" doc:"The version that was read; If-Match says the same."`
}

// Filter narrows a list. After is the key of the last person of the page before.
type Filter struct {
	Query    string // part of name, e-mail, key, or of a role's name
	Role     string
	Team     id.Team // or its key
	Kind     string
	Inactive bool // with those who are not active
	After    string
	Limit    int // 50 if 0, at most 200
}

func personEntry(tx *db.Tx, action string, p id.Person, payload map[string]any) {
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "person", ID: string(p)}, Payload: payload})
}

// AddPerson adds somebody, with roles that the caller may grant. It needs people.edit and fails with errs.Invalid, naming
// the fields, and with errs.Conflict person.exists if the key or the e-mail address is taken.
func (s *Directory) AddPerson(ctx context.Context, in NewPerson) (out Person, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "people.edit", auth.Everywhere); err != nil {
			return err
		}
		out, err = s.Add(tx, in)
		return err
	})
	return out, err
}

// Add adds somebody inside a transaction, as AddPerson does, without checking people.edit.
func (s *Directory) Add(tx *db.Tx, in NewPerson) (Person, error) {
	p := Person{
		ID: id.New[id.Person](), Key: in.Key, Name: in.Name, Email: in.Email, Kind: or1(in.Kind, auth.KindPerson), Active: true,
		Zone: in.Zone, Locale: or1(in.Locale, "en-GB"), Keys: true,
	}
	if p.Key == "" {
		p.Key = id.Keyed(p.Name)
	}
	if err := valid(p); err != nil {
		return Person{}, err
	}
	if err := free(tx, p); err != nil {
		return Person{}, err
	}
	if err := insertPerson(tx, p, auth.Me(tx)); err != nil {
		return Person{}, err
	}
	personEntry(tx, PersonAdded, p.ID, map[string]any{"kind": p.Kind})
	if err := s.rights.Changed(tx); err != nil {
		return Person{}, err
	}
	for _, g := range in.Grants {
		if _, err := s.Give(tx, Binding{Person: p.ID, Grant: g}); err != nil {
			return Person{}, err
		}
	}
	return auth.PersonByID(tx, p.ID)
}

func valid(p Person) error {
	kind := error(nil)
	if p.Kind != auth.KindPerson && p.Kind != auth.KindService {
		kind = errs.InvalidField("kind", "person.kind_unknown", "The kind is person or service.")
	}
	return field.Together(id.CheckKey("key", p.Key), field.Name("name", p.Name), field.Email("email", p.Email), kind,
		field.Zone("zone", p.Zone), field.Locale("locale", p.Locale), field.Theme("theme", p.Theme))
}

// free fails with errs.Conflict if somebody else has the key or the e-mail address.
func free(tx *db.Tx, p Person) error {
	taken := func(field, msg string) error {
		return errs.Conflict("person.exists", nil, "%s", msg).With(errs.Field{Name: field, Reason: "person.exists", Msg: msg})
	}
	switch other, err := auth.PersonByKey(tx, p.Key); {
	case err == nil && other.ID != p.ID:
		return taken("key", "There is somebody with the key "+p.Key+" already.")
	case err != nil && !errs.Is(err, errs.CodeNotFound):
		return err
	case p.Email == "":
		return nil
	}
	others, err := personByEmail(tx, p.Email)
	if err == nil && len(others) > 0 && others[0].ID != p.ID {
		err = taken("email", "There is somebody with this e-mail address already.")
	}
	return err
}

// Person returns one person by identifier or key. It needs people.read, except for oneself; the e-mail address is left
// out unless it is one's own or the caller may change people. It fails with errs.NotFound.
func (s *Directory) Person(ctx context.Context, ref string) (out Person, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := auth.CheckSeen(tx, "people.read", auth.Everywhere, "person"); err != nil {
			return err
		}
		if out, err = auth.PersonByRef(tx, ref); err != nil {
			return err
		}
		return discreet(tx, &out)
	})
	return out, err
}

// Me returns the caller as a person. It needs profile.read.
func (s *Directory) Me(ctx context.Context) (out Person, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "profile.read", auth.Everywhere); err != nil {
			return err
		}
		out, err = auth.PersonByID(tx, auth.Me(tx))
		return err
	})
	return out, err
}

// discreet leaves out the e-mail addresses that the caller has no business with.
func discreet(tx *db.Tx, people ...*Person) error {
	may, err := auth.Allowed(tx, "people.edit", auth.Everywhere)
	if err != nil || may {
		return err
	}
	for _, p := range people {
		if p.ID != auth.Me(tx) {
			p.Email = ""
		}
	}
	return nil
}

// People returns a page of people by key, and the key to go on after, "" at the end. It needs people.read.
func (s *Directory) People(ctx context.Context, f Filter) (out []Person, next string, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "people.read", auth.Everywhere); err != nil {
			return err
		}
		if f.Team != "" {
			team, err := auth.TeamByRef(tx, string(f.Team))
			if err != nil {
				return err
			}
			f.Team = team.ID
		}
		n := bounded(f.Limit)
		if out, err = listPeople(tx, f, n+1); err != nil {
			return err
		}
		out, next = page(out, n, func(p Person) string { return p.Key })
		all := make([]*Person, len(out))
		for i := range out {
			all[i] = &out[i]
		}
		return discreet(tx, all...)
	})
	return out, next, err
}

// SetPerson changes a person. It needs people.edit, and for the e-mail address, by which one signs in, every right that
// the person has. It fails with errs.Conflict row.stale, with the person as they are now, against an older version.
func (s *Directory) SetPerson(ctx context.Context, ref string, c PersonChange) (out Person, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "people.edit", auth.Everywhere); err != nil {
			return err
		}
		p, err := auth.PersonByRef(tx, ref)
		if err != nil {
			return err
		}
		if c.Email != nil && *c.Email != p.Email {
			if err := s.rights.Exceeds(tx, p.ID); err != nil {
				return err
			}
		}
		out, err = s.setPerson(tx, p, c)
		return err
	})
	return out, err
}

// SetProfile changes the caller's own settings: zone, locale, theme, keys. It needs profile.edit; name and e-mail address
// are changed by whoever may change people.
func (s *Directory) SetProfile(ctx context.Context, c PersonChange) (out Person, err error) {
	c.Name, c.Email = nil, nil
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "profile.edit", auth.Everywhere); err != nil {
			return err
		}
		p, err := auth.PersonByID(tx, auth.Me(tx))
		if err != nil {
			return err
		}
		out, err = s.setPerson(tx, p, c)
		return err
	})
	return out, err
}

func (s *Directory) setPerson(tx *db.Tx, p Person, c PersonChange) (Person, error) {
	if err := field.Version(c.Version); err != nil {
		return Person{}, err
	}
	if c.Version != p.Rev {
		return Person{}, auth.Stale(tx, p, p.ChangedBy, p.ChangedAt)
	}
	next := p
	set(&next.Name, c.Name)
	set(&next.Email, c.Email)
	set(&next.Zone, c.Zone)
	set(&next.Locale, c.Locale)
	set(&next.Theme, c.Theme)
	set(&next.Keys, c.Keys)
	if _, err := s.putPerson(tx, p, next); err != nil {
		return Person{}, err
	}
	return auth.PersonByID(tx, p.ID)
}

func set[T any](dst *T, v *T) {
	if v != nil {
		*dst = *v
	}
}

// putPerson stores what differs and records which members changed, without their values where these name a person.
func (s *Directory) putPerson(tx *db.Tx, p, next Person) (bool, error) {
	changed := []string{}
	for _, x := range []struct {
		name string
		same bool
	}{
		{"name", p.Name == next.Name}, {"email", p.Email == next.Email}, {"kind", p.Kind == next.Kind}, {"active", p.Active == next.Active},
		{"zone", p.Zone == next.Zone}, {"locale", p.Locale == next.Locale}, {"theme", p.Theme == next.Theme}, {"keys", p.Keys == next.Keys},
	} {
		if !x.same {
			changed = append(changed, x.name)
		}
	}
	if len(changed) == 0 {
		return false, nil
	}
	if p.Erased {
		return false, errs.Blocked("person.erased", "This person was erased. Add them anew.")
	}
	if err := valid(next); err != nil {
		return false, err
	}
	if err := free(tx, next); err != nil {
		return false, err
	}
	if err := updatePerson(tx, next, auth.Me(tx)); err != nil {
		return false, err
	}
	if err := putContact(tx, next); err != nil {
		return false, err
	}
	personEntry(tx, PersonChanged, p.ID, map[string]any{"changed": changed})
	return true, s.rights.Changed(tx)
}

// Deactivate stops a person from acting: sessions end, tokens are revoked, roles stay but do not count. It needs
// people.edit and every right that the person has, and fails with errs.Blocked auth.last_administrator if nobody would be
// left who is administrator everywhere.
func (s *Directory) Deactivate(ctx context.Context, ref string) (out Person, err error) {
	return s.activity(ctx, ref, false)
}

// Reactivate lets a person act again. Tokens stay revoked. It needs people.edit and every right that the person has.
func (s *Directory) Reactivate(ctx context.Context, ref string) (out Person, err error) {
	return s.activity(ctx, ref, true)
}

func (s *Directory) activity(ctx context.Context, ref string, active bool) (out Person, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "people.edit", auth.Everywhere); err != nil {
			return err
		}
		p, err := auth.PersonByRef(tx, ref)
		if err != nil {
			return err
		}
		if p.Active == active {
			out = p
			return nil
		}
		if p.Erased {
			return errs.Blocked("person.erased", "This person was erased. Add them anew.")
		}
		if err := s.rights.Exceeds(tx, p.ID); err != nil {
			return err
		}
		if err := s.setActive(tx, p, active); err != nil {
			return err
		}
		out, err = auth.PersonByID(tx, p.ID)
		return err
	})
	return out, err
}

func (s *Directory) setActive(tx *db.Tx, p Person, active bool) error {
	p.Active = active
	if err := updatePerson(tx, p, auth.Me(tx)); err != nil {
		return err
	}
	if active {
		personEntry(tx, PersonReactivated, p.ID, map[string]any{})
		return s.rights.Changed(tx)
	}
	tokens, err := s.keeper.RevokeAll(tx, p.ID)
	if err != nil {
		return err
	}
	personEntry(tx, PersonDeactivated, p.ID, map[string]any{"tokensRevoked": tokens})
	if _, err := s.keeper.CloseAll(tx, p.ID, ""); err != nil {
		return err
	}
	if err := s.rights.Changed(tx); err != nil {
		return err
	}
	return lastAdministrator(tx)
}

// Erase deactivates a person for good and removes what names them: name, e-mail address, password, teams, roles. The row
// and the ledger's references to it stay, under a key that names nobody. It needs what Deactivate needs.
func (s *Directory) Erase(ctx context.Context, ref string) (out Person, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "people.edit", auth.Everywhere); err != nil {
			return err
		}
		p, err := auth.PersonByRef(tx, ref)
		if err != nil {
			return err
		}
		if p.Erased {
			out = p
			return nil
		}
		if err := s.rights.Exceeds(tx, p.ID); err != nil {
			return err
		}
		if p.Active {
			if err := s.setActive(tx, p, false); err != nil {
				return err
			}
		}
		if err := erasePerson(tx, p, "erased-"+string(p.ID[len(p.ID)-12:])); err != nil {
			return err
		}
		personEntry(tx, PersonErased, p.ID, map[string]any{})
		if err := s.rights.Changed(tx); err != nil {
			return err
		}
		out, err = auth.PersonByID(tx, p.ID)
		return err
	})
	return out, err
}

func or1(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}
