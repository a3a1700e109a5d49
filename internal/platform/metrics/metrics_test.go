package metrics_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"slipway/internal/platform/httpx"
	"slipway/internal/platform/metrics"
)

func scrape(h http.Handler, headers ...string) (int, string) {
	r := httptest.NewRequest("GET", "/metrics", nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	b, _ := io.ReadAll(rec.Body)
	return rec.Code, string(b)
}

func TestFigures(t *testing.T) {
	m := metrics.New("1.2.3")
	n := 7.0
	if err := m.Gauge("jobs_waiting", "Jobs that wait.", func() float64 { return n }); err != nil {
		t.Fatal(err)
	}
	if err := m.Gauge("jobs_waiting", "Again.", func() float64 { return n }); err == nil {
		t.Error("a name is taken twice")
	}
	if err := m.Counter("ledger_entries", "Entries.", func() float64 { return 42 }); err != nil {
		t.Fatal(err)
	}
	for i := range 1000 {
		m.Observe(httpx.Seen{Method: fmt.Sprintf("M%d", i), Status: 404, Took: time.Millisecond})
	}
	m.Observe(httpx.Seen{Method: "GET", Pattern: "GET /api/v1/boats/{boat}", Status: 200, Bytes: 10, Took: 3 * time.Millisecond})
	code, body := scrape(m.Handler(""), "Accept", "application/openmetrics-text; version=1.0.0")
	if code != 200 || !strings.HasSuffix(body, "# EOF\n") {
		t.Fatalf("%d %.300s", code, body)
	}
	for _, want := range []string{
		`slipway_http_requests_total{method="GET",route="/api/v1/boats/{boat}",status="200"} 1`,
		`slipway_http_requests_total{method="other",route="none",status="404"} 1000`,
		`slipway_build_info{version="1.2.3"} 1`, "slipway_jobs_waiting 7", "slipway_ledger_entries_total 42", "go_goroutines",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s", want)
		}
	}
	if n := strings.Count(body, "slipway_http_requests_total{"); n != 2 {
		t.Errorf("guessed methods and addresses made %d series", n)
	}
}

func TestToken(t *testing.T) {
	h := metrics.New("x").Handler("hush")
	for given, want := range map[string]int{"": 401, "Bearer wrong": 401, "Bearer hush": 200, "hush": 401} {
		if code, _ := scrape(h, "Authorization", given); code != want {
			t.Errorf("%q: %d, want %d", given, code, want)
		}
	}
}

func TestProfilesAreOff(t *testing.T) {
	for on, want := range map[bool]int{false: 404, true: 200} {
		rec := httptest.NewRecorder()
		metrics.New("x").Separate("", on).ServeHTTP(rec, httptest.NewRequest("GET", "/debug/pprof/cmdline", nil))
		if rec.Code != want {
			t.Errorf("profiling %v: %d", on, rec.Code)
		}
	}
}

func TestWithoutTokenOnlyTheOwnMachine(t *testing.T) {
	h, err := httpx.Handler(metrics.New("x").Handler(""), httpx.Options{Plain: true})
	if err != nil {
		t.Fatal(err)
	}
	for remote, want := range map[string]int{"127.0.0.1:1": 200, "203.0.113.9:1": 403} {
		r := httptest.NewRequest("GET", "/metrics", nil)
		r.RemoteAddr = remote
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if rec.Code != want {
			t.Errorf("%s: %d", remote, rec.Code)
		}
	}
}
