package book

import (
	"strings"

	"slipway/internal/deploy/runbook"
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// bindingsOf returns what releases run, without parameters, those that chose a runbook.
func bindingsOf(tx *db.Tx, releases []id.Release) ([]Binding, error) {
	if len(releases) == 0 {
		return nil, nil
	}
	var w db.Where
	db.In(&w, "release", releases)
	w.And("runbook <> ''")
	var out []Binding
	err := tx.All(&out, `SELECT release, runbook, version FROM release_runbook`+w.String(), w.Args...)
	return out, err
}

// waysBack says of each version that is chosen whether it has a way back.
func waysBack(tx *db.Tx, chosen []Binding) (map[version]bool, error) {
	asked := map[version]bool{}
	var w db.Where
	var ors []string
	for _, b := range chosen {
		if v := b.version(); !asked[v] {
			asked[v] = true
			ors = append(ors, `runbook = `+w.Arg(v.Runbook)+` AND version = `+w.Arg(v.Version))
		}
	}
	out := make(map[version]bool, len(asked))
	err := tx.Each(`SELECT runbook, version, content FROM runbook_version WHERE `+strings.Join(ors, ` OR `), w.Args, func(scan func(dst ...any) error) error {
		var v version
		var content string
		if err := scan(&v.Runbook, &v.Version, &content); err != nil {
			return err
		}
		var r runbook.Runbook
		if err := db.JSON(content).Decode(&r); err != nil {
			return err
		}
		out[v] = way(r)
		return nil
	})
	return out, err
}

// backoutChanges returns when the content of the back-out of releases last changed.
func backoutChanges(tx *db.Tx, releases []id.Release) (map[id.Release]db.Time, error) {
	var w db.Where
	db.In(&w, "release", releases)
	w.And("section = ?", SectionBackout)
	var rows []struct {
		Release id.Release
		At      db.Time
	}
	err := tx.All(&rows, `SELECT release, MAX(at) AS at FROM release_runbook_change`+w.String()+` GROUP BY release`, w.Args...)
	out := make(map[id.Release]db.Time, len(rows))
	for _, r := range rows {
		out[r.Release] = r.At
	}
	return out, err
}

// rehearsals returns how the back-out of each version was rehearsed last, by release. What was neither carried out nor given
// up on the way back is no rehearsal of it.
func rehearsals(tx *db.Tx, releases []id.Release) (map[rehearsedKey]rehearsal, error) {
	var w db.Where
	db.In(&w, "release", releases)
	w.And("mode = ? AND state IN (?, ?)", "rehearsal", runbook.StateRolledBack, runbook.StateFailed)
	failed := w.Arg(runbook.StateFailed)
	var rows []rehearsal
	err := tx.All(&rows, `SELECT release, runbook, version, state, at, CASE WHEN state = `+failed+` THEN course ELSE '{}' END AS course FROM (
			SELECT release, runbook, version, state, finished_at AS at, course, ROW_NUMBER() OVER (PARTITION BY release, runbook, version ORDER BY finished_at DESC, id DESC) AS place
			FROM run`+w.String()+`
		) AS newest WHERE place = 1`, w.Args...)
	out := make(map[rehearsedKey]rehearsal, len(rows))
	for _, r := range rows {
		if err := r.Course.Decode(&r.course); err != nil {
			return nil, err
		}
		out[rehearsedKey{r.Release, version{r.Runbook, r.Version}}] = r
	}
	return out, err
}

// ChangeCounts returns how often the runbook and the back-out of releases were changed, in one statement. Changes are only ever
// added, one with each commit that touches the content: a release with the same number has the same content. It checks no permission.
func ChangeCounts(tx *db.Tx, releases ...id.Release) (map[id.Release]int64, error) {
	out := make(map[id.Release]int64, len(releases))
	if len(releases) == 0 {
		return out, nil
	}
	var w db.Where
	db.In(&w, "release", releases)
	err := tx.Each(`SELECT release, count(*) FROM release_runbook_change`+w.String()+` GROUP BY release`, w.Args, func(scan func(dst ...any) error) error {
		var r id.Release
		var n int64
		err := scan(&r, &n)
		out[r] = n
		return err
	})
	return out, err
}
