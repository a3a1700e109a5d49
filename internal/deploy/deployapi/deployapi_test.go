package deployapi_test

import (
	"encoding/json"
	"net/http/httptest"
	"testing"

	"slipway/internal/deploy"
	"slipway/internal/deploy/deployapi"
	"slipway/internal/deploy/deploytest"
	"slipway/internal/errs"
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

const book = `kind: runbook
key: night
steps:
  - {key: open, kind: manual, owner: database}
  - {key: tell, kind: notify, needs: [open], notify: {text: "${release.key}"}}
  - {key: close, kind: manual, owner: release-manager, needs: [tell]}
back_out:
  steps: [{key: undo, kind: manual, owner: release-manager}]
`

// server carries nothing out by itself; run makes a run go on as a job would.
func server(t *testing.T, d *db.DB) (apitest.Server, *deploytest.Gate) {
	t.Helper()
	gate := &deploytest.Gate{}
	w := deploytest.New(t, d, func(o *deploy.Options) { o.Clearance = gate })
	s := authtest.Service(t, d)
	a := api.New(api.Options{DB: d, Guard: s.Guard(), Version: "test"})
	deployapi.Register(a, w.Books, w.Runs)
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	w.Put(t, book)
	w.Ready(t, "payments-26.11.0", "night")
	tokens := map[string]string{}
	authtest.Person(t, d, "dba", "database") // so that tokens may carry the role
	for name, roles := range map[string][]string{
		"admin": {"administrator"}, "manager": {"release-manager@product/" + string(w.Payments.ID)}, "dba": {"viewer@product/" + string(w.Payments.ID), "database"},
		"viewer": {"viewer@product/" + string(w.Payments.ID)}, "cards": {"release-manager@product/" + string(w.Cards.ID)},
	} {
		ctx := authtest.Person(t, d, name, roles...)
		_, text, err := s.MakeToken(auth.WithSystem(t.Context()), credential.NewToken{Owner: authtest.Me(t, ctx), Name: name, Roles: append([]string{"database"}, auth.BuiltIn...)})
		if err != nil {
			t.Fatal(err)
		}
		tokens[name] = text
	}
	seen := len(ledgertest.Actions(t, w.Ledger))
	return apitest.Server{Handler: h, Token: func(_ *testing.T, name string) string { return tokens[name] }, Entries: func(t *testing.T) []string {
		all := ledgertest.Actions(t, w.Ledger)
		fresh := all[seen:]
		seen = len(all)
		return append([]string(nil), fresh...)
	}}, gate
}

func TestOperations(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, gate := server(t, d)
		gate.Refusal = errs.Blocked("clearance.refused", "The verdict is NO-GO.").With(errs.Field{Name: "", Reason: "gate.evidence_missing", Msg: "No report."})
		const rel = "/api/v1/releases/payments-26.11.0"
		apitest.Run(t, s, []apitest.Case{
			{Name: "nobody", Path: "/api/v1/runs", Status: 401},
			{Name: "schema", Path: "/api/v1/runbooks/schema", Status: 200},
			{Name: "runbooks", Path: "/api/v1/runbooks", As: "viewer", Status: 200, Want: `{"items":[{"key":"night","version":1,"steps":3,"backOut":1}]}`},
			{Name: "faulty runbook", Method: "PUT", Path: "/api/v1/runbooks/x", As: "admin", Body: object{"yaml": "kind: runbook\nkey: x\nsteps: [{key: a, kind: manual, owner: x, needs: [a]}]\n"}, Status: 422, Reason: "runbook.invalid"},
			{Name: "faulty condition", Method: "PUT", Path: "/api/v1/runbooks/x", As: "admin", Body: object{"yaml": "kind: runbook\nkey: x\nsteps: [{key: a, kind: manual, owner: x, when: 'nobody.x =='}]\n"}, Status: 422, Fields: []string{"steps[0].when"}},
			{Name: "viewer puts", Method: "PUT", Path: "/api/v1/runbooks/night", As: "viewer", Body: object{"yaml": book}, Status: 403},
			{Name: "unchanged", Method: "PUT", Path: "/api/v1/runbooks/night", As: "admin", Body: object{"yaml": book}, Status: 200, Want: `{"version":1,"outcome":"unchanged"}`},
			{Name: "changed", Method: "PUT", Path: "/api/v1/runbooks/night", As: "admin", Body: object{"yaml": book + "description: more\n"}, Status: 200, Want: `{"version":2,"outcome":"changed"}`, Entries: []string{"runbook.changed"}},
			{Name: "the release keeps its version", Path: rel + "/runbook", As: "viewer", Status: 200, Want: `{"runbook":"night","version":1,"newest":2}`},
			{Name: "unseen", Path: rel + "/runbook", As: "cards", Status: 404},
			{Name: "refused", Method: "POST", Path: rel + "/runs", As: "manager", Body: object{}, Status: 409, Reason: "clearance.refused"},
			{Name: "no right to override", Method: "POST", Path: rel + "/runs", As: "manager", Body: object{"override": "It burns."}, Status: 403},
			{Name: "viewer starts", Method: "POST", Path: rel + "/runs", As: "viewer", Body: object{}, Status: 403},
			{Name: "no such release", Method: "POST", Path: "/api/v1/releases/nothing/runs", As: "manager", Body: object{}, Status: 404},
			{Name: "unknown field", Method: "POST", Path: rel + "/runs", As: "manager", Body: object{"overide": "x"}, Status: 422},
			{Name: "rehearse", Method: "POST", Path: rel + "/rehearsals", As: "manager", Body: object{"environment": "pre-prod"}, Status: 201, Keep: map[string]string{"rehearsal": "id"},
				Want: `{"mode":"rehearsal","state":"running","release":"payments-26.11.0"}`, Entries: []string{"run.started", "step.asked"}},
			{Name: "override", Method: "POST", Path: rel + "/runs", As: "admin", Body: object{"override": "It burns."}, Status: 201, Keep: map[string]string{"run": "id"},
				Want:    `{"mode":"live","state":"running","finishedAt":null,"forecastEnd":"*","steps":[{"id":"open","name":"open","state":"awaiting","attempt":1,"startedAt":"*","finishedAt":null,"owner":"database","question":"done","asked":1},{"id":"tell","state":"waiting","startedAt":null},{"id":"close"}]}`,
				Entries: []string{"run.overridden", "run.started", "step.asked", "release.deployment_started"}},
			{Name: "list", Path: rel + "/runs?limit=1", As: "viewer", Status: 200, Want: `{"items":[{"id":"{run}","number":2}],"next":"*"}`},
			{Name: "unseen run", Path: "/api/v1/runs/{run}", As: "cards", Status: 404},
			{Name: "by the release's key", Path: "/api/v1/runs/payments-26.11.0", As: "viewer", Status: 200, Want: `{"id":"{run}"}`},
			{Name: "not my step", Method: "POST", Path: "/api/v1/runs/{run}/steps/open/confirm", As: "viewer", Status: 403, Reason: "run.not_yours"},
			{Name: "an old question", Method: "POST", Path: "/api/v1/runs/{run}/steps/open/confirm", As: "dba", Body: object{"asked": 9}, Status: 409, Reason: "run.other_question"},
			{Name: "no such step", Method: "POST", Path: "/api/v1/runs/{run}/steps/nothing/confirm", As: "dba", Status: 404, Reason: "run.unknown_step"},
			{Name: "pause is not mine", Method: "POST", Path: "/api/v1/runs/{run}/pause", As: "dba", Status: 403},
			{Name: "pause", Method: "POST", Path: "/api/v1/runs/{run}/pause", As: "manager", Body: object{"reason": "lunch"}, Status: 200, Want: `{"state":"paused","reason":"lunch"}`, Entries: []string{"run.paused"}},
			{Name: "confirm", Method: "POST", Path: "/api/v1/runs/{run}/steps/open/confirm", As: "dba", Body: object{"asked": 1}, Status: 200, Entries: []string{"step.confirmed", "step.succeeded"}},
			{Name: "confirm twice", Method: "POST", Path: "/api/v1/runs/{run}/steps/open/confirm", As: "dba", Status: 409, Reason: "run.not_now"},
			{Name: "resume", Method: "POST", Path: "/api/v1/runs/{run}/resume", As: "manager", Status: 200, Want: `{"state":"running"}`, Entries: []string{"run.resumed"}},
			{Name: "skip without reason", Method: "POST", Path: "/api/v1/runs/{run}/steps/tell/skip", As: "manager", Status: 422, Reason: "run.missing"},
			{Name: "skip", Method: "POST", Path: "/api/v1/runs/{run}/steps/tell/skip", As: "manager", Body: object{"reason": "they know"}, Status: 200, Entries: []string{"step.skipped", "step.asked"}},
			{Name: "assign", Method: "POST", Path: "/api/v1/runs/{run}/steps/close/assign", As: "manager", Body: object{"person": "viewer"}, Status: 200, Entries: []string{"step.reassigned"}},
			{Name: "comment", Method: "POST", Path: "/api/v1/runs/{run}/comments", As: "manager", Body: object{"step": "close", "text": "on the bridge"}, Status: 201, Entries: []string{"run.commented"}},
			{Name: "detail", Path: "/api/v1/runs/{run}/detail", As: "viewer", Status: 200, Want: `{"comments":[{"step":"close","text":"on the bridge"}]}`},
			{Name: "roll back", Method: "POST", Path: "/api/v1/runs/{run}/rollback", As: "manager", Status: 200, Want: `{"rollingBack":true}`, Entries: []string{"run.rollback_begun", "step.cancelled", "step.asked"}},
			{Name: "say why afterwards", Method: "POST", Path: "/api/v1/runs/{run}/reason", As: "manager", Body: object{"reason": "errors"}, Status: 200, Entries: []string{"run.reasoned"}},
			{Name: "undone", Method: "POST", Path: "/api/v1/runs/{run}/steps/undo/confirm", As: "manager", Status: 200, Want: `{"state":"rolled-back","finishedAt":"*"}`,
				Entries: []string{"step.confirmed", "step.succeeded", "run.rolled_back", "version.barred", "version.barred", "release.rolled_back"}},
			{Name: "abort", Method: "POST", Path: "/api/v1/runs/{rehearsal}/abort", As: "manager", Status: 200, Want: `{"state":"aborted"}`, Entries: []string{"step.cancelled", "step.cancelled", "step.cancelled", "run.aborted"}},
			{Name: "log", Path: "/api/v1/runs/{run}/log?after=0", As: "viewer", Status: 200, Want: `{"items":[],"after":0,"ended":true}`},
		})
	})
}

// The members that scripts rely on are there under their names.
func TestShape(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	s, _ := server(t, d)
	ask := func(method, path string) object {
		r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
		r.RemoteAddr = "127.0.0.1:40000"
		r.Header.Set("Authorization", "Bearer "+s.Token(t, "admin"))
		rec := httptest.NewRecorder()
		s.Handler.ServeHTTP(rec, r)
		var out object
		if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil || rec.Code >= 300 {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		return out
	}
	run := ask("POST", "/api/v1/releases/payments-26.11.0/runs")
	for _, name := range []string{"id", "release", "mode", "state", "startedAt", "finishedAt", "forecastEnd", "steps"} {
		if _, ok := run[name]; !ok {
			t.Errorf("no %s", name)
		}
	}
	for _, name := range []string{"id", "name", "state", "attempt", "startedAt", "finishedAt", "owner"} {
		if _, ok := run["steps"].([]any)[0].(object)[name]; !ok {
			t.Errorf("no %s of a step", name)
		}
	}
}
