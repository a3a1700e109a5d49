package resource

import (
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

func putSkills(tx *db.Tx, p id.Person, skills []Skill) error {
	if _, err := tx.Exec(`DELETE FROM person_skill WHERE person = $1`, p); err != nil {
		return err
	}
	for _, s := range skills {
		if _, err := tx.Exec(`INSERT INTO person_skill (person, skill, level) VALUES ($1, $2, $3)`, p, s.Skill, s.Level); err != nil {
			return err
		}
	}
	return nil
}

// SkilledPeople returns the active people with a skill, or with any for "", by skill and the best first. It checks no permission.
func SkilledPeople(tx *db.Tx, skill string) ([]Skilled, error) {
	var w db.Where
	w.And(`p.active = ?`, true)
	if skill != "" {
		w.And(`s.skill = ?`, skill)
	}
	out := []Skilled{}
	return out, tx.All(&out, `SELECT s.person, p.key, COALESCE(c.name, p.key) AS name, s.skill, s.level FROM person_skill s JOIN person p ON p.id = s.person
		LEFT JOIN person_contact c ON c.person = p.id`+w.String()+` ORDER BY s.skill, s.level DESC, p.key`, w.Args...)
}

func putDeputies(tx *db.Tx, p id.Person, deputies []id.Person) error {
	if _, err := tx.Exec(`DELETE FROM person_deputy WHERE person = $1`, p); err != nil {
		return err
	}
	for i, d := range deputies {
		if _, err := tx.Exec(`INSERT INTO person_deputy (person, deputy, position) VALUES ($1, $2, $3)`, p, d, i); err != nil {
			return err
		}
	}
	return nil
}

// DeputiesOf returns who stands in for a person, the first choice first. It checks no permission.
func DeputiesOf(tx *db.Tx, p id.Person) ([]id.Person, error) {
	var rows []struct{ Person id.Person }
	err := tx.All(&rows, `SELECT deputy AS person FROM person_deputy WHERE person = $1 ORDER BY position`, p)
	return peopleIn(rows), err
}

// EachDeputy returns who stands in for whom, the first choice first. It checks no permission.
func EachDeputy(tx *db.Tx) (map[id.Person][]id.Person, error) {
	var rows []struct{ Person, Deputy id.Person }
	err := tx.All(&rows, `SELECT person, deputy FROM person_deputy ORDER BY person, position`)
	out := map[id.Person][]id.Person{}
	for _, r := range rows {
		out[r.Person] = append(out[r.Person], r.Deputy)
	}
	return out, err
}
