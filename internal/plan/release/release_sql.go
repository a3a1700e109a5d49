package release

import (
	"errors"
	"math"
	"strings"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const releaseFrom = `SELECT r.id, r.key, r.name, r.title, r.version, r.product, p.key AS product_key, p.name AS product_name, r.template, r.template_version,
	r.state, r.held_from, r.state_reason, r.state_at, r.state_by, r.owner, r.window_start AS "win.start", r.window_end AS "win.end", r.runbook, r.manifest_digest,
	r.rev, r.created_at, r.created_by, r.changed_at, r.changed_by
	FROM release r JOIN product p ON p.id = r.product`

// noWindow is the place of a release without a window in the order of lists: behind all others.
const noWindow = db.Time(math.MaxInt64)

func (r Release) sortAt() int64 {
	if r.Window.Start.IsZero() {
		return int64(noWindow)
	}
	return int64(r.Window.Start)
}

func (r Release) search() string { return strings.ToLower(r.Key + " " + r.Name + " " + r.Title) }

// By reads a release with its environments, whoever may see it.
func By(tx *db.Tx, ref string) (Release, error) {
	column := "key"
	if id.Is(ref) {
		column = "id"
	}
	var r Release
	err := tx.Get(&r, releaseFrom+` WHERE r.`+column+` = $1`, ref)
	if errors.Is(err, db.ErrNone) {
		return r, auth.Unseen("release")
	}
	if err != nil {
		return r, err
	}
	rs := []Release{r}
	err = fillEnvironments(tx, rs)
	return rs[0], err
}

type targetRow struct {
	Release     id.Release
	Environment id.Environment
	Key         string
}

// fillEnvironments reads the environments of a page of releases at once.
func fillEnvironments(tx *db.Tx, rs []Release) error {
	if len(rs) == 0 {
		return nil
	}
	at := make(map[id.Release]int, len(rs))
	var w db.Where
	in := make([]string, len(rs))
	for i, r := range rs {
		at[r.ID] = i
		in[i] = w.Arg(r.ID)
	}
	var rows []targetRow
	err := tx.All(&rows, `SELECT t.release, t.environment, e.key FROM release_environment t JOIN environment e ON e.id = t.environment
		WHERE t.release IN (`+strings.Join(in, ", ")+`) ORDER BY t.release, t.position`, w.Args...)
	for _, t := range rows {
		r := &rs[at[t.Release]]
		r.Environments = append(r.Environments, t.Environment)
		r.EnvironmentKeys = append(r.EnvironmentKeys, t.Key)
	}
	return err
}

// KeyTaken reports whether a release has the key.
func KeyTaken(tx *db.Tx, key string) (bool, error) {
	var n int64
	err := tx.Get(&n, `SELECT count(*) FROM release WHERE key = $1`, key)
	return n > 0, err
}

// Insert writes the row of a new release.
func Insert(tx *db.Tx, r Release, d Content) error {
	objectives, criteria, err := d.json()
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO release (id, key, name, title, version, product, template, template_version, state, held_from, state_reason, state_at, state_by,
		owner, window_start, window_end, sort_at, ended, objectives, success_criteria, runbook, manifest_digest, search, rev, created_at, created_by, changed_at, changed_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)`,
		r.ID, r.Key, r.Name, r.Title, r.Version, r.Product, r.Template, r.TemplateVersion, r.State, r.HeldFrom, r.StateReason, r.StateAt, r.StateBy,
		r.Owner, r.Window.Start, r.Window.End, r.sortAt(), r.Ended(), objectives, criteria, r.Runbook, r.ManifestDigest, r.search(), r.Rev,
		r.CreatedAt, r.CreatedBy, r.ChangedAt, r.ChangedBy)
	return err
}

// updateRelease writes what may change of a release whose Rev has just been raised. It reports false if the row was
// changed by somebody else meanwhile.
func updateRelease(tx *db.Tx, r Release) (bool, error) {
	n, err := tx.Exec(`UPDATE release SET name = $1, title = $2, version = $3, state = $4, held_from = $5, state_reason = $6, state_at = $7, state_by = $8, owner = $9,
		window_start = $10, window_end = $11, sort_at = $12, ended = $13, runbook = $14, manifest_digest = $15, search = $16, rev = $17, changed_at = $18, changed_by = $19
		WHERE id = $20 AND rev = $21`,
		r.Name, r.Title, r.Version, r.State, r.HeldFrom, r.StateReason, r.StateAt, r.StateBy, r.Owner,
		r.Window.Start, r.Window.End, r.sortAt(), r.Ended(), r.Runbook, r.ManifestDigest, r.search(), r.Rev, r.ChangedAt, r.ChangedBy,
		r.ID, r.Rev-1)
	return n == 1, err
}

// PutTargets writes the environments of a release, in its order.
func PutTargets(tx *db.Tx, r Release) error {
	if _, err := tx.Exec(`DELETE FROM release_environment WHERE release = $1`, r.ID); err != nil {
		return err
	}
	for i, e := range r.Environments {
		if _, err := tx.Exec(`INSERT INTO release_environment (release, environment, position) VALUES ($1, $2, $3)`, r.ID, e, i); err != nil {
			return err
		}
	}
	return nil
}

// Content is what a release says in words, apart from lists.
type Content struct {
	Objectives      []string
	SuccessCriteria []string
}

func (c Content) json() (objectives, criteria db.JSON, err error) {
	if objectives, err = db.Canonical(List(c.Objectives)); err == nil {
		criteria, err = db.Canonical(List(c.SuccessCriteria))
	}
	return objectives, criteria, err
}

// List returns the list itself, or an empty one for none, which JSON tells apart.
func List(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// ContentOf reads what a release says in words.
func ContentOf(tx *db.Tx, r id.Release) (Content, error) {
	var row struct{ Objectives, SuccessCriteria db.JSON }
	if err := tx.Get(&row, `SELECT objectives, success_criteria FROM release WHERE id = $1`, r); err != nil {
		return Content{}, err
	}
	var c Content
	err := errors.Join(row.Objectives.Decode(&c.Objectives), row.SuccessCriteria.Decode(&c.SuccessCriteria))
	return c, err
}

// PutContent writes what a release says in words.
func PutContent(tx *db.Tx, r id.Release, c Content) error {
	objectives, criteria, err := c.json()
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE release SET objectives = $1, success_criteria = $2 WHERE id = $3`, objectives, criteria, r)
	return err
}
