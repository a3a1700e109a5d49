package clash

import (
	"slices"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

const columns = `c.id, c.print, c.code, c.severity, c.state, c.text, c.next, c.environment, c.services, c.thing, c.period, c.owner, c.from_at, c.to_at, c.since, c.gone_at,
	c.accepted_by, c.accepted_at, c.reason, c.rev`

// that returns conflicts with their parties.
func that(tx *db.Tx, rest string, args ...any) ([]Conflict, error) {
	var out []Conflict
	if err := tx.All(&out, `SELECT `+columns+` FROM conflict c `+rest, args...); err != nil || len(out) == 0 {
		return out, err
	}
	at := make(map[string]int, len(out))
	var people []id.Person
	for i := range out {
		at[out[i].ID] = i
		if err := out[i].ServicesJSON.Decode(&out[i].Services); err != nil {
			return nil, err
		}
		if p := out[i].AcceptedBy; p != "" && !slices.Contains(people, p) {
			people = append(people, p)
		}
	}
	for list := range slices.Chunk(out, 500) {
		ids := make([]string, len(list))
		for i, c := range list {
			ids[i] = c.ID
		}
		var w db.Where
		db.In(&w, "conflict", ids)
		err := tx.Each(`SELECT conflict, kind, party, product, key, name FROM conflict_party`+w.String()+` ORDER BY conflict, position`, w.Args, func(scan func(dst ...any) error) error {
			var c string
			var p Party
			err := scan(&c, &p.Kind, &p.ID, &p.Product, &p.Key, &p.Name)
			out[at[c]].Parties = append(out[at[c]].Parties, p)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	names, err := auth.PeopleByID(tx, people...)
	for i := range out {
		out[i].AcceptedByName = names[out[i].AcceptedBy].Name
	}
	return out, err
}

// standingOf returns the conflicts of parties that are not gone, those of some codes or all.
func standingOf(tx *db.Tx, parties, codes []string) ([]Conflict, error) {
	var out []Conflict
	seen := map[string]bool{}
	for list := range slices.Chunk(parties, 500) {
		var p, w db.Where
		db.In(&p, "party", list)
		w.Args = p.Args
		w.And("c.id IN (SELECT conflict FROM conflict_party" + p.String() + ") AND c.state <> 'gone'")
		if len(codes) > 0 {
			db.In(&w, "c.code", codes)
		}
		more, err := that(tx, w.String()+` ORDER BY c.from_at, c.id`, w.Args...)
		if err != nil {
			return nil, err
		}
		for _, c := range more {
			if !seen[c.ID] {
				seen[c.ID] = true
				out = append(out, c)
			}
		}
	}
	return out, nil
}

func standingBy(tx *db.Tx, prints []string) (map[string]Conflict, error) {
	out := map[string]Conflict{}
	for list := range slices.Chunk(prints, 500) {
		var w db.Where
		db.In(&w, "c.print", list)
		w.And("c.state <> 'gone'")
		cs, err := that(tx, w.String(), w.Args...)
		if err != nil {
			return nil, err
		}
		for _, c := range cs {
			out[c.Print] = c
		}
	}
	return out, nil
}

func insert(tx *db.Tx, c Conflict) error {
	if _, err := tx.Exec(`INSERT INTO conflict (id, print, code, severity, state, text, next, environment, services, thing, period, owner, from_at, to_at, since, gone_at, accepted_by, accepted_at,
		reason, rev) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
		c.ID, c.Print, c.Code, c.Severity, c.State, c.Text, c.Next, c.Environment, c.ServicesJSON, c.Thing, c.Period, c.Owner, c.From, c.To, c.Since, c.GoneAt, c.AcceptedBy, c.AcceptedAt,
		c.Reason, c.Rev); err != nil {
		return err
	}
	if len(c.Parties) == 0 {
		return nil
	}
	var w db.Where
	rows := ""
	for i, p := range c.Parties {
		if i > 0 {
			rows += ", "
		}
		rows += "(" + w.Arg(c.ID) + ", " + w.Arg(i) + ", " + w.Arg(p.Kind) + ", " + w.Arg(p.ID) + ", " + w.Arg(p.Product) + ", " + w.Arg(p.Key) + ", " + w.Arg(p.Name) + ")"
	}
	_, err := tx.Exec(`INSERT INTO conflict_party (conflict, position, kind, party, product, key, name) VALUES `+rows, w.Args...)
	return err
}

func update(tx *db.Tx, c Conflict) error {
	_, err := tx.Exec(`UPDATE conflict SET severity = $1, state = $2, text = $3, next = $4, services = $5, owner = $6, from_at = $7, to_at = $8, gone_at = $9, accepted_by = $10, accepted_at = $11,
		reason = $12, rev = rev + 1 WHERE id = $13`,
		c.Severity, c.State, c.Text, c.Next, c.ServicesJSON, c.Owner, c.From, c.To, c.GoneAt, c.AcceptedBy, c.AcceptedAt, c.Reason, c.ID)
	return err
}

// over returns some standing conflicts whose time has passed.
func over(tx *db.Tx, most int) ([]Conflict, error) {
	return that(tx, `WHERE c.state <> 'gone' AND c.to_at <= $1 ORDER BY c.from_at, c.id LIMIT $2`, tx.Now, most)
}

func byID(tx *db.Tx, ref string) (Conflict, bool, error) {
	cs, err := that(tx, `WHERE c.id = $1`, ref)
	if err != nil || len(cs) == 0 {
		return Conflict{}, false, err
	}
	return cs[0], true, nil
}

// list returns conflicts by their start, those of which some party is of a product within scopes or of none; nil scopes are all.
func list(tx *db.Tx, f Filter, scopes []auth.Scope) ([]Conflict, error) {
	var w db.Where
	if len(f.States) == 0 {
		f.States = []State{Open, Accepted}
	}
	db.In(&w, "c.state", f.States)
	if !f.From.IsZero() {
		w.And("c.to_at > ?", int64(max(f.From, 1)))
	}
	if !f.To.IsZero() {
		w.And("c.from_at < ?", int64(f.To))
	}
	if f.Severity != "" {
		w.And("c.severity = ?", string(f.Severity))
	}
	if f.Environment != "" {
		w.And("c.environment = ?", f.Environment)
	}
	for _, party := range []string{string(f.Release), f.Party} {
		if party != "" {
			w.And("c.id IN (SELECT conflict FROM conflict_party WHERE party = ?)", party)
		}
	}
	if scopes != nil {
		places := "p.product = ''"
		for _, s := range scopes {
			places += " OR 'product/' || p.product = " + w.Arg(string(s))
		}
		w.And("EXISTS (SELECT 1 FROM conflict_party p WHERE p.conflict = c.id AND (" + places + "))")
	}
	if f.AfterID != "" {
		w.And("(c.from_at, c.id) > (?, ?)", int64(f.AfterFrom), f.AfterID)
	}
	return that(tx, w.String()+` ORDER BY c.from_at, c.id LIMIT `+w.Arg(f.Limit), w.Args...)
}
