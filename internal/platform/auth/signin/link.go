package signin

import (
	"context"
	"errors"
	"time"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/auth/field"
	"slipway/internal/platform/auth/password"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/auth/secret"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// How long links that work once are good for.
const (
	FirstRunLife = 24 * time.Hour
	InviteLife   = 7 * 24 * time.Hour
)

const (
	forFirstRun = "first-run"
	forPassword = "password"
)

// Started is what a start found out about who can sign in.
type Started struct {
	// FirstRun is the path of the one-time link, "" once somebody exists. It is a secret: it is printed for whoever starts
	// Slipway and goes into no log.
	FirstRun string
	// Administrator is the service person that was made for the given token, "" if none was.
	Administrator id.Person
}

// Start is called once when the server starts. While nobody exists it makes the first-run link, in place of an older one,
// or, if token is not empty, a service person "admin" who is administrator and has that token. Later the token is not
// looked at. It fails with errs.Invalid for a token that is too short or has characters that no header carries.
func (s *Desk) Start(ctx context.Context, token string) (out Started, err error) {
	if token != "" && !secret.IsToken(token) {
		return out, errs.InvalidField("SLIPWAY_ADMIN_TOKEN", "token.malformed",
			"The administrator's token must have %d to %d letters, digits and characters of -._~+/=.", secret.ChosenMin, secret.ChosenMax)
	}
	text := secret.New()
	err = s.db.Write(auth.WithSystem(ctx), func(tx *db.Tx) error {
		out = Started{}
		some, err := anyPerson(tx)
		if err != nil || some {
			return err
		}
		if token == "" {
			out.FirstRun = "/first-run/" + text
			h := secret.Digest(text)
			return putLink(tx, h[:], forFirstRun, "", tx.Now.Add(FirstRunLife))
		}
		p, err := s.people.Add(tx, people.NewPerson{Key: "admin", Name: "Administrator", Kind: auth.KindService, Grants: []auth.Grant{{Role: auth.RoleAdministrator}}})
		if err != nil {
			return err
		}
		out.Administrator = p.ID
		_, err = s.keeper.Make(tx, credential.NewToken{Owner: p.ID, Name: "SLIPWAY_ADMIN_TOKEN", Roles: []string{auth.RoleAdministrator}, Expires: tx.Now.Add(credential.TokenLifeMax)}, token)
		return err
	})
	return out, err
}

func linkGone() *errs.Error {
	return errs.NotFound("auth.link_unknown", "This link was used, has expired, or was replaced by a newer one.")
}

// FirstRunOpen fails with errs.NotFound unless the link can still be used.
func (s *Desk) FirstRunOpen(ctx context.Context, text string) error {
	_, err := s.linked(ctx, text, forFirstRun)
	return err
}

func (s *Desk) linked(ctx context.Context, text, purpose string) (who auth.Person, err error) {
	if !secret.IsSecret(text) {
		return who, linkGone()
	}
	h := secret.Digest(text)
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		p, err := linkPerson(tx, h[:], purpose)
		if errors.Is(err, db.ErrNone) {
			return linkGone()
		}
		if err != nil {
			return err
		}
		if purpose == forFirstRun {
			some, err := anyPerson(tx)
			if err == nil && some {
				err = linkGone()
			}
			return err
		}
		who, err = auth.PersonByID(tx, p)
		return err
	})
	return who, err
}

// FirstAdministrator is who the first-run page makes.
type FirstAdministrator struct {
	Name, Email, Password, Zone string
	Origin                      credential.Origin
}

// FirstRun makes the first administrator and signs them in. The link is used up. It fails with errs.NotFound for a link
// that does not work any more, and with errs.Invalid, naming the fields.
func (s *Desk) FirstRun(ctx context.Context, text string, in FirstAdministrator) (out credential.Opened, err error) {
	if err := s.FirstRunOpen(ctx, text); err != nil {
		return out, err
	}
	email := field.Email("email", in.Email)
	if in.Email == "" {
		email = errs.InvalidField("email", "email.missing", "You sign in by your e-mail address.")
	}
	p := people.NewPerson{Key: id.Keyed(in.Name), Name: in.Name, Email: in.Email, Zone: in.Zone, Grants: []auth.Grant{{Role: auth.RoleAdministrator}}}
	if p.Key == "" {
		p.Key = "administrator"
	}
	if err := field.Together(field.Name("name", in.Name), email, field.Zone("zone", p.Zone), password.Check("password", in.Password, in.Name, in.Email)); err != nil {
		return out, err
	}
	hash, err := s.hasher.Hash(ctx, in.Password)
	if err != nil {
		return out, err
	}
	h := secret.Digest(text)
	err = s.db.Write(auth.WithSystem(ctx), func(tx *db.Tx) error {
		some, err := anyPerson(tx)
		if err != nil {
			return err
		}
		used, err := s.use(tx, h[:], forFirstRun)
		if err != nil {
			return err
		}
		if some || used != "" {
			return linkGone()
		}
		made, err := s.people.Add(tx, p)
		if err != nil {
			return err
		}
		if err := s.setPassword(tx, made.ID, hash, ""); err != nil {
			return err
		}
		out, err = s.keeper.Open(tx, made.ID, "link", in.Origin)
		return err
	})
	return out, err
}

// use takes a link away and returns whom it was for.
func (s *Desk) use(tx *db.Tx, hash []byte, purpose string) (id.Person, error) {
	p, err := linkPerson(tx, hash, purpose)
	if errors.Is(err, db.ErrNone) {
		return "", linkGone()
	}
	if err != nil {
		return "", err
	}
	_, err = deleteLink(tx, hash)
	return p, err
}

// Invite makes a link by which a person sets a password and is signed in, once, within InviteLife; an older one stops
// working. It serves an invitation and a forgotten password alike. It needs people.edit and every right that the person
// has, and fails with errs.Blocked for somebody who cannot sign in. The path is a secret for that person alone.
func (s *Desk) Invite(ctx context.Context, ref string) (path string, expires db.Time, err error) {
	text := secret.New()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "people.edit", auth.Everywhere); err != nil {
			return err
		}
		p, err := auth.PersonByRef(tx, ref)
		if err != nil {
			return err
		}
		switch {
		case !p.Active:
			return errs.Blocked("person.inactive", "%s is not active. Reactivate them first.", p.Name)
		case p.Kind != auth.KindPerson:
			return errs.Blocked("person.kind", "%s is a service and has tokens, not a password.", p.Name)
		}
		if err := s.rights.Exceeds(tx, p.ID); err != nil {
			return err
		}
		expires = tx.Now.Add(InviteLife)
		h := secret.Digest(text)
		ledger.Append(tx, ledger.Entry{Action: PersonInvited, Subject: ledger.Subject{Kind: "person", ID: string(p.ID)}, Payload: map[string]any{"until": expires}})
		return putLink(tx, h[:], forPassword, p.ID, expires)
	})
	if err != nil {
		return "", 0, err
	}
	return "/invitation/" + text, expires, nil
}

// Invited returns whom a link is for. It fails with errs.NotFound unless the link can still be used.
func (s *Desk) Invited(ctx context.Context, text string) (auth.Person, error) {
	return s.linked(ctx, text, forPassword)
}

// AcceptInvitation sets the password of whom the link is for and signs them in; their other sessions end. The link is used
// up. It fails with errs.NotFound for a link that does not work any more and with errs.Invalid for a weak password.
func (s *Desk) AcceptInvitation(ctx context.Context, text, fresh string, from credential.Origin) (out credential.Opened, err error) {
	who, err := s.Invited(ctx, text)
	if err != nil {
		return out, err
	}
	if err := password.Check("password", fresh, who.Name, who.Key, who.Email); err != nil {
		return out, err
	}
	hash, err := s.hasher.Hash(ctx, fresh)
	if err != nil {
		return out, err
	}
	h := secret.Digest(text)
	err = s.db.Write(ledger.WithActor(ctx, ledger.Person(who.ID)), func(tx *db.Tx) error {
		p, err := s.use(tx, h[:], forPassword)
		if err != nil {
			return err
		}
		now, err := auth.PersonByID(tx, p)
		if err != nil {
			return err
		}
		if p != who.ID || !now.Active {
			return linkGone()
		}
		if err := s.setPassword(tx, p, hash, ""); err != nil {
			return err
		}
		out, err = s.keeper.Open(tx, p, "link", from)
		return err
	})
	return out, err
}
