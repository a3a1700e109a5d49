package httpx

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/google/uuid"

	"slipway/internal/clock"
	"slipway/internal/errs"
)

// Options say how the edge treats every request.
type Options struct {
	// Trusted are the networks of reverse proxies that may say who calls and over which protocol.
	Trusted []netip.Prefix
	// PublicURL is the address that browsers see, scheme and host; its origin may post forms. Empty: only the host itself.
	PublicURL string
	// Plain allows unencrypted requests from anywhere, for tests of other things. Without it they come from loopback only.
	Plain bool
	// Log receives the access log and the causes of internal errors; slog's discarding logger if nil.
	Log *slog.Logger
	// Clock measures durations; the machine's if nil.
	Clock clock.Clock
	// Observe is told of every finished request, for metrics; may be nil.
	Observe func(Seen)
	// Fail answers an error of the edge itself (a panic, a refused origin). Nil: a problem document.
	Fail func(w http.ResponseWriter, r *http.Request, err error)
}

// Seen is one finished request.
type Seen struct {
	Method  string
	Pattern string // of the route; "" if none matched
	Status  int    // 499 in place of a 5xx that nobody received
	Bytes   int64
	Took    time.Duration
}

// Handler wraps next with the whole edge. It fails with errs.Invalid if the public URL is not an origin.
func Handler(next http.Handler, o Options) (http.Handler, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = clock.System
	}
	if o.Fail == nil {
		o.Fail = WriteProblem
	}
	cross := http.NewCrossOriginProtection()
	if o.PublicURL != "" {
		if err := cross.AddTrustedOrigin(o.PublicURL); err != nil {
			return nil, errs.InvalidField("public-url", "config.public_url", "The public URL must be scheme and host only, for example https://slipway.example.com.").Because(err)
		}
	}
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.Fail(w, r, errs.Forbidden("request.cross_origin", "This request comes from another site. Nothing was changed. Open Slipway itself and try again there."))
	}))
	return &edge{o: o, next: cross.Handler(inner(next))}, nil
}

type edge struct {
	o    Options
	next http.Handler
}

// inner is the last stop before the routes: it keeps the route's pattern, which the mux writes into its own request.
func inner(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(r.Context())
		defer func() { x.pattern = cmp.Or(x.routed, r.Pattern) }()
		next.ServeHTTP(w, r)
	})
}

func (e *edge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := e.o.Clock.Now()
	peer := peerOf(r.RemoteAddr)
	client, encrypted := origin(r, peer, e.o.Trusted)
	x := &exchange{id: requestID(r), client: client, secure: encrypted, body: r.Body}
	out := &recorder{ResponseWriter: w}
	x.w = out
	r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = http.MaxBytesReader(out, r.Body, BodyDefault)
	} else {
		// All of the request is here: the time limit for its arrival must not end a long answer. A writer without
		// deadlines (in tests) has none to lift.
		_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	}
	h := w.Header()
	secure(h, encrypted)
	h.Set("X-Request-Id", x.id)

	var answer http.ResponseWriter = out
	var squeeze *squeezer
	if r.Method != http.MethodHead && acceptsGzip(r.Header.Get("Accept-Encoding")) {
		squeeze = &squeezer{ResponseWriter: out, x: x}
		answer = squeeze
	}
	defer func() {
		p := recover()
		if p != nil && !aborts(p) {
			e.o.Log.ErrorContext(r.Context(), "a handler panicked", "panic", fmt.Sprint(p), "path", Path(r, x.pattern), "stack", string(debug.Stack()))
			if !out.sent() && (squeeze == nil || !squeeze.open) {
				if squeeze != nil {
					squeeze.held, squeeze.status = nil, 0
				}
				e.o.Fail(answer, r, errs.Internal("request.panicked", fmt.Errorf("%v", p)))
			} else {
				p = http.ErrAbortHandler // half an answer must not look whole
			}
		}
		if squeeze != nil && !aborts(p) {
			squeeze.finish()
		}
		e.finished(r, x, out, e.o.Clock.Now().Sub(began))
		if aborts(p) {
			panic(p)
		}
	}()
	if !encrypted && !e.o.Plain && !allowedPlain(r, client, peer) {
		e.o.Fail(answer, r, errs.Forbidden("request.not_encrypted", "Slipway answers unencrypted requests from its own machine only. Use https."))
		return
	}
	e.next.ServeHTTP(answer, r)
}

// aborts reports whether what was recovered asks for the connection to be cut.
func aborts(p any) bool { return p == http.ErrAbortHandler } //nolint:errorlint // net/http compares it in the same way

// allowedPlain lets the own machine in, and probes, which carry no secret.
func allowedPlain(r *http.Request, client, peer netip.Addr) bool {
	return client.IsLoopback() && peer.IsLoopback() || r.URL.Path == "/healthz" || r.URL.Path == "/readyz"
}

// statusGone is what logs and metrics hold in place of a 5xx when the caller had gone away before: nobody received it, and
// what failed did so for that reason.
const statusGone = 499

func (e *edge) finished(r *http.Request, x *exchange, out *recorder, took time.Duration) {
	status := out.status
	if status == 0 {
		status = http.StatusOK
	}
	if status >= 500 && r.Context().Err() == context.Canceled {
		status = statusGone
	}
	if e.o.Observe != nil {
		e.o.Observe(Seen{Method: r.Method, Pattern: x.pattern, Status: status, Bytes: out.bytes, Took: took})
	}
	level := slog.LevelInfo
	switch {
	case status >= 500:
		level = slog.LevelError
	case r.URL.Path == "/healthz" || r.URL.Path == "/readyz" || r.URL.Path == "/metrics" || strings.HasPrefix(r.URL.Path, "/static/"):
		level = slog.LevelDebug
	}
	if !e.o.Log.Enabled(r.Context(), level) {
		return
	}
	e.o.Log.LogAttrs(r.Context(), level, "request",
		slog.String("method", r.Method), slog.String("path", Path(r, x.pattern)), slog.String("route", x.pattern), slog.Int("status", status),
		slog.Int64("bytes", out.bytes), slog.Duration("took", took), slog.String("client", x.client.String()))
}

// secrets are the wildcard names of routes whose segment is a credential.
var secrets = []string{"token", "secret", "link", "code"}

// Path returns the path of a request as a log may hold it: without its query, without segments that the route's pattern
// names token, secret, link or code, at most 200 bytes. Of a request that no route took, as one with a method that the address of a
// credential does not know, any long segment may be one: only identifiers are held.
func Path(r *http.Request, pattern string) string {
	path := r.URL.Path
	if pattern == "" || pattern == "/" {
		path = hidden(path)
	}
	if i := strings.IndexByte(pattern, '/'); i >= 0 {
		for _, name := range secrets {
			if strings.Contains(pattern, "{"+name+"}") || strings.Contains(pattern, "{"+name+"...}") {
				return pattern[i:]
			}
		}
	}
	if len(path) > 200 {
		path = strings.ToValidUTF8(path[:200], "") + "…"
	}
	return path
}

// nameMax is how many bytes a segment of a path may have that is not taken for a credential.
const nameMax = 24

func hidden(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if len(s) > nameMax && uuid.Validate(s) != nil {
			segments[i] = "…"
		}
	}
	return strings.Join(segments, "/")
}

// requestID takes the caller's identity of the request if it is harmless, and makes one otherwise.
func requestID(r *http.Request) string {
	if id := r.Header.Get("X-Request-Id"); id != "" && len(id) <= 64 && strings.IndexFunc(id, unsafeID) < 0 {
		return id
	}
	return uuid.Must(uuid.NewV7()).String()
}

func unsafeID(c rune) bool {
	return (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' && c != '_' && c != '.'
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (o *recorder) Unwrap() http.ResponseWriter { return o.ResponseWriter }
func (o *recorder) sent() bool                  { return o.status != 0 }

func (o *recorder) WriteHeader(status int) {
	if o.status == 0 && (status < 100 || status >= 200 || status == http.StatusSwitchingProtocols) {
		o.status = status
	}
	o.ResponseWriter.WriteHeader(status)
}

func (o *recorder) Write(b []byte) (int, error) {
	if o.status == 0 {
		o.status = http.StatusOK
	}
	n, err := o.ResponseWriter.Write(b)
	o.bytes += int64(n)
	return n, err
}

// Flush sends what is written so far.
func (o *recorder) Flush() { _ = o.FlushError() }

// FlushError is Flush with its error.
func (o *recorder) FlushError() error { return http.NewResponseController(o.ResponseWriter).Flush() }
