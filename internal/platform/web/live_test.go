package web_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/a-h/templ"

	"slipway/internal/errs"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/ui/live"
	"slipway/internal/platform/web"
)

// liveSite is one page with a number that moves, a part that does not, and a switch that takes the page away.
func liveSite(t *testing.T, n *atomic.Int64, gone *atomic.Bool) (*httptest.Server, *live.Hub) {
	t.Helper()
	return loggedSite(t, n, func() error {
		if gone.Load() {
			return errs.NotFound("page.not_found", "There is no page at this address.")
		}
		return nil
	}, nil)
}

func loggedSite(t *testing.T, n *atomic.Int64, fault func() error, log *slog.Logger) (*httptest.Server, *live.Hub) {
	t.Helper()
	s := web.New(web.Options{
		Log:   log,
		Guard: httpx.Guard{},
		Shell: func(_ context.Context, v web.View) templ.Component {
			return templ.Join(text("<html><body>"), v.Body, text("</body></html>"))
		},
	})
	hub := live.NewHub(live.Config{})
	s.Live(hub, func(context.Context) (int64, error) { return n.Load(), nil })
	s.Handle("GET /counter", web.Public, func(w http.ResponseWriter, r *http.Request) error {
		if err := fault(); err != nil {
			return err
		}
		return s.Render(w, r, web.Page{Title: "Counter", Live: []string{"counter"},
			Body: text(`<p id="n" data-live>%d</p><p id="still" data-live>same</p><p id="dead">%d</p>`, n.Load(), n.Load())})
	})
	h, err := s.Handler()
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	t.Cleanup(hub.Close)
	return srv, hub
}

// message reads one event of a stream, without comments.
func message(t *testing.T, r *bufio.Reader) string {
	t.Helper()
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatalf("the stream ended after %q: %v", b.String(), err)
		}
		switch {
		case strings.HasPrefix(line, ":"):
		case line == "\n" && b.Len() > 0:
			return b.String()
		case line != "\n":
			b.WriteString(line)
		}
	}
}

func connect(t *testing.T, address string) *bufio.Reader {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	if res.StatusCode != http.StatusOK {
		t.Fatalf("the stream answered %s", res.Status)
	}
	return bufio.NewReader(res.Body)
}

func TestLiveSendsWhatChanged(t *testing.T) {
	var n atomic.Int64
	var gone atomic.Bool
	n.Store(7)
	srv, hub := liveSite(t, &n, &gone)
	stream := connect(t, srv.URL+web.LiveURL("/counter")+"&since=7")
	n.Store(8)
	hub.Wake(8, "counter")
	got := message(t, stream)
	if !strings.Contains(got, "id: 8") || !strings.Contains(got, `<p id="n" data-live="">8</p>`) {
		t.Errorf("the change is not in %q", got)
	}
	if strings.Contains(got, "still") || strings.Contains(got, "dead") {
		t.Errorf("more than the change is in %q", got)
	}
}

func TestLiveReplaysWholePageStateToALateReader(t *testing.T) {
	var n atomic.Int64
	var gone atomic.Bool
	n.Store(9)
	srv, _ := liveSite(t, &n, &gone)
	got := message(t, connect(t, srv.URL+web.LiveURL("/counter")+"&since=3"))
	if !strings.Contains(got, ">9<") || !strings.Contains(got, "same") {
		t.Errorf("the present state is not whole in %q", got)
	}
}

func TestLiveEndsWithThePage(t *testing.T) {
	var n atomic.Int64
	var gone atomic.Bool
	srv, hub := liveSite(t, &n, &gone)
	stream := connect(t, srv.URL+web.LiveURL("/counter"))
	gone.Store(true)
	hub.Wake(1, "counter")
	if rest, err := io.ReadAll(stream); err != nil || strings.Contains(string(rest), "data:") {
		t.Errorf("a page that is gone was sent: %q, %v", rest, err)
	}
	for _, page := range []string{"/counter", "/none", "//elsewhere/", web.LiveURL("/counter")} {
		res, err := http.Get(srv.URL + web.LiveURL(page))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode < 400 || res.StatusCode >= 500 {
			t.Errorf("a stream of %s answered %s", page, res.Status)
		}
	}
}

// TestLiveWarnsOfFaultsOnly ends a stream because its viewer signed out, and because the page is faulty: only that is in the log.
func TestLiveWarnsOfFaultsOnly(t *testing.T) {
	for name, c := range map[string]struct {
		fault error
		warns bool
	}{
		"signed out": {errs.Unauthenticated("auth.session_ended", "Your session has ended. Sign in again."), false},
		"no right":   {errs.NotFound("page.not_found", "There is no page at this address."), false},
		"faulty":     {errs.Internal("page.broken", errors.New("no such column")), true},
	} {
		t.Run(name, func(t *testing.T) {
			var n atomic.Int64
			var broken atomic.Bool
			n.Store(1)
			lines := make(chan string, 10)
			srv, hub := loggedSite(t, &n, func() error {
				if broken.Load() {
					return c.fault
				}
				return nil
			}, slog.New(slog.NewTextHandler(writer(func(b []byte) { lines <- string(b) }), nil)))
			r := connect(t, srv.URL+web.LiveURL("/counter"))
			broken.Store(true)
			n.Store(2)
			hub.Wake(2, "counter")
			if _, err := io.ReadAll(r); err != nil {
				t.Fatal(err)
			}
			srv.Close() // waits for the handler
			close(lines)
			warned := false
			for l := range lines {
				warned = warned || strings.Contains(l, "a live page failed")
			}
			if warned != c.warns {
				t.Errorf("warned: %v", warned)
			}
		})
	}
}

type writer func(b []byte)

func (w writer) Write(b []byte) (int, error) { w(b); return len(b), nil }
