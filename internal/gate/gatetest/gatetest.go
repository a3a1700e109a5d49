package gatetest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"slipway/internal/catalog"
	"slipway/internal/gate"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
)

// World is plantest's bank with a gate whose sources answer what the test says. Without a word from the test nothing is signed,
// decided or at risk, there is no back-out, and the calendar is open.
type World struct {
	plantest.World
	Gate *gate.Gate
	// Says is what other areas answer, by release.
	Says *Answers
}

// Answers are what other areas would say.
type Answers struct {
	Windows   map[id.Release]gate.Window
	Risks     map[id.Release][]gate.Risk
	Signed    map[id.Release][]gate.Approval
	Decided   map[id.Release]gate.Poll
	BackedOut map[id.Release]gate.BackOut
}

// Approvals implements gate.Decisions.
func (a *Answers) Approvals(*db.Tx, []plan.Release) (map[id.Release][]gate.Approval, error) {
	return a.Signed, nil
}

// Polls implements gate.Decisions.
func (a *Answers) Polls(*db.Tx, []plan.Release) (map[id.Release]gate.Poll, error) {
	return a.Decided, nil
}

// BackOuts implements gate.BackOuts.
func (a *Answers) BackOuts(*db.Tx, []plan.Release) (map[id.Release]gate.BackOut, error) {
	return a.BackedOut, nil
}

// New makes a world on a migrated database. more are the permissions of further areas under test.
func New(t testing.TB, d *db.DB, more ...[]auth.Permission) World {
	t.Helper()
	authtest.Service(t, d, append([][]auth.Permission{catalog.Permissions, plan.Permissions, gate.Permissions}, more...)...)
	a := &Answers{Windows: map[id.Release]gate.Window{}, Risks: map[id.Release][]gate.Risk{}, Signed: map[id.Release][]gate.Approval{},
		Decided: map[id.Release]gate.Poll{}, BackedOut: map[id.Release]gate.BackOut{}}
	g, err := gate.New(d, gate.Sources{
		Windows:   func(*db.Tx, []plan.Release) (map[id.Release]gate.Window, error) { return a.Windows, nil },
		Risks:     func(*db.Tx, []plan.Release) (map[id.Release][]gate.Risk, error) { return a.Risks, nil },
		Decisions: a, BackOuts: a,
	})
	if err != nil {
		t.Fatal(err)
	}
	w := World{World: plantest.New(t, d), Gate: g, Says: a}
	w.Plans.Follow(g).CheckTemplates(g.CheckTemplate)
	return w
}

// Template makes a template of these criteria; with four eyes nobody grants a waiver that they asked for.
func (w World) Template(t testing.TB, key string, fourEyes bool, criteria ...plan.CriterionSpec) {
	t.Helper()
	in := plan.Template{Key: key, Name: authtest.Name(key), Criteria: criteria, Policy: plan.Policy{FourEyes: fourEyes},
		Phases: []plan.PhaseSpec{{Key: "test", Name: "Test", Days: 5}}}
	if _, err := w.Plans.SetTemplate(w.Admin, 0, in); err != nil {
		t.Fatal(err)
	}
}

// Guarded makes an active release whose criteria are these and no others.
func (w World) Guarded(t testing.TB, key string, criteria ...plan.CriterionSpec) plan.Release {
	t.Helper()
	w.Template(t, "for-"+key, false, criteria...)
	return w.From(t, key, "for-"+key, plan.Active)
}

// From makes a release of a template in a state.
func (w World) From(t testing.TB, key, template string, state plan.State) plan.Release {
	t.Helper()
	in := plantest.Spec(key)
	in.Template = template
	r, err := w.Plans.Create(w.Admin, in)
	if err != nil {
		t.Fatal(err)
	}
	return w.Bring(t, r.ID, state)
}

// Send sends evidence as the administrator.
func (w World) Send(t testing.TB, ref string, in gate.NewEvidence, content []byte) gate.Evidence {
	t.Helper()
	e, err := w.Gate.Receive(w.Admin, ref, in, content)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Verdict returns the verdict of a release.
func (w World) Verdict(t testing.TB, ctx context.Context, ref string) gate.Verdict {
	t.Helper()
	v, err := w.Gate.Verdict(ctx, ref)
	if err != nil {
		t.Fatal(err)
	}
	return v.Verdict
}

// JUnit returns a report of so many tests, of which these fail, break and are skipped.
func JUnit(tests, failures, errors, skipped int) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<testsuites><testsuite name="payments" tests="%d" failures="%d" errors="%d" skipped="%d">`+"\n", tests, failures, errors, skipped)
	for i := range tests {
		fmt.Fprintf(&b, `<testcase classname="payments/instant" name="TestPayee%03d" time="0.012">`, i)
		switch {
		case i < failures:
			b.WriteString(`<failure message="the name does not match">payee_test.go:88: got CLOSE_MATCH, want NO_MATCH</failure>`)
		case i < failures+errors:
			b.WriteString(`<error message="no connection"/>`)
		case i < failures+errors+skipped:
			b.WriteString(`<skipped/>`)
		}
		b.WriteString("</testcase>\n")
	}
	b.WriteString("</testsuite></testsuites>\n")
	return []byte(b.String())
}
