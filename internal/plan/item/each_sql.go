package item

import (
	"errors"
	"slices"

	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// PhasesEach returns the phases of some releases in their order, by release. It costs one statement for every 500 releases.
func PhasesEach(tx *db.Tx, releases []id.Release) (map[id.Release][]Phase, error) {
	out := make(map[id.Release][]Phase, len(releases))
	for part := range slices.Chunk(releases, 500) {
		var w db.Where
		db.In(&w, "release", part)
		var rows []struct {
			Release id.Release
			phaseRow
		}
		if err := tx.All(&rows, `SELECT release, key, name, days, start_offset, entry_text, exit_text, planned_start, planned_end, actual_start, actual_end
			FROM release_phase`+w.String()+` ORDER BY release, position`, w.Args...); err != nil {
			return nil, err
		}
		for _, row := range rows {
			p := row.Phase
			if err := errors.Join(row.EntryText.Decode(&p.Entry), row.ExitText.Decode(&p.Exit)); err != nil {
				return nil, err
			}
			out[row.Release] = append(out[row.Release], p)
		}
	}
	return out, nil
}

// MilestonesEach returns the milestones of some releases by date, those without one last, by release. It costs one statement for every 500 releases.
func MilestonesEach(tx *db.Tx, releases []id.Release) (map[id.Release][]Milestone, error) {
	out := make(map[id.Release][]Milestone, len(releases))
	for part := range slices.Chunk(releases, 500) {
		var w db.Where
		db.In(&w, "release", part)
		var rows []struct {
			Release id.Release
			Milestone
		}
		if err := tx.All(&rows, `SELECT release, `+milestoneColumns+` FROM milestone`+w.String()+` ORDER BY release, planned_at NULLS LAST, key`, w.Args...); err != nil {
			return nil, err
		}
		for _, row := range rows {
			out[row.Release] = append(out[row.Release], row.Milestone)
		}
	}
	return out, nil
}
