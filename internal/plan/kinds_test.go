package plan_test

import (
	"encoding/json"
	"strings"
	"testing"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
	"slipway/internal/platform/strict"
)

func registry(t *testing.T, d *db.DB, w plantest.World) *apply.Registry {
	t.Helper()
	kinds := append(w.Plans.Kinds(), w.Catalog.Kinds()...)
	for _, k := range []string{"person", "team"} {
		kinds = append(kinds, apply.Kind{Name: k, Apply: func(*db.Tx, strict.Document) (string, apply.Outcome, error) { return "", "", nil }})
	}
	r, err := apply.New(d, kinds...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// world is plantest's, with the right to apply files.
func world(t *testing.T, d *db.DB) plantest.World {
	t.Helper()
	authtest.Service(t, d, catalog.Permissions, plan.Permissions, apply.Permissions)
	return plantest.New(t, d)
}

const files = `kind: template
key: tier-1
name: Tier-1 payments
phases:
  - {key: test, name: Test, days: 3}
criteria:
  - {key: scan, name: Scan, kind: fact, condition: fact.critical == 0, due: -1d, phase: test, mandatory: false}
approvals:
  - {role: security, sections: [manifest, back-out]}
poll: {roles: [{role: qa, mandatory: true, veto: true}], quorum: 1}
---
kind: release
key: payments-1
product: payments
version: 1.10
template: tier-1
owner: admin
window: {start: "2026-11-19T21:00:00+01:00", end: "2026-11-19T23:30:00+01:00"}
environments: [prod-north]
services:
  - {service: ledger, version: 5.15.0}
scope:
  - {key: PAY-1, title: One, url: "https://tracker.example.com/PAY-1"}
  - {key: PAY-2, title: Two, kind: defect, state: done, commits: [9c1f2ab]}
milestones:
  - {key: cut, name: Cut, offset: -2d}
deliverables:
  - {key: notes, name: Notes, state: ready}
runbook: payments
`

func TestApply(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := world(t, d)
		r := registry(t, d, w)
		run := func(text string) string {
			t.Helper()
			cs, err := r.Apply(w.Admin, []apply.File{{Name: "a.yaml", Text: text}}, false)
			if err != nil {
				t.Fatal(err)
			}
			out := ""
			for _, c := range cs {
				out += c.Kind + " " + c.Key + " " + string(c.Outcome) + "\n"
			}
			return out
		}
		if got := run(files); got != "template tier-1 created\nrelease payments-1 created\n" {
			t.Error(got)
		}
		entries := len(ledgertest.Actions(t, l))
		if got := run(files); got != "template tier-1 unchanged\nrelease payments-1 unchanged\n" {
			t.Error(got)
		}
		// What is exported is applied without a change.
		exported := ""
		for _, kind := range []string{"template", "release"} {
			docs, err := r.Export(w.Admin, kind)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range docs {
				b, err := json.Marshal(x) // every JSON document is one of YAML
				if err != nil {
					t.Fatal(err)
				}
				exported += "---\n" + string(b) + "\n"
			}
		}
		if got := run(exported); strings.Contains(got, "created") || strings.Contains(got, "changed\n") && strings.Contains(strings.ReplaceAll(got, "unchanged", ""), "changed") {
			t.Errorf("%s\n%s", got, exported)
		}
		if n := len(ledgertest.Actions(t, l)); n != entries {
			t.Errorf("%d entries of applying what is so already", n-entries)
		}
		if _, err := w.Plans.Plan(w.Admin, "payments-1"); err != nil {
			t.Fatal(err)
		}
		next := strings.NewReplacer("5.15.0", "5.16.0", "  - {key: PAY-1, title: One, url: \"https://tracker.example.com/PAY-1\"}\n", "  - {key: PAY-3, title: Three}\n", "days: 3", "days: 4", "offset: -2d", "offset: -3d").Replace(files)
		if got := run(next); got != "template tier-1 changed\nrelease payments-1 changed\n" {
			t.Error(got)
		}
		now, err := w.Plans.Get(w.Admin, "payments-1")
		if err != nil {
			t.Fatal(err)
		}
		if now.State != plan.Planned || now.Manifest[0].Version != "5.16.0" || now.TemplateVersion != 1 || now.Phases[0].Days != 3 || now.Milestones[0].Offset != "-3d" || now.Scope.Items != 2 || now.Version != "1.10" {
			t.Errorf("%+v", now)
		}
	})
}

func TestApplyFaults(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := world(t, d)
	r := registry(t, d, w)
	if _, err := r.Apply(w.Admin, []apply.File{{Name: "a.yaml", Text: files}}, false); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		old, new, field, reason string
		line                    int
	}{
		"unknown field":      {"fact.critical == 0,", "fact.critical == 0, ower: x,", "criteria[0].ower", "input.unknown_field", 7},
		"unknown phase":      {"phase: test", "phase: moon", "criteria[0].phase", "phase.unknown", 7},
		"bad offset":         {"due: -1d", "due: yesterday", "criteria[0].due", "input.bad_value", 7},
		"unknown section":    {"back-out]", "moon]", "approvals[0].sections[1]", "section.unknown", 9},
		"quorum":             {"quorum: 1", "quorum: 2", "poll.quorum", "poll.quorum_out_of_range", 10},
		"unknown service":    {"service: ledger", "service: nope", "services[0].service", "service.unknown", 21},
		"unknown person":     {"owner: admin", "owner: nobody", "owner", "owner.unknown", 17},
		"other product":      {"product: payments", "product: cards", "product", "release.product_fixed", 14},
		"other template":     {"template: tier-1\nowner", "template: standard\nowner", "template", "release.template_fixed", 16},
		"window backwards":   {"T23:30:00+01:00", "T20:30:00+01:00", "window.end", "window.reversed", 18},
		"script for address": {"https://tracker", "javascript://tracker", "scope[0].url", "url.malformed", 23},
		"same key twice":     {"PAY-2", "PAY-1", "scope[1].key", "key.twice", 24},
		"bad commit":         {"9c1f2ab", "HEAD", "scope[1].commits[0]", "commit.malformed", 24},
		"huge name":          {"name: Cut", "name: " + strings.Repeat("x", 300), "milestones[0].name", "text.too_long", 26},
		"date and distance":  {"offset: -2d", "offset: -2d, at: \"2026-11-19T21:00:00+01:00\"", "milestones[0].at", "milestone.dated_twice", 26},
		"deliverable state":  {"state: ready", "state: lost", "deliverables[0].state", "deliverable.state_unknown", 28},
	} {
		_, err := r.Apply(w.Admin, []apply.File{{Name: "a.yaml", Text: strings.Replace(files, c.old, c.new, 1)}}, false)
		e := errs.As(err)
		if err == nil || e.Code != errs.CodeInvalid || len(e.Fields) == 0 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if f := e.Fields[0]; f.Name != c.field || f.Reason != c.reason || f.Line != c.line || f.File != "a.yaml" {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestBuiltin(t *testing.T) {
	ts, err := plan.Builtin()
	if err != nil || len(ts) != 6 {
		t.Fatalf("%d templates, %v", len(ts), err)
	}
	for _, x := range ts {
		if err := x.Check(); err != nil {
			t.Errorf("%s: %v", x.Key, err)
		}
	}
	d := dbtest.Open(t, db.SQLite)
	w := plantest.New(t, d)
	for _, x := range ts {
		s := plantest.Spec(x.Key + "-1")
		s.Template = x.Key
		r, err := w.Plans.Create(w.Admin, s)
		if err != nil {
			t.Fatalf("%s: %v", x.Key, err)
		}
		ps, err := w.Plans.PhasesOf(w.Admin, r.Key)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range ps {
			if !p.PlannedEnd.After(p.PlannedStart) || i > 0 && p.PlannedStart.Before(ps[i-1].PlannedEnd) {
				t.Errorf("%s: the phase %s is planned from %s to %s", x.Key, p.Key, p.PlannedStart.Std(), p.PlannedEnd.Std())
			}
		}
	}
	if err := w.Plans.EnsureBuiltin(t.Context()); err != nil { // plantest did it before
		t.Fatal(err)
	}
	vs, err := w.Plans.TemplateVersions(w.Admin, "waterfall")
	if err != nil || len(vs) != 1 {
		t.Errorf("%d versions of waterfall, %v", len(vs), err)
	}
}

func TestTemplateFaults(t *testing.T) {
	for name, c := range map[string]struct {
		t     plan.Template
		field string
	}{
		"cycle":            {plan.Template{Tasks: []plan.TaskSpec{{Key: "a", Name: "A", Needs: []string{"b"}}, {Key: "b", Name: "B", Needs: []string{"a"}}}}, "tasks"},
		"unknown need":     {plan.Template{Tasks: []plan.TaskSpec{{Key: "a", Name: "A", Needs: []string{"b"}}}}, "tasks[0].needs[0]"},
		"unknown link":     {plan.Template{Tasks: []plan.TaskSpec{{Key: "a", Name: "A", After: []plan.LinkSpec{{Task: "b"}}}}}, "tasks[0].after[0].task"},
		"unknown type":     {plan.Template{Tasks: []plan.TaskSpec{{Key: "a", Name: "A"}, {Key: "b", Name: "B", After: []plan.LinkSpec{{Task: "a", Type: "XX"}}}}}, "tasks[1].after[0].type"},
		"circle of links":  {plan.Template{Tasks: []plan.TaskSpec{{Key: "a", Name: "A", Needs: []string{"b"}}, {Key: "b", Name: "B", After: []plan.LinkSpec{{Task: "a", Type: "SS"}}}}}, "tasks"},
		"falling estimate": {plan.Template{Tasks: []plan.TaskSpec{{Key: "a", Name: "A", Estimate: &plan.EstimateSpec{Low: 3, Likely: 2, High: 4}}}}, "tasks[0].estimate"},
		"estimated twice":  {plan.Template{Tasks: []plan.TaskSpec{{Key: "a", Name: "A", Hours: 2, Estimate: &plan.EstimateSpec{Low: 1, Likely: 2, High: 4}}}}, "tasks[0].estimate"},
		"unknown point":    {plan.Template{Policy: plan.Policy{ScopeChange: &plan.ScopeChangeSpec{Approve: "approver", After: "never"}}}, "policy.scopeChange.after"},
		"no condition":     {plan.Template{Criteria: []plan.CriterionSpec{{Key: "a", Name: "A", Kind: "fact"}}}, "criteria[0].condition"},
		"no poll":          {plan.Template{Criteria: []plan.CriterionSpec{{Key: "a", Name: "A", Kind: "poll"}}}, "criteria[0].kind"},
		"unknown kind":     {plan.Template{Criteria: []plan.CriterionSpec{{Key: "a", Name: "A", Kind: "magic"}}}, "criteria[0].kind"},
		"approval of none": {plan.Template{Criteria: []plan.CriterionSpec{{Key: "a", Name: "A", Kind: "approval"}}}, "criteria[0].role"},
		"too many lines":   {plan.Template{Objectives: make([]string, 51)}, "objectives"},
		"dated milestone":  {plan.Template{Milestones: []plan.MilestoneSpec{{Key: "a", Name: "A", At: 1}}}, "milestones[0].at"},
		"key twice":        {plan.Template{Phases: []plan.PhaseSpec{{Key: "a", Name: "A"}, {Key: "a", Name: "B"}}}, "phases[1].key"},
	} {
		c.t.Key, c.t.Name = "t", "T"
		e := errs.As(c.t.Check())
		found := false
		if e != nil {
			for _, f := range e.Fields {
				found = found || f.Name == c.field
			}
		}
		if !found {
			t.Errorf("%s: %v", name, e)
		}
	}
}

// Whatever is decoded as a template is judged without a panic, and what passes survives canonical JSON.
func FuzzTemplate(f *testing.F) {
	first, _, _ := strings.Cut(files, "---")
	f.Add([]byte(first))
	ts, err := plan.Builtin()
	if err != nil {
		f.Fatal(err)
	}
	for _, x := range ts {
		b, err := json.Marshal(x)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("key: a\nname: b\nphases: [{key: x, name: y, days: 999, start: +99999w}]"))
	f.Fuzz(func(t *testing.T, src []byte) {
		d, err := strict.One("t.yaml", src)
		if err != nil {
			return
		}
		var x plan.Template
		if d.Decode(&x) != nil || x.Check() != nil {
			return
		}
		c, err := db.Canonical(x)
		if err != nil {
			t.Fatal(err)
		}
		var again plan.Template
		if err := c.Decode(&again); err != nil {
			t.Fatal(err)
		}
		if c2, err := db.Canonical(again); err != nil || string(c2) != string(c) {
			t.Errorf("%s\n%s\n%v", c, c2, err)
		}
	})
}
