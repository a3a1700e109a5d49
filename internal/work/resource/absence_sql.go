package resource

import (
	"fmt"

	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const absenceFrom = `SELECT a.id, a.person, a.first, a.last, a.kind, a.note, a.state, a.answer, a.answered_by, a.answered_at, a.rev, a.created_at, a.created_by FROM absence a`

func absenceByID(tx *db.Tx, absence string) (Absence, error) {
	var a Absence
	return a, auth.Missing("absence", tx.Get(&a, absenceFrom+` WHERE a.id = $1`, absence))
}

func absences(tx *db.Tx, cond string, args ...any) ([]Absence, error) {
	var w db.Where
	w.And(cond, args...)
	return absencesWhere(tx, w)
}

func absencesWhere(tx *db.Tx, w db.Where) ([]Absence, error) {
	var out []Absence
	return out, tx.All(&out, absenceFrom+w.String()+` ORDER BY a.first, a.id LIMIT 1000`, w.Args...)
}

// AwayDays returns the granted days of everybody that overlap a stretch of days, by person, with their reasons. It checks no
// permission: who shows them leaves out what the reader may not know.
func AwayDays(tx *db.Tx, first, last Day) ([]Absence, error) {
	var out []Absence
	return out, tx.All(&out, absenceFrom+` WHERE a.state = 'granted' AND a.last >= $1 AND a.first <= $2 ORDER BY a.person, a.first`, first, last)
}

func insertAbsence(tx *db.Tx, a Absence) error {
	_, err := tx.Exec(`INSERT INTO absence (id, person, first, last, kind, note, state, answer, answered_by, answered_at, rev, created_at, created_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		a.ID, a.Person, a.First, a.Last, a.Kind, a.Note, a.State, a.Answer, a.AnsweredBy, a.AnsweredAt, a.Rev, a.CreatedAt, a.CreatedBy)
	return err
}

func updateAbsence(tx *db.Tx, a Absence) error {
	n, err := tx.Exec(`UPDATE absence SET state = $1, answer = $2, answered_by = $3, answered_at = $4, rev = $5 WHERE id = $6 AND rev = $7`,
		a.State, a.Answer, a.AnsweredBy, a.AnsweredAt, a.Rev, a.ID, a.Rev-1)
	if err == nil && n != 1 {
		return fmt.Errorf("resource: absence %s is not at version %d", a.ID, a.Rev-1)
	}
	return err
}
