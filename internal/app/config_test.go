package app_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"slipway/internal/app"
	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/config"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ui/uitest"
)

// configured opens an app whose configuration is set by variables.
func configured(t *testing.T, environ ...string) (*app.App, http.Handler) {
	t.Helper()
	c, err := config.Load(config.Settings{}, environ, "")
	if err != nil {
		t.Fatal(err)
	}
	c.Data = t.TempDir()
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
	return a, h
}

// signedIn returns the cookies of a person who is added for it.
func signedIn(t *testing.T, a *app.App, h http.Handler, p people.NewPerson) []*http.Cookie {
	t.Helper()
	made, err := a.Auth.AddPerson(auth.WithSystem(t.Context()), p)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, form("/sign-in/demo", "person", string(made.ID)))
	if w.Code != http.StatusSeeOther {
		t.Fatalf("signing in: %d %s", w.Code, w.Body)
	}
	return w.Result().Cookies()
}

func form(path string, pairs ...string) *http.Request {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	r := local(httptest.NewRequest(http.MethodPost, path, strings.NewReader(v.Encode())))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "http://127.0.0.1")
	return r
}

func page(t *testing.T, h http.Handler, path string, cookies []*http.Cookie) uitest.Tree {
	t.Helper()
	r := local(httptest.NewRequest(http.MethodGet, path, nil))
	for _, c := range cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return uitest.DOM(t, w.Body.String())
}

// TestZoneOfTheInstallation shows times to people without a zone of their own in the installation's.
func TestZoneOfTheInstallation(t *testing.T) {
	a, h := configured(t, "SLIPWAY_ZONE=America/New_York")
	none := signedIn(t, a, h, people.NewPerson{Key: "none", Name: "None", Email: "none@aldermoor.example"})
	own := signedIn(t, a, h, people.NewPerson{Key: "own", Name: "Own", Email: "own@aldermoor.example", Zone: "Europe/Stockholm"})
	page(t, h, "/", none).Has(`[data-clock="America/New_York"]`)
	page(t, h, "/", own).Has(`[data-clock="Europe/Stockholm"]`)
	profile := page(t, h, "/profile", none)
	profile.Says(`select[name=zone] option[value=""]`, "As this installation: America/New York")
	profile.Has(`select[name=zone] option[value=""][selected]`)
	page(t, h, "/profile", own).Has(`select[name=zone] option[value="Europe/Stockholm"][selected]`)
	page(t, h, "/profile", own).None(`select[name=zone] option[value=""][selected]`)
}

// TestEvidenceLimit refuses what is larger than the configuration allows, at the route.
func TestEvidenceLimit(t *testing.T) {
	a, h := configured(t, "SLIPWAY_EVIDENCE_LIMIT=2KiB")
	if a.Gate.EvidenceLimit() != 2<<10 {
		t.Errorf("the limit is %d", a.Gate.EvidenceLimit())
	}
	cookies := signedIn(t, a, h, people.NewPerson{Key: "maya", Name: "Maya", Email: "maya@aldermoor.example", Grants: []auth.Grant{{Role: auth.RoleAdministrator}}})
	send := func(size, want int, says string) {
		t.Helper()
		r := local(httptest.NewRequest(http.MethodPost, "/api/v1/releases/none/evidence?kind=junit", strings.NewReader(strings.Repeat("x", size))))
		r.Header.Set("Content-Type", "application/octet-stream")
		r.Header.Set("Origin", "http://127.0.0.1")
		for _, c := range cookies {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want || !strings.Contains(w.Body.String(), says) {
			t.Errorf("%d bytes: %d %s", size, w.Code, w.Body)
		}
	}
	send(2<<10+1, http.StatusRequestEntityTooLarge, "more than 2048 bytes")
	send(2<<10, http.StatusNotFound, "release.not_found")
}

// TestMetricsAtAnAddressOfTheirOwn asks the separate address for figures and profiles, and the site for neither.
func TestMetricsAtAnAddressOfTheirOwn(t *testing.T) {
	at := ""
	for at == "" { // below the ports that the system gives to whoever asks for any, so that nobody gets it meanwhile
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 10000+rand.IntN(10000)))
		if err == nil {
			at = l.Addr().String()
			l.Close()
		}
	}
	c, err := config.Load(config.Settings{}, []string{"SLIPWAY_LISTEN=127.0.0.1:0", "SLIPWAY_METRICS_LISTEN=" + at, "SLIPWAY_PROFILING=true", "SLIPWAY_DATA=" + t.TempDir()}, "")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	get := func(url string) (int, string) {
		res, err := http.Get(url)
		if err != nil {
			return 0, err.Error()
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		return res.StatusCode, string(b)
	}
	var asked sync.WaitGroup
	ask := func(address string) {
		defer stop()
		if code, body := get("http://" + at + "/metrics"); code != http.StatusOK || !strings.Contains(body, "slipway") {
			t.Errorf("metrics: %d %.200s", code, body)
		}
		if code, _ := get("http://" + at + "/debug/pprof/cmdline"); code != http.StatusOK {
			t.Errorf("profiles: %d", code)
		}
		for _, path := range []string{"/metrics", "/debug/pprof/cmdline"} {
			if code, body := get(address + path); strings.Contains(body, "go_goroutines") || code == http.StatusOK && path != "/metrics" {
				t.Errorf("the site answers %s with %d", path, code)
			}
		}
	}
	err = app.Serve(ctx, app.Options{Config: c, Version: "test"}, func(_ *app.App, address string) { asked.Go(func() { ask(address) }) })
	asked.Wait()
	if err != nil {
		t.Error(err)
	}
	if code, _ := get("http://" + at + "/metrics"); code != 0 {
		t.Errorf("metrics are served after the end: %d", code)
	}
}

// TestSecretsThatCannotBeUsed refuses to start over a directory that everybody may look into.
func TestSecretsThatCannotBeUsed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "open")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(config.Settings{}, []string{"SLIPWAY_SECRETS=" + dir, "SLIPWAY_DATA=" + t.TempDir()}, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := app.Open(t.Context(), app.Options{Config: c}); errs.ReasonOf(err) != "secret.open" {
		t.Error(err)
	}
}
