package clearanceapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/catalog"
	"slipway/internal/clearance"
	"slipway/internal/clearance/clearanceapi"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/api"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

const (
	benchServices     = 20_000
	benchEnvironments = 300
	benchFreezes      = 200
	benchClients      = 16
)

// bulk is a bank of the size that may-deploy is built for: services, environments, freezes, and releases that carry a
// tenth of the services.
func bulk(b *testing.B, d *db.DB) (*httptest.Server, string) {
	b.Helper()
	l := ledgertest.Open(b, d)
	s := authtest.Service(b, d, catalog.Permissions, plan.Permissions, calendar.Permissions, clearance.Permissions)
	c := clearance.New(d, clearance.Options{Ledger: l, Standing: func(*db.Tx, plan.Release) (clearance.Standing, error) {
		return clearance.Standing{Verdict: "go", Decision: "go"}, nil
	}})
	w := plantest.New(b, d)
	cal := calendar.New(d)
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	for i := range benchEnvironments {
		rule := []string{"open", "window-only", "release-only"}[i%3]
		_, err := w.Catalog.AddEnvironment(w.Admin, catalog.EnvironmentSpec{Key: fmt.Sprintf("env-%d", i), Name: "E", Tier: catalog.Tiers()[i%5], Default: "open", Rule: rule})
		must(err)
	}
	var wg sync.WaitGroup
	for n := range 32 { // they share commits
		wg.Go(func() {
			for i := n; i < benchServices; i += 32 {
				if _, err := w.Catalog.AddService(w.Admin, catalog.ServiceSpec{Key: fmt.Sprintf("svc-%d", i), Name: "S", Product: "payments", Tier: i % 4}); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	for i := range benchFreezes {
		sp := calendar.Spec{Name: fmt.Sprintf("Freeze %d", i), Reason: "R", Start: "2026-11-20T00:00", End: "2026-11-21T00:00", Zone: "Europe/Berlin", RRule: "FREQ=WEEKLY;BYDAY=FR"}
		if i%2 == 0 {
			sp.Environments = []string{fmt.Sprintf("env-%d", i)}
		} else {
			sp.ServiceTiers, sp.Tiers = []int{i % 4}, []string{"production"}
		}
		_, err := cal.Add(w.Admin, calendar.Freeze, sp)
		must(err)
	}
	var in []plan.Imported
	for i := range 200 {
		sp := plantest.Spec(fmt.Sprintf("rel-%d", i))
		sp.Scope, sp.Services = nil, nil
		sp.Window = &plan.Window{Start: db.At(dbtest.Start), End: db.At(dbtest.Start.Add(48 * time.Hour))}
		for j := range 10 {
			sp.Services = append(sp.Services, plan.ItemSpec{Service: fmt.Sprintf("svc-%d", i*10+j), Version: "1.0"})
		}
		in = append(in, plan.Imported{Spec: sp, State: plan.Approved})
	}
	_, err := w.Plans.Import(w.Admin, in)
	must(err)
	// As in a server: entries get their numbers in the background.
	must(l.Start(b.Context()))
	b.Cleanup(func() {
		if err := l.Stop(context.Background()); err != nil {
			b.Error(err)
		}
	})
	must(l.Sequence(b.Context()))
	a := api.New(api.Options{DB: d, Guard: s.Guard(), Version: "test"})
	clearanceapi.Register(a, c)
	constant, err := c.MayDeploy(w.Admin, clearance.Question{Service: "svc-1", Version: "1.0", Environment: "env-2"})
	must(err)
	// The same authenticated route with a constant answer: the right is checked, nothing is decided.
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/constant", Permission: "deploy.ask", Tag: "Bench", Summary: "Answer the same", Question: true},
		func(ctx context.Context, _ *struct{ Body clearance.Question }) (*struct{ Body clearance.Answer }, error) {
			err := d.Read(ctx, func(tx *db.Tx) error { return auth.Check(tx, "deploy.ask", catalog.Scope(w.Payments.ID)) })
			return &struct{ Body clearance.Answer }{constant}, err
		})
	h, err := a.Handler()
	must(err)
	mux := http.NewServeMux()
	mux.Handle("/api/", h)
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		var v any
		if json.NewDecoder(r.Body).Decode(&v) == nil {
			_ = json.NewEncoder(w).Encode(v)
		}
	})
	srv := httptest.NewServer(mux)
	b.Cleanup(srv.Close)
	ctx := authtest.Person(b, d, "pat", "pipeline")
	_, text, err := s.MakeToken(auth.WithSystem(b.Context()), credential.NewToken{Owner: authtest.Me(b, ctx), Name: "pat", Roles: auth.BuiltIn})
	must(err)
	return srv, text
}

// ask measures 16 clients at one address; body gives the n-th question. It reports the 99th percentile as p99-µs.
func askAll(b *testing.B, srv *httptest.Server, token, path string, body func(n int) string) {
	hc := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: benchClients}}
	var next atomic.Int64
	took := make([][]time.Duration, benchClients)
	var wg sync.WaitGroup
	b.ResetTimer()
	for i := range benchClients {
		wg.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= b.N {
					return
				}
				req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, srv.URL+path, bytes.NewBufferString(body(n)))
				if err != nil {
					b.Error(err)
					return
				}
				req.Header.Set("Authorization", "Bearer "+token)
				req.Header.Set("Content-Type", "application/json")
				at := time.Now()
				res, err := hc.Do(req)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, res.Body)
				_ = res.Body.Close()
				took[i] = append(took[i], time.Since(at))
				if res.StatusCode != 200 {
					b.Errorf("status %d", res.StatusCode)
					return
				}
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	all := slices.Concat(took...)
	slices.Sort(all)
	if len(all) > 0 {
		b.ReportMetric(float64(all[len(all)*99/100].Microseconds()), "p99-µs")
		b.ReportMetric(float64(len(all))/b.Elapsed().Seconds(), "req/s")
	}
}

func few(n int) string { // 500 questions asked again and again, as pipelines do
	n %= 500
	return fmt.Sprintf(`{"service":"svc-%d","version":"1.0","environment":"env-%d"}`, n%100, n%benchEnvironments)
}

func many(n int) string { // hardly ever the same twice
	return fmt.Sprintf(`{"service":"svc-%d","version":"1.0","environment":"env-%d"}`, n*7919%benchServices, n*104729%benchEnvironments)
}

// BenchmarkMayDeploy is the question of every pipeline beside the same route with a constant answer and a bare JSON echo.
func BenchmarkMayDeploy(b *testing.B) {
	engines := []db.Engine{db.SQLite}
	if os.Getenv("SLIPWAY_TEST_POSTGRES") != "" {
		engines = append(engines, db.Postgres)
	}
	for _, e := range engines {
		b.Run(string(e), func(b *testing.B) {
			srv, token := bulk(b, dbtest.Open(b, e))
			recorded := func(n int) string { q := few(n); return q[:len(q)-1] + `,"record":true}` }
			for _, c := range []struct {
				name, path string
				body       func(int) string
			}{{"echo", "/echo", few}, {"constant", "/api/v1/constant", few}, {"asked-again", "/api/v1/may-deploy", few}, {"asked-first", "/api/v1/may-deploy", many}, {"recorded", "/api/v1/may-deploy", recorded}} {
				b.Run(c.name, func(b *testing.B) { askAll(b, srv, token, c.path, c.body) })
			}
		})
	}
}
