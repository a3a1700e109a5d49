package clash

import (
	"slices"

	"slipway/internal/calendar"
	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
)

// longest is how long the window of a release lasts at most.
const longest = 31 * 24 * 60 * 60 * 1_000_000

// environment is where a release goes.
type environment struct {
	ID          id.Environment
	Key         string
	Name        string
	Tier        catalog.Tier
	Rank        int64
	Rule        catalog.Rule
	DefaultOpen bool
}

func (e environment) production() bool { return e.Tier == catalog.Production }

// target is a release as far as conflicts need it, whoever may see it.
type target struct {
	plan.Release
	to []environment
}

func (t target) party() Party {
	return Party{PartyRelease, string(t.ID), t.Key, t.Name, t.Product}
}

// production reports whether it goes to production.
func (t target) production() bool { return slices.ContainsFunc(t.to, environment.production) }

// at returns the environment of a key.
func (t target) at(key string) environment {
	for _, e := range t.to {
		if e.Key == key {
			return e
		}
	}
	return environment{Key: key, Name: key}
}

const targetFrom = `SELECT r.id, r.key, r.name, r.state, r.product, r.owner, r.window_start, r.window_end FROM release r `

// waiting are the states in which a release's window still matters.
const waiting = ` r.ended = FALSE AND r.state IN ('draft', 'planned', 'active', 'approved', 'deploying', 'held')`

func targets(tx *db.Tx, rest string, args ...any) ([]target, error) {
	var out []target
	err := tx.Each(targetFrom+rest, args, func(scan func(dst ...any) error) error {
		var t target
		if err := scan(&t.ID, &t.Key, &t.Name, &t.State, &t.Product, &t.Owner, &t.Window.Start, &t.Window.End); err != nil {
			return err
		}
		out = append(out, t)
		return nil
	})
	if err != nil || len(out) == 0 {
		return out, err
	}
	return out, goes(tx, out)
}

// goes fills in where releases go.
func goes(tx *db.Tx, ts []target) error {
	at := make(map[id.Release]int, len(ts))
	for i, t := range ts {
		at[t.ID] = i
	}
	for list := range slices.Chunk(ts, 500) {
		var w db.Where
		ids := make([]id.Release, len(list))
		for i, t := range list {
			ids[i] = t.ID
		}
		db.In(&w, "t.release", ids)
		var rows []struct {
			Release id.Release
			environment
		}
		if err := tx.All(&rows, `SELECT t.release, e.id, e.key, e.name, e.tier, e.rank, e.rule, e.default_open FROM release_environment t JOIN environment e ON e.id = t.environment`+w.String()+
			` ORDER BY t.release, t.position`, w.Args...); err != nil {
			return err
		}
		for _, r := range rows {
			t := &ts[at[r.Release]]
			t.to = append(t.to, r.environment)
			t.Environments = append(t.Environments, r.ID)
		}
	}
	return nil
}

// targetsOf returns releases whose window still matters.
func targetsOf(tx *db.Tx, releases ...id.Release) ([]target, error) {
	var out []target
	for list := range slices.Chunk(releases, 500) {
		var w db.Where
		db.In(&w, "r.id", list)
		w.And(waiting+" AND r.window_end > ?", int64(tx.Now))
		more, err := targets(tx, w.String(), w.Args...)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// targetsBetween returns the releases whose window touches a stretch of time and that go to one of some environments, or are owned by
// one of some people. It reads no more releases than begin in the stretch or shortly before it.
func targetsBetween(tx *db.Tx, from, to db.Time, environments []id.Environment, people []id.Person) ([]target, error) {
	if len(environments)+len(people) == 0 || from >= to {
		return nil, nil
	}
	var w, e, p db.Where
	w.And(waiting+` AND r.sort_at < ? AND r.sort_at >= ? AND r.window_end > ?`, int64(to), int64(from)-longest, int64(from))
	either := ""
	if len(environments) > 0 {
		e.Args = w.Args
		db.In(&e, "t.environment", environments)
		w.Args = e.Args
		either = `EXISTS (SELECT 1 FROM release_environment t` + e.String() + ` AND t.release = r.id)`
	}
	if len(people) > 0 {
		p.Args = w.Args
		db.In(&p, "r.owner", people)
		w.Args = p.Args
		if either != "" {
			either += " OR "
		}
		either += p.String()[len(" WHERE "):]
	}
	w.And("(" + either + ")")
	return targets(tx, w.String()+` ORDER BY r.sort_at, r.id`, w.Args...)
}

// targetsAhead returns some of the releases whose window is not over and touches a stretch of time, behind the one with an identifier.
func targetsAhead(tx *db.Tx, from, to db.Time, after plan.Release, most int) ([]target, error) {
	var w db.Where
	w.And(waiting+` AND r.sort_at < ? AND r.sort_at >= ? AND r.window_end > ?`, int64(to), int64(from)-longest, int64(from))
	if after.ID != "" {
		w.And("(r.sort_at, r.id) > (?, ?)", int64(after.Window.Start), string(after.ID))
	}
	return targets(tx, w.String()+` ORDER BY r.sort_at, r.id LIMIT `+w.Arg(most), w.Args...)
}

// releases returns the targets as package place takes them.
func releases(ts []target) []plan.Release {
	out := make([]plan.Release, len(ts))
	for i, t := range ts {
		out[i] = t.Release
	}
	return out
}

func identifiers(ts []target) []id.Release {
	out := make([]id.Release, len(ts))
	for i, t := range ts {
		out[i] = t.ID
	}
	return out
}

// targetsUnder returns the releases whose window is not over, touches a stretch of time and may lie in the scope of one of some
// periods, without where they go and in no order.
func targetsUnder(tx *db.Tx, from, to db.Time, ps ...calendar.Period) ([]target, error) {
	if from >= to {
		return nil, nil
	}
	var w db.Where
	w.And(`r.ended = FALSE AND r.sort_at < ? AND r.sort_at >= ? AND r.window_end > ?`, int64(to), int64(from)-longest, int64(from))
	scopes := ""
	for _, p := range ps {
		if p.ID == "" {
			continue
		}
		if scopes != "" {
			scopes += " OR "
		}
		scopes += "(" + under(&w, p.Scope) + ")"
	}
	w.And("(" + scopes + ")")
	var out []target
	err := tx.Each(targetFrom+w.String(), w.Args, func(scan func(dst ...any) error) error {
		var t target
		err := scan(&t.ID, &t.Key, &t.Name, &t.State, &t.Product, &t.Owner, &t.Window.Start, &t.Window.End)
		if t.State != plan.Deployed && t.State != plan.Verified && t.State != plan.RolledBack {
			out = append(out, t)
		}
		return err
	})
	return out, err
}

// under is the condition that some place of a release may be in a scope, as far as environments, services and products tell.
func under(w *db.Where, s calendar.Scope) string {
	cond := "1 = 1"
	in := func(column string, keys []string) string {
		var l db.Where
		l.Args = w.Args
		db.In(&l, column, keys)
		w.Args = l.Args
		return l.String()[len(" WHERE "):]
	}
	if len(s.Environments) > 0 {
		cond += ` AND r.id IN (SELECT t.release FROM release_environment t JOIN environment e ON e.id = t.environment WHERE ` + in("e.key", s.Environments) + `)`
	}
	if len(s.Services) > 0 {
		cond += ` AND r.id IN (SELECT i.release FROM release_item i JOIN service s ON s.id = i.service WHERE ` + in("s.key", s.Services) + `)`
	}
	if len(s.Products) > 0 {
		cond += ` AND r.id IN (SELECT i.release FROM release_item i JOIN service s ON s.id = i.service JOIN product p ON p.id = s.product WHERE ` + in("p.key", s.Products) + `)`
	}
	return cond
}

// targetBy returns a release, however it stands. It fails with db.ErrNone.
func targetBy(tx *db.Tx, r id.Release) (target, error) {
	ts, err := targets(tx, `WHERE r.id = $1`, r)
	if err != nil {
		return target{}, err
	}
	if len(ts) == 0 {
		return target{}, db.ErrNone
	}
	return ts[0], nil
}
