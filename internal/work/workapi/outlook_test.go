package workapi_test

import (
	"testing"

	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/platform/api"
	"slipway/internal/platform/api/apitest"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
	"slipway/internal/work"
	"slipway/internal/work/outlook"
	"slipway/internal/work/resource"
	"slipway/internal/work/target"
	"slipway/internal/work/workapi"
	"slipway/internal/work/worktest"
)

func outlookServer(t *testing.T, d *db.DB) apitest.Server {
	t.Helper()
	l := ledgertest.Open(t, d)
	s := authtest.Service(t, d, catalog.Permissions, plan.Permissions, work.Permissions, resource.Permissions, outlook.Permissions)
	w := worktest.New(t, d)
	w.Release(t, "payments-26.11.0", plan.Active)
	a := api.New(api.Options{DB: d, Guard: s.Guard(), Version: "test"})
	outlooks := outlook.New(d, outlook.Options{Resources: resource.New(d, resource.Options{})})
	workapi.RegisterOutlook(a, outlooks)
	workapi.RegisterTargets(a, target.New(d, outlooks))
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	tokens := map[string]string{}
	for name, role := range map[string]string{
		"manager": "release-manager@product/" + string(w.Payments.ID), "viewer": "viewer@product/" + string(w.Payments.ID), "cards": "release-manager@product/" + string(w.Cards.ID),
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

func TestOutlookOperations(t *testing.T) {
	const at = "/api/v1/releases/payments-26.11.0"
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		apitest.Run(t, outlookServer(t, d), []apitest.Case{
			{Name: "nobody", Path: at + "/schedule", Status: 401},
			{Name: "hidden", Path: at + "/schedule", As: "cards", Status: 404, Reason: "release.not_found"},
			{Name: "schedule", Path: at + "/schedule", As: "viewer", Status: 200, Want: `{"releaseKey":"payments-26.11.0","ready":"*","levelled":false,"tasks":"*","critical":"*","marks":"*"}`},
			{Name: "levelled", Path: at + "/schedule?levelled=true", As: "viewer", Status: 200, Want: `{"levelled":true}`},
			{Name: "no forecast", Path: at + "/forecast", As: "viewer", Status: 404, Reason: "forecast.none"},
			{Name: "no history", Path: at + "/forecasts", As: "viewer", Status: 200, Want: `{"items":[]}`},
			{Name: "forecast needs a right", Method: "POST", Path: at + "/forecast", As: "viewer", Status: 403, Body: object{}},
			{Name: "too many samples", Method: "POST", Path: at + "/forecast", As: "manager", Status: 422, Fields: []string{"samples"}, Body: object{"samples": 1e9}},
			{Name: "forecast", Method: "POST", Path: at + "/forecast", As: "manager", Status: 200, Entries: []string{"forecast.made"}, Body: object{"samples": 500, "seed": 3}, Want: `{"samples":500,"seed":3,"p50":"*","p80":"*","p95":"*","stale":false}`},
			{Name: "kept", Path: at + "/forecast", As: "viewer", Status: 200, Want: `{"samples":500,"stale":false}`, Keep: map[string]string{"p80": "p80"}},
			{Name: "history", Path: at + "/forecasts", As: "viewer", Status: 200, Want: `{"items":[{"at":"*","samples":500,"p50":"*","p80":"*","p95":"*","window":"*","chance":"*"}]}`},
			{Name: "history hidden", Path: at + "/forecasts", As: "cards", Status: 404, Reason: "release.not_found"},
			{Name: "wish", Method: "POST", Path: at + "/wish", As: "viewer", Status: 200, Body: object{"by": "2026-11-19T14:00:00Z", "chance": 0.9}, Want: `{"wanted":0.9,"chance":0,"moves":"*","sets":"*"}`},
			{Name: "wish by the forecast", Method: "POST", Path: at + "/wish", As: "viewer", Status: 200, Body: object{"chance": 0.9}, Want: `{"kept":true,"at":"*","p80":"{p80}"}`},
			{Name: "odd wish", Method: "POST", Path: at + "/wish", As: "viewer", Status: 422, Fields: []string{"moves[0].task"}, Body: object{"moves": []object{{"kind": "drop", "task": "zz"}}}},
			{Name: "no baseline", Path: at + "/baselines/0/comparison", As: "viewer", Status: 404, Reason: "baseline.none"},
			{Name: "baseline needs a right", Method: "POST", Path: at + "/baselines", As: "viewer", Status: 403, Body: object{}},
			{Name: "save", Method: "POST", Path: at + "/baselines", As: "manager", Status: 201, Entries: []string{"baseline.saved"}, Body: object{"name": "As agreed"}, Want: `{"number":1,"name":"As agreed"}`},
			{Name: "list", Path: at + "/baselines", As: "viewer", Status: 200, Want: `{"items":[{"number":1}]}`},
			{Name: "show", Path: at + "/baselines/1", As: "viewer", Status: 200, Want: `{"content":{"tasks":"*"}}`},
			{Name: "compare", Path: at + "/baselines/0/comparison", As: "viewer", Status: 200, Want: `{"work":0,"ready":{"variance":0},"tasks":"*"}`},
			{Name: "compare hidden", Path: at + "/baselines/0/comparison", As: "cards", Status: 404, Reason: "release.not_found"},
		})
	})
}
