package capacity_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
	"slipway/internal/work"
	"slipway/internal/work/capacity"
	"slipway/internal/work/resource"
	"slipway/internal/work/worktest"
)

type world struct {
	worktest.World
	*capacity.Capacity
	people                                   *resource.Resources
	manager, lead, daniel, oskar, cards, bob context.Context
}

type bookings struct{ rows []capacity.Booking }

func (b *bookings) EnvironmentBookings(*db.Tx, db.Time, db.Time) ([]capacity.Booking, error) {
	return b.rows, nil
}

const release = "open-banking-26.12.0"

// start is the Monday of week 48.
var start = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// open makes daniel's week 48 too full: 24 and 16 hours of tasks for the release, 12 on call.
func open(t *testing.T, d *db.DB, o capacity.Options) world {
	t.Helper()
	s := authtest.Service(t, d, catalog.Permissions, plan.Permissions, work.Permissions, resource.Permissions)
	w := world{World: worktest.New(t, d), people: resource.New(d, resource.Options{})}
	w.Capacity = capacity.New(d, w.people, o)
	w.manager, w.lead = authtest.Person(t, d, "maya", "release-manager"), authtest.Person(t, d, "lena", "contributor@product/"+string(w.Payments.ID))
	w.daniel, w.oskar = authtest.Person(t, d, "daniel", "contributor"), authtest.Person(t, d, "oskar", "contributor")
	w.cards = authtest.Person(t, d, "carla", "release-manager@product/"+string(w.Cards.ID))
	w.bob = authtest.Person(t, d, "bob", "viewer", "security")
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.AddTeam(w.Admin, people.NewTeam{Key: "identity", Name: "Identity", Members: []id.Person{"daniel", "bob"}}))
	must(s.AddTeam(w.Admin, people.NewTeam{Key: "accounts", Name: "Accounts", Members: []id.Person{"oskar"}}))
	must(w.people.NameLead(w.Admin, "accounts", "lena"))
	must(w.people.SetSkills(w.daniel, "daniel", []resource.Skill{{Skill: "identity-protocols", Level: 5}}))
	must(w.people.SetSkills(w.oskar, "oskar", []resource.Skill{{Skill: "identity-protocols", Level: 3}}))
	w.Release(t, release, plan.Draft)
	due := db.At(time.Date(2026, 11, 27, 17, 0, 0, 0, time.UTC))
	w.Add(t, release, work.Spec{Key: "step-up", Name: "Step-up authentication", Owner: "daniel", Estimate: work.Estimate{Likely: 24 * 60}, Due: due, NotBefore: db.At(start)})
	w.Add(t, release, work.Spec{Key: "pen-test", Name: "Penetration test", Owner: "daniel", Estimate: work.Estimate{Likely: 16 * 60}, Due: due, NotBefore: db.At(start)})
	must(w.Allocate(w.manager, capacity.NewAllocation{Person: "daniel", Name: "On call", Weekly: 12 * 60, First: "2026-W48"}))
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

func row(t *testing.T, tab capacity.Table, kind, key string) capacity.Row {
	t.Helper()
	for _, r := range tab.Rows {
		if r.Kind == kind && r.Key == key {
			return r
		}
	}
	t.Fatalf("no row %s %s", kind, key)
	return capacity.Row{}
}

func TestTable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := &bookings{}
		w := open(t, d, capacity.Options{Bookings: b})
		if _, err := w.people.AskAbsence(w.Admin, resource.NewAbsence{Person: "oskar", First: "2026-12-21", Last: "2026-12-27"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.people.SetTime(w.Admin, resource.KindEnvironment, "pre-prod", resource.NewPeriod{Since: "2026-01-01", Hours: "mon-fri 08:00-18:00", Zone: "UTC"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.people.SetTool(w.manager, "load-rig", resource.NewTool{Name: "Load rig", Kind: "equipment", Units: 2, Weekly: 20 * 60}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Allocate(w.manager, capacity.NewAllocation{Tool: "load-rig", Release: release, Weekly: 50 * 60, First: "2026-W49"}); err != nil {
			t.Fatal(err)
		}
		err := d.Read(w.Admin, func(tx *db.Tx) error {
			e, err := catalog.EnvironmentByRef(tx, "pre-prod")
			b.rows = []capacity.Booking{{Environment: e.ID, Name: "Rehearsal", From: db.At(start), To: db.At(start.Add(34 * time.Hour))}}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		tab, err := w.Table(w.manager, capacity.Query{})
		if err != nil || len(tab.Weeks) != 26 || tab.Weeks[0] != "2026-W47" || tab.Weeks[6] != "2026-W53" || tab.Weeks[7] != "2027-W01" {
			t.Fatalf("%v %v", tab.Weeks, err)
		}
		da := row(t, tab, capacity.Person, "daniel")
		if c := da.Cells[1]; c.Percent != 130 || c.Planned != 52*60 || c.Available != 40*60 || !c.Over || da.First != "2026-W48" || da.Note != "Identity, identity protocols" {
			t.Errorf("%+v", da)
		}
		if c := row(t, tab, capacity.Team, "identity").Cells[1]; c.Percent != 65 {
			t.Errorf("team %+v", c)
		}
		if c := row(t, tab, capacity.Role, "security").Cells[1]; c.Planned != 0 || c.Available != 40*60 {
			t.Errorf("role %+v", c)
		}
		if c := row(t, tab, capacity.Person, "oskar").Cells[5]; !c.Away || c.Percent != 0 || c.Week != "2026-W52" {
			t.Errorf("away %+v", c)
		}
		if c := row(t, tab, capacity.ToolKind, "load-rig").Cells[2]; c.Percent != 125 || c.Available != 40*60 {
			t.Errorf("tool %+v", c)
		}
		if c := row(t, tab, capacity.Environment, "pre-prod").Cells[1]; c.Planned != 20*60 || c.Available != 50*60 {
			t.Errorf("environment %+v", c)
		}
		if f := tab.First; f == nil || f.Key != "daniel" || f.Week != "2026-W48" || f.Over != 12*60 || f.Cause.Task != "step-up" || f.Cause.Minutes != 24*60 || tab.Over != 2 {
			t.Errorf("%+v over %d", f, tab.Over)
		}
		for q, want := range map[capacity.Query]string{
			{Over: true}:                     "person/daniel tool/load-rig",
			{Kind: capacity.Team}:            "team/accounts team/identity",
			{Team: "identity"}:               "team/identity person/bob person/daniel",
			{Role: "security"}:               "person/bob role/security",
			{Text: "PROTOCOLS identity"}:     "person/daniel person/oskar",
			{Text: "load", Weeks: 2}:         "tool/load-rig",
			{Text: "nothing at all"}:         "",
			{Over: true, Weeks: 2, Kind: ""}: "person/daniel",
		} {
			tab, err := w.Table(w.manager, q)
			var got []string
			for _, r := range tab.Rows {
				got = append(got, r.Kind+"/"+r.Key)
			}
			if err != nil || strings.Join(got, " ") != want {
				t.Errorf("%+v: %v %v, want %s", q, got, err, want)
			}
		}
		_, err = w.Table(w.manager, capacity.Query{Weeks: 27})
		refused(t, "weeks", err, errs.CodeInvalid, "capacity.weeks")
		_, err = w.Table(w.manager, capacity.Query{Kind: "planet"})
		refused(t, "kind", err, errs.CodeInvalid, "resource.kind_unknown")
		w.Add(t, release, work.Spec{Key: "look", Name: "Security review", Estimate: work.Estimate{Likely: 10 * 60}, Due: db.At(start.AddDate(0, 0, 4)), NotBefore: db.At(start), Uses: []work.Use{{Kind: "role", Key: "security", Units: 1}}})
		if x, err := w.Detail(w.manager, capacity.Role, "security", "2026-W48"); err != nil || x.Cell.Percent != 25 || len(x.Causes) != 1 || x.Causes[0].Task != "look" || x.Causes[0].Person != "" {
			t.Errorf("work of a role that nobody has yet: %+v %v", x, err)
		}
		// Of ten hours on call four are left in a week of two days.
		if _, err := w.people.AskAbsence(w.Admin, resource.NewAbsence{Person: "bob", First: "2026-12-07", Last: "2026-12-09"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Allocate(w.manager, capacity.NewAllocation{Person: "bob", Name: "On call", Weekly: 10 * 60, First: "2026-W50"}); err != nil {
			t.Fatal(err)
		}
		if tab, err := w.Table(w.manager, capacity.Query{Text: "bob"}); err != nil || tab.Rows[0].Cells[3].Planned != 4*60 || tab.Rows[0].Cells[3].Percent != 25 {
			t.Errorf("%+v %v", tab.Rows, err)
		}
		// Carla sees nothing of payments: she sees that daniel is full, and not with what.
		dt, err := w.Detail(w.cards, capacity.Person, "daniel", "2026-W48")
		if err != nil || dt.Cell.Percent != 130 || len(dt.Causes) != 2 || dt.Causes[0].Kind != "hidden" || dt.Causes[0].Minutes != 40*60 || dt.Causes[1].Name != "On call" {
			t.Errorf("%+v %v", dt, err)
		}
		for _, x := range dt.Ways {
			if x.Kind != "add" || x.Release != "" {
				t.Errorf("a way out of hidden work: %+v", x)
			}
		}
	})
}

func TestDetail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d, capacity.Options{})
		dt, err := w.Detail(w.manager, capacity.Person, "daniel", "2026-W48")
		if err != nil || len(dt.Causes) != 3 || dt.Causes[0].Task != "step-up" || dt.Causes[0].Due != "2026-11-27" || dt.Causes[2].Name != "On call" {
			t.Fatalf("%+v %v", dt, err)
		}
		kinds := map[string]capacity.Way{}
		for _, x := range dt.Ways {
			if _, is := kinds[x.Kind]; !is {
				kinds[x.Kind] = x
			}
		}
		lend := kinds["lend"]
		if lend.Person != "oskar" || !lend.Clears || lend.Weekly < 16*60 || lend.First != "2026-W48" || !strings.Contains(lend.Effect, "level 3") || lend.Release != release {
			t.Errorf("%+v", lend)
		}
		if x := kinds["split"]; x.Person != "oskar" || x.Weekly != 12*60 || x.Percent != 100 {
			t.Errorf("%+v", x)
		}
		if x := kinds["add"]; x.Skill != "identity-protocols" || x.Weekly != 12*60 {
			t.Errorf("%+v", x)
		}
		if tm, err := w.Detail(w.manager, capacity.Team, "identity", "2026-W48"); err != nil || len(tm.Causes) != 3 || tm.Causes[0].Person != "daniel" || len(tm.Ways) != 0 {
			t.Errorf("%+v %v", tm, err)
		}
		_, err = w.Detail(w.manager, capacity.Person, "nobody", "2026-W48")
		refused(t, "nobody", err, errs.CodeNotFound, "")
		_, err = w.Detail(w.manager, capacity.Person, "daniel", "2026-W40")
		refused(t, "past", err, errs.CodeInvalid, "capacity.week_unknown")
		// What a way proposes is asked for, granted, and then holds.
		q, err := w.Ask(w.manager, capacity.NewRequest{Release: lend.Release, Task: lend.Task, Person: lend.Person, Weekly: lend.Weekly, First: string(lend.First), Last: string(lend.Last), Reason: dt.Name})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Grant(w.lead, q.ID, capacity.Answer{}); err != nil {
			t.Fatal(err)
		}
		after, err := w.Detail(w.manager, capacity.Person, "daniel", "2026-W48")
		if err != nil || after.Cell.Percent != lend.Percent {
			t.Errorf("%+v, the way said %d %%", after.Cell, lend.Percent)
		}
		p, err := w.Profile(w.manager, "oskar")
		if err != nil || p.Cells[1].Planned != lend.Weekly || len(p.Allocations) != 1 || p.Hours != resource.Usual || len(p.Teams) != 1 || p.MayState != true {
			t.Errorf("%+v %v", p, err)
		}
		if p, err := w.Profile(w.bob, "oskar"); err != nil || p.MayState || p.MayAnswer {
			t.Errorf("%+v %v", p, err)
		}
	})
}

func TestRequests(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := open(t, d, capacity.Options{})
		in := capacity.NewRequest{Release: release, Skill: "identity-protocols", Level: 3, Weekly: 20 * 60, First: "2026-W49", Last: "2026-W50", Reason: "The consent API is on the critical path"}
		for name, c := range map[string]struct {
			ctx    context.Context
			change func(*capacity.NewRequest)
			code   errs.Code
			reason string
		}{
			"a viewer":     {w.bob, func(*capacity.NewRequest) {}, errs.CodeForbidden, ""},
			"a stranger":   {w.cards, func(*capacity.NewRequest) {}, errs.CodeNotFound, ""},
			"no reason":    {w.manager, func(q *capacity.NewRequest) { q.Reason = "" }, errs.CodeInvalid, "text.missing"},
			"two things":   {w.manager, func(q *capacity.NewRequest) { q.Person = "oskar" }, errs.CodeInvalid, "request.of_whom"},
			"no thing":     {w.manager, func(q *capacity.NewRequest) { q.Skill = "" }, errs.CodeInvalid, "request.of_whom"},
			"weeks":        {w.manager, func(q *capacity.NewRequest) { q.Last = "2026-W48" }, errs.CodeInvalid, "weeks.disordered"},
			"too long":     {w.manager, func(q *capacity.NewRequest) { q.Last = "2036-W48" }, errs.CodeInvalid, "weeks.too_many"},
			"hours":        {w.manager, func(q *capacity.NewRequest) { q.Weekly = 5 }, errs.CodeInvalid, "weekly.out_of_range"},
			"unknown task": {w.manager, func(q *capacity.NewRequest) { q.Task = "zz" }, errs.CodeInvalid, "task.unknown"},
			"unknown tool": {w.manager, func(q *capacity.NewRequest) { q.Skill, q.Tool = "", "zz" }, errs.CodeInvalid, "tool.unknown"},
			"level":        {w.manager, func(q *capacity.NewRequest) { q.Level = 9 }, errs.CodeInvalid, "skill.level"},
		} {
			x := in
			c.change(&x)
			_, err := w.Ask(c.ctx, x)
			refused(t, name, err, c.code, c.reason)
		}
		q, err := w.Ask(w.manager, in)
		if err != nil || q.State != resource.Open || q.First != "2026-11-30" || q.Last != "2026-12-07" {
			t.Fatalf("%+v %v", q, err)
		}
		_, err = w.Grant(w.lead, q.ID, capacity.Answer{})
		refused(t, "without a person", err, errs.CodeInvalid, "request.person_missing")
		_, err = w.Grant(w.manager, q.ID, capacity.Answer{Person: "bob"})
		refused(t, "without the skill", err, errs.CodeInvalid, "request.skill_missing")
		_, err = w.Grant(w.lead, q.ID, capacity.Answer{Person: "daniel"})
		refused(t, "of another team", err, errs.CodeForbidden, "")
		_, err = w.Refuse(w.lead, q.ID, capacity.Answer{})
		refused(t, "refused without a word", err, errs.CodeInvalid, "text.missing")
		if _, err := w.Allocate(w.lead, capacity.NewAllocation{Person: "oskar", Name: "Support", Weekly: 30 * 60, First: "2026-W50"}); err != nil {
			t.Fatal(err)
		}
		_, err = w.Grant(w.lead, q.ID, capacity.Answer{Person: "oskar"})
		refused(t, "not free", err, errs.CodeBlocked, "resource.not_free")
		if !strings.Contains(err.Error(), "week 50 (125 %)") {
			t.Error(err)
		}
		g, err := w.Grant(w.lead, q.ID, capacity.Answer{Person: "oskar", Anyway: true, Answer: "Support can wait"})
		if err != nil || g.State != resource.Granted || g.PersonKey != "oskar" {
			t.Fatalf("%+v %v", g, err)
		}
		_, err = w.Refuse(w.lead, q.ID, capacity.Answer{Answer: "no"})
		refused(t, "answered", err, errs.CodeBlocked, "request.answered")
		as, err := w.Allocations(w.manager, capacity.AllocationFilter{Release: release})
		if err != nil || len(as) != 1 || as[0].Request != q.ID || as[0].Weekly != 20*60 {
			t.Fatalf("%+v %v", as, err)
		}
		_, err = w.Reallocate(w.oskar, as[0].ID, 1, capacity.AllocationChange{})
		refused(t, "by oneself", err, errs.CodeForbidden, "")
		less := int64(10 * 60)
		if a, err := w.Reallocate(w.lead, as[0].ID, 1, capacity.AllocationChange{Weekly: &less}); err != nil || a.Rev != 2 {
			t.Errorf("%+v %v", a, err)
		}
		_, err = w.Reallocate(w.lead, as[0].ID, 1, capacity.AllocationChange{Weekly: &less})
		refused(t, "stale", err, errs.CodeConflict, "row.stale")
		if as, err := w.Allocations(w.cards, capacity.AllocationFilter{}); err != nil || len(as) != 2 || as[0].Release != "" || as[1].Release != "" {
			t.Errorf("a stranger: %+v %v", as, err)
		}
		if qs, err := w.Requests(w.cards, capacity.RequestFilter{}); err != nil || len(qs) != 0 {
			t.Errorf("a stranger: %+v %v", qs, err)
		}
		again, err := w.Ask(w.manager, in)
		if err != nil {
			t.Fatal(err)
		}
		if x, err := w.Refuse(w.lead, again.ID, capacity.Answer{Answer: "No room until January"}); err != nil || x.State != resource.Refused {
			t.Errorf("%+v %v", x, err)
		}
		if again, err = w.Ask(w.manager, in); err != nil {
			t.Fatal(err)
		}
		if x, err := w.Withdraw(w.manager, again.ID); err != nil || x.State != resource.Withdrawn {
			t.Errorf("%+v %v", x, err)
		}
		if qs, err := w.Requests(w.manager, capacity.RequestFilter{State: resource.Refused}); err != nil || len(qs) != 1 {
			t.Errorf("%+v %v", qs, err)
		}
		var got []string
		for _, a := range ledgertest.Actions(t, l) {
			if strings.HasPrefix(a, "resource.") || strings.HasPrefix(a, "allocation.") {
				got = append(got, a)
			}
		}
		want := "allocation.made resource.requested allocation.made allocation.made resource.granted allocation.changed resource.requested resource.refused resource.requested resource.withdrawn"
		if strings.Join(got, " ") != want {
			t.Errorf("%v", got)
		}
	})
}

func TestTools(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d, capacity.Options{})
		in := resource.NewTool{Name: "Load rig", Kind: "equipment", Team: "accounts", Units: 1, Weekly: 48 * 60}
		_, err := w.people.SetTool(w.lead, "load-rig", in)
		refused(t, "a lead", err, errs.CodeForbidden, "")
		for reason, change := range map[string]func(*resource.NewTool){
			"tool.kind_unknown": func(n *resource.NewTool) { n.Kind = "planet" }, "tool.units": func(n *resource.NewTool) { n.Units = 0 },
			"weekly.out_of_range": func(n *resource.NewTool) { n.Weekly = 1 << 40 }, "team.unknown": func(n *resource.NewTool) { n.Team = "zz" }, "text.missing": func(n *resource.NewTool) { n.Name = "" },
		} {
			x := in
			change(&x)
			_, err := w.people.SetTool(w.manager, "load-rig", x)
			refused(t, reason, err, errs.CodeInvalid, reason)
		}
		if x, err := w.people.SetTool(w.manager, "load-rig", in); err != nil || x.Rev != 1 {
			t.Fatalf("%+v %v", x, err)
		}
		in.Rev, in.Units = 1, 2
		if x, err := w.people.SetTool(w.manager, "load-rig", in); err != nil || x.Rev != 2 {
			t.Fatalf("%+v %v", x, err)
		}
		_, err = w.people.SetTool(w.manager, "load-rig", in)
		refused(t, "stale", err, errs.CodeConflict, "row.stale")
		q, err := w.Ask(w.manager, capacity.NewRequest{Release: release, Tool: "load-rig", Weekly: 90 * 60, First: "2026-W49", Reason: "Peak test"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Grant(w.daniel, q.ID, capacity.Answer{})
		refused(t, "not their tool", err, errs.CodeForbidden, "")
		if _, err := w.Grant(w.lead, q.ID, capacity.Answer{}); err != nil {
			t.Error(err)
		}
		if ts, err := w.people.Tools(w.bob); err != nil || len(ts) != 1 || ts[0].Units != 2 {
			t.Errorf("%+v %v", ts, err)
		}
		if err := d.Read(auth.WithSystem(t.Context()), func(tx *db.Tx) error {
			_, err := w.ReadTable(tx, capacity.Query{})
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}
