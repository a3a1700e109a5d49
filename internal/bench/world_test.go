package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"slipway/internal/app"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/auth/people"
	"slipway/internal/platform/config"
	"slipway/internal/platform/db"
)

// world is a whole Slipway on SQLite that answers over loopback.
type world struct {
	*app.App
	admin  context.Context
	token  string
	server *httptest.Server
	client *http.Client
	close  func() error // once
}

// open puts a Slipway together on a data directory and starts it. It is closed with the test, or before by close.
func open(t testing.TB, dir string) *world {
	t.Helper()
	c, err := config.Load(config.Settings{}, nil, "")
	must(t, err)
	c.Data, c.AllowCalls = dir, []string{"127.0.0.1"}
	a, err := app.Open(context.Background(), app.Options{Config: c, Version: "bench", Org: "Bench"})
	must(t, err)
	w := &world{App: a, client: &http.Client{Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 16}}}
	h, err := a.Handler()
	must(t, err)
	must(t, a.Start(context.Background()))
	w.server = httptest.NewServer(h)
	w.close = sync.OnceValue(func() error {
		w.server.Close()
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		return a.Close(ctx)
	})
	t.Cleanup(func() {
		if err := w.close(); err != nil {
			t.Error(err)
		}
	})
	w.administrator(t)
	return w
}

// administrator makes the person who acts in w.admin and whose token asks, or finds them.
func (w *world) administrator(t testing.TB) {
	t.Helper()
	var who id.Person
	system := auth.WithSystem(context.Background())
	must(t, w.DB.Write(system, func(tx *db.Tx) error {
		p, err := auth.PersonByKey(tx, "bench")
		if !errs.Is(err, errs.CodeNotFound) {
			who = p.ID
			return err
		}
		if p, err = w.Auth.Add(tx, people.NewPerson{Key: "bench", Name: "Bench", Email: "bench@example.com"}); err != nil {
			return err
		}
		who = p.ID
		_, err = w.Auth.Give(tx, auth.Binding{Person: p.ID, Grant: auth.Grant{Role: auth.RoleAdministrator}})
		return err
	}))
	var err error
	w.admin, err = w.Auth.WithPerson(context.Background(), who)
	must(t, err)
	_, w.token, err = w.Auth.MakeToken(system, credential.NewToken{Owner: who, Name: fmt.Sprintf("bench %s", id.New[string]()), Roles: auth.BuiltIn})
	must(t, err)
}

// get asks an address of Slipway, or of another server, and returns how many bytes came.
func (w *world) get(t testing.TB, address string) int {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	must(t, err)
	r.Header.Set("Authorization", "Bearer "+w.token)
	res, err := w.client.Do(r)
	must(t, err)
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	must(t, err)
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s answered %d", address, res.StatusCode)
	}
	return int(n)
}

// serve answers every request with what fn writes, without anything of Slipway around it.
func serve(t testing.TB, fn func(w http.ResponseWriter, r *http.Request) error) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := fn(w, r); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// beside measures two things in turn, each of which does n of the same, and reports the median of one of each and how many
// times the second the first takes.
func beside(b *testing.B, n int, thing, limit func()) {
	b.Helper()
	for range 3 { // the first of each pays for what the others find warm
		limit()
		thing()
	}
	var things, limits []time.Duration
	for b.Loop() {
		limits = append(limits, took(limit))
		things = append(things, took(thing))
	}
	b.ReportMetric(0, "ns/op") // both together: no figure of interest
	b.ReportMetric(micros(median(things))/float64(n), "µs")
	b.ReportMetric(micros(median(limits))/float64(n), "limit-µs")
	b.ReportMetric(micros(median(things))/micros(median(limits)), "ratio")
}

func took(fn func()) time.Duration {
	at := time.Now()
	fn()
	return time.Since(at)
}

func median(ds []time.Duration) time.Duration {
	ds = slices.Sorted(slices.Values(ds))
	return ds[len(ds)/2]
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestMain(m *testing.M) {
	status := m.Run()
	for _, dir := range scratch {
		_ = os.RemoveAll(dir) // what stays in the temporary directory harms nobody
	}
	os.Exit(status)
}

// scratch are directories that outlive one benchmark.
var scratch []string

func scratchDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "slipway-bench-")
	must(t, err)
	scratch = append(scratch, dir)
	return dir
}
