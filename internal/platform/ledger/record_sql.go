package ledger

import (
	"database/sql"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"slipway/internal/platform/db"
)

// recordColumns is what a Record is made of.
type recordColumns struct {
	Seq        int64
	Header     string
	Payload    db.JSON
	RedactedBy sql.NullString `db:"redacted_by"`
}

func hexOf(h tlog.Hash) string { return hex.EncodeToString(h[:]) }

// manyScopes is where reading a page for each scope stops being cheaper than reading by sequence and leaving out the rest.
const manyScopes = 64

func recordRows(tx *db.Tx, f Filter) ([]Record, error) {
	var actions []string
	if f.Action != "" {
		var err error
		if actions, err = actionsOf(tx, f.Action); err != nil || len(actions) == 0 {
			return []Record{}, err
		}
	}
	scopes := slices.Compact(slices.Sorted(slices.Values(f.Scopes)))
	if !f.All && len(scopes) == 0 {
		return []Record{}, nil
	}
	q, args := selection(f, actions, scopes)
	var cs []recordColumns
	if err := tx.All(&cs, q, args...); err != nil {
		return nil, err
	}
	rs := make([]Record, len(cs))
	for i, c := range cs {
		var err error
		if rs[i], err = c.record(); err != nil {
			return nil, err
		}
	}
	return rs, nil
}

// selection reads the page's numbers through one index, a branch for each action or scope, and then the page.
func selection(f Filter, actions, scopes []string) (string, []any) {
	var s selector
	dir := ""
	if f.Newest {
		dir = " DESC"
	}
	s.where("seq >= ", f.From)
	if f.To > 0 {
		s.where("seq < ", f.To)
	}
	if f.Since != 0 {
		s.where("at >= ", f.Since)
	}
	if f.Until != 0 {
		s.where("at < ", f.Until)
	}
	driven := true
	switch {
	case f.Subject != Subject{}:
		s.where("subject = ", subject(f.Subject))
		if f.Release != "" {
			s.where("release = ", f.Release)
		}
	case f.Release != "":
		s.where("release = ", f.Release)
	case f.Person != "":
	case f.Machine.Kind != "":
	default:
		driven = false
	}
	if f.Person != "" {
		s.where("person = ", f.Person)
	}
	if f.Machine.Kind != "" {
		s.where("machine = ", f.Machine.Kind+"/"+f.Machine.ID)
	}
	var branches []string
	column := ""
	switch {
	case driven:
	case len(actions) > 0:
		column, branches, actions = "action", actions, nil
	case !f.All && len(scopes) <= manyScopes:
		column, branches = "scope", scopes
		f.All = true
	}
	if len(actions) > 0 {
		s.in("action", actions)
	}
	if !f.All {
		s.in("scope", scopes)
	}
	page := " ORDER BY seq" + dir + " LIMIT " + s.arg(f.Limit)
	var keys string
	if column == "" {
		keys = s.keys("") + page
	} else {
		parts := make([]string, len(branches))
		for i, b := range branches {
			parts[i] = "SELECT seq FROM (" + s.keys(column+" = "+s.arg(b)) + page + ") b" + strconv.Itoa(i)
		}
		keys = "SELECT seq FROM (" + strings.Join(parts, " UNION ALL ") + ") k" + page
	}
	return "SELECT e.seq, e.header, p.payload, p.redacted_by FROM (" + keys + ") s" +
		" JOIN ledger_entry e ON e.seq = s.seq LEFT JOIN ledger_payload p ON p.seq = e.seq ORDER BY e.seq" + dir, s.args
}

type selector struct {
	conds []string
	args  []any
}

func (s *selector) arg(v any) string {
	s.args = append(s.args, v)
	return "$" + strconv.Itoa(len(s.args))
}

func (s *selector) where(cond string, v any) { s.conds = append(s.conds, cond+s.arg(v)) }

func (s *selector) in(column string, vs []string) {
	marks := make([]string, len(vs))
	for i, v := range vs {
		marks[i] = s.arg(v)
	}
	s.conds = append(s.conds, column+" IN ("+strings.Join(marks, ",")+")")
}

func (s *selector) keys(more string) string {
	conds := s.conds
	if more != "" {
		conds = append(slices.Clip(conds), more)
	}
	return "SELECT seq FROM ledger_entry WHERE " + strings.Join(conds, " AND ")
}

// actionsOf returns the recorded actions that are prefix or start with it and a dot. It hops through the index, so it costs
// a lookup for each action.
func actionsOf(tx *db.Tx, prefix string) (actions []string, err error) {
	err = tx.All(&actions, `
WITH RECURSIVE hop (action) AS (
	SELECT (SELECT min(action) FROM ledger_entry WHERE action >= $1 AND action < $2)
	UNION ALL
	SELECT (SELECT min(e.action) FROM ledger_entry e WHERE e.action > hop.action AND e.action < $2) FROM hop WHERE hop.action IS NOT NULL
)
SELECT action FROM hop WHERE action IS NOT NULL AND (action = $3 OR substr(action, 1, $4) = $5)`,
		prefix, prefix+"/", prefix, len(prefix)+1, prefix+".") // "/" follows "." in byte order
	return actions, err
}
