package planapi_test

import (
	"testing"

	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/plan/budget"
	"slipway/internal/plan/planapi"
	"slipway/internal/plan/plantest"
	"slipway/internal/plan/repository"
	"slipway/internal/plan/scope"
	"slipway/internal/platform/api"
	"slipway/internal/platform/api/apitest"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

// wings is a server with the operations of the wings and a release in active.
func wings(t *testing.T, d *db.DB) apitest.Server {
	t.Helper()
	l := ledgertest.Open(t, d)
	s := authtest.Service(t, d, catalog.Permissions, plan.Permissions, scope.Permissions, budget.Permissions, repository.Permissions)
	w := plantest.New(t, d)
	w.Release(t, "payments-26.11.0", plan.Active)
	a := api.New(api.Options{DB: d, Guard: s.Guard()})
	planapi.Register(a, w.Plans)
	planapi.RegisterScopeChanges(a, scope.New(d, w.Plans, scope.Sources{}))
	planapi.RegisterBudgets(a, budget.New(d, nil))
	planapi.RegisterRepositories(a, repository.New(d, repository.Options{}))
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	tokens := map[string]string{}
	for _, role := range []string{"release-manager", "contributor", "viewer"} {
		ctx := authtest.Person(t, d, role+"-1", role+"@product/"+string(w.Payments.ID))
		_, text, err := s.MakeToken(auth.WithSystem(t.Context()), credential.NewToken{Owner: authtest.Me(t, ctx), Name: role, Roles: auth.BuiltIn})
		if err != nil {
			t.Fatal(err)
		}
		tokens[role] = text
	}
	seen := len(ledgertest.Actions(t, l))
	return apitest.Server{Handler: h, Token: func(_ *testing.T, name string) string { return tokens[name] }, Entries: func(t *testing.T) []string {
		all := ledgertest.Actions(t, l)
		fresh := all[seen:]
		seen = len(all)
		return append([]string(nil), fresh...)
	}}
}

func TestWings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		step := object{"steps": []any{object{"add": object{"key": "PAY-9", "title": "Nine", "effort": 9}}}}
		proposal := object{"reason": "asked", "steps": step["steps"]}
		const repos = "/api/v1/products/payments/repositories"
		apitest.Run(t, wings(t, d), []apitest.Case{
			{Name: "phases", Path: at + "/phases", As: "viewer", Status: 200, Want: `{"items":[{"key":"prepare","overdue":true},{"key":"test"},{"key":"ready"},{"key":"deploy","overdue":false},{"key":"watch"}]}`},
			{Name: "plan a phase", Method: "PATCH", Path: at + "/phases/test", As: "release-manager", Status: 200, Entries: []string{"phase.changed"}, Body: object{"days": 6, "reason": "more", "rev": 3}, Want: `{"days":6}`},
			{Name: "re-plans", Path: at + "/replans", As: "viewer", Status: 200, Want: `{"items":[{"minutes":-2880,"reason":"more"}]}`},
			{Name: "impact", Method: "POST", Path: at + "/scope/impact", As: "viewer", Status: 200, Body: step, Want: `{"items":[2,3],"hours":[0,9],"days":2,"mayAnswer":false}`},
			{Name: "propose needs a right", Method: "POST", Path: at + "/scope/changes", As: "viewer", Status: 403, Reason: "auth.permission_missing", Body: proposal},
			{Name: "propose", Method: "POST", Path: at + "/scope/changes", As: "contributor", Status: 201, Body: proposal, Entries: []string{"scope.change_proposed"}, Want: `{"number":1,"state":"proposed","title":"Add PAY-9"}`},
			{Name: "list", Path: at + "/scope/changes", As: "viewer", Status: 200, Want: `{"items":[{"number":1}]}`},
			{Name: "answer needs a right", Method: "POST", Path: at + "/scope/changes/1/approve", As: "contributor", Status: 403, Body: object{}},
			{Name: "decline needs a reason", Method: "POST", Path: at + "/scope/changes/1/decline", As: "release-manager", Status: 422, Fields: []string{"note"}, Body: object{}},
			{Name: "approve", Method: "POST", Path: at + "/scope/changes/1/approve", As: "release-manager", Status: 200, Body: object{"note": "go on"}, Entries: []string{"scope.added", "scope.change_applied"}, Want: `{"state":"applied"}`},
			{Name: "show", Path: at + "/scope/changes/1", As: "viewer", Status: 200, Want: `{"answer":"go on"}`},
			{Name: "withdraw what is answered", Method: "POST", Path: at + "/scope/changes/1/withdraw", As: "contributor", Status: 409, Reason: "scope.answered", Body: object{}},
			{Name: "no such change", Path: at + "/scope/changes/7", As: "viewer", Status: 404},

			{Name: "add a line", Method: "POST", Path: at + "/budget", As: "release-manager", Status: 201, Entries: []string{"budget.added"}, Body: object{"key": "testing", "name": "Testing", "kind": "effort", "planned": 600}, Want: `{"rev":1}`},
			{Name: "book", Method: "POST", Path: at + "/budget/testing/book", As: "contributor", Status: 200, Entries: []string{"budget.booked"}, Body: object{"amount": 660}, Want: `{"actual":660,"rev":2}`},
			{Name: "change a line", Method: "PATCH", Path: at + "/budget/testing", As: "release-manager", Status: 200, Entries: []string{"budget.changed"}, Body: object{"planned": 640, "rev": 2}},
			{Name: "budget", Path: at + "/budget", As: "viewer", Status: 200, Want: `{"effort":{"planned":640,"actual":660,"variance":20}}`},
			{Name: "remove a line", Method: "DELETE", Path: at + "/budget/testing?rev=3", As: "release-manager", Status: 204, Entries: []string{"budget.removed"}},

			{Name: "add a repository", Method: "POST", Path: repos, As: "release-manager", Status: 201, Entries: []string{"repository.added"}, Body: object{"key": "core", "url": "https://git.example.com/core.git", "service": "payments-core"}, Want: `{"tag":"v{version}"}`},
			{Name: "no path of this machine", Method: "POST", Path: repos, As: "release-manager", Status: 422, Fields: []string{"url"}, Body: object{"key": "etc", "url": "file:///etc"}},
			{Name: "change a repository", Method: "PUT", Path: repos + "/core", As: "release-manager", Status: 200, Entries: []string{"repository.changed"}, Body: object{"key": "core", "url": "https://git.example.com/core2.git", "rev": 1}},
			{Name: "repositories", Path: repos, As: "viewer", Status: 200, Want: `{"items":[{"key":"core","rev":2}]}`},
			{Name: "no git here", Method: "POST", Path: repos + "/core/fetch", As: "contributor", Status: 503, Reason: "git.missing"},
			{Name: "fetch for a release", Method: "POST", Path: at + "/commits/fetch", As: "contributor", Status: 503, Reason: "git.missing"},
			{Name: "commits", Path: at + "/commits", As: "viewer", Status: 200, Want: `{"ranges":[{"repository":"core","fault":"This machine has no git program."}]}`},
			{Name: "remove a repository", Method: "DELETE", Path: repos + "/core?rev=2", As: "release-manager", Status: 204, Entries: []string{"repository.removed"}},
		})
	})
}
