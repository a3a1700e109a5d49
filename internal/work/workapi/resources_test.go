package workapi_test

import (
	"testing"

	"slipway/internal/catalog"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/api"
	"slipway/internal/platform/api/apitest"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
	"slipway/internal/work"
	"slipway/internal/work/capacity"
	"slipway/internal/work/resource"
	"slipway/internal/work/workapi"
	"slipway/internal/work/worktest"
)

func resources(t *testing.T, d *db.DB) apitest.Server {
	t.Helper()
	l := ledgertest.Open(t, d)
	s := authtest.Service(t, d, catalog.Permissions, plan.Permissions, work.Permissions, resource.Permissions)
	w := worktest.New(t, d)
	w.Release(t, "payments-26.11.0", plan.Active)
	r := resource.New(d, resource.Options{})
	a := api.New(api.Options{DB: d, Guard: s.Guard(), Version: "test"})
	workapi.RegisterResources(a, r, capacity.New(d, r, capacity.Options{}))
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	tokens := map[string]string{}
	for name, role := range map[string]string{"manager": "release-manager", "lead": "contributor", "anna": "contributor", "viewer": "viewer", "auditor": "auditor"} {
		ctx := authtest.Person(t, d, name, role)
		_, text, err := s.MakeToken(auth.WithSystem(t.Context()), credential.NewToken{Owner: authtest.Me(t, ctx), Name: name, Roles: auth.BuiltIn})
		if err != nil {
			t.Fatal(err)
		}
		tokens[name] = text
	}
	if _, err := s.AddTeam(w.Admin, people.NewTeam{Key: "identity", Name: "Identity", Members: []id.Person{"anna"}}); err != nil {
		t.Fatal(err)
	}
	seen := 0
	return apitest.Server{Handler: h, Token: func(_ *testing.T, name string) string { return tokens[name] }, Entries: func(t *testing.T) []string {
		all := ledgertest.Actions(t, l)
		fresh := all[seen:]
		seen = len(all)
		return append([]string(nil), fresh...)
	}}
}

func TestResources(t *testing.T) {
	const at = "/api/v1"
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		apitest.Run(t, resources(t, d), []apitest.Case{
			{Name: "nobody", Path: at + "/capacity", Status: 401},
			{Name: "the lead", Method: "PUT", Path: at + "/teams/identity/lead", As: "manager", Status: 200, Body: object{"person": "lead"}, Entries: []string{"team.lead_named"}},
			{Name: "not by oneself", Method: "PUT", Path: at + "/teams/identity/lead", As: "anna", Status: 403, Body: object{"person": "anna"}},
			{Name: "hours", Method: "POST", Path: at + "/people/anna/working-times", As: "lead", Status: 201, Entries: []string{"workingtime.set"}, Body: object{"since": "2026-11-23", "hours": "Mon-Fri 08:00-12:00"},
				Want: `{"hours":"mon-fri 08:00-12:00","share":100,"since":"2026-11-23"}`, Keep: map[string]string{"period": "id"}},
			{Name: "bad hours", Method: "POST", Path: at + "/people/anna/working-times", As: "lead", Status: 422, Fields: []string{"since", "hours"}, Body: object{"since": "x", "hours": "x"}},
			{Name: "of a team", Method: "POST", Path: at + "/teams/identity/working-times", As: "lead", Status: 201, Entries: []string{"workingtime.set"}, Body: object{"since": "2026-01-01", "hours": "mon-fri 08:00-16:00"}},
			{Name: "of an environment", Method: "POST", Path: at + "/environments/pre-prod/working-times", As: "lead", Status: 403, Body: object{"since": "2026-01-01", "hours": ""}},
			{Name: "listed", Path: at + "/people/anna/working-times", As: "viewer", Status: 200, Want: `{"items":[{"id":"{period}"}]}`},
			{Name: "holidays", Method: "PUT", Path: at + "/holidays/se", As: "manager", Status: 200, Entries: []string{"holiday.set"}, Body: object{"name": "Bank holidays", "days": []object{{"day": "2026-12-25", "name": "Juldagen"}}, "followers": []object{{"kind": "team", "subject": "identity"}}}},
			{Name: "sets", Path: at + "/holidays", As: "viewer", Status: 200, Want: `{"items":[{"key":"se","days":[{"day":"2026-12-25"}]}]}`},
			{Name: "skills", Method: "PUT", Path: at + "/people/anna/skills", As: "anna", Status: 200, Entries: []string{"skill.set"}, Body: object{"skills": []object{{"skill": "security", "level": 4}}}, Want: `{"items":[{"skill":"security","level":4}]}`},
			{Name: "who can", Path: at + "/skills?skill=security", As: "viewer", Status: 200, Want: `{"items":[{"key":"anna","level":4}]}`},
			{Name: "deputies", Method: "PUT", Path: at + "/people/anna/deputies", As: "anna", Status: 200, Entries: []string{"deputy.set"}, Body: object{"deputies": []string{"lead"}}},
			{Name: "away", Method: "POST", Path: at + "/absences", As: "anna", Status: 201, Entries: []string{"absence.requested"}, Body: object{"first": "2026-12-07", "last": "2026-12-13", "note": "private"}, Want: `{"state":"open"}`, Keep: map[string]string{"absence": "id"}},
			{Name: "by herself", Method: "POST", Path: at + "/absences/{absence}/grant", As: "anna", Status: 403, Body: object{}},
			{Name: "granted", Method: "POST", Path: at + "/absences/{absence}/grant", As: "lead", Status: 200, Entries: []string{"absence.granted"}, Body: object{}, Want: `{"state":"granted","note":"private"}`},
			{Name: "private", Path: at + "/absences?person=anna", As: "viewer", Status: 200, Want: `{"items":[{"state":"granted","first":"2026-12-07"}]}`},
			{Name: "a tool", Method: "PUT", Path: at + "/tools/load-rig", As: "manager", Status: 200, Entries: []string{"tool.set"}, Body: object{"name": "Load rig", "kind": "equipment", "units": 1, "weekly": 2880}},
			{Name: "tools", Path: at + "/tools", As: "viewer", Status: 200, Want: `{"items":[{"key":"load-rig","weekly":2880}]}`},
			{Name: "ask", Method: "POST", Path: at + "/resource-requests", As: "manager", Status: 201, Entries: []string{"resource.requested"}, Body: object{"release": "payments-26.11.0", "person": "anna", "weekly": 1500, "first": "2026-W48", "reason": "The date"}, Want: `{"state":"open","first":"2026-11-23"}`, Keep: map[string]string{"request": "id"}},
			{Name: "an auditor asks for nothing", Method: "POST", Path: at + "/resource-requests", As: "auditor", Status: 403, Body: object{"release": "payments-26.11.0", "person": "anna", "weekly": 600, "first": "2026-W48", "reason": "x"}},
			{Name: "not free", Method: "POST", Path: at + "/resource-requests/{request}/grant", As: "lead", Status: 409, Reason: "resource.not_free", Body: object{}},
			{Name: "anyway", Method: "POST", Path: at + "/resource-requests/{request}/grant", As: "lead", Status: 200, Entries: []string{"allocation.made", "resource.granted"}, Body: object{"anyway": true}, Want: `{"state":"granted"}`},
			{Name: "requests", Path: at + "/resource-requests?state=granted", As: "viewer", Status: 200, Want: `{"items":[{"personKey":"anna"}]}`},
			{Name: "allocations", Path: at + "/allocations?person=anna", As: "viewer", Status: 200, Want: `{"items":[{"weekly":1500,"releaseKey":"payments-26.11.0"}]}`, Keep: map[string]string{"allocation": "items.0.id"}},
			{Name: "the table", Path: at + "/capacity?kind=person&q=anna&weeks=4", As: "viewer", Status: 200,
				Want: `{"rows":[{"key":"anna","cells":[{"percent":0},{"week":"2026-W48","planned":1500,"available":1200,"percent":125,"over":true},{},{"away":true}]}],"first":{"key":"anna","week":"2026-W48"},"over":1}`},
			{Name: "too many weeks", Path: at + "/capacity?weeks=40", As: "viewer", Status: 422, Fields: []string{"weeks"}},
			{Name: "why", Path: at + "/capacity/person/anna/2026-11-25", As: "viewer", Status: 200, Want: `{"causes":[{"kind":"allocation","minutes":1500}],"ways":[{"kind":"add","weekly":300}]}`},
			{Name: "first of a row", Path: at + "/capacity?kind=person&q=anna&weeks=1", As: "viewer", Status: 200, Want: `{"scheduled":false,"rows":[{"firstOver":"2026-W48","firstCause":{"minutes":1500}}],"first":{"week":"2026-W48"},"over":0}`},
			{Name: "taken away", Method: "POST", Path: at + "/capacity/person/anna/2026-W48/take", As: "manager", Status: 409, Reason: "capacity.way_gone", Body: object{"way": "swap-none"}},
			{Name: "an auditor takes nothing", Method: "POST", Path: at + "/capacity/person/anna/2026-W48/take", As: "auditor", Status: 403, Body: object{"way": "swap-none"}},
			{Name: "no such week", Path: at + "/capacity/person/anna/2026-W40", As: "viewer", Status: 422, Fields: []string{"week"}},
			{Name: "no such row", Path: at + "/capacity/person/zz/2026-W48", As: "viewer", Status: 404, Reason: "capacity.not_found"},
			{Name: "a person", Path: at + "/people/anna/capacity", As: "anna", Status: 200, Want: `{"skills":[{"skill":"security"}],"absences":[{"note":"private"}],"mayState":true,"mayAnswer":false}`},
			{Name: "less", Method: "PATCH", Path: at + "/allocations/{allocation}", As: "lead", Status: 200, Entries: []string{"allocation.changed"}, Body: object{"rev": 1, "weekly": 0}},
			{Name: "standing work", Method: "POST", Path: at + "/allocations", As: "lead", Status: 201, Entries: []string{"allocation.made"}, Body: object{"person": "anna", "name": "On call", "weekly": 240, "first": "2026-W48", "last": "2026-W50"}},
			{Name: "answered", Method: "POST", Path: at + "/resource-requests/{request}/withdraw", As: "manager", Status: 409, Reason: "request.answered"},
			{Name: "back to work", Method: "POST", Path: at + "/absences/{absence}/withdraw", As: "anna", Status: 200, Entries: []string{"absence.withdrawn"}},
			{Name: "hours taken back", Method: "DELETE", Path: at + "/working-times/{period}", As: "lead", Status: 204, Entries: []string{"workingtime.removed"}},
			{Name: "holidays gone", Method: "DELETE", Path: at + "/holidays/se", As: "manager", Status: 204, Entries: []string{"holiday.removed"}},
		})
	})
}
