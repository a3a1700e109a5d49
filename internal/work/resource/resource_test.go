package resource_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
	"slipway/internal/work/resource"
)

type world struct {
	plantest.World
	*resource.Resources
	manager, lead, anna, ben, viewer context.Context
}

type feeds map[string]map[string]string

func (f feeds) FeedDays(_ *db.Tx, feed, from, to string) (map[string]string, error) {
	out := map[string]string{}
	for d, name := range f[feed] {
		if from <= d && d <= to {
			out[d] = name
		}
	}
	return out, nil
}

// open makes a team of anna and ben that lena leads.
func open(t *testing.T, d *db.DB, o resource.Options) world {
	t.Helper()
	s := authtest.Service(t, d, catalog.Permissions, plan.Permissions, resource.Permissions)
	w := world{World: plantest.New(t, d), Resources: resource.New(d, o)}
	w.manager = authtest.Person(t, d, "maya", "release-manager")
	w.lead, w.anna, w.ben = authtest.Person(t, d, "lena", "contributor"), authtest.Person(t, d, "anna", "contributor"), authtest.Person(t, d, "ben", "viewer")
	w.viewer = authtest.Person(t, d, "vera", "viewer")
	if _, err := s.AddTeam(w.Admin, people.NewTeam{Key: "identity", Name: "Identity", Members: []id.Person{"anna", "ben"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.NameLead(w.Admin, "identity", "lena"); err != nil {
		t.Fatal(err)
	}
	return w
}

func refused(t *testing.T, name string, err error, code errs.Code, reason string) {
	t.Helper()
	got := errs.ReasonOf(err)
	if e := errs.As(err); e != nil && len(e.Fields) > 0 {
		got = e.Fields[0].Reason
	}
	if errs.CodeOf(err) != code || reason != "" && got != reason {
		t.Errorf("%s: %v (%s %s), want %s %s", name, err, errs.CodeOf(err), got, code, reason)
	}
}

func TestAbsences(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := open(t, d, resource.Options{})
		a, err := w.AskAbsence(w.anna, resource.NewAbsence{First: "2026-12-21", Last: "2026-12-31", Note: "With the children"})
		if err != nil || a.State != resource.Open || a.Kind != "vacation" {
			t.Fatalf("%+v %v", a, err)
		}
		_, err = w.AskAbsence(w.anna, resource.NewAbsence{First: "2026-12-31"})
		refused(t, "overlapping", err, errs.CodeConflict, "absence.overlaps")
		_, err = w.AskAbsence(w.anna, resource.NewAbsence{First: "2026-12-31", Last: "2026-12-30"})
		refused(t, "disordered", err, errs.CodeInvalid, "absence.disordered")
		_, err = w.AskAbsence(w.anna, resource.NewAbsence{First: "soon"})
		refused(t, "no day", err, errs.CodeInvalid, "day.malformed")
		_, err = w.AskAbsence(w.anna, resource.NewAbsence{First: "2027-02-01", Kind: "secret"})
		refused(t, "kind", err, errs.CodeInvalid, "absence.kind_unknown")
		_, err = w.AskAbsence(w.anna, resource.NewAbsence{Person: "ben", First: "2027-02-01"})
		refused(t, "for a colleague", err, errs.CodeForbidden, "")
		_, err = w.AnswerAbsence(w.anna, a.ID, true, "")
		refused(t, "by oneself", err, errs.CodeForbidden, "")
		_, err = w.AnswerAbsence(w.viewer, a.ID, true, "")
		refused(t, "by a stranger, who does not know of it", err, errs.CodeNotFound, "")
		_, err = w.AnswerAbsence(w.lead, a.ID, false, "")
		refused(t, "refused without a word", err, errs.CodeInvalid, "text.missing")
		if a, err = w.AnswerAbsence(w.lead, a.ID, true, ""); err != nil || a.State != resource.Granted || a.Rev != 2 {
			t.Errorf("%+v %v", a, err)
		}
		_, err = w.AnswerAbsence(w.lead, a.ID, false, "late")
		refused(t, "twice", err, errs.CodeBlocked, "absence.answered")
		if x, err := w.AskAbsence(w.lead, resource.NewAbsence{Person: "ben", First: "2026-11-23", Kind: "training"}); err != nil || x.State != resource.Granted {
			t.Errorf("stated by the lead: %+v %v", x, err)
		}
		if x, err := w.AskAbsence(w.viewer, resource.NewAbsence{First: "2026-11-23"}); err != nil || x.State != resource.Granted {
			t.Errorf("nobody to ask: %+v %v", x, err)
		}
		for who, c := range map[string]struct {
			ctx  context.Context
			kind string
		}{"herself": {w.anna, "vacation"}, "lead": {w.lead, "vacation"}, "manager": {w.manager, "vacation"}, "colleague": {w.ben, ""}, "viewer": {w.viewer, ""}} {
			rows, err := w.Absences(c.ctx, resource.AbsenceFilter{Person: "anna"})
			if err != nil || len(rows) != 1 || rows[0].Kind != c.kind || (rows[0].Note == "") != (c.kind == "") {
				t.Errorf("%s reads %+v %v", who, rows, err)
			}
		}
		if _, err := w.WithdrawAbsence(w.anna, a.ID); err != nil {
			t.Error(err)
		}
		if rows, _ := w.Absences(w.anna, resource.AbsenceFilter{Person: "anna"}); len(rows) != 0 {
			t.Errorf("%+v", rows)
		}
		for _, e := range ledgertest.Actions(t, l) {
			if strings.Contains(e, "vacation") {
				t.Error("the record says why")
			}
		}
	})
}

func TestWorkingTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d, resource.Options{Days: feeds{"sweden": {"2026-12-24": "Julafton", "2036-12-24": "far away"}}})
		if _, err := w.SetTime(w.lead, resource.KindTeam, "identity", resource.NewPeriod{Since: "2026-01-01", Hours: "mon-fri 08:00-16:00", Zone: "Europe/Stockholm"}); err != nil {
			t.Fatal(err)
		}
		p, err := w.SetTime(w.manager, resource.KindPerson, "anna", resource.NewPeriod{Since: "2026-12-01", Hours: "mon-thu 09:00-17:00", Zone: "Europe/Stockholm", Share: 50})
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			ctx    context.Context
			in     resource.NewPeriod
			code   errs.Code
			reason string
		}{
			"oneself":   {w.anna, resource.NewPeriod{Since: "2026-12-01", Hours: ""}, errs.CodeForbidden, ""},
			"bad hours": {w.lead, resource.NewPeriod{Since: "2026-12-01", Hours: "always"}, errs.CodeInvalid, "hours.malformed"},
			"bad zone":  {w.lead, resource.NewPeriod{Since: "2026-12-01", Zone: "Moon"}, errs.CodeInvalid, "zone.unknown"},
			"bad share": {w.lead, resource.NewPeriod{Since: "2026-12-01", Share: 120}, errs.CodeInvalid, "share.out_of_range"},
		} {
			_, err := w.SetTime(c.ctx, resource.KindPerson, "anna", c.in)
			refused(t, name, err, c.code, c.reason)
		}
		_, err = w.SetTime(w.lead, resource.KindEnvironment, "pre-prod", resource.NewPeriod{Since: "2026-12-01", Hours: "mon-fri 08:00-18:00"})
		refused(t, "a lead for an environment", err, errs.CodeForbidden, "")
		_, err = w.SetTime(w.manager, "planet", "pre-prod", resource.NewPeriod{})
		refused(t, "kind", err, errs.CodeInvalid, "resource.kind_unknown")
		if _, err := w.SetHolidays(w.manager, "se", resource.NewHolidays{Name: "Bank holidays", Feed: "sweden", Days: []resource.Holiday{{Day: "2026-12-25", Name: "Juldagen"}},
			Followers: []resource.Follower{{Kind: "team", Subject: "identity"}}}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.AskAbsence(w.lead, resource.NewAbsence{Person: "anna", First: "2026-12-07", Last: "2026-12-08", Note: "secret"}); err != nil {
			t.Fatal(err)
		}
		var anna, lena id.Person
		err = d.Read(auth.WithSystem(t.Context()), func(tx *db.Tx) error {
			for key, to := range map[string]*id.Person{"anna": &anna, "lena": &lena} {
				x, err := auth.PersonByKey(tx, key)
				if err != nil {
					return err
				}
				*to = x.ID
			}
			all, err := w.Calendars(tx, []id.Person{anna, lena, "nobody"})
			if err != nil || len(all) != 2 {
				t.Fatalf("%v %v", all, err)
			}
			a := all[anna]
			for day, want := range map[resource.Day]bool{"2026-11-20": true, "2026-12-04": false, "2026-12-03": true, "2026-12-07": false, "2026-12-24": false, "2026-12-25": false, "2026-12-28": true} {
				if a.Works(day) != want {
					t.Errorf("anna works on %s: %v", day, !want)
				}
			}
			if all[lena].Works("2026-12-25") != true || a.Absences[0].Note != "" {
				t.Error("who follows no calendar works; notes stay with the person")
			}
			from := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
			c, err := a.Calendar(from, from.AddDate(0, 0, 7))
			if err != nil {
				t.Fatal(err)
			}
			// Monday still eight hours; Tuesday to Thursday four of them.
			if got := c.Between(int(from.Unix()/60), int(from.AddDate(0, 0, 7).Unix()/60)); got != 8*60+3*4*60 {
				t.Errorf("%d minutes", got)
			}
			away, err := w.AwayBetween(tx, []id.Person{anna, lena}, db.At(from), db.At(from.AddDate(0, 0, 14)))
			if err != nil || len(away) != 1 || away[0].First != "2026-12-07" || away[0].To.Sub(away[0].From) != 48*time.Hour {
				t.Errorf("%+v %v", away, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		if err := w.RemoveTime(w.anna, p.ID); errs.CodeOf(err) != errs.CodeForbidden {
			t.Errorf("removed by herself: %v", err)
		}
		if err := w.RemoveTime(w.lead, p.ID); err != nil {
			t.Error(err)
		}
		if ts, err := w.Times(w.viewer, resource.KindPerson, "anna"); err != nil || len(ts) != 0 {
			t.Errorf("%+v %v", ts, err)
		}
		refused(t, "removed twice", w.RemoveTime(w.lead, p.ID), errs.CodeNotFound, "")
	})
}

func TestHolidays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d, resource.Options{})
		in := resource.NewHolidays{Name: "Bank holidays", Days: []resource.Holiday{{Day: "2026-12-26", Name: "Second"}, {Day: "2026-12-25", Name: "First"}}, Followers: []resource.Follower{{Kind: "person", Subject: "anna"}, {Kind: "person", Subject: "anna"}}}
		_, err := w.SetHolidays(w.lead, "se", in)
		refused(t, "a lead", err, errs.CodeForbidden, "")
		h, err := w.SetHolidays(w.manager, "se", in)
		if err != nil || h.Rev != 1 || h.Days[0].Name != "First" || len(h.Followers) != 1 {
			t.Fatalf("%+v %v", h, err)
		}
		in.Rev = 7
		_, err = w.SetHolidays(w.manager, "se", in)
		refused(t, "stale", err, errs.CodeConflict, "row.stale")
		in.Rev, in.Days = 1, append(in.Days, resource.Holiday{Day: "2026-12-25", Name: "again"})
		_, err = w.SetHolidays(w.manager, "se", in)
		refused(t, "twice", err, errs.CodeInvalid, "holiday.twice")
		in.Days, in.Followers = in.Days[:1], []resource.Follower{{Kind: "team", Subject: "nobody"}}
		_, err = w.SetHolidays(w.manager, "se", in)
		refused(t, "follower", err, errs.CodeInvalid, "holiday.follower_unknown")
		in.Followers = nil
		if h, err = w.SetHolidays(w.manager, "se", in); err != nil || h.Rev != 2 {
			t.Errorf("%+v %v", h, err)
		}
		if sets, err := w.HolidaySets(w.viewer); err != nil || len(sets) != 1 || len(sets[0].Days) != 1 || len(sets[0].Followers) != 0 {
			t.Errorf("%+v %v", sets, err)
		}
		if err := w.RemoveHolidays(w.manager, "se"); err != nil {
			t.Error(err)
		}
		refused(t, "gone", w.RemoveHolidays(w.manager, "se"), errs.CodeNotFound, "")
	})
}

func TestSkillsAndDeputies(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := open(t, d, resource.Options{})
		if _, err := w.SetSkills(w.anna, "anna", []resource.Skill{{Skill: "security", Level: 5}, {Skill: "go", Level: 3}}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.SetSkills(w.lead, "ben", []resource.Skill{{Skill: "security", Level: 2}}); err != nil {
			t.Fatal(err)
		}
		_, err := w.SetSkills(w.anna, "ben", nil)
		refused(t, "a colleague's", err, errs.CodeForbidden, "")
		_, err = w.SetSkills(w.anna, "anna", []resource.Skill{{Skill: "security", Level: 6}})
		refused(t, "level", err, errs.CodeInvalid, "skill.level")
		_, err = w.SetSkills(w.anna, "anna", []resource.Skill{{Skill: "a", Level: 1}, {Skill: "a", Level: 2}})
		refused(t, "twice", err, errs.CodeInvalid, "skill.twice")
		rows, err := w.Skills(w.viewer, "security")
		if err != nil || len(rows) != 2 || rows[0].Key != "anna" || rows[1].Level != 2 {
			t.Errorf("%+v %v", rows, err)
		}
		if _, err := w.SetDeputies(w.anna, "anna", []string{"ben", "lena"}); err != nil {
			t.Error(err)
		}
		_, err = w.SetDeputies(w.anna, "anna", []string{"anna"})
		refused(t, "oneself", err, errs.CodeInvalid, "deputy.oneself")
		_, err = w.SetDeputies(w.anna, "anna", []string{"nobody"})
		refused(t, "nobody", err, errs.CodeInvalid, "person.unknown")
		if _, err := w.NameLead(w.lead, "identity", "anna"); errs.CodeOf(err) != errs.CodeForbidden {
			t.Errorf("%v", err)
		}
		if _, err := w.NameLead(w.manager, "identity", ""); err != nil {
			t.Error(err)
		}
		_, err = w.SetSkills(w.lead, "ben", nil)
		refused(t, "leads no more", err, errs.CodeForbidden, "")
		var got []string
		for _, a := range ledgertest.Actions(t, l) {
			if strings.HasPrefix(a, "skill.") || strings.HasPrefix(a, "deputy.") || strings.HasPrefix(a, "team.lead") {
				got = append(got, a)
			}
		}
		slices.Sort(got)
		if want := []string{"deputy.set", "skill.set", "skill.set", "team.lead_named", "team.lead_named"}; !reflect.DeepEqual(got, want) {
			t.Error(got)
		}
	})
}
