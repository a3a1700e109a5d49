package capacity

import (
	"fmt"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/work/resource"
)

type allocationRow struct {
	Allocation
	ReleaseName string
	Product     id.Product
}

const allocationFrom = `SELECT a.id, a.release, COALESCE(r.key, '') AS release_key, COALESCE(r.name, '') AS release_name, COALESCE(r.product, '') AS product, a.task, a.name, a.person,
	COALESCE(p.key, '') AS person_key, a.tool, a.weekly, a.first, a.last, a.request, a.rev, a.created_at, a.created_by, a.changed_at, a.changed_by
	FROM allocation a LEFT JOIN release r ON r.id = a.release LEFT JOIN person p ON p.id = a.person`

func allocationByID(tx *db.Tx, allocation string) (Allocation, error) {
	var a allocationRow
	err := tx.Get(&a, allocationFrom+` WHERE a.id = $1`, allocation)
	return a.Allocation, auth.Missing("allocation", err)
}

func allocationsWhere(tx *db.Tx, w db.Where) ([]allocationRow, error) {
	var out []allocationRow
	return out, tx.All(&out, allocationFrom+w.String()+` ORDER BY a.first, a.id LIMIT 1000`, w.Args...)
}

// allocationsBetween are all that take time in a stretch of weeks and whose release has not ended.
func allocationsBetween(tx *db.Tx, first, last resource.Day) ([]allocationRow, error) {
	var out []allocationRow
	return out, tx.All(&out, allocationFrom+` WHERE a.last >= $1 AND a.first <= $2 AND a.weekly > 0 AND (r.id IS NULL OR (NOT r.ended AND r.state <> 'held')) ORDER BY a.first, a.id`, first, last)
}

func insertAllocation(tx *db.Tx, a Allocation) error {
	_, err := tx.Exec(`INSERT INTO allocation (id, release, task, name, person, tool, weekly, first, last, request, rev, created_at, created_by, changed_at, changed_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		a.ID, a.Release, a.Task, a.Name, a.Person, a.Tool, a.Weekly, a.First, a.Last, a.Request, a.Rev, a.CreatedAt, a.CreatedBy, a.ChangedAt, a.ChangedBy)
	return err
}

func updateAllocation(tx *db.Tx, a Allocation) error {
	n, err := tx.Exec(`UPDATE allocation SET weekly = $1, last = $2, rev = $3, changed_at = $4, changed_by = $5 WHERE id = $6 AND rev = $7`,
		a.Weekly, a.Last, a.Rev, a.ChangedAt, a.ChangedBy, a.ID, a.Rev-1)
	if err == nil && n != 1 {
		return fmt.Errorf("resource: allocation %s is not at version %d", a.ID, a.Rev-1)
	}
	return err
}
