package credential

import (
	"context"
	"errors"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/field"
	"slipway/internal/platform/auth/secret"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Session is one browser that is signed in.
type Session struct {
	ID        auth.SessionID `json:"id"`
	Person    id.Person      `json:"person"`
	Method    string         `json:"method" doc:"How it was opened: password, link or demo."`
	Address   string         `json:"address"`
	Agent     string         `json:"agent"`
	MadeAt    db.Time        `json:"openedAt"`
	SeenAt    db.Time        `json:"seenAt" doc:"When it was last used, to five minutes."`
	ExpiresAt db.Time        `json:"expiresAt"`
	Current   bool           `json:"current" db:"-" doc:"It is the one that asks."`
}

// Origin is where a sign-in comes from.
type Origin struct {
	Address string // of the client
	Agent   string // User-Agent
}

// Opened is a fresh session. Secret goes into the cookie and nowhere else.
type Opened struct {
	Secret  string
	Session Session
	Name    string // of the person, for greeting
}

const agentMax = 200

// Open makes a session of a person in place of the caller's own, so that every sign-in has a fresh secret.
func (s *Keeper) Open(tx *db.Tx, p id.Person, method string, from Origin) (Opened, error) {
	if v, ok := auth.Viewer(tx.Context()); ok && v.Session != "" {
		if err := s.close(tx, v.Person, v.Session); err != nil {
			return Opened{}, err
		}
	}
	if err := deleteDeadSessions(tx, tx.Now.Add(-s.idle)); err != nil {
		return Opened{}, err
	}
	o := Opened{Secret: secret.New(), Session: Session{
		ID: id.New[auth.SessionID](), Person: p, Method: method, Address: field.Clip(from.Address, 64), Agent: field.Clip(from.Agent, agentMax),
		MadeAt: tx.Now, SeenAt: tx.Now, ExpiresAt: tx.Now.Add(s.life),
	}}
	h := secret.Digest(o.Secret)
	if err := insertSession(tx, o.Session, h[:]); err != nil {
		return Opened{}, err
	}
	who, err := auth.PersonByID(tx, p)
	if err != nil {
		return Opened{}, err
	}
	o.Name = who.Name
	if err := touchPerson(tx, p); err != nil {
		return Opened{}, err
	}
	ledger.Append(tx, ledger.Entry{Action: SessionOpened, Subject: ledger.Subject{Kind: "person", ID: string(p)},
		Payload: map[string]any{"session": o.Session.ID, "method": method}})
	return o, nil
}

func (s *Keeper) close(tx *db.Tx, p id.Person, which auth.SessionID) error {
	if err := deleteSession(tx, which); err != nil {
		return err
	}
	ledger.Append(tx, ledger.Entry{Action: SessionClosed, Subject: ledger.Subject{Kind: "person", ID: string(p)},
		Payload: map[string]any{"sessions": []auth.SessionID{which}}})
	return s.rights.Changed(tx)
}

// CloseAll ends every session of a person but one, and returns how many. It checks no permission.
func (s *Keeper) CloseAll(tx *db.Tx, p id.Person, but auth.SessionID) (int, error) {
	ended, err := deleteSessions(tx, p, but)
	if err != nil || len(ended) == 0 {
		return 0, err
	}
	ledger.Append(tx, ledger.Entry{Action: SessionClosed, Subject: ledger.Subject{Kind: "person", ID: string(p)},
		Payload: map[string]any{"sessions": ended}})
	return len(ended), s.rights.Changed(tx)
}

// Sessions returns the living sessions of a person, the last used first; of the caller if person, an identifier or a key, is "". Those of others
// need people.edit.
func (s *Keeper) Sessions(ctx context.Context, person id.Person) (out []Session, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if person != "" {
			p, err := auth.PersonByRef(tx, string(person))
			if err != nil {
				return err
			}
			person = p.ID
		}
		if person, err = auth.Own(tx, "session.read", person, "people.edit"); err != nil {
			return err
		}
		out, err = sessionsOf(tx, person, tx.Now.Add(-s.idle))
		v, _ := auth.Viewer(ctx)
		for i := range out {
			out[i].Current = out[i].ID == v.Session
		}
		return err
	})
	return out, err
}

// CloseSession ends one session: of the caller, or of others with people.edit. It fails with errs.NotFound if there is no
// such session for the caller.
func (s *Keeper) CloseSession(ctx context.Context, which auth.SessionID) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "session.close", auth.Everywhere); err != nil {
			return err
		}
		x, err := sessionBy(tx, which)
		if errors.Is(err, db.ErrNone) {
			return auth.Unseen("session")
		}
		if err != nil {
			return err
		}
		if x.Person != auth.Me(tx) {
			if ok, err := auth.Allowed(tx, "people.edit", auth.Everywhere); err != nil || !ok {
				return unseen(err, "session")
			}
		}
		return s.close(tx, x.Person, x.ID)
	})
}

// CloseOtherSessions ends all sessions of the caller but the one that asks, and returns how many.
func (s *Keeper) CloseOtherSessions(ctx context.Context) (n int, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "session.close", auth.Everywhere); err != nil {
			return err
		}
		v, _ := auth.Viewer(tx.Context())
		n, err = s.CloseAll(tx, v.Person, v.Session)
		return err
	})
	return n, err
}

// SignOut ends the caller's session. A caller without one has nothing to end.
func (s *Keeper) SignOut(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := auth.Check(tx, "session.close", auth.Everywhere); err != nil {
			return err
		}
		if v, ok := auth.Viewer(tx.Context()); ok && v.Session != "" {
			return s.close(tx, v.Person, v.Session)
		}
		return nil
	})
}

func unseen(err error, what string) error {
	if err != nil {
		return err
	}
	return auth.Unseen(what)
}
