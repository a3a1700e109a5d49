package calendarapi_test

import (
	"testing"

	"slipway/internal/calendar/calendarapi"
	"slipway/internal/calendar/calendartest"
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
	s := authtest.Service(t, d, calendartest.Permissions()...)
	w := calendartest.NewWhole(t, d)
	if _, err := w.Plans.Create(w.Admin, plantest.Spec("payments-1")); err != nil {
		t.Fatal(err)
	}
	a := api.New(api.Options{DB: d, Guard: s.Guard(), Version: "test"})
	calendarapi.Register(a, w.Calendar)
	calendarapi.RegisterConflicts(a, w.Conflicts)
	calendarapi.RegisterBookings(a, w.Bookings)
	calendarapi.RegisterImpacts(a, w.Impacts, w.Harm)
	calendarapi.RegisterVersions(a, w.Versions)
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
		peak := object{"name": "Peak trading", "reason": "Sales", "start": "2026-11-19T00:00", "end": "2026-12-02T00:00", "zone": "Europe/Copenhagen", "hardness": "soft", "running": "pause"}
		apitest.Run(t, server(t, d), []apitest.Case{
			{Name: "nobody", Path: "/api/v1/freezes", Status: 401},
			{Name: "empty", Path: "/api/v1/freezes", As: "viewer", Status: 200, Want: `{"items":[]}`},
			{Name: "a viewer may not", Method: "POST", Path: "/api/v1/freezes", As: "viewer", Body: peak, Status: 403},
			{Name: "a manager of one product may not freeze all", Method: "POST", Path: "/api/v1/freezes", As: "pay", Body: peak, Status: 403},
			{Name: "unknown field", Method: "POST", Path: "/api/v1/freezes", As: "manager", Body: object{"nme": "x"}, Status: 422, Fields: []string{"nme"}},
			{Name: "faults", Method: "POST", Path: "/api/v1/freezes", As: "manager", Status: 422, Fields: []string{"reason", "zone", "tiers[0]"},
				Body: object{"name": "x", "start": "2026-11-19T00:00", "end": "2026-11-20T00:00", "zone": "Nowhere/Land", "tiers": []string{"moon"}}},
			{Name: "dry run", Method: "POST", Path: "/api/v1/freezes?dryRun=true", As: "manager", Body: peak, Status: 200,
				Want: `{"effect":{"occurrences":[{"start":"*","end":"*"}],"releases":[],"running":"*"}}`},
			{Name: "publish", Method: "POST", Path: "/api/v1/freezes", As: "manager", Body: peak, Status: 201, Entries: []string{"freeze.added"},
				Want: `{"period":{"key":"peak-trading","hard":false,"running":"pause","rev":1}}`},
			{Name: "taken", Method: "POST", Path: "/api/v1/freezes", As: "manager", Body: peak, Status: 409, Reason: "key.taken"},
			{Name: "permit by another", Method: "POST", Path: "/api/v1/freezes/peak-trading/permits", As: "admin", Body: object{"release": "payments-1", "reason": "x"}, Status: 403, Reason: "freeze.not_owner"},
			{Name: "permit", Method: "POST", Path: "/api/v1/freezes/peak-trading/permits", As: "manager", Body: object{"release": "payments-1", "reason": "It is small"}, Status: 201,
				Entries: []string{"freeze.permitted"}, Keep: map[string]string{"permit": "id"}},
			{Name: "permits", Path: "/api/v1/freezes/peak-trading/permits", As: "viewer", Status: 200, Want: `{"items":[{"releaseKey":"payments-1"}]}`},
			{Name: "take back", Method: "POST", Path: "/api/v1/freezes/peak-trading/permits/{permit}/withdraw", As: "manager", Status: 200, Entries: []string{"freeze.permit_withdrawn"}},
			{Name: "openness", Path: "/api/v1/openness?environment=pre-prod", As: "viewer", Status: 200, Want: `{"state":"needs-approval","next":{"state":"open"}}`},
			{Name: "conflicts", Path: "/api/v1/conflicts?from=2026-11-19T00:00:00Z&to=2026-12-19T00:00:00Z", As: "viewer", Status: 200, Want: `{"items":[{"code":"calendar.window_closed","environment":"prod-north"}]}`},
			{Name: "no span", Path: "/api/v1/conflicts?from=2026-11-19T00:00:00Z&to=2025-12-19T00:00:00Z", As: "viewer", Status: 422, Fields: []string{"to"}},
			{Name: "change", Method: "PUT", Path: "/api/v1/freezes/peak-trading", As: "manager", Header: map[string]string{"If-Match": `"1"`},
				Body:   object{"name": "Peak", "reason": "Sales", "start": "2026-11-19T00:00", "end": "2026-12-02T00:00", "zone": "Europe/Copenhagen"},
				Status: 200, Entries: []string{"freeze.changed", "conflict.found", "conflict.gone"}, Want: `{"period":{"name":"Peak","hard":true,"rev":2}}`},
			{Name: "stale", Method: "PUT", Path: "/api/v1/freezes/peak-trading", As: "manager", Body: object{"name": "Other", "reason": "Sales", "start": "2026-11-19T00:00", "end": "2026-12-02T00:00", "zone": "Europe/Copenhagen", "rev": 1},
				Status: 409, Reason: "row.stale", Want: `{"theirs":{"name":"Peak"}}`},
			{Name: "withdraw needs a reason", Method: "POST", Path: "/api/v1/freezes/peak-trading/withdraw", As: "manager", Body: object{}, Status: 422, Fields: []string{"reason"}},
			{Name: "withdraw", Method: "POST", Path: "/api/v1/freezes/peak-trading/withdraw", As: "manager", Body: object{"reason": "Over"}, Status: 200, Entries: []string{"freeze.withdrawn", "conflict.found", "conflict.gone"}},
			{Name: "withdrawn is left out", Path: "/api/v1/freezes", As: "viewer", Status: 200, Want: `{"items":[]}`},
			{Name: "window", Method: "POST", Path: "/api/v1/windows", As: "pay", Status: 201, Entries: []string{"window.added"},
				Body: object{"name": "Nights", "start": "2026-11-24T22:00", "end": "2026-11-25T04:00", "zone": "Europe/Copenhagen", "rrule": "FREQ=WEEKLY;BYDAY=TU", "products": []string{"payments"}}},
			{Name: "of another product", Path: "/api/v1/windows/nights", As: "pipeline", Status: 404},
		})
	})
}
