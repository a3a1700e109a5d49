package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"slipway/internal/platform/db"
	"slipway/internal/platform/httpx"
)

// Public is the permission of an operation that is open to everyone.
const Public = httpx.Public

// Prefix is where all operations live.
const Prefix = "/api/v1"

// Options are what the door needs from outside.
type Options struct {
	// DB keeps idempotency keys. Without it the header is refused.
	DB *db.DB
	// Guard says who calls and what the route demands.
	Guard httpx.Guard
	// Log receives the causes of internal errors; discarded if nil.
	Log *slog.Logger
	// Version is the version of the running binary, for the document.
	Version string
}

// API collects operations and then serves them. Registration ends with Handler; it is not safe for concurrent use.
type API struct {
	o      Options
	huma   huma.API
	mux    *http.ServeMux
	ops    []Op
	keyed  *keys
	faults []error
	spec   func() ([]byte, error) // made when it is first asked for
}

// New returns a door without operations.
func New(o Options) *API {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	a := &API{o: o, mux: http.NewServeMux()}
	if o.DB != nil {
		a.keyed = &keys{db: o.DB}
	}
	a.huma = document(o.Version)
	return a
}

// Op names one operation. Method, Path, Permission, Tag and Summary are mandatory.
type Op struct {
	Method     string // GET, POST, PUT, PATCH, DELETE
	Path       string // below Prefix: "/releases/{release}/risks"
	Permission string // declared by an area, or Public
	Tag        string // the noun it belongs to: "Risks"
	Summary    string // what it does, as a verb: "Open a risk"
	// Description adds contract that types cannot tell, in Markdown.
	Description string
	// Status of a success: 200 with a body and 204 without, if 0.
	Status int
	// ID names the operation in the document; derived from method and path if empty.
	ID string
	// MaxBody bounds the body in bytes; 1 MiB if 0.
	MaxBody int64
	// Question marks a POST that changes nothing, such as may-deploy: idempotency keys are ignored there.
	Question bool
	// Query names the query parameters of a raw operation; the fields of the input name them elsewhere.
	Query []string
	// Produces is the media type of a raw operation's answer.
	Produces string
}

func (o Op) name() string { return o.Method + " " + Prefix + o.Path }

var methods = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// admit checks an operation's mandatory words and collects what is wrong.
func (a *API) admit(op *Op) bool {
	n := len(a.faults)
	fault := func(format string, args ...any) {
		a.faults = append(a.faults, fmt.Errorf("api: %s: %s", op.name(), fmt.Sprintf(format, args...)))
	}
	if !contains(methods, op.Method) {
		fault("the method is not one of %s", strings.Join(methods, ", "))
	}
	if !strings.HasPrefix(op.Path, "/") {
		fault("the path must begin with a slash")
	}
	switch {
	case op.Permission == "":
		fault("no permission is named; use api.Public for an open operation")
	case op.Permission != Public && (a.o.Guard.Declared == nil || !a.o.Guard.Declared(op.Permission)):
		fault("the permission %q is declared by no area", op.Permission)
	}
	if op.Tag == "" || op.Summary == "" {
		fault("tag and summary are needed for the document")
	}
	if op.ID == "" {
		op.ID = identify(op.Method, op.Path)
	}
	for _, other := range a.ops {
		if other.ID == op.ID {
			fault("the identifier %q is already that of %s", op.ID, other.name())
		}
	}
	return len(a.faults) == n
}

// Register adds a typed operation.
//
// Fields of I tagged path, query or header are parameters (with default, enum, minimum, maxLength and the other tags of
// huma); a field Body is the JSON body, a field RawBody []byte takes the bytes of any other media type. O answers with
// its fields Body, Status (int) and those tagged header. A body that has a member "rev" gives the answer its ETag.
//
// What is wrong with a registration (no permission, an unknown one, a type that has no schema) is kept for Handler.
func Register[I, O any](a *API, op Op, handle Handler[I, O]) {
	a.register(op, reflect.TypeFor[I](), reflect.TypeFor[O](), func(ctx context.Context, in any) (any, error) {
		return handle(ctx, in.(*I))
	})
}

// register is Register without type parameters, so that it is compiled once and not for every operation.
func (a *API) register(op Op, in, out reflect.Type, handle func(ctx context.Context, in any) (out any, err error)) {
	if !a.admit(&op) {
		return
	}
	h, err := a.describe(op, in, out)
	if err != nil {
		a.faults = append(a.faults, fmt.Errorf("api: %s: %w", op.name(), err))
		return
	}
	p, err := planOf(in, h)
	if err == nil {
		err = p.answers(out)
	}
	if err != nil {
		a.faults = append(a.faults, fmt.Errorf("api: %s: %w", op.name(), err))
		return
	}
	p.status = h.DefaultStatus
	a.mount(op, func(w http.ResponseWriter, r *http.Request) error { return a.serve(op, p, handle, w, r) })
}

// Raw adds an operation that reads the request and writes the answer itself: a download, a stream. The permission is
// demanded as everywhere; the handler may write only once nothing can fail any more, and then its error is only logged.
func Raw(a *API, op Op, handle func(w http.ResponseWriter, r *http.Request) error) {
	if !a.admit(&op) {
		return
	}
	a.describeRaw(op)
	a.mount(op, func(w http.ResponseWriter, r *http.Request) error { return a.serveRaw(op, handle, w, r) })
}

func (a *API) mount(op Op, serve func(w http.ResponseWriter, r *http.Request) error) {
	defer func() {
		if p := recover(); p != nil { // the mux refuses conflicting patterns by a panic
			a.faults = append(a.faults, fmt.Errorf("api: %s: %v", op.name(), p))
		}
	}()
	a.mux.HandleFunc(op.name(), func(w http.ResponseWriter, r *http.Request) {
		if err := serve(w, r); err != nil {
			a.fail(w, r, err)
		}
	})
	a.ops = append(a.ops, op)
}

// Operations returns what is registered, in order, for tests and documentation.
func (a *API) Operations() []Op { return append([]Op(nil), a.ops...) }

// Handler ends registration and serves everything below /api/. It fails with every fault of every registration.
func (a *API) Handler() (http.Handler, error) {
	if len(a.faults) > 0 {
		return nil, errors.Join(a.faults...)
	}
	a.spec = sync.OnceValues(a.OpenAPI)
	a.mux.HandleFunc("GET /api/openapi.json", a.serveSpec)
	a.mux.HandleFunc("/api/", a.serveUnknown)
	return a.mux, nil
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
