package planapi_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"testing"

	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/plan/planapi"
	"slipway/internal/plan/plantest"
	"slipway/internal/plan/register"
	"slipway/internal/platform/api"
	"slipway/internal/platform/api/apitest"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

// registered is a server with the action register and a release in active.
func registered(t *testing.T, d *db.DB) apitest.Server {
	t.Helper()
	l := ledgertest.Open(t, d)
	s := authtest.Service(t, d, catalog.Permissions, plan.Permissions, register.Permissions)
	w := plantest.New(t, d)
	w.Release(t, "payments-26.11.0", plan.Active)
	a := api.New(api.Options{DB: d, Guard: s.Guard()})
	planapi.RegisterActions(a, register.New(d, register.Options{}))
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	tokens := map[string]string{}
	for _, role := range []string{"release-manager", "contributor", "approver", "viewer"} {
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

func TestActions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const at = "/api/v1/actions"
		sum := sha256.Sum256([]byte("passed\n"))
		digest := hex.EncodeToString(sum[:])
		s := registered(t, d)
		promise := object{"title": "Rehearse the back-out", "owner": "contributor-1", "release": "payments-26.11.0", "source": "meeting", "ref": "Readiness review", "due": "2026-11-24T12:00:00Z", "closesWith": "it passes"}
		apitest.Run(t, s, []apitest.Case{
			{Name: "nobody", Path: at, Status: 401},
			{Name: "none", Path: at, As: "viewer", Status: 200, Want: `{"items":[]}`},
			{Name: "add needs a right", Method: "POST", Path: at, As: "viewer", Status: 403, Body: promise},
			{Name: "faults", Method: "POST", Path: at, As: "release-manager", Status: 422, Fields: []string{"release", "url", "title", "due"},
				Body: object{"title": "", "release": "nothing", "due": "2020-01-01T00:00:00Z", "url": "javascript:alert(1)"}},
			{Name: "add", Method: "POST", Path: at, As: "release-manager", Status: 201, Body: promise, Entries: []string{"action.added"}, Keep: map[string]string{"id": "id"},
				Want: `{"key":"A-1","state":"open","releaseKey":"payments-26.11.0","proofWanted":true,"mirrored":false,"source":{"kind":"meeting","name":"Readiness review"},"rev":1}`},
			{Name: "an odd source", Method: "POST", Path: at, As: "release-manager", Status: 422, Fields: []string{"source"}, Body: object{"title": "x", "source": "dream"}},
			{Name: "one more", Method: "POST", Path: at, As: "contributor", Status: 201, Body: object{"title": "Ask", "product": "payments"}, Entries: []string{"action.added"}, Want: `{"key":"A-2","proofWanted":false}`},
			{Name: "page", Path: at + "?limit=1", As: "viewer", Status: 200, Want: `{"items":[{"key":"A-1"}],"next":"*"}`, Keep: map[string]string{"next": "next"}},
			{Name: "next page", Path: at + "?limit=1&after={next}", As: "viewer", Status: 200, Want: `{"items":[{"key":"A-2"}]}`},
			{Name: "a bad cursor", Path: at + "?after=xyz", As: "viewer", Status: 422},
			{Name: "filter", Path: at + "?source=meeting&open=true&owner=contributor-1", As: "viewer", Status: 200, Want: `{"items":[{"key":"A-1"}]}`},
			{Name: "overdue", Path: at + "?overdue=true", As: "viewer", Status: 200, Want: `{"items":[]}`},
			{Name: "an odd state", Path: at + "?state=odd", As: "viewer", Status: 422, Fields: []string{"state"}},
			{Name: "an odd source", Path: at + "?source=odd", As: "viewer", Status: 422, Fields: []string{"source"}},
			{Name: "show", Path: at + "/{id}", As: "viewer", Status: 200, Want: `{"key":"A-1"}`},
			{Name: "unknown", Path: at + "/A-9", As: "viewer", Status: 404},
			{Name: "change", Method: "PATCH", Path: at + "/A-1", As: "contributor", Status: 200, Body: object{"text": "twice", "rev": 1, "note": "once is luck"}, Entries: []string{"action.changed"}, Want: `{"rev":2}`},
			{Name: "change what is gone", Method: "PATCH", Path: at + "/A-1", As: "contributor", Status: 409, Body: object{"text": "thrice", "rev": 1}},
			{Name: "an owner does not take the proof away", Method: "PATCH", Path: at + "/A-1", As: "contributor", Status: 403, Reason: "action.own_proof", Body: object{"proof": false, "rev": 2}},
			{Name: "a stranger does not change it", Method: "PATCH", Path: at + "/A-1", As: "approver", Status: 403, Reason: "action.not_yours", Body: object{"text": "mine", "rev": 2}},
			{Name: "nobody owns it", Method: "PATCH", Path: at + "/A-1", As: "release-manager", Status: 422, Fields: []string{"owner"}, Body: object{"owner": "", "rev": 2}},
			{Name: "begin", Method: "POST", Path: at + "/A-1/start", As: "contributor", Status: 200, Body: object{"rev": 2}, Entries: []string{"action.started"}, Want: `{"state":"started"}`},
			{Name: "no proof", Method: "POST", Path: at + "/A-1/done", As: "contributor", Status: 422, Fields: []string{"text"}, Body: object{"rev": 3}},
			{Name: "no version", Method: "POST", Path: at + "/A-1/done", As: "contributor", Status: 422, Fields: []string{"rev"}, Body: object{}},
			{Name: "no base64", Method: "POST", Path: at + "/A-1/done", As: "contributor", Status: 422, Fields: []string{"file"}, Body: object{"file": "%", "rev": 3}},
			{Name: "no file yet", Path: at + "/A-1/proof", As: "viewer", Status: 404},
			{Name: "done", Method: "POST", Path: at + "/A-1/done", As: "contributor", Status: 200, Body: object{"text": "Run 32", "file": []byte("passed\n"), "name": "../../run.txt", "rev": 3}, Entries: []string{"action.said_done"},
				Want: `{"state":"said-done","proof":{"text":"Run 32","name":"run.txt","digest":"` + digest + `","size":7}}`},
			{Name: "its owner does not close it", Method: "POST", Path: at + "/A-1/close", As: "contributor", Status: 403, Reason: "action.own_proof", Body: object{"rev": 4}},
			{Name: "close needs a right", Method: "POST", Path: at + "/A-1/close", As: "viewer", Status: 403, Body: object{"rev": 4}},
			{Name: "send back", Method: "POST", Path: at + "/A-1/send-back", As: "approver", Status: 200, Body: object{"note": "Of which data?", "rev": 4}, Entries: []string{"action.sent_back"}, Want: `{"state":"started"}`},
			{Name: "done again", Method: "POST", Path: at + "/A-1/done", As: "contributor", Status: 200, Body: object{"file": []byte("passed\n"), "name": "run.txt", "rev": 5}, Entries: []string{"action.said_done"}},
			{Name: "close", Method: "POST", Path: at + "/A-1/close", As: "approver", Status: 200, Body: object{"note": "seen", "rev": 6}, Entries: []string{"action.closed"}, Want: `{"state":"closed","stateReason":"seen"}`},
			{Name: "reopen needs a reason", Method: "POST", Path: at + "/A-1/reopen", As: "release-manager", Status: 422, Body: object{"rev": 7}, Fields: []string{"note"}},
			{Name: "an ended action is not dropped", Method: "POST", Path: at + "/A-1/drop", As: "release-manager", Status: 409, Reason: "action.ended", Body: object{"note": "x", "rev": 7}},
			{Name: "without proof its owner closes it", Method: "POST", Path: at + "/A-2/done", As: "contributor", Status: 200, Body: object{"rev": 1}, Entries: []string{"action.closed"}, Want: `{"state":"closed"}`},
			{Name: "reopen", Method: "POST", Path: at + "/A-2/reopen", As: "contributor", Status: 200, Body: object{"note": "They did not answer", "rev": 2}, Entries: []string{"action.reopened"}, Want: `{"state":"open"}`},
			{Name: "drop", Method: "POST", Path: at + "/A-2/drop", As: "release-manager", Status: 200, Body: object{"note": "No need", "rev": 3}, Entries: []string{"action.dropped"}, Want: `{"state":"dropped"}`},
			{Name: "what ended", Path: at + "?state=closed,dropped", As: "viewer", Status: 200, Want: `{"items":[{"key":"A-1"},{"key":"A-2"}]}`},
		})
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, at+"/A-1/proof", nil)
		r.Header.Set("Authorization", "Bearer "+s.Token(t, "viewer"))
		rec := httptest.NewRecorder()
		s.Handler.ServeHTTP(rec, r)
		if rec.Code != 200 || rec.Body.String() != "passed\n" || rec.Header().Get("Digest") != "sha-256="+digest || rec.Header().Get("Content-Disposition") != "attachment; filename=run.txt" {
			t.Errorf("%d %q %v", rec.Code, rec.Body, rec.Header())
		}
	})
}
