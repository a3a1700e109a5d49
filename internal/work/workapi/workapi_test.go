package workapi_test

import (
	"testing"

	"slipway/internal/plan"
	"slipway/internal/platform/api"
	"slipway/internal/platform/api/apitest"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
	"slipway/internal/work/workapi"
	"slipway/internal/work/worktest"
)

type object = map[string]any

func server(t *testing.T, d *db.DB) apitest.Server {
	t.Helper()
	l := ledgertest.Open(t, d)
	w := worktest.New(t, d)
	w.Release(t, "payments-26.11.0", plan.Active)
	s := authtest.Service(t, d)
	a := api.New(api.Options{DB: d, Guard: s.Guard(), Version: "test"})
	workapi.Register(a, w.Tasks)
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	tokens := map[string]string{}
	for name, role := range map[string]string{
		"manager": "release-manager@product/" + string(w.Payments.ID), "operator": "operator@product/" + string(w.Payments.ID),
		"viewer": "viewer@product/" + string(w.Payments.ID), "cards": "release-manager@product/" + string(w.Cards.ID),
	} {
		ctx := authtest.Person(t, d, name, role)
		_, text, err := s.MakeToken(auth.WithSystem(t.Context()), credential.NewToken{Owner: authtest.Me(t, ctx), Name: name, Roles: auth.BuiltIn})
		if err != nil {
			t.Fatal(err)
		}
		tokens[name] = text
	}
	seen := 0
	return apitest.Server{Handler: h, Token: func(_ *testing.T, name string) string { return tokens[name] }, Entries: func(t *testing.T) []string {
		all := ledgertest.Actions(t, l)
		fresh := all[seen:]
		seen = len(all)
		return append([]string(nil), fresh...)
	}}
}

const at = "/api/v1/releases/payments-26.11.0/tasks"

func TestOperations(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		apitest.Run(t, server(t, d), []apitest.Case{
			{Name: "nobody", Path: at, Status: 401},
			{Name: "from the template", Path: at + "?limit=1", As: "viewer", Status: 200, Want: `{"items":[{"key":"cut","status":"todo","needs":[],"estimate":{"low":60,"likely":60,"high":180},"offset":"-5d"}],"next":"*"}`, Keep: map[string]string{"next": "next"}},
			{Name: "the next page", Path: at + "?limit=1&after={next}", As: "viewer", Status: 200, Want: `{"items":[{"needs":["cut"],"waits":["cut"]}],"next":"*"}`},
			{Name: "a broken cursor", Path: at + "?after=zz", As: "viewer", Status: 422, Fields: []string{"after"}},
			{Name: "an unknown parameter", Path: at + "?ownr=x", As: "viewer", Status: 422, Fields: []string{"ownr"}},
			{Name: "an unknown status", Path: at + "?status=odd", As: "viewer", Status: 422, Fields: []string{"status"}},
			{Name: "hidden from others", Path: at, As: "cards", Status: 404, Reason: "release.not_found"},
			{Name: "nothing for others", Path: "/api/v1/tasks", As: "cards", Status: 200, Want: `{"items":[]}`},
			{Name: "add needs a right", Method: "POST", Path: at, As: "viewer", Status: 403, Reason: "auth.permission_missing", Body: object{"name": "x"}},
			{Name: "unknown field", Method: "POST", Path: at, As: "manager", Status: 422, Fields: []string{"nmae"}, Body: object{"name": "x", "nmae": "y"}},
			{Name: "add", Method: "POST", Path: at, As: "manager", Status: 201, Entries: []string{"task.added"}, Body: object{"name": "Step-up authentication", "owner": "operator", "phase": "prepare",
				"estimate": object{"low": 60, "likely": 120, "high": 480}, "due": "2026-11-18T17:00:00+01:00", "needs": []string{"cut"}},
				Want: `{"key":"step-up-authentication","rev":1,"status":"todo","needs":["cut"],"waits":["cut"],"due":"2026-11-18T16:00:00.000000Z"}`, Keep: map[string]string{"task": "id"}},
			{Name: "a cycle", Method: "POST", Path: at, As: "manager", Status: 422, Fields: []string{"needs"}, Body: object{"name": "x", "key": "x", "needs": []string{"x"}}, Want: `{"errors":[{"reason":"work.dependency_cycle"}]}`},
			{Name: "find", Path: at + "/step-up-authentication", As: "viewer", Status: 200, Want: `{"id":"{task}"}`},
			{Name: "due soon, anywhere", Path: "/api/v1/tasks?owner=operator&until=2026-11-19T00:00:00Z", As: "viewer", Status: 200, Want: `{"items":[{"key":"step-up-authentication"}]}`},
			{Name: "due sooner", Path: "/api/v1/tasks?owner=operator&until=2026-11-18T16:00:00Z", As: "viewer", Status: 200, Want: `{"items":[]}`},
			{Name: "show", Path: "/api/v1/tasks/{task}", As: "viewer", Status: 200, Want: `{"key":"step-up-authentication"}`},
			{Name: "show to others", Path: "/api/v1/tasks/{task}", As: "cards", Status: 404, Reason: "task.not_found"},
			{Name: "a change without version", Method: "PATCH", Path: "/api/v1/tasks/{task}", As: "operator", Status: 422, Fields: []string{"rev"}, Body: object{"status": "doing"}},
			{Name: "progress", Method: "PATCH", Path: "/api/v1/tasks/{task}", As: "operator", Status: 200, Entries: []string{"task.started"}, Body: object{"status": "doing", "rev": 1}, Want: `{"rev":2,"status":"doing"}`},
			{Name: "stale", Method: "PATCH", Path: "/api/v1/tasks/{task}", As: "operator", Status: 409, Reason: "row.stale", Body: object{"status": "done", "rev": 1}, Want: `{"theirs":{"rev":2,"status":"doing"}}`},
			{Name: "planning needs another right", Method: "PATCH", Path: "/api/v1/tasks/{task}", As: "operator", Status: 403, Header: map[string]string{"If-Match": `"2"`}, Body: object{"name": "y"}},
			{Name: "blocked without a word", Method: "PATCH", Path: "/api/v1/tasks/{task}", As: "operator", Status: 422, Fields: []string{"blocker"}, Body: object{"status": "blocked", "rev": 2}},
			{Name: "blocked", Method: "PATCH", Path: "/api/v1/tasks/{task}", As: "operator", Status: 200, Entries: []string{"task.blocked"}, Body: object{"status": "blocked", "blocker": "Partner B has missed two dates", "rev": 2}},
			{Name: "blocked ones", Path: at + "?status=blocked,doing&owner=operator", As: "viewer", Status: 200, Want: `{"items":[{"blocker":"Partner B has missed two dates"}]}`},
			{Name: "close", Method: "POST", Path: "/api/v1/tasks/{task}/close", As: "operator", Status: 200, Entries: []string{"task.done"}, Body: object{"note": "proven"}, Want: `{"status":"done","endedAt":"*","rev":4}`},
			{Name: "linked", Method: "PATCH", Path: "/api/v1/tasks/{task}", As: "manager", Status: 200, Entries: []string{"task.started"}, Body: object{"status": "doing", "startedAt": "2026-11-18T08:00:00Z", "remaining": 90, "rev": 4,
				"needs": []string{}, "after": []object{{"task": "cut", "type": "SS", "lag": 120, "elapsed": true}, {"task": "review"}}, "uses": []object{{"kind": "skill", "key": "oauth"}}},
				Want: `{"needs":["review"],"after":[{"task":"cut","type":"SS","lag":120,"elapsed":true}],"uses":[{"kind":"skill","key":"oauth","units":1}],"startedAt":"2026-11-18T08:00:00.000000Z","remaining":90,"waits":["cut","review"]}`},
			{Name: "an odd link", Method: "PATCH", Path: "/api/v1/tasks/{task}", As: "manager", Status: 422, Fields: []string{"after[0].type"}, Body: object{"rev": 5, "after": []object{{"task": "cut", "type": "XX"}}}},
			{Name: "serves an item", Method: "PATCH", Path: "/api/v1/tasks/{task}", As: "manager", Status: 200, Entries: []string{"task.changed"}, Body: object{"rev": 5, "items": []string{"PAY-2291"}}, Want: `{"items":["PAY-2291"]}`},
			{Name: "serves what is not in the scope", Method: "PATCH", Path: "/api/v1/tasks/{task}", As: "manager", Status: 422, Fields: []string{"items[0]"}, Body: object{"rev": 6, "items": []string{"PAY-1"}}},
			{Name: "those that serve an item", Path: at + "?item=PAY-2291", As: "viewer", Status: 200, Want: `{"items":[{"key":"step-up-authentication"}]}`},
			{Name: "silent ones", Path: "/api/v1/tasks?silent=1", As: "viewer", Status: 200, Want: `{"items":[]}`},
			{Name: "silent for a lifetime", Path: "/api/v1/tasks?silent=9999", As: "viewer", Status: 422, Fields: []string{"silent"}},
			{Name: "bottlenecks", Path: "/api/v1/releases/payments-26.11.0/bottlenecks", As: "viewer", Status: 200, Want: `{"items":[{"kind":"owner","name":"Nobody","waits":1,"holds":4,"longest":{"why":"late"}},{"kind":"phase","key":"prepare"}]}`},
			{Name: "bottlenecks of all", Path: "/api/v1/bottlenecks?limit=1", As: "cards", Status: 200, Want: `{"items":[]}`},
			{Name: "bottlenecks for others", Path: "/api/v1/releases/payments-26.11.0/bottlenecks", As: "cards", Status: 404},
			{Name: "close again", Method: "POST", Path: "/api/v1/tasks/{task}/close", As: "operator", Status: 200, Entries: []string{"task.done"}, Body: object{}},
			{Name: "mine", Path: "/api/v1/tasks?owner=operator&open=true", As: "operator", Status: 200, Want: `{"items":[]}`},
		})
	})
}
