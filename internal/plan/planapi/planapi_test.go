package planapi_test

import (
	"strings"
	"testing"

	"slipway/internal/plan/planapi"
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
	w := plantest.New(t, d)
	s := authtest.Service(t, d)
	a := api.New(api.Options{DB: d, Guard: s.Guard(), Version: "test"})
	planapi.Register(a, w.Plans)
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

const at = "/api/v1/releases/payments-26.11.0"

func TestOperations(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		window := object{"start": "2026-11-19T21:00:00+01:00", "end": "2026-11-19T23:30:00+01:00"}
		apitest.Run(t, server(t, d), []apitest.Case{
			{Name: "nobody", Path: "/api/v1/releases", Status: 401},
			{Name: "empty", Path: "/api/v1/releases", As: "viewer", Status: 200, Want: `{"items":[]}`},
			{Name: "create needs a right", Method: "POST", Path: "/api/v1/releases", As: "viewer", Status: 403, Reason: "auth.permission_missing",
				Body: object{"key": "payments-26.11.0", "product": "payments", "version": "26.11.0", "template": "standard"}},
			{Name: "unknown field", Method: "POST", Path: "/api/v1/releases", As: "manager", Status: 422, Fields: []string{"titel"},
				Body: object{"key": "payments-26.11.0", "product": "payments", "version": "26.11.0", "template": "standard", "titel": "x"}},
			{Name: "faults are named together", Method: "POST", Path: "/api/v1/releases", As: "manager", Status: 422,
				Fields: []string{"key", "template", "window.end", "environments[0]", "services[0].version", "services[0].digest", "services[0].service"},
				Body: object{"key": "Payments 1", "product": "payments", "version": "1", "template": "none", "environments": []string{"moon"},
					"window": object{"start": "2026-11-19T23:30:00Z", "end": "2026-11-19T21:00:00Z"}, "services": []any{object{"service": "nope", "version": "a b", "digest": "md5:1"}}}},
			{Name: "a product of others does not exist", Method: "POST", Path: "/api/v1/releases", As: "manager", Status: 422, Fields: []string{"product"},
				Body: object{"key": "cards-1", "product": "cards", "version": "1", "template": "standard"}},
			{Name: "create", Method: "POST", Path: "/api/v1/releases", As: "manager", Status: 201, Entries: []string{"release.created"},
				Body: object{"key": "payments-26.11.0", "product": "payments", "version": "26.11.0", "template": "standard", "title": "Instant payee verification", "environments": []string{}},
				Want: `{"key":"payments-26.11.0","name":"Payments 26.11.0","state":"draft","template":"standard","templateVersion":1,"rev":1,"productKey":"payments"}`},
			{Name: "twice", Method: "POST", Path: "/api/v1/releases", As: "manager", Status: 409, Reason: "key.taken",
				Body: object{"key": "payments-26.11.0", "product": "payments", "version": "26.11.0", "template": "standard"}},
			{Name: "hidden from others", Path: at, As: "cards", Status: 404, Reason: "release.not_found"},
			{Name: "hidden from others' lists", Path: "/api/v1/releases", As: "cards", Status: 200, Want: `{"items":[]}`},
			{Name: "not ready", Method: "POST", Path: at + "/plan", As: "manager", Status: 409, Reason: "plan.not_ready",
				Want: `{"errors":[{"reason":"plan.window_missing"},{"reason":"plan.manifest_empty"},{"reason":"plan.environment_missing"}]}`},
			{Name: "what stands in the way", Path: at, As: "viewer", Status: 200,
				Want: `{"ownerName":"Manager","manifest":[],"ways":[{"verb":"plan","allowed":false,"reasons":[{"code":"auth.permission_missing"},{"code":"plan.window_missing"},{"code":"plan.manifest_empty"},{"code":"plan.environment_missing"}]},{"verb":"hold","allowed":false},{"verb":"cancel","allowed":false}]}`},
			{Name: "change without a version", Method: "PATCH", Path: at, As: "manager", Status: 422, Body: object{"window": window}},
			{Name: "change", Method: "PATCH", Path: at, As: "manager", Status: 200, Entries: []string{"release.changed"},
				Body: object{"rev": 1, "window": window, "environments": []string{"pre-prod", "prod-north"}, "carry": []any{object{"service": "payments-core", "version": "8.32.0"}}},
				Want: `{"rev":2,"window":{"start":"2026-11-19T20:00:00.000000Z"},"environmentKeys":["pre-prod","prod-north"]}`},
			{Name: "stale", Method: "PATCH", Path: at, As: "manager", Status: 409, Reason: "row.stale", Body: object{"rev": 1, "title": "Mine"},
				Want: `{"theirs":{"rev":2,"title":"Instant payee verification"}}`},
			{Name: "by ETag", Method: "PATCH", Path: at, As: "manager", Header: map[string]string{"If-Match": `"2"`}, Status: 200, Entries: []string{"release.changed"}, Body: object{"title": "Payee check"}, Want: `{"title":"Payee check"}`},
			{Name: "manifest", Path: at + "/manifest", As: "viewer", Status: 200, Want: `{"rev":3,"items":[{"serviceKey":"payments-core","version":"8.32.0"}]}`},
			{Name: "replace the manifest", Method: "PUT", Path: at + "/manifest", As: "manager", Status: 200, Entries: []string{"release.changed"},
				Body: object{"rev": 3, "items": []any{object{"service": "ledger", "version": "5.15.0", "digest": plantest.Digest}}}, Want: `{"rev":4,"items":[{"serviceKey":"ledger"}]}`},
			{Name: "plan", Method: "POST", Path: at + "/plan", As: "manager", Status: 200, Entries: []string{"release.planned"}, Want: `{"state":"planned"}`},
			{Name: "needed", Method: "PATCH", Path: at, As: "manager", Status: 409, Reason: "plan.needed", Body: object{"rev": 5, "drop": []string{"ledger"}}},
			{Name: "activate", Method: "POST", Path: at + "/activate", As: "manager", Status: 200, Entries: []string{"release.activated"}, Want: `{"state":"active"}`},
			{Name: "no way", Method: "POST", Path: at + "/close", As: "manager", Status: 409, Reason: "plan.transition_refused", Body: object{}},
			{Name: "hold needs a reason", Method: "POST", Path: at + "/hold", As: "manager", Status: 422, Fields: []string{"reason"}, Body: object{}},
			{Name: "hold", Method: "POST", Path: at + "/hold", As: "manager", Status: 200, Entries: []string{"release.held"}, Body: object{"reason": "Vendor"}, Want: `{"state":"held","heldFrom":"active","stateReason":"Vendor"}`},
			{Name: "resume", Method: "POST", Path: at + "/resume", As: "manager", Status: 200, Entries: []string{"release.resumed"}, Want: `{"state":"active"}`},
			{Name: "retarget", Method: "POST", Path: at + "/retarget", As: "manager", Status: 409, Reason: "plan.transition_refused", Body: object{"rev": 8, "reason": "x"}},

			{Name: "add scope", Method: "POST", Path: at + "/scope", As: "contributor", Status: 201, Entries: []string{"scope.added"},
				Body: object{"key": "PAY-2188", "title": "Ask the payee bank", "service": "ledger", "url": "https://tracker.example.com/PAY-2188"}, Want: `{"key":"PAY-2188","kind":"story","state":"open","serviceKey":"ledger","commits":[]}`},
			{Name: "a script for an address", Method: "POST", Path: at + "/scope", As: "contributor", Status: 422, Fields: []string{"url"}, Body: object{"key": "X-1", "title": "x", "url": "javascript:alert(1)"}},
			{Name: "a bad commit", Method: "PUT", Path: at + "/scope/PAY-2188", As: "contributor", Status: 422, Fields: []string{"commits[0]"}, Body: object{"rev": 1, "key": "PAY-2188", "title": "Ask", "commits": []string{"HEAD"}}},
			{Name: "set scope", Method: "PUT", Path: at + "/scope/PAY-2188", As: "contributor", Status: 200, Entries: []string{"scope.changed"},
				Body: object{"rev": 1, "key": "PAY-2188", "title": "Ask the payee bank", "service": "ledger", "url": "https://tracker.example.com/PAY-2188", "state": "done", "commits": []string{"9c1f2ab"}}, Want: `{"state":"done","rev":2}`},
			{Name: "stale scope", Method: "PUT", Path: at + "/scope/PAY-2188", As: "contributor", Status: 409, Reason: "row.stale", Body: object{"rev": 1, "key": "PAY-2188", "title": "Mine"}, Want: `{"theirs":{"title":"Ask the payee bank"}}`},
			{Name: "list scope", Path: at + "/scope?state=done&q=payee", As: "viewer", Status: 200, Want: `{"items":[{"key":"PAY-2188"}]}`},
			{Name: "remove scope", Method: "DELETE", Path: at + "/scope/PAY-2188?rev=2&reason=later", As: "contributor", Status: 204, Entries: []string{"scope.removed"}},
			{Name: "gone", Method: "DELETE", Path: at + "/scope/PAY-2188?rev=2", As: "contributor", Status: 404, Reason: "scope_item.not_found"},

			{Name: "milestones follow the window", Path: at + "/milestones", As: "viewer", Status: 200,
				Want: `{"items":[{"key":"cut-off","plannedAt":"2026-11-14T20:00:00.000000Z","offset":"-5d"},{"key":"go-no-go"},{"key":"window"}]}`},
			{Name: "add milestone", Method: "POST", Path: at + "/milestones", As: "manager", Status: 201, Entries: []string{"milestone.added"}, Body: object{"key": "demo", "name": "Demonstration", "at": "2026-11-18T10:00:00Z"}},
			{Name: "reach milestone", Method: "PATCH", Path: at + "/milestones/demo", As: "contributor", Status: 200, Entries: []string{"milestone.changed"}, Body: object{"rev": 1, "actual": "2026-11-18T10:30:00Z"}, Want: `{"actualAt":"2026-11-18T10:30:00.000000Z"}`},
			{Name: "reach it tomorrow", Method: "PATCH", Path: at + "/milestones/demo", As: "contributor", Status: 422, Fields: []string{"actual"}, Body: object{"rev": 2, "actual": "2026-11-20T10:30:00Z"}},
			{Name: "move milestone", Method: "PATCH", Path: at + "/milestones/demo", As: "contributor", Status: 403, Body: object{"rev": 2, "at": "2026-11-18T12:00:00Z"}},
			{Name: "remove milestone", Method: "DELETE", Path: at + "/milestones/demo?rev=2", As: "manager", Status: 204, Entries: []string{"milestone.removed"}},

			{Name: "deliverable", Method: "PATCH", Path: at + "/deliverables/runbook", As: "contributor", Status: 200, Entries: []string{"deliverable.changed"}, Body: object{"rev": 1, "state": "ready"}, Want: `{"state":"ready"}`},
			{Name: "add deliverable", Method: "POST", Path: at + "/deliverables", As: "manager", Status: 201, Entries: []string{"deliverable.added"}, Body: object{"key": "guide", "name": "User guide"}},
			{Name: "list deliverables", Path: at + "/deliverables", As: "viewer", Status: 200, Want: `{"items":[{"key":"guide"},{"key":"release-notes"},{"key":"runbook"}]}`},
			{Name: "remove deliverable", Method: "DELETE", Path: at + "/deliverables/guide?rev=1", As: "manager", Status: 204, Entries: []string{"deliverable.removed"}},

			{Name: "enter", Method: "POST", Path: at + "/phases/prepare/enter", As: "contributor", Status: 200, Entries: []string{"phase.entered"}, Body: object{}, Want: `{"actualStart":"2026-11-19T13:08:00.000000Z"}`},
			{Name: "enter twice", Method: "POST", Path: at + "/phases/prepare/enter", As: "contributor", Status: 409, Reason: "phase.entered", Body: object{}},
			{Name: "leave what has not begun", Method: "POST", Path: at + "/phases/test/leave", As: "contributor", Status: 409, Reason: "phase.not_entered", Body: object{}},
			{Name: "leave", Method: "POST", Path: at + "/phases/prepare/leave", As: "contributor", Status: 200, Entries: []string{"phase.left"}, Body: object{}},
			{Name: "no such phase", Method: "POST", Path: at + "/phases/moon/enter", As: "contributor", Status: 404, Reason: "phase.not_found", Body: object{}},

			{Name: "history", Path: at + "/changes?section=manifest&limit=1", As: "viewer", Status: 200, Keep: map[string]string{"next": "next"},
				Want: `{"items":[{"section":"manifest","before":[{"service":"payments-core","version":"8.32.0"}],"after":[{"service":"ledger","version":"5.15.0","digest":"` + plantest.Digest + `"}]}]}`},
			{Name: "history, on", Path: at + "/changes?section=manifest&limit=1&after={next}", As: "viewer", Status: 200, Want: `{"items":[{"before":[],"after":[{"service":"payments-core"}]}]}`},
			{Name: "wrong section", Path: at + "/changes?section=moon", As: "viewer", Status: 422, Fields: []string{"section"}},
			{Name: "list", Path: "/api/v1/releases?state=active,draft&q=payee+PAYMENTS&group=open&product=payments&environment=prod-north&from=2026-11-19T00:00:00Z&to=2026-11-20T00:00:00Z", As: "viewer", Status: 200, Want: `{"items":[{"key":"payments-26.11.0"}]}`},
			{Name: "list nothing", Path: "/api/v1/releases?group=ended", As: "viewer", Status: 200, Want: `{"items":[]}`},
			{Name: "bad filters", Path: "/api/v1/releases?state=sleeping&product=moon&owner=nobody", As: "viewer", Status: 422, Fields: []string{"product", "owner", "state"}},
			{Name: "foreign cursor", Path: "/api/v1/releases?after={next}", As: "viewer", Status: 422, Fields: []string{"after"}},

			{Name: "templates", Path: "/api/v1/templates", As: "viewer", Status: 200, Want: `{"items":[{"key":"database"},{"key":"hotfix"},{"key":"iterative"},{"key":"mobile"},{"key":"standard","version":1},{"key":"waterfall"}]}`},
			{Name: "template", Path: "/api/v1/templates/standard", As: "viewer", Status: 200, Want: `{"key":"standard","name":"Release train","policy":{"fourEyes":true}}`},
			{Name: "put needs a right", Method: "PUT", Path: "/api/v1/templates/tier-1", As: "manager", Status: 403, Body: object{"key": "tier-1", "name": "Tier 1"}},
			{Name: "put", Method: "PUT", Path: "/api/v1/templates/tier-1", As: "admin", Status: 200, Entries: []string{"template.added"}, Body: object{"key": "tier-1", "name": "Tier 1"}, Want: `{"version":1}`},
			{Name: "put again", Method: "PUT", Path: "/api/v1/templates/tier-1", As: "admin", Status: 200, Entries: []string{"template.changed"}, Body: object{"key": "tier-1", "name": "Tier one", "version": 1}, Want: `{"version":2}`},
			{Name: "put what is stale", Method: "PUT", Path: "/api/v1/templates/tier-1", As: "admin", Status: 409, Reason: "row.stale", Body: object{"key": "tier-1", "name": "Mine", "version": 1}},
			{Name: "versions", Path: "/api/v1/templates/tier-1/versions", As: "viewer", Status: 200, Want: `{"items":[{"version":2},{"version":1}]}`},
			{Name: "old version", Path: "/api/v1/templates/tier-1?version=1", As: "viewer", Status: 200, Want: `{"name":"Tier 1"}`},
			{Name: "no such template", Path: "/api/v1/templates/moon", As: "viewer", Status: 404, Reason: "template.not_found"},

			{Name: "cancel", Method: "POST", Path: at + "/cancel", As: "manager", Status: 200, Entries: []string{"release.cancelled"}, Body: object{"reason": "Not this year"}, Want: `{"state":"cancelled"}`},
			{Name: "ended", Method: "POST", Path: at + "/scope", As: "contributor", Status: 409, Reason: "plan.ended", Body: object{"key": "PAY-1", "title": "Late"}},
			{Name: "a very long key", Path: "/api/v1/releases/" + strings.Repeat("a", 101), As: "viewer", Status: 422},
		})
	})
}
