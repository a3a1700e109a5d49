package metrics

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"net/http/pprof"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"slipway/internal/platform/httpx"
)

// Metrics is one registry. It is safe for concurrent use.
type Metrics struct {
	reg      *prometheus.Registry
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
	bytes    prometheus.Counter
}

// New returns a registry with the figures of the process, of Go and of requests.
func New(version string) *Metrics {
	m := &Metrics{
		reg: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "slipway_http_requests_total",
			Help: "Requests answered, by method, route and class of status."}, []string{"method", "route", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "slipway_http_request_seconds",
			Help:    "Time from the first byte of a request to the end of its answer, by route.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}}, []string{"route"}),
		bytes: prometheus.NewCounter(prometheus.CounterOpts{Name: "slipway_http_answer_bytes_total", Help: "Bytes of answers, compressed as sent."}),
	}
	info := prometheus.NewGauge(prometheus.GaugeOpts{Name: "slipway_build_info", Help: "1, with the version of the binary.", ConstLabels: prometheus.Labels{"version": version}})
	info.Set(1)
	m.reg.MustRegister(m.requests, m.took, m.bytes, info, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Observe counts a finished request; it fits httpx.Options. Requests that no route matches share one label, so that
// guessed addresses do not grow the registry.
func (m *Metrics) Observe(s httpx.Seen) {
	route := s.Pattern
	if _, path, ok := strings.Cut(route, " "); ok {
		route = path
	}
	if route == "" || route == "/" {
		route = "none"
	}
	method := s.Method
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
	default:
		method = "other"
	}
	m.requests.WithLabelValues(method, route, strconv.Itoa(s.Status)).Inc()
	m.took.WithLabelValues(route).Observe(s.Took.Seconds())
	m.bytes.Add(float64(s.Bytes))
}

// Gauge adds a figure that is read when the collector asks: jobs waiting, entries of the ledger, live runs. read must be
// quick and must not block. Adding a name twice is refused.
func (m *Metrics) Gauge(name, help string, read func() float64) error {
	return m.reg.Register(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "slipway_" + name, Help: help}, read))
}

// Counter adds a figure that only grows, read when the collector asks.
func (m *Metrics) Counter(name, help string, read func() float64) error {
	return m.reg.Register(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "slipway_" + name + "_total", Help: help}, read))
}

// Collect adds a collector of the Prometheus client, such as that of a connection pool.
func (m *Metrics) Collect(c prometheus.Collector) error { return m.reg.Register(c) }

// Handler serves the figures as OpenMetrics or the older text. With a token it asks for it as a bearer; without one it
// answers the own machine only, since the figures name every route.
func (m *Metrics) Handler(token string) http.Handler {
	h := promhttp.HandlerFor(m.reg, promhttp.HandlerOpts{EnableOpenMetrics: true, Registry: m.reg})
	if token == "" {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if c := httpx.Client(r.Context()); c.IsValid() && !c.IsLoopback() {
				http.Error(w, "The figures are for the own machine, or need a token in the configuration.", http.StatusForbidden)
				return
			}
			h.ServeHTTP(w, r)
		})
	}
	want := sha256.Sum256([]byte("Bearer " + token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got := sha256.Sum256([]byte(r.Header.Get("Authorization")))
		if subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			w.Header().Set("WWW-Authenticate", `Bearer realm="slipway metrics"`)
			http.Error(w, "The figures need a token.", http.StatusUnauthorized)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// Separate serves the figures, and Go's profiles if profiling is set, for an address of their own on loopback.
func (m *Metrics) Separate(token string, profiling bool) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", m.Handler(token))
	if profiling {
		mux.HandleFunc("GET /debug/pprof/", pprof.Index)
		mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
		mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
		mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	}
	return mux
}
