package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/platform/db"
	"slipway/internal/platform/httpx"
)

// Handler does one operation. Its errors become problem documents by their code.
type Handler[I, O any] func(ctx context.Context, in *I) (*O, error)

// admitCaller says who calls and puts the permission into the context.
func (a *API) admitCaller(r *http.Request, permission string) (context.Context, func() bool, error) {
	g := a.o.Guard
	ctx := r.Context()
	if g.Identify != nil {
		var err error
		if ctx, err = g.Identify(r); err != nil {
			return nil, nil, err
		}
	}
	if permission == Public {
		return ctx, func() bool { return true }, nil
	}
	if g.Demand == nil {
		return nil, nil, errs.Internal("auth.guard_missing", errors.New("api: no guard is configured"))
	}
	return g.Demand(ctx, permission)
}

var errUnchecked = errors.New("the operation succeeded without checking its permission")

func unchecked(op Op) error {
	return errs.Internal("auth.check_missing", fmt.Errorf("%w: %s of %s", errUnchecked, op.Permission, op.name()))
}

func (a *API) serve(op Op, p *plan, handle func(ctx context.Context, in any) (out any, err error), w http.ResponseWriter, r *http.Request) error {
	ctx, checked, err := a.admitCaller(r, op.Permission)
	if err != nil {
		return err
	}
	in := reflect.New(p.input)
	v := in.Elem()
	reg := a.huma.OpenAPI().Components.Schemas
	if err := p.bind(r, v, reg); err != nil {
		return err
	}
	body, err := p.takeBody(r, v, op, reg)
	if err != nil {
		return err
	}
	claim, err := a.claim(ctx, op, r, body)
	if err != nil {
		return err
	}
	if claim != nil {
		if claim.stored != nil {
			claim.stored.write(w)
			return nil
		}
		ctx = db.WithBegin(ctx, claim.bind)
	}
	out, err := handle(ctx, in.Interface())
	if err == nil && !checked() {
		err = unchecked(op)
	}
	ans := answer{}
	if err == nil {
		ans, err = p.render(out)
	}
	if claim != nil && claim.done {
		if err != nil {
			ans = failure(r, err)
		}
		if kept := a.keyed.keep(ctx, claim, ans); kept != nil {
			a.o.Log.ErrorContext(ctx, "an answer could not be kept for its idempotency key", "operation", op.ID, "error", kept)
		}
	}
	if err != nil {
		return err
	}
	ans.write(w)
	return nil
}

func (a *API) serveRaw(op Op, handle func(http.ResponseWriter, *http.Request) error, w http.ResponseWriter, r *http.Request) error {
	ctx, checked, err := a.admitCaller(r, op.Permission)
	if err != nil {
		return err
	}
	if _, err := readQuery(r, op.Query, func(string) bool { return false }); err != nil {
		return err
	}
	if op.MaxBody > 0 {
		httpx.Limit(r, op.MaxBody)
	}
	seen := &began{ResponseWriter: w}
	err = handle(seen, r.WithContext(ctx))
	if err == nil && !checked() {
		err = unchecked(op)
	}
	if err != nil && seen.yes {
		a.o.Log.ErrorContext(ctx, "an answer broke off", "operation", op.ID, "error", err)
		panic(http.ErrAbortHandler) // half an answer must not look whole
	}
	return err
}

// began remembers whether anything was written.
type began struct {
	http.ResponseWriter
	yes bool
}

func (b *began) Unwrap() http.ResponseWriter { return b.ResponseWriter }
func (b *began) WriteHeader(status int)      { b.yes = true; b.ResponseWriter.WriteHeader(status) }
func (b *began) Write(p []byte) (int, error) { b.yes = true; return b.ResponseWriter.Write(p) }

// answer is a whole response, small enough to be kept.
type answer struct {
	status  int
	headers map[string]string
	body    []byte
}

func (p *plan) render(out any) (answer, error) {
	ans := answer{status: p.status, headers: map[string]string{}}
	v := reflect.ValueOf(out)
	if v.IsNil() {
		return ans, nil
	}
	v = v.Elem()
	if p.outStatus != nil {
		if s := int(v.FieldByIndex(p.outStatus).Int()); s != 0 {
			ans.status = s
		}
	}
	if p.outBody != nil {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		body := v.FieldByIndex(p.outBody)
		if err := enc.Encode(body.Interface()); err != nil {
			return answer{}, errs.Internal("api.answer_unwritable", err)
		}
		ans.body = b.Bytes()
		ans.headers["Content-Type"] = "application/json"
		if p.outVersion != nil {
			if n := body.FieldByIndex(p.outVersion).Int(); n > 0 {
				ans.headers["ETag"] = ETag(n)
			}
		}
	}
	for _, h := range p.headers {
		f := v.FieldByIndex(h.index)
		switch {
		case f.Kind() == reflect.String && f.String() != "":
			ans.headers[h.name] = headerText(f.String())
		case f.CanInt() && f.Int() != 0:
			ans.headers[h.name] = strconv.FormatInt(f.Int(), 10)
		}
	}
	return ans, nil
}

func headerText(s string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return -1
		}
		return c
	}, s)
}

func (a answer) write(w http.ResponseWriter) {
	h := w.Header()
	for k, v := range a.headers {
		h.Set(k, v)
	}
	w.WriteHeader(a.status)
	if len(a.body) > 0 {
		_, _ = w.Write(a.body) // a broken connection has nobody to tell
	}
}

// failure is the answer that WriteProblem would give.
func failure(r *http.Request, err error) answer {
	p := httpx.ProblemOf(r, err)
	b, fault := json.Marshal(p)
	if fault != nil {
		p.Theirs = nil
		b, _ = json.Marshal(p)
	}
	return answer{status: p.Status, headers: map[string]string{"Content-Type": "application/problem+json"}, body: append(b, '\n')}
}

func (a *API) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errs.CodeOf(err) == errs.CodeInternal {
		e := errs.As(err)
		a.o.Log.ErrorContext(r.Context(), "an operation failed", "reason", e.Reason, "path", httpx.Path(r, r.Pattern), "error", e.Err)
	}
	httpx.WriteProblem(w, r, err)
}

// serveUnknown answers what no operation matches.
func (a *API) serveUnknown(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, m := range methods {
		probe := r.Clone(r.Context())
		probe.Method = m
		if _, pattern := a.mux.Handler(probe); pattern != "" && pattern != "/api/" {
			allowed = append(allowed, m)
		}
	}
	if len(allowed) > 0 {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		httpx.WriteProblemStatus(w, r, http.StatusMethodNotAllowed, errs.Invalid("request.method", "%s is not possible here. Possible: %s.", clip(r.Method), strings.Join(allowed, ", ")))
		return
	}
	httpx.WriteProblem(w, r, errs.NotFound("request.no_such_operation", "There is no operation at this address. All are listed at /api."))
}
