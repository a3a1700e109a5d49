package item

import (
	"errors"

	"slipway/internal/id"
	"slipway/internal/plan/release"
	"slipway/internal/platform/db"
)

type phaseRow struct {
	Phase
	EntryText, ExitText db.JSON
}

// Phases returns the phases of a release in their order. It checks no permission.
func Phases(tx *db.Tx, r id.Release) ([]Phase, error) {
	var rows []phaseRow
	if err := tx.All(&rows, `SELECT key, name, days, start_offset, entry_text, exit_text, planned_start, planned_end, actual_start, actual_end
		FROM release_phase WHERE release = $1 ORDER BY position`, r); err != nil {
		return nil, err
	}
	out := make([]Phase, len(rows))
	for i, row := range rows {
		out[i] = row.Phase
		if err := errors.Join(row.EntryText.Decode(&out[i].Entry), row.ExitText.Decode(&out[i].Exit)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// InsertPhase writes a phase of a new release.
func InsertPhase(tx *db.Tx, r id.Release, position int, p Phase) error {
	entry, err := db.Canonical(release.List(p.Entry))
	if err != nil {
		return err
	}
	exit, err := db.Canonical(release.List(p.Exit))
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO release_phase (release, key, position, name, days, start_offset, entry_text, exit_text, planned_start, planned_end, actual_start, actual_end)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		r, p.Key, position, p.Name, p.Days, p.Start, entry, exit, p.PlannedStart, p.PlannedEnd, p.ActualStart, p.ActualEnd)
	return err
}

// savePhase writes how a phase is planned and when it happened.
func savePhase(tx *db.Tx, r id.Release, p Phase) error {
	_, err := tx.Exec(`UPDATE release_phase SET planned_start = $1, planned_end = $2, actual_start = $3, actual_end = $4, name = $5, days = $6, start_offset = $7 WHERE release = $8 AND key = $9`,
		p.PlannedStart, p.PlannedEnd, p.ActualStart, p.ActualEnd, p.Name, p.Days, p.Start, r, p.Key)
	return err
}

const milestoneColumns = `id, key, name, owner, planned_at, from_window, actual_at, rev, changed_at, changed_by`

// Milestones returns the milestones of a release by date, those without one last. It checks no permission.
func Milestones(tx *db.Tx, r id.Release) ([]Milestone, error) {
	out := []Milestone{}
	err := tx.All(&out, `SELECT `+milestoneColumns+` FROM milestone WHERE release = $1 ORDER BY planned_at NULLS LAST, key`, r)
	return out, err
}

// MilestoneBy returns one by key or identifier, or db.ErrNone.
func MilestoneBy(tx *db.Tx, r id.Release, ref string) (Milestone, error) {
	var m Milestone
	err := tx.Get(&m, `SELECT `+milestoneColumns+` FROM milestone WHERE release = $1 AND (key = $2 OR id = $2)`, r, ref)
	return m, err
}

// InsertMilestone writes a new row.
func InsertMilestone(tx *db.Tx, r id.Release, m Milestone) error {
	_, err := tx.Exec(`INSERT INTO milestone (release, `+milestoneColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		r, m.ID, m.Key, m.Name, m.Owner, m.PlannedAt, m.Offset, m.ActualAt, m.Rev, m.ChangedAt, m.ChangedBy)
	return err
}

func updateMilestone(tx *db.Tx, m Milestone) error {
	_, err := tx.Exec(`UPDATE milestone SET name = $1, owner = $2, planned_at = $3, from_window = $4, actual_at = $5, rev = $6, changed_at = $7, changed_by = $8 WHERE id = $9`,
		m.Name, m.Owner, m.PlannedAt, m.Offset, m.ActualAt, m.Rev, m.ChangedAt, m.ChangedBy, m.ID)
	return err
}

func deleteMilestone(tx *db.Tx, ref string) error {
	_, err := tx.Exec(`DELETE FROM milestone WHERE id = $1`, ref)
	return err
}

const deliverableColumns = `id, key, name, owner, state, url, rev, changed_at, changed_by`

// Deliverables returns the deliverables of a release by key. It checks no permission.
func Deliverables(tx *db.Tx, r id.Release) ([]Deliverable, error) {
	out := []Deliverable{}
	err := tx.All(&out, `SELECT `+deliverableColumns+` FROM deliverable WHERE release = $1 ORDER BY key`, r)
	return out, err
}

// DeliverableBy returns one by key or identifier, or db.ErrNone.
func DeliverableBy(tx *db.Tx, r id.Release, ref string) (Deliverable, error) {
	var d Deliverable
	err := tx.Get(&d, `SELECT `+deliverableColumns+` FROM deliverable WHERE release = $1 AND (key = $2 OR id = $2)`, r, ref)
	return d, err
}

// InsertDeliverable writes a new row.
func InsertDeliverable(tx *db.Tx, r id.Release, d Deliverable) error {
	_, err := tx.Exec(`INSERT INTO deliverable (release, `+deliverableColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		r, d.ID, d.Key, d.Name, d.Owner, d.State, d.URL, d.Rev, d.ChangedAt, d.ChangedBy)
	return err
}

func updateDeliverable(tx *db.Tx, d Deliverable) error {
	_, err := tx.Exec(`UPDATE deliverable SET name = $1, owner = $2, state = $3, url = $4, rev = $5, changed_at = $6, changed_by = $7 WHERE id = $8`,
		d.Name, d.Owner, d.State, d.URL, d.Rev, d.ChangedAt, d.ChangedBy, d.ID)
	return err
}

func deleteDeliverable(tx *db.Tx, ref string) error {
	_, err := tx.Exec(`DELETE FROM deliverable WHERE id = $1`, ref)
	return err
}

// MilestonesByKey returns the milestones of a release by key. It checks no permission.
func MilestonesByKey(tx *db.Tx, r id.Release) ([]Milestone, error) {
	out := []Milestone{}
	err := tx.All(&out, `SELECT `+milestoneColumns+` FROM milestone WHERE release = $1 ORDER BY key`, r)
	return out, err
}
