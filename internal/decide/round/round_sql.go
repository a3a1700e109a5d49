package round

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

const pollColumns = `id, release, round, opened_at, opened_by, chair, spec, content, snapshot, digest, calling, called_at, closed_at, closed_by, closing, rev`

type pollSpec struct {
	Roles  []Seat `json:"roles"`
	Quorum int    `json:"quorum"`
}

type pollRow struct {
	Poll
	Spec db.JSON
}

func (r pollRow) poll() (Poll, error) {
	var s pollSpec
	if err := json.Unmarshal(r.Spec, &s); err != nil {
		return r.Poll, errs.Internal("poll.unreadable", err)
	}
	r.Roles, r.Quorum = s.Roles, s.Quorum
	r.Answers, r.Asked = []Answer{}, []Asking{}
	return r.Poll, nil
}

// Insert writes a round that was opened.
func Insert(tx *db.Tx, p Poll) error {
	spec, err := db.Canonical(pollSpec{p.Roles, p.Quorum})
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO poll (`+pollColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		p.ID, p.Release, p.Round, p.OpenedAt, p.OpenedBy, p.Chair, spec, p.Content, p.Snapshot, p.Digest, p.Calling, p.CalledAt, p.ClosedAt, p.ClosedBy, p.Closing, p.Rev)
	return err
}

// Save writes what changes of a round, if nobody else has since it was read.
func Save(tx *db.Tx, p Poll) error {
	n, err := tx.Exec(`UPDATE poll SET snapshot = $1, digest = $2, calling = $3, called_at = $4, closed_at = $5, closed_by = $6, closing = $7, rev = rev + 1 WHERE id = $8 AND rev = $9`,
		p.Snapshot, p.Digest, p.Calling, p.CalledAt, p.ClosedAt, p.ClosedBy, p.Closing, p.ID, p.Rev)
	if err == nil && n != 1 {
		err = errs.Conflict("row.stale", nil, "Not saved. The poll changed at the same moment. Try again.")
	}
	return err
}

// Newest returns the newest round of each release with its answers, conditions and decision, in four statements.
func Newest(tx *db.Tx, rs []plan.Release) ([]Poll, error) {
	if len(rs) == 0 {
		return nil, nil
	}
	var args []any
	var rows []pollRow
	err := tx.All(&rows, `SELECT `+pollColumns+` FROM poll AS p WHERE `+in("release", rs, &args)+` AND round = (SELECT MAX(round) FROM poll AS q WHERE q.release = p.release)`, args...)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return filled(tx, rows)
}

// Of returns every round of a release, newest first.
func Of(tx *db.Tx, r id.Release) ([]Poll, error) {
	var rows []pollRow
	err := tx.All(&rows, `SELECT `+pollColumns+` FROM poll WHERE release = $1 ORDER BY round DESC`, r)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return filled(tx, rows)
}

// filled adds answers, conditions and decisions to rounds.
func filled(tx *db.Tx, rows []pollRow) ([]Poll, error) {
	out := make([]Poll, len(rows))
	at := map[string]*Poll{}
	var args []any
	list := ""
	for i, r := range rows {
		p, err := r.poll()
		if err != nil {
			return nil, err
		}
		out[i] = p
		at[p.ID] = &out[i]
		args = append(args, p.ID)
		if i > 0 {
			list += ", "
		}
		list += fmt.Sprintf("$%d", i+1)
	}
	var answers []Answer
	if err := tx.All(&answers, `SELECT `+answerColumns+` FROM poll_answer WHERE poll IN (`+list+`) ORDER BY poll, ordinal`, args...); err != nil {
		return nil, err
	}
	for _, a := range answers {
		at[a.Poll].Answers = append(at[a.Poll].Answers, a)
	}
	var asked []Asking
	if err := tx.All(&asked, `SELECT `+askingColumns+` FROM decide_condition WHERE poll IN (`+list+`) ORDER BY poll, at, id`, args...); err != nil {
		return nil, err
	}
	for _, c := range asked {
		at[c.Poll].Asked = append(at[c.Poll].Asked, c)
	}
	var decided []decisionRow
	if err := tx.All(&decided, `SELECT `+decisionColumns+` FROM decision WHERE poll IN (`+list+`)`, args...); err != nil {
		return nil, err
	}
	for _, r := range decided {
		d, err := r.decision()
		if err != nil {
			return nil, err
		}
		at[d.Poll].Decision = &d
	}
	return out, nil
}

const answerColumns = `id, poll, ordinal, role, person, principal, given_by, at, word, comment`

// InsertAnswer writes an answer.
func InsertAnswer(tx *db.Tx, a Answer) error {
	_, err := tx.Exec(`INSERT INTO poll_answer (`+answerColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		a.ID, a.Poll, a.Ordinal, a.Role, a.Person, a.Principal, a.By, a.At, string(a.Word), a.Comment)
	return err
}

const askingColumns = `id, release, poll, answer, role, text, owner, verifier, due_at, at, person, decision, done_at, done_by, note`

// InsertAsking writes a condition.
func InsertAsking(tx *db.Tx, c Asking) error {
	_, err := tx.Exec(`INSERT INTO decide_condition (`+askingColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		c.ID, c.Release, c.Poll, c.Answer, c.Role, c.Text, c.Owner, c.Verifier, c.Due, c.At, c.Person, c.Decision, c.DoneAt, c.DoneBy, c.Note)
	return err
}

// SaveAsking writes what changes of a condition.
func SaveAsking(tx *db.Tx, c Asking) error {
	_, err := tx.Exec(`UPDATE decide_condition SET decision = $1, done_at = $2, done_by = $3, note = $4 WHERE id = $5`, c.Decision, c.DoneAt, c.DoneBy, c.Note, c.ID)
	return err
}

// AskingBy returns a condition of a release. It fails with errs.NotFound.
func AskingBy(tx *db.Tx, r id.Release, ref string) (Asking, error) {
	var out Asking
	err := tx.Get(&out, `SELECT `+askingColumns+` FROM decide_condition WHERE release = $1 AND id = $2`, r, ref)
	if errors.Is(err, db.ErrNone) {
		err = errs.NotFound("condition.not_found", "There is no such condition of this release.")
	}
	return out, err
}

const decisionColumns = `id, release, poll, outcome, reason, again_at, at, person, given_by, content, sections, snapshot, digest`

type decisionRow struct {
	Decision
	Covered db.JSON `db:"sections"`
}

func (r decisionRow) decision() (Decision, error) {
	if err := json.Unmarshal(r.Covered, &r.Decision.Sections); err != nil {
		return r.Decision, errs.Internal("decision.unreadable", err)
	}
	return r.Decision, nil
}

// InsertDecision writes a sealed decision.
func InsertDecision(tx *db.Tx, d Decision) error {
	covered, err := db.Canonical(d.Sections)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO decision (`+decisionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		d.ID, d.Release, d.Poll, d.Outcome, d.Reason, d.Again, d.At, d.Person, d.By, d.Content, covered, d.Snapshot, d.Digest)
	return err
}

// Page returns rounds of any release, the newest opened first.
func Page(tx *db.Tx, f Filter) ([]Poll, error) {
	q := `SELECT ` + pollColumns + ` FROM poll WHERE 1 = 1`
	var args []any
	if f.Open {
		q += ` AND closed_at IS NULL`
	}
	if f.AfterID != "" {
		q += ` AND (opened_at, id) < ($1, $2)`
		args = append(args, f.AfterAt, f.AfterID)
	}
	var rows []pollRow
	args = append(args, limited(f.Limit))
	if err := tx.All(&rows, q+fmt.Sprintf(` ORDER BY opened_at DESC, id DESC LIMIT $%d`, len(args)), args...); err != nil || len(rows) == 0 {
		return nil, err
	}
	return filled(tx, rows)
}

// in returns the condition that column is one of the releases, behind the arguments that are there.
func in(column string, rs []plan.Release, args *[]any) string {
	ps := make([]string, len(rs))
	for i, r := range rs {
		*args = append(*args, r.ID)
		ps[i] = fmt.Sprintf("$%d", len(*args))
	}
	return column + " IN (" + strings.Join(ps, ", ") + ")"
}

// limited bounds a page.
func limited(n int) int {
	if n <= 0 {
		return 50
	}
	return min(n, 201)
}
