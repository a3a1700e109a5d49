package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"

	"slipway/internal/deploy"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/asset"
)

// Handler ends registration and returns everything that Slipway answers. It fails with every fault of every route.
func (a *App) Handler() (http.Handler, error) {
	pages, err := a.site.Handler()
	if err != nil {
		return nil, err
	}
	operations, err := a.api.Handler()
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /api", a.asOf(pages))
	mux.Handle("/api/", operations)
	mux.Handle("GET "+asset.Prefix, asset.Handler())
	mux.Handle("POST /theme", ui.ThemeHandler())
	if a.o.Config.MetricsListen == "" {
		mux.Handle("GET /metrics", a.metrics.Handler(a.o.Config.MetricsToken))
	}
	a.health.Routes(mux)
	mux.Handle("/", a.asOf(pages))
	return httpx.Handler(mux, httpx.Options{
		Trusted: a.o.Config.TrustedProxies, PublicURL: a.o.Config.PublicURL, Log: a.o.Log, Clock: a.DB.Clock(), Observe: a.metrics.Observe,
		Fail: func(w http.ResponseWriter, r *http.Request, err error) {
			if strings.HasPrefix(r.URL.Path, "/api/") {
				httpx.WriteProblem(w, r, err)
				return
			}
			a.site.Fail(w, r, err)
		},
	})
}

type asOfKey struct{}

// asOf notes, before a page is read, how far the ledger has come, so that its stream begins at what it shows.
func (a *App) asOf(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			if seq, err := a.head(r.Context()); err == nil {
				r = r.WithContext(context.WithValue(r.Context(), asOfKey{}, seq))
			}
		}
		next.ServeHTTP(w, r)
	})
}

// Serve runs the server until ctx ends. ready, if not nil, is told the address once it answers.
func Serve(ctx context.Context, o Options, ready func(a *App, address string)) (err error) {
	a, err := Open(ctx, o)
	if err != nil {
		return err
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	defer func() {
		end, cancel := context.WithTimeout(background, o.Config.StopWithin)
		defer cancel()
		err = errors.Join(err, a.Close(end))
	}()
	h, err := a.Handler()
	if err != nil {
		return fmt.Errorf("app: the routes are faulty: %w", err)
	}
	s := &httpx.Server{Listen: o.Config.Listen, Cert: o.Config.TLSCert, Key: o.Config.TLSKey, Trusted: o.Config.TrustedProxies, Handler: h,
		Closing: append([]func(){a.health.Stop, a.hub.Close}, a.closing...), Grace: o.Config.StopWithin, Log: o.Log}
	l, err := s.Bind(ctx)
	if err != nil {
		return err
	}
	figures, err := a.figures(ctx)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer figures()
	if err := a.Start(background); err != nil {
		return errors.Join(err, l.Close())
	}
	if o.Prepare != nil {
		if err := o.Prepare(ctx, a); err != nil {
			return errors.Join(err, l.Close())
		}
	}
	if ready != nil {
		scheme := "http"
		if o.Config.TLSCert != "" {
			scheme = "https"
		}
		ready(a, scheme+"://"+l.Addr().String())
	}
	go debug.FreeOSMemory() // what migrations and registration needed once is given back at once
	return s.Serve(ctx, l)
}

// RunShim is the whole work of a process that the server starts to run one command; see the package deploy.
func RunShim(dir string) int { return deploy.RunShim(dir) }
