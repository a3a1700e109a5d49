package clearanceapi_test

import (
	"testing"

	"slipway/internal/calendar"
	"slipway/internal/calendar/calendartest"
	"slipway/internal/catalog"
	"slipway/internal/clearance"
	"slipway/internal/clearance/clearanceapi"
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
)

type object = map[string]any

func server(t *testing.T, d *db.DB) apitest.Server {
	t.Helper()
	l := ledgertest.Open(t, d)
	s := authtest.Service(t, d, catalog.Permissions, plan.Permissions, calendar.Permissions, clearance.Permissions)
	c := clearance.New(d, clearance.Options{Ledger: l})
	w := calendartest.New(t, d)
	calendartest.Freeze(t, w.Calendar, w.Admin, "Peak trading", "2026-11-19T00:00", "2026-12-02T00:00", calendartest.Soft, calendartest.In("pre-prod"))
	if _, err := w.Plans.Create(w.Admin, plantest.Spec("payments-1")); err != nil {
		t.Fatal(err)
	}
	a := api.New(api.Options{DB: d, Guard: s.Guard(), Version: "test"})
	clearanceapi.Register(a, c)
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	tokens := map[string]string{}
	for name, role := range map[string]string{
		"admin": "administrator", "manager": "release-manager", "pay": "release-manager@product/" + string(w.Payments.ID),
		"pipeline": "pipeline@product/" + string(w.Cards.ID), "viewer": "viewer",
	} {
		ctx := authtest.Person(t, d, name, role)
		_, text, err := s.MakeToken(auth.WithSystem(t.Context()), credential.NewToken{Owner: authtest.Me(t, ctx), Name: name, Roles: auth.BuiltIn})
		if err != nil {
			t.Fatal(err)
		}
		tokens[name] = text
	}
	seen := 0
	entries := func(t *testing.T) []string {
		all := ledgertest.Actions(t, l)
		fresh := all[seen:]
		seen = len(all)
		return append([]string(nil), fresh...)
	}
	entries(t)
	return apitest.Server{Handler: h, Token: func(_ *testing.T, name string) string { return tokens[name] }, Entries: entries}
}

func TestOperations(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ask := object{"service": "cards-core", "version": "1.0", "environment": "pre-prod"}
		apitest.Run(t, server(t, d), []apitest.Case{
			{Name: "may not, after", Method: "POST", Path: "/api/v1/may-deploy", As: "pipeline", Body: ask, Status: 200,
				Want: `{"allowed":false,"reasons":[{"code":"calendar.freeze_soft","text":"*","next":"*"}],"nextOpening":"*","validUntil":"*","override":{"possible":true}}`},
			{Name: "another product's service", Method: "POST", Path: "/api/v1/may-deploy", As: "pipeline", Body: object{"service": "ledger", "version": "1", "environment": "pre-prod"}, Status: 200,
				Want: `{"allowed":false,"reasons":[{"code":"clearance.service_unknown"}]}`},
			{Name: "neither version nor digest", Method: "POST", Path: "/api/v1/may-deploy", As: "pipeline", Body: object{"service": "cards-core", "environment": "pre-prod"}, Status: 422, Fields: []string{"version"}},
			{Name: "recorded", Method: "POST", Path: "/api/v1/may-deploy", As: "pipeline", Body: object{"service": "cards-core", "version": "1.0", "environment": "pre-prod", "record": true}, Status: 200,
				Entries: []string{"clearance.answered"}, Want: `{"record":"*"}`},
			{Name: "recorded answers", Path: "/api/v1/may-deploy/answers", As: "pipeline", Status: 200, Want: `{"items":[{"service":"cards-core","allowed":false,"answer":{"allowed":false}}]}`},
			{Name: "override too long", Method: "POST", Path: "/api/v1/overrides", As: "manager", Status: 422, Fields: []string{"until"},
				Body: object{"service": "cards-core", "environment": "prod-north", "digest": plantest.Digest, "reason": "x", "until": "2027-11-19T00:00:00Z"}},
			{Name: "override", Method: "POST", Path: "/api/v1/overrides", As: "manager", Status: 201, Entries: []string{"override.given"}, Keep: map[string]string{"o": "id"},
				Body: object{"service": "cards-core", "environment": "prod-north", "digest": plantest.Digest, "reason": "x", "until": "2026-11-20T00:00:00Z"}},
			{Name: "overridden", Method: "POST", Path: "/api/v1/may-deploy", As: "pipeline", Body: object{"service": "cards-core", "digest": plantest.Digest, "environment": "prod-north"}, Status: 200,
				Want: `{"allowed":true,"reasons":[{"code":"clearance.overridden"}]}`},
			{Name: "answers by outcome", Path: "/api/v1/may-deploy/answers?outcome=allowed", As: "pipeline", Status: 200, Want: `{"items":[]}`},
			{Name: "no such outcome", Path: "/api/v1/may-deploy/answers?outcome=perhaps", As: "pipeline", Status: 422, Fields: []string{"outcome"}},
			{Name: "overrides that stand", Path: "/api/v1/overrides?standing=true&service=cards-core", As: "viewer", Status: 200, Want: `{"items":[{"serviceKey":"cards-core","environmentKey":"prod-north","state":"standing","byName":"*"}]}`},
			{Name: "overrides of another product", Path: "/api/v1/overrides", As: "pay", Status: 200, Want: `{"items":[]}`},
			{Name: "withdraw the override", Method: "POST", Path: "/api/v1/overrides/{o}/withdraw", As: "manager", Status: 200, Entries: []string{"override.withdrawn"}},
		})
	})
}
