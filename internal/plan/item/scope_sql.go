package item

import (
	"slipway/internal/id"
	"slipway/internal/plan/release"
	"slipway/internal/platform/db"
)

const scopeFrom = `SELECT i.id, i.key, i.title, i.kind, i.url, i.service, COALESCE(s.key, '') AS service_key, COALESCE(s.name, '') AS service_name,
	i.owner, i.state, i.effort, i.commits, i.no_commit, i.rev, i.changed_at, i.changed_by
	FROM scope_item i LEFT JOIN service s ON s.id = i.service`

type scopeRow struct {
	ScopeItem
	CommitList db.JSON `db:"commits"`
}

func (r scopeRow) item() (ScopeItem, error) {
	err := r.CommitList.Decode(&r.ScopeItem.Commits)
	return r.ScopeItem, err
}

// Scope returns the scope items of a release that pass the filter, by key. It checks no permission.
func Scope(tx *db.Tx, r id.Release, f ScopeFilter) ([]ScopeItem, error) {
	var w db.Where
	w.And(`i.release = ?`, r)
	if f.Kind != "" {
		w.And(`i.kind = ?`, f.Kind)
	}
	if f.State != "" {
		w.And(`i.state = ?`, f.State)
	}
	if f.After != "" {
		w.And(`i.key > ?`, f.After)
	}
	if f.Service != "" {
		w.And(`s.key = ?`, f.Service)
	}
	w.Words(`lower(i.key || ' ' || i.title)`, f.Query)
	limit := ""
	if f.Limit > 0 {
		limit = ` LIMIT ` + w.Arg(f.Limit)
	}
	var rows []scopeRow
	if err := tx.All(&rows, scopeFrom+w.String()+` ORDER BY i.key`+limit, w.Args...); err != nil {
		return nil, err
	}
	out := make([]ScopeItem, len(rows))
	for i, row := range rows {
		var err error
		if out[i], err = row.item(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ScopeCount says how large the scope of a release is.
type ScopeCount struct {
	Items    int64 `json:"items"`
	Done     int64 `json:"done"`
	Defects  int64 `json:"defects"`  // of them open
	NoCommit int64 `json:"noCommit"` // items without a commit and without a reason for it
}

// CountScope counts the scope items of a release with one statement. It checks no permission.
func CountScope(tx *db.Tx, r id.Release) (ScopeCount, error) {
	var c ScopeCount
	err := tx.Get(&c, `SELECT count(*) AS items, count(*) FILTER (WHERE state = 'done') AS done, count(*) FILTER (WHERE kind = 'defect' AND state = 'open') AS defects,
		count(*) FILTER (WHERE commits = '[]' AND no_commit = '') AS no_commit FROM scope_item WHERE release = $1`, r)
	return c, err
}

// ScopeBy returns a scope item by key or identifier, or db.ErrNone.
func ScopeBy(tx *db.Tx, r id.Release, ref string) (ScopeItem, error) {
	var row scopeRow
	if err := tx.Get(&row, scopeFrom+` WHERE i.release = $1 AND (i.key = $2 OR i.id = $2)`, r, ref); err != nil {
		return ScopeItem{}, err
	}
	return row.item()
}

// InsertScope writes a new scope item.
func InsertScope(tx *db.Tx, r id.Release, i ScopeItem) error {
	commits, err := db.Canonical(release.List(i.Commits))
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO scope_item (id, release, key, title, kind, url, service, owner, state, commits, no_commit, rev, changed_at, changed_by, effort)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		i.ID, r, i.Key, i.Title, i.Kind, i.URL, i.Service, i.Owner, i.State, commits, i.NoCommit, i.Rev, i.ChangedAt, i.ChangedBy, i.Effort)
	return err
}

func updateScopeItem(tx *db.Tx, i ScopeItem) error {
	commits, err := db.Canonical(release.List(i.Commits))
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE scope_item SET title = $1, kind = $2, url = $3, service = $4, owner = $5, state = $6, commits = $7, no_commit = $8, rev = $9, changed_at = $10, changed_by = $11, effort = $12
		WHERE id = $13`, i.Title, i.Kind, i.URL, i.Service, i.Owner, i.State, commits, i.NoCommit, i.Rev, i.ChangedAt, i.ChangedBy, i.Effort, i.ID)
	return err
}

func deleteScopeItem(tx *db.Tx, ref string) error {
	_, err := tx.Exec(`DELETE FROM scope_item WHERE id = $1`, ref)
	return err
}

func countScope(tx *db.Tx, r id.Release) (int64, error) {
	var n int64
	err := tx.Get(&n, `SELECT count(*) FROM scope_item WHERE release = $1`, r)
	return n, err
}
