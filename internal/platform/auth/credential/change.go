package credential

import (
	"context"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/field"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// TokenChange is what to change of a token; nil leaves a thing as it is. What a token carries does not change.
type TokenChange struct {
	Name    *string  `json:"name,omitempty" maxLength:"200"`
	Expires *db.Time `json:"expires,omitempty" doc:"In 366 days at most."`
}

// SetToken renames a token or moves its end: one's own, or another's with token.manage, named as Token takes it. It needs
// token.make, and whoever extends another's, or with a token, must have all that it carries. It fails as Token does, with
// errs.Invalid, naming the fields, and with errs.Blocked token.ended for one that was revoked or has expired.
func (s *Keeper) SetToken(ctx context.Context, which id.Token, c TokenChange) (out Token, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := mayMake(tx); err != nil {
			return err
		}
		t, err := s.seenToken(tx, which)
		if err != nil {
			return err
		}
		out, err = s.setToken(tx, t, c)
		return err
	})
	return out, err
}

func (s *Keeper) setToken(tx *db.Tx, t Token, c TokenChange) (Token, error) {
	if err := living(tx, t); err != nil {
		return t, err
	}
	next := t
	var name, expires error
	if c.Name != nil {
		next.Name, name = *c.Name, field.Name("name", *c.Name)
	}
	if c.Expires != nil {
		next.ExpiresAt, expires = *c.Expires, lifetime(tx, *c.Expires)
	}
	if err := field.Together(name, expires); err != nil {
		return t, err
	}
	if next.Name == t.Name && next.ExpiresAt == t.ExpiresAt {
		return t, nil
	}
	if v, _ := auth.Viewer(tx.Context()); next.ExpiresAt.After(t.ExpiresAt) && (t.Owner != v.Person || v.Token != "") {
		if err := s.covers(tx, NewToken{Roles: t.Roles, Permissions: t.Permissions, Scopes: t.Scopes}); err != nil {
			return t, err
		}
	}
	if err := updateToken(tx, next); err != nil {
		return t, err
	}
	said := func(t Token) map[string]any { return map[string]any{"name": t.Name, "expires": t.ExpiresAt} }
	ledger.Append(tx, ledger.Entry{Action: TokenChanged, Subject: ledger.Subject{Kind: "token", ID: string(t.ID)},
		Payload: map[string]any{"owner": t.Owner, "before": said(t), "after": said(next)}})
	return next, s.rights.Changed(tx) // what is remembered of a token says when it ends
}

// living fails with errs.Blocked token.ended for a token that was revoked or has expired.
func living(tx *db.Tx, t Token) error {
	switch {
	case !t.RevokedAt.IsZero():
		return errs.Blocked("token.ended", "The token %s was revoked at %s and stays so. Make a new one.", t.Name, t.RevokedAt)
	case !t.ExpiresAt.After(tx.Now):
		return errs.Blocked("token.ended", "The token %s expired at %s and stays so. Make a new one.", t.Name, t.ExpiresAt)
	}
	return nil
}
