package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"slipway/internal/errs"
	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
	"slipway/internal/platform/httpx"
)

// The tests' own area: boats in a table of their own.

type boat struct {
	ID      int64   `json:"id" db:"id"`
	Name    string  `json:"name" db:"name"`
	Version int64   `json:"rev" db:"version"`
	MadeAt  db.Time `json:"madeAt" db:"made_at"`
}

type newBoat struct {
	Name  string   `json:"name" minLength:"1" maxLength:"40" doc:"What it is called."`
	Kind  string   `json:"kind,omitempty" enum:"sloop,ketch,yawl"`
	Masts int      `json:"masts,omitempty" minimum:"0" maximum:"5"`
	Tags  []string `json:"tags,omitempty"`
}

type (
	addIn  struct{ Body newBoat }
	addOut struct {
		Location string `header:"Location"`
		Body     boat
	}
	oneIn struct {
		Boat int64 `path:"boat"`
	}
	oneOut struct{ Body boat }
	listIn struct {
		api.Paging
		Name  string   `query:"name" maxLength:"10"`
		Since db.Time  `query:"since"`
		Kinds []string `query:"kinds" enum:"sloop,ketch,yawl"`
		Dry   bool     `query:"dry"`
	}
	listOut struct{ Body api.Page[boat] }
	renIn   struct {
		api.IfMatch
		Boat int64 `path:"boat"`
		Body struct {
			Name    string `json:"name"`
			Version int64  `json:"rev,omitempty"`
		}
	}
	askIn struct {
		Body struct {
			Name string `json:"name"`
		}
	}
	askOut struct {
		Body struct {
			Known bool `json:"known"`
		}
	}
	rawIn struct {
		RawBody []byte
	}
	sizeOut struct {
		Body struct {
			Size int `json:"size"`
		}
	}
	empty struct{}
)

type world struct {
	d       *db.DB
	api     *api.API
	h       http.Handler
	forget  atomic.Bool                     // the service forgets to check
	during  func()                          // runs inside the write
	written atomic.Int64                    // committed changes
	fails   func(ctx context.Context) error // after the commit
}

type whoKey struct{}
type checkedKey struct{}

func guard() httpx.Guard {
	return httpx.Guard{
		Identify: func(r *http.Request) (context.Context, error) {
			who, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
			switch {
			case !ok:
				return r.Context(), nil
			case who == "expired":
				return nil, errs.Unauthenticated("auth.token_expired", "This token has expired.")
			}
			return context.WithValue(r.Context(), whoKey{}, who), nil
		},
		Demand: func(ctx context.Context, p string) (context.Context, func() bool, error) {
			if ctx.Value(whoKey{}) == nil {
				return nil, nil, errs.Unauthenticated("auth.not_signed_in", "Sign in, or send a token.")
			}
			var yes atomic.Bool
			return context.WithValue(ctx, checkedKey{}, &yes), yes.Load, nil
		},
		Declared: func(p string) bool { return p == "boat.read" || p == "boat.add" },
		Actor: func(ctx context.Context) string {
			who, _ := ctx.Value(whoKey{}).(string)
			return who
		},
	}
}

func (w *world) check(tx *db.Tx) {
	if yes, ok := tx.Context().Value(checkedKey{}).(*atomic.Bool); ok && !w.forget.Load() {
		yes.Store(true)
	}
}

func (w *world) add(ctx context.Context, in newBoat) (boat, error) {
	if in.Name == "taken" {
		return boat{}, errs.InvalidField("name", "boat.name_taken", "There is a boat of this name.")
	}
	var b boat
	err := w.d.Write(ctx, func(tx *db.Tx) error {
		w.check(tx)
		if w.during != nil {
			w.during()
		}
		if in.Name == "frozen" {
			return errs.Blocked("boat.frozen", "The harbour is frozen until spring.")
		}
		if in.Name == "crash" {
			return errs.Internal("boat.crash", context.DeadlineExceeded)
		}
		tx.AfterCommit(func() { w.written.Add(1) })
		return tx.Get(&b, `INSERT INTO boat (name, version, made_at) VALUES ($1, 1, $2) RETURNING id, name, version, made_at`, in.Name, tx.Now)
	})
	if err == nil && w.fails != nil {
		err = w.fails(ctx)
	}
	return b, err
}

func (w *world) register(a *api.API) {
	api.Register(a, api.Op{Method: "POST", Path: "/boats", Permission: "boat.add", Tag: "Boats", Summary: "Add a boat", Status: 201},
		func(ctx context.Context, in *addIn) (*addOut, error) {
			b, err := w.add(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			return &addOut{Location: "/api/v1/boats/1", Body: b}, nil
		})
	api.Register(a, api.Op{Method: "GET", Path: "/boats", Permission: "boat.read", Tag: "Boats", Summary: "List boats"},
		func(ctx context.Context, in *listIn) (*listOut, error) {
			last, _, err := api.DecodeCursor[int64]("boats", in.After)
			if err != nil {
				return nil, err
			}
			var rows []boat
			err = w.d.Read(ctx, func(tx *db.Tx) error {
				w.check(tx)
				return tx.All(&rows, `SELECT id, name, version, made_at FROM boat WHERE id > $1 ORDER BY id LIMIT $2`, last, in.Limit+1)
			})
			if err != nil {
				return nil, err
			}
			p, err := api.PageOf("boats", rows, in.Limit, func(b boat) int64 { return b.ID })
			return &listOut{p}, err
		})
	api.Register(a, api.Op{Method: "GET", Path: "/boats/{boat}", Permission: "boat.read", Tag: "Boats", Summary: "Show a boat"},
		func(ctx context.Context, in *oneIn) (*oneOut, error) {
			var out oneOut
			err := w.d.Read(ctx, func(tx *db.Tx) error {
				w.check(tx)
				return tx.Get(&out.Body, `SELECT id, name, version, made_at FROM boat WHERE id = $1`, in.Boat)
			})
			if err != nil {
				return nil, errs.NotFound("boat.not_found", "There is no boat %d.", in.Boat)
			}
			return &out, nil
		})
	api.Register(a, api.Op{Method: "PATCH", Path: "/boats/{boat}", Permission: "boat.add", Tag: "Boats", Summary: "Rename a boat"},
		func(ctx context.Context, in *renIn) (*oneOut, error) {
			v, err := in.Version(in.Body.Version)
			if err != nil {
				return nil, err
			}
			var out oneOut
			return &out, w.d.Write(ctx, func(tx *db.Tx) error {
				w.check(tx)
				var now boat
				if err := tx.Get(&now, `SELECT id, name, version, made_at FROM boat WHERE id = $1`, in.Boat); err != nil {
					return err
				}
				if now.Version != v {
					return errs.Conflict("boat.changed", now, "Not saved. Somebody changed this boat.")
				}
				return tx.Get(&out.Body, `UPDATE boat SET name = $2, version = version + 1 WHERE id = $1 RETURNING id, name, version, made_at`, in.Boat, in.Body.Name)
			})
		})
	api.Register(a, api.Op{Method: "POST", Path: "/ask", Permission: api.Public, Tag: "Boats", Summary: "Ask for a boat", Question: true},
		func(_ context.Context, in *askIn) (*askOut, error) {
			var o askOut
			o.Body.Known = in.Body.Name == "Aurora"
			return &o, nil
		})
	api.Register(a, api.Op{Method: "PUT", Path: "/plans", Permission: api.Public, Tag: "Boats", Summary: "Keep a plan", MaxBody: 4 << 20},
		func(_ context.Context, in *rawIn) (*sizeOut, error) {
			var o sizeOut
			o.Body.Size = len(in.RawBody)
			return &o, nil
		})
	api.Raw(a, api.Op{Method: "GET", Path: "/log/{boat}", Permission: api.Public, Tag: "Boats", Summary: "Read the log", Query: []string{"from"}, Produces: "text/plain"},
		func(rw http.ResponseWriter, r *http.Request) error {
			if r.PathValue("boat") == "0" {
				return errs.NotFound("boat.not_found", "There is no boat 0.")
			}
			_, err := rw.Write([]byte("log of " + r.PathValue("boat")))
			return err
		})
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{d: d}
	key := "INTEGER PRIMARY KEY"
	if d.Engine() == db.Postgres {
		key = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
	}
	if err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(`CREATE TABLE boat (id ` + key + `, name TEXT NOT NULL, version BIGINT NOT NULL, made_at BIGINT NOT NULL)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	w.api = api.New(api.Options{DB: d, Guard: guard(), Version: "test"})
	w.register(w.api)
	inner, err := w.api.Handler()
	if err != nil {
		t.Fatal(err)
	}
	if w.h, err = httpx.Handler(inner, httpx.Options{Plain: true}); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) do(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer maya")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i+1] == "" {
			r.Header.Del(headers[i])
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	w.h.ServeHTTP(rec, r)
	return rec
}

type problem struct {
	Status    int
	Detail    string
	Reason    string
	RequestID string
	Theirs    any
	Errors    []errs.Field
}

func refusal(t *testing.T, rec *httptest.ResponseRecorder, status int, reason string) problem {
	t.Helper()
	var p problem
	if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil {
		t.Fatalf("no problem document: %v: %.300s", err, rec.Body)
	}
	if rec.Code != status || p.Status != status || p.Reason != reason {
		t.Fatalf("status %d, problem %+v; want %d %s", rec.Code, p, status, reason)
	}
	if ct := rec.Header().Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("content type %q", ct)
	}
	if p.RequestID == "" || p.RequestID != rec.Header().Get("X-Request-Id") {
		t.Errorf("request id %q, header %q", p.RequestID, rec.Header().Get("X-Request-Id"))
	}
	return p
}

func TestRegistrationIsRefused(t *testing.T) {
	ok := api.Op{Method: "GET", Path: "/x", Permission: "boat.read", Tag: "T", Summary: "S"}
	get := func(context.Context, *empty) (*oneOut, error) { return nil, nil }
	for name, c := range map[string]struct {
		register func(a *api.API)
		want     string
	}{
		"no permission":         {func(a *api.API) { o := ok; o.Permission = ""; api.Register(a, o, get) }, "no permission is named"},
		"undeclared permission": {func(a *api.API) { o := ok; o.Permission = "boat.sink"; api.Register(a, o, get) }, `"boat.sink" is declared by no area`},
		"raw without":           {func(a *api.API) { o := ok; o.Permission = ""; api.Raw(a, o, nil) }, "no permission is named"},
		"no summary":            {func(a *api.API) { o := ok; o.Summary = ""; api.Register(a, o, get) }, "tag and summary"},
		"twice":                 {func(a *api.API) { api.Register(a, ok, get); api.Register(a, ok, get) }, "already that of"},
		"method":                {func(a *api.API) { o := ok; o.Method = "LOOK"; api.Register(a, o, get) }, "the method is not one of"},
		"path without field":    {func(a *api.API) { o := ok; o.Path = "/x/{y}"; api.Register(a, o, get) }, `no field is tagged path:"y"`},
		"field without path": {func(a *api.API) {
			api.Register(a, ok, func(context.Context, *oneIn) (*oneOut, error) { return nil, nil })
		}, "the path has no {boat}"},
		"untagged field": {func(a *api.API) {
			api.Register(a, ok, func(context.Context, *struct{ X string }) (*oneOut, error) { return nil, nil })
		}, "is no parameter"},
		"output field": {func(a *api.API) {
			api.Register(a, ok, func(context.Context, *empty) (*struct{ X string }, error) { return nil, nil })
		}, "neither Body, Status nor"},
	} {
		t.Run(name, func(t *testing.T) {
			a := api.New(api.Options{Guard: guard()})
			c.register(a)
			if _, err := a.Handler(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestDocument(t *testing.T) {
	a := api.New(api.Options{Guard: guard(), Version: "test"})
	new(world).register(a)
	b, err := a.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Permission  string `json:"x-permission"`
			Parameters  []struct{ Name, In string }
			Responses   map[string]any
		}
		Components struct{ Schemas map[string]map[string]any }
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.OpenAPI != "3.1.0" {
		t.Errorf("version %s", doc.OpenAPI)
	}
	post := doc.Paths["/boats"]["post"]
	if post.Permission != "boat.add" || post.Responses["201"] == nil || post.Responses["default"] == nil {
		t.Errorf("%+v", post)
	}
	if !slices.ContainsFunc(post.Parameters, func(p struct{ Name, In string }) bool { return p.Name == "Idempotency-Key" }) {
		t.Error("the key is not documented")
	}
	props := doc.Components.Schemas["Boat"]["properties"].(map[string]any)
	if at := props["madeAt"].(map[string]any); at["type"] != "string" || at["format"] != "date-time" {
		t.Errorf("instants are %v", at)
	}
	for name := range doc.Components.Schemas {
		if name == "ErrorModel" || name == "ErrorDetail" {
			t.Errorf("%s of the library is in the document", name)
		}
	}
	again, err := a.OpenAPI()
	if err != nil || string(again) != string(b) {
		t.Error("the document is not the same twice", err)
	}
}
