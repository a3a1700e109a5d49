package app_test

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"slipway/internal/app"
	"slipway/internal/clock"
	"slipway/internal/platform/api/apitest"
	"slipway/internal/platform/config"
	"slipway/internal/platform/db/dbtest"
)

var update = flag.Bool("update", false, "write api/openapi.json")

func open(t *testing.T) (*app.App, http.Handler) {
	t.Helper()
	c, err := config.Load(config.Settings{}, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	c.Data = t.TempDir()
	a, err := app.Open(t.Context(), app.Options{Config: c, Clock: clock.NewFake(dbtest.Start), Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
	h, err := a.Handler()
	if err != nil {
		t.Fatal(err)
	}
	return a, h
}

func TestOpenAPIIsWhatTheFileSays(t *testing.T) {
	_, h := open(t)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, local(httptest.NewRequest(http.MethodGet, "/api/openapi.json", nil)))
	if w.Code != http.StatusOK {
		t.Fatalf("status %d", w.Code)
	}
	apitest.Golden(t, filepath.Join("..", "..", "api", "openapi.json"), w.Body.Bytes(), *update)
}

// local makes a request one from this machine, the only kind that may come unencrypted.
func local(r *http.Request) *http.Request {
	r.RemoteAddr, r.Host = "127.0.0.1:40000", "127.0.0.1"
	return r
}

// TestNobodyGetsNothing asks every operation and page as nobody: what is not public answers 401 or sends to sign in.
func TestNobodyGetsNothing(t *testing.T) {
	a, h := open(t)
	for _, r := range a.Routes() {
		if r.Permission == "" {
			t.Errorf("%s names no permission", r.Pattern)
			continue
		}
		if r.Public() {
			continue
		}
		method, path, _ := strings.Cut(r.Pattern, " ")
		path = strings.NewReplacer("{$}", "", "{", "", "...}", "", "}", "").Replace(path)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, local(httptest.NewRequest(method, path, nil)))
		signIn := w.Code == http.StatusSeeOther && strings.HasPrefix(w.Header().Get("Location"), "/sign-in")
		if w.Code != http.StatusUnauthorized && !signIn {
			t.Errorf("%s answered %d to nobody", r.Pattern, w.Code)
		}
	}
}
