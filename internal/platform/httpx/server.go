package httpx

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"slipway/internal/errs"
)

// Server listens and stops in order.
type Server struct {
	// Listen is the address, host and port; port 0 chooses one.
	Listen string
	// Cert and Key are PEM files; both or none.
	Cert, Key string
	// Trusted are the reverse proxies in front, as in Options.
	Trusted []netip.Prefix
	// Handler is what Handler returned.
	Handler http.Handler
	// Closing run in order when the server begins to stop, before it waits for requests: readiness off, streams closed.
	Closing []func()
	// Grace bounds the wait for running requests; 20 seconds if 0.
	Grace time.Duration
	// Log receives the server's own errors; may be nil.
	Log *slog.Logger
	// HeaderTime and BodyTime bound how long a request's headers and the whole of it may take to arrive, so that slow
	// senders cannot hold connections; 10 seconds and 2 minutes if 0.
	HeaderTime, BodyTime time.Duration
}

const (
	headerTime = 10 * time.Second
	bodyTime   = 2 * time.Minute // 32 MiB of evidence over 2.2 Mbit/s
	answerTime = 3 * time.Minute
	idleTime   = 2 * time.Minute
	headerMax  = 64 << 10
)

// CheckListen refuses an address on which passwords and tokens would travel unencrypted: without TLS and without a
// trusted proxy in front only loopback is left. It fails with errs.Invalid and says what to configure.
func (s *Server) CheckListen() error {
	host, _, err := net.SplitHostPort(s.Listen)
	if err != nil {
		return errs.InvalidField("listen", "config.listen", "%q is not host and port, for example 127.0.0.1:8080.", s.Listen)
	}
	if (s.Cert == "") != (s.Key == "") {
		return errs.InvalidField("tls-cert", "config.tls", "A certificate needs its key: give both tls-cert and tls-key, or none.")
	}
	if s.Cert != "" || len(s.Trusted) > 0 || loopback(host) {
		return nil
	}
	return errs.InvalidField("listen", "config.plain_http", "Slipway speaks plain HTTP on loopback only, and %s is not. Give tls-cert and tls-key, name the reverse proxy in trusted-proxies, or listen on 127.0.0.1.", s.Listen)
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}

// Bind opens the address. It fails with errs.Invalid as CheckListen does, for an unreadable certificate, and with
// errs.Unavailable if the address is taken.
func (s *Server) Bind(ctx context.Context) (net.Listener, error) {
	if err := s.CheckListen(); err != nil {
		return nil, err
	}
	var pair tls.Certificate
	if s.Cert != "" {
		var err error
		if pair, err = tls.LoadX509KeyPair(s.Cert, s.Key); err != nil {
			return nil, errs.InvalidField("tls-cert", "config.tls", "The certificate cannot be used: %v.", err)
		}
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", s.Listen)
	if err != nil {
		return nil, errs.Unavailable("server.listen", "Slipway cannot listen on %s: %v.", s.Listen, err)
	}
	if s.Cert != "" {
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}})
	}
	return l, nil
}

// Serve answers on l until ctx ends, then stops: the Closing functions, a wait of Grace for running requests, the rest
// cut off. It returns nil after an orderly stop and closes l in any case.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	requests, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	srv := &http.Server{
		Handler: s.Handler, ReadHeaderTimeout: cmp.Or(s.HeaderTime, headerTime), ReadTimeout: cmp.Or(s.BodyTime, bodyTime), WriteTimeout: answerTime, IdleTimeout: idleTime,
		MaxHeaderBytes: headerMax, BaseContext: func(net.Listener) context.Context { return requests },
	}
	if s.Log != nil {
		srv.ErrorLog = slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn)
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		return errs.Unavailable("server.failed", "The server stopped: %v.", err).Because(err)
	case <-ctx.Done():
	}
	for _, f := range s.Closing {
		f()
	}
	grace := cmp.Or(s.Grace, 20*time.Second)
	wait, done := context.WithTimeout(requests, grace)
	defer done()
	err := srv.Shutdown(wait)
	if errors.Is(err, context.DeadlineExceeded) {
		cancel()
		err = errors.Join(fmt.Errorf("requests were still running after %s", grace), srv.Close())
	}
	<-failed
	return err
}
