package httpx

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"
)

// Check is one thing that must hold before this replica takes requests. Test returns nil when it does.
type Check struct {
	Name string
	Test func(ctx context.Context) error
}

// Health answers /healthz and /readyz.
type Health struct {
	Checks []Check
	// Log receives the causes of failing checks; they are never in the answer.
	Log      *slog.Logger
	stopping atomic.Bool
}

// Stop makes /readyz answer 503 from now on, so that balancers turn elsewhere before the server closes.
func (h *Health) Stop() { h.stopping.Store(true) }

// Routes mounts both addresses. They are open to everyone and name no causes.
func (h *Health) Routes(mux interface {
	HandleFunc(string, func(http.ResponseWriter, *http.Request))
}) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		writeState(w, http.StatusOK, state{Status: "ok"})
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		s := h.ready(r.Context())
		status := http.StatusOK
		if s.Status != "ready" {
			status = http.StatusServiceUnavailable
			w.Header().Set("Retry-After", "2")
		}
		writeState(w, status, s)
	})
}

type state struct {
	Status string            `json:"status"`
	Checks map[string]string `json:"checks,omitempty"`
}

func (h *Health) ready(ctx context.Context) state {
	s := state{Status: "ready", Checks: map[string]string{}}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	for _, c := range h.Checks {
		s.Checks[c.Name] = "ok"
		if err := c.Test(ctx); err != nil {
			s.Checks[c.Name], s.Status = "failing", "not ready"
			if h.Log != nil {
				h.Log.WarnContext(ctx, "a readiness check fails", "check", c.Name, "error", err)
			}
		}
	}
	if h.stopping.Load() {
		s.Status = "stopping"
	}
	return s
}

func writeState(w http.ResponseWriter, status int, s state) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(s) // a broken connection has nobody to tell
}
