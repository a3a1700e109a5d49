package dial

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"slipway/internal/clock"
	"slipway/internal/errs"
)

// Call is one HTTP call.
type Call struct {
	Method  string // GET if empty
	URL     string
	Headers map[string]string
	Body    string
	Timeout time.Duration // of the whole call, 30 s if 0
	Limit   int64         // bytes of the answer that are read, 1 MiB if 0
}

// Answer is what came back.
type Answer struct {
	Status int
	Kind   string // media type as the server says it
	Body   []byte
	Cut    bool // the body is longer than the limit
	// Headers are by name in lower case; several of one name are joined by a comma and a space, as they came.
	Headers map[string]string
	Took    time.Duration
}

// Sent says how far a call that failed had come.
type Sent struct {
	Err     error
	Maybe   bool // the server may have received it, so its effect is unknown
	Timeout bool
}

func (s *Sent) Error() string { return s.Err.Error() }

// Unwrap returns the cause.
func (s *Sent) Unwrap() error { return s.Err }

// Do makes a call. Every answer is a success, whatever its status. It fails with *Sent around errs.Invalid for a call that
// cannot be made, errs.Blocked for an address that is not allowed, and errs.Unavailable for what broke on the way.
func (d *Dialer) Do(ctx context.Context, c Call) (Answer, error) {
	if c.Timeout <= 0 {
		c.Timeout = 30 * time.Second
	}
	if c.Limit <= 0 {
		c.Limit = 1 << 20
	}
	if c.Method == "" {
		c.Method = http.MethodGet
	}
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return Answer{}, &Sent{Err: errs.Invalid("dial.address", "The address is not http://… or https://… without a password in it.")}
	}
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, c.Method, c.URL, strings.NewReader(c.Body))
	if err != nil {
		return Answer{}, &Sent{Err: errs.Invalid("dial.call", "The call cannot be made: %s.", err)}
	}
	r.Header.Set("User-Agent", "Slipway")
	r.GetBody = nil // a request with a body is never sent twice behind our back
	for k, v := range c.Headers {
		if strings.EqualFold(k, "Host") {
			r.Host = v
			continue
		}
		r.Header.Set(k, v)
	}
	start := clock.System.Now()
	res, err := d.http.Do(r)
	if err != nil {
		return Answer{}, broken(ctx, err, u.Host)
	}
	defer res.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(io.LimitReader(res.Body, c.Limit+1)); err != nil {
		return Answer{}, broken(ctx, err, u.Host)
	}
	a := Answer{Status: res.StatusCode, Kind: res.Header.Get("Content-Type"), Body: b.Bytes(), Took: clock.System.Now().Sub(start)}
	a.Headers = make(map[string]string, len(res.Header))
	for name, values := range res.Header {
		a.Headers[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	if int64(len(a.Body)) > c.Limit {
		a.Body, a.Cut = a.Body[:c.Limit], true
	}
	return a, nil
}

func broken(ctx context.Context, err error, host string) *Sent {
	if e, ok := refusal(err); ok {
		return &Sent{Err: e}
	}
	s := &Sent{Maybe: true}
	var op *net.OpError
	var name *net.DNSError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		s.Timeout = true
		s.Err = errs.Unavailable("dial.timeout", "%s did not answer in time.", host).Because(err)
		// Without a connection nothing was sent, however late it is.
		if errors.As(err, &op) && op.Op == "dial" {
			s.Maybe = false
		}
	case errors.As(err, &name):
		s.Maybe = false
		s.Err = errs.Unavailable("dial.name", "The name %s cannot be resolved.", host).Because(err)
	case errors.As(err, &op) && op.Op == "dial", errors.Is(err, syscall.ECONNREFUSED):
		s.Maybe = false
		s.Err = errs.Unavailable("dial.refused", "%s accepts no connection.", host).Because(err)
	default:
		s.Err = errs.Unavailable("dial.broken", "The connection to %s broke before the answer was there.", host).Because(err)
	}
	return s
}
