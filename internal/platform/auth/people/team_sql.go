package people

import (
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/column"
	"slipway/internal/platform/db"
)

func insertTeam(tx *db.Tx, t Team, by id.Person) error {
	_, err := tx.Exec(`INSERT INTO team (id, key, name, text, search, made_at, changed_at, changed_by, rev) VALUES ($1, $2, $3, $4, $5, $6, $6, $7, 1)`,
		t.ID, t.Key, t.Name, t.Text, column.Folded(t.Name, t.Key), tx.Now, column.Null(by))
	return err
}

func updateTeam(tx *db.Tx, t Team, by id.Person) error {
	_, err := tx.Exec(`UPDATE team SET name = $2, text = $3, search = $4, changed_at = $5, changed_by = $6, rev = rev + 1 WHERE id = $1`,
		t.ID, t.Name, t.Text, column.Folded(t.Name, t.Key), tx.Now, column.Null(by))
	return err
}

func addMember(tx *db.Tx, t id.Team, p id.Person) error {
	_, err := tx.Exec(`INSERT INTO team_member (team, person) VALUES ($1, $2) ON CONFLICT DO NOTHING`, t, p)
	return err
}

func dropMember(tx *db.Tx, t id.Team, p id.Person) error {
	_, err := tx.Exec(`DELETE FROM team_member WHERE team = $1 AND person = $2`, t, p)
	return err
}

func teamsOf(tx *db.Tx, p id.Person) ([]Team, error) {
	return auth.SelectTeams(tx, `WHERE t.id IN (SELECT team FROM team_member WHERE person = $1) ORDER BY t.key`, p)
}

func listTeams(tx *db.Tx, f TeamFilter, limit int) ([]Team, error) {
	var w db.Where
	if f.After != "" {
		w.And("t.key > ?", f.After)
	}
	if !f.Closed {
		w.And("t.closed_at IS NULL")
	}
	if f.Query != "" {
		w.And("t.search LIKE ? ESCAPE '!'", column.Like(f.Query))
	}
	return auth.SelectTeams(tx, w.String()+` ORDER BY t.key LIMIT `+w.Arg(limit), w.Args...)
}

// closeTeam closes a team and takes its members out.
func closeTeam(tx *db.Tx, t id.Team, by id.Person) error {
	if _, err := tx.Exec(`DELETE FROM team_member WHERE team = $1`, t); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE team SET closed_at = $2, changed_at = $2, changed_by = $3, rev = rev + 1 WHERE id = $1`, t, tx.Now, column.Null(by))
	return err
}

func reopenTeam(tx *db.Tx, t id.Team, by id.Person) error {
	_, err := tx.Exec(`UPDATE team SET closed_at = NULL, changed_at = $2, changed_by = $3, rev = rev + 1 WHERE id = $1`, t, tx.Now, column.Null(by))
	return err
}
