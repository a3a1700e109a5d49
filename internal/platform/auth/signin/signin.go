package signin

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/auth/field"
	"slipway/internal/platform/auth/password"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// SignIn is a try to sign in with a password.
type SignIn struct {
	Login    string // e-mail address or key
	Password string
	Origin   credential.Origin
}

// SignIn opens a session for whoever gives the right password. It fails with errs.Unauthenticated, saying how many tries
// are left and never whether the account exists, and with errs.Throttled, saying the seconds to wait, after too many.
//
// An account that does not exist, is not active or has no password takes as long and writes as much as a wrong password.
// The hash is computed between two transactions and is made anew if its parameters are not today's.
func (s *Desk) SignIn(ctx context.Context, in SignIn) (credential.Opened, error) {
	in.Login = strings.TrimSpace(in.Login)
	if in.Login == "" || in.Password == "" || len(in.Login) > field.EmailMax || field.Printable(in.Login) != in.Login {
		return credential.Opened{}, errs.Invalid("auth.sign_in_incomplete", "Give your e-mail address and your password.").With(errs.Field{Name: "password", Reason: "auth.sign_in_incomplete", Msg: "Give your e-mail address and your password."})
	}
	all := buckets(in.Login, in.Origin.Address)
	var who auth.Person
	var hash string
	var left int64
	var wait error
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		who, hash, wait = auth.Person{}, "", nil
		if left, err = count(tx, all); errs.Is(err, errs.CodeThrottled) {
			wait = err // the counting stays
			return nil
		} else if err != nil {
			return err
		}
		who, hash, err = account(tx, in.Login)
		return err
	})
	if err == nil {
		err = wait
	}
	if err != nil {
		return credential.Opened{}, err
	}
	if len(in.Password) > 4*password.Max {
		in.Password = "" // longer than any can be: wrong, at the same cost
	}
	right, old, err := s.hasher.Verify(ctx, hash, in.Password)
	if err != nil {
		return credential.Opened{}, err
	}
	if !right {
		return credential.Opened{}, s.refused(ctx, who, left)
	}
	fresh := ""
	if old {
		if fresh, err = s.hasher.Hash(ctx, in.Password); err != nil {
			return credential.Opened{}, err
		}
	}
	var out credential.Opened
	err = s.db.Write(ledger.WithActor(ctx, ledger.Person(who.ID)), func(tx *db.Tx) error {
		if err := deleteOldTries(tx); err != nil {
			return err
		}
		if err := succeeded(tx, all); err != nil {
			return err
		}
		now, err := auth.PersonByID(tx, who.ID)
		if err != nil {
			return err
		}
		if !now.Active {
			return auth.Inactive()
		}
		if fresh != "" {
			if err := upgradePassword(tx, who.ID, hash, fresh); err != nil {
				return err
			}
		}
		out, err = s.keeper.Open(tx, who.ID, "password", in.Origin)
		return err
	})
	return out, err
}

// account finds who signs in and the hash of the password, "" for nobody who could.
func account(tx *db.Tx, login string) (auth.Person, string, error) {
	found, err := peopleByLogin(tx, login)
	if err != nil || len(found) == 0 {
		return auth.Person{}, "", err
	}
	p := found[0]
	hash, err := passwordOf(tx, p.ID)
	if errors.Is(err, db.ErrNone) || err == nil && !p.Active {
		return p, "", nil
	}
	return p, hash, err
}

func (s *Desk) refused(ctx context.Context, who auth.Person, left int64) error {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		subject := string(who.ID)
		if subject == "" {
			subject = "unknown"
		}
		ledger.Append(tx, ledger.Entry{Action: SessionRefused, Subject: ledger.Subject{Kind: "person", ID: subject},
			Payload: map[string]any{"left": left}})
		return nil
	})
	if err != nil {
		return err
	}
	msg := "That e-mail address and password do not match. No tries are left for now."
	switch {
	case left == 1:
		msg = "That e-mail address and password do not match. 1 try left."
	case left > 1:
		msg = "That e-mail address and password do not match. " + strconv.FormatInt(left, 10) + " tries left."
	}
	return errs.Unauthenticated("auth.sign_in_refused", "%s", msg).With(errs.Field{Name: "password", Reason: "auth.sign_in_refused", Msg: msg})
}

// SignInAs opens a session for a person without a password. It fails with errs.Forbidden unless the service was made for
// a demonstration.
func (s *Desk) SignInAs(ctx context.Context, person id.Person, from credential.Origin) (credential.Opened, error) {
	if !s.demo {
		return credential.Opened{}, errs.Forbidden("auth.demo_off", "Only the demonstration signs people in without a password.")
	}
	var out credential.Opened
	err := s.db.Write(ledger.WithActor(ctx, ledger.Person(person)), func(tx *db.Tx) error {
		p, err := auth.PersonByID(tx, person)
		if err != nil {
			return err
		}
		if !p.Active || p.Kind != auth.KindPerson {
			return auth.Inactive()
		}
		out, err = s.keeper.Open(tx, person, "demo", from)
		return err
	})
	return out, err
}

// DemoPeople returns whom SignInAs takes, with the role they are greeted by; none unless the service was made for a
// demonstration.
func (s *Desk) DemoPeople(ctx context.Context) (out []auth.Identity, err error) {
	if !s.demo {
		return nil, nil
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		out = nil
		everyone, err := auth.EachPerson(tx)
		if err != nil {
			return err
		}
		for _, p := range everyone {
			if !p.Active || p.Kind != auth.KindPerson {
				continue
			}
			i, err := s.rights.IdentityOf(tx, p.ID)
			if err != nil {
				return err
			}
			out = append(out, i)
		}
		return nil
	})
	return out, err
}

// ChangePassword sets the caller's password and ends the caller's other sessions; a token may ask as well as a session,
// since the old password proves who asks. It fails with errs.Invalid, naming the field, for a wrong old password (which
// counts as a try to sign in) and for a weak new one.
func (s *Desk) ChangePassword(ctx context.Context, old, fresh string, from credential.Origin) error {
	v, ok := auth.Viewer(ctx)
	if !ok {
		return auth.SignInRequired(ctx)
	}
	all := buckets(string(v.Person), from.Address)
	var who auth.Person
	var hash string
	var wait error
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		wait = nil
		if err := auth.Check(tx, "profile.edit", auth.Everywhere); err != nil {
			return err
		}
		if who, err = auth.PersonByID(tx, v.Person); err != nil {
			return err
		}
		if err := password.Check("password", fresh, who.Name, who.Key, who.Email); err != nil {
			return err
		}
		if _, err = count(tx, all); errs.Is(err, errs.CodeThrottled) {
			wait = err
			return nil
		} else if err != nil {
			return err
		}
		if hash, err = passwordOf(tx, v.Person); errors.Is(err, db.ErrNone) {
			hash, err = "", nil
		}
		return err
	})
	if err == nil {
		err = wait
	}
	if err != nil {
		return err
	}
	right, _, err := s.hasher.Verify(ctx, hash, old)
	if err != nil {
		return err
	}
	if !right {
		return errs.InvalidField("old", "password.wrong", "This is not your present password.")
	}
	made, err := s.hasher.Hash(ctx, fresh)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "profile.edit", auth.Everywhere); err != nil {
			return err
		}
		if err := succeeded(tx, all); err != nil {
			return err
		}
		return s.setPassword(tx, v.Person, made, v.Session)
	})
}

// setPassword stores a hash, ends the person's sessions but one, and records it.
func (s *Desk) setPassword(tx *db.Tx, p id.Person, hash string, but auth.SessionID) error {
	if err := putPassword(tx, p, hash); err != nil {
		return err
	}
	ledger.Append(tx, ledger.Entry{Action: PasswordChanged, Subject: ledger.Subject{Kind: "person", ID: string(p)}, Payload: map[string]any{}})
	_, err := s.keeper.CloseAll(tx, p, but)
	return err
}
