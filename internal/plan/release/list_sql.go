package release

import "slipway/internal/platform/db"

// All returns the releases that pass conditions, at most most of them, in the order of the filter.
func All(tx *db.Tx, f Filter, w db.Where, most int) ([]Release, error) {
	order := ` ORDER BY r.sort_at, r.id`
	if f.Newest {
		order = ` ORDER BY r.sort_at DESC, r.id DESC`
	}
	var out []Release
	if err := tx.All(&out, releaseFrom+w.String()+order+` LIMIT `+w.Arg(most), w.Args...); err != nil {
		return nil, err
	}
	return out, fillEnvironments(tx, out)
}

// CountAll counts the releases that pass conditions.
func CountAll(tx *db.Tx, w db.Where) (int64, error) {
	var n int64
	err := tx.Get(&n, `SELECT count(*) FROM release r`+w.String(), w.Args...)
	return n, err
}
