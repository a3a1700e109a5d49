package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"slipway/internal/errs"
	"slipway/internal/platform/httpx"
)

// Public is the permission of a page that is open to everyone.
const Public = httpx.Public

// Options are what the pages need from outside.
type Options struct {
	// Guard says who calls and what the route demands.
	Guard httpx.Guard
	// Shell draws the whole document around a page: navigation, watch bar, toasts.
	Shell func(ctx context.Context, v View) templ.Component
	// Failure draws the body of an error page or, for htmx, of the block that takes its place. Nil: a plain one.
	Failure func(ctx context.Context, f Failure) templ.Component
	// SignIn is where a person without a session is sent; the page they wanted follows as the parameter next.
	SignIn string
	// Log receives the causes of internal errors; discarded if nil.
	Log *slog.Logger
}

// Site collects pages and then serves them. Registration ends with Handler.
type Site struct {
	o      Options
	mux    *http.ServeMux
	routes []Route
	faults []error
}

// Route is one registered page.
type Route struct{ Pattern, Permission string }

// New returns a site without pages.
func New(o Options) *Site {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Failure == nil {
		o.Failure = plain
	}
	return &Site{o: o, mux: http.NewServeMux()}
}

// Handler answers one page or form. What it returns becomes an error page by its code; it must not have written then.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Handle adds a page or form: "GET /risks" (HEAD comes with it) or "POST /risks". The permission is declared by an area,
// or Public. What is wrong with a registration is kept for Site.Handler.
func (s *Site) Handle(pattern, permission string, h Handler) {
	defer func() {
		if p := recover(); p != nil { // the mux refuses malformed and conflicting patterns by a panic
			s.faults = append(s.faults, fmt.Errorf("web: %s: %v", pattern, p))
		}
	}()
	method, path, ok := strings.Cut(pattern, " ")
	switch {
	case !ok || method != http.MethodGet && method != http.MethodPost || !strings.HasPrefix(path, "/"):
		s.faults = append(s.faults, fmt.Errorf("web: %s: a pattern is GET or POST, a space, and a path", pattern))
		return
	case permission == "":
		s.faults = append(s.faults, fmt.Errorf("web: %s: no permission is named; use web.Public for an open page", pattern))
		return
	case permission != Public && (s.o.Guard.Declared == nil || !s.o.Guard.Declared(permission)):
		s.faults = append(s.faults, fmt.Errorf("web: %s: the permission %q is declared by no area", pattern, permission))
		return
	}
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		httpx.Routed(r.Context(), pattern)
		r, checked, err := s.admit(r, permission)
		if err != nil {
			s.Fail(w, r, err)
			return
		}
		pass := func() error {
			if checked() {
				return nil
			}
			return errs.Internal("auth.check_missing", fmt.Errorf("web: %s succeeded without checking %s", pattern, permission))
		}
		seen := &began{ResponseWriter: w}
		r = r.WithContext(context.WithValue(r.Context(), passKey{}, pass))
		if err = h(seen, r); err == nil && seen.status < 400 {
			err = pass()
		}
		switch {
		case err == nil:
		case seen.status != 0:
			s.o.Log.ErrorContext(r.Context(), "an answer broke off", "route", pattern, "error", err)
			panic(http.ErrAbortHandler) // half an answer must not look whole
		default:
			s.Fail(w, r, err)
		}
	})
	s.routes = append(s.routes, Route{pattern, permission})
}

type passKey struct{}

// passed fails unless the route's permission was checked, before anything of a success is written.
func passed(r *http.Request) error {
	if pass, ok := r.Context().Value(passKey{}).(func() error); ok {
		return pass()
	}
	return nil
}

func (s *Site) admit(r *http.Request, permission string) (*http.Request, func() bool, error) {
	g := s.o.Guard
	ctx := r.Context()
	if g.Identify != nil {
		id, err := g.Identify(r)
		if id != nil {
			ctx = id // with an error it says why nobody is signed in
		}
		switch {
		case err == nil:
		case permission != Public || !errs.Is(err, errs.CodeUnauthenticated):
			return r, nil, err
		}
	}
	if permission == Public {
		return r.WithContext(ctx), func() bool { return true }, nil
	}
	if g.Demand == nil {
		return r, nil, errs.Internal("auth.guard_missing", errors.New("web: no guard is configured"))
	}
	demanded, checked, err := g.Demand(ctx, permission)
	if err != nil {
		return r.WithContext(ctx), nil, err
	}
	return r.WithContext(demanded), checked, nil
}

// Routes returns what is registered, in order, for tests.
func (s *Site) Routes() []Route { return append([]Route(nil), s.routes...) }

// Handler ends registration and serves all pages; what no page matches is a NotFound page. It fails with every fault of
// every registration.
func (s *Site) Handler() (http.Handler, error) {
	if s.o.Shell == nil {
		s.faults = append(s.faults, errors.New("web: no shell is given"))
	}
	if len(s.faults) > 0 {
		return nil, errors.Join(s.faults...)
	}
	s.mux.HandleFunc("/", s.unknown)
	return s.mux, nil
}

func (s *Site) unknown(w http.ResponseWriter, r *http.Request) {
	named, _, err := s.admit(r, Public)
	if err == nil {
		r = named
	}
	for _, m := range []string{http.MethodGet, http.MethodPost} {
		probe := r.Clone(r.Context())
		probe.Method = m
		if _, pattern := s.mux.Handler(probe); pattern != "" && pattern != "/" && m != r.Method {
			w.Header().Set("Allow", m)
			s.failStatus(w, r, http.StatusMethodNotAllowed, errs.Invalid("request.method", "This address does not take %.20q.", r.Method))
			return
		}
	}
	s.Fail(w, r, errs.NotFound("page.not_found", "There is no page at this address, or it is not for you."))
}

// began remembers what was written.
type began struct {
	http.ResponseWriter
	status int
}

func (b *began) Unwrap() http.ResponseWriter { return b.ResponseWriter }
func (b *began) WriteHeader(status int) {
	if b.status == 0 {
		b.status = status
	}
	b.ResponseWriter.WriteHeader(status)
}
func (b *began) Write(p []byte) (int, error) {
	if b.status == 0 {
		b.status = http.StatusOK
	}
	return b.ResponseWriter.Write(p)
}
