package resource

import (
	"context"
	"slices"
	"strings"

	"slipway/internal/id"
	"slipway/internal/platform/db"
)

// Skill is how well somebody masters something, 1 (has done it) to 5 (teaches it).
type Skill struct {
	Skill string `json:"skill" doc:"Such as penetration-test"`
	Level int64  `json:"level" minimum:"1" maximum:"5" doc:"1 to 5"`
}

// SetSkills states the skills of a person whole. It fails with errs.NotFound without such a person and with errs.Invalid
// for faulty fields.
func (c *Resources) SetSkills(ctx context.Context, person string, in []Skill) ([]Skill, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) ([]Skill, error) {
		p, err := standsFor(tx, person)
		if err != nil {
			return nil, err
		}
		var f Faults
		if len(in) > skillsMax {
			f.Say("skills", "list.too_long", "At most %d skills fit here.", skillsMax)
		}
		out := []Skill{}
		for _, s := range in {
			f.Add(id.CheckKey("skills", s.Skill))
			if s.Level < 1 || s.Level > 5 {
				f.Say("skills", "skill.level", "A level is 1 to 5, not %d.", s.Level)
			}
			if slices.ContainsFunc(out, func(x Skill) bool { return x.Skill == s.Skill }) {
				f.Say("skills", "skill.twice", "The skill %.60s is named twice.", s.Skill)
			}
			out = append(out, s)
		}
		if err := f.Refusal(); err != nil {
			return nil, err
		}
		slices.SortFunc(out, func(a, b Skill) int { return strings.Compare(a.Skill, b.Skill) })
		if err := putSkills(tx, p.ID, out); err != nil {
			return nil, err
		}
		entry(tx, SkillsSet, "person", string(p.ID), map[string]any{"skills": out})
		return out, nil
	})
}

// SetDeputies names who stands in for a person, the first choice first. It fails as SetSkills does.
func (c *Resources) SetDeputies(ctx context.Context, person string, in []string) ([]id.Person, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) ([]id.Person, error) {
		out := []id.Person{}
		p, err := standsFor(tx, person)
		if err != nil {
			return nil, err
		}
		var f Faults
		if len(in) > deputyMax {
			f.Say("deputies", "list.too_long", "At most %d deputies fit here.", deputyMax)
		}
		for _, ref := range in[:min(len(in), deputyMax)] {
			d := f.Person(tx, "deputies", ref)
			switch {
			case d.ID == p.ID:
				f.Say("deputies", "deputy.oneself", "Nobody is their own deputy.")
			case slices.Contains(out, d.ID):
				f.Say("deputies", "deputy.twice", "%s is named twice.", d.Name)
			}
			out = append(out, d.ID)
		}
		if err := f.Refusal(); err != nil {
			return nil, err
		}
		if err := putDeputies(tx, p.ID, out); err != nil {
			return nil, err
		}
		entry(tx, DeputiesSet, "person", string(p.ID), map[string]any{"deputies": out})
		return out, nil
	})
}

// Skilled is a person with a skill.
type Skilled struct {
	Person id.Person `json:"person"`
	Key    string    `json:"key"`
	Name   string    `json:"name"`
	Skill
}

// Skills returns who has which skill, by skill and the best first; only one skill unless it is "".
func (c *Resources) Skills(ctx context.Context, skill string) ([]Skilled, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) ([]Skilled, error) {
		if err := Anywhere(tx, "resource.read"); err != nil {
			return nil, err
		}
		return SkilledPeople(tx, skill)
	})
}
