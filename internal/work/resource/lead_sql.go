package resource

import (
	"slipway/internal/id"
	"slipway/internal/platform/db"
)

func putLead(tx *db.Tx, l Lead) error {
	if _, err := tx.Exec(`DELETE FROM team_lead WHERE team = $1`, l.Team); err != nil || l.Person == "" {
		return err
	}
	_, err := tx.Exec(`INSERT INTO team_lead (team, person, changed_at, changed_by) VALUES ($1, $2, $3, $4)`, l.Team, l.Person, l.ChangedAt, l.ChangedBy)
	return err
}

func leads(tx *db.Tx) ([]Lead, error) {
	var out []Lead
	return out, tx.All(&out, `SELECT team, person, changed_at, changed_by FROM team_lead ORDER BY team`)
}

// leadsOver returns the active people who lead a team that somebody is in.
func leadsOver(tx *db.Tx, member id.Person) ([]id.Person, error) {
	var rows []struct{ Person id.Person }
	err := tx.All(&rows, `SELECT DISTINCT l.person FROM team_lead l JOIN team_member m ON m.team = l.team JOIN person p ON p.id = l.person
		WHERE m.person = $1 AND p.active ORDER BY l.person`, member)
	return peopleIn(rows), err
}

// ledBy returns who is in a team that somebody leads.
func ledBy(tx *db.Tx, lead id.Person) ([]id.Person, error) {
	var rows []struct{ Person id.Person }
	err := tx.All(&rows, `SELECT DISTINCT m.person FROM team_lead l JOIN team_member m ON m.team = l.team WHERE l.person = $1 ORDER BY m.person`, lead)
	return peopleIn(rows), err
}

func peopleIn(rows []struct{ Person id.Person }) []id.Person {
	out := make([]id.Person, len(rows))
	for i, r := range rows {
		out[i] = r.Person
	}
	return out
}
