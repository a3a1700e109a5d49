package period

import (
	"slices"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const periodColumns = `id, kind, key, name, reason, owner, start_text, end_text, zone, rrule, hard, running, scope, seen, first_start, last_end, dates,
	withdrawn, withdrawn_reason, rev, created_at, created_by, changed_at, changed_by`

// periodsThat returns periods with their scope and their owner's name.
func periodsThat(tx *db.Tx, rest string, args ...any) ([]Period, error) {
	out, err := unnamedPeriods(tx, rest, args...)
	if err != nil {
		return nil, err
	}
	names, err := auth.PeopleByID(tx, owners(out)...)
	for i := range out {
		out[i].OwnerName = names[out[i].Owner].Name
	}
	return out, err
}

func unnamedPeriods(tx *db.Tx, rest string, args ...any) ([]Period, error) {
	var out []Period
	if err := tx.All(&out, `SELECT `+periodColumns+` FROM period `+rest, args...); err != nil {
		return nil, err
	}
	for i := range out {
		if err := out[i].read(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// read fills in what is kept as JSON.
func (p *Period) read() error {
	var d dates
	if err := p.DatesJSON.Decode(&d); err != nil {
		return err
	}
	p.ExDates, p.RDates = d.Ex, d.R
	return p.ScopeJSON.Decode(&p.Scope)
}

// differing returns the periods whose rows are other than those that were had, and those that are the same.
func differing(tx *db.Tx, had map[ID]*Written) (fresh []Period, kept []*Written, err error) {
	var rows []struct {
		ID  ID
		Rev int64
	}
	if len(had) == 0 {
		fresh, err = unnamedPeriods(tx, ``)
		return fresh, nil, err
	}
	if err := tx.All(&rows, `SELECT id, rev FROM period`); err != nil {
		return nil, nil, err
	}
	var ids []ID
	for _, r := range rows {
		if w := had[r.ID]; w != nil && w.Rev == r.Rev {
			kept = append(kept, w)
		} else {
			ids = append(ids, r.ID)
		}
	}
	for list := range slices.Chunk(ids, 500) {
		var w db.Where
		db.In(&w, "id", list)
		more, err := unnamedPeriods(tx, w.String(), w.Args...)
		if err != nil {
			return nil, nil, err
		}
		fresh = append(fresh, more...)
	}
	return fresh, kept, nil
}

// By returns a period by key or identifier, whoever asks. It fails with db.ErrNone.
func By(tx *db.Tx, k Kind, ref string) (Period, error) { return by(tx, k, ref) }

// owners returns who owns periods, each once.
func owners(ps []Period) []id.Person {
	who := map[id.Person]bool{}
	var out []id.Person
	for _, p := range ps {
		if p.Owner != "" && !who[p.Owner] {
			who[p.Owner] = true
			out = append(out, p.Owner)
		}
	}
	return out
}

// state names what a snapshot shows of the periods. No row is ever deleted and each change of one raises its rev by one, so that the
// sum rises with every commit that touches a period: snapshots with the same sum show the same rows, on every replica.
type state struct {
	N, Revs int64
	Changed db.Time
}

func stateOf(tx *db.Tx) (state, error) {
	var s state
	err := tx.Get(&s, `SELECT count(*) AS n, CAST(COALESCE(sum(rev), 0) AS BIGINT) AS revs, COALESCE(max(changed_at), 0) AS changed FROM period`)
	return s, err
}

func by(tx *db.Tx, k Kind, ref string) (Period, error) {
	column := "key"
	if id.Is(ref) {
		column = "id"
	}
	ps, err := periodsThat(tx, `WHERE kind = $1 AND `+column+` = $2`, k, ref)
	if err == nil && len(ps) == 0 {
		return Period{}, db.ErrNone
	}
	if err != nil {
		return Period{}, err
	}
	return ps[0], nil
}

// ByRef returns a window or a freeze by key or identifier. It fails with errs.NotFound if it does not exist or the
// caller may not see it.
func ByRef(tx *db.Tx, k Kind, ref string) (Period, error) {
	p, err := by(tx, k, ref)
	if Missing(err) {
		err = auth.Unseen(string(k))
	}
	if err != nil {
		return p, err
	}
	all, sc, err := auth.Scopes(tx, "calendar.read")
	if err != nil {
		return p, err
	}
	if !p.SeenBy(all, sc) {
		return Period{}, auth.Unseen(string(k))
	}
	return p, nil
}

// SeenBy reports whether a reader within the scopes sees the period: one that is bound to products by their readers, any
// other by whoever reads the calendar at all.
func (p Period) SeenBy(all bool, sc []auth.Scope) bool {
	var products []id.Product
	if all {
		return true
	}
	if err := p.SeenJSON.Decode(&products); err != nil || len(products) == 0 {
		return err == nil && len(sc) > 0
	}
	for _, want := range Scopes(products) {
		for _, s := range sc {
			if s.Covers(want) {
				return true
			}
		}
	}
	return false
}

// Products returns the products whose readers see the period; none is everybody.
func (p Period) Products() ([]id.Product, error) {
	var out []id.Product
	err := p.SeenJSON.Decode(&out)
	return out, err
}

// Insert adds a row; false says that the key is taken.
func Insert(tx *db.Tx, p Period) (bool, error) {
	n, err := tx.Exec(`INSERT INTO period (`+periodColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
		ON CONFLICT (kind, key) DO NOTHING`,
		p.ID, p.Kind, p.Key, p.Name, p.Reason, p.Owner, p.Start, p.End, p.Zone, p.RRule, p.Hard, p.Running, p.ScopeJSON, p.SeenJSON, p.FirstStart, p.LastEnd, p.DatesJSON,
		p.Withdrawn, p.WithdrawnW, p.Rev, p.CreatedAt, p.CreatedBy, p.ChangedAt, p.ChangedBy)
	return n == 1, err
}

// Update writes a row over the version that it carries; false says that this version is gone.
func Update(tx *db.Tx, p Period) (bool, error) {
	n, err := tx.Exec(`UPDATE period SET name = $1, reason = $2, owner = $3, start_text = $4, end_text = $5, zone = $6, rrule = $7, hard = $8, running = $9, scope = $10,
		seen = $11, first_start = $12, last_end = $13, withdrawn = $14, withdrawn_reason = $15, rev = rev + 1, changed_at = $16, changed_by = $17, dates = $18 WHERE id = $19 AND rev = $20`,
		p.Name, p.Reason, p.Owner, p.Start, p.End, p.Zone, p.RRule, p.Hard, p.Running, p.ScopeJSON, p.SeenJSON, p.FirstStart, p.LastEnd, p.Withdrawn, p.WithdrawnW,
		p.ChangedAt, p.ChangedBy, p.DatesJSON, p.ID, p.Rev)
	return n == 1, err
}

// Standing returns the windows and freezes that are not withdrawn. Windows stay in it when they are over: a window that matches keeps
// an environment from its default. Freezes that ended before the instant are left out.
func Standing(tx *db.Tx, from db.Time) ([]Period, error) {
	return periodsThat(tx, `WHERE withdrawn IS NULL AND (kind = $1 OR kind = $3 AND (last_end IS NULL OR last_end > $2)) ORDER BY kind, first_start, id`, Window, from, Freeze)
}
