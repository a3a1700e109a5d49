package calendarapi_test

import (
	"testing"

	"slipway/internal/calendar"
	"slipway/internal/calendar/calendarapi"
	"slipway/internal/calendar/calendartest"
	"slipway/internal/calendar/feed"
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
)

func feedServer(t *testing.T, d *db.DB) apitest.Server {
	t.Helper()
	l := ledgertest.Open(t, d)
	s := authtest.Service(t, d, catalog.Permissions, plan.Permissions, calendar.Permissions, feed.Permissions)
	w := calendartest.New(t, d)
	a := api.New(api.Options{DB: d, Guard: s.Guard(), Version: "test"})
	calendarapi.RegisterFeeds(a, feed.New(d, w.Calendar, feed.Options{Rights: s.Rights, URL: "https://slipway.example.com"}))
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	tokens := map[string]string{}
	for name, role := range map[string]string{"admin": "administrator", "manager": "release-manager", "viewer": "viewer@product/" + string(w.Payments.ID), "pipeline": "pipeline"} {
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

func TestFeedOperations(t *testing.T) {
	const text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:Christmas\nDTSTART;VALUE=DATE:20261225\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART:never\nEND:VEVENT\nEND:VCALENDAR\n"
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const feeds, sources = "/api/v1/feeds", "/api/v1/calendar-sources"
		apitest.Run(t, feedServer(t, d), []apitest.Case{
			{Name: "nobody", Path: feeds, Status: 401},
			{Name: "a pipeline may not", Path: feeds, As: "pipeline", Status: 403},
			{Name: "none yet", Path: feeds, As: "viewer", Status: 200, Want: `{"items":[]}`},
			{Name: "make", Method: "POST", Path: feeds, As: "viewer", Status: 201, Entries: []string{"feed.made"}, Body: object{"kind": "product", "of": "payments"},
				Want: `{"kind":"product","of":"payments","ofName":"Payments","name":"Payments","path":"*","url":"*","begins":"*"}`, Keep: map[string]string{"feed": "id"}},
			{Name: "out of sight", Method: "POST", Path: feeds, As: "viewer", Status: 422, Fields: []string{"of"}, Body: object{"kind": "product", "of": "cards"}},
			{Name: "unknown field", Method: "POST", Path: feeds, As: "viewer", Status: 422, Fields: []string{"product"}, Body: object{"kind": "mine", "product": "cards"}},
			{Name: "list", Path: feeds, As: "viewer", Status: 200, Want: `{"items":[{"name":"Payments"}]}`},
			{Name: "everybody's", Path: feeds + "?all=true", As: "viewer", Status: 403},
			{Name: "everybody's, by an administrator", Path: feeds + "?all=true", As: "admin", Status: 200, Want: `{"items":[{"name":"Payments","ownerName":"*"}]}`},
			{Name: "another's", Method: "POST", Path: feeds + "/{feed}/rotate", As: "manager", Status: 404, Reason: "feed.not_found"},
			{Name: "another address", Method: "POST", Path: feeds + "/{feed}/rotate", As: "viewer", Status: 200, Entries: []string{"feed.rotated"}, Want: `{"path":"*"}`},
			{Name: "revoke", Method: "POST", Path: feeds + "/{feed}/revoke", As: "admin", Status: 200, Entries: []string{"feed.revoked"}},
			{Name: "revoke again", Method: "POST", Path: feeds + "/{feed}/revoke", As: "viewer", Status: 200},
			{Name: "over", Method: "POST", Path: feeds + "/{feed}/rotate", As: "viewer", Status: 409, Reason: "feed.revoked"},

			{Name: "no source", Path: sources, As: "viewer", Status: 200, Want: `{"items":[]}`},
			{Name: "a viewer may not", Method: "POST", Path: sources, As: "viewer", Status: 403, Body: object{"name": "Days off", "kind": "holiday", "text": text}},
			{Name: "import", Method: "POST", Path: sources, As: "manager", Status: 201, Entries: []string{"source.added"}, Body: object{"name": "Days off", "kind": "holiday", "zone": "Europe/Berlin", "text": text},
				Want: `{"key":"days-off","events":1,"notes":[{"line":8,"reason":"ical.date"}]}`},
			{Name: "taken", Method: "POST", Path: sources, As: "manager", Status: 409, Reason: "key.taken", Body: object{"name": "Days off", "kind": "holiday", "text": text}},
			{Name: "hostile", Method: "POST", Path: sources + "/days-off/load", As: "manager", Status: 422, Reason: "ical.frequency", Fields: []string{"text"},
				Body: object{"text": "BEGIN:VCALENDAR\nBEGIN:VEVENT\nRRULE:FREQ=SECONDLY\nEND:VEVENT\nEND:VCALENDAR"}},
			{Name: "load", Method: "POST", Path: sources + "/days-off/load", As: "manager", Status: 200, Entries: []string{"source.synced"}, Body: object{"text": "BEGIN:VCALENDAR\nEND:VCALENDAR"}, Want: `{"events":0}`},
			{Name: "uploaded", Method: "POST", Path: sources + "/days-off/sync", As: "manager", Status: 409, Reason: "source.uploaded"},
			{Name: "show", Path: sources + "/days-off", As: "viewer", Status: 200, Want: `{"name":"Days off"}`},
			{Name: "missing", Path: sources + "/moon", As: "viewer", Status: 404, Reason: "source.not_found"},
			{Name: "events", Path: "/api/v1/imported-events?from=2026-12-01T00:00:00Z&to=2027-01-01T00:00:00Z", As: "viewer", Status: 200, Want: `{"items":[]}`},
			{Name: "close", Method: "POST", Path: sources + "/days-off/close", As: "manager", Status: 200, Entries: []string{"source.closed"}},
			{Name: "closed", Method: "POST", Path: sources + "/days-off/close", As: "manager", Status: 409, Reason: "source.closed"},
		})
	})
}
