package decidetest

import (
	"context"
	"slices"
	"testing"

	"slipway/internal/catalog"
	"slipway/internal/decide"
	"slipway/internal/gate"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/db"
)

// World is plantest's bank with a gate and decisions, the template "tier-1" with four approvals and a poll of four roles, the
// template "signed" without a poll, and people for each role.
type World struct {
	plantest.World
	Gate      *gate.Gate
	Decisions *decide.Decisions
	// Maya leads releases, Priya and Quinn are quality assurance, Elena is database, Aisha runs services, Daniel is
	// information security, Tomas writes code.
	Maya, Priya, Quinn, Elena, Aisha, Daniel, Tomas context.Context
	// BackOut is what the section back-out of every release holds.
	BackOut *BackOut
}

// Runbook is the content of the sections that no area of this world owns.
type Runbook struct {
	Steps []Step `json:"steps"`
}

// Step is a step of a Runbook.
type Step struct {
	Name    string `json:"name"`
	How     string `json:"how"`
	Minutes int    `json:"minutes"`
}

// BackOut is a section that a test changes by hand, between its requests.
type BackOut struct {
	Content Runbook
	Changes []decide.Change
}

// New makes the world; areas above pass their permissions.
func New(t testing.TB, d *db.DB, more ...[]auth.Permission) World {
	t.Helper()
	authtest.Service(t, d, append([][]auth.Permission{catalog.Permissions, plan.Permissions, gate.Permissions, decide.Permissions}, more...)...)
	w := World{World: plantest.New(t, d)}
	var err error
	if w.Gate, err = gate.New(d, gate.Sources{}); err != nil {
		t.Fatal(err)
	}
	sources := decide.Lower()
	for _, name := range []string{plan.SectionRunbook, "risk"} {
		content := Runbook{[]Step{{"Deploy the ledger", "Blue and green", 12}, {"Smoke tests", "The suite smoke", 6}}}
		sources = append(sources, decide.Source{Name: name, Content: func(*db.Tx, id.Release) (any, error) { return content, nil }})
	}
	w.BackOut = &BackOut{Content: Runbook{[]Step{{"Reverse migration", "one transaction, lock_timeout 60s", 18}, {"Start the old version", "Blue", 4}}}}
	sources = append(sources, decide.Source{Name: "back-out", Content: func(*db.Tx, id.Release) (any, error) { return w.BackOut.Content, nil },
		Changes: func(_ *db.Tx, _ id.Release, since db.Time) ([]decide.Change, error) {
			return slices.DeleteFunc(slices.Clone(w.BackOut.Changes), func(c decide.Change) bool { return c.At <= since }), nil
		}})
	w.Decisions = decide.New(d, w.Gate, sources...)
	w.Gate.Connect(gate.Sources{Decisions: w.Decisions})
	w.Plans.Follow(w.Gate, w.Decisions)
	scope := "@product/" + string(w.Payments.ID)
	person := func(key, name string, roles ...string) context.Context {
		for i := range roles {
			roles[i] += scope
		}
		if _, err := authtest.Service(t, d).AddPerson(auth.WithSystem(t.Context()), people.NewPerson{Key: key, Name: name, Email: key + "@example.com", Zone: "Europe/Copenhagen"}); err != nil {
			t.Fatal(err)
		}
		return authtest.Person(t, d, key, roles...)
	}
	w.Maya = person("maya", "Maya Lindqvist", auth.RoleReleaseManager)
	w.Priya = person("priya", "Priya Natarajan", auth.RoleApprover, "qa")
	w.Quinn = person("quinn", "Quinn Abara", auth.RoleApprover, "qa")
	w.Elena = person("elena", "Elena Petrova", auth.RoleApprover, "database")
	w.Aisha = person("aisha", "Aisha Rahman", auth.RoleApprover, auth.RoleOperator, "service-operations")
	w.Daniel = person("daniel", "Daniel Okafor", auth.RoleApprover, "security")
	w.Tomas = person("tomas", "Tomas Ferreira", auth.RoleContributor)
	for _, x := range Templates() {
		if _, err := w.Plans.SetTemplate(w.Admin, 0, x); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// Templates returns the two templates of the world.
func Templates() []plan.Template {
	criteria := []plan.CriterionSpec{
		{Key: "checked", Name: "The release notes are checked", Kind: plan.KindConfirmation, Role: "qa", Question: "tested", Next: "Priya reads them."},
		{Key: "decided", Name: "The go/no-go is decided", Kind: plan.KindPoll, Question: "authorised", Owner: auth.RoleReleaseManager},
	}
	signed := []plan.CriterionSpec{{Key: "signed", Name: "Quality assurance has signed", Kind: plan.KindApproval, Role: "qa", Question: "authorised"}}
	return []plan.Template{
		{Key: "tier-1", Name: "Tier-1 payments", Criteria: criteria, Policy: plan.Policy{FourEyes: true},
			Approvals: []plan.ApprovalSpec{
				{Role: "database", Name: "Database", Sections: []string{"manifest", "runbook", "back-out"}},
				{Role: "qa", Name: "Quality assurance", Sections: []string{"scope", "manifest"}},
				{Role: "security", Name: "Information security", Sections: []string{"window", "criteria"}},
				{Role: "service-operations", Name: "Service operations", Order: 1},
			},
			Poll: &plan.PollSpec{Roles: []plan.PollRole{
				{Role: "qa", Name: "Quality assurance", Mandatory: true},
				{Role: "database", Name: "Database", Mandatory: true, Veto: true},
				{Role: "service-operations", Name: "Service operations", Veto: true},
				{Role: "security", Name: "Information security"},
			}},
		},
		{Key: "signed", Name: "Signed", Criteria: signed, Approvals: []plan.ApprovalSpec{{Role: "qa", Name: "Quality assurance"}}},
	}
}

// Release makes a release of the template "tier-1" in a state, as plantest does.
func (w World) Release(t testing.TB, key string, state plan.State) plan.Release {
	return w.Of(t, "tier-1", key, state)
}

// Of makes a release of a template.
func (w World) Of(t testing.TB, template, key string, state plan.State) plan.Release {
	t.Helper()
	s := plantest.Spec(key)
	s.Template = template
	r, err := w.Plans.Create(w.Admin, s)
	if err != nil {
		t.Fatal(err)
	}
	return w.Bring(t, r.ID, state)
}

// Sign signs for a role.
func (w World) Sign(t testing.TB, who context.Context, r plan.Release, role string) decide.Signature {
	t.Helper()
	s, err := w.Decisions.Sign(who, r.Key, role, decide.NewSignature{})
	if err != nil {
		t.Fatalf("signing for %s: %v", role, err)
	}
	return s
}

// Answer answers the open poll for a role; a go-if has one condition.
func (w World) Answer(t testing.TB, who context.Context, r plan.Release, role, word string) decide.Answer {
	t.Helper()
	in := decide.NewAnswer{Answer: word}
	if word == "go-if" {
		in.Conditions = []decide.NewCondition{{Text: "Build 4474 replaces 4471"}}
	}
	a, err := w.Decisions.Answer(who, r.Key, role, in)
	if err != nil {
		t.Fatalf("answering for %s: %v", role, err)
	}
	return a
}

// Confirm meets the criterion "checked", so that everything but the poll is met.
func (w World) Confirm(t testing.TB, r plan.Release) {
	t.Helper()
	if _, err := w.Gate.Confirm(w.Priya, r.Key, "checked", gate.Confirmed, ""); err != nil {
		t.Fatal(err)
	}
}

// Open opens the poll of a release with Maya in the chair.
func (w World) Open(t testing.TB, r plan.Release) decide.Poll {
	t.Helper()
	p, err := w.Decisions.OpenPoll(w.Maya, r.Key, decide.NewPoll{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}
