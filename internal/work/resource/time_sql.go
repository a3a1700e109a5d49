package resource

import (
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const periodFrom = `SELECT id, kind, subject, since, hours, zone, share, changed_at, changed_by FROM working_time`

func putPeriod(tx *db.Tx, p Period) error {
	if _, err := tx.Exec(`DELETE FROM working_time WHERE kind = $1 AND subject = $2 AND since = $3`, p.Kind, p.Subject, p.Since); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO working_time (id, kind, subject, since, hours, zone, share, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		p.ID, p.Kind, p.Subject, p.Since, p.Hours, p.Zone, p.Share, p.ChangedAt, p.ChangedBy)
	return err
}

func deletePeriod(tx *db.Tx, period string) error {
	_, err := tx.Exec(`DELETE FROM working_time WHERE id = $1`, period)
	return err
}

func periodByID(tx *db.Tx, period string) (Period, error) {
	var p Period
	return p, auth.Missing("working time", tx.Get(&p, periodFrom+` WHERE id = $1`, period))
}

// PeriodsOf returns the statements of a subject, the newest first. It checks no permission.
func PeriodsOf(tx *db.Tx, kind, subject string) ([]Period, error) {
	out := []Period{}
	return out, tx.All(&out, periodFrom+` WHERE kind = $1 AND subject = $2 ORDER BY since DESC`, kind, subject)
}

// allPeriods are every statement, by subject and then by day.
func allPeriods(tx *db.Tx) ([]Period, error) {
	var out []Period
	return out, tx.All(&out, periodFrom+` ORDER BY kind, subject, since`)
}
