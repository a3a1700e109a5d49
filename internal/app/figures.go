package app

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"slipway/internal/errs"
)

// figures serves metrics, and profiles if they are turned on, at the address that is configured for them, and returns what
// ends that. It fails with errs.Unavailable if the address is taken.
func (a *App) figures(ctx context.Context) (end func(), err error) {
	c := a.o.Config
	if c.MetricsListen == "" {
		return func() {}, nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", c.MetricsListen)
	if err != nil {
		return nil, errs.Unavailable("server.listen", "Slipway cannot serve metrics at %s: %v.", c.MetricsListen, err)
	}
	s := &http.Server{Handler: a.metrics.Separate(c.MetricsToken, c.Profiling), ReadHeaderTimeout: 10 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			a.o.Log.Error("metrics are not served any more", "error", err)
		}
	}()
	a.o.Log.Info("metrics are served", "address", l.Addr().String())
	return func() {
		_ = s.Close() // nothing that asks for figures is worth a wait
		<-done
	}, nil
}
