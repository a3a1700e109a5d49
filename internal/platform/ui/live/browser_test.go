package live_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/chromedp/chromedp"

	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/asset"
	"slipway/internal/platform/ui/live"
	"slipway/internal/platform/ui/uitest"
)

// site is a live page with one number, an input and an opened details element.
type site struct {
	hub     atomic.Pointer[live.Hub]
	seq     atomic.Int64
	reload  atomic.Bool
	away    atomic.Bool // the stream answers 503
	forbid  atomic.Bool
	mu      sync.Mutex
	lastIDs []string
}

func (s *site) part() templ.Component {
	n := s.seq.Load()
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := fmt.Fprintf(w, `<section id="step" class="card"><h2>Step</h2><p id="n">%d</p><input id="note" aria-label="Note"><details id="more" hx-morph-skip><summary>More</summary><p>Text</p></details></section>`, n)
		return err
	})
}

func (s *site) wake() { s.hub.Load().Wake(s.seq.Add(1), "run") }

func (s *site) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle(asset.Prefix, asset.Handler())
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		p := ui.Page{Title: "Live", Now: time.Date(2026, 11, 19, 13, 8, 0, 0, time.UTC), Live: &ui.Stream{URL: "/sse", Since: s.seq.Load()}}
		body := templ.Join(templ.Raw(`<h1>Live</h1><form method="post" action="/act"><button id="act" class="btn">Act</button></form>`), s.part())
		if err := p.Render(w, r, 200, body); err != nil {
			http.Error(w, err.Error(), 500)
		}
	})
	mux.HandleFunc("GET /sse", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.lastIDs = append(s.lastIDs, r.Header.Get("Last-Event-ID"))
		s.mu.Unlock()
		if s.away.Load() {
			http.Error(w, "away", http.StatusServiceUnavailable)
			return
		}
		err := s.hub.Load().Serve(w, r, live.Stream{
			Topics: []string{"run"},
			Render: func(_ context.Context, since int64) (live.Update, error) {
				up := live.Update{Seq: s.seq.Load(), Reload: s.reload.Load()}
				if up.Seq > since {
					up.Fragments = []live.Fragment{{ID: "step", Body: s.part()}}
				}
				return up, nil
			},
			Allowed: func(context.Context) error {
				if s.forbid.Load() {
					return context.Canceled
				}
				return nil
			},
		})
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		}
	})
	return mux
}

// until waits for a condition in the page, also across a navigation.
func until(t *testing.T, ctx context.Context, what, js string) {
	t.Helper()
	uitest.Until(t, ctx, what, js)
}

func TestALivePageInARealBrowser(t *testing.T) {
	ctx := uitest.Browser(t)
	s := &site{}
	newHub := func() { s.hub.Store(live.NewHub(live.Config{Gap: time.Millisecond, Recheck: 50 * time.Millisecond})) }
	newHub()
	server := httptest.NewServer(s.handler())
	t.Cleanup(func() { s.hub.Load().Close(); server.Close() })
	const shown = `document.querySelector("#n").textContent === "%d"`
	const lamp = `document.querySelector("[data-lamp]").dataset.lamp === "%s"`

	uitest.Open(t, ctx, server.URL, uitest.Looks[0])
	// What happens between the rendering of the page and the stream is not lost.
	s.wake()
	until(t, ctx, "the first fragment", fmt.Sprintf(shown, 1))
	until(t, ctx, "the lamp is live", fmt.Sprintf(lamp, "live"))

	if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS("#more summary")), chromedp.SendKeys(chromedp.CSS("#note"), "half a sen")); err != nil {
		t.Fatal(err)
	}
	s.wake()
	until(t, ctx, "the second fragment", fmt.Sprintf(shown, 2))
	until(t, ctx, "focus, typed text and the open details are kept", `document.activeElement.id === "note" && document.activeElement.value === "half a sen" && document.querySelector("#more").open`)

	// The server goes away: the lamp says so, buttons that act go off, and the replay brings what was missed.
	s.away.Store(true)
	s.hub.Load().Close()
	until(t, ctx, "the lamp is not live", `document.querySelector("[data-lamp]").dataset.lamp !== "live"`)
	s.seq.Add(1)
	newHub()
	s.away.Store(false)
	until(t, ctx, "the replay", fmt.Sprintf(shown, 3))
	until(t, ctx, "the lamp is live again", fmt.Sprintf(lamp, "live")+` && !document.querySelector("#act").disabled`)
	s.mu.Lock()
	last := s.lastIDs[len(s.lastIDs)-1]
	s.mu.Unlock()
	if last != "2" {
		t.Errorf("the browser came back with Last-Event-ID %q, wanted 2", last)
	}

	// Too much at once loads the page anew.
	s.reload.Store(true)
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`window.old = true`)); err != nil {
		t.Fatal(err)
	}
	s.wake()
	until(t, ctx, "the page was loaded anew", `window.old === undefined && document.readyState === "complete" && `+fmt.Sprintf(shown, 4))
	s.reload.Store(false)
	until(t, ctx, "the lamp is live after the reload", fmt.Sprintf(lamp, "live"))

	// The rights go: the page says so and its buttons are off.
	s.forbid.Store(true)
	until(t, ctx, "the page is offline", fmt.Sprintf(lamp, "offline")+` && !document.querySelector("#offline").hidden && document.querySelector("#act").disabled`)
	for _, f := range uitest.Findings(t, ctx, uitest.Looks[0]) {
		t.Error(f)
	}
}

func TestAPageWhoseFirstConnectionFailsTriesAgain(t *testing.T) {
	ctx := uitest.Browser(t)
	s := &site{}
	s.hub.Store(live.NewHub(live.Config{Gap: time.Millisecond}))
	s.away.Store(true)
	server := httptest.NewServer(s.handler())
	t.Cleanup(func() { s.hub.Load().Close(); server.Close() })
	uitest.Open(t, ctx, server.URL, uitest.Looks[0])
	until(t, ctx, "the lamp says so", `document.querySelector("[data-lamp]").dataset.lamp === "reconnecting"`)
	s.away.Store(false)
	s.wake()
	until(t, ctx, "the fragment arrives", `document.querySelector("#n").textContent === "1" && document.querySelector("[data-lamp]").dataset.lamp === "live"`)
}
