package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"slipway/internal/clearance"
	"slipway/internal/platform/api"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// asked sends n questions from 16 clients and returns how long each took.
func (w *world) asked(b *testing.B, address string, n int, body func(i int) string) []time.Duration {
	b.Helper()
	const clients = 16
	took := make([][]time.Duration, clients)
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			for i := c; i < n; i += clients {
				r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, address, strings.NewReader(body(i)))
				if err != nil {
					b.Error(err)
					return
				}
				r.Header.Set("Authorization", "Bearer "+w.token)
				r.Header.Set("Content-Type", "application/json")
				at := time.Now()
				res, err := w.client.Do(r)
				if err != nil {
					b.Error(err)
					return
				}
				_, err = io.Copy(io.Discard, res.Body)
				_ = res.Body.Close()
				took[c] = append(took[c], time.Since(at))
				if err != nil || res.StatusCode != http.StatusOK {
					b.Errorf("%s answered %d, %v", address, res.StatusCode, err)
					return
				}
			}
		})
	}
	wg.Wait()
	if b.Failed() {
		b.FailNow()
	}
	return slices.Concat(took...)
}

// constant is the address of an operation with may-deploy's guard and right that answers the same to everybody.
func (w *world) constant(b *testing.B, body string) string {
	b.Helper()
	var q clearance.Question
	must(b, json.Unmarshal([]byte(body), &q))
	answer, err := w.Clearance.MayDeploy(w.admin, q)
	must(b, err)
	a := api.New(api.Options{DB: w.DB, Guard: w.Auth.Guard(), Version: "bench"})
	api.Register(a, api.Op{Method: http.MethodPost, Path: "/constant", Permission: "deploy.ask", Tag: "Bench", Summary: "Answer the same", Question: true},
		func(ctx context.Context, _ *struct{ Body clearance.Question }) (*struct{ Body clearance.Answer }, error) {
			err := w.DB.Read(ctx, func(tx *db.Tx) error { return auth.Check(tx, "deploy.ask", auth.Everywhere) })
			return &struct{ Body clearance.Answer }{answer}, err
		})
	h, err := a.Handler()
	must(b, err)
	s := httptest.NewServer(h)
	b.Cleanup(s.Close)
	return s.URL + api.Prefix + "/constant"
}

// BenchmarkMayDeployWhole is may-deploy of the whole product over HTTP from 16 clients, not recorded, in turn with the same
// route and a constant answer, and with a bare JSON echo. ratio and echo-ratio are its answers a second by theirs (aims 0.8
// and 0.6), p99-ratio its 99th percentile by that of the constant answer (aim 1.5).
func BenchmarkMayDeployWhole(b *testing.B) {
	w := open(b, bulkDir(b))
	const batch = 800
	question := func(i int) string {
		return fmt.Sprintf(`{"service":%q,"version":"1.0.0","environment":%q}`, service(i%100), environment(i%10))
	}
	constant := w.constant(b, question(1))
	echo := serve(b, func(out http.ResponseWriter, r *http.Request) error {
		var v any
		if err := json.NewDecoder(r.Body).Decode(&v); err != nil {
			return err
		}
		return json.NewEncoder(out).Encode(v)
	})
	addresses := []string{w.server.URL + api.Prefix + "/may-deploy", constant, echo}
	rounds, each := make([][]time.Duration, 3), make([][]time.Duration, 3)
	for i := range addresses {
		w.asked(b, addresses[i], batch, question)
	}
	for b.Loop() {
		for i := range addresses {
			rounds[i] = append(rounds[i], took(func() { each[i] = append(each[i], w.asked(b, addresses[i], batch, question)...) }))
		}
	}
	p99 := func(i int) float64 {
		slices.Sort(each[i])
		return micros(each[i][len(each[i])*99/100])
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(batch*1e6/micros(median(rounds[0])), "answers/s")
	b.ReportMetric(micros(median(rounds[1]))/micros(median(rounds[0])), "ratio")
	b.ReportMetric(micros(median(rounds[2]))/micros(median(rounds[0])), "echo-ratio")
	b.ReportMetric(p99(0)/p99(1), "p99-ratio")
}
