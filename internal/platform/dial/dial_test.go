package dial

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"slipway/internal/errs"
)

func TestDo(t *testing.T) {
	var hops int
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/echo":
			b, _ := io.ReadAll(r.Body)
			w.WriteHeader(http.StatusTeapot)
			_, _ = io.WriteString(w, r.Method+" "+r.Header.Get("X-A")+" "+string(b))
		case "/long":
			_, _ = io.WriteString(w, strings.Repeat("x", 100))
		case "/loop":
			hops++
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/once":
			http.Redirect(w, r, "/long", http.StatusFound)
		case "/slow":
			<-r.Context().Done()
		case "/cut":
			panic(http.ErrAbortHandler)
		}
	}))
	defer s.Close()
	d, err := New("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	a, err := d.Do(t.Context(), Call{Method: "POST", URL: s.URL + "/echo", Headers: map[string]string{"X-A": "b"}, Body: "hello"})
	if err != nil || a.Status != 418 || string(a.Body) != "POST b hello" {
		t.Errorf("%+v %v", a, err)
	}
	if a, err = d.Do(t.Context(), Call{URL: s.URL + "/once", Limit: 10}); err != nil || len(a.Body) != 10 || !a.Cut {
		t.Errorf("%+v %v", a, err)
	}
	if a, err = d.Do(t.Context(), Call{Method: "POST", URL: s.URL + "/once"}); err != nil || a.Status != 302 {
		t.Errorf("a redirected POST is not followed: %+v %v", a, err)
	}
	strict, err := New()
	if err != nil {
		t.Fatal(err)
	}
	port := s.URL[strings.LastIndex(s.URL, ":"):]
	for name, c := range map[string]struct {
		d      *Dialer
		call   Call
		reason string
		maybe  bool
	}{
		"private":          {strict, Call{URL: s.URL}, "dial.private_range", false},
		"private by name":  {strict, Call{URL: "http://localhost" + port}, "dial.private_range", false},
		"mapped":           {strict, Call{URL: "http://[::ffff:127.0.0.1]" + port}, "dial.private_range", false},
		"loop":             {d, Call{URL: s.URL + "/loop"}, "dial.redirects", false},
		"slow":             {d, Call{URL: s.URL + "/slow", Timeout: time.Second}, "dial.timeout", true},
		"cut":              {d, Call{Method: "POST", URL: s.URL + "/cut"}, "dial.broken", true},
		"nobody":           {d, Call{URL: "http://127.0.0.1:1"}, "dial.refused", false},
		"scheme":           {d, Call{URL: "file:///etc/passwd"}, "dial.address", false},
		"password":         {d, Call{URL: "http://a:b@127.0.0.1"}, "dial.address", false},
		"malformed method": {d, Call{Method: "A B", URL: s.URL}, "dial.call", false},
	} {
		_, err := c.d.Do(t.Context(), c.call)
		var sent *Sent
		if !errors.As(err, &sent) || errs.ReasonOf(err) != c.reason || sent.Maybe != c.maybe {
			t.Errorf("%s: %v %+v", name, err, sent)
		}
	}
	if hops > Redirects+1 {
		t.Errorf("%d hops", hops)
	}
}

func TestAllow(t *testing.T) {
	for _, a := range []string{"10.0.0.0/8", "::1", "bank.internal", "bank.internal:8080", " Host "} {
		if _, err := New(a); err != nil {
			t.Errorf("%q: %v", a, err)
		}
	}
	for _, a := range []string{"", "http://x", "a b", "*.internal", "x@y"} {
		if _, err := New(a); !errs.Is(err, errs.CodeInvalid) {
			t.Errorf("%q: %v", a, err)
		}
	}
	for text, want := range map[string]bool{"8.8.8.8": false, "10.1.2.3": true, "169.254.169.254": true, "100.64.0.1": true, "fd00::1": true, "fe80::1": true, "0.0.0.0": true,
		"224.0.0.1": true, "64:ff9b::7f00:1": true, "2606:4700::1111": false, "192.168.1.1": true, "255.255.255.255": true} {
		if got := special(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
