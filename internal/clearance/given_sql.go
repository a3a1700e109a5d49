package clearance

import (
	"errors"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

func given(tx *db.Tx, f GivenFilter, all bool, scopes []auth.Scope) ([]Given, error) {
	var w db.Where
	auth.Seen(&w, "s.product", "product", all, scopes)
	if f.Service != "" {
		w.And("s.key = ?", f.Service)
	}
	if f.Environment != "" {
		w.And("e.key = ?", f.Environment)
	}
	if f.Standing {
		w.And("o.withdrawn_at IS NULL AND o.until_at > ?", tx.Now)
	}
	if f.Before != "" {
		w.And("o.id < ?", f.Before)
	}
	var out []Given
	err := tx.All(&out, `SELECT o.id, o.service, o.environment, o.digest, o.reason, o.from_at, o.until_at, o.given_by, o.given_at, o.withdrawn_at, o.withdrawn_by,
		s.key AS service_key, s.name AS service_name, e.key AS environment_key, e.name AS environment_name
		FROM clearance_override o JOIN service s ON s.id = o.service JOIN environment e ON e.id = o.environment`+w.String()+
		` ORDER BY o.id DESC LIMIT `+w.Arg(f.Limit), w.Args...)
	if err != nil || len(out) == 0 {
		return out, err
	}
	people := make([]id.Person, 0, len(out))
	for _, o := range out {
		people = append(people, o.By)
	}
	names, err := auth.PeopleByID(tx, people...)
	for i := range out {
		out[i].ByName, out[i].State = names[out[i].By].Name, out[i].state(tx.Now)
	}
	return out, err
}

func answerByID(tx *db.Tx, ref string, all bool, scopes []auth.Scope) (Recorded, error) {
	var w db.Where
	auth.Seen(&w, "product", "product", all, scopes)
	w.And("id = ?", ref)
	var r Recorded
	err := tx.Get(&r, `SELECT `+answerColumns+` FROM clearance_answer`+w.String(), w.Args...)
	if errors.Is(err, db.ErrNone) {
		return r, auth.Unseen("answer")
	}
	return r, err
}
