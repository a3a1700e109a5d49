package clearance

import (
	"strconv"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

func placeholder(n int) string { return "$" + strconv.Itoa(n) }

const overrideColumns = `id, service, environment, digest, reason, from_at, until_at, given_by, given_at, withdrawn_at, withdrawn_by`

func overridesThat(tx *db.Tx, rest string, args ...any) ([]Override, error) {
	var out []Override
	if err := tx.All(&out, `SELECT `+overrideColumns+` FROM clearance_override `+rest, args...); err != nil || len(out) == 0 {
		return out, err
	}
	people := make([]id.Person, 0, len(out))
	for _, o := range out {
		people = append(people, o.By)
	}
	names, err := auth.PeopleByID(tx, people...)
	for i := range out {
		out[i].ByName = names[out[i].By].Name
	}
	return out, err
}

// standingOverrides returns the overrides that are not withdrawn or over, by service.
func standingOverrides(tx *db.Tx, now db.Time) (map[id.Service][]Override, error) {
	os, err := overridesThat(tx, `WHERE withdrawn_at IS NULL AND until_at > $1 ORDER BY id`, now)
	out := map[id.Service][]Override{}
	for _, o := range os {
		out[o.Service] = append(out[o.Service], o)
	}
	return out, err
}

func overrideByID(tx *db.Tx, ref string) (Override, error) {
	os, err := overridesThat(tx, `WHERE id = $1`, ref)
	if err != nil {
		return Override{}, err
	}
	if len(os) == 0 {
		return Override{}, auth.Unseen("override")
	}
	return os[0], nil
}

func insertOverride(tx *db.Tx, o Override) error {
	_, err := tx.Exec(`INSERT INTO clearance_override (`+overrideColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		o.ID, o.Service, o.Environment, o.Digest, o.Reason, o.From, o.Until, o.By, o.At, o.WithdrawnAt, o.WithdrawnBy)
	return err
}

func withdrawOverride(tx *db.Tx, o Override) error {
	_, err := tx.Exec(`UPDATE clearance_override SET withdrawn_at = $1, withdrawn_by = $2 WHERE id = $3`, o.WithdrawnAt, o.WithdrawnBy, o.ID)
	return err
}

const answerColumns = `id, at, service, product, environment, version, digest, allowed, release, answer, asked_by, asked_at`

func insertAnswer(tx *db.Tx, r Recorded) error {
	_, err := tx.Exec(`INSERT INTO clearance_answer (`+answerColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		r.ID, r.At, r.Service, r.Product, r.Environment, r.Version, r.Digest, r.Allowed, r.Release, r.Answer, r.AskedBy, r.AskedAt)
	return err
}

// answers returns a page of recorded answers on services of some products, newest first.
func answers(tx *db.Tx, f AnswerFilter, all bool, products []string) ([]Recorded, error) {
	q, args := `SELECT `+answerColumns+` FROM clearance_answer WHERE 1 = 1`, []any{}
	arg := func(v any) string {
		args = append(args, v)
		return placeholder(len(args))
	}
	if !all {
		q += ` AND product IN (''`
		for _, p := range products {
			q += `, ` + arg(p)
		}
		q += `) AND product <> ''`
	}
	if f.Service != "" {
		q += ` AND service = ` + arg(f.Service)
	}
	if f.Environment != "" {
		q += ` AND environment = ` + arg(f.Environment)
	}
	if f.Allowed != nil {
		q += ` AND allowed = ` + arg(*f.Allowed)
	}
	if f.Before != "" {
		q += ` AND id < ` + arg(f.Before)
	}
	var out []Recorded
	err := tx.All(&out, q+` ORDER BY id DESC LIMIT `+arg(f.Limit), args...)
	return out, err
}
