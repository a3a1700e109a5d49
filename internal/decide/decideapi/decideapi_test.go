package decideapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"slipway/internal/decide/decideapi"
	"slipway/internal/decide/decidetest"
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

type object = map[string]any

func server(t *testing.T, d *db.DB) (apitest.Server, decidetest.World) {
	t.Helper()
	l := ledgertest.Open(t, d)
	w := decidetest.New(t, d)
	s := authtest.Service(t, d)
	a := api.New(api.Options{DB: d, Guard: s.Guard(), Version: "test"})
	decideapi.Register(a, w.Decisions)
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	authtest.Person(t, d, "carla", auth.RoleReleaseManager+"@product/"+string(w.Cards.ID))
	tokens := map[string]string{}
	token := func(name, owner string, roles ...string) {
		ctx := authtest.Person(t, d, owner)
		_, text, err := s.MakeToken(auth.WithSystem(t.Context()), credential.NewToken{Owner: authtest.Me(t, ctx), Name: name, Roles: roles})
		if err != nil {
			t.Fatal(err)
		}
		tokens[name] = text
	}
	for _, name := range []string{"maya", "priya", "elena", "daniel", "aisha", "tomas", "carla"} {
		token(name, name, auth.BuiltIn...)
	}
	token("pipeline", "priya", auth.RolePipeline) // a token of Priya's that carries no signatures
	seen := 0
	return apitest.Server{Handler: h, Token: func(_ *testing.T, name string) string { return tokens[name] }, Entries: func(t *testing.T) []string {
		all := ledgertest.Actions(t, l)
		fresh := all[seen:]
		seen = len(all)
		return append([]string(nil), fresh...)
	}}, w
}

const at = "/api/v1/releases/payments-26.11.0"

func TestOperations(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, w := server(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Active)
		w.Confirm(t, r)
		apitest.Run(t, s, []apitest.Case{
			{Name: "nobody", Path: at + "/approvals", Status: 401},
			{Name: "another product", Path: at + "/approvals", As: "carla", Status: 404, Reason: "release.not_found"},
			{Name: "approvals", Path: at + "/approvals", As: "tomas", Status: 200, Keep: kept{"content": "content.digest"},
				Want: `{"fourEyes":true,"items":[{"role":"database","state":"awaiting"},{"role":"qa","sections":["scope","manifest"]},{"role":"security"},{"role":"service-operations","order":1}]}`},
			{Name: "not the role", Method: "POST", Path: at + "/approvals/qa/sign", As: "elena", Status: 403, Reason: "approval.not_yours", Body: object{}},
			{Name: "no right", Method: "POST", Path: at + "/approvals/qa/sign", As: "pipeline", Status: 403, Reason: "auth.token_too_narrow", Body: object{}},
			{Name: "unknown field", Method: "POST", Path: at + "/approvals/qa/sign", As: "priya", Status: 422, Body: object{"coment": "x"}},
			{Name: "sign", Method: "POST", Path: at + "/approvals/qa/sign", As: "priya", Status: 200, Entries: []string{"approval.signed"}, Body: object{"content": "{content}", "comment": "212 tests"},
				Want: `{"role":"qa","answer":"signed","state":"valid","content":"{content}","sections":[{"section":"manifest"},{"section":"scope"}]}`},
			{Name: "sign twice", Method: "POST", Path: at + "/approvals/qa/sign", As: "priya", Status: 409, Reason: "approval.signed_already", Body: object{}},
			{Name: "sign other content", Method: "POST", Path: at + "/approvals/database/sign", As: "elena", Status: 409, Reason: "approval.content_changed", Body: object{"content": "sha256:0"}},
			{Name: "decline without a word", Method: "POST", Path: at + "/approvals/database/decline", As: "elena", Status: 422, Fields: []string{"wanted"}, Body: object{"wanted": ""}},
			{Name: "decline", Method: "POST", Path: at + "/approvals/database/decline", As: "elena", Status: 200, Entries: []string{"approval.declined"}, Body: object{"ground": "evidence", "wanted": "A rehearsal"}, Want: `{"state":"declined"}`},
			{Name: "withdraw", Method: "POST", Path: at + "/approvals/database/withdraw", As: "elena", Status: 200, Entries: []string{"approval.withdrawn"}, Body: object{"reason": "It passed"}, Want: `{"state":"withdrawn"}`},
			{Name: "ask", Method: "POST", Path: at + "/approvals/database/ask", As: "maya", Status: 200, Entries: []string{"approval.asked"}, Body: object{"person": "elena"}, Want: `{"role":"database"}`},
			{Name: "ask without the right", Method: "POST", Path: at + "/approvals/database/ask", As: "elena", Status: 403, Body: object{}},

			{Name: "delegate", Method: "POST", Path: "/api/v1/delegations", As: "elena", Status: 201, Entries: []string{"delegation.made"}, Keep: kept{"delegation": "id"},
				Body: object{"role": "database", "product": "payments", "delegate": "daniel", "until": "2026-11-20T08:00:00Z", "reason": "On leave"}, Want: `{"role":"database"}`},
			{Name: "delegate backwards", Method: "POST", Path: "/api/v1/delegations", As: "elena", Status: 422, Fields: []string{"until"},
				Body: object{"role": "database", "product": "payments", "delegate": "daniel", "from": "2026-11-21T08:00:00Z", "until": "2026-11-20T08:00:00Z"}},
			{Name: "delegations of others are not seen", Path: "/api/v1/delegations", As: "priya", Status: 200, Want: `{"items":[]}`},
			{Name: "delegations", Path: "/api/v1/delegations?role=database", As: "daniel", Status: 200, Want: `{"items":[{"role":"database"}]}`},
			{Name: "end a foreign one", Method: "POST", Path: "/api/v1/delegations/{delegation}/end", As: "priya", Status: 403},
			{Name: "a delegate signs", Method: "POST", Path: at + "/approvals/database/sign", As: "daniel", Status: 200, Entries: []string{"approval.signed"}, Body: object{}, Want: `{"principal":"*"}`},
			{Name: "end", Method: "POST", Path: "/api/v1/delegations/{delegation}/end", As: "elena", Status: 200, Entries: []string{"delegation.ended"}},
			{Name: "end nothing", Method: "POST", Path: "/api/v1/delegations/none/end", As: "elena", Status: 404, Reason: "delegation.not_found"},

			{Name: "no poll", Path: at + "/poll", As: "tomas", Status: 200, Want: `{"open":false,"rounds":0,"options":[]}`},
			{Name: "open without the right", Method: "POST", Path: at + "/poll/open", As: "priya", Status: 403, Body: object{}},
			{Name: "open", Method: "POST", Path: at + "/poll/open", As: "maya", Status: 201, Entries: []string{"poll.opened"}, Body: object{}, Want: `{"round":1,"calling":"qa"}`},
			{Name: "open polls", Path: "/api/v1/polls?open=true", As: "tomas", Status: 200, Want: `{"items":[{"release":"payments-26.11.0"}]}`},
			{Name: "call", Method: "POST", Path: at + "/poll/call", As: "maya", Status: 200, Entries: []string{"poll.called"}, Body: object{"role": "security"}, Want: `{"calling":"security"}`},
			{Name: "call nobody known", Method: "POST", Path: at + "/poll/call", As: "maya", Status: 422, Body: object{"role": "legal"}},
			{Name: "answer", Method: "POST", Path: at + "/poll/answer", As: "priya", Status: 200, Entries: []string{"poll.answered"}, Body: object{"role": "qa", "answer": "go"}},
			{Name: "answer for another", Method: "POST", Path: at + "/poll/answer", As: "maya", Status: 403, Reason: "approval.not_yours", Body: object{"role": "database", "answer": "go"}},
			{Name: "go-if", Method: "POST", Path: at + "/poll/answer", As: "elena", Status: 200, Entries: []string{"poll.answered"},
				Body: object{"role": "database", "answer": "go-if", "conditions": []object{{"text": "Second DBA on the bridge"}}}},
			{Name: "conditions", Path: at + "/conditions", As: "tomas", Status: 200, Keep: kept{"condition": "items.0.id"}, Want: `{"items":[{"text":"Second DBA on the bridge","role":"database"}]}`},
			{Name: "go is not available", Method: "POST", Path: at + "/decision", As: "maya", Status: 409, Reason: "poll.condition_open", Body: object{"decision": "go", "reason": "All well"}},
			{Name: "no decision", Path: at + "/decision", As: "tomas", Status: 404, Reason: "decision.not_found"},
			{Name: "not the verifier", Method: "POST", Path: at + "/conditions/{condition}/done", As: "priya", Status: 403, Reason: "condition.not_yours", Body: object{}},
			{Name: "done", Method: "POST", Path: at + "/conditions/{condition}/done", As: "elena", Status: 200, Entries: []string{"condition.done"}, Body: object{"note": "She is there"}},
			{Name: "decide", Method: "POST", Path: at + "/decision", As: "maya", Status: 201, Entries: []string{"decision.sealed", "release.approved"}, Body: object{"decision": "go", "reason": "All well"}, Want: `{"decision":"go","digest":"*"}`},
			{Name: "too late", Method: "POST", Path: at + "/poll/answer", As: "priya", Status: 409, Reason: "poll.decided", Body: object{"role": "qa", "answer": "no-go"}},
			{Name: "decision", Path: at + "/decision", As: "tomas", Status: 200, Want: `{"decision":"go","stale":false,"snapshot":{"format":"slipway:decision:1"}}`},
			{Name: "reopen", Method: "POST", Path: at + "/conditions/{condition}/reopen", As: "elena", Status: 200, Entries: []string{"condition.reopened"}, Body: object{"note": "She left"}},
			{Name: "minutes", Path: at + "/decision/minutes", As: "tomas", Status: 200},
			{Name: "minutes of another product", Path: at + "/decision/minutes", As: "carla", Status: 404},
			{Name: "open again", Method: "POST", Path: at + "/poll/open", As: "maya", Status: 201, Entries: []string{"poll.opened", "release.reopened"}, Body: object{"chair": "tomas"}},
			{Name: "close", Method: "POST", Path: at + "/poll/close", As: "maya", Status: 200, Entries: []string{"poll.closed"}, Body: object{"reason": "Fire alarm"}},
		})
		req := httptest.NewRequest(http.MethodGet, at+"/decision/minutes", nil)
		req.RemoteAddr = "127.0.0.1:40000"
		req.Header.Set("Authorization", "Bearer "+s.Token(t, "tomas"))
		rec := httptest.NewRecorder()
		s.Handler.ServeHTTP(rec, req)
		if !strings.HasPrefix(rec.Body.String(), "# Go/no-go: Payments") || !strings.Contains(rec.Header().Get("Content-Disposition"), "go-no-go-payments-26.11.0.md") {
			t.Errorf("%v %.200s", rec.Header(), rec.Body)
		}
	})
}

type kept = map[string]string
