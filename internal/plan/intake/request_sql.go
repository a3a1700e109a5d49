package intake

import (
	"strings"

	"slipway/internal/id"
	"slipway/internal/plan/train"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const from = `SELECT q.id, q.key, q.number, q.product, p.key AS product_key, p.name AS product_name, q.title, q.goal, q.requirements, q.wanted, q.url, q.requester, q.state,
	coalesce(q.release, '') AS release, coalesce(r.key, '') AS release_key, coalesce(r.name, '') AS release_name,
	coalesce(q.train, '') AS train, coalesce(t.key, '') AS train_key, coalesce(t.name, '') AS train_name,
	q.until, q.reason, q.answerer, q.answered_at, q.rev, q.created_at, q.created_by, q.changed_at, q.changed_by
	FROM release_request q JOIN product p ON p.id = q.product LEFT JOIN release r ON r.id = q.release LEFT JOIN train t ON t.id = q.train`

type requestRow struct {
	Request
	Kept db.JSON `db:"requirements"`
}

func read(tx *db.Tx, rest string, args ...any) ([]Request, error) {
	var rows []requestRow
	if err := tx.All(&rows, from+rest, args...); err != nil {
		return nil, err
	}
	out := make([]Request, len(rows))
	var people []id.Person
	for i, r := range rows {
		out[i] = r.Request
		if err := r.Kept.Decode(&out[i].Requirements); err != nil {
			return nil, err
		}
		out[i].Due = r.State == StateNew || r.State == StateDeferred && r.Until <= tx.Now
		for _, p := range []id.Person{r.Requester, r.Answerer} {
			if p != "" {
				people = append(people, p)
			}
		}
	}
	if len(people) == 0 {
		return out, nil
	}
	names, err := auth.PeopleByID(tx, people...)
	for i := range out {
		out[i].RequesterName, out[i].AnswererName = names[out[i].Requester].Name, names[out[i].Answerer].Name
	}
	return out, err
}

func byRef(tx *db.Tx, ref string) (Request, error) {
	column := "key"
	if id.Is(ref) {
		column = "id"
	}
	rs, err := read(tx, ` WHERE q.`+column+` = $1`, ref)
	if err == nil && len(rs) == 0 {
		return Request{}, auth.Unseen("request")
	}
	if err != nil {
		return Request{}, err
	}
	return rs[0], nil
}

// list returns requests, the newest first.
func list(tx *db.Tx, w db.Where, limit int) ([]Request, error) {
	return read(tx, w.String()+` ORDER BY q.created_at DESC, q.id DESC LIMIT `+w.Arg(limit), w.Args...)
}

func count(tx *db.Tx, w db.Where) (int64, error) {
	var n int64
	err := tx.Get(&n, `SELECT count(*) FROM release_request q`+w.String(), w.Args...)
	return n, err
}

// waiting returns the requests that were accepted into a train and are on no release yet.
func waiting(tx *db.Tx, t train.ID) ([]Request, error) {
	return read(tx, ` WHERE q.train = $1 AND q.state = $2 AND q.release IS NULL ORDER BY q.number LIMIT 500`, t, StateAccepted)
}

func lastNumber(tx *db.Tx) (int64, error) {
	var n int64
	err := tx.Get(&n, `SELECT coalesce(max(number), 0) FROM release_request`)
	return n, err
}

func none(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (r Request) search() string {
	return strings.ToLower(r.Key + " " + r.Title + " " + r.Goal)
}

func insert(tx *db.Tx, r Request) error {
	requirements, err := db.Canonical(r.Requirements)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO release_request (id, key, number, product, title, goal, requirements, wanted, url, requester, state, release, train, until, reason, answerer,
		answered_at, search, rev, created_at, created_by, changed_at, changed_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`,
		r.ID, r.Key, r.Number, r.Product, r.Title, r.Goal, requirements, r.Wanted, r.URL, r.Requester, r.State, none(string(r.Release)), none(string(r.Train)), r.Until, r.Reason, r.Answerer,
		r.AnsweredAt, r.search(), r.Rev, r.CreatedAt, r.CreatedBy, r.ChangedAt, r.ChangedBy)
	return err
}

func update(tx *db.Tx, r Request) error {
	_, err := tx.Exec(`UPDATE release_request SET state = $1, release = $2, train = $3, until = $4, reason = $5, answerer = $6, answered_at = $7, rev = $8, changed_at = $9, changed_by = $10
		WHERE id = $11`,
		r.State, none(string(r.Release)), none(string(r.Train)), r.Until, r.Reason, r.Answerer, r.AnsweredAt, r.Rev, r.ChangedAt, r.ChangedBy, r.ID)
	return err
}
