package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"slipway/client"
)

func serve(t *testing.T, h http.HandlerFunc, options ...client.Option) *client.Client {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	c, err := client.New(s.URL+"/", "hush", append([]client.Option{client.WithTries(4, time.Microsecond), client.WithAgent("test")}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDo(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		if r.URL.EscapedPath() != "/api/v1/boats/a%2Fb" || r.URL.RawQuery != "x=1" || r.Header.Get("Authorization") != "Bearer hush" ||
			r.Header.Get("Content-Type") != "application/json" || string(b) != "{\"name\":\"<Aurora>\"}\n" || r.Header.Get("Idempotency-Key") != "my-key" || r.Header.Get("If-Match") != `"3"` || r.UserAgent() != "test" {
			t.Errorf("%s %s %v %q", r.Method, r.URL, r.Header, b)
		}
		fmt.Fprint(w, `{"id":7}`)
	})
	var out struct{ ID int }
	err := c.Do(t.Context(), client.Request{Method: "POST", Path: client.Path("boats", "a/b"), Query: url.Values{"x": {"1"}}, Body: map[string]string{"name": "<Aurora>"}, Key: "my-key", Match: `"3"`}, &out)
	if err != nil || out.ID != 7 {
		t.Errorf("%+v %v", out, err)
	}
}

func TestProblem(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(422)
		fmt.Fprint(w, `{"status":422,"detail":"The input has a fault.","reason":"input.invalid","errors":[{"field":"steps[3].needs","message":"No such step.","file":"run.yaml","line":12}],"requestId":"r1","theirs":{"a":1}}`)
	})
	err := c.Post(t.Context(), "/boats", nil, nil)
	var p *client.Problem
	if !errors.As(err, &p) || p.RequestID != "r1" || client.Reason(err) != "input.invalid" || client.Status(err) != 422 || string(p.Theirs) != `{"a":1}` {
		t.Fatalf("%#v", err)
	}
	if want := "The input has a fault.\n  run.yaml:12: steps[3].needs: No such step."; err.Error() != want {
		t.Errorf("%q, want %q", err.Error(), want)
	}
}

func TestForeignAnswers(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"a proxy's page": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403); fmt.Fprint(w, "<html>no</html>") },
		"a lying problem": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(404)
			fmt.Fprint(w, "{")
		},
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://elsewhere.example/", http.StatusFound)
		},
	} {
		err := serve(t, h).Get(t.Context(), "/boats", nil, nil)
		if err == nil || !strings.Contains(err.Error(), "not as Slipway does") {
			t.Errorf("%s: %v", name, err)
		}
	}
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") })
	if err := c.Get(t.Context(), "/boats", nil, &struct{}{}); err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Error(err)
	}
}

func TestTries(t *testing.T) {
	for name, c := range map[string]struct {
		method, kind, reason string
		status               int
		want                 int32
	}{
		"GET 503":         {"GET", "application/problem+json", "x.y", 503, 4},
		"GET 502":         {"GET", "text/html", "", 502, 4},
		"POST 503":        {"POST", "application/problem+json", "x.y", 503, 4},
		"PATCH 503":       {"PATCH", "application/problem+json", "x.y", 503, 1},
		"GET 500":         {"GET", "application/problem+json", "x.y", 500, 1},
		"POST 422":        {"POST", "application/problem+json", "x.y", 422, 1},
		"POST in flight":  {"POST", "application/problem+json", "idempotency.in_flight", 409, 4},
		"POST conflict":   {"POST", "application/problem+json", "boat.changed", 409, 1},
		"DELETE 429":      {"DELETE", "application/problem+json", "x.y", 429, 4},
		"POST lost reply": {"POST", "", "hang up", 0, 4},
	} {
		t.Run(name, func(t *testing.T) {
			var n atomic.Int32
			var mu sync.Mutex
			var keys []string
			cl := serve(t, func(w http.ResponseWriter, r *http.Request) {
				n.Add(1)
				mu.Lock()
				keys = append(keys, r.Header.Get("Idempotency-Key"))
				mu.Unlock()
				if c.status == 0 {
					panic(http.ErrAbortHandler)
				}
				w.Header().Set("Content-Type", c.kind)
				w.WriteHeader(c.status)
				_ = json.NewEncoder(w).Encode(map[string]any{"status": c.status, "reason": c.reason, "detail": "No."})
			})
			if err := cl.Do(t.Context(), client.Request{Method: c.method, Path: "/x"}, nil); err == nil {
				t.Error("no error")
			}
			if n.Load() != c.want {
				t.Errorf("sent %d times, want %d", n.Load(), c.want)
			}
			mu.Lock()
			defer mu.Unlock()
			first := keys[0]
			if (first != "") != (c.method == "POST") {
				t.Errorf("key %q", first)
			}
			for _, k := range keys {
				if k != first {
					t.Errorf("a repetition has another key")
				}
			}
		})
	}
}

func TestTryAgainSucceeds(t *testing.T) {
	var n atomic.Int32
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		if string(b) != "raw" || r.Header.Get("Content-Type") != "application/xml" {
			t.Errorf("%q %q", b, r.Header.Get("Content-Type"))
		}
		if n.Add(1) < 3 {
			w.WriteHeader(503)
			return
		}
		w.WriteHeader(204)
	})
	if err := c.Do(t.Context(), client.Request{Method: "POST", Path: "/x", Raw: []byte("raw"), Kind: "application/xml"}, nil); err != nil || n.Load() != 3 {
		t.Errorf("%v after %d", err, n.Load())
	}
}

func TestContextEndsTries(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { cancel(); w.WriteHeader(503) }, client.WithTries(100, time.Hour))
	if err := c.Get(ctx, "/x", nil, nil); err == nil {
		t.Error("no error")
	}
}

func TestUnreachable(t *testing.T) {
	s := httptest.NewServer(nil)
	s.Close()
	c, err := client.New(s.URL, "", client.WithTries(2, time.Microsecond))
	if err != nil {
		t.Fatal(err)
	}
	var u *client.Unreachable
	if err := c.Get(t.Context(), "/x", nil, nil); !errors.As(err, &u) || !strings.Contains(err.Error(), s.URL) {
		t.Error(err)
	}
}

func TestNew(t *testing.T) {
	for address, ok := range map[string]bool{
		"https://slipway.example.com": true, "https://slipway.example.com/": true, "http://127.0.0.1:8080": true, "http://[::1]:1": true, "http://localhost:1": true,
		"http://slipway.example.com": false, "slipway.example.com": false, "ftp://x": false, "": false, "https://user:hush@x": false, "https://x?y=1": false,
	} {
		_, err := client.New(address, "hush")
		if (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
		if err != nil && strings.Contains(err.Error(), "token hush") {
			t.Errorf("the error tells the token: %v", err)
		}
	}
	if _, err := client.New("http://slipway.example.com", ""); err != nil {
		t.Errorf("without a token nothing is lost: %v", err)
	}
}

func TestAll(t *testing.T) {
	var asked []string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.RawQuery)
		switch r.URL.Query().Get("after") {
		case "":
			fmt.Fprint(w, `{"items":[1,2],"next":"a"}`)
		case "a":
			fmt.Fprint(w, `{"items":[3],"next":"b"}`)
		default:
			fmt.Fprint(w, `{"items":[4]}`)
		}
	})
	got, err := client.List[int](t.Context(), c, "/n", url.Values{"kind": {"x"}}, 0)
	if err != nil || fmt.Sprint(got) != "[1 2 3 4]" || fmt.Sprint(asked) != "[kind=x after=a&kind=x after=b&kind=x]" {
		t.Errorf("%v %v %q", got, err, asked)
	}
	asked = nil
	if got, err = client.List[int](t.Context(), c, "/n", nil, 2); err != nil || len(got) != 2 || len(asked) != 1 {
		t.Errorf("a page too many: %v %q", got, asked)
	}
}

func TestOpen(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/no" {
			w.WriteHeader(404)
			return
		}
		fmt.Fprint(w, "line\n")
	})
	body, err := c.Open(t.Context(), "/log", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if b, err := io.ReadAll(body); err != nil || string(b) != "line\n" {
		t.Errorf("%q %v", b, err)
	}
	if _, err := c.Open(t.Context(), "/no", nil); client.Status(err) != 404 {
		t.Error(err)
	}
}
