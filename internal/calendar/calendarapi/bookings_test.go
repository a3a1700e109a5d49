package calendarapi_test

import (
	"testing"

	"slipway/internal/platform/api/apitest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

func TestBookingsAndConflicts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		load := object{"key": "load", "environment": "pre-prod", "purpose": "Load test", "from": "2026-11-20T08:00:00Z", "to": "2026-11-20T12:00:00Z"}
		with := func(key string, v any) object {
			o := object{}
			for k, x := range load {
				o[k] = x
			}
			o[key] = v
			return o
		}
		span := object{"name": "Late November", "from": "2026-11-19T00:00:00Z", "to": "2026-12-01T00:00:00Z", "readers": []string{"viewer", "manager"}}
		accepted := object{"name": "Late November", "from": "2026-11-19T00:00:00Z", "to": "2026-12-01T00:00:00Z", "readers": []string{"viewer", "manager"},
			"accept": []object{{"conflict": "{conflict}", "reason": "The bank agreed."}}}
		apitest.Run(t, server(t, d), []apitest.Case{
			{Name: "nobody", Path: "/api/v1/bookings", Status: 401},
			{Name: "empty", Path: "/api/v1/bookings", As: "viewer", Status: 200, Want: `{"items":[]}`},
			{Name: "a viewer may not ask", Method: "POST", Path: "/api/v1/bookings", As: "viewer", Body: load, Status: 403},
			{Name: "two things", Method: "POST", Path: "/api/v1/bookings", As: "pay", Body: with("item", "Lab"), Status: 422, Fields: []string{"environment"}},
			{Name: "ask", Method: "POST", Path: "/api/v1/bookings", As: "pay", Body: load, Status: 201, Entries: []string{"booking.requested"}, Want: `{"state":"requested","thingKey":"pre-prod","conflicts":[]}`},
			{Name: "key taken", Method: "POST", Path: "/api/v1/bookings", As: "pay", Body: load, Status: 409, Reason: "key.taken"},
			{Name: "who asked may not confirm", Method: "POST", Path: "/api/v1/bookings/load/confirm", As: "pay", Body: object{}, Status: 403, Reason: "booking.not_owner"},
			{Name: "confirm", Method: "POST", Path: "/api/v1/bookings/load/confirm", As: "manager", Body: object{"rev": 1}, Status: 200, Entries: []string{"booking.confirmed"}, Want: `{"state":"confirmed","rev":2}`},
			{Name: "stale", Method: "POST", Path: "/api/v1/bookings/load/withdraw", As: "manager", Body: object{"rev": 1, "reason": "x"}, Status: 409, Reason: "row.stale"},
			{Name: "too late", Method: "POST", Path: "/api/v1/bookings", As: "manager", Body: with("key", "second"), Status: 409, Reason: "calendar.booked",
				Want: `{"theirs":{"booking":{"key":"load"},"capacity":1,"slots":[{"start":"2026-11-20T04:00:00.000000Z","harmMinutes":0},{"start":"2026-11-20T12:00:00.000000Z"},{"start":"*"}]}}`},
			{Name: "free", Path: "/api/v1/free-slots?kind=environment&thing=pre-prod&minutes=60&near=2026-11-20T09:00:00Z&n=1", As: "viewer", Status: 200, Want: `{"items":[{"start":"*"}]}`},
			{Name: "nothing to look for", Path: "/api/v1/free-slots", As: "viewer", Status: 422, Fields: []string{"release"}},
			{Name: "move", Method: "POST", Path: "/api/v1/bookings/load/move", As: "manager", Body: object{"from": "2026-11-20T09:00:00Z", "to": "2026-11-20T11:00:00Z"}, Status: 200,
				Entries: []string{"booking.moved"}, Want: `{"state":"confirmed","from":"2026-11-20T09:00:00.000000Z"}`},
			{Name: "list", Path: "/api/v1/bookings?kind=environment&thing=pre-prod&state=confirmed", As: "viewer", Status: 200, Want: `{"items":[{"key":"load"}]}`},
			{Name: "rule", Path: "/api/v1/bookables/environment/pre-prod", As: "viewer", Status: 200, Want: `{"capacity":1,"approval":true}`},
			{Name: "share it", Method: "PUT", Path: "/api/v1/bookables/environment/pre-prod", As: "manager", Body: object{"capacity": 2, "approval": false}, Status: 200,
				Entries: []string{"booking.rule_changed"}, Want: `{"capacity":2,"approval":false,"rev":1}`},
			{Name: "there is room now", Method: "POST", Path: "/api/v1/bookings", As: "pay", Body: with("key", "second"), Status: 201, Entries: []string{"booking.requested", "booking.confirmed"}, Want: `{"state":"confirmed"}`},
			{Name: "withdraw", Method: "POST", Path: "/api/v1/bookings/second/withdraw", As: "pay", Body: object{"reason": "Not needed"}, Status: 200, Entries: []string{"booking.withdrawn"}},

			{Name: "the closed window of the release", Path: "/api/v1/conflicts?severity=serious", As: "viewer", Status: 200,
				Want: `{"items":[{"code":"calendar.window_closed","severity":"serious","state":"open","environment":"prod-north","parties":[{"kind":"release","key":"payments-1"}]}]}`, Keep: map[string]string{"conflict": "items.0.id"}},
			{Name: "publishing is refused", Method: "POST", Path: "/api/v1/calendar-versions", As: "manager", Body: span, Status: 409, Reason: "calendar.conflicts_open"},
			{Name: "a viewer may not accept", Method: "POST", Path: "/api/v1/conflicts/{conflict}/accept", As: "viewer", Body: object{"reason": "x"}, Status: 403},
			{Name: "publishing accepts it by name", Method: "POST", Path: "/api/v1/calendar-versions", As: "manager", Body: accepted, Status: 201, Entries: []string{"conflict.accepted", "calendar.published"},
				Want: `{"number":1,"readers":2,"acknowledged":0}`},
			{Name: "asked", Path: "/api/v1/calendar-versions", As: "viewer", Status: 200, Want: `{"items":[{"number":1,"asked":true}]}`},
			{Name: "acknowledge", Method: "POST", Path: "/api/v1/calendar-versions/1/acknowledge", As: "viewer", Status: 200, Entries: []string{"calendar.read_acknowledged"}, Want: `{"acknowledged":1,"asked":false}`},
			{Name: "twice changes nothing", Method: "POST", Path: "/api/v1/calendar-versions/1/acknowledge", As: "viewer", Status: 200, Want: `{"acknowledged":1}`},
			{Name: "who has not", Path: "/api/v1/calendar-versions/1", As: "viewer", Status: 200,
				Want: `{"content":{"releases":[{"key":"payments-1"}],"bookings":[{"key":"load"}],"conflicts":[{"reason":"The bank agreed."}]},"who":[{"key":"manager"},{"key":"viewer","acknowledgedAt":"*"}]}`},
			{Name: "of another product", Path: "/api/v1/calendar-versions/1", As: "pipeline", Status: 200, Want: `{"content":{"releases":[],"conflicts":[]}}`},
			{Name: "no such version", Path: "/api/v1/calendar-versions/7", As: "viewer", Status: 404},
			{Name: "reopen", Method: "POST", Path: "/api/v1/conflicts/{conflict}/reopen", As: "manager", Body: object{"reason": "Not any more"}, Status: 200, Entries: []string{"conflict.reopened"}, Want: `{"state":"open"}`},

			{Name: "impact", Method: "PUT", Path: "/api/v1/releases/payments-1/impacts/ledger", As: "manager", Body: object{"kind": "downtime", "minutes": 30, "users": "All", "noticeHours": 48}, Status: 200,
				Entries: []string{"impact.stated", "conflict.found"}, Want: `{"service":"ledger","rev":1}`},
			{Name: "impacts", Path: "/api/v1/releases/payments-1/impacts", As: "viewer", Status: 200, Want: `{"items":[{"service":"ledger","kind":"downtime","noticeDue":"*"}]}`},
			{Name: "notices owed", Path: "/api/v1/impacts?show=owed", As: "viewer", Status: 200,
				Want: `{"items":[{"releaseKey":"payments-1","serviceName":"Ledger","notice":"overdue","noticeDue":"*","windowStart":"*","owner":"*"}]}`},
			{Name: "not due by then", Path: "/api/v1/impacts?dueBefore=2026-11-01T00:00:00Z", As: "viewer", Status: 200, Want: `{"items":[]}`},
			{Name: "no such choice", Path: "/api/v1/impacts?show=none", As: "viewer", Status: 422, Fields: []string{"show"}},
			{Name: "nobody asks for windows", Path: "/api/v1/releases/payments-1/impacts/windows", Status: 401},
			{Name: "windows", Path: "/api/v1/releases/payments-1/impacts/windows", As: "viewer", Status: 200, Want: `{"items":[]}`},
			{Name: "no span of windows", Path: "/api/v1/releases/payments-1/impacts/windows?from=2026-11-21T00:00:00Z&to=2026-11-20T00:00:00Z", As: "viewer", Status: 422, Fields: []string{"to"}},
			{Name: "a viewer tells nobody", Method: "POST", Path: "/api/v1/releases/payments-1/impacts/ledger/told", As: "viewer", Body: object{"rev": 1}, Status: 403},
			{Name: "told ahead", Method: "POST", Path: "/api/v1/releases/payments-1/impacts/ledger/told", As: "manager", Body: object{"rev": 1, "at": "2027-01-01T00:00:00Z"}, Status: 422, Fields: []string{"at"}},
			{Name: "told", Method: "POST", Path: "/api/v1/releases/payments-1/impacts/ledger/told", As: "manager", Body: object{"rev": 1}, Status: 200, Entries: []string{"impact.announced"},
				Want: `{"service":"ledger","notice":"late","noticeAt":"*","rev":2}`},
			{Name: "told by an old version", Method: "POST", Path: "/api/v1/releases/payments-1/impacts/ledger/told", As: "manager", Body: object{"rev": 1}, Status: 409, Reason: "row.stale", Want: `{"theirs":{"rev":2}}`},
			{Name: "no impact", Method: "DELETE", Path: "/api/v1/releases/payments-1/impacts/ledger", As: "manager", Status: 204, Entries: []string{"impact.dropped", "conflict.gone"}},
			{Name: "a busy time", Method: "POST", Path: "/api/v1/busy-times", As: "manager", Status: 201, Entries: []string{"busy.added"},
				Body: object{"name": "Month-end", "start": "2026-11-28T00:00", "end": "2026-12-01T00:00", "zone": "Europe/Copenhagen", "rrule": "FREQ=MONTHLY", "exdates": []string{"2026-12-28"}},
				Want: `{"period":{"kind":"busy","key":"month-end","exdates":["2026-12-28"]}}`},
			{Name: "find anew", Method: "POST", Path: "/api/v1/conflicts/recheck", As: "manager", Status: 204},
		})
	})
}
