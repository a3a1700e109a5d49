package resource

import (
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const toolFrom = `SELECT id, key, name, text, kind, team, units, weekly, closed, rev, changed_at, changed_by FROM tool`

// ToolByKey returns a tool by its key or identifier. It fails with errs.NotFound, and checks no permission.
func ToolByKey(tx *db.Tx, ref string) (Tool, error) {
	var t Tool
	return t, auth.Missing("tool", tx.Get(&t, toolFrom+` WHERE key = $1 OR id = $1`, ref))
}

// ListTools returns every tool by key, closed ones last. It checks no permission.
func ListTools(tx *db.Tx) ([]Tool, error) {
	out := []Tool{}
	return out, tx.All(&out, toolFrom+` ORDER BY closed, key`)
}

func putTool(tx *db.Tx, t Tool, fresh bool) error {
	text := `UPDATE tool SET key = $2, name = $3, text = $4, kind = $5, team = $6, units = $7, weekly = $8, closed = $9, rev = $10, changed_at = $11, changed_by = $12 WHERE id = $1`
	if fresh {
		text = `INSERT INTO tool (id, key, name, text, kind, team, units, weekly, closed, rev, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
	}
	_, err := tx.Exec(text, t.ID, t.Key, t.Name, t.Text, t.Kind, t.Team, t.Units, t.Weekly, t.Closed, t.Rev, t.ChangedAt, t.ChangedBy)
	return err
}
