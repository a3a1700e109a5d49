package plan

import "slipway/internal/platform/db"

func releases(tx *db.Tx, f Filter, w where) ([]Release, error) {
	order := ` ORDER BY r.sort_at, r.id`
	if f.Newest {
		order = ` ORDER BY r.sort_at DESC, r.id DESC`
	}
	var out []Release
	if err := tx.All(&out, releaseFrom+w.sql()+order+` LIMIT `+w.arg(limited(f.Limit)), w.args...); err != nil {
		return nil, err
	}
	return out, fillEnvironments(tx, out)
}

func countReleases(tx *db.Tx, w where) (int64, error) {
	var n int64
	err := tx.Get(&n, `SELECT count(*) FROM release r`+w.sql(), w.args...)
	return n, err
}
