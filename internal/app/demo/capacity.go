package demo

import (
	"time"

	"slipway/internal/calendar/booking"
	"slipway/internal/id"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/db"
	"slipway/internal/work"
	"slipway/internal/work/capacity"
	"slipway/internal/work/resource"
)

// capacity is who can do how much, and what is asked of them in the weeks after tonight: too much of Identity.
func (s *story) capacity() {
	s.at(day(2, 9, 0), s.teams)
	s.at(day(3, 9, 0), s.workingTimes)
	s.at(day(17, 11, 30), s.coming)
	s.at(day(17, 12, 0), s.promised)
	s.at(day(18, 9, 15), s.asking)
	s.at(day(18, 9, 30), s.booked)
}

func first(fs ...func() error) error {
	for _, f := range fs {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

func (s *story) teams() error {
	for _, t := range []people.NewTeam{
		{Key: "identity-team", Name: "Identity", Members: []id.Person{"daniel", "ines", "hannah"}},
		{Key: "quality-team", Name: "Quality assurance", Members: []id.Person{"priya", "sofia"}},
		{Key: "accounts-team", Name: "Accounts and onboarding", Members: []id.Person{"oskar"}},
	} {
		if _, err := s.app.Auth.AddTeam(s.as("jonas"), t); err != nil {
			return err
		}
	}
	for team, lead := range map[string]string{"identity-team": "daniel", "quality-team": "priya", "accounts-team": "kenji", "platform-team": "jonas", "channels-team": "kenji", "payments-team": "tomas"} {
		if _, err := s.app.Resources.NameLead(s.as("maya"), team, lead); err != nil {
			return err
		}
	}
	for _, x := range []struct {
		who    string
		skills []resource.Skill
	}{
		{"daniel", []resource.Skill{{Skill: "identity-protocols", Level: 5}, {Skill: "penetration-test", Level: 4}}},
		{"oskar", []resource.Skill{{Skill: "identity-protocols", Level: 3}, {Skill: "java", Level: 4}}},
		{"elena", []resource.Skill{{Skill: "database", Level: 5}}},
		{"lukasz", []resource.Skill{{Skill: "database", Level: 3}, {Skill: "card-schemes", Level: 5}}},
		{"priya", []resource.Skill{{Skill: "test-automation", Level: 5}}},
		{"kenji", []resource.Skill{{Skill: "mobile", Level: 4}}},
	} {
		if _, err := s.app.Resources.SetSkills(s.as(x.who), x.who, x.skills); err != nil {
			return err
		}
	}
	_, err := s.app.Resources.SetDeputies(s.as("elena"), "elena", []string{"lukasz"})
	return err
}

func (s *story) workingTimes() error {
	var follow []resource.Follower
	for _, t := range []string{"identity-team", "quality-team", "accounts-team", "platform-team", "channels-team", "payments-team"} {
		follow = append(follow, resource.Follower{Kind: resource.KindTeam, Subject: t})
		if _, err := s.app.Resources.SetTime(s.as("maya"), resource.KindTeam, t, resource.NewPeriod{Since: "2026-01-01", Hours: "mon-fri 08:30-12:00 12:30-17:00", Zone: "Europe/Stockholm"}); err != nil {
			return err
		}
	}
	return first(
		func() error {
			_, err := s.app.Resources.SetTime(s.as("maya"), resource.KindPerson, "sofia", resource.NewPeriod{Since: "2026-01-01", Hours: "mon-thu 09:00-15:00"})
			return err
		},
		func() error {
			_, err := s.app.Resources.SetTime(s.as("maya"), resource.KindEnvironment, "pre-prod", resource.NewPeriod{Since: "2026-01-01", Hours: "mon-sat 08:00-16:00", Zone: "Europe/Stockholm"})
			return err
		},
		func() error {
			_, err := s.app.Resources.SetHolidays(s.as("maya"), "bank-holidays", resource.NewHolidays{Name: "Bank holidays of Sweden", Followers: follow, Days: []resource.Holiday{
				{Day: "2026-12-24", Name: "Julafton"}, {Day: "2026-12-25", Name: "Juldagen"}, {Day: "2026-12-31", Name: "Nyårsafton"}, {Day: "2027-01-01", Name: "Nyårsdagen"}, {Day: "2027-01-06", Name: "Trettondedag jul"}}})
			return err
		},
		func() error {
			_, err := s.app.Resources.SetTool(s.as("maya"), "load-rig", resource.NewTool{Name: "Load rig", Text: "Twelve injectors, shared by three teams", Kind: "equipment", Team: "platform-team", Units: 1, Weekly: 40 * 60})
			return err
		},
		func() error {
			for _, a := range []resource.NewAbsence{{Person: "daniel", First: "2026-12-21", Last: "2027-01-03"}, {Person: "elena", First: "2026-12-21", Last: "2027-01-03"}, {Person: "priya", First: "2026-12-21", Last: "2026-12-27"}, {Person: "oskar", First: "2026-12-28", Last: "2027-01-03"}} {
				if _, err := s.app.Resources.AskAbsence(s.as("maya"), a); err != nil {
					return err
				}
			}
			_, err := s.app.Resources.AskAbsence(s.as("ines"), resource.NewAbsence{First: "2027-01-11", Last: "2027-01-15", Note: "Skiing"})
			return err
		},
	)
}

// coming is the work on the releases of December.
func (s *story) coming() error {
	for _, t := range []struct {
		release, name, owner, skill string
		hours                       int64
		from, due                   time.Time
	}{
		{"open-banking-26.12.0", "Security review of the consent API", "daniel", "identity-protocols", 32, day(37, 8, 0), day(41, 17, 0)},
		{"accounts-26.12.0", "Threat model of account closing", "daniel", "", 12, day(23, 8, 0), day(27, 17, 0)},
		{"web-bank-26.12.0", "Search over statements on phones", "kenji", "mobile", 30, day(19, 8, 0), day(30, 17, 0)},
		{"accounts-26.12.0", "Closing of joint accounts end to end", "oskar", "java", 12, day(19, 8, 0), day(32, 17, 0)},
		{"notifications-26.12.0", "Push for card blocks", "lukasz", "card-schemes", 40, day(19, 8, 0), day(31, 17, 0)},
	} {
		in := work.Spec{Name: t.name, Owner: t.owner, Estimate: work.Estimate{Likely: t.hours * 60}, NotBefore: db.At(t.from), Due: db.At(t.due)}
		if t.skill != "" {
			in.Uses = []work.Use{{Kind: "skill", Key: t.skill, Units: 1}}
		}
		if _, err := s.app.Tasks.Add(s.as("maya"), t.release, in); err != nil {
			return err
		}
	}
	return nil
}

// promised is standing work, in hours of every week.
func (s *story) promised() error {
	for _, a := range []struct {
		who, name   string
		hours       int64
		first, last string
	}{
		{"daniel", "Security approvals", 8, "2026-W47", "2026-W49"}, {"daniel", "Security approvals", 8, "2026-W51", "2027-W10"}, {"daniel", "Identity on call", 4, "2026-W47", "2027-W10"}, {"daniel", "Passkeys", 26, "2026-W47", "2026-W47"},
		{"daniel", "Passkeys", 16, "2026-W51", "2026-W51"}, {"daniel", "Passkeys", 14, "2027-W01", "2027-W05"},
		{"ines", "Fraud rules", 38, "2026-W47", "2026-W48"}, {"ines", "Fraud rules", 44, "2026-W49", "2026-W50"}, {"ines", "Fraud rules", 26, "2026-W51", "2027-W06"},
		{"hannah", "Compliance reviews", 39, "2026-W47", "2026-W48"}, {"hannah", "Compliance reviews", 44, "2026-W49", "2026-W50"}, {"hannah", "Compliance reviews", 24, "2026-W51", "2027-W06"},
		{"priya", "Regression suites", 34, "2026-W47", "2026-W48"}, {"priya", "Regression suites", 31, "2026-W49", "2026-W49"}, {"priya", "Regression suites", 38, "2026-W50", "2026-W50"}, {"priya", "Regression suites", 26, "2026-W51", "2027-W10"},
		{"sofia", "Support desk", 22, "2026-W47", "2026-W51"}, {"sofia", "Support desk", 12, "2026-W52", "2027-W10"},
		{"elena", "Database operations", 36, "2026-W47", "2026-W49"}, {"elena", "Database operations", 32, "2026-W50", "2026-W50"}, {"elena", "Database operations", 26, "2026-W51", "2027-W10"},
		{"oskar", "Accounts support", 8, "2026-W47", "2027-W10"}, {"tomas", "Payments operations", 30, "2026-W47", "2027-W02"}, {"lukasz", "Card operations", 14, "2026-W47", "2027-W10"},
		{"kenji", "Channels backlog", 20, "2026-W47", "2027-W05"}, {"chloe", "Product discovery", 28, "2026-W47", "2026-W51"}, {"jonas", "On call and platform", 32, "2026-W47", "2027-W05"},
	} {
		if _, err := s.app.Capacity.Allocate(s.as("maya"), capacity.NewAllocation{Person: a.who, Name: a.name, Weekly: a.hours * 60, First: a.first, Last: a.last}); err != nil {
			return err
		}
	}
	for week, hours := range map[string]int64{"2026-W47": 24, "2026-W48": 16, "2026-W49": 26, "2026-W50": 32, "2026-W51": 20, "2027-W01": 12, "2027-W02": 18} {
		if _, err := s.app.Capacity.Allocate(s.as("maya"), capacity.NewAllocation{Tool: "load-rig", Name: "Peak-trading tests", Weekly: hours * 60, First: week}); err != nil {
			return err
		}
	}
	return nil
}

// asking are two requests: one that Jonas has granted, one that waits.
func (s *story) asking() error {
	q, err := s.app.Capacity.Ask(s.as("maya"), capacity.NewRequest{Release: "open-banking-26.12.0", Tool: "load-rig", Weekly: 24 * 60, First: "2026-W49", Reason: "Consent at twice the peak"})
	if err != nil {
		return err
	}
	if _, err := s.app.Capacity.Grant(s.as("jonas"), q.ID, capacity.Answer{Anyway: true, Answer: "1 to 3 December"}); err != nil {
		return err
	}
	_, err = s.app.Capacity.Ask(s.as("maya"), capacity.NewRequest{Release: "payments-26.11.0", Skill: "database", Level: 3, Weekly: 4 * 60, First: "2026-W47", Reason: "A second pair of eyes on the migration tonight"})
	return err
}

// booked is when pre-prod is taken.
func (s *story) booked() error {
	for _, b := range []struct {
		purpose  string
		from, to time.Time
	}{
		{"Migration rehearsals", day(23, 8, 0), day(26, 14, 0)}, {"Consent API acceptance", day(30, 8, 0), day(35, 13, 0)},
		{"Acceptance of the December releases", day(37, 8, 0), day(42, 16, 0)}, {"Peak-trading drill", day(44, 8, 0), day(48, 10, 0)},
	} {
		if _, err := s.app.Bookings.Request(s.as("jonas"), booking.Spec{Environment: "pre-prod", Purpose: b.purpose, From: db.At(b.from), To: db.At(b.to)}); err != nil {
			return err
		}
	}
	return nil
}
