package calendar

import (
	"strconv"
	"strings"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const periodColumns = `id, kind, key, name, reason, owner, start_text, end_text, zone, rrule, hard, running, scope, seen, first_start, last_end,
	withdrawn, withdrawn_reason, rev, created_at, created_by, changed_at, changed_by`

// periodsThat returns periods with their scope and their owner's name.
func periodsThat(tx *db.Tx, rest string, args ...any) ([]Period, error) {
	var out []Period
	if err := tx.All(&out, `SELECT `+periodColumns+` FROM period `+rest, args...); err != nil {
		return nil, err
	}
	who := map[id.Person]bool{}
	var people []id.Person
	for i := range out {
		if err := out[i].ScopeJSON.Decode(&out[i].Scope); err != nil {
			return nil, err
		}
		if o := out[i].Owner; o != "" && !who[o] {
			who[o] = true
			people = append(people, o)
		}
	}
	if len(people) == 0 {
		return out, nil
	}
	names, err := auth.PeopleByID(tx, people...)
	for i := range out {
		out[i].OwnerName = names[out[i].Owner].Name
	}
	return out, err
}

func periodBy(tx *db.Tx, k Kind, ref string) (Period, error) {
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

// PeriodByRef returns a window or a freeze by key or identifier. It fails with errs.NotFound if it does not exist or the
// caller may not see it.
func PeriodByRef(tx *db.Tx, k Kind, ref string) (Period, error) {
	p, err := periodBy(tx, k, ref)
	if missing(err) {
		err = auth.Unseen(string(k))
	}
	if err != nil {
		return p, err
	}
	all, sc, err := auth.Scopes(tx, "calendar.read")
	if err != nil {
		return p, err
	}
	if !p.seen(all, sc) {
		return Period{}, auth.Unseen(string(k))
	}
	return p, nil
}

// seen reports whether a reader within the scopes sees the period: one that is bound to products by their readers, any
// other by whoever reads the calendar at all.
func (p Period) seen(all bool, sc []auth.Scope) bool {
	var products []id.Product
	if all {
		return true
	}
	if err := p.SeenJSON.Decode(&products); err != nil || len(products) == 0 {
		return err == nil && len(sc) > 0
	}
	for _, want := range scopes(products) {
		for _, s := range sc {
			if s.Covers(want) {
				return true
			}
		}
	}
	return false
}

func (p Period) products() ([]id.Product, error) {
	var out []id.Product
	err := p.SeenJSON.Decode(&out)
	return out, err
}

func insertPeriod(tx *db.Tx, p Period) (bool, error) {
	n, err := tx.Exec(`INSERT INTO period (`+periodColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
		ON CONFLICT (kind, key) DO NOTHING`,
		p.ID, p.Kind, p.Key, p.Name, p.Reason, p.Owner, p.Start, p.End, p.Zone, p.RRule, p.Hard, p.Running, p.ScopeJSON, p.SeenJSON, p.FirstStart, p.LastEnd,
		p.Withdrawn, p.WithdrawnW, p.Rev, p.CreatedAt, p.CreatedBy, p.ChangedAt, p.ChangedBy)
	return n == 1, err
}

func updatePeriod(tx *db.Tx, p Period) (bool, error) {
	n, err := tx.Exec(`UPDATE period SET name = $1, reason = $2, owner = $3, start_text = $4, end_text = $5, zone = $6, rrule = $7, hard = $8, running = $9, scope = $10,
		seen = $11, first_start = $12, last_end = $13, withdrawn = $14, withdrawn_reason = $15, rev = rev + 1, changed_at = $16, changed_by = $17 WHERE id = $18 AND rev = $19`,
		p.Name, p.Reason, p.Owner, p.Start, p.End, p.Zone, p.RRule, p.Hard, p.Running, p.ScopeJSON, p.SeenJSON, p.FirstStart, p.LastEnd, p.Withdrawn, p.WithdrawnW,
		p.ChangedAt, p.ChangedBy, p.ID, p.Rev)
	return n == 1, err
}

// standing returns the periods that are not withdrawn. Windows stay in it when they are over: a window that matches keeps
// an environment from its default. Freezes that ended before the instant are left out.
func standingPeriods(tx *db.Tx, from db.Time) ([]Period, error) {
	return periodsThat(tx, `WHERE withdrawn IS NULL AND (kind = $1 OR last_end IS NULL OR last_end > $2) ORDER BY kind, first_start, id`, Window, from)
}

const placeFrom = `SELECT i.release, p.key AS product, s.key AS service, s.tier AS service_tier, e.key AS environment, e.tier, e.rule, e.default_open
	FROM release_item i JOIN service s ON s.id = i.service JOIN product p ON p.id = s.product
	JOIN release_environment t ON t.release = i.release JOIN environment e ON e.id = t.environment`

type placeRow struct {
	Release     id.Release
	Product     string
	Service     string
	ServiceTier int
	Environment string
	Tier        int
	Rule        string
	DefaultOpen bool
}

// placesOf returns where releases go, by release: every service of the manifest in every environment.
func placesOf(tx *db.Tx, releases ...id.Release) (map[id.Release][]place, error) {
	out := map[id.Release][]place{}
	for len(releases) > 0 {
		n := min(len(releases), 500)
		args := make([]any, n)
		in := make([]string, n)
		for i, r := range releases[:n] {
			args[i], in[i] = r, "$"+strconv.Itoa(i+1)
		}
		releases = releases[n:]
		var rows []placeRow
		if err := tx.All(&rows, placeFrom+` WHERE i.release IN (`+strings.Join(in, ", ")+`) ORDER BY i.release, e.tier, e.rank, e.key, s.key`, args...); err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.Release] = append(out[r.Release], r.place())
		}
	}
	return out, nil
}
