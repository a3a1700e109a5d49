package gateapi_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"slipway/internal/errs"
	"slipway/internal/gate"
	"slipway/internal/gate/gateapi"
	"slipway/internal/gate/gatetest"
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

func server(t *testing.T, d *db.DB) apitest.Server {
	t.Helper()
	l := ledgertest.Open(t, d)
	w := gatetest.New(t, d)
	w.Template(t, "guarded", true,
		plan.CriterionSpec{Key: "tests", Name: "All tests pass", Kind: plan.KindJUnit, Question: "tested", Owner: "qa"},
		plan.CriterionSpec{Key: "latency", Name: "Latency", Kind: plan.KindFact, Condition: "fact.p99_ms <= 400"},
		plan.CriterionSpec{Key: "briefed", Name: "Support is briefed", Kind: plan.KindConfirmation})
	authtest.Person(t, d, "qa-lead", "qa")
	w.From(t, "payments-26.11.0", "guarded", plan.Active)
	s := authtest.Service(t, d)
	a := api.New(api.Options{DB: d, Guard: s.Guard(), Version: "test"})
	gateapi.Register(a, w.Gate)
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	p := "@product/" + string(w.Payments.ID)
	tokens := map[string]string{}
	for name, role := range map[string]string{"manager": "release-manager" + p, "contributor": "contributor" + p, "approver": "approver" + p, "other-approver": "approver" + p,
		"viewer": "viewer" + p, "pipe": "pipeline" + p, "cards": "release-manager@product/" + string(w.Cards.ID)} {
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
		s := server(t, d)
		report := gatetest.JUnit(6, 0, 0, 1)
		apitest.Run(t, s, []apitest.Case{
			{Name: "nobody", Path: at + "/verdict", Status: 401},
			{Name: "others", Path: at + "/verdict", As: "cards", Status: 404, Reason: "release.not_found"},
			{Name: "no-go", Path: at + "/verdict", As: "viewer", Status: 200, Want: `{"release":"payments-26.11.0","verdict":"no-go","computedAt":"2026-11-19T13:08:00.000000Z","contentDigest":"",
				"reasons":[{"code":"evidence.missing","criterion":"tests","owner":"qa","text":"*","since":"*","next":"*"},{"criterion":"latency","owner":""},{"criterion":"briefed","code":"confirmation.missing"}]}`},
			{Name: "criteria", Path: at + "/criteria?state=not-met", As: "viewer", Status: 200, Want: `{"items":[{"key":"tests","state":"not-met","rev":1,"mandatory":true,"reasons":[{"code":"evidence.missing"}],"evidence":{"subject":"manifest"},"evidenceCounted":[]},{},{}]}`},

			{Name: "evidence needs a right", Method: "POST", Path: at + "/evidence?kind=junit", As: "viewer", Status: 403, Reason: "auth.permission_missing", Body: report},
			{Name: "evidence of others", Method: "POST", Path: at + "/evidence?kind=junit", As: "cards", Status: 404, Body: report},
			{Name: "no kind", Method: "POST", Path: at + "/evidence", As: "pipe", Status: 422, Fields: []string{"kind"}, Body: report},
			{Name: "unknown parameter", Method: "POST", Path: at + "/evidence?kind=junit&servic=x", As: "pipe", Status: 422, Fields: []string{"servic"}, Body: report},
			{Name: "unknown criterion", Method: "POST", Path: at + "/evidence?kind=junit&criterion=nope", As: "pipe", Status: 422, Fields: []string{"criterion"}, Body: report},
			{Name: "evidence", Method: "POST", Path: at + "/evidence?kind=junit&source=pipeline+88213", As: "pipe", Status: 201, Entries: []string{"evidence.received"}, Body: report,
				Want: `{"kind":"junit","criterion":"tests","tests":6,"failures":0,"skipped":1,"source":"pipeline 88213","size":"*","report":{"suites":1}}`, Keep: map[string]string{"e": "id"}},
			{Name: "a failing fact", Method: "POST", Path: at + "/evidence?kind=fact", As: "pipe", Status: 201, Entries: []string{"evidence.received"}, Body: `{"p99_ms": 412}`, Want: `{"passed":false,"finding":"*"}`},
			{Name: "list", Path: at + "/evidence?limit=1", As: "viewer", Status: 200, Want: `{"items":[{"kind":"fact","counts":true,"stale":false,"passed":false}],"next":"*"}`, Keep: map[string]string{"next": "next"}},
			{Name: "next page", Path: at + "/evidence?limit=1&after={next}", As: "viewer", Status: 200, Want: `{"items":[{"id":"{e}","passed":true}]}`},
			{Name: "show", Path: "/api/v1/evidence/{e}", As: "viewer", Status: 200, Want: `{"id":"{e}","report":{"suites":1}}`},
			{Name: "of others", Path: "/api/v1/evidence/{e}", As: "cards", Status: 404, Reason: "evidence.not_found"},
			{Name: "no identifier", Path: "/api/v1/evidence/nope", As: "viewer", Status: 404, Reason: "evidence.not_found"},
			{Name: "original of others", Path: "/api/v1/evidence/{e}/original", As: "cards", Status: 404},

			{Name: "a right to confirm", Method: "POST", Path: at + "/criteria/briefed/confirm", As: "viewer", Status: 403, Body: object{}},
			{Name: "confirm", Method: "POST", Path: at + "/criteria/briefed/confirm", As: "contributor", Status: 200, Entries: []string{"criterion.answered"}, Body: object{"note": "Both shifts."}, Want: `{"answer":"confirmed","note":"Both shifts."}`},
			{Name: "a measure is needed", Method: "POST", Path: at + "/criteria/latency/waive", As: "contributor", Status: 422, Fields: []string{"reason", "measure", "until"}, Body: object{"reason": " ", "measure": "", "until": "2026-01-01T00:00:00Z"}},
			{Name: "ask", Method: "POST", Path: at + "/criteria/latency/waive", As: "approver", Status: 201, Entries: []string{"waiver.asked"}, Body: object{"reason": "No time.", "measure": "Half the traffic.", "until": "2026-12-03T06:00:00Z"},
				Want: `{"state":"asked"}`, Keep: map[string]string{"w": "id"}},
			{Name: "twice", Method: "POST", Path: at + "/criteria/latency/waive", As: "contributor", Status: 409, Reason: "waiver.standing", Body: object{"reason": "r", "measure": "m", "until": "2026-12-03T06:00:00Z"}},
			{Name: "four eyes", Method: "POST", Path: at + "/criteria/latency/grant", As: "approver", Status: 409, Reason: "gate.four_eyes"},
			{Name: "grant", Method: "POST", Path: at + "/criteria/latency/grant", As: "other-approver", Status: 200, Entries: []string{"waiver.granted"}, Body: object{"waiver": "{w}"}, Want: `{"state":"in force"}`},
			{Name: "go", Path: at + "/verdict", As: "viewer", Status: 200, Want: `{"verdict":"go","reasons":[]}`},
			{Name: "take it back", Method: "POST", Path: at + "/criteria/latency/unwaive", As: "other-approver", Status: 200, Entries: []string{"waiver.ended"}, Body: object{"reason": "New run."}, Want: `{"state":"withdrawn"}`},
			{Name: "shown", Path: at + "/criteria/latency", As: "viewer", Status: 200, Want: `{"state":"not-met","waivers":[{"state":"withdrawn","endReason":"New run."}]}`},
			{Name: "no such criterion", Path: at + "/criteria/nope", As: "viewer", Status: 404, Reason: "criterion.not_found"},

			{Name: "add needs a right", Method: "POST", Path: at + "/criteria", As: "contributor", Status: 403, Body: object{"key": "x", "name": "X", "kind": "risk"}},
			{Name: "a bad condition", Method: "POST", Path: at + "/criteria", As: "manager", Status: 422, Fields: []string{"condition"}, Body: object{"key": "x", "name": "X", "kind": "fact", "condition": "fact.x +"}},
			{Name: "unknown field", Method: "POST", Path: at + "/criteria", As: "manager", Status: 422, Fields: []string{"nmae"}, Body: object{"key": "x", "name": "X", "kind": "risk", "nmae": "x"}},
			{Name: "add", Method: "POST", Path: at + "/criteria", As: "manager", Status: 201, Entries: []string{"criterion.added"}, Body: object{"key": "risks", "name": "No blocking risk", "kind": "risk", "reason": "Policy."}, Want: `{"key":"risks","position":4,"rev":1}`},
			{Name: "set without a version", Method: "PUT", Path: at + "/criteria/risks", As: "manager", Status: 422, Body: object{"key": "risks", "name": "No risk", "kind": "risk"}},
			{Name: "set", Method: "PUT", Path: at + "/criteria/risks", As: "manager", Status: 200, Entries: []string{"criterion.changed"}, Body: object{"rev": 1, "key": "risks", "name": "No risk", "kind": "risk"}, Want: `{"rev":2}`},
			{Name: "stale", Method: "PUT", Path: at + "/criteria/risks", As: "manager", Status: 409, Reason: "row.stale", Body: object{"rev": 1, "key": "risks", "name": "Mine", "kind": "risk"}, Want: `{"theirs":{"spec":{"name":"No risk"}}}`},
			{Name: "drop", Method: "DELETE", Path: at + "/criteria/risks?rev=2&reason=Not+needed", As: "manager", Status: 204, Entries: []string{"criterion.dropped"}},
			{Name: "changes of one criterion, newest first", Path: at + "/criteria-changes?criterion=risks&newest=true&limit=2", As: "viewer", Status: 200, Want: `{"items":[{"criterion":"risks","after":null},{"criterion":"risks"}],"next":"*"}`, Keep: map[string]string{"older": "next"}},
			{Name: "older ones", Path: at + "/criteria-changes?criterion=risks&newest=true&limit=2&after={older}", As: "viewer", Status: 200, Want: `{"items":[{"criterion":"risks","before":null}]}`},
			{Name: "no page of changes", Path: at + "/criteria-changes?after=zz", As: "viewer", Status: 422},
			{Name: "changes", Path: at + "/criteria-changes?since=2026-11-19T00:00:00Z", As: "viewer", Status: 200, Want: `{"items":[{"criterion":"tests","before":null},{},{},{"criterion":"risks","before":null},{"criterion":"risks"},{"criterion":"risks","after":null}]}`},
		})
		id := ""
		rec := get(t, s, at+"/evidence?kind=junit")
		if i := strings.Index(rec.Body.String(), `"id":"`); i >= 0 {
			id = rec.Body.String()[i+6 : i+42]
		}
		rec = get(t, s, "/api/v1/evidence/"+id+"/original")
		sum := sha256.Sum256(report)
		if rec.Code != http.StatusOK || rec.Body.String() != string(report) || rec.Header().Get("Digest") != "sha-256="+hex.EncodeToString(sum[:]) {
			t.Errorf("the original: %d, %d bytes, %v", rec.Code, rec.Body.Len(), rec.Header())
		}
		if got := rec.Header().Get("Content-Disposition"); got != `attachment; filename="tests-20261119-130800.xml"` {
			t.Error(got)
		}
	})
}

func get(t *testing.T, s apitest.Server, path string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	r.RemoteAddr = "127.0.0.1:40000"
	r.Header.Set("Authorization", "Bearer "+s.Token(t, "viewer"))
	rec := httptest.NewRecorder()
	s.Handler.ServeHTTP(rec, r)
	return rec
}

// endless repeats a text up to a length.
type endless struct {
	text string
	left int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := 0
	for n < len(p) && e.left > 0 {
		c := copy(p[n:], e.text[:min(len(e.text), e.left)])
		n += c
		e.left -= c
	}
	return n, nil
}

func TestHostileEvidenceIsRefused(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	s := server(t, d)
	nested := "<testsuites>" + strings.Repeat("<testsuite>", 200) + strings.Repeat("</testsuite>", 200) + "</testsuites>"
	cases := []struct {
		name, kind string
		body       io.Reader
		status     int
		reason     string
	}{
		{"entities", "junit", strings.NewReader(`<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><testsuite name="&lol2;"/>`), 422, "junit.doctype"},
		{"an outside entity", "junit", strings.NewReader(`<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><testsuite/>`), 422, "junit.doctype"},
		{"nesting", "junit", strings.NewReader(nested), 422, "junit.too_deep"},
		{"encoding", "junit", strings.NewReader("<?xml version=\"1.0\" encoding=\"UTF-8\"?><testsuite name=\"\xff\xfe\xfd\"/>"), 422, "junit.encoding"},
		{"another encoding", "junit", strings.NewReader(`<?xml version="1.0" encoding="EBCDIC-CP-US"?><testsuite/>`), 422, "junit.encoding"},
		{"NUL", "junit", strings.NewReader("<testsuite name=\"a\x00b\"/>"), 422, "junit.nul"},
		{"a web page", "junit", strings.NewReader("<html><body>502 Bad gateway</body></html>"), 422, "junit.root"},
		{"nothing", "junit", strings.NewReader(""), 422, "junit.root"},
		{"cut off", "junit", strings.NewReader("<testsuite><testcase name=\"a\">"), 422, "junit.xml"},
		{"100 MB", "junit", &endless{text: "<testsuite><testcase name='a'/>", left: 100 << 20}, 413, ""},
		{"a 10 MB name", "junit", io.MultiReader(strings.NewReader("<testsuite name='"), &endless{text: "n", left: 10 << 20}, strings.NewReader("'/>")), 422, "junit.name_too_long"},
		{"a large fact", "fact", &endless{text: "[", left: 2 << 20}, 413, "gate.fact_too_large"},
		{"a deep fact", "fact", strings.NewReader(strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000)), 422, "gate.fact_too_deep"},
		{"a fact twice", "fact", strings.NewReader("{\"a\": 1,\n\"a\": 2}"), 422, "gate.fact_key_twice"},
		{"no JSON", "fact", strings.NewReader("{'a': 1}"), 422, "gate.fact_json"},
		{"bad UTF-8", "fact", strings.NewReader("{\"a\": \"\xff\"}"), 422, "gate.fact_encoding"},
		{"a large number", "fact", strings.NewReader(`{"a": 1e999}`), 422, "gate.fact_number"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, at+"/evidence?kind="+c.kind, c.body)
			r.RemoteAddr = "127.0.0.1:40000"
			r.Header.Set("Authorization", "Bearer "+s.Token(t, "pipe"))
			r.Header.Set("Content-Type", "application/octet-stream")
			rec := httptest.NewRecorder()
			s.Handler.ServeHTTP(rec, r)
			body := rec.Body.String()
			if rec.Code != c.status || !strings.Contains(body, c.reason) {
				t.Errorf("%d %.400s, want %d %s", rec.Code, body, c.status, c.reason)
			}
			if c.status == 422 && !strings.Contains(body, `"field":`) {
				t.Errorf("no field is named: %.400s", body)
			}
		})
	}
	rec := get(t, s, at+"/evidence")
	if !strings.Contains(rec.Body.String(), `"items":[]`) {
		t.Errorf("refused evidence was kept: %.300s", rec.Body.String())
	}
	if _, err := gate.New(d, gate.Sources{}); err != nil {
		t.Fatal(err)
	}
}

// A limit of the configuration bounds reports and, below their own, facts; the refusal says it in words.
func TestEvidenceLimit(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := gatetest.New(t, d)
	w.Guarded(t, "payments-26.11.0")
	for limit, says := range map[int64]string{2 << 10: "at most 2 KiB here. This one has 3000 bytes", 2500: "at most 2500 bytes here"} {
		w.Gate.LimitEvidence(limit)
		for _, kind := range []string{"junit", "fact"} {
			_, err := w.Gate.Receive(w.Admin, "payments-26.11.0", gate.NewEvidence{Kind: kind}, []byte(strings.Repeat(" ", 3000)))
			if !errs.Is(err, errs.CodeTooLarge) || !strings.Contains(err.Error(), says) {
				t.Errorf("%d, %s: %v", limit, kind, err)
			}
		}
	}
	w.Gate.LimitEvidence(1 << 30)
	if _, err := w.Gate.Receive(w.Admin, "payments-26.11.0", gate.NewEvidence{Kind: "fact"}, make([]byte, gate.FactMax+1)); errs.ReasonOf(err) != "gate.fact_too_large" {
		t.Errorf("a fact over its own limit: %v", err)
	}
	if got := w.Gate.EvidenceLimits(); got != "A report has at most 1 GiB, a fact 1 MiB." {
		t.Error(got)
	}
}
