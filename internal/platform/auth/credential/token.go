package credential

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/field"
	"slipway/internal/platform/auth/secret"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Token is a credential for programs. It may do what its roles and permissions carry, within its scopes, and never more
// than its owner may at that moment.
type Token struct {
	ID          id.Token     `json:"id"`
	Owner       id.Person    `json:"owner"`
	Name        string       `json:"name"`
	Prefix      string       `json:"prefix" doc:"The beginning of the token, to recognise it by."`
	Roles       []string     `json:"roles"`
	Permissions []string     `json:"permissions"`
	Scopes      []auth.Scope `json:"scopes" doc:"Where it may act; none: wherever its owner may."`
	MadeAt      db.Time      `json:"madeAt"`
	MadeBy      id.Person    `json:"madeBy,omitempty"`
	ExpiresAt   db.Time      `json:"expiresAt"`
	UsedAt      db.Time      `json:"usedAt,omitzero" doc:"To five minutes."`
	RevokedAt   db.Time      `json:"revokedAt,omitzero"`
}

// NewToken is a token to make. At least one role or permission is needed.
type NewToken struct {
	Owner       id.Person    `json:"owner,omitempty" maxLength:"100" doc:"Key or identifier of a person; the caller if left out."`
	Name        string       `json:"name" maxLength:"200"`
	Roles       []string     `json:"roles,omitempty" maxItems:"50"`
	Permissions []string     `json:"permissions,omitempty" maxItems:"200"`
	Scopes      []auth.Scope `json:"scopes,omitempty" maxItems:"200" doc:"Where it may act, such as product/<identifier>; wherever its owner may if left out."`
	Expires     db.Time      `json:"expires,omitzero" doc:"In 90 days if left out, in 366 at most."`
}

// How long tokens live.
const (
	TokenLife    = 90 * 24 * time.Hour
	TokenLifeMax = 366 * 24 * time.Hour
)

// TokenFilter narrows a list. After is the identifier of the last token of the page before.
type TokenFilter struct {
	Owner id.Person // or a key; the caller if empty, unless All
	All   bool      // of everyone; needs token.manage
	Ended bool      // with revoked and expired ones
	After id.Token
	Limit int // 50 if 0, at most 200
}

// MakeToken makes a token and returns its secret, which nobody can see again. It needs token.make, and token.manage for
// another owner. Whoever makes a token for another, or with a token, must have all that it carries. It fails with
// errs.Invalid, naming the fields.
func (s *Keeper) MakeToken(ctx context.Context, in NewToken) (out Token, text string, err error) {
	text = secret.NewToken()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		v, ok := auth.Viewer(tx.Context())
		if in.Owner == "" {
			in.Owner = v.Person
		} else {
			p, err := auth.PersonByRef(tx, string(in.Owner))
			if errs.Is(err, errs.CodeNotFound) {
				return errs.InvalidField("owner", "person.unknown", "There is no active person %.60q.", in.Owner)
			}
			if err != nil {
				return err
			}
			in.Owner = p.ID
		}
		if err := mayMake(tx); err != nil {
			return err
		}
		if in.Owner != v.Person {
			if err := auth.Check(tx, "token.manage", auth.Everywhere); err != nil {
				return err
			}
		}
		if err := s.validToken(tx, &in); err != nil {
			return err
		}
		if in.Owner != v.Person || ok && v.Token != "" {
			if err := s.covers(tx, in); err != nil {
				return err
			}
		}
		out, err = s.Make(tx, in, text)
		return err
	})
	if err != nil {
		return Token{}, "", err
	}
	return out, text, nil
}

// mayMake checks token.make. Rights on one product are enough for a token of one's own.
func mayMake(tx *db.Tx) error {
	err := auth.Check(tx, "token.make", auth.Everywhere)
	if !errs.Is(err, errs.CodeForbidden) {
		return err
	}
	if _, scopes, serr := auth.Scopes(tx, "token.make"); serr != nil || len(scopes) == 0 {
		return errors.Join(serr, err)
	}
	return nil
}

// lifetime refuses an end in the past or too far away.
func lifetime(tx *db.Tx, expires db.Time) error {
	switch {
	case !expires.After(tx.Now):
		return errs.InvalidField("expires", "token.expires", "A token must expire in the future.")
	case expires.After(tx.Now.Add(TokenLifeMax)):
		return errs.InvalidField("expires", "token.expires", "A token lives at most %d days.", int(TokenLifeMax.Hours()/24))
	}
	return nil
}

func (s *Keeper) validToken(tx *db.Tx, in *NewToken) error {
	if in.Expires.IsZero() {
		in.Expires = tx.Now.Add(TokenLife)
	}
	var carries, scopes, roles error
	if len(in.Roles)+len(in.Permissions) == 0 {
		carries = errs.InvalidField("roles", "token.carries_nothing", "A token needs at least one role or permission.")
	}
	for i, sc := range in.Scopes {
		if err := sc.Check(fmt.Sprintf("scopes[%d]", i)); err != nil {
			scopes = err
		} else if sc == auth.Everywhere {
			scopes = errs.InvalidField(fmt.Sprintf("scopes[%d]", i), "scope.malformed", "Leave scopes out for everywhere.")
		}
	}
	for i, r := range in.Roles {
		if _, err := auth.RoleByKey(tx, r); errs.Is(err, errs.CodeNotFound) {
			roles = errs.InvalidField(fmt.Sprintf("roles[%d]", i), "role.unknown", "There is no role %.60q.", r)
		} else if err != nil {
			return err
		}
	}
	if err := field.Together(field.Name("name", in.Name), carries, roles, s.rights.Catalog().Check("permissions", in.Permissions), scopes, lifetime(tx, in.Expires)); err != nil {
		return err
	}
	owner, err := auth.PersonByID(tx, in.Owner)
	if errs.Is(err, errs.CodeNotFound) || err == nil && !owner.Active {
		return errs.InvalidField("owner", "person.unknown", "There is no active person like this.")
	}
	return err
}

// covers fails with errs.Forbidden unless the caller has all that the token carries, wherever it does.
func (s *Keeper) covers(tx *db.Tx, in NewToken) error {
	scopes := in.Scopes
	if len(scopes) == 0 {
		scopes = []auth.Scope{auth.Everywhere}
	}
	for _, sc := range scopes {
		for _, r := range in.Roles {
			if err := s.rights.Within(tx, r, sc); err != nil {
				return err
			}
		}
		for _, p := range in.Permissions {
			if err := auth.Check(tx, p, sc); err != nil {
				return err
			}
		}
	}
	return nil
}

// Make stores a token with a secret that the caller brings, unchecked. It serves the start of the server.
func (s *Keeper) Make(tx *db.Tx, in NewToken, text string) (Token, error) {
	t := Token{
		ID: id.New[id.Token](), Owner: in.Owner, Name: in.Name, Prefix: secret.Shown(text), Roles: compact(in.Roles),
		Permissions: compact(in.Permissions), Scopes: compact(in.Scopes), MadeAt: tx.Now, MadeBy: auth.Me(tx), ExpiresAt: in.Expires,
	}
	h := secret.Digest(text)
	if err := insertToken(tx, t, h[:]); err != nil {
		return Token{}, err
	}
	ledger.Append(tx, ledger.Entry{Action: TokenMade, Subject: ledger.Subject{Kind: "token", ID: string(t.ID)}, Payload: map[string]any{
		"owner": t.Owner, "name": t.Name, "roles": t.Roles, "permissions": t.Permissions, "scopes": t.Scopes, "expires": t.ExpiresAt,
	}})
	return t, nil
}

// RevokeToken ends a token at once: one's own, or another's with token.manage, by identifier or by name as Token finds it.
// It fails as Token does; one that is revoked already stays as it is.
func (s *Keeper) RevokeToken(ctx context.Context, which id.Token) (out Token, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "token.revoke", auth.Everywhere); err != nil {
			return err
		}
		t, err := s.seenToken(tx, which)
		if err != nil {
			return err
		}
		if out = t; !t.RevokedAt.IsZero() {
			return nil
		}
		if err := revokeToken(tx, t.ID, auth.Me(tx)); err != nil {
			return err
		}
		ledger.Append(tx, ledger.Entry{Action: TokenRevoked, Subject: ledger.Subject{Kind: "token", ID: string(t.ID)}, Payload: map[string]any{"owner": t.Owner}})
		out.RevokedAt = tx.Now
		return s.rights.Changed(tx)
	})
	return out, err
}

func (s *Keeper) seenToken(tx *db.Tx, which id.Token) (Token, error) {
	if !id.Is(string(which)) {
		return namedToken(tx, string(which))
	}
	t, err := tokenBy(tx, which)
	if errors.Is(err, db.ErrNone) {
		return Token{}, auth.Unseen("token")
	}
	if err != nil {
		return Token{}, err
	}
	if t.Owner != auth.Me(tx) {
		if ok, err := auth.Allowed(tx, "token.manage", auth.Everywhere); err != nil || !ok {
			return Token{}, unseen(err, "token")
		}
	}
	return t, nil
}

// namedToken returns the only living token of a name: among the caller's, or everybody's with token.manage.
func namedToken(tx *db.Tx, name string) (Token, error) {
	owner := auth.Me(tx)
	switch all, err := auth.Allowed(tx, "token.manage", auth.Everywhere); {
	case err != nil:
		return Token{}, err
	case all:
		owner = ""
	case owner == "":
		return Token{}, auth.Unseen("token")
	}
	found, err := livingTokens(tx, name, owner)
	switch {
	case err != nil:
		return Token{}, err
	case len(found) == 0:
		return Token{}, auth.Unseen("token")
	case len(found) > 1:
		return Token{}, errs.Conflict("token.ambiguous", nil, "More than one living token has the name %.60q. Give the identifier, which the list of tokens shows.", name)
	}
	return found[0], nil
}

// Token returns one token: one's own, or another's with token.manage. It is named by identifier, or by its name if exactly
// one living token has it, of the caller's or with token.manage of everybody's. It fails with errs.NotFound, and with
// errs.Conflict token.ambiguous if several have the name.
func (s *Keeper) Token(ctx context.Context, which id.Token) (out Token, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "token.read", auth.Everywhere); err != nil {
			return err
		}
		out, err = s.seenToken(tx, which)
		return err
	})
	return out, err
}

// Tokens returns a page of tokens in the order they were made, and where to go on, "" at the end. Those of others need
// token.manage.
func (s *Keeper) Tokens(ctx context.Context, f TokenFilter) (out []Token, next string, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if f.Owner != "" {
			p, err := auth.PersonByRef(tx, string(f.Owner))
			if err != nil {
				return err
			}
			f.Owner = p.ID
		}
		if f.All {
			if err := auth.Check(tx, "token.read", auth.Everywhere); err != nil {
				return err
			}
			if err := auth.Check(tx, "token.manage", auth.Everywhere); err != nil {
				return err
			}
		} else if f.Owner, err = auth.Own(tx, "token.read", f.Owner, "token.manage"); err != nil {
			return err
		}
		n := bounded(f.Limit)
		if out, err = listTokens(tx, f, n+1); err != nil {
			return err
		}
		if next = ""; len(out) > n {
			out, next = out[:n], string(out[n-1].ID)
		}
		return nil
	})
	return out, next, err
}

// RevokeAll revokes all tokens of a person and returns which. It checks no permission and leaves it to the caller to record
// and to say that rights changed.
func (s *Keeper) RevokeAll(tx *db.Tx, owner id.Person) ([]id.Token, error) {
	out, err := revokeTokensOf(tx, owner, auth.Me(tx))
	if out == nil {
		out = []id.Token{}
	}
	return out, err
}

// compact returns the list in order, each once; never nil.
func compact[T ~string](list []T) []T {
	out := append([]T{}, list...)
	slices.Sort(out)
	return slices.Compact(out)
}

const (
	limitDefault = 50
	limitMax     = 200
)

func bounded(limit int) int {
	if limit <= 0 {
		return limitDefault
	}
	return min(limit, limitMax)
}
