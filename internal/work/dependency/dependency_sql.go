package dependency

import (
	"errors"
	"fmt"
	"strings"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const from = `SELECT d.id, d.key, d.what, d.text,
	d.giver_kind AS "giver.kind", d.giver AS "giver.id", coalesce(gr.key, gs.key, gt.key, d.giver) AS "giver.key", coalesce(gr.name, gs.name, gt.name, d.giver_name) AS "giver.name",
	coalesce(gr.product, gs.product, '') AS "giver.product", coalesce(gs.team, '') AS "giver.team", gr.window_start AS "giver.start", gr.window_end AS "giver.end", coalesce(gr.state, '') AS "giver.state",
	d.taker_kind AS "taker.kind", d.taker AS "taker.id", coalesce(tr.key, ts.key, tt.key, d.taker) AS "taker.key", coalesce(tr.name, ts.name, tt.name, d.taker_name) AS "taker.name",
	coalesce(tr.product, ts.product, '') AS "taker.product", coalesce(ts.team, '') AS "taker.team", tr.window_start AS "taker.start", tr.window_end AS "taker.end", coalesce(tr.state, '') AS "taker.state",
	coalesce(d.release, '') AS release, coalesce(r.key, '') AS release_key, coalesce(r.name, '') AS release_name, coalesce(r.product, '') AS release_product,
	r.window_start AS release_start, r.window_end AS release_end,
	d.type, d.lag, d.status, d.status_at, d.note, d.owner, d.promised, d.delivered_at, d.told_need, d.told_expected, d.sort_at,
	d.rev, d.created_at, d.created_by, d.changed_at, d.changed_by` + joins

const joins = ` FROM dependency d
	LEFT JOIN release gr ON d.giver_kind = 'release' AND gr.id = d.giver
	LEFT JOIN service gs ON d.giver_kind = 'service' AND gs.id = d.giver
	LEFT JOIN team gt ON d.giver_kind = 'team' AND gt.id = d.giver
	LEFT JOIN release tr ON d.taker_kind = 'release' AND tr.id = d.taker
	LEFT JOIN service ts ON d.taker_kind = 'service' AND ts.id = d.taker
	LEFT JOIN team tt ON d.taker_kind = 'team' AND tt.id = d.taker
	LEFT JOIN release r ON r.id = d.release`

func many(tx *db.Tx, rest string, args ...any) ([]Dependency, error) {
	var out []Dependency
	err := tx.All(&out, from+rest, args...)
	for i := range out {
		out[i].derive()
	}
	return out, err
}

func byRef(tx *db.Tx, ref string) (Dependency, error) {
	column := "key"
	if id.Is(ref) {
		column = "id"
	}
	var d Dependency
	err := tx.Get(&d, from+` WHERE d.`+column+` = $1`, ref)
	if errors.Is(err, db.ErrNone) {
		return d, auth.Unseen("dependency")
	}
	d.derive()
	return d, err
}

func keyTaken(tx *db.Tx, key string) (bool, error) {
	var n int64
	err := tx.Get(&n, `SELECT count(*) FROM dependency WHERE key = $1`, key)
	return n > 0, err
}

// keysLike returns the keys that begin as a key does.
func keysLike(tx *db.Tx, key string) ([]string, error) {
	var out []string
	err := tx.All(&out, `SELECT key FROM dependency WHERE key = $1 OR key >= $2 AND key < $3`, key, key+"-", key+".")
	return out, err
}

// outsideNamed returns the name under which an outside party is known, "" for a new one.
func outsideNamed(tx *db.Tx, party string) (string, error) {
	var out []string
	err := tx.All(&out, `SELECT giver_name FROM dependency WHERE giver_kind = 'outside' AND giver = $1
		UNION SELECT taker_name FROM dependency WHERE taker_kind = 'outside' AND taker = $1 ORDER BY 1 LIMIT 1`, party)
	if err != nil || len(out) == 0 {
		return "", err
	}
	return out[0], nil
}

// bound is what of a dependency the network needs: half of what reading a whole row costs.
const bound = `SELECT d.id, d.key, d.what, d.giver_kind AS "giver.kind", d.giver AS "giver.id", coalesce(gr.key, gs.key, gt.key, d.giver) AS "giver.key",
	coalesce(gr.name, gs.name, gt.name, d.giver_name) AS "giver.name", coalesce(gr.product, gs.product, '') AS "giver.product", gr.window_start AS "giver.start", gr.window_end AS "giver.end",
	d.taker_kind AS "taker.kind", d.taker AS "taker.id", coalesce(tr.key, ts.key, tt.key, d.taker) AS "taker.key",
	coalesce(tr.name, ts.name, tt.name, d.taker_name) AS "taker.name", coalesce(tr.product, ts.product, '') AS "taker.product", tr.window_start AS "taker.start", tr.window_end AS "taker.end",
	coalesce(d.release, '') AS release, coalesce(r.key, '') AS release_key, coalesce(r.name, '') AS release_name, coalesce(r.product, '') AS release_product,
	r.window_start AS release_start, r.window_end AS release_end, d.type, d.lag, d.status, d.promised, d.told_need, d.told_expected` + joins

func bindings(tx *db.Tx, rest string, args ...any) ([]Dependency, error) {
	var out []Dependency
	err := tx.All(&out, bound+rest, args...)
	for i := range out {
		out[i].derive()
	}
	return out, err
}

// binding returns what is waited for with a date, whoever may see it, as far as the network needs it.
func binding(tx *db.Tx) ([]Dependency, error) {
	return bindings(tx, ` WHERE d.open = $1 AND d.type <> 'calls' ORDER BY d.id LIMIT $2`, true, openMax)
}

// reached returns what of it is given by somebody who can be reached from one of two parties. It says nothing of the release that
// somebody works for, so it may return more than what is reached in the end.
func reached(tx *db.Tx, party, release string) ([]Dependency, error) {
	return bindings(tx, ` WHERE d.open = $1 AND d.type <> 'calls' AND d.giver IN (
		WITH RECURSIVE reach (id) AS (
			SELECT s.id FROM (SELECT giver AS id FROM dependency WHERE giver IN ($2, $3) UNION SELECT taker FROM dependency WHERE taker IN ($2, $3)) s
			UNION
			SELECT x.next FROM reach JOIN (
				SELECT giver AS id, taker AS next FROM dependency WHERE open = $1 AND type <> 'calls'
				UNION ALL SELECT taker, release FROM dependency WHERE open = $1 AND type <> 'calls' AND release IS NOT NULL
			) x ON x.id = reach.id
		) SELECT id FROM reach) ORDER BY d.id LIMIT $4`, true, party, release, openMax)
}

// anyLate reports whether anything that is waited for comes later than it is needed: without it nobody has to move.
func anyLate(tx *db.Tx) (bool, error) {
	var n int64
	err := tx.Get(&n, `SELECT count(*) FROM dependency WHERE open = $1 AND type <> 'calls' AND told_expected > told_need`, true)
	return n > 0, err
}

func countOpen(tx *db.Tx) (int64, error) {
	var n int64
	err := tx.Get(&n, `SELECT count(*) FROM dependency WHERE open = $1`, true)
	return n, err
}

// touching returns what is open and has one of the releases as a side or as what it is for.
func touching(tx *db.Tx, releases ...id.Release) ([]Dependency, error) {
	places := make([]string, len(releases))
	var w db.Where
	for i, r := range releases {
		places[i] = w.Arg(string(r))
	}
	in := strings.Join(places, ", ")
	if in == "" {
		return nil, nil
	}
	// Identifiers of different kinds never meet, so that the kind need not be asked.
	sql := ` WHERE d.id IN (SELECT id FROM dependency WHERE giver IN (` + in + `) UNION SELECT id FROM dependency WHERE taker IN (` + in + `)
		UNION SELECT id FROM dependency WHERE release IN (` + in + `)) AND d.open = ` + w.Arg(true) + ` ORDER BY d.id`
	return many(tx, sql, w.Args...)
}

// seen keeps the rows one of whose products is the caller's, and those of no product.
func seen(w *db.Where, all bool, scopes []auth.Scope) {
	if all {
		return
	}
	var places []string
	for _, s := range scopes {
		if p, ok := strings.CutPrefix(string(s), "product/"); ok {
			places = append(places, w.Arg(p))
		}
	}
	if len(places) == 0 {
		w.And("1 = 0")
		return
	}
	in := " IN (" + strings.Join(places, ", ") + ")"
	w.And("(gr.product" + in + " OR gs.product" + in + " OR tr.product" + in + " OR ts.product" + in + " OR r.product" + in +
		" OR coalesce(gr.product, gs.product, tr.product, ts.product, r.product) IS NULL)")
}

func list(tx *db.Tx, w db.Where, limit int) ([]Dependency, error) {
	return many(tx, w.String()+` ORDER BY d.sort_at, d.id LIMIT `+w.Arg(limit), w.Args...)
}

func count(tx *db.Tx, w db.Where) (int64, error) {
	var n int64
	err := tx.Get(&n, `SELECT count(*)`+joins+w.String(), w.Args...)
	return n, err
}

func search(d Dependency) string {
	return strings.ToLower(strings.Join([]string{d.Key, d.What, d.Text, d.Giver.Key, d.Giver.Name, d.Taker.Key, d.Taker.Name, d.ReleaseKey}, " "))
}

const columns = `what, text, release, type, lag, status, status_at, note, owner, promised, delivered_at, open, told_need, told_expected, sort_at, search, rev, changed_at, changed_by`

func values(d Dependency) []any {
	var release any
	if d.Release != "" {
		release = string(d.Release)
	}
	return []any{d.What, d.Text, release, d.Type, d.Lag, d.Status, d.StatusAt, d.Note, d.Owner, d.Promised, d.DeliveredAt, d.Status.Open(), d.NeedBy, d.Expected, d.order(), search(d),
		d.Rev, d.ChangedAt, d.ChangedBy}
}

func insert(tx *db.Tx, d Dependency) error {
	var w db.Where
	var marks []string
	for _, v := range append(values(d), d.ID, d.Key, d.Giver.Kind, d.Giver.ID, outsideName(d.Giver), d.Taker.Kind, d.Taker.ID, outsideName(d.Taker), d.CreatedAt, d.CreatedBy) {
		marks = append(marks, w.Arg(v))
	}
	_, err := tx.Exec(`INSERT INTO dependency (`+columns+`, id, key, giver_kind, giver, giver_name, taker_kind, taker, taker_name, created_at, created_by)
		VALUES (`+strings.Join(marks, ", ")+`)`, w.Args...)
	return err
}

// outsideName is kept for outside parties alone; others are named where they live.
func outsideName(p Party) string {
	if p.Kind == Outside {
		return p.Name
	}
	return ""
}

// update writes what may change of a dependency whose Rev has just been raised.
func update(tx *db.Tx, d Dependency) error {
	var w db.Where
	names := strings.Split(columns, ", ")
	sets := make([]string, len(names))
	for i, v := range values(d) {
		sets[i] = names[i] + " = " + w.Arg(v)
	}
	n, err := tx.Exec(`UPDATE dependency SET `+strings.Join(sets, ", ")+` WHERE id = `+w.Arg(d.ID)+` AND rev = `+w.Arg(d.Rev-1), w.Args...)
	if err == nil && n != 1 {
		return fmt.Errorf("dependency: %s is not at version %d", d.ID, d.Rev-1)
	}
	return err
}

// told keeps the dates that were told of last. They follow from the windows, so the row's version stays.
func told(tx *db.Tx, d Dependency) error {
	_, err := tx.Exec(`UPDATE dependency SET told_need = $1, told_expected = $2, sort_at = $3 WHERE id = $4`, d.NeedBy, d.Expected, d.order(), d.ID)
	return err
}
