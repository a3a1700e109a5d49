package logging_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"slipway/internal/platform/httpx"
	"slipway/internal/platform/logging"
)

func TestRecordsCarryTheirRequest(t *testing.T) {
	var b bytes.Buffer
	l := logging.New(&b, logging.Options{Format: "json"})
	h, err := httpx.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		l.With("area", "risk").InfoContext(r.Context(), "hello")
	}), httpx.Options{Plain: true})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("X-Request-Id", "req-1")
	h.ServeHTTP(httptest.NewRecorder(), r)
	var m map[string]any
	if err := json.Unmarshal(b.Bytes(), &m); err != nil || m["request"] != "req-1" || m["area"] != "risk" || m["msg"] != "hello" {
		t.Errorf("%s %v", b.String(), err)
	}
}

func TestSecretsAreBlanked(t *testing.T) {
	for _, format := range []string{"json", "text"} {
		var b bytes.Buffer
		l := logging.New(&b, logging.Options{Format: format, Level: "debug"})
		u, err := url.Parse("postgres://slipway:hush@db/x")
		if err != nil {
			t.Fatal(err)
		}
		l.Debug("x", "password", "hush", "apiToken", "hush", "Authorization", "Bearer hush", slog.Group("oidc", "client_secret", "hush"),
			"database", u, "other", u.String(), "kept", "visible")
		if s := b.String(); strings.Contains(s, "hush") || !strings.Contains(s, "visible") {
			t.Errorf("%s", s)
		}
	}
}

func TestLevel(t *testing.T) {
	var b bytes.Buffer
	l := logging.New(&b, logging.Options{Level: "warn"})
	l.Info("quiet")
	l.Warn("loud")
	if s := b.String(); strings.Contains(s, "quiet") || !strings.Contains(s, "loud") {
		t.Errorf("%s", s)
	}
}
