package capacity

import (
	"fmt"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

type requestRow struct {
	Request
	Product id.Product
}

const requestFrom = `SELECT q.id, q.release, r.key AS release_key, r.product, q.task, q.person, COALESCE(p.key, '') AS person_key, q.skill, q.level, q.tool, q.weekly, q.first, q.last, q.reason,
	q.state, q.answer, q.answered_by, q.answered_at, q.rev, q.created_at, q.created_by
	FROM resource_request q JOIN release r ON r.id = q.release LEFT JOIN person p ON p.id = q.person`

func requestByID(tx *db.Tx, request string) (Request, error) {
	var q requestRow
	err := tx.Get(&q, requestFrom+` WHERE q.id = $1`, request)
	return q.Request, auth.Missing("request", err)
}

func requestsWhere(tx *db.Tx, w db.Where) ([]requestRow, error) {
	var out []requestRow
	return out, tx.All(&out, requestFrom+w.String()+` ORDER BY q.created_at DESC, q.id DESC LIMIT 500`, w.Args...)
}

func insertRequest(tx *db.Tx, q Request) error {
	_, err := tx.Exec(`INSERT INTO resource_request (id, release, task, person, skill, level, tool, weekly, first, last, reason, state, answer, answered_by, answered_at, rev, created_at, created_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		q.ID, q.Release, q.Task, q.Person, q.Skill, q.Level, q.Tool, q.Weekly, q.First, q.Last, q.Reason, q.State, q.Answer, q.AnsweredBy, q.AnsweredAt, q.Rev, q.CreatedAt, q.CreatedBy)
	return err
}

func updateRequest(tx *db.Tx, q Request) error {
	n, err := tx.Exec(`UPDATE resource_request SET person = $1, state = $2, answer = $3, answered_by = $4, answered_at = $5, rev = $6 WHERE id = $7 AND rev = $8`,
		q.Person, q.State, q.Answer, q.AnsweredBy, q.AnsweredAt, q.Rev, q.ID, q.Rev-1)
	if err == nil && n != 1 {
		return fmt.Errorf("resource: request %s is not at version %d", q.ID, q.Rev-1)
	}
	return err
}
