package train

import (
	"errors"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const from = `SELECT t.id, t.key, t.product, p.key AS product_key, p.name AS product_name, t.name, t.text, t.template, t.starts, t.zone, t.rrule, t.length, t.lead, t.pattern,
	t.number, t.number_year, t.frozen, t.skips, t.environments, t.services, t.owner, t.state, t.state_reason, t.state_at, t.since, t.next_at, t.opens_at, t.fault,
	t.rev, t.created_at, t.created_by, t.changed_at, t.changed_by FROM train t JOIN product p ON p.id = t.product`

type trainRow struct {
	Train
	KeptSkips        db.JSON `db:"skips"`
	KeptEnvironments db.JSON `db:"environments"`
	KeptServices     db.JSON `db:"services"`
}

func read(tx *db.Tx, rest string, args ...any) ([]Train, error) {
	var rows []trainRow
	if err := tx.All(&rows, from+rest, args...); err != nil {
		return nil, err
	}
	out := make([]Train, len(rows))
	for i, r := range rows {
		out[i] = r.Train
		if err := errors.Join(r.KeptSkips.Decode(&out[i].Skips), r.KeptEnvironments.Decode(&out[i].Environments), r.KeptServices.Decode(&out[i].Services)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// byRef returns a train by key or identifier, whoever may see it.
func byRef(tx *db.Tx, ref string) (Train, error) {
	column := "key"
	if id.Is(ref) {
		column = "id"
	}
	ts, err := read(tx, ` WHERE t.`+column+` = $1`, ref)
	if err == nil && len(ts) == 0 {
		return Train{}, auth.Unseen("train")
	}
	if err != nil {
		return Train{}, err
	}
	return ts[0], nil
}

func keyTaken(tx *db.Tx, key string) (bool, error) {
	var n int64
	err := tx.Get(&n, `SELECT count(*) FROM train WHERE key = $1`, key)
	return n > 0, err
}

// seen returns the trains of a product, or of all, that may be seen, by key. Closed ones only if asked for.
func seen(tx *db.Tx, product id.Product, closed, all bool, scopes []auth.Scope) ([]Train, error) {
	var w db.Where
	auth.Seen(&w, "t.product", "product", all, scopes)
	if product != "" {
		w.And("t.product = ?", product)
	}
	if !closed {
		w.And("t.state <> ?", string(StateClosed))
	}
	return read(tx, w.String()+` ORDER BY t.key LIMIT 500`, w.Args...)
}

func due(tx *db.Tx, now db.Time, most int) ([]ID, error) {
	var out []ID
	err := tx.All(&out, `SELECT id FROM train WHERE state = $1 AND opens_at <= $2 ORDER BY opens_at, id LIMIT $3`, StateRunning, int64(now), most)
	return out, err
}

// nextOpening returns when the next release of any train is opened; none without one.
func nextOpening(tx *db.Tx) (db.Time, error) {
	var out []db.Time
	err := tx.All(&out, `SELECT opens_at FROM train WHERE state = $1 AND opens_at IS NOT NULL ORDER BY opens_at LIMIT 1`, StateRunning)
	if len(out) == 0 {
		return 0, err
	}
	return out[0], err
}

func (t Train) kept() (skips, environments, services db.JSON, err error) {
	for _, x := range []struct {
		to   *db.JSON
		from any
	}{{&skips, t.Skips}, {&environments, t.Environments}, {&services, t.Services}} {
		if *x.to, err = db.Canonical(x.from); err != nil {
			break
		}
	}
	return skips, environments, services, err
}

func insert(tx *db.Tx, t Train) error {
	skips, environments, services, err := t.kept()
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO train (id, key, product, name, text, template, starts, zone, rrule, length, lead, pattern, number, number_year, frozen, skips, environments, owner,
		state, state_reason, state_at, since, next_at, opens_at, fault, rev, created_at, created_by, changed_at, changed_by, services)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31)`,
		t.ID, t.Key, t.Product, t.Name, t.Text, t.Template, t.Start, t.Zone, t.RRule, t.Length, t.Lead, t.Pattern, t.Number, t.NumberYear, t.Frozen, skips, environments, t.Owner,
		t.State, t.StateReason, t.StateAt, t.Since, t.NextAt, t.OpensAt, t.Fault, t.Rev, t.CreatedAt, t.CreatedBy, t.ChangedAt, t.ChangedBy, services)
	return err
}

func update(tx *db.Tx, t Train) error {
	skips, environments, services, err := t.kept()
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE train SET name = $1, text = $2, template = $3, starts = $4, zone = $5, rrule = $6, length = $7, lead = $8, pattern = $9, number = $10, number_year = $11,
		frozen = $12, skips = $13, environments = $14, owner = $15, state = $16, state_reason = $17, state_at = $18, since = $19, next_at = $20, opens_at = $21, fault = $22,
		rev = $23, changed_at = $24, changed_by = $25, services = $26 WHERE id = $27`,
		t.Name, t.Text, t.Template, t.Start, t.Zone, t.RRule, t.Length, t.Lead, t.Pattern, t.Number, t.NumberYear, t.Frozen, skips, environments, t.Owner,
		t.State, t.StateReason, t.StateAt, t.Since, t.NextAt, t.OpensAt, t.Fault, t.Rev, t.ChangedAt, t.ChangedBy, services, t.ID)
	return err
}

const departures = `SELECT d.at, d.outcome, d.reason, d.version, d.starts AS "win.start", d.ends AS "win.end", coalesce(d.release, '') AS release,
	coalesce(r.key, '') AS release_key, coalesce(r.name, '') AS release_name, coalesce(r.state, '') AS state, d.settled_at
	FROM train_departure d LEFT JOIN release r ON r.id = d.release`

// settled returns what became of the dates of a train, the newest first.
func settled(tx *db.Tx, t ID, most int) ([]Departure, error) {
	out := []Departure{}
	err := tx.All(&out, departures+` WHERE d.train = $1 ORDER BY d.at DESC LIMIT $2`, t, most)
	return out, err
}

func insertDeparture(tx *db.Tx, t ID, d Departure) error {
	var release any
	if d.Release != "" {
		release = string(d.Release)
	}
	_, err := tx.Exec(`INSERT INTO train_departure (train, at, outcome, reason, version, starts, ends, release, settled_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		t, d.At, d.Outcome, d.Reason, d.Version, d.Window.Start, d.Window.End, release, d.SettledAt)
	return err
}
