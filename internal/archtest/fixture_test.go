package archtest

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

const tables = `# Fixture

| area | may import the roots of |
|---|---|
| catalog | nothing |
| plan | catalog |
| risk, work | plan, catalog |
| gate | risk, what risk may |
| measure | all above |
| home | all areas |
| connect | all areas |

| part | may import | is imported by |
|---|---|---|
| errs | nothing | anyone |
| clock | nothing | anyone |
| id | errs | anyone |
| platform | platform, kernel | anyone |
| client | nothing | cli |
| app | all areas, area packages, platform, kernel, client | cli |
| cli | app, client, platform, kernel | cmd/slipway |
| cmd/slipway | cli | nobody |

| wing | offers |
|---|---|
| gate/policy | rules |
| gate/survey | figures |
`

// fixture makes a tree of the files, the tables, and a doc.go for each directory that has none.
func fixture(t *testing.T, files map[string]string) *Tree {
	t.Helper()
	m := fstest.MapFS{tablePath: {Data: []byte(tables)}}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	tree, err := Load(m)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func goFile(pkg string, imports ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "package %s\n", pkg)
	for _, im := range imports {
		fmt.Fprintf(&b, "import _ %q\n", im)
	}
	return b.String()
}

func ruleNamed(t *testing.T, name string) Rule {
	t.Helper()
	for _, r := range Rules() {
		if r.Name == name {
			return r
		}
	}
	t.Fatalf("no rule %q", name)
	return Rule{}
}

// Each case is a tree with what its rule must say about it: "file:line" in order, nothing for a tree that obeys.
func TestRulesFindWhatTheyForbid(t *testing.T) {
	cases := []struct {
		name, rule string
		files      map[string]string
		want       []string
	}{
		{"allowed areas", "areas", map[string]string{
			"internal/risk/risk.go":          goFile("risk", "slipway/internal/plan", "slipway/internal/catalog", "slipway/internal/platform/db", "slipway/internal/errs"),
			"internal/gate/gate.go":          goFile("gate", "slipway/internal/risk", "slipway/internal/plan", "slipway/internal/gate/verdict"),
			"internal/gate/gate_test.go":     goFile("gate_test", "slipway/internal/risk/risktest", "slipway/internal/gate/gatetest"),
			"internal/gate/gatetest/make.go": goFile("gatetest", "slipway/internal/risk/risktest"),
			"internal/gate/gateweb/page.go":  goFile("gateweb", "slipway/internal/gate", "slipway/internal/risk"),
			"internal/measure/measure.go":    goFile("measure", "slipway/internal/gate"),
			"internal/gate/policy/policy.go": goFile("policy", "slipway/internal/gate", "slipway/internal/gate/verdict", "slipway/internal/gate/survey", "slipway/internal/risk", "slipway/internal/platform/db"),
			"internal/gate/gateapi/api.go":   goFile("gateapi", "slipway/internal/gate/policy"),
		}, nil},
		{"root knows a wing", "areas", map[string]string{"internal/gate/gate.go": goFile("gate", "slipway/internal/gate/policy")}, []string{"internal/gate/gate.go:2"}},
		{"engine knows a wing", "areas", map[string]string{"internal/gate/verdict/v.go": goFile("verdict", "slipway/internal/gate/policy")}, []string{"internal/gate/verdict/v.go:2"}},
		{"another's wing", "areas", map[string]string{"internal/measure/measure.go": goFile("measure", "slipway/internal/gate/policy")}, []string{"internal/measure/measure.go:2"}},
		{"upwards", "areas", map[string]string{"internal/plan/plan.go": goFile("plan", "fmt", "slipway/internal/risk")}, []string{"internal/plan/plan.go:3"}},
		{"sideways in one row", "areas", map[string]string{"internal/risk/risk.go": goFile("risk", "slipway/internal/work")}, []string{"internal/risk/risk.go:2"}},
		{"upwards in a test", "areas", map[string]string{"internal/plan/plan_test.go": goFile("plan_test", "slipway/internal/risk")}, []string{"internal/plan/plan_test.go:2"}},
		{"another's pages", "areas", map[string]string{"internal/gate/gateweb/page.go": goFile("gateweb", "slipway/internal/risk/riskweb")}, []string{"internal/gate/gateweb/page.go:2"}},
		{"another's engine", "areas", map[string]string{"internal/gate/gate.go": goFile("gate", "slipway/internal/risk/matrix")}, []string{"internal/gate/gate.go:2"}},
		{"another's builders outside tests", "areas", map[string]string{"internal/gate/gate.go": goFile("gate", "slipway/internal/risk/risktest")}, []string{"internal/gate/gate.go:2"}},
		{"own builders outside tests", "areas", map[string]string{"internal/risk/risk.go": goFile("risk", "slipway/internal/risk/risktest")}, []string{"internal/risk/risk.go:2"}},
		{"root knows its pages", "areas", map[string]string{"internal/risk/risk.go": goFile("risk", "slipway/internal/risk/riskweb")}, []string{"internal/risk/risk.go:2"}},
		{"pages know routes", "areas", map[string]string{"internal/risk/riskweb/page.go": goFile("riskweb", "slipway/internal/risk/riskapi")}, []string{"internal/risk/riskweb/page.go:2"}},
		{"an area knows app", "areas", map[string]string{"internal/measure/measure.go": goFile("measure", "slipway/internal/app")}, []string{"internal/measure/measure.go:2"}},
		{"an area knows home", "areas", map[string]string{"internal/connect/connect.go": goFile("connect", "slipway/internal/home", "slipway/internal/gate")}, []string{"internal/connect/connect.go:2"}},

		{"allowed parts", "parts", map[string]string{
			"internal/app/app.go":         goFile("app", "slipway/internal/home", "slipway/internal/risk", "slipway/internal/risk/riskweb", "slipway/internal/platform/db", "slipway/internal/gate/policy"),
			"internal/app/app_test.go":    goFile("app_test", "slipway/internal/risk/risktest"),
			"internal/cli/cli.go":         goFile("cli", "slipway/internal/app", "slipway/client", "slipway/internal/errs"),
			"internal/id/id.go":           goFile("id", "slipway/internal/errs"),
			"cmd/slipway/main.go":         goFile("main", "slipway/internal/cli"),
			"internal/platform/db/db.go":  goFile("db", "slipway/internal/platform/migrations", "slipway/internal/clock"),
			"internal/platform/db/x/x.go": goFile("x", "slipway/internal/platform/db"),
		}, nil},
		{"platform knows an area", "parts", map[string]string{"internal/platform/auth/auth.go": goFile("auth", "slipway/internal/catalog")}, []string{"internal/platform/auth/auth.go:2"}},
		{"kernel knows the platform", "parts", map[string]string{"internal/errs/errs.go": goFile("errs", "slipway/internal/platform/db", "slipway/internal/id")}, []string{"internal/errs/errs.go:2", "internal/errs/errs.go:3"}},
		{"client knows anything", "parts", map[string]string{"client/client.go": goFile("client", "slipway/internal/errs")}, []string{"client/client.go:2"}},
		{"cli knows areas", "parts", map[string]string{"internal/cli/risk.go": goFile("cli", "slipway/internal/risk", "slipway/internal/home")}, []string{"internal/cli/risk.go:2", "internal/cli/risk.go:3"}},
		{"platform knows a wing", "parts", map[string]string{"internal/platform/db/db.go": goFile("db", "slipway/internal/gate/policy")}, []string{"internal/platform/db/db.go:2"}},
		{"app knows an engine", "parts", map[string]string{"internal/app/gate.go": goFile("app", "slipway/internal/gate/verdict")}, []string{"internal/app/gate.go:2"}},
		{"app serves with builders", "parts", map[string]string{"internal/app/risk.go": goFile("app", "slipway/internal/risk/risktest")}, []string{"internal/app/risk.go:2"}},
		{"platform knows app", "parts", map[string]string{"internal/platform/db/db.go": goFile("db", "slipway/internal/app")}, []string{"internal/platform/db/db.go:2"}},
		{"unknown directory", "parts", map[string]string{"internal/stuff/stuff.go": goFile("stuff")}, []string{"internal/stuff/stuff.go:1"}},

		{"plain root", "roots", map[string]string{
			"internal/risk/risk.go": goFile("risk", "slipway/internal/platform/db", "encoding/json"), "internal/risk/riskweb/page.go": goFile("riskweb", "net/http"),
			"internal/risk/risk_test.go": goFile("risk_test", "net/http/httptest"),
		}, nil},
		{"outward root", "roots", map[string]string{"internal/risk/risk.go": goFile("risk", "net/http", "database/sql", "html/template", "github.com/a-h/templ", "net/url", "slipway/internal/platform/ui")},
			[]string{"internal/risk/risk.go:2", "internal/risk/risk.go:3", "internal/risk/risk.go:4", "internal/risk/risk.go:5", "internal/risk/risk.go:7"}},

		{"outward wing", "roots", map[string]string{"internal/gate/policy/policy.go": goFile("policy", "net/http")}, []string{"internal/gate/policy/policy.go:2"}},
		{"a wing is no engine", "engines", map[string]string{"internal/gate/policy/policy.go": goFile("policy", "slipway/internal/platform/db")}, nil},
		{"pure engine", "engines", map[string]string{"internal/gate/verdict/verdict.go": goFile("verdict", "sort", "time", "slipway/internal/errs"), "internal/gate/gate.go": goFile("gate", "example.org/x")}, nil},
		{"impure engine", "engines", map[string]string{"internal/gate/verdict/verdict.go": goFile("verdict", "os", "example.org/x", "slipway/internal/id")},
			[]string{"internal/gate/verdict/verdict.go:2", "internal/gate/verdict/verdict.go:3", "internal/gate/verdict/verdict.go:4"}},

		{"clock", "clock", map[string]string{
			"internal/risk/risk.go":      "package risk\nimport \"time\"\nvar a = time.Now()\nvar b = time.Since(a)\nvar c = time.Hour\n",
			"internal/work/work.go":      "package work\nimport tt \"time\"\nvar f = tt.Now\n",
			"internal/clock/clock.go":    "package clock\nimport \"time\"\nvar a = time.Now()\n",
			"internal/risk/risk_test.go": "package risk\nimport \"time\"\nvar d = time.Now()\n",
		}, []string{"internal/risk/risk.go:3", "internal/risk/risk.go:4", "internal/work/work.go:3"}},

		{"sql", "sql", map[string]string{
			"internal/risk/risk.go":        "package risk\nfunc f(tx T) {\n\ttx.Exec(a)\n\ts.tx.All(b)\n\tcache.Get(c)\n}\nconst q = `\n\tSELECT a FROM b`\nconst prose = \"SELECTED by the owner\"\n",
			"internal/risk/risk_sql.go":    "package risk\nfunc g(tx T) { tx.Get(`SELECT 1`) }\n",
			"internal/platform/db/find.go": "package db\nfunc g(tx T) { tx.Get(`SELECT 1`) }\n",
		}, []string{"internal/risk/risk.go:3", "internal/risk/risk.go:4", "internal/risk/risk.go:7"}},

		{"habits", "habits", map[string]string{
			"internal/risk/risk.go":      "package risk\nimport (\n\t\"context\"\n\t\"log/slog\"\n\t\"fmt\"\n\t\"os\"\n)\nfunc f() {\n\t_ = context.Background()\n\tfmt.Println()\n\tos.Exit(1)\n\tpanic(1)\n\t_ = fmt.Sprint()\n}\n",
			"internal/app/app.go":        "package app\nimport \"context\"\nvar c = context.Background()\n",
			"internal/risk/risk_test.go": "package risk\nimport \"context\"\nvar c = context.Background()\n",
		}, []string{"internal/risk/risk.go:4", "internal/risk/risk.go:9", "internal/risk/risk.go:10", "internal/risk/risk.go:11", "internal/risk/risk.go:12"}},

		{"sleep", "sleep", map[string]string{
			"internal/risk/risk_test.go": "package risk\nimport \"time\"\nfunc f() {\n\ttime.Sleep(1)\n}\n",
			"internal/risk/risk.go":      "package risk\nimport \"time\"\nfunc g() {\n\ttime.Sleep(1)\n}\n",
		}, []string{"internal/risk/risk_test.go:4"}},

		{"size of files", "size", map[string]string{
			"internal/risk/long.go":       "package risk\n" + strings.Repeat("\n", 500),
			"internal/risk/just.go":       "package risk\n" + strings.Repeat("\n", 499),
			"internal/risk/page.templ":    strings.Repeat("\n", 501),
			"internal/risk/page_templ.go": "// Code generated by templ - DO NOT EDIT.\npackage risk\n" + strings.Repeat("\n", 900),
			"internal/risk/long_test.go":  "package risk\n" + strings.Repeat("\n", 900),
		}, []string{"internal/risk/long.go:501", "internal/risk/page.templ:501"}},
		{"size of a package", "size", map[string]string{
			"internal/risk/a.go": "package risk\n" + strings.Repeat("\n", 499), "internal/risk/b.go": "package risk\n" + strings.Repeat("\n", 499),
			"internal/risk/c.go": "package risk\n" + strings.Repeat("\n", 499), "internal/risk/d.go": "package risk\n" + strings.Repeat("\n", 499),
			"internal/risk/e.go": "package risk\n" + strings.Repeat("\n", 499), "internal/risk/f.go": "package risk\n",
		}, []string{"internal/risk:1"}},

		{"documented", "doc", map[string]string{"internal/risk/doc.go": "// Package risk is the register.\npackage risk\n", "cmd/slipway/main.go": "// Command slipway is the binary.\npackage main\n"}, nil},
		{"undocumented", "doc", map[string]string{"internal/risk/risk.go": goFile("risk"), "internal/work/doc.go": "// What work is.\npackage work\n", "internal/plan/testdata/x.go": goFile("x")},
			[]string{"internal/risk:1", "internal/work/doc.go:1"}},

		{"comments", "comments", map[string]string{
			"internal/risk/risk.go":  "package risk\n\n// Risk is one.\ntype Risk struct{}\n\ntype Bare struct{}\n\nfunc Do() {}\n\nfunc (r *Risk) Close(a int) {}\n\nfunc (r *Risk) Open() {}\n\nfunc (b hidden[T]) Open() {}\n\nfunc do() {}\n\nconst (\n\tA = 1 // A is one.\n\tB = 2\n)\n\n// Words of it.\nconst (\n\tC = 1\n)\n\nvar V, w int\n",
			"internal/risk/ui.templ": "package risk\n\n// Shown is.\ntempl Shown() {\n}\n\ntempl Bare(a string) {\n}\n\ntempl hidden() {\n}\n",
		}, []string{"internal/risk/risk.go:6", "internal/risk/risk.go:8", "internal/risk/risk.go:12", "internal/risk/risk.go:20", "internal/risk/risk.go:28", "internal/risk/ui.templ:7"}},

		{"names", "names", map[string]string{
			"internal/platform/utils/x.go": goFile("utils"), "internal/risk/risk.go": goFile("risks"), "internal/work/work_test.go": goFile("work_test"), "cmd/slipway/main.go": goFile("main"),
		}, []string{"internal/platform/utils/x.go:1", "internal/risk/risk.go:1"}},

		{"words", "words", map[string]string{
			"internal/risk/risk.go":            "package risk\ntype Microservice struct{}\ntype Freeze struct{ AuditLogID string }\nfunc voteCount() {}\nvar debug, robot, method int\n",
			"internal/risk/riskapi/routes.go":  "package riskapi\nconst a = \"GET /api/v1/tickets/{id}\"\nconst b = \"/api/v1/risks\"\nconst c = \"a ticket is prose\"\n",
			"internal/risk/sprint_sql.go":      "package risk\n",
			"internal/connect/jira/jira.go":    "package jira\ntype Ticket struct{}\n",
			"internal/platform/ui/workflow.go": "package ui\n",
		}, []string{"internal/risk/risk.go:2", "internal/risk/risk.go:3", "internal/risk/risk.go:4", "internal/risk/riskapi/routes.go:2", "internal/risk/sprint_sql.go:1"}},

		{"vocabulary", "vocabulary", map[string]string{
			"internal/risk/a.go":           "package risk\nimport \"slipway/internal/errs\"\nvar e = []error{\n\terrs.Invalid(\"risk.TooLong\", \"\"),\n\terrs.Blocked(\"risk.score_missing\", \"\"),\n\terrs.Blocked(\"risk.missing_scores\", \"\"),\n\terrs.NotFound(\"plain\", \"\"),\n}\n",
			"internal/risk/events.go":      "package risk\nconst (\n\tOpened = \"risk.opened\"\n\tClose = \"risk.close\"\n\tBack = \"risk.rolled_back\"\n\tText = \"Not a word.\"\n)\n",
			"internal/risk/permissions.go": "package risk\nconst (\n\tOpen = \"risk.open\"\n\tMayClose = \"risk.closed\"\n\tRead = \"risk.read\"\n)\n",
		}, []string{"internal/risk/a.go:4", "internal/risk/a.go:5", "internal/risk/a.go:7", "internal/risk/events.go:4", "internal/risk/permissions.go:4"}},

		{"broken file", "parse", map[string]string{"internal/risk/risk.go": "package risk\n\nfunc {\n"}, []string{"internal/risk/risk.go:3"}},
	}
	for _, c := range cases {
		t.Run(c.rule+"/"+c.name, func(t *testing.T) {
			var got []string
			for _, v := range ruleNamed(t, c.rule).Check(fixture(t, c.files), nil) {
				got = append(got, fmt.Sprintf("%s:%d", v.File, v.Line))
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("violations (-want +got):\n%s", d)
			}
		})
	}
}

// A file that does not parse must not hide what can still be read of it.
func TestBrokenFilesAreStillRead(t *testing.T) {
	tree := fixture(t, map[string]string{"internal/plan/plan.go": goFile("plan", "slipway/internal/risk") + "\nfunc {\n"})
	if got := len(ruleNamed(t, "areas").Check(tree, nil)); got != 1 {
		t.Errorf("%d violations of the rule about areas, want 1", got)
	}
}

func TestVocabularyFollowsConstants(t *testing.T) {
	tree := fixture(t, map[string]string{
		"internal/risk/risk.go": `package risk
import (
	"slipway/internal/errs"
	"slipway/internal/plan"
	l "slipway/internal/platform/ledger"
	"slipway/internal/platform/auth"
)
const reason = "risk.too_high"
const Accept auth.Permission = "risk.accept"
var _ = errs.Blocked(reason, "")
var _ = errs.Blocked(plan.Held, "")
var _ = errs.Conflict(built(), nil, "")
var _ = &errs.Error{Reason: "risk.stale"}
var _ = []errs.Field{{Reason: "risk.name_missing"}}
var _ = l.Entry{Action: "risk.opened"}
var _ = l.Append(tx, "risk.assessed", 1)
var _ = auth.Check(tx, "risk.open", "a scope")
var _ = auth.Seen(w, "r.product", "product", all, scopes)
var _ = Route{Permission: "risk.read"}
var _ = errs.Blocked("risk.opened", "")
`,
		"internal/plan/plan.go": "package plan\nconst Held = \"plan.on_hold\"\n",
	})
	want := `plan.on_hold  reason
risk.accept  permission
risk.assessed  action
risk.name_missing  reason
risk.open  permission
risk.opened  action, reason
risk.read  permission
risk.stale  reason
risk.too_high  reason
`
	if d := cmp.Diff(want, Golden(Vocabulary(tree))); d != "" {
		t.Errorf("vocabulary (-want +got):\n%s", d)
	}
}

func TestExceptions(t *testing.T) {
	tree := fixture(t, map[string]string{"internal/gate/condition/x.go": goFile("condition", "example.org/cel")})
	engines := ruleNamed(t, "engines")
	good := Exception{Rule: "engines", File: "internal/gate/condition", About: "example.org/cel", Reason: "…"}
	stale := Exception{Rule: "engines", File: "internal/gate/condition", About: "example.org/other", Reason: "…"}
	elsewhere := Exception{Rule: "engines", File: "internal/gate/cond", About: "", Reason: "…"}
	if got := engines.Check(tree, []Exception{good}); len(got) != 0 {
		t.Errorf("an excused violation is reported: %v", got)
	}
	if got := engines.Check(tree, []Exception{stale, elsewhere}); len(got) != 1 {
		t.Errorf("%d violations, want 1: an exception excuses what it does not name", len(got))
	}
	if d := cmp.Diff([]Exception{stale}, Stale(tree, Rules(), []Exception{good, stale, elsewhere})); d != "" {
		t.Errorf("stale exceptions (-want +got):\n%s", d)
	}
}

func TestTableFaults(t *testing.T) {
	cases := map[string]struct {
		text string
		want int // line of the fault
	}{
		"unknown area":    {strings.Replace(tables, "| plan | catalog |", "| plan | catalogue |", 1), 6},
		"what from below": {strings.Replace(tables, "| plan | catalog |", "| plan | what gate may |", 1), 6},
		"area twice":      {strings.Replace(tables, "| risk, work |", "| risk, plan |", 1), 7},
		"unknown part":    {strings.Replace(tables, "| id | errs |", "| id | errors |", 1), 17},
		"no table":        {strings.Replace(tables, "| area |", "| erea |", 1), 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, faults := readTable(c.text)
			if len(faults) == 0 || faults[0].Line != c.want {
				t.Errorf("faults %v, want one in line %d", faults, c.want)
			}
		})
	}
	table, faults := readTable(tables)
	if len(faults) > 0 {
		t.Errorf("the sound tables have faults: %v", faults)
	}
	if d := cmp.Diff("catalog, plan, risk", sorted(table.Areas["gate"])); d != "" {
		t.Errorf("what gate may import (-want +got):\n%s", d)
	}
}
