package risk

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const from = `SELECT r.id, r.number, coalesce(r.product, '') AS product, coalesce(p.key, '') AS product_key, coalesce(p.name, '') AS product_name,
	coalesce(r.release, '') AS release, coalesce(l.key, '') AS release_key, coalesce(l.name, '') AS release_name,
	r.title, r.text, r.cause, r.early_sign, r.category, r.probability, r.impact, r.score, r.response, r.mitigation,
	r.residual_probability, r.residual_impact, r.residual_score, r.owner, r.review, r.blocks, r.blocks_since,
	r.state, r.state_reason, r.state_at, r.state_by, r.score_before, r.score_at, r.rev, r.opened_at, r.opened_by, r.changed_at, r.changed_by
	FROM risk r LEFT JOIN product p ON p.id = r.product LEFT JOIN release l ON l.id = r.release`

func byRef(tx *db.Tx, ref string) (Risk, error) {
	var r Risk
	var err error
	if m := keyForm.FindStringSubmatch(ref); m != nil {
		number, _ := strconv.ParseInt(m[1], 10, 64)
		err = tx.Get(&r, from+` WHERE r.number = $1`, number)
	} else {
		err = tx.Get(&r, from+` WHERE r.id = $1`, ref)
	}
	if errors.Is(err, db.ErrNone) {
		return r, auth.Unseen("risk")
	}
	r.Key = keyOf(r.Number)
	return r, err
}

func many(tx *db.Tx, rest string, args ...any) ([]Risk, error) {
	var out []Risk
	err := tx.All(&out, from+rest, args...)
	for i := range out {
		out[i].Key = keyOf(out[i].Number)
	}
	return out, err
}

func list(tx *db.Tx, f Filter, w db.Where) ([]Risk, error) {
	order := "r.score"
	if f.Residual {
		order = "r.residual_score"
	}
	sql := w.String() + ` ORDER BY ` + order + ` DESC, r.number LIMIT ` + w.Arg(f.limit())
	return many(tx, sql, w.Args...)
}

func blockers(tx *db.Tx, rels []id.Release) ([]Risk, error) {
	var w db.Where
	db.In(&w, "r.release", rels)
	w.And("r.blocks_since IS NOT NULL")
	return many(tx, w.String()+` ORDER BY r.score DESC, r.number`, w.Args...)
}

func ofRelease(tx *db.Tx, rel id.Release) ([]Risk, error) {
	return many(tx, ` WHERE r.release = $1 ORDER BY r.number`, rel)
}

func stats(tx *db.Tx, w db.Where) (Stats, error) {
	var s Stats
	err := tx.Get(&s, `SELECT count(*) FILTER (WHERE r.state = 'open') AS open, count(*) FILTER (WHERE r.state = 'accepted') AS accepted,
		count(*) FILTER (WHERE r.state = 'closed') AS closed, count(*) FILTER (WHERE r.blocks_since IS NOT NULL) AS blocking,
		count(*) FILTER (WHERE r.state <> 'closed' AND r.score >= 10) AS ten, coalesce(max(r.score) FILTER (WHERE r.state <> 'closed'), 0) AS worst
		FROM risk r`+w.String(), w.Args...)
	return s, err
}

func categories(tx *db.Tx, w db.Where) ([]string, error) {
	w.And("r.category <> ''")
	var out []string
	err := tx.All(&out, `SELECT DISTINCT r.category FROM risk r`+w.String()+` ORDER BY r.category LIMIT 100`, w.Args...)
	return out, err
}

// nextNumber returns the number of the next risk. Two at once are told apart by the unique column: one of them runs again.
func nextNumber(tx *db.Tx) (int64, error) {
	var n int64
	err := tx.Get(&n, `SELECT coalesce(max(number), 0) + 1 FROM risk`)
	return n, err
}

func search(r Risk) string {
	return strings.ToLower(strings.Join([]string{keyOf(r.Number), r.Title, r.Text, r.Cause, r.Trigger, r.Category}, " "))
}

// null keeps an empty reference out of a foreign key.
func null[T ~string](s T) any {
	if s == "" {
		return nil
	}
	return string(s)
}

const columns = `product, release, title, text, cause, early_sign, category, probability, impact, score, response, mitigation,
	residual_probability, residual_impact, residual_score, owner, review, blocks, blocks_since, state, state_reason, state_at, state_by,
	score_before, score_at, search, rev, changed_at, changed_by`

func values(r Risk) []any {
	return []any{null(r.Product), null(r.Release), r.Title, r.Text, r.Cause, r.Trigger, r.Category, r.Probability, r.Impact, r.Score, r.Response, r.Mitigation,
		r.ResidualProbability, r.ResidualImpact, r.ResidualScore, r.Owner, r.Review, r.Blocks, r.BlocksSince, r.State, r.StateReason, r.StateAt, r.StateBy,
		r.ScoreBefore, r.ScoreAt, search(r), r.Rev, r.ChangedAt, r.ChangedBy}
}

func insert(tx *db.Tx, r Risk) error {
	var w db.Where
	marks := make([]string, 0, 33)
	for _, v := range append(values(r), r.ID, r.Number, r.OpenedAt, r.OpenedBy) {
		marks = append(marks, w.Arg(v))
	}
	_, err := tx.Exec(`INSERT INTO risk (`+columns+`, id, number, opened_at, opened_by) VALUES (`+strings.Join(marks, ", ")+`)`, w.Args...)
	return err
}

func update(tx *db.Tx, r Risk) error {
	var w db.Where
	names := strings.Split(strings.Join(strings.Fields(columns), ""), ",")
	sets := make([]string, len(names))
	for i, v := range values(r) {
		sets[i] = names[i] + " = " + w.Arg(v)
	}
	_, err := tx.Exec(`UPDATE risk SET `+strings.Join(sets, ", ")+` WHERE id = `+w.Arg(r.ID), w.Args...)
	return err
}

const changeColumns = `id, risk, action, release, was_release, at, changed_by, person, signed, score, residual_score, before, after, reason`

func insertChange(tx *db.Tx, c Change) error {
	_, err := tx.Exec(`INSERT INTO risk_change (`+changeColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		c.ID, c.Risk, c.Action, c.Release, c.WasRelease, c.At, c.By, c.Person, c.Signed, c.Score, c.ResidualScore, c.Before, c.After, c.Reason)
	return err
}

func changes(tx *db.Tx, risk ID, f ChangeFilter) ([]Change, error) {
	var w db.Where
	w.And("risk = ?", risk)
	if f.BeforeID != "" {
		w.And("(at, id) < (?, ?)", int64(f.BeforeAt), f.BeforeID)
	}
	limit := f.Limit
	if limit <= 0 {
		limit = 50
	}
	var out []Change
	sql := `SELECT ` + changeColumns + ` FROM risk_change` + w.String() + ` ORDER BY at DESC, id DESC LIMIT ` + w.Arg(min(limit, 201))
	err := tx.All(&out, sql, w.Args...)
	return out, err
}

func authors(tx *db.Tx, rel id.Release, since db.Time) ([]id.Person, error) {
	var out []id.Person
	err := tx.All(&out, `SELECT DISTINCT person FROM risk_change WHERE (release = $1 OR was_release = $1) AND signed AND at > $2 AND person <> '' ORDER BY person`, rel, int64(since))
	return out, err
}

// authorOf returns who changed a risk last.
func authorOf(tx *db.Tx, risk ID) (id.Person, error) {
	var p id.Person
	err := tx.Get(&p, `SELECT person FROM risk_change WHERE risk = $1 ORDER BY at DESC, id DESC LIMIT 1`, risk)
	return p, err
}

func scores(tx *db.Tx, risk ID) ([]Scored, error) {
	var out []Scored
	err := tx.All(&out, `SELECT at, score, residual_score FROM risk_change WHERE risk = $1 ORDER BY at DESC, id DESC LIMIT 200`, risk)
	slices.Reverse(out)
	return out, err
}
