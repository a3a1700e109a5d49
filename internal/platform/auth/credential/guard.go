package credential

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/column"
	"slipway/internal/platform/auth/secret"
	"slipway/internal/platform/db"
	"slipway/internal/platform/httpx"
)

// CookieName is the name of the session cookie; over encrypted connections it travels with the prefix __Host-.
const CookieName = "slipway"

// touchEvery is how coarse "last used" is: a credential in use is written down once in so long.
const touchEvery = 5 * time.Minute

// known is a credential that was read, with what ends it.
type known struct {
	identity auth.Identity
	expires  db.Time
	idle     time.Duration // 0: does not matter
	seen     atomic.Int64  // a db.Time
}

// Guard returns what the doors for operations and pages ask about a caller.
func (s *Keeper) Guard() httpx.Guard {
	return httpx.Guard{
		Identify: s.Identify,
		Demand:   auth.Demand,
		Declared: func(permission string) bool {
			_, ok := s.rights.Catalog().Permission(permission)
			return ok
		},
		Actor: func(ctx context.Context) string {
			v, ok := auth.Viewer(ctx)
			switch {
			case !ok:
				return ""
			case v.Token != "":
				return "token:" + string(v.Token)
			}
			return "person:" + string(v.Person)
		},
	}
}

// Identify returns the request's context with the caller in it. A bearer token counts before a cookie, and a cookie is not
// looked at when the header Authorization is there. A token that is malformed, unknown, expired or revoked, or whose owner
// is not active, fails with errs.Unauthenticated and the reason; so does a session that has ended, while a request
// without a credential is nobody's.
//
// It costs nothing but memory on SQLite once the credential was read, one statement on PostgreSQL that all who come
// meanwhile share, and every touchEvery a write of when it was used.
func (s *Keeper) Identify(r *http.Request) (context.Context, error) {
	ctx := r.Context()
	if header := r.Header.Values("Authorization"); len(header) > 0 {
		token, ok := secret.ParseBearer(header[0])
		if !ok || len(header) > 1 {
			return s.rights.WithNobody(ctx, nil), errs.Unauthenticated("auth.header_malformed", "The header Authorization must be Bearer, a space, and a token.")
		}
		return s.admit(ctx, token, s.readToken)
	}
	c, err := r.Cookie(cookieName(ctx))
	if err != nil || c.Value == "" {
		return s.rights.WithNobody(ctx, nil), nil //nolint:nilerr // without a cookie nobody has signed in, which is no fault
	}
	if !secret.IsSecret(c.Value) {
		why := sessionEnded()
		return s.rights.WithNobody(ctx, why), why
	}
	return s.admit(ctx, c.Value, s.readSession)
}

// Middleware puts the caller into the context of requests to handlers that have no other door. A credential that does not
// hold is answered with 401 and the reason.
func (s *Keeper) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, err := s.Identify(r)
		if err != nil {
			httpx.WriteProblem(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func cookieName(ctx context.Context) string {
	if httpx.Secure(ctx) {
		return "__Host-" + CookieName
	}
	return CookieName
}

func sessionEnded() *errs.Error {
	return errs.Unauthenticated("auth.session_ended", "Your session has ended. Sign in again.")
}

func (s *Keeper) admit(ctx context.Context, text string, read func(tx *db.Tx, hash []byte) (*known, error)) (context.Context, error) {
	h := secret.Digest(text)
	k, err := s.credential(ctx, h, read, false)
	if err == nil {
		err = s.alive(ctx, k)
		if errs.ReasonOf(err) == "auth.session_ended" { // another replica may have seen it in use
			if k, err = s.credential(ctx, h, read, true); err == nil {
				err = s.alive(ctx, k)
			}
		}
	}
	if err != nil {
		if e := errs.As(err); e.Code == errs.CodeUnauthenticated {
			return s.rights.WithNobody(ctx, e), e
		}
		return s.rights.WithNobody(ctx, nil), err
	}
	return auth.WithIdentity(ctx, k.identity), nil
}

func (s *Keeper) credential(ctx context.Context, h [32]byte, read func(tx *db.Tx, hash []byte) (*known, error), again bool) (k *known, err error) {
	if !again {
		v, err := s.version(ctx)
		if err != nil {
			return nil, err
		}
		if k := s.memory.get(v, h); k != nil {
			return k, nil
		}
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		v, err := auth.Version(tx)
		if err != nil {
			return err
		}
		if k = s.memory.get(v, h); k != nil && !again {
			return nil
		}
		if k, err = read(tx, h[:]); err != nil {
			return err
		}
		s.memory.keep(v, h, k)
		return nil
	})
	return k, err
}

// version returns the version of rights as it was committed when version was called, or later. On PostgreSQL it costs a
// statement that all who ask meanwhile share.
func (s *Keeper) version(ctx context.Context) (int64, error) {
	if s.db.Engine() == db.SQLite {
		return s.rights.Remembered(), nil
	}
	v := new(int64)
	err := s.versions.Do(ctx, v)
	if err != nil {
		return 0, err
	}
	return *v, nil
}

func (s *Keeper) readVersion(ctx context.Context, waiting []*int64) error {
	return s.db.Read(ctx, func(tx *db.Tx) error {
		v, err := auth.Version(tx)
		for _, w := range waiting {
			*w = v
		}
		return err
	})
}

// alive judges what time decides, and writes down that the credential is used.
func (s *Keeper) alive(ctx context.Context, k *known) error {
	now := db.At(s.db.Clock().Now())
	seen := db.Time(k.seen.Load())
	token := k.identity.Token != ""
	switch {
	case !now.Before(k.expires) && token:
		return errs.Unauthenticated("auth.token_expired", "The token %s expired at %s. Make a new one.", k.identity.TokenName, k.expires)
	case !now.Before(k.expires), k.idle > 0 && now.Sub(seen) >= k.idle:
		return sessionEnded()
	case now.Sub(seen) < touchEvery || !k.seen.CompareAndSwap(int64(seen), int64(now)):
		return nil
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := touchPerson(tx, k.identity.Person); err != nil {
			return err
		}
		if token {
			return touchToken(tx, k.identity.Token)
		}
		return touchSession(tx, k.identity.Session)
	})
	if err != nil && ctx.Err() == nil {
		k.seen.CompareAndSwap(int64(now), int64(seen))
	}
	return nil // that a credential cannot be touched is no reason to refuse it
}

func (s *Keeper) readToken(tx *db.Tx, hash []byte) (*known, error) {
	r, err := identityByToken(tx, hash)
	switch {
	case errors.Is(err, db.ErrNone):
		return nil, errs.Unauthenticated("auth.token_unknown", "This token is not known here. Check that it is whole and for this server.")
	case err != nil:
		return nil, err
	case !r.RevokedAt.IsZero():
		return nil, errs.Unauthenticated("auth.token_revoked", "The token %s was revoked at %s.", r.TokenName, r.RevokedAt)
	case !r.Active:
		return nil, auth.Inactive()
	}
	i := s.rights.Identity(r.IdentityRow).Limited(id.Token(r.Credential), r.TokenName, auth.Limits{
		Roles: column.Words[string](r.Roles), Permissions: column.Words[string](r.Permissions), Scopes: column.Words[auth.Scope](r.Scopes),
	})
	k := &known{identity: i, expires: r.ExpiresAt}
	k.seen.Store(int64(r.SeenAt))
	return k, nil
}

func (s *Keeper) readSession(tx *db.Tx, hash []byte) (*known, error) {
	r, err := identityBySession(tx, hash)
	switch {
	case errors.Is(err, db.ErrNone):
		return nil, sessionEnded()
	case err != nil:
		return nil, err
	case !r.Active:
		return nil, auth.Inactive()
	}
	i := s.rights.Identity(r.IdentityRow)
	i.Session = auth.SessionID(r.Credential)
	k := &known{identity: i, expires: r.ExpiresAt, idle: s.idle}
	k.seen.Store(int64(r.SeenAt))
	return k, nil
}

// memory keeps credentials that were read, all of one version of rights: whatever ends one raises the version.
type memory struct {
	mu      sync.Mutex
	version int64
	known   map[[32]byte]*known
}

// remembered bounds the map; a fuller one starts again.
const remembered = 20_000

func (m *memory) get(v int64, h [32]byte) *known {
	m.mu.Lock()
	defer m.mu.Unlock()
	if v == 0 || m.version != v {
		return nil
	}
	return m.known[h]
}

func (m *memory) keep(v int64, h [32]byte, k *known) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if v > m.version || len(m.known) >= remembered {
		m.version, m.known = max(v, m.version), map[[32]byte]*known{}
	}
	if v == m.version {
		m.known[h] = k
	}
}
