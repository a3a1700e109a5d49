package roadmap

import (
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const from = `SELECT d.id, d.key, d.product, p.key AS product_key, p.name AS product_name, coalesce(d.release, '') AS release, coalesce(r.key, '') AS release_key,
	coalesce(r.name, '') AS release_name, d.version, d.title, d.starts AS "win.start", d.ends AS "win.end", d.state, d.roles, d.vendor, d.answer_by, d.round, d.proposer, d.agreed_at,
	d.published_start AS "pub.start", d.published_end AS "pub.end", d.published_at, d.rev, d.created_at, d.created_by, d.changed_at, d.changed_by
	FROM roadmap_date d JOIN product p ON p.id = d.product LEFT JOIN release r ON r.id = d.release`

type dateRow struct {
	Date
	Kept db.JSON `db:"roles"`
}

// read returns dates with the answers of their roles.
func read(tx *db.Tx, rest string, args ...any) ([]Date, error) {
	var rows []dateRow
	if err := tx.All(&rows, from+rest, args...); err != nil || len(rows) == 0 {
		return []Date{}, err
	}
	ids := make([]ID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	said, err := statements(tx, ids...)
	if err != nil {
		return nil, err
	}
	out := make([]Date, len(rows))
	for i, r := range rows {
		out[i] = r.Date
		if err := r.Kept.Decode(&out[i].Roles); err != nil {
			return nil, err
		}
		if w := r.PublishedWin; !w.IsZero() {
			out[i].Published = &w
		}
		out[i].Answers = answers(out[i], said[r.ID])
	}
	return out, nil
}

func one(tx *db.Tx, rest string, args ...any) (Date, bool, error) {
	ds, err := read(tx, rest, args...)
	if err != nil || len(ds) == 0 {
		return Date{}, false, err
	}
	return ds[0], true, nil
}

func byRef(tx *db.Tx, ref string) (Date, error) {
	column := "key"
	if id.Is(ref) {
		column = "id"
	}
	d, ok, err := one(tx, ` WHERE d.`+column+` = $1`, ref)
	if err == nil && !ok { // a date that was there before its release has a key of its own
		d, ok, err = one(tx, ` WHERE r.`+column+` = $1`, ref)
	}
	if err == nil && !ok {
		err = auth.Unseen("roadmap_date")
	}
	return d, err
}

func ofRelease(tx *db.Tx, r id.Release) (Date, bool, error) {
	return one(tx, ` WHERE d.release = $1`, r)
}

// list returns dates by their start.
func list(tx *db.Tx, w db.Where, limit int) ([]Date, error) {
	return read(tx, w.String()+` ORDER BY d.starts, d.id LIMIT `+w.Arg(limit), w.Args...)
}

type statementRow struct {
	Statement
	Date ID
}

// statements returns what was said about dates, oldest first.
func statements(tx *db.Tx, dates ...ID) (map[ID][]Statement, error) {
	var w db.Where
	db.In(&w, "date", dates)
	var rows []statementRow
	err := tx.All(&rows, `SELECT date, number, round, kind, role, person, actor, at, starts AS "win.start", ends AS "win.end", reason FROM roadmap_statement`+
		w.String()+` ORDER BY date, number`, w.Args...)
	out := map[ID][]Statement{}
	for _, r := range rows {
		out[r.Date] = append(out[r.Date], r.Statement)
	}
	return out, err
}

func insertStatement(tx *db.Tx, d ID, s Statement) error {
	_, err := tx.Exec(`INSERT INTO roadmap_statement (date, number, round, kind, role, person, actor, at, starts, ends, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		d, s.Number, s.Round, s.Kind, s.Role, s.Person, s.Actor, s.At, s.Window.Start, s.Window.End, s.Reason)
	return err
}

func release(d Date) any {
	if d.Release == "" {
		return nil
	}
	return string(d.Release)
}

func insert(tx *db.Tx, d Date) error {
	roles, err := db.Canonical(d.Roles)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO roadmap_date (id, key, product, release, version, title, starts, ends, state, roles, vendor, answer_by, round, proposer, agreed_at,
		published_start, published_end, published_at, rev, created_at, created_by, changed_at, changed_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`,
		d.ID, d.Key, d.Product, release(d), d.Version, d.Title, d.Window.Start, d.Window.End, d.State, roles, d.Vendor, d.AnswerBy, d.Round, d.Proposer, d.AgreedAt,
		d.PublishedWin.Start, d.PublishedWin.End, d.PublishedAt, d.Rev, d.CreatedAt, d.CreatedBy, d.ChangedAt, d.ChangedBy)
	return err
}

func update(tx *db.Tx, d Date) error {
	roles, err := db.Canonical(d.Roles)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE roadmap_date SET release = $1, title = $2, starts = $3, ends = $4, state = $5, roles = $6, vendor = $7, answer_by = $8, round = $9, proposer = $10,
		agreed_at = $11, published_start = $12, published_end = $13, published_at = $14, rev = $15, changed_at = $16, changed_by = $17 WHERE id = $18`,
		release(d), d.Title, d.Window.Start, d.Window.End, d.State, roles, d.Vendor, d.AnswerBy, d.Round, d.Proposer,
		d.AgreedAt, d.PublishedWin.Start, d.PublishedWin.End, d.PublishedAt, d.Rev, d.ChangedAt, d.ChangedBy, d.ID)
	return err
}

// releaseOf returns the release of a version of a product, if there is one that has not been cancelled.
func releaseOf(tx *db.Tx, p id.Product, version string) (id.Release, error) {
	var out []id.Release
	err := tx.All(&out, `SELECT id FROM release WHERE product = $1 AND version = $2 AND state <> 'cancelled' ORDER BY created_at, id LIMIT 1`, p, version)
	if len(out) == 0 {
		return "", err
	}
	return out[0], err
}

// goals returns the objectives of releases.
func goals(tx *db.Tx, releases []id.Release) (map[id.Release][]string, error) {
	out := map[id.Release][]string{}
	if len(releases) == 0 {
		return out, nil
	}
	var w db.Where
	db.In(&w, "id", releases)
	var rows []struct {
		ID         id.Release
		Objectives db.JSON
	}
	if err := tx.All(&rows, `SELECT id, objectives FROM release`+w.String(), w.Args...); err != nil {
		return nil, err
	}
	for _, r := range rows {
		var list []string
		if err := r.Objectives.Decode(&list); err != nil {
			return nil, err
		}
		out[r.ID] = list
	}
	return out, nil
}
