package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Bank is Aldermoor's machinery: every service in every environment, over HTTP on loopback. A deployment takes its time,
// health and version are what was deployed, and a version that ends in -broken is never healthy.
type Bank struct {
	// Address is where it answers, "http://127.0.0.1:…".
	Address string

	srv   *http.Server
	done  chan error
	now   func() time.Time
	pace  time.Duration // how long a deployment takes
	mu    sync.Mutex
	rooms map[string]*room // environment/service
}

type room struct {
	Service     string `json:"service"`
	Environment string `json:"environment"`
	Version     string `json:"version"`
	Healthy     bool   `json:"healthy"`
	Green       int    `json:"green"` // share of traffic on the new version, in per cent
	keys        map[string]bool
}

// OpenBank starts the bank on a free port of loopback. Its deployments take no time until Pace says otherwise.
func OpenBank(ctx context.Context, now func() time.Time) (*Bank, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &Bank{Address: "http://" + l.Addr().String(), now: now, done: make(chan error, 1),
		rooms: map[string]*room{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{environment}/{service}/health", b.health)
	mux.HandleFunc("POST /{environment}/{service}/deploy", b.deploy)
	mux.HandleFunc("POST /{environment}/{service}/traffic", b.traffic)
	mux.HandleFunc("POST /{environment}/{service}/{work}", b.work)
	mux.HandleFunc("GET /{environment}/{service}/approvals", b.approvals)
	b.srv = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) }}
	go func() { b.done <- b.srv.Serve(l) }()
	return b, nil
}

// Close stops the bank.
func (b *Bank) Close() error {
	err := b.srv.Close()
	if serve := <-b.done; !errors.Is(serve, http.ErrServerClosed) {
		err = errors.Join(err, serve)
	}
	return err
}

// Pace sets how long a deployment takes from now on.
func (b *Bank) Pace(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pace = d
}

// take waits as long as work takes; it reports false if the caller has gone.
func (b *Bank) take(ctx context.Context) bool {
	b.mu.Lock()
	d := b.pace
	b.mu.Unlock()
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// Install says what ran before the story began.
func (b *Bank) Install(environment, service, version string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.room(environment, service).Version = version
}

// room returns the place of a service; the caller holds the lock.
func (b *Bank) room(environment, service string) *room {
	k := environment + "/" + service
	if b.rooms[k] == nil {
		b.rooms[k] = &room{Service: service, Environment: environment, Version: "none", Healthy: true, keys: map[string]bool{}}
	}
	return b.rooms[k]
}

func (b *Bank) health(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	answer := *b.room(r.PathValue("environment"), r.PathValue("service"))
	b.mu.Unlock()
	status := http.StatusOK
	if !answer.Healthy {
		status = http.StatusServiceUnavailable
	}
	expected := r.URL.Query().Get("version")
	reply(w, status, struct {
		room
		Expected bool `json:"expected"` // it is the version that the caller asks about, if it asks about one
	}{answer, expected == "" || expected == answer.Version})
}

func (b *Bank) deploy(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Version string `json:"version"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&in); err != nil || in.Version == "" {
		reply(w, http.StatusBadRequest, map[string]string{"error": "a version is expected"})
		return
	}
	if !b.take(r.Context()) {
		return
	}
	b.mu.Lock()
	p := b.room(r.PathValue("environment"), r.PathValue("service"))
	if key := r.Header.Get("Idempotency-Key"); key == "" || !p.keys[key] {
		p.keys[key] = true
		p.Version, p.Healthy, p.Green = in.Version, !strings.HasSuffix(in.Version, "-broken"), 0
	}
	answer := *p
	b.mu.Unlock()
	reply(w, http.StatusOK, answer)
}

func (b *Bank) traffic(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Green int `json:"green"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&in); err != nil || in.Green < 0 || in.Green > 100 {
		reply(w, http.StatusBadRequest, map[string]string{"error": "green is a share of 0 to 100"})
		return
	}
	b.mu.Lock()
	p := b.room(r.PathValue("environment"), r.PathValue("service"))
	p.Green = in.Green
	answer := *p
	b.mu.Unlock()
	reply(w, http.StatusOK, answer)
}

// work is anything else that a night needs: a snapshot, a migration, a scale-down. It takes as long as a deployment.
func (b *Bank) work(w http.ResponseWriter, r *http.Request) {
	if b.take(r.Context()) {
		reply(w, http.StatusOK, map[string]any{"done": r.PathValue("work"), "at": b.now().UTC().Format(time.RFC3339)})
	}
}

// approvals tells the share of authorisations that were approved, which falls when what runs is not healthy.
func (b *Bank) approvals(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	healthy := b.room(r.PathValue("environment"), r.PathValue("service")).Healthy
	b.mu.Unlock()
	rate := 979 - b.now().Minute()%3 // per mille
	if !healthy {
		rate = 912
	}
	reply(w, http.StatusOK, map[string]any{"perMille": rate, "text": fmt.Sprintf("%d.%d %%", rate/10, rate%10)})
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a caller that has gone has nobody to tell
}
