package book

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const (
	summaryColumns = `key, name, text, version, steps, backout, changed_at, changed_by`
	versionColumns = `runbook AS key, version, digest, made_at, made_by, person`
)

type versionRow struct {
	Version
	Content db.JSON
}

func (r versionRow) version() (Version, error) {
	v := r.Version
	return v, r.Content.Decode(&v.Runbook)
}

// VersionOf returns a version of a runbook, the newest for 0. It checks no permission. It fails with errs.NotFound.
func VersionOf(tx *db.Tx, key string, version int) (Version, error) {
	n, err := newest(tx, key)
	if errors.Is(err, db.ErrNone) {
		return n, auth.Unseen("runbook")
	}
	if err != nil || version == 0 || version == n.Version {
		n.Newest = n.Version
		return n, err
	}
	var r versionRow
	err = tx.Get(&r, `SELECT `+versionColumns+`, content FROM runbook_version WHERE runbook = $1 AND version = $2`, key, version)
	if errors.Is(err, db.ErrNone) {
		return Version{}, auth.Unseen("runbook")
	}
	if err != nil {
		return Version{}, err
	}
	v, err := r.version()
	v.Newest = n.Version
	return v, err
}

func newest(tx *db.Tx, key string) (Version, error) {
	var r versionRow
	err := tx.Get(&r, `SELECT v.runbook AS key, v.version, v.digest, v.made_at, v.made_by, v.person, v.content
		FROM runbook b JOIN runbook_version v ON v.runbook = b.key AND v.version = b.version WHERE b.key = $1`, key)
	if err != nil {
		return Version{}, err
	}
	return r.version()
}

func putRunbook(tx *db.Tx, v Version, content db.JSON) error {
	r := v.Runbook
	name := r.Name
	if name == "" {
		name = r.Key
	}
	_, err := tx.Exec(`INSERT INTO runbook (`+summaryColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (key) DO UPDATE SET name = excluded.name, text = excluded.text, version = excluded.version, steps = excluded.steps,
		backout = excluded.backout, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
		r.Key, name, r.Description, v.Version, len(r.Steps), len(r.BackOut.Steps), v.MadeAt, v.MadeBy)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO runbook_version (runbook, version, content, digest, made_at, made_by, person) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		v.Key, v.Version, content, v.Digest, v.MadeAt, v.MadeBy, v.Person)
	return err
}

var escape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func summaries(tx *db.Tx, f Filter) ([]Summary, error) {
	like := "%" + escape.Replace(strings.ToLower(f.Query)) + "%"
	var out []Summary
	err := tx.All(&out, `SELECT `+summaryColumns+` FROM runbook WHERE key > $1 AND (lower(key) LIKE $2 ESCAPE '\' OR lower(name) LIKE $3 ESCAPE '\')
		ORDER BY key LIMIT $4`, f.After, like, like, limited(f.Limit))
	return out, err
}

func versions(tx *db.Tx, key string) ([]Version, error) {
	var out []Version
	err := tx.All(&out, `SELECT `+versionColumns+` FROM runbook_version WHERE runbook = $1 ORDER BY version DESC LIMIT 200`, key)
	for i := range out {
		out[i].Newest = out[0].Version
	}
	return out, err
}

func digestOf(content db.JSON) string {
	sum := sha256.Sum256(content)
	return "sha256:" + hex.EncodeToString(sum[:])
}
