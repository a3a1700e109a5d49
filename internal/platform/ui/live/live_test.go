package live

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/a-h/templ"

	"slipway/internal/errs"
)

var quick = Config{Gap: time.Millisecond}

// page is a subject with a counter: every step is an entry.
type page struct {
	hub     *Hub
	seq     atomic.Int64
	renders atomic.Int64
	fail    atomic.Bool
	gone    atomic.Bool
	many    atomic.Bool
}

func (p *page) step() { p.hub.Wake(p.seq.Add(1), "run/1") }

func (p *page) render(_ context.Context, since int64) (Update, error) {
	p.renders.Add(1)
	if p.fail.Load() {
		return Update{}, errors.New("broken")
	}
	up := Update{Seq: p.seq.Load(), Reload: p.many.Load()}
	if up.Seq > since {
		up.Fragments = []Fragment{{ID: "step-1", Body: templ.Raw(fmt.Sprintf("<b id=\"step-1\">\n%d</b>", up.Seq))}}
	}
	return up, nil
}

func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	allowed := func(context.Context) error {
		if p.gone.Load() {
			return errs.Forbidden("x", "x")
		}
		return nil
	}
	if err := p.hub.Serve(w, r, Stream{Topics: []string{"run/1"}, Render: p.render, Allowed: allowed}); err != nil {
		http.Error(w, err.Error(), errs.CodeOf(err).Status())
	}
}

func serve(t *testing.T, c Config) (*page, *httptest.Server) {
	t.Helper()
	p := &page{hub: NewHub(c)}
	s := httptest.NewServer(p)
	t.Cleanup(func() { p.hub.Close(); s.Close() })
	return p, s
}

// open connects and returns a function that reads the next event, without comments.
func open(t *testing.T, url string, header ...string) func() string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		t.Fatalf("the stream answers %d %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
	lines := bufio.NewReader(res.Body)
	return func() string {
		var event []string
		for {
			line, err := lines.ReadString('\n')
			line = strings.TrimSuffix(line, "\n")
			switch {
			case err == io.EOF:
				return "EOF"
			case err != nil:
				return "error: " + err.Error()
			case line == "" && len(event) > 0:
				return strings.Join(event, "\n")
			case line != "" && !strings.HasPrefix(line, ":"):
				event = append(event, line)
			}
		}
	}
}

const first = "id: %d\ndata: <hx-partial hx-target=\"#step-1\" hx-swap=\"outerMorph\"><b id=\"step-1\">\ndata: %d</b></hx-partial>"

func TestAWakeBringsTheCurrentFragments(t *testing.T) {
	p, s := serve(t, quick)
	next := open(t, s.URL)
	for k := 1; k <= 3; k++ {
		p.step()
		if got, want := next(), fmt.Sprintf(first, k, k); got != want {
			t.Fatalf("got %q, wanted %q", got, want)
		}
	}
}

func TestReplayAfterLastEventID(t *testing.T) {
	p, s := serve(t, quick)
	for range 7 {
		p.step()
	}
	for name, c := range map[string]struct {
		url    string
		header []string
	}{
		"the header":                 {s.URL, []string{"Last-Event-ID", "4"}},
		"the page's position":        {s.URL + "?since=4", nil},
		"the header before the page": {s.URL + "?since=7", []string{"Last-Event-ID", "4"}},
	} {
		if got, want := open(t, c.url, c.header...)(), fmt.Sprintf(first, 7, 7); got != want {
			t.Errorf("%s: got %q, wanted %q", name, got, want)
		}
	}
	// With nothing new the position stands and nothing is sent until something happens.
	next := open(t, s.URL+"?since=7")
	p.step()
	if got, want := next(), fmt.Sprintf(first, 8, 8); got != want {
		t.Errorf("got %q, wanted %q", got, want)
	}
}

func TestTooMuchReloads(t *testing.T) {
	p, s := serve(t, quick)
	p.many.Store(true)
	p.step()
	if got := open(t, s.URL+"?since=0")(); got != "id: 1\nevent: reload\ndata: reload" {
		t.Errorf("got %q", got)
	}
	up := Update{Seq: 9, Fragments: make([]Fragment, Most+1)}
	if msg, err := message(t.Context(), up, 3); err != nil || !strings.Contains(msg, "event: reload") {
		t.Errorf("%d fragments give %q, %v", Most+1, msg, err)
	}
}

func TestOtherTopicsDoNotWake(t *testing.T) {
	p, s := serve(t, quick)
	next := open(t, s.URL)
	p.hub.Wake(p.seq.Add(1), "run/2")
	p.step()
	if got, want := next(), fmt.Sprintf(first, 2, 2); got != want {
		t.Errorf("got %q, wanted %q", got, want)
	}
	if n := p.renders.Load(); n != 1 {
		t.Errorf("%d renders, wanted 1", n)
	}
}

func TestManyWakesBecomeFewAnswers(t *testing.T) {
	const gap = 200 * time.Millisecond
	p, s := serve(t, Config{Gap: gap})
	began := time.Now()
	next := open(t, s.URL)
	for range 1000 {
		p.step()
	}
	for last := ""; !strings.HasPrefix(last, "id: 1000"); last = next() {
	}
	if n, most := p.renders.Load(), 1+int64(time.Since(began)/gap); n > most {
		t.Errorf("1,000 wakes cost %d renders, wanted %d at most", n, most)
	}
}

func TestRightsAreCheckedAgain(t *testing.T) {
	p, s := serve(t, Config{Gap: time.Millisecond, Recheck: 5 * time.Millisecond})
	next := open(t, s.URL)
	p.gone.Store(true)
	if got := next(); got != "event: gone\ndata: gone" {
		t.Errorf("got %q", got)
	}
	if got := next(); got != "EOF" {
		t.Errorf("after the end came %q", got)
	}
}

func TestHeartbeat(t *testing.T) {
	_, s := serve(t, Config{Heartbeat: 5 * time.Millisecond})
	res, err := http.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		if lines.Text() == ": beat" {
			return
		}
	}
	t.Errorf("no heartbeat: %v", lines.Err())
}

func TestCloseEndsStreamsBeforeShutdown(t *testing.T) {
	p, s := serve(t, quick)
	next := open(t, s.URL)
	p.hub.Close()
	p.hub.Close()
	if got := next(); got != "EOF" {
		t.Errorf("got %q", got)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := s.Config.Shutdown(ctx); err != nil {
		t.Errorf("shutdown waits for a stream: %v", err)
	}
}

func TestARenderThatFailsEndsTheStream(t *testing.T) {
	p, s := serve(t, quick)
	next := open(t, s.URL)
	p.fail.Store(true)
	p.step()
	if got := next(); got != "EOF" {
		t.Errorf("got %q", got)
	}
}

func TestRefusals(t *testing.T) {
	p, s := serve(t, Config{Max: 1})
	status := func(query string) int {
		res, err := http.Get(s.URL + query)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode
	}
	if got := status("?since=yesterday"); got != 422 {
		t.Errorf("a position that is no number gives %d", got)
	}
	if got := status("?since=-1"); got != 422 {
		t.Errorf("a negative position gives %d", got)
	}
	open(t, s.URL)
	if got := status(""); got != 503 {
		t.Errorf("a full hub gives %d", got)
	}
	p.hub.Close()
	if got := status(""); got != 503 {
		t.Errorf("a closed hub gives %d", got)
	}
}

func TestNothingIsLeftBehind(t *testing.T) {
	p, s := serve(t, quick)
	ctx, cancel := context.WithCancel(t.Context())
	req, _ := http.NewRequestWithContext(ctx, "GET", s.URL, nil)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	cancel()
	s.Close() // waits for the handler
	if left := p.hub.Topics(); len(left) != 0 {
		t.Errorf("streams are left: %v", left)
	}
}

func TestFragment(t *testing.T) {
	for name, c := range map[string]struct {
		f    Fragment
		want string
	}{
		"removed":       {Fragment{ID: "a"}, "data: <hx-partial hx-target=\"#a\" hx-swap=\"delete\"></hx-partial>\n"},
		"log line":      {Fragment{ID: "log", Swap: "beforeend", Body: templ.Raw("x\r\ny\rz")}, "data: <hx-partial hx-target=\"#log\" hx-swap=\"beforeend\">x\ndata: y\ndata: z</hx-partial>\n"},
		"id of a digit": {Fragment{ID: "0193-a", Body: templ.Raw("")}, "data: <hx-partial hx-target=\"[id=&#34;0193-a&#34;]\" hx-swap=\"outerMorph\"></hx-partial>\n"},
	} {
		var b strings.Builder
		if err := c.f.write(t.Context(), &b); err != nil || b.String() != c.want {
			t.Errorf("%s: %q, %v", name, b.String(), err)
		}
	}
}

func FuzzFragmentStaysInItsEvent(f *testing.F) {
	f.Add("a", "x\n\nid: 9\n\ndata: y")
	f.Add("a\"b\\", "\r\r\nevent: gone")
	f.Fuzz(func(t *testing.T, id, body string) {
		var b strings.Builder
		if err := (Fragment{ID: id, Body: templ.Raw(body)}).write(context.Background(), &b); err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n") {
			if !strings.HasPrefix(line, "data: ") || strings.Contains(line, "\r") {
				t.Errorf("a line leaves its event: %q", line)
			}
		}
	})
}
