package action

import (
	"fmt"
	"math"
	"strings"

	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const from = `SELECT a.id, a.number, coalesce(a.product, '') AS product, coalesce(p.key, '') AS product_key, coalesce(a.release, '') AS release, coalesce(r.key, '') AS release_key,
	coalesce(r.name, '') AS release_name, a.title, a.text, a.owner, a.due, a.source_kind AS "source.kind", a.source_ref AS "source.ref", a.source_name AS "source.name",
	a.source_url AS "source.url", a.mirrored, a.gates, a.closes_with, a.verifier, a.proof_wanted, a.state, a.state_reason, a.state_at, a.state_by,
	a.proof_text AS "proof.text", a.proof_url AS "proof.url", a.proof_name AS "proof.name", a.proof_digest AS "proof.digest", a.proof_size AS "proof.size",
	a.proof_at AS "proof.at", a.proof_by AS "proof.by", a.reminded_at, a.overdue_at, a.escalated_at, a.rev, a.created_at, a.created_by, a.changed_at, a.changed_by
	FROM action a LEFT JOIN product p ON p.id = a.product LEFT JOIN release r ON r.id = a.release`

func sortAt(due db.Time) int64 {
	if due.IsZero() {
		return math.MaxInt64
	}
	return int64(due)
}

func search(a Action) string {
	return strings.ToLower(strings.Join([]string{KeyOf(a.Number), a.Title, a.Source.Name, a.Source.Ref}, " "))
}

// Select reads actions by the rest of a statement over action a, product p, release r. It serves this part and the register.
func Select(tx *db.Tx, rest string, args ...any) ([]Action, error) {
	var out []Action
	err := tx.All(&out, from+rest, args...)
	for i := range out {
		out[i].Key = KeyOf(out[i].Number)
	}
	return out, err
}

// By returns an action by key or identifier. It checks no permission and fails with errs.NotFound.
func By(tx *db.Tx, ref string) (Action, error) {
	where, arg := ` WHERE a.id = $1`, any(ref)
	if n := numberOf(ref); n > 0 {
		where, arg = ` WHERE a.number = $1`, n
	}
	list, err := Select(tx, where, arg)
	if err == nil && len(list) == 0 {
		err = auth.Unseen("action")
	}
	if err != nil {
		return Action{}, err
	}
	return list[0], nil
}

// Count counts actions by the rest of a statement over action a.
func Count(tx *db.Tx, w db.Where) (int64, error) {
	var n int64
	err := tx.Get(&n, `SELECT count(*) FROM action a LEFT JOIN product p ON p.id = a.product LEFT JOIN release r ON r.id = a.release`+w.String(), w.Args...)
	return n, err
}

// Tally is how many actions there are of each sort.
type Tally struct {
	Open    int64 `json:"open"`
	Overdue int64 `json:"overdue"`
	Mine    int64 `json:"mine"`
	Said    int64 `json:"waitsForProof"`
	Gating  int64 `json:"gating"`
	Ended   int64 `json:"endedInQuarter"` // closed in the last 91 days that had a due date
	InTime  int64 `json:"closedInTime"`   // of these, not after it
}

// TallyOf counts the actions that pass a filter, with one statement.
func TallyOf(tx *db.Tx, w db.Where, me string, quarter db.Time) (Tally, error) {
	var t Tally
	open := `a.state IN ('open', 'started', 'said-done')`
	err := tx.Get(&t, `SELECT count(*) FILTER (WHERE `+open+`) AS open, count(*) FILTER (WHERE a.state IN ('open', 'started') AND a.due < `+w.Arg(tx.Now)+`) AS overdue,
		count(*) FILTER (WHERE `+open+` AND a.owner = `+w.Arg(me)+`) AS mine, count(*) FILTER (WHERE a.state = 'said-done') AS said,
		count(*) FILTER (WHERE `+open+` AND a.gates) AS gating,
		count(*) FILTER (WHERE a.state = 'closed' AND a.due IS NOT NULL AND a.state_at >= `+w.Arg(quarter)+`) AS ended,
		count(*) FILTER (WHERE a.state = 'closed' AND a.due IS NOT NULL AND a.state_at >= `+w.Arg(quarter)+` AND a.state_at <= a.due) AS in_time
		FROM action a LEFT JOIN product p ON p.id = a.product LEFT JOIN release r ON r.id = a.release`+w.String(), w.Args...)
	return t, err
}

// Insert writes an action and gives it its number. Two at once are told apart by the unique column: one of them runs again.
func Insert(tx *db.Tx, a Action) (Action, error) {
	if err := tx.Get(&a.Number, `SELECT coalesce(max(number), 0) + 1 FROM action`); err != nil {
		return a, err
	}
	a.Key = KeyOf(a.Number)
	_, err := tx.Exec(`INSERT INTO action (id, number, product, release, title, text, owner, due, sort_at, source_kind, source_ref, source_name, source_url, mirrored, gates, closes_with,
		verifier, proof_wanted, state, state_reason, state_at, state_by, proof_text, proof_url, proof_name, proof_digest, proof_size, proof_at, proof_by, search, rev, created_at, created_by,
		changed_at, changed_by)
		VALUES ($1, $2, nullif($3, ''), nullif($4, ''), $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35)`,
		a.ID, a.Number, string(a.Product), string(a.Release), a.Title, a.Text, a.Owner, a.Due, sortAt(a.Due), a.Source.Kind, a.Source.Ref, a.Source.Name, a.Source.URL, a.Mirrored, a.Gates, a.ClosesWith,
		a.Verifier, a.ProofWanted, a.State, a.StateReason, a.StateAt, a.StateBy, a.Proof.Text, a.Proof.URL, a.Proof.Name, a.Proof.Digest, a.Proof.Size, a.Proof.At, a.Proof.By, search(a), a.Rev,
		a.CreatedAt, a.CreatedBy, a.ChangedAt, a.ChangedBy)
	return a, err
}

// Save writes what may change of an action and raises its version.
func Save(tx *db.Tx, a Action) (Action, error) {
	a.Rev, a.ChangedAt, a.ChangedBy = a.Rev+1, tx.Now, Actor(tx)
	n, err := tx.Exec(`UPDATE action SET title = $1, text = $2, owner = $3, due = $4, sort_at = $5, closes_with = $6, verifier = $7, proof_wanted = $8, state = $9, state_reason = $10, state_at = $11,
		state_by = $12, proof_text = $13, proof_url = $14, proof_name = $15, proof_digest = $16, proof_size = $17, proof_at = $18, proof_by = $19, reminded_at = $20, overdue_at = $21,
		escalated_at = $22, gates = $23, search = $24, rev = $25, changed_at = $26, changed_by = $27, source_name = $28 WHERE id = $29 AND rev = $30`,
		a.Title, a.Text, a.Owner, a.Due, sortAt(a.Due), a.ClosesWith, a.Verifier, a.ProofWanted, a.State, a.StateReason, a.StateAt,
		a.StateBy, a.Proof.Text, a.Proof.URL, a.Proof.Name, a.Proof.Digest, a.Proof.Size, a.Proof.At, a.Proof.By, a.RemindedAt, a.OverdueAt,
		a.EscalatedAt, a.Gates, search(a), a.Rev, a.ChangedAt, a.ChangedBy, a.Source.Name, a.ID, a.Rev-1)
	if err == nil && n != 1 {
		err = fmt.Errorf("plan: action %s is not at version %d", a.Key, a.Rev-1)
	}
	return a, err
}

// of returns the action that mirrors a source, and whether there is one.
func of(tx *db.Tx, kind, ref string) (Action, bool, error) {
	list, err := Select(tx, ` WHERE a.source_kind = $1 AND a.source_ref = $2 AND a.mirrored ORDER BY a.number LIMIT 1`, kind, ref)
	if err != nil || len(list) == 0 {
		return Action{}, false, err
	}
	return list[0], true, nil
}

// Untold returns actions that nobody has said to be done and whose owner has not been told yet what there is to say: that they are due before soon, that they are overdue, or that they were due
// before late.
func Untold(tx *db.Tx, soon, late db.Time, limit int) ([]Action, error) {
	return Select(tx, ` WHERE a.state IN ('open', 'started') AND (a.due < $1 AND a.reminded_at IS NULL AND a.overdue_at IS NULL
		OR a.due < $2 AND a.overdue_at IS NULL OR a.due < $3 AND a.escalated_at IS NULL) ORDER BY a.sort_at, a.number LIMIT $4`, soon, tx.Now, late, limit)
}

// Remember writes when somebody was told of an action. It is no change of it: its version stays.
func Remember(tx *db.Tx, a Action) error {
	_, err := tx.Exec(`UPDATE action SET reminded_at = $1, overdue_at = $2, escalated_at = $3 WHERE id = $4`, a.RemindedAt, a.OverdueAt, a.EscalatedAt, a.ID)
	return err
}
