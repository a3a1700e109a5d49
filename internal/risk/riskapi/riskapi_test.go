package riskapi_test

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
	"slipway/internal/risk/riskapi"
	"slipway/internal/risk/risktest"
)

type object = map[string]any

func server(t *testing.T, d *db.DB) apitest.Server {
	t.Helper()
	l := ledgertest.Open(t, d)
	w := risktest.New(t, d)
	w.Release(t, "payments-26.11.0", plan.Active)
	s := authtest.Service(t, d)
	a := api.New(api.Options{DB: d, Guard: s.Guard(), Version: "test"})
	riskapi.Register(a, w.Risks)
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	tokens := map[string]string{}
	for name, role := range map[string]string{
		"admin": "administrator", "manager": "release-manager@product/" + string(w.Payments.ID), "contributor": "contributor@product/" + string(w.Payments.ID),
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

func TestOperations(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const at, rel = "/api/v1/risks", "/api/v1/releases/payments-26.11.0/risks"
		apitest.Run(t, server(t, d), []apitest.Case{
			{Name: "nobody", Path: at, Status: 401},
			{Name: "empty", Path: at, As: "viewer", Status: 200, Want: `{"items":[]}`},
			{Name: "viewer opens", Method: "POST", Path: rel, As: "viewer", Status: 403, Body: object{"title": "A", "probability": 4, "impact": 5}},
			{Name: "open", Method: "POST", Path: rel, As: "contributor", Status: 201, Entries: []string{"risk.opened"},
				Body: object{"title": "Migration cannot be rolled back", "probability": 4, "impact": 5, "blocks": "gate", "owner": "contributor", "review": "2026-11-20"},
				Want: `{"key":"R-1","score":20,"residualScore":20,"state":"open","releaseKey":"payments-26.11.0","productKey":"payments","rev":1,"blocksSince":"*"}`, Keep: map[string]string{"risk": "id"}},
			{Name: "of the portfolio", Method: "POST", Path: at, As: "admin", Status: 201, Entries: []string{"risk.opened"}, Body: object{"title": "Contract ends", "probability": 2, "impact": 4}, Want: `{"key":"R-2"}`},
			{Name: "of the portfolio, from a product", Method: "POST", Path: at, As: "manager", Status: 403, Body: object{"title": "Contract ends", "probability": 2, "impact": 4}},
			{Name: "faults", Method: "POST", Path: at, As: "contributor", Status: 422, Fields: []string{"product", "title"}, Body: object{"product": "moon", "title": "", "probability": 2, "impact": 4}},
			{Name: "out of range", Method: "POST", Path: at, As: "contributor", Status: 422, Fields: []string{"probability"}, Body: object{"product": "payments", "title": "A", "probability": 9, "impact": 4}},
			{Name: "unknown field", Method: "POST", Path: at, As: "contributor", Status: 422, Fields: []string{"likelihood"}, Body: object{"title": "A", "likelihood": 2, "probability": 2, "impact": 4}},
			{Name: "list", Path: at + "?state=open&min=10&blocking=true", As: "viewer", Status: 200, Want: `{"items":[{"key":"R-1"}]}`},
			{Name: "list as admin", Path: at + "?limit=1", As: "admin", Status: 200, Want: `{"items":[{"key":"R-1"}],"next":"*"}`, Keep: map[string]string{"next": "next"}},
			{Name: "next page", Path: at + "?limit=1&after={next}", As: "admin", Status: 200, Want: `{"items":[{"key":"R-2"}]}`},
			{Name: "cursor of another order", Path: at + "?residual=true&after={next}", As: "admin", Status: 422, Fields: []string{"after"}},
			{Name: "wrong filters", Path: at + "?state=sleeping&product=moon", As: "viewer", Status: 422, Fields: []string{"product", "state"}},
			{Name: "of the release", Path: rel, As: "viewer", Status: 200, Want: `{"items":[{"key":"R-1"}]}`},
			{Name: "show", Path: at + "/R-1", As: "viewer", Status: 200, Want: `{"id":"{risk}"}`},
			{Name: "show by identifier", Path: at + "/{risk}", As: "viewer", Status: 200, Want: `{"key":"R-1"}`},
			{Name: "elsewhere", Path: at + "/R-1", As: "cards", Status: 404, Reason: "risk.not_found"},
			{Name: "portfolio unseen", Path: at + "/R-2", As: "manager", Status: 404, Reason: "risk.not_found"},
			{Name: "no version", Method: "POST", Path: at + "/R-1/assess", As: "contributor", Status: 422, Fields: []string{"rev"}, Body: object{"probability": 1, "impact": 5}},
			{Name: "assess", Method: "POST", Path: at + "/R-1/assess", As: "contributor", Status: 200, Entries: []string{"risk.assessed"}, Body: object{"rev": 1, "probability": 3, "impact": 5, "reason": "Rehearsed"}, Want: `{"score":15,"scoreBefore":20,"rev":2}`},
			{Name: "stale", Method: "POST", Path: at + "/R-1/assess", As: "contributor", Status: 409, Reason: "row.stale", Body: object{"rev": 1, "probability": 1, "impact": 5}, Want: `{"theirs":{"score":15}}`},
			{Name: "mitigate", Method: "POST", Path: at + "/R-1/mitigate", As: "contributor", Status: 200, Entries: []string{"risk.mitigated"}, Header: map[string]string{"If-Match": `"2"`},
				Body: object{"response": "reduce", "mitigation": "Batches", "residualProbability": 2}, Want: `{"residualScore":10,"residualImpact":5}`},
			{Name: "set", Method: "PATCH", Path: at + "/R-1", As: "contributor", Status: 200, Entries: []string{"risk.changed"}, Body: object{"rev": 3, "cause": "Exclusive lock"}, Want: `{"cause":"Exclusive lock","title":"Migration cannot be rolled back"}`},
			{Name: "unblock", Method: "PATCH", Path: at + "/R-1", As: "contributor", Status: 403, Body: object{"rev": 4, "blocks": "none", "reason": "hurry"}},
			{Name: "assign", Method: "POST", Path: at + "/R-1/assign", As: "contributor", Status: 200, Entries: []string{"risk.assigned"}, Body: object{"rev": 4, "owner": "manager", "review": "2026-11-22"}, Want: `{"owner":"*","review":"2026-11-22"}`},
			{Name: "accept", Method: "POST", Path: at + "/R-1/accept", As: "contributor", Status: 403, Body: object{"rev": 5, "reason": "x"}},
			{Name: "accept without reason", Method: "POST", Path: at + "/R-1/accept", As: "manager", Status: 422, Fields: []string{"reason"}, Body: object{"rev": 5, "reason": ""}},
			{Name: "accept at last", Method: "POST", Path: at + "/R-1/accept", As: "manager", Status: 200, Entries: []string{"risk.accepted"}, Body: object{"rev": 5, "reason": "We watch it"}, Want: `{"state":"accepted"}`},
			{Name: "close", Method: "POST", Path: at + "/R-1/close", As: "manager", Status: 200, Entries: []string{"risk.closed"}, Body: object{"rev": 6, "reason": "Gone"}, Want: `{"state":"closed"}`},
			{Name: "closed", Method: "POST", Path: at + "/R-1/assess", As: "manager", Status: 409, Reason: "risk.closed_already", Body: object{"rev": 7, "probability": 1, "impact": 1}},
			{Name: "reopen", Method: "POST", Path: at + "/R-1/reopen", As: "manager", Status: 200, Entries: []string{"risk.reopened"}, Body: object{"rev": 7, "reason": "Back"}, Want: `{"state":"open"}`},
			{Name: "history", Path: at + "/R-1/changes?limit=1", As: "viewer", Status: 200, Want: `{"items":[{"action":"risk.reopened","before":{"state":"closed"},"after":{"state":"open"},"reason":"Back"}],"next":"*"}`, Keep: map[string]string{"older": "next"}},
			{Name: "history, on", Path: at + "/R-1/changes?after={older}", As: "viewer", Status: 200, Want: `{"items":[{},{},{},{},{},{},{"action":"risk.opened"}]}`},
		})
	})
}
