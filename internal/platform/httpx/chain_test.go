package httpx

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"slipway/internal/errs"
)

func wrap(t *testing.T, o Options, h http.HandlerFunc) http.Handler {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/{rest...}", h)
	out, err := Handler(mux, o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func ask(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

func request(method, path, remote string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, path, nil)
	r.RemoteAddr = remote
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

func TestOrigin(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.0/8")}
	for name, c := range map[string]struct {
		remote  string
		headers []string
		client  string
		secure  bool
	}{
		"direct":                   {"203.0.113.9:1", nil, "203.0.113.9", false},
		"direct, lying":            {"203.0.113.9:1", []string{"X-Forwarded-For", "127.0.0.1", "X-Forwarded-Proto", "https"}, "203.0.113.9", false},
		"proxy":                    {"10.0.0.1:1", []string{"X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "https"}, "203.0.113.9", true},
		"proxy, client lies first": {"10.0.0.1:1", []string{"X-Forwarded-For", "127.0.0.1, 203.0.113.9", "X-Forwarded-Proto", "https"}, "203.0.113.9", true},
		"two proxies":              {"10.0.0.1:1", []string{"X-Forwarded-For", "203.0.113.9, 10.0.0.2", "X-Forwarded-Proto", "https"}, "203.0.113.9", true},
		"two headers":              {"10.0.0.1:1", []string{"X-Forwarded-For", "8.8.8.8", "X-Forwarded-For", "203.0.113.9"}, "203.0.113.9", false},
		"with port":                {"10.0.0.1:1", []string{"X-Forwarded-For", "203.0.113.9:4711"}, "203.0.113.9", false},
		"IPv6":                     {"10.0.0.1:1", []string{"X-Forwarded-For", "[2001:db8::1]:4711"}, "2001:db8::1", false},
		"mapped":                   {"[::ffff:10.0.0.1]:1", []string{"X-Forwarded-For", "::ffff:203.0.113.9"}, "203.0.113.9", false},
		"nonsense":                 {"10.0.0.1:1", []string{"X-Forwarded-For", "203.0.113.9, <script>"}, "10.0.0.1", false},
		"long":                     {"10.0.0.1:1", []string{"X-Forwarded-For", strings.Repeat("1", 5000)}, "10.0.0.1", false},
		"proto of the last hop":    {"10.0.0.1:1", []string{"X-Forwarded-Proto", "https, http"}, "10.0.0.1", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := request("GET", "/", c.remote, c.headers...)
			client, secure := origin(r, peerOf(r.RemoteAddr), trusted)
			if client.String() != c.client || secure != c.secure {
				t.Errorf("%s, secure %v; want %s, %v", client, secure, c.client, c.secure)
			}
		})
	}
}

func TestPlainIsForLoopback(t *testing.T) {
	h := wrap(t, Options{Trusted: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "in")
	})
	for name, c := range map[string]struct {
		r  *http.Request
		in bool
	}{
		"loopback":              {request("GET", "/", "127.0.0.1:1"), true},
		"loopback IPv6":         {request("GET", "/", "[::1]:1"), true},
		"elsewhere":             {request("GET", "/", "203.0.113.9:1"), false},
		"elsewhere, lying":      {request("GET", "/", "203.0.113.9:1", "X-Forwarded-Proto", "https"), false},
		"proxy with https":      {request("GET", "/", "10.0.0.1:1", "X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "https"), true},
		"proxy with http":       {request("GET", "/", "10.0.0.1:1", "X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "http"), false},
		"proxy saying loopback": {request("GET", "/", "10.0.0.1:1", "X-Forwarded-For", "127.0.0.1"), false},
		"probe":                 {request("GET", "/healthz", "203.0.113.9:1"), true},
	} {
		t.Run(name, func(t *testing.T) {
			rec := ask(h, c.r)
			if in := rec.Body.String() == "in"; in != c.in {
				t.Errorf("%d %s", rec.Code, rec.Body)
			}
			if !c.in && rec.Code != 403 {
				t.Errorf("status %d", rec.Code)
			}
		})
	}
}

func TestCrossOrigin(t *testing.T) {
	h := wrap(t, Options{PublicURL: "https://slipway.example.com"}, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) })
	for name, c := range map[string]struct {
		method  string
		headers []string
		status  int
	}{
		"program":        {"POST", nil, 204},
		"same origin":    {"POST", []string{"Sec-Fetch-Site", "same-origin", "Origin", "https://example.com"}, 204},
		"public address": {"POST", []string{"Origin", "https://slipway.example.com"}, 204},
		"other site":     {"POST", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		"sister site":    {"POST", []string{"Sec-Fetch-Site", "same-site", "Origin", "https://evil.example.com"}, 403},
		"old browser":    {"DELETE", []string{"Origin", "https://evil.example"}, 403},
		"null origin":    {"POST", []string{"Origin", "null"}, 403},
		"a link":         {"GET", []string{"Sec-Fetch-Site", "cross-site"}, 204},
	} {
		t.Run(name, func(t *testing.T) {
			if rec := ask(h, request(c.method, "/", "127.0.0.1:1", c.headers...)); rec.Code != c.status {
				t.Errorf("%d, want %d: %s", rec.Code, c.status, rec.Body)
			}
		})
	}
	if _, err := Handler(nil, Options{PublicURL: "slipway.example.com/x"}); !errs.Is(err, errs.CodeInvalid) {
		t.Errorf("a public URL that is no origin: %v", err)
	}
}

func TestPanicLeaksNothing(t *testing.T) {
	var log bytes.Buffer
	var seen []Seen
	o := Options{Plain: true, Log: slog.New(slog.NewJSONHandler(&log, nil)), Observe: func(s Seen) { seen = append(seen, s) }}
	h := wrap(t, o, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/half" {
			_, _ = w.Write(make([]byte, 5000))
		}
		panic("the vault's number is 4711")
	})
	for _, coding := range []string{"", "gzip"} {
		rec := ask(h, request("GET", "/x", "1.2.3.4:1", "Accept-Encoding", coding))
		var p Problem
		if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil || rec.Code != 500 || p.Reason != "request.panicked" || strings.Contains(rec.Body.String(), "4711") {
			t.Errorf("%d %s", rec.Code, rec.Body)
		}
	}
	if !strings.Contains(log.String(), "4711") || !strings.Contains(log.String(), "chain_test.go") {
		t.Errorf("the log does not tell: %s", log.String())
	}
	func() {
		defer func() {
			if p := recover(); !aborts(p) {
				t.Errorf("half an answer was made to look whole: %v", p)
			}
		}()
		ask(h, request("GET", "/half", "1.2.3.4:1"))
	}()
	if len(seen) != 3 || seen[0].Status != 500 || seen[0].Pattern != "/{rest...}" {
		t.Errorf("%+v", seen)
	}
}

func TestRequestID(t *testing.T) {
	var inside string
	h := wrap(t, Options{Plain: true}, func(_ http.ResponseWriter, r *http.Request) { inside = RequestID(r.Context()) })
	for given, keep := range map[string]bool{"abc-123_X.y": true, "": false, "a b": false, "a\nb": false, strings.Repeat("x", 65): false, "é": false} {
		rec := ask(h, request("GET", "/", "1.2.3.4:1", "X-Request-Id", given))
		got := rec.Header().Get("X-Request-Id")
		if got == "" || got != inside || (got == given) != keep {
			t.Errorf("%q became %q, inside %q", given, got, inside)
		}
	}
}

func TestLimits(t *testing.T) {
	var err error
	h := wrap(t, Options{Plain: true}, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/evidence" {
			Limit(r, 3<<20)
		}
		_, err = ReadBody(r)
	})
	for _, c := range []struct {
		path string
		size int
		ok   bool
	}{{"/x", 1 << 20, true}, {"/x", 1<<20 + 1, false}, {"/evidence", 3 << 20, true}, {"/evidence", 3<<20 + 1, false}} {
		r := httptest.NewRequest("POST", c.path, bytes.NewReader(make([]byte, c.size)))
		ask(h, r)
		if c.ok != (err == nil) || !c.ok && !errs.Is(err, errs.CodeTooLarge) {
			t.Errorf("%s with %d bytes: %v", c.path, c.size, err)
		}
	}
}

func TestGzip(t *testing.T) {
	big := strings.Repeat("slipway ", 1000)
	for name, c := range map[string]struct {
		accept, kind, body string
		zipped             bool
	}{
		"page":        {"gzip", "text/html; charset=utf-8", big, true},
		"JSON":        {"br, gzip;q=0.5", "application/json", big, true},
		"any coding":  {"*", "application/json", big, true},
		"not wanted":  {"gzip;q=0", "text/html", big, false},
		"not asked":   {"", "text/html", big, false},
		"small":       {"gzip", "text/html", "short", false},
		"a picture":   {"gzip", "image/png", big, false},
		"live stream": {"gzip", "text/event-stream", big, false},
	} {
		t.Run(name, func(t *testing.T) {
			h := wrap(t, Options{Plain: true}, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", c.kind)
				w.Header().Set("Content-Length", "9999")
				if c.body == "short" || !c.zipped {
					w.Header().Del("Content-Length")
				}
				w.Header().Set("ETag", `"1"`)
				for i := 0; i < len(c.body); i += 300 {
					_, _ = io.WriteString(w, c.body[i:min(len(c.body), i+300)])
				}
			})
			rec := ask(h, request("GET", "/", "1.2.3.4:1", "Accept-Encoding", c.accept))
			if zipped := rec.Header().Get("Content-Encoding") == "gzip"; zipped != c.zipped {
				t.Fatalf("zipped: %v", zipped)
			}
			if !strings.Contains(rec.Header().Get("Vary"), "Accept-Encoding") {
				t.Error("caches are not told")
			}
			var body io.Reader = rec.Body
			if c.zipped {
				var err error
				if body, err = gzip.NewReader(rec.Body); err != nil {
					t.Fatal(err)
				}
				if rec.Header().Get("Content-Length") != "" || rec.Header().Get("ETag") != `W/"1"` {
					t.Errorf("headers of the bare answer are left: %v", rec.Header())
				}
			}
			if b, err := io.ReadAll(body); err != nil || string(b) != c.body {
				t.Errorf("%d bytes, want %d: %v", len(b), len(c.body), err)
			}
		})
	}
}

func TestAccessLogHidesSecrets(t *testing.T) {
	var log bytes.Buffer
	mux := http.NewServeMux()
	ok := func(http.ResponseWriter, *http.Request) {}
	mux.HandleFunc("GET /setup/{token}", ok)
	mux.HandleFunc("GET /boats/{boat}", ok)
	h, err := Handler(mux, Options{Plain: true, Log: slog.New(slog.NewJSONHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	ask(h, request("GET", "/setup/very-secret?x=also-secret", "1.2.3.4:1"))
	ask(h, request("GET", "/boats/7?token=very-secret", "1.2.3.4:1"))
	if s := log.String(); strings.Contains(s, "secret") || !strings.Contains(s, "/setup/{token}") || !strings.Contains(s, `"path":"/boats/7"`) {
		t.Errorf("the log: %s", s)
	}
}

// Who goes away before the answer is no fault of the server's.
func TestGoneCaller(t *testing.T) {
	var log bytes.Buffer
	var seen []Seen
	o := Options{Plain: true, Log: slog.New(slog.NewJSONHandler(&log, nil)), Observe: func(s Seen) { seen = append(seen, s) }}
	ctx, leave := context.WithCancel(t.Context())
	h := wrap(t, o, func(w http.ResponseWriter, _ *http.Request) {
		leave()
		w.WriteHeader(http.StatusInternalServerError) // what was under way failed for it
	})
	ask(h, request("GET", "/x", "1.2.3.4:1").WithContext(ctx))
	if strings.Contains(log.String(), `"level":"ERROR"`) || len(seen) != 1 || seen[0].Status != 499 {
		t.Errorf("%+v; the log: %s", seen, log.String())
	}
}

func TestHealth(t *testing.T) {
	var fault error
	hl := &Health{Checks: []Check{{"database", func(context.Context) error { return fault }}}}
	mux := http.NewServeMux()
	hl.Routes(mux)
	get := func(path string) (int, string) {
		rec := ask(mux, request("GET", path, "1.2.3.4:1"))
		return rec.Code, rec.Body.String()
	}
	if code, body := get("/readyz"); code != 200 || !strings.Contains(body, `"ready"`) {
		t.Errorf("%d %s", code, body)
	}
	fault = errs.Internal("x", io.ErrUnexpectedEOF)
	if code, body := get("/readyz"); code != 503 || !strings.Contains(body, `"database":"failing"`) || strings.Contains(body, "EOF") {
		t.Errorf("%d %s", code, body)
	}
	fault = nil
	hl.Stop()
	if code, body := get("/readyz"); code != 503 || !strings.Contains(body, "stopping") {
		t.Errorf("%d %s", code, body)
	}
	if code, _ := get("/healthz"); code != 200 {
		t.Errorf("a stopping server is alive: %d", code)
	}
}

func TestProblemWithoutATheirsThatCannotBeWritten(t *testing.T) {
	rec := httptest.NewRecorder()
	WriteProblem(rec, request("GET", "/", "1.2.3.4:1"), errs.Conflict("boat.changed", func() {}, "Not saved."))
	if rec.Code != 409 || !strings.Contains(rec.Body.String(), "boat.changed") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	rec = httptest.NewRecorder()
	WriteProblem(rec, request("GET", "/", "1.2.3.4:1"), &RetryAfter{Err: errs.Throttled("auth.too_many", "Too many tries."), Seconds: 17})
	if rec.Code != 429 || rec.Header().Get("Retry-After") != "17" {
		t.Errorf("%d %v", rec.Code, rec.Header())
	}
}

func FuzzOrigin(f *testing.F) {
	for _, s := range []string{"1.2.3.4", "::1", "[::1]:80", "1.2.3.4, 10.0.0.1", ",", "fe80::1%eth0", "\x00"} {
		f.Add(s)
	}
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	f.Fuzz(func(t *testing.T, s string) {
		r := request("GET", "/", "10.0.0.1:1")
		r.Header["X-Forwarded-For"] = []string{s}
		if client, _ := origin(r, peerOf(r.RemoteAddr), trusted); !client.IsValid() || client.Zone() != "" {
			t.Errorf("%q gave %v", s, client)
		}
	})
}

// What one answer does to its headers is not seen by the next.
func TestHeadersOfAnswersAreTheirOwn(t *testing.T) {
	first := true
	h, err := Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !first {
			return
		}
		first = false
		w.Header().Add("Vary", "Cookie")
		w.Header().Set("Cache-Control", "private")
		w.Header().Add("Content-Security-Policy", "sandbox")
		w.Header().Del("X-Frame-Options")
	}), Options{Plain: true})
	if err != nil {
		t.Fatal(err)
	}
	var got [2]http.Header
	for i := range got {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", http.NoBody))
		got[i] = w.Header()
	}
	if v := got[0].Values("Vary"); len(v) != 2 || got[0].Get("Cache-Control") != "private" || got[0].Get("X-Frame-Options") != "" {
		t.Errorf("the first answer has %v", got[0])
	}
	for name, want := range map[string]string{"Vary": "Accept-Encoding", "Cache-Control": "no-store", "Content-Security-Policy": Policy, "X-Frame-Options": "DENY"} {
		if v := got[1].Values(name); len(v) != 1 || v[0] != want {
			t.Errorf("the second answer has %s %q, want %q", name, v, want)
		}
	}
}

// A request that no route takes may hold a credential all the same: calendar programs ask PROPFIND of a feed's address.
func TestPathHoldsNoCredential(t *testing.T) {
	const token = "l37sczdwdixe7tq4wcatht6mab2vdduzltr2utyj6js7ddrydpes.ics"
	const id = "01a1ffc9-e610-7387-97cc-6bf6c4507228"
	for _, c := range []struct{ path, pattern, want string }{
		{"/calendar/feeds/" + token, "GET /calendar/feeds/{token}", "/calendar/feeds/{token}"},
		{"/calendar/feeds/" + token, "/", "/calendar/feeds/…"},
		{"/calendar/feeds/" + token + "/x", "", "/calendar/feeds/…/x"},
		{"/releases/" + id, "/", "/releases/" + id},
		{"/releases/" + token, "GET /releases/{release}", "/releases/" + token},
	} {
		if got := Path(httptest.NewRequest("PROPFIND", c.path, nil), c.pattern); got != c.want {
			t.Errorf("%s by %q is logged as %s, want %s", c.path, c.pattern, got, c.want)
		}
	}
}
