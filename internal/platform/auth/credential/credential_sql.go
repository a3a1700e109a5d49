package credential

import (
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/column"
	"slipway/internal/platform/db"
)

// credentialRow is a token or a session with who it stands for.
type credentialRow struct {
	auth.IdentityRow
	Credential, TokenName        string
	Roles, Permissions, Scopes   string
	SeenAt, ExpiresAt, RevokedAt db.Time
}

func identityByToken(tx *db.Tx, hash []byte) (credentialRow, error) {
	var r credentialRow
	err := tx.Get(&r, `
		SELECT `+auth.IdentityColumns+`, t.id AS credential, t.name AS token_name, t.roles, t.permissions, t.scopes, t.used_at AS seen_at, t.expires_at, t.revoked_at
		FROM token t JOIN person p ON p.id = t.owner LEFT JOIN person_contact c ON c.person = p.id WHERE t.hash = $1`, hash)
	return r, err
}

func identityBySession(tx *db.Tx, hash []byte) (credentialRow, error) {
	var r credentialRow
	err := tx.Get(&r, `
		SELECT `+auth.IdentityColumns+`, s.id AS credential, s.seen_at, s.expires_at
		FROM session s JOIN person p ON p.id = s.person LEFT JOIN person_contact c ON c.person = p.id WHERE s.hash = $1`, hash)
	return r, err
}

func touchToken(tx *db.Tx, t id.Token) error {
	_, err := tx.Exec(`UPDATE token SET used_at = $2 WHERE id = $1`, t, tx.Now)
	return err
}

func touchSession(tx *db.Tx, s auth.SessionID) error {
	_, err := tx.Exec(`UPDATE session SET seen_at = $2 WHERE id = $1`, s, tx.Now)
	return err
}

func insertSession(tx *db.Tx, s Session, hash []byte) error {
	_, err := tx.Exec(`
		INSERT INTO session (id, person, hash, method, address, agent, made_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)`,
		s.ID, s.Person, hash, s.Method, s.Address, s.Agent, s.MadeAt, s.ExpiresAt)
	return err
}

const sessionColumns = `SELECT id, person, method, address, agent, made_at, seen_at, expires_at FROM session `

func sessionBy(tx *db.Tx, s auth.SessionID) (Session, error) {
	var out Session
	err := tx.Get(&out, sessionColumns+`WHERE id = $1`, s)
	return out, err
}

func sessionsOf(tx *db.Tx, p id.Person, idleSince db.Time) ([]Session, error) {
	var out []Session
	err := tx.All(&out, sessionColumns+`WHERE person = $1 AND expires_at > $2 AND seen_at > $3 ORDER BY seen_at DESC, id DESC LIMIT 200`, p, tx.Now, idleSince)
	return out, err
}

func deleteSession(tx *db.Tx, s auth.SessionID) error {
	_, err := tx.Exec(`DELETE FROM session WHERE id = $1`, s)
	return err
}

// deleteSessions ends all sessions of a person but one and returns them.
func deleteSessions(tx *db.Tx, p id.Person, but auth.SessionID) ([]auth.SessionID, error) {
	var out []auth.SessionID
	err := tx.All(&out, `DELETE FROM session WHERE person = $1 AND id <> $2 RETURNING id`, p, but)
	return out, err
}

func deleteDeadSessions(tx *db.Tx, idleSince db.Time) error {
	_, err := tx.Exec(`DELETE FROM session WHERE expires_at <= $1 OR seen_at <= $2`, tx.Now, idleSince)
	return err
}

type tokenRow struct {
	ID                         id.Token
	Owner                      id.Person
	Name, Prefix               string
	Roles, Permissions, Scopes string
	MadeAt, ExpiresAt          db.Time
	UsedAt, RevokedAt          db.Time
	MadeBy                     string
}

const tokenColumns = `SELECT id, owner, name, prefix, roles, permissions, scopes, made_at, COALESCE(made_by, '') AS made_by, expires_at, used_at, revoked_at FROM token ` //nolint:gosec // names of columns, no secret

func (r tokenRow) token() Token {
	return Token{
		ID: r.ID, Owner: r.Owner, Name: r.Name, Prefix: r.Prefix, Roles: column.Words[string](r.Roles), Permissions: column.Words[string](r.Permissions),
		Scopes: column.Words[auth.Scope](r.Scopes), MadeAt: r.MadeAt, MadeBy: id.Person(r.MadeBy), ExpiresAt: r.ExpiresAt, UsedAt: r.UsedAt, RevokedAt: r.RevokedAt,
	}
}

func insertToken(tx *db.Tx, t Token, hash []byte) error {
	_, err := tx.Exec(`
		INSERT INTO token (id, owner, name, prefix, hash, roles, permissions, scopes, made_at, made_by, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		t.ID, t.Owner, t.Name, t.Prefix, hash, column.Listed(t.Roles), column.Listed(t.Permissions), column.Listed(t.Scopes), t.MadeAt, column.Null(t.MadeBy), t.ExpiresAt)
	return err
}

func tokenBy(tx *db.Tx, t id.Token) (Token, error) {
	var r tokenRow
	err := tx.Get(&r, tokenColumns+`WHERE id = $1`, t)
	return r.token(), err
}

// livingTokens returns at most two tokens of a name that are neither revoked nor expired: of one owner, or of everybody if
// owner is empty.
func livingTokens(tx *db.Tx, name string, owner id.Person) ([]Token, error) {
	var w db.Where
	w.And("name = ?", name)
	if owner != "" {
		w.And("owner = ?", owner)
	}
	w.And("revoked_at IS NULL")
	w.And("expires_at > ?", tx.Now)
	return selectTokens(tx, w.String()+` ORDER BY id LIMIT 2`, w.Args...)
}

func updateToken(tx *db.Tx, t Token) error {
	_, err := tx.Exec(`UPDATE token SET name = $2, expires_at = $3 WHERE id = $1`, t.ID, t.Name, t.ExpiresAt)
	return err
}

func selectTokens(tx *db.Tx, rest string, args ...any) ([]Token, error) {
	var rows []tokenRow
	err := tx.All(&rows, tokenColumns+rest, args...)
	out := make([]Token, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.token())
	}
	return out, err
}

func listTokens(tx *db.Tx, f TokenFilter, limit int) ([]Token, error) {
	var w db.Where
	if f.Owner != "" {
		w.And("owner = ?", f.Owner)
	}
	if f.After != "" {
		w.And("id > ?", f.After)
	}
	if !f.Ended {
		w.And("revoked_at IS NULL")
		w.And("expires_at > ?", tx.Now)
	}
	return selectTokens(tx, w.String()+` ORDER BY id LIMIT `+w.Arg(limit), w.Args...)
}

func touchPerson(tx *db.Tx, p id.Person) error {
	_, err := tx.Exec(`UPDATE person SET seen_at = $2 WHERE id = $1`, p, tx.Now)
	return err
}

func revokeToken(tx *db.Tx, t id.Token, by id.Person) error {
	_, err := tx.Exec(`UPDATE token SET revoked_at = $2, revoked_by = $3 WHERE id = $1`, t, tx.Now, column.Null(by))
	return err
}

// revokeTokensOf revokes all tokens of a person and returns them.
func revokeTokensOf(tx *db.Tx, p, by id.Person) ([]id.Token, error) {
	var out []id.Token
	err := tx.All(&out, `UPDATE token SET revoked_at = $2, revoked_by = $3 WHERE owner = $1 AND revoked_at IS NULL RETURNING id`, p, tx.Now, column.Null(by))
	return out, err
}
