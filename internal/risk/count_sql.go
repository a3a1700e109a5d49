package risk

import (
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// ChangeCounts returns how often the registers of releases were changed, in one statement; a risk that moved counts for
// both. Changes are only ever added, one with each commit that touches a risk: a release with the same number has the same
// register. It checks no permission.
func ChangeCounts(tx *db.Tx, releases ...id.Release) (map[id.Release]int64, error) {
	out := make(map[id.Release]int64, len(releases))
	if len(releases) == 0 {
		return out, nil
	}
	var is, was db.Where
	db.In(&is, "release", releases)
	was.Args = is.Args
	db.In(&was, "was_release", releases)
	err := tx.Each(`SELECT release, count(*) FROM risk_change`+is.String()+` GROUP BY release
		UNION ALL SELECT was_release, count(*) FROM risk_change`+was.String()+` GROUP BY was_release`, was.Args, func(scan func(dst ...any) error) error {
		var r id.Release
		var n int64
		err := scan(&r, &n)
		out[r] += n
		return err
	})
	return out, err
}
