package planapi_test

import (
	"testing"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/plan/intake"
	"slipway/internal/plan/planapi"
	"slipway/internal/plan/plantest"
	"slipway/internal/plan/roadmap"
	"slipway/internal/plan/train"
	"slipway/internal/platform/api"
	"slipway/internal/platform/api/apitest"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

// daily departs every day at nine in the evening, from December on.
type daily struct{}

func (daily) Cadence(train.Cadence) (train.Rule, error) { return daily{}, nil }

func (daily) Freezes(*db.Tx, train.Train, db.Time, db.Time) ([]train.Freeze, error) {
	return nil, nil
}

func (daily) After(t time.Time, n int) []plan.Window {
	var out []plan.Window
	for x := time.Date(2026, 12, 1, 21, 0, 0, 0, time.UTC); len(out) < n; x = x.AddDate(0, 0, 1) {
		if x.After(t) {
			out = append(out, plan.Window{Start: db.At(x), End: db.At(x.Add(time.Hour))})
		}
	}
	return out
}

// road is a server with the operations of trains, of the roadmap and of requests.
func road(t *testing.T, d *db.DB) apitest.Server {
	t.Helper()
	l := ledgertest.Open(t, d)
	s := authtest.Service(t, d, catalog.Permissions, plan.Permissions, train.Permissions, roadmap.Permissions, intake.Permissions)
	w := plantest.New(t, d)
	trains, requests := train.New(d, w.Plans, daily{}), intake.New(d, w.Plans)
	roads := roadmap.New(d, w.Plans, trains, nil)
	w.Plans.Follow(roads)
	trains.Board(requests.Opened)
	w.Release(t, "payments-26.11.0", plan.Active)
	a := api.New(api.Options{DB: d, Guard: s.Guard()})
	planapi.RegisterTrains(a, trains)
	planapi.RegisterRoadmap(a, roads)
	planapi.RegisterRequests(a, requests)
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

func TestRoadmap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const v1 = "/api/v1"
		line := object{"key": "line", "product": "payments", "start": "2026-12-01T21:00", "zone": "UTC", "rrule": "FREQ=DAILY", "length": "1h", "lead": "3d", "pattern": "26.{n}.0"}
		win := object{"start": "2026-12-08T20:00:00Z", "end": "2026-12-08T22:00:00Z"}
		later := object{"start": "2026-12-15T20:00:00Z", "end": "2026-12-15T22:00:00Z"}
		changed := object{"lead": "4d", "rev": 1}
		for k, v := range line {
			if k != "lead" && k != "key" {
				changed[k] = v
			}
		}
		changed["key"] = "line"
		apitest.Run(t, road(t, d), []apitest.Case{
			{Name: "add needs a right", Method: "POST", Path: v1 + "/trains", As: "contributor", Status: 403, Reason: "auth.permission_missing", Body: line},
			{Name: "add", Method: "POST", Path: v1 + "/trains", As: "release-manager", Status: 201, Body: line, Entries: []string{"train.added"}, Want: `{"state":"running","number":1,"nextAt":"2026-12-01T21:00:00.000000Z","opensAt":"2026-11-28T21:00:00.000000Z"}`},
			{Name: "add a fault", Method: "POST", Path: v1 + "/trains", As: "release-manager", Status: 422, Fields: []string{"pattern"}, Body: object{"key": "b", "product": "payments", "start": "2026-12-01T21:00", "zone": "UTC", "rrule": "X", "length": "1h", "lead": "3d", "pattern": "x"}},
			{Name: "preview", Method: "POST", Path: v1 + "/trains/preview", As: "viewer", Status: 200, Body: line},
			{Name: "list", Path: v1 + "/trains?product=payments", As: "viewer", Status: 200, Want: `{"items":[{"key":"line"}]}`},
			{Name: "show", Path: v1 + "/trains/line", As: "viewer", Status: 200, Want: `{"pattern":"26.{n}.0"}`},
			{Name: "set", Method: "PUT", Path: v1 + "/trains/line", As: "release-manager", Status: 200, Body: changed, Entries: []string{"train.changed"}, Want: `{"lead":"4d","rev":2}`},
			{Name: "pause needs a reason", Method: "POST", Path: v1 + "/trains/line/pause", As: "release-manager", Status: 422, Fields: []string{"reason"}, Body: object{}},
			{Name: "pause", Method: "POST", Path: v1 + "/trains/line/pause", As: "release-manager", Status: 200, Body: object{"reason": "audit"}, Entries: []string{"train.paused"}},
			{Name: "resume", Method: "POST", Path: v1 + "/trains/line/resume", As: "release-manager", Status: 200, Body: object{}, Entries: []string{"train.resumed"}},

			{Name: "ask", Method: "POST", Path: v1 + "/requests", As: "viewer", Status: 201, Body: object{"product": "payments", "title": "A", "goal": "B", "requirements": []string{"C"}}, Entries: []string{"request.filed"}, Want: `{"key":"REQ-1","state":"new","due":true}`},
			{Name: "ask again", Method: "POST", Path: v1 + "/requests", As: "viewer", Status: 201, Body: object{"product": "payments", "title": "A2", "goal": "B"}, Entries: []string{"request.filed"}},
			{Name: "accept needs a right", Method: "POST", Path: v1 + "/requests/REQ-1/accept", As: "viewer", Status: 403, Body: object{"train": "line"}},
			{Name: "accept", Method: "POST", Path: v1 + "/requests/REQ-1/accept", As: "release-manager", Status: 200, Body: object{"train": "line"}, Entries: []string{"request.accepted"}, Want: `{"trainKey":"line"}`},
			{Name: "open early", Method: "POST", Path: v1 + "/trains/line/open", As: "release-manager", Status: 201, Body: object{}, Entries: []string{"release.created", "scope.added", "request.boarded", "train.opened"}, Want: `{"key":"payments-26.1.0","state":"draft"}`},
			{Name: "decline needs a reason", Method: "POST", Path: v1 + "/requests/REQ-2/decline", As: "release-manager", Status: 422, Fields: []string{"reason"}, Body: object{}},
			{Name: "defer", Method: "POST", Path: v1 + "/requests/REQ-2/defer", As: "release-manager", Status: 200, Body: object{"reason": "later", "until": "2027-01-10T00:00:00Z"}, Entries: []string{"request.deferred"}},
			{Name: "requests", Path: v1 + "/requests?state=accepted", As: "viewer", Status: 200, Want: `{"items":[{"releaseKey":"payments-26.1.0"}]}`},
			{Name: "request", Path: v1 + "/requests/REQ-2", As: "viewer", Status: 200, Want: `{"reason":"later","due":false}`},
			{Name: "withdraw", Method: "POST", Path: v1 + "/requests/REQ-2/withdraw", As: "viewer", Status: 200, Body: object{}, Entries: []string{"request.withdrawn"}},

			{Name: "propose needs a right", Method: "POST", Path: v1 + "/roadmap/dates", As: "viewer", Status: 403, Body: object{"release": "payments-26.11.0", "window": win}},
			{Name: "propose", Method: "POST", Path: v1 + "/roadmap/dates", As: "contributor", Status: 201, Body: object{"release": "payments-26.11.0", "window": win, "roles": []string{"release-manager"}}, Entries: []string{"roadmap.proposed"}, Want: `{"state":"proposed","answers":[{"role":"release-manager","answer":""}]}`},
			{Name: "who holds no role", Method: "POST", Path: v1 + "/roadmap/dates/payments-26.11.0/agree", As: "contributor", Status: 403, Reason: "roadmap.role_missing", Body: object{}},
			{Name: "refuse", Method: "POST", Path: v1 + "/roadmap/dates/payments-26.11.0/refuse", As: "release-manager", Status: 200, Body: object{"reason": "no"}, Entries: []string{"roadmap.refused"}, Want: `{"state":"negotiation"}`},
			{Name: "counter", Method: "POST", Path: v1 + "/roadmap/dates/payments-26.11.0/counter", As: "release-manager", Status: 200, Body: object{"reason": "later", "window": later}, Entries: []string{"roadmap.countered"}, Want: `{"round":2}`},
			{Name: "agree", Method: "POST", Path: v1 + "/roadmap/dates/payments-26.11.0/agree", As: "contributor", Status: 200, Body: object{"role": "proposer"}, Entries: []string{"roadmap.settled", "release.changed"}, Want: `{"state":"agreed"}`},
			{Name: "answer what is agreed", Method: "POST", Path: v1 + "/roadmap/dates/payments-26.11.0/refuse", As: "release-manager", Status: 409, Reason: "roadmap.closed", Body: object{"reason": "no"}},
			{Name: "publish", Method: "POST", Path: v1 + "/roadmap/publish", As: "release-manager", Status: 200, Body: object{}, Entries: []string{"roadmap.published"}, Want: `{"items":[{"key":"payments-26.11.0"}]}`},
			{Name: "published", Path: v1 + "/roadmap?published=true&from=2026-10-01T00:00:00Z", As: "viewer", Status: 200, Want: `{"rows":[{"marks":[{"release":"payments-26.11.0","state":"agreed","published":true}]}]}`},
			{Name: "dates", Path: v1 + "/roadmap/dates?state=agreed", As: "viewer", Status: 200, Want: `{"items":[{"key":"payments-26.11.0"}]}`},
			{Name: "date", Path: v1 + "/roadmap/dates/payments-26.11.0", As: "viewer", Status: 200, Want: `{"statements":[{"kind":"proposed"},{"kind":"refused"},{"kind":"countered"},{"kind":"agreed"}]}`},
			{Name: "withdraw a date", Method: "POST", Path: v1 + "/roadmap/dates/payments-26.11.0/withdraw", As: "contributor", Status: 200, Body: object{"reason": "off"}, Entries: []string{"roadmap.withdrawn"}},
			{Name: "close", Method: "POST", Path: v1 + "/trains/line/close", As: "release-manager", Status: 200, Body: object{"reason": "ends"}, Entries: []string{"train.closed"}},
			{Name: "no such train", Path: v1 + "/trains/moon", As: "viewer", Status: 404},
		})
	})
}
