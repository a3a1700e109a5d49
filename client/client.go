package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Prefix is where the API lives on a server.
const Prefix = "/api/v1"

const answerMax = 64 << 20 // greatest answer in bytes that is read into memory

// Client is safe for concurrent use.
type Client struct {
	base  string
	token string
	agent string
	http  *http.Client
	tries int
	pause time.Duration
}

// Option changes a client.
type Option func(*Client)

// WithHTTP uses another HTTP client, for example with a private certificate authority.
func WithHTTP(h *http.Client) Option { return func(c *Client) { c.http = h } }

// WithAgent names the program that asks, for the server's log.
func WithAgent(name string) Option { return func(c *Client) { c.agent = name } }

// WithTries sets how often a request is sent at most (4 without it) and the pause before the second try, which doubles.
func WithTries(n int, pause time.Duration) Option {
	return func(c *Client) { c.tries, c.pause = max(1, n), pause }
}

// New returns a client of the server at url ("https://slipway.example.com"), with an API token or none. It fails if the
// address is not http or https, or if a token would leave this machine unencrypted.
func New(address, token string, options ...Option) (*Client, error) {
	u, err := url.Parse(strings.TrimRight(address, "/"))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.User != nil {
		return nil, fmt.Errorf("%q is not the address of a Slipway server, for example https://slipway.example.com", address)
	}
	if u.Scheme == "http" && token != "" && !local(u.Hostname()) {
		return nil, fmt.Errorf("the token would travel unencrypted to %s; use https", u.Host)
	}
	c := &Client{base: u.String(), token: token, agent: "slipway-client", tries: 4, pause: 200 * time.Millisecond,
		http: &http.Client{Timeout: 5 * time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	for _, o := range options {
		o(c)
	}
	return c, nil
}

// Request is one request of the API.
type Request struct {
	Method string
	Path   string // below Prefix; use Path to build it from names
	Query  url.Values
	Body   any // sent as JSON; nil for none
	// Raw is sent as it is, with the media type Kind, instead of Body.
	Raw  []byte
	Kind string
	// Key is the Idempotency-Key of a POST; a fresh one if empty. Give your own when a repetition may come from another
	// process.
	Key string
	// Match is the ETag of what is changed.
	Match string
}

// Path joins names to a path, each escaped: Path("releases", key, "risks").
func Path(names ...string) string {
	var b strings.Builder
	for _, n := range names {
		b.WriteByte('/')
		b.WriteString(url.PathEscape(n))
	}
	return b.String()
}

// Do sends a request and decodes the answer into out, which may be nil. An answer that is not a success is a *Problem.
//
// What broke on the way or was answered 429, 502, 503 or 504 is sent again with growing pauses: GET, PUT and DELETE since
// they may be repeated, POST since its key makes it so. So is 409 idempotency.in_flight.
func (c *Client) Do(ctx context.Context, r Request, out any) error {
	body, kind, err := c.encode(r)
	if err != nil {
		return err
	}
	if r.Method == http.MethodPost && r.Key == "" {
		r.Key = NewKey()
	}
	pause := c.pause
	for try := 1; ; try++ {
		var wait time.Duration
		wait, err = c.once(ctx, r, body, kind, out)
		if err == nil || try >= c.tries || ctx.Err() != nil || !again(r, err) {
			return err
		}
		if wait < pause {
			wait = pause
		}
		pause *= 2
		t := time.NewTimer(min(wait, 30*time.Second))
		select {
		case <-ctx.Done():
			t.Stop()
			return errors.Join(err, ctx.Err())
		case <-t.C:
		}
	}
}

// Get reads the thing at path into out.
func (c *Client) Get(ctx context.Context, path string, query url.Values, out any) error {
	return c.Do(ctx, Request{Method: http.MethodGet, Path: path, Query: query}, out)
}

// Post sends body as JSON and reads the answer into out.
func (c *Client) Post(ctx context.Context, path string, body, out any) error {
	return c.Do(ctx, Request{Method: http.MethodPost, Path: path, Body: body}, out)
}

// Put puts body in the place of a thing.
func (c *Client) Put(ctx context.Context, path string, body, out any) error {
	return c.Do(ctx, Request{Method: http.MethodPut, Path: path, Body: body}, out)
}

// Patch changes parts of a thing.
func (c *Client) Patch(ctx context.Context, path string, body, out any) error {
	return c.Do(ctx, Request{Method: http.MethodPatch, Path: path, Body: body}, out)
}

// Delete removes or ends a thing.
func (c *Client) Delete(ctx context.Context, path string, out any) error {
	return c.Do(ctx, Request{Method: http.MethodDelete, Path: path}, out)
}

// Open sends a GET once and returns the answer as a stream, which the caller closes. It has no time limit but ctx.
func (c *Client) Open(ctx context.Context, path string, query url.Values) (io.ReadCloser, error) {
	req, err := c.request(ctx, Request{Method: http.MethodGet, Path: path, Query: query}, nil, "")
	if err != nil {
		return nil, err
	}
	h := *c.http
	h.Timeout = 0
	res, err := h.Do(req)
	if err != nil {
		return nil, &Unreachable{Server: c.base, Err: err}
	}
	if res.StatusCode/100 != 2 {
		defer res.Body.Close()
		return nil, problemOf(res)
	}
	return res.Body, nil
}

func (c *Client) encode(r Request) (body []byte, kind string, err error) {
	switch {
	case r.Raw != nil:
		return r.Raw, r.Kind, nil
	case r.Body != nil:
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(r.Body); err != nil {
			return nil, "", fmt.Errorf("the request cannot be written as JSON: %w", err)
		}
		return b.Bytes(), "application/json", nil
	}
	return nil, "", nil
}

func (c *Client) request(ctx context.Context, r Request, body []byte, kind string) (*http.Request, error) {
	address := c.base + Prefix + r.Path
	if len(r.Query) > 0 {
		address += "?" + r.Query.Encode()
	}
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, address, reader)
	if err != nil {
		return nil, err
	}
	set := func(name, value string) {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	set("Content-Type", kind)
	set("User-Agent", c.agent)
	set("Accept", "application/json")
	set("If-Match", r.Match)
	if r.Method == http.MethodPost {
		set("Idempotency-Key", r.Key)
	}
	if c.token != "" {
		set("Authorization", "Bearer "+c.token)
	}
	return req, nil
}

func (c *Client) once(ctx context.Context, r Request, body []byte, kind string, out any) (time.Duration, error) {
	req, err := c.request(ctx, r, body, kind)
	if err != nil {
		return 0, err
	}
	res, err := c.http.Do(req)
	if err != nil {
		return 0, &Unreachable{Server: c.base, Err: err}
	}
	defer res.Body.Close()
	if res.StatusCode/100 != 2 {
		seconds, _ := strconv.Atoi(res.Header.Get("Retry-After"))
		return time.Duration(max(0, seconds)) * time.Second, problemOf(res)
	}
	b, err := io.ReadAll(io.LimitReader(res.Body, answerMax+1))
	if err != nil {
		return 0, &Unreachable{Server: c.base, Err: err}
	}
	if len(b) > answerMax {
		return 0, fmt.Errorf("the answer has more than %d bytes", answerMax)
	}
	if out == nil || len(b) == 0 {
		return 0, nil
	}
	if raw, ok := out.(*[]byte); ok {
		*raw = b
		return 0, nil
	}
	if err := json.Unmarshal(b, out); err != nil {
		return 0, fmt.Errorf("the server's answer cannot be read; is %s a Slipway server of this version? %w", c.base, err)
	}
	return 0, nil
}

func again(r Request, err error) bool {
	if r.Method == http.MethodPatch {
		return false
	}
	var lost *Unreachable
	if errors.As(err, &lost) {
		return true
	}
	var p *Problem
	if !errors.As(err, &p) {
		return false
	}
	switch p.Status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	case http.StatusConflict:
		return p.Reason == "idempotency.in_flight"
	}
	return false
}
