package app_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"slipway/internal/app"
	"slipway/internal/clock"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/config"
	"slipway/internal/platform/db/dbtest"
)

// logged opens an app behind a trusted proxy that writes its log into the buffer.
func logged(t *testing.T, to *bytes.Buffer) (*app.App, http.Handler) {
	t.Helper()
	c, err := config.Load(config.Settings{}, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	c.Data, c.TrustedProxies = t.TempDir(), []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	a, err := app.Open(t.Context(), app.Options{Config: c, Clock: clock.NewFake(dbtest.Start), Version: "test", Demo: true, Log: slog.New(slog.NewTextHandler(to, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	return a, h
}

// TestLogNamesThePage reads the access log: pages are there under their pattern, and a link that lets somebody in is not.
func TestLogNamesThePage(t *testing.T) {
	var log bytes.Buffer
	a, h := logged(t, &log)
	cookies := signedIn(t, a, h, people.NewPerson{Key: "maya", Name: "Maya", Email: "maya@example.com", Grants: []auth.Grant{{Role: auth.RoleAdministrator}}})
	for path, want := range map[string]string{
		"/admin/people/maya":        `path=/admin/people/maya route="GET /admin/people/{ref}" status=200`,
		"/first-run/hush-hush-hush": `path=/first-run/{link} route="GET /first-run/{link}" status=404`,
		"/api/v1/people/maya":       `path=/api/v1/people/maya route="GET /api/v1/people/{ref}" status=200`,
		"/live?page=/admin":         `path=/live route="GET /live"`,
	} {
		log.Reset()
		ctx, cancel := context.WithCancel(t.Context())
		if strings.HasPrefix(path, "/live") {
			cancel() // a stream would last
		}
		r := local(httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil))
		for _, c := range cookies {
			r.AddCookie(c)
		}
		h.ServeHTTP(httptest.NewRecorder(), r)
		cancel()
		if !strings.Contains(log.String(), want) || strings.Contains(log.String(), "hush") {
			t.Errorf("%s is logged as %s, want %s", path, log.String(), want)
		}
	}
}

// TestCookiesBehindAProxy asks over https as a trusted proxy says, and over plain loopback: every cookie follows it.
func TestCookiesBehindAProxy(t *testing.T) {
	var log bytes.Buffer
	_, h := logged(t, &log)
	for _, https := range []bool{true, false} {
		r := form("/theme", "shown", "light", "back", "/")
		if https {
			r.RemoteAddr, r.Host = "10.0.0.1:40000", "slipway.example.com"
			r.Header.Set("X-Forwarded-Proto", "https")
			r.Header.Set("X-Forwarded-For", "192.0.2.7")
			r.Header.Set("Origin", "https://slipway.example.com")
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		cookies := w.Result().Cookies()
		if len(cookies) == 0 {
			t.Fatalf("https %v: no cookie, %d %s", https, w.Code, w.Body)
		}
		for _, c := range cookies {
			if c.Secure != https {
				t.Errorf("https %v: the cookie %s has Secure %v", https, c.Name, c.Secure)
			}
		}
	}
}
