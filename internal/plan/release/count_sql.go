package release

import (
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// ChangeCounts returns how often the sections of releases that this area owns were changed, in one statement. Changes are
// only ever added, one with each commit that touches the content: a release with the same number has the same content. It
// checks no permission.
func ChangeCounts(tx *db.Tx, releases ...id.Release) (map[id.Release]int64, error) {
	out := make(map[id.Release]int64, len(releases))
	if len(releases) == 0 {
		return out, nil
	}
	var w db.Where
	db.In(&w, "release", releases)
	err := tx.Each(`SELECT release, count(*) FROM release_change`+w.String()+` GROUP BY release`, w.Args, func(scan func(dst ...any) error) error {
		var r id.Release
		var n int64
		err := scan(&r, &n)
		out[r] = n
		return err
	})
	return out, err
}
