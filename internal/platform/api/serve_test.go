package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

func TestOperation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		rec := w.do("POST", "/api/v1/boats", `{"name":"Aurora","kind":"ketch"}`)
		if rec.Code != 201 || rec.Header().Get("ETag") != `"1"` || rec.Header().Get("Location") != "/api/v1/boats/1" || rec.Header().Get("Content-Type") != "application/json" {
			t.Fatalf("%d %v %s", rec.Code, rec.Header(), rec.Body)
		}
		if !strings.Contains(rec.Body.String(), `"madeAt":"2026-11-19T13:08:00.000000Z"`) && !strings.Contains(rec.Body.String(), `"madeAt":"2026-11-19T13:08:00Z"`) {
			t.Errorf("body %s", rec.Body)
		}
		rec = w.do("PATCH", "/api/v1/boats/1", `{"name":"Borealis"}`, "If-Match", `"1"`)
		if rec.Code != 200 || rec.Header().Get("ETag") != `"2"` {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		p := refusal(t, w.do("PATCH", "/api/v1/boats/1", `{"name":"Corona","rev":1}`), 409, "boat.changed")
		if m, ok := p.Theirs.(map[string]any); !ok || m["name"] != "Borealis" {
			t.Errorf("theirs %v", p.Theirs)
		}
		p = refusal(t, w.do("PATCH", "/api/v1/boats/1", `{"name":"Corona"}`), 422, "input.missing")
		if p.Errors[0].Name != "rev" {
			t.Errorf("%+v", p.Errors)
		}
		refusal(t, w.do("PATCH", "/api/v1/boats/1", `{"name":"Corona"}`, "If-Match", "*"), 422, "input.bad_value")
		rec = w.do("GET", "/api/v1/log/7?from=1", "")
		if rec.Code != 200 || rec.Body.String() != "log of 7" {
			t.Errorf("%d %s", rec.Code, rec.Body)
		}
		refusal(t, w.do("GET", "/api/v1/log/0", ""), 404, "boat.not_found")
		refusal(t, w.do("GET", "/api/v1/log/1?form=1", ""), 422, "input.invalid")
	})
}

func TestPaging(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for range 5 {
			if rec := w.do("POST", "/api/v1/boats", `{"name":"Aurora"}`); rec.Code != 201 {
				t.Fatal(rec.Body)
			}
		}
		var seen []int64
		after := ""
		for range 10 {
			var p struct {
				Items []boat
				Next  string
			}
			rec := w.do("GET", "/api/v1/boats?limit=2&after="+after, "")
			if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil || rec.Code != 200 {
				t.Fatal(rec.Code, rec.Body)
			}
			for _, b := range p.Items {
				seen = append(seen, b.ID)
			}
			if after = p.Next; after == "" {
				break
			}
		}
		if len(seen) != 5 || seen[0] != 1 || seen[4] != 5 {
			t.Fatalf("saw %v", seen)
		}
		for _, bad := range []string{"x", "AAAA", "====", strings.Repeat("A", 900), "eyJhIjoxfQ"} {
			refusal(t, w.do("GET", "/api/v1/boats?after="+bad, ""), 422, "page.cursor_malformed")
		}
	})
}

func TestRefusals(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	deep := strings.Repeat("[", 5000) + strings.Repeat("]", 5000)
	for name, c := range map[string]struct {
		method, path, body string
		headers            []string
		status             int
		reason             string
		field, says        string
	}{
		"unknown field":     {"POST", "/boats", `{"name":"A","knid":"ketch"}`, nil, 422, "input.invalid", "knid", `Did you mean "kind"?`},
		"wrong case":        {"POST", "/boats", `{"Name":"A"}`, nil, 422, "input.invalid", "Name", `Did you mean "name"?`},
		"duplicate key":     {"POST", "/boats", `{"name":"A","name":"B"}`, nil, 422, "input.invalid", "name", ""},
		"missing field":     {"POST", "/boats", `{"kind":"ketch"}`, nil, 422, "input.invalid", "name", "required"},
		"too short":         {"POST", "/boats", `{"name":""}`, nil, 422, "input.invalid", "name", "At least 1"},
		"too long":          {"POST", "/boats", `{"name":"` + strings.Repeat("x", 41) + `"}`, nil, 422, "input.invalid", "name", "At most 40"},
		"not of the list":   {"POST", "/boats", `{"name":"A","kind":"ketsch"}`, nil, 422, "input.invalid", "kind", `Did you mean "ketch"?`},
		"too many":          {"POST", "/boats", `{"name":"A","masts":6}`, nil, 422, "input.invalid", "masts", "5 or less"},
		"wrong type":        {"POST", "/boats", `{"name":1}`, nil, 422, "input.invalid", "name", ""},
		"wrong type inside": {"POST", "/boats", `{"name":"A","tags":["x",3]}`, nil, 422, "input.invalid", "tags[1]", ""},
		"list for object":   {"POST", "/boats", `[]`, nil, 422, "input.invalid", "", ""},
		"null":              {"POST", "/boats", `null`, nil, 422, "input.invalid", "", ""},
		"trailing":          {"POST", "/boats", `{"name":"A"} {}`, nil, 422, "input.invalid", "", ""},
		"not JSON":          {"POST", "/boats", `name=A`, nil, 422, "input.invalid", "", ""},
		"empty":             {"POST", "/boats", ``, nil, 422, "input.invalid", "", ""},
		"NUL":               {"POST", "/boats", "{\"name\":\"a\\u0000b\"}", nil, 422, "input.invalid", "name", ""},
		"bad UTF-8":         {"POST", "/boats", "{\"name\":\"a\xff\"}", nil, 422, "input.invalid", "", ""},
		"deep":              {"POST", "/boats", `{"tags":` + deep + `}`, nil, 422, "input.invalid", "", ""},
		"10 MB name":        {"POST", "/boats", `{"name":"` + strings.Repeat("x", 10<<20) + `"}`, nil, 413, "request.too_large", "", ""},
		"a form":            {"POST", "/boats", `name=A`, []string{"Content-Type", "application/x-www-form-urlencoded"}, 422, "request.content_type", "", ""},
		"text":              {"POST", "/boats", `{"name":"A"}`, []string{"Content-Type", "text/plain"}, 422, "request.content_type", "", ""},
		"nonsense type":     {"POST", "/boats", `{"name":"A"}`, []string{"Content-Type", ";;;"}, 422, "request.content_type", "", ""},
		"other charset":     {"POST", "/boats", `{"name":"A"}`, []string{"Content-Type", "application/json; charset=latin1"}, 422, "request.content_type", "", ""},
		"service refuses":   {"POST", "/boats", `{"name":"taken"}`, nil, 422, "boat.name_taken", "name", ""},
		"rule refuses":      {"POST", "/boats", `{"name":"frozen"}`, nil, 409, "boat.frozen", "", ""},
		"unknown parameter": {"GET", "/boats?limt=3", ``, nil, 422, "input.invalid", "limt", `Did you mean "limit"?`},
		"parameter twice":   {"GET", "/boats?limit=3&limit=4", ``, nil, 422, "input.invalid", "limit", "Give it once"},
		"no number":         {"GET", "/boats?limit=ten", ``, nil, 422, "input.invalid", "limit", "whole number"},
		"too large a page":  {"GET", "/boats?limit=201", ``, nil, 422, "input.invalid", "limit", "200 or less"},
		"no instant":        {"GET", "/boats?since=yesterday", ``, nil, 422, "input.invalid", "since", ""},
		"no kind":           {"GET", "/boats?kinds=sloop,raft", ``, nil, 422, "input.invalid", "kinds[1]", "one of"},
		"no truth":          {"GET", "/boats?dry=maybe", ``, nil, 422, "input.invalid", "dry", "neither true nor false"},
		"broken query":      {"GET", "/boats?name=%zz", ``, nil, 422, "request.query_malformed", "", ""},
		"NUL in query":      {"GET", "/boats?name=%00", ``, nil, 422, "input.invalid", "name", "NUL"},
		"path no number":    {"GET", "/boats/x", ``, nil, 422, "input.invalid", "boat", "whole number"},
		"path not there":    {"GET", "/boats/99", ``, nil, 404, "boat.not_found", "", ""},
		"body on GET":       {"GET", "/boats", `{"x":1}`, nil, 422, "request.body_unexpected", "", ""},
		"nobody":            {"GET", "/boats", ``, []string{"Authorization", ""}, 401, "auth.not_signed_in", "", ""},
		"expired":           {"GET", "/boats", ``, []string{"Authorization", "Bearer expired"}, 401, "auth.token_expired", "", ""},
		"expired on public": {"POST", "/ask", `{"name":"A"}`, []string{"Authorization", "Bearer expired"}, 401, "auth.token_expired", "", ""},
		"no operation":      {"GET", "/ships", ``, nil, 404, "request.no_such_operation", "", ""},
		"no method":         {"DELETE", "/boats", ``, nil, 405, "request.method", "", "GET, POST"},
		"cross site":        {"POST", "/boats", `{"name":"A"}`, []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 403, "request.cross_origin", "", ""},
		"plan too large":    {"PUT", "/plans", strings.Repeat("x", 4<<20+1), nil, 413, "request.too_large", "", ""},
		"key too long":      {"POST", "/boats", `{"name":"A"}`, []string{"Idempotency-Key", strings.Repeat("k", 129)}, 422, "idempotency.key_malformed", "Idempotency-Key", ""},
		"key with spaces":   {"POST", "/boats", `{"name":"A"}`, []string{"Idempotency-Key", "a b"}, 422, "idempotency.key_malformed", "Idempotency-Key", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := refusal(t, w.do(c.method, "/api/v1"+c.path, c.body, c.headers...), c.status, c.reason)
			if c.field != "" {
				found := false
				for _, f := range p.Errors {
					found = found || f.Name == c.field && strings.Contains(f.Msg, c.says)
				}
				if !found {
					t.Errorf("no fault at %q saying %q: %+v", c.field, c.says, p.Errors)
				}
			} else if !strings.Contains(p.Detail, c.says) {
				t.Errorf("detail %q does not say %q", p.Detail, c.says)
			}
			if len(p.Detail) > 1000 {
				t.Errorf("a refusal repeats %d bytes of its input", len(p.Detail))
			}
		})
	}
	if n := w.written.Load(); n != 0 {
		t.Errorf("%d changes were written", n)
	}
	rec := w.do("PUT", "/api/v1/plans", strings.Repeat("x", 3<<20), "Content-Type", "application/pdf")
	if rec.Code != 200 || rec.Body.String() != "{\"size\":3145728}\n" {
		t.Errorf("a plan within the limit: %d %s", rec.Code, rec.Body)
	}
}

func TestInternalErrorsLeakNothing(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	rec := w.do("POST", "/api/v1/boats", `{"name":"crash"}`)
	refusal(t, rec, 500, "boat.crash")
	if bytes.Contains(rec.Body.Bytes(), []byte("deadline")) {
		t.Errorf("the cause is told: %s", rec.Body)
	}
}

func TestForgottenCheck(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	w.forget.Store(true)
	refusal(t, w.do("GET", "/api/v1/boats", ""), 500, "auth.check_missing")
	refusal(t, w.do("POST", "/api/v1/boats", `{"name":"A"}`), 500, "auth.check_missing")
	if rec := w.do("POST", "/api/v1/ask", `{"name":"Aurora"}`); rec.Code != 200 {
		t.Errorf("an open operation needs no check: %d", rec.Code)
	}
}

func TestGzip(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	rec := w.do("GET", "/api/openapi.json", "", "Accept-Encoding", "gzip")
	if rec.Code != http.StatusOK || rec.Header().Get("Content-Encoding") != "gzip" {
		t.Fatalf("%d %v", rec.Code, rec.Header())
	}
}

var errBroken = errors.New("broken")

func TestIdempotency(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		const body = `{"name":"Aurora"}`
		add := func(key, body string, headers ...string) *recorded {
			rec := w.do("POST", "/api/v1/boats", body, append([]string{"Idempotency-Key", key}, headers...)...)
			return &recorded{rec.Code, rec.Header(), rec.Body.String(), rec}
		}
		first := add("k1", body)
		second := add("k1", body)
		if first.code != 201 || second.code != 201 || first.body != second.body || w.written.Load() != 1 {
			t.Fatalf("%+v\n%+v\n%d written", first, second, w.written.Load())
		}
		for _, name := range []string{"ETag", "Location", "Content-Type"} {
			if first.h.Get(name) != second.h.Get(name) {
				t.Errorf("%s: %q, then %q", name, first.h.Get(name), second.h.Get(name))
			}
		}
		if first.h.Get("Idempotency-Replayed") != "" || second.h.Get("Idempotency-Replayed") != "true" {
			t.Error("a repetition is not marked")
		}
		refusal(t, add("k1", `{"name":"Borealis"}`).rec, 422, "idempotency.key_reused")
		if other := add("k1", body, "Authorization", "Bearer tom"); other.code != 201 || other.h.Get("Idempotency-Replayed") != "" {
			t.Errorf("another caller's key: %+v", other)
		}
		// A refusal changes nothing, so the key stays free.
		refusal(t, add("k2", `{"name":"frozen"}`).rec, 409, "boat.frozen")
		if again := add("k2", body); again.code != 201 {
			t.Errorf("%+v", again)
		}
		// What fails after its commit is told again and not done again.
		n := w.written.Load()
		w.fails = func(context.Context) error { return errBroken }
		refusal(t, add("k3", body).rec, 500, "internal")
		w.fails = nil
		if again := add("k3", body); again.code != 500 || again.h.Get("Idempotency-Replayed") != "true" || w.written.Load() != n+1 {
			t.Errorf("%+v, %d written", again, w.written.Load()-n)
		}
		// A question has no use for keys.
		for range 2 {
			if rec := w.do("POST", "/api/v1/ask", `{"name":"Aurora"}`, "Idempotency-Key", "k4"); rec.Code != 200 || rec.Header().Get("Idempotency-Replayed") != "" {
				t.Errorf("%d %v", rec.Code, rec.Header())
			}
		}
	})
}

type recorded struct {
	code int
	h    http.Header
	body string
	rec  *httptest.ResponseRecorder
}
