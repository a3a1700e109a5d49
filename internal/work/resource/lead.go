package resource

import (
	"context"
	"slices"

	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// Lead is who answers for a team.
type Lead struct {
	Team      id.Team   `json:"team"`
	Person    id.Person `json:"person"`
	ChangedAt db.Time   `json:"changedAt"`
	ChangedBy string    `json:"changedBy"`
}

// NameLead says who leads a team; nobody for "". It fails with errs.NotFound without such a team, and with errs.Invalid for
// somebody who does not exist.
func (c *Resources) NameLead(ctx context.Context, team, person string) (Lead, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Lead, error) {
		if err := auth.Check(tx, "resource.edit", auth.Everywhere); err != nil {
			return Lead{}, err
		}
		t, err := auth.TeamByRef(tx, team)
		if err != nil {
			return Lead{}, err
		}
		out := Lead{Team: t.ID, ChangedAt: tx.Now, ChangedBy: Actor(tx)}
		if person != "" {
			var f Faults
			out.Person = f.Person(tx, "person", person).ID
			if err := f.Refusal(); err != nil {
				return Lead{}, err
			}
		}
		if err := putLead(tx, out); err != nil {
			return Lead{}, err
		}
		entry(tx, LeadNamed, "team", string(t.ID), map[string]any{"name": t.Name, "lead": out.Person})
		return out, nil
	})
}

// LeadsOf returns who leads which team. It checks no permission and costs one statement.
func LeadsOf(tx *db.Tx) (map[id.Team]id.Person, error) {
	rows, err := leads(tx)
	out := make(map[id.Team]id.Person, len(rows))
	for _, l := range rows {
		out[l.Team] = l.Person
	}
	return out, err
}

// LeadsPerson reports whether one leads a team that the other is in, and whether anybody else does. It
// checks no permission.
func LeadsPerson(tx *db.Tx, lead, member id.Person) (leads, others bool, err error) {
	rows, err := leadsOver(tx, member)
	return slices.Contains(rows, lead), slices.ContainsFunc(rows, func(p id.Person) bool { return p != member }), err
}

// Answers passes who leads one of the person's teams, and who may edit everything. It fails as auth.Check does.
func Answers(tx *db.Tx, member id.Person) error {
	if err := Anywhere(tx, "resource.answer"); err != nil {
		return err
	}
	leads, _, err := LeadsPerson(tx, auth.Me(tx), member)
	if err != nil || leads {
		return err
	}
	return auth.Check(tx, "resource.edit", auth.Everywhere)
}

// AnswersTeam passes who leads the team, and who may edit everything. It fails as auth.Check does.
func AnswersTeam(tx *db.Tx, team id.Team) error {
	if err := Anywhere(tx, "resource.answer"); err != nil {
		return err
	}
	by, err := LeadsOf(tx)
	if err != nil || team != "" && by[team] == auth.Me(tx) && auth.Me(tx) != "" {
		return err
	}
	return auth.Check(tx, "resource.edit", auth.Everywhere)
}

// stands passes the person themselves, who leads one of their teams, and who may edit everything.
func stands(tx *db.Tx, member id.Person) error {
	if err := Anywhere(tx, "resource.mine"); err != nil {
		return err
	}
	me := auth.Me(tx)
	if me == member && me != "" {
		return nil
	}
	leads, _, err := LeadsPerson(tx, me, member)
	if err != nil || leads {
		return err
	}
	return auth.Check(tx, "resource.edit", auth.Everywhere)
}

// standsFor returns a person for whom the caller stands. It fails with errs.NotFound.
func standsFor(tx *db.Tx, ref string) (auth.Person, error) {
	p, err := auth.PersonByRef(tx, ref)
	if err != nil {
		return p, err
	}
	return p, stands(tx, p.ID)
}

// Knows tells about whom the caller may read why they are away.
type Knows struct {
	me  id.Person
	all bool
	led map[id.Person]bool
}

// Knowing reads whom the caller answers for. It records no check and costs one statement at most.
func Knowing(tx *db.Tx) (Knows, error) {
	k := Knows{me: auth.Me(tx), led: map[id.Person]bool{}}
	var err error
	if k.all, err = auth.Allowed(tx, "resource.edit", auth.Everywhere); err != nil || k.all || k.me == "" {
		return k, err
	}
	members, err := ledBy(tx, k.me)
	for _, m := range members {
		k.led[m] = true
	}
	return k, err
}

// Of reports whether it is the caller, or somebody whom the caller answers for.
func (k Knows) Of(p id.Person) bool { return k.all || k.led[p] || p == k.me && p != "" }
