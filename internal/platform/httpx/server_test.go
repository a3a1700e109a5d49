package httpx

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"slipway/internal/errs"
)

func TestCheckListen(t *testing.T) {
	proxy := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for name, c := range map[string]struct {
		s  Server
		ok bool
	}{
		"loopback":        {Server{Listen: "127.0.0.1:0"}, true},
		"loopback, other": {Server{Listen: "127.8.8.8:0"}, true},
		"localhost":       {Server{Listen: "localhost:0"}, true},
		"IPv6 loopback":   {Server{Listen: "[::1]:0"}, true},
		"everywhere":      {Server{Listen: ":8080"}, false},
		"all of IPv4":     {Server{Listen: "0.0.0.0:8080"}, false},
		"a name":          {Server{Listen: "slipway.example.com:80"}, false},
		"behind a proxy":  {Server{Listen: ":8080", Trusted: proxy}, true},
		"TLS":             {Server{Listen: ":443", Cert: "c", Key: "k"}, true},
		"half of TLS":     {Server{Listen: ":443", Cert: "c"}, false},
		"no port":         {Server{Listen: "127.0.0.1"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if err := c.s.CheckListen(); (err == nil) != c.ok || err != nil && !errs.Is(err, errs.CodeInvalid) {
				t.Errorf("%v", err)
			}
		})
	}
}

func start(t *testing.T, s *Server) (addr string, stop func() error) {
	t.Helper()
	if s.Listen == "" {
		s.Listen = "127.0.0.1:0"
	}
	l, err := s.Bind(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	stopped := false
	stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		return <-done
	}
	t.Cleanup(func() { _ = stop() })
	return l.Addr().String(), stop
}

// The order of a stop: readiness and streams first, running requests to their end, then nothing is taken any more.
func TestStop(t *testing.T) {
	closing := make(chan struct{})
	inside, release := make(chan struct{}), make(chan struct{})
	h, err := Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/stream" {
			c := Stream(w, r)
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = io.WriteString(w, "data: 1\n\n")
			_ = c.Flush()
			<-closing
			_, _ = io.WriteString(w, "data: bye\n\n")
			return
		}
		close(inside)
		<-release
		_, _ = io.WriteString(w, "done")
	}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	addr, stop := start(t, &Server{Handler: h, Closing: []func(){func() { close(closing) }}})
	stream, err := http.Get("http://" + addr + "/stream")
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	if line, err := bufio.NewReader(stream.Body).ReadString('\n'); err != nil || line != "data: 1\n" {
		t.Fatalf("the stream does not flow before it ends: %q %v", line, err)
	}
	answer := make(chan string, 1)
	go func() {
		res, err := http.Get("http://" + addr + "/slow")
		if err != nil {
			answer <- err.Error()
			return
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		answer <- string(b)
	}()
	<-inside
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	<-closing
	close(release)
	if err := <-stopped; err != nil {
		t.Errorf("the stop was not orderly: %v", err)
	}
	if a := <-answer; a != "done" {
		t.Errorf("a running request was cut off: %q", a)
	}
	if _, err := net.DialTimeout("tcp", addr, time.Second); err == nil {
		t.Error("the server still listens")
	}
}

func TestStopCutsOffAfterGrace(t *testing.T) {
	inside := make(chan struct{})
	addr, stop := start(t, &Server{Grace: 50 * time.Millisecond, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(inside)
		<-r.Context().Done()
	})})
	go func() {
		if res, err := http.Get("http://" + addr); err == nil {
			res.Body.Close()
		}
	}()
	<-inside
	if err := stop(); err == nil || !strings.Contains(err.Error(), "still running") {
		t.Errorf("%v", err)
	}
}

func TestTLS(t *testing.T) {
	cert, key := pair(t)
	h, err := Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.Proto, Secure(r.Context()))
	}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	addr, _ := start(t, &Server{Handler: h, Cert: cert, Key: key})
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}}
	res, err := c.Get("https://" + addr)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	if string(b) != "HTTP/2.0 true" && string(b) != "HTTP/2.0true" || res.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("%s %v", b, res.Header)
	}
	if _, err := (&Server{Listen: "127.0.0.1:0", Cert: cert, Key: cert}).Bind(t.Context()); !errs.Is(err, errs.CodeInvalid) {
		t.Errorf("a key that is none: %v", err)
	}
	if _, err := (&Server{Listen: addr}).Bind(t.Context()); !errs.Is(err, errs.CodeUnavailable) {
		t.Errorf("a taken address: %v", err)
	}
}

func pair(t *testing.T) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	kder, err := x509.MarshalECPrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, b := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "EC PRIVATE KEY", Bytes: kder}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// A header beyond the limit is refused by the server before any handler sees it.
func TestHugeHeader(t *testing.T) {
	addr, _ := start(t, &Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a handler saw it") })})
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	go func() {
		_, _ = fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: x\r\nX: %s\r\n\r\n", strings.Repeat("a", 1<<20))
	}()
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("status %d", res.StatusCode)
	}
}

// A body that stops arriving before its end is an error of the caller, not of ours.
func TestBodyThatEndsEarly(t *testing.T) {
	got := make(chan error, 1)
	h, err := Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, err := ReadBody(r)
		got <- err
	}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	addr, _ := start(t, &Server{Handler: h})
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nshort")
	conn.Close()
	if err := <-got; !errs.Is(err, errs.CodeInvalid) {
		t.Errorf("%v", err)
	}
}

// Senders that trickle are cut off: before the headers are whole, and before the body is.
func TestSlowSenders(t *testing.T) {
	got := make(chan error, 1)
	h, err := Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, err := ReadBody(r)
		got <- err
	}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	send := func(s *Server, begin string) {
		t.Helper()
		addr, _ := start(t, s)
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, begin)
		_ = conn.SetReadDeadline(time.Now().Add(time.Minute)) // the test's own end, far beyond the server's
		if _, err := io.Copy(io.Discard, conn); err != nil {
			t.Errorf("the connection was not closed: %v", err)
		}
	}
	send(&Server{Handler: h, HeaderTime: 50 * time.Millisecond}, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
	if len(got) != 0 {
		t.Error("a handler saw a request whose headers are not whole")
	}
	for within := 100 * time.Millisecond; ; within *= 4 {
		send(&Server{Handler: h, BodyTime: within}, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nslow")
		select {
		case err := <-got:
			if !errs.Is(err, errs.CodeInvalid) {
				t.Errorf("%v", err)
			}
			return
		default: // on a busy machine not even the headers came within the time of the whole
			if within > time.Minute {
				t.Fatal("no handler saw the headers")
			}
		}
	}
}

// The limit for the arrival of a request does not end an answer that takes longer.
func TestLongAnswers(t *testing.T) {
	within := 50 * time.Millisecond
	h, err := Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := Stream(w, r)
		_ = c.Flush()
		select {
		case <-r.Context().Done():
			_, _ = io.WriteString(w, "cut off")
		case <-time.After(2 * within):
			_, _ = io.WriteString(w, "whole")
		}
	}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	get := func() string {
		addr, stop := start(t, &Server{Handler: h, BodyTime: within})
		defer func() { _ = stop() }()
		res, err := http.Get("http://" + addr)
		if err != nil {
			return err.Error()
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			return err.Error()
		}
		return string(b)
	}
	answer := get()
	for ; answer != "whole" && within < 10*time.Second; answer = get() {
		within *= 4 // a busy machine may not come to the answer before the request's time is over
	}
	if answer != "whole" {
		t.Error(answer)
	}
}
