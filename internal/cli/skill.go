package cli

import (
	"strconv"
	"strings"

	"slipway/client"
)

type skillCommand struct {
	List skillList `cmd:"" help:"List who has which skill."`
	Set  skillSet  `cmd:"" help:"State the skills of a person, all of them."`
}

type skillList struct {
	Skill string `arg:"" optional:"" help:"Only this skill."`
}

// Run lists skills.
func (c *skillList) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	rows, err := api.Skills(s.Context(), c.Skill)
	if err != nil {
		return err
	}
	return s.Print(rows, func() *Table {
		t := &Table{Heads: []string{"SKILL", "LEVEL", "PERSON", "NAME"}, Empty: "Nobody has stated a skill. Do it with slipway skill set."}
		for _, x := range rows {
			t.Add(x.Skill.Skill, x.Level, x.Key, x.Name)
		}
		return t
	})
}

type skillSet struct {
	Person string   `arg:"" help:"Key of the person."`
	Skills []string `arg:"" optional:"" placeholder:"SKILL=LEVEL" help:"Each as penetration-test=4, 1 to 5; none without any."`
}

// Run states skills.
func (c *skillSet) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	var in []client.Skill
	for _, text := range c.Skills {
		name, level, _ := strings.Cut(text, "=")
		n, err := strconv.ParseInt(level, 10, 64)
		if err != nil {
			return Usage("%s: give a skill with its level, such as penetration-test=4", text)
		}
		in = append(in, client.Skill{Skill: name, Level: n})
	}
	out, err := api.SetSkills(s.Context(), c.Person, in)
	if err != nil {
		return err
	}
	return s.Say(out, "%s has %s.", c.Person, counted(len(out), "skill"))
}
