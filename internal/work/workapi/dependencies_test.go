package workapi_test

import (
	"testing"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/api"
	"slipway/internal/platform/api/apitest"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
	"slipway/internal/work/dependency"
	"slipway/internal/work/workapi"
)

func dependencyServer(t *testing.T, d *db.DB) apitest.Server {
	t.Helper()
	l := ledgertest.Open(t, d)
	authtest.Service(t, d, catalog.Permissions, plan.Permissions, dependency.Permissions)
	w := plantest.New(t, d)
	deps := dependency.New(d)
	w.Plans.Follow(deps)
	for i, key := range []string{"ledger-1", "payments-2"} {
		in := plantest.Spec(key)
		start := db.At(dbtest.Start).Add(time.Duration(10+2*i) * 24 * time.Hour)
		in.Window = &plan.Window{Start: start, End: start.Add(2 * time.Hour)}
		in.Name, in.Version = key, key[len(key)-1:]+".0"
		if _, err := w.Plans.Create(w.Admin, in); err != nil {
			t.Fatal(err)
		}
	}
	s := authtest.Service(t, d)
	a := api.New(api.Options{DB: d, Guard: s.Guard(), Version: "test"})
	workapi.RegisterDependencies(a, deps)
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	tokens := map[string]string{}
	for name, role := range map[string]string{"manager": "release-manager@product/" + string(w.Payments.ID), "viewer": "viewer@product/" + string(w.Payments.ID),
		"operator": "operator@product/" + string(w.Payments.ID), "cards": "release-manager@product/" + string(w.Cards.ID)} {
		ctx := authtest.Person(t, d, name, role)
		_, text, err := s.MakeToken(auth.WithSystem(t.Context()), credential.NewToken{Owner: authtest.Me(t, ctx), Name: name, Roles: auth.BuiltIn})
		if err != nil {
			t.Fatal(err)
		}
		tokens[name] = text
	}
	seen := len(ledgertest.Actions(t, l))
	return apitest.Server{Handler: h, Token: func(_ *testing.T, name string) string { return tokens[name] }, Entries: func(t *testing.T) []string {
		all := ledgertest.Actions(t, l)
		fresh := all[seen:]
		seen = len(all)
		return append([]string(nil), fresh...)
	}}
}

func TestDependencies(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const at = "/api/v1/dependencies"
		apitest.Run(t, dependencyServer(t, d), []apitest.Case{
			{Name: "nobody", Path: at, Status: 401},
			{Name: "empty", Path: at, As: "viewer", Status: 200, Want: `{"items":[]}`},
			{Name: "viewer adds", Method: "POST", Path: at, As: "viewer", Status: 403, Body: object{"what": "Schema", "giver": "release:ledger-1", "taker": "release:payments-2"}},
			{Name: "add", Method: "POST", Path: at, As: "manager", Status: 201, Entries: []string{"dependency.proposed"}, Body: object{"key": "schema", "what": "Schema", "giver": "release:ledger-1", "taker": "release:payments-2", "lag": "1d"},
				Want: `{"key":"schema","status":"proposed","type":"finish-start","giver":{"kind":"release","key":"ledger-1"},"needBy":"2026-11-30T13:08:00.000000Z","expected":"2026-11-29T15:08:00.000000Z","rev":1}`},
			{Name: "taken", Method: "POST", Path: at, As: "manager", Status: 409, Reason: "key.taken", Body: object{"key": "schema", "what": "Schema", "giver": "release:ledger-1", "taker": "release:payments-2"}},
			{Name: "circle", Method: "POST", Path: at, As: "manager", Status: 422, Fields: []string{"taker"}, Body: object{"what": "Back", "giver": "release:payments-2", "taker": "release:ledger-1"}},
			{Name: "faults", Method: "POST", Path: at, As: "manager", Status: 422, Fields: []string{"giver", "taker", "what"}, Body: object{"what": "", "giver": "moon", "taker": "service:moon"}},
			{Name: "unknown field", Method: "POST", Path: at, As: "manager", Status: 422, Fields: []string{"gives"}, Body: object{"what": "x", "gives": "moon", "giver": "service:ledger", "taker": "outside:X"}},
			{Name: "outside", Method: "POST", Path: at, As: "manager", Status: 201, Entries: []string{"dependency.proposed", "dependency.taker_delayed"}, Want: `{"key":"vendor-to-payments-2","late":1440}`,
				Body: object{"what": "Certificate", "giver": "outside:Vendor", "taker": "release:payments-2", "promised": "2026-12-02T13:08:00Z"}},
			{Name: "show", Path: at + "/schema", As: "viewer", Status: 200, Want: `{"what":"Schema"}`},
			{Name: "elsewhere", Path: at + "/schema", As: "cards", Status: 404, Reason: "dependency.not_found"},
			{Name: "list", Path: at + "?late=true", As: "viewer", Status: 200, Want: `{"items":[{"key":"vendor-to-payments-2"}]}`},
			{Name: "page", Path: at + "?limit=1", As: "viewer", Status: 200, Want: `{"items":[{"key":"schema"}],"next":"*"}`, Keep: map[string]string{"next": "next"}},
			{Name: "next page", Path: at + "?limit=1&after={next}", As: "viewer", Status: 200, Want: `{"items":[{"key":"vendor-to-payments-2"}]}`},
			{Name: "wrong filters", Path: at + "?status=odd&party=moon", As: "viewer", Status: 422, Fields: []string{"party", "status"}},
			{Name: "no version", Method: "PATCH", Path: at + "/schema", As: "manager", Status: 422, Fields: []string{"rev"}, Body: object{"what": "Schema first"}},
			{Name: "set", Method: "PATCH", Path: at + "/schema", As: "manager", Status: 200, Entries: []string{"dependency.changed"}, Body: object{"rev": 1, "lag": "0"}, Want: `{"lag":"0","what":"Schema","rev":2}`},
			{Name: "operator plans", Method: "PATCH", Path: at + "/schema", As: "operator", Status: 403, Body: object{"rev": 2, "what": "x"}},
			{Name: "operator answers", Method: "POST", Path: at + "/schema/answer", As: "operator", Status: 200, Entries: []string{"dependency.accepted"}, Header: map[string]string{"If-Match": `"2"`}, Body: object{"status": "agreed"}, Want: `{"status":"agreed"}`},
			{Name: "stale", Method: "POST", Path: at + "/schema/answer", As: "operator", Status: 409, Reason: "row.stale", Body: object{"rev": 2, "status": "delivered"}, Want: `{"theirs":{"status":"agreed"}}`},
			{Name: "who is hit", Path: "/api/v1/releases/ledger-1/dependants?by=4320", As: "viewer", Status: 200,
				Want: `{"items":[{"party":{"key":"payments-2"},"by":1560,"before":1440,"path":[{"key":"schema"}]}]}`},
			{Name: "by date", Path: "/api/v1/releases/ledger-1/dependants?to=2026-11-30T13:08:00Z", As: "viewer", Status: 200, Want: `{"items":[]}`},
			{Name: "twice", Path: "/api/v1/releases/ledger-1/dependants?by=5&to=2026-11-30T13:08:00Z", As: "viewer", Status: 422, Fields: []string{"to"}},
			{Name: "map", Path: "/api/v1/dependency-map?view=releases&focus=ledger-1&depth=1", As: "viewer", Status: 200, Want: `{"view":"releases","focus":"release:ledger-1","places":[{"ref":"release:payments-2","distance":1},{"ref":"release:ledger-1","distance":0},{"distance":-1}],"ways":[{"from":1,"to":0,"dependencies":["schema"]},{"late":true}]}`},
			{Name: "map of nothing", Path: "/api/v1/dependency-map?view=odd", As: "viewer", Status: 422, Fields: []string{"view"}},
			{Name: "withdraw without a reason", Method: "POST", Path: at + "/schema/withdraw", As: "manager", Status: 422, Fields: []string{"note"}, Body: object{"rev": 3, "reason": ""}},
			{Name: "withdraw", Method: "POST", Path: at + "/schema/withdraw", As: "manager", Status: 200, Entries: []string{"dependency.withdrawn"}, Body: object{"rev": 3, "reason": "Not needed"}, Want: `{"status":"withdrawn","note":"Not needed"}`},
		})
	})
}
