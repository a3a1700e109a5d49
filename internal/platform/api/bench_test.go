package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"slipway/internal/platform/api"
	"slipway/internal/platform/httpx"
)

// BenchmarkOperation is an operation with a body and an answer behind the whole edge; BenchmarkEcho, beside it, decodes
// and encodes the same JSON with net/http alone. Both run over loopback with parallel clients.
func BenchmarkOperation(b *testing.B) {
	a := api.New(api.Options{Guard: guard()})
	(&world{}).register(a)
	inner, err := a.Handler()
	if err != nil {
		b.Fatal(err)
	}
	h, err := httpx.Handler(inner, httpx.Options{Log: slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		b.Fatal(err)
	}
	hammer(b, h)
}

func BenchmarkEcho(b *testing.B) {
	hammer(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Name string `json:"name"`
		}
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			b.Error(err)
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(struct {
			Known bool `json:"known"`
		}{in.Name == "Aurora"})
	}))
}

func hammer(b *testing.B, h http.Handler) {
	s := httptest.NewServer(h)
	defer s.Close()
	b.SetParallelism(8)
	c := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			req, err := http.NewRequest("POST", s.URL+"/api/v1/ask", bytes.NewReader([]byte(`{"name":"Aurora"}`)))
			if err != nil {
				b.Error(err)
				return
			}
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Authorization", "Bearer maya")
			res, err := c.Do(req)
			if err != nil {
				b.Error(err)
				return
			}
			if res.StatusCode != 200 {
				b.Errorf("status %d", res.StatusCode)
			}
			_, _ = io.Copy(io.Discard, res.Body)
			res.Body.Close()
		}
	})
}
