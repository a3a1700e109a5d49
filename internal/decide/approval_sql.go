package decide

import (
	"encoding/json"
	"fmt"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

const signatureColumns = `id, release, role, person, principal, given_by, at, answer, ground, comment, until_at, content, sections, withdrawn_at, withdrawn_by, withdrawn_reason`

type signatureRow struct {
	Signature
	Covered db.JSON `db:"sections"`
}

func unpackSignatures(rows []signatureRow) ([]Signature, error) {
	out := make([]Signature, len(rows))
	for i, r := range rows {
		out[i] = r.Signature
		if err := json.Unmarshal(r.Covered, &out[i].Sections); err != nil {
			return nil, errs.Internal("approval.unreadable", err)
		}
	}
	return out, nil
}

func insertSignature(tx *db.Tx, s Signature) error {
	covered, err := db.Canonical(s.Sections)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO approval (`+signatureColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		s.ID, s.Release, s.Role, s.Person, s.Principal, s.By, s.At, s.Answer, s.Ground, s.Comment, s.Until, s.Content, covered, s.WithdrawnAt, s.WithdrawnBy, s.WithdrawnReason)
	return err
}

func withdrawSignature(tx *db.Tx, s Signature) error {
	_, err := tx.Exec(`UPDATE approval SET withdrawn_at = $1, withdrawn_by = $2, withdrawn_reason = $3 WHERE id = $4`, s.WithdrawnAt, s.WithdrawnBy, s.WithdrawnReason, s.ID)
	return err
}

// in returns the condition that column is one of the releases, behind the arguments that are there.
func in(column string, rs []plan.Release, args *[]any) string {
	ps := make([]string, len(rs))
	for i, r := range rs {
		*args = append(*args, r.ID)
		ps[i] = fmt.Sprintf("$%d", len(*args))
	}
	return column + " IN (" + strings.Join(ps, ", ") + ")"
}

// newestSignatures returns the newest answer in each person's name for each role of the releases, newest first.
func newestSignatures(tx *db.Tx, rs []plan.Release) ([]Signature, error) {
	var args []any
	var rows []signatureRow
	err := tx.All(&rows, `SELECT `+signatureColumns+` FROM (
			SELECT `+signatureColumns+`, ROW_NUMBER() OVER (PARTITION BY release, role, CASE WHEN principal <> '' THEN principal ELSE person END ORDER BY at DESC, id DESC) AS place
			FROM approval WHERE `+in("release", rs, &args)+`
		) AS newest WHERE place = 1 ORDER BY at DESC, id DESC`, args...)
	if err != nil {
		return nil, err
	}
	return unpackSignatures(rows)
}

// signaturesOf returns every answer for a role that was not withdrawn, newest first.
func signaturesOf(tx *db.Tx, r id.Release, role string) ([]Signature, error) {
	var rows []signatureRow
	err := tx.All(&rows, `SELECT `+signatureColumns+` FROM approval WHERE release = $1 AND role = $2 AND withdrawn_at IS NULL ORDER BY at DESC, id DESC`, r, role)
	if err != nil {
		return nil, err
	}
	return unpackSignatures(rows)
}

const askColumns = `id, release, role, person, at, asked_by, due_at, note`

func insertAsk(tx *db.Tx, a Ask) error {
	_, err := tx.Exec(`INSERT INTO approval_ask (`+askColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, a.ID, a.Release, a.Role, a.Person, a.At, a.By, a.Due, a.Note)
	return err
}

// asksOf returns the newest asks of a release, 100 at most, newest first.
func asksOf(tx *db.Tx, r id.Release) ([]Ask, error) {
	var out []Ask
	err := tx.All(&out, `SELECT `+askColumns+` FROM approval_ask WHERE release = $1 ORDER BY at DESC, id DESC LIMIT 100`, r)
	return out, err
}
