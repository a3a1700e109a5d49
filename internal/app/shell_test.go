package app_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"slipway/internal/app"
	"slipway/internal/clock"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/config"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ui/uitest"
)

// TestShellShowsWhatThePersonMayOpen signs two people in and reads the navigation that each gets.
func TestShellShowsWhatThePersonMayOpen(t *testing.T) {
	c, err := config.Load(config.Settings{}, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	c.Data = filepath.Join(t.TempDir(), "data")
	a, err := app.Open(t.Context(), app.Options{Config: c, Clock: clock.NewFake(dbtest.Start), Version: "test", Org: "Aldermoor Bank", Demo: true})
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
	sys := auth.WithSystem(t.Context())
	ids := map[string]string{}
	for key, role := range map[string]string{"maya": "administrator", "ines": "viewer", "none": ""} {
		p := people.NewPerson{Key: key, Name: key, Email: key + "@aldermoor.example", Zone: "Europe/Stockholm"}
		if role != "" {
			p.Grants = []auth.Grant{{Role: role}}
		}
		made, err := a.Auth.AddPerson(sys, p)
		if err != nil {
			t.Fatal(err)
		}
		ids[key] = string(made.ID)
	}
	get := func(who, path string, want int) uitest.Tree {
		t.Helper()
		in := local(httptest.NewRequest(http.MethodPost, "/sign-in/demo", strings.NewReader(url.Values{"person": {ids[who]}}.Encode())))
		in.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		in.Header.Set("Origin", "http://127.0.0.1")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, in)
		if w.Code != http.StatusSeeOther {
			t.Fatalf("signing in as %s: %d %s", who, w.Code, w.Body)
		}
		r := local(httptest.NewRequest(http.MethodGet, path, nil))
		for _, c := range w.Result().Cookies() {
			r.AddCookie(c)
		}
		w = httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Fatalf("%s as %s: %d %s", path, who, w.Code, w.Body)
		}
		return uitest.DOM(t, w.Body.String())
	}
	maya := get("maya", "/", http.StatusOK)
	maya.Says("h1", "Welcome, maya")
	maya.Says(".watch .brand", "Aldermoor Bank")
	nav := strings.Join(maya.Texts("nav.side > a"), "|")
	for _, want := range []string{"Mission control", "Releases", "Calendar", "Risks", "Record", "Administration"} {
		if !strings.Contains(nav, want) {
			t.Errorf("the administrator's navigation lacks %s: %s", want, nav)
		}
	}
	maya.Has(`#palette a[href="/releases/new"]`)
	maya.Has(`#palette a[href="/may-deploy"]`)
	ines := get("ines", "/", http.StatusOK)
	if nav := strings.Join(ines.Texts("nav.side > a"), "|"); !strings.Contains(nav, "Record") {
		t.Errorf("a viewer's navigation lacks the record: %s", nav)
	}
	ines.None(`#palette a[href="/releases/new"]`)
	none := get("none", "/", http.StatusOK)
	none.Says("main", "You hold no role yet.")
	if n := none.Count(`nav.side > a[href="/releases"]`); n != 0 {
		t.Error("somebody without a role is led to the releases")
	}
	get("ines", "/admin/jobs", http.StatusForbidden).Says(".problem h1", "Not allowed")
	get("ines", "/nowhere", http.StatusNotFound).Says(".problem .code", "page.not_found")
	get("maya", "/api", http.StatusOK).Says("h1", "API")
	get("maya", "/admin", http.StatusOK).Says(`nav[aria-label="Administration"]`, "Configuration")
	ines = get("ines", "/admin", http.StatusOK)
	ines.Says(`nav[aria-label="Administration"]`, "Record")
	ines.None(`nav[aria-label="Administration"] a[href="/admin/jobs"]`)
}
