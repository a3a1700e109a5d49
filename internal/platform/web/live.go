package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"slipway/internal/errs"
	"slipway/internal/platform/ui/live"
)

// LivePath is where the streams are. A page connects to LiveURL of its own address.
const LivePath = "/live"

// LiveURL returns the address of the stream of a page.
func LiveURL(page string) string { return LivePath + "?page=" + url.QueryEscape(page) }

// WatchTopic moves on every page: the watch bar and the counts of the navigation.
const WatchTopic = "watch"

// Live adds the stream that keeps every page fresh. A stream draws its page anew, as its viewer, whenever one of the
// page's topics is woken, and sends the elements marked data-live (with an id) that differ from what it sent before. So a
// page is live by its marks alone, a stream can show nothing that the page would not, and a viewer who loses the right to
// the page loses the stream. head returns the sequence of the newest entry; a page is never newer than what it returned
// before the page was drawn.
func (s *Site) Live(hub *live.Hub, head func(ctx context.Context) (int64, error)) {
	s.Handle("GET "+LivePath, Public, func(w http.ResponseWriter, r *http.Request) error {
		page, err := url.Parse(Local(r.URL.Query().Get("page")))
		if err != nil || page.Path == LivePath {
			return errs.InvalidField("page", "live.page", "The address of a page is expected.")
		}
		f := &follower{site: s, request: r, page: page, head: head}
		if err := f.start(r.Context()); err != nil {
			return err
		}
		return hub.Serve(w, r, live.Stream{
			Topics:  append(f.topics, WatchTopic),
			Render:  f.render,
			Allowed: func(ctx context.Context) error { _, err := f.look(ctx); return err },
			Failed: func(err error) {
				if errs.Is(err, errs.CodeNotFound) {
					return // who signs out or loses a right loses the page: nothing is wrong
				}
				s.o.Log.WarnContext(r.Context(), "a live page failed", "page", page.Path, "error", err)
			},
		})
	})
}

// follower is one stream: what of its page was sent last.
type follower struct {
	site    *Site
	request *http.Request
	page    *url.URL
	head    func(ctx context.Context) (int64, error)
	topics  []string
	seq     int64 // as of which the page was looked at when the stream began
	sent    map[string][sha256.Size]byte
}

type element struct {
	id   string
	text string
}

func (f *follower) start(ctx context.Context) error {
	var err error
	if f.seq, err = f.head(ctx); err != nil {
		return err
	}
	es, err := f.look(ctx)
	if err != nil {
		return err
	}
	f.sent = map[string][sha256.Size]byte{}
	for _, e := range es {
		f.sent[e.id] = sha256.Sum256([]byte(e.text))
	}
	return nil
}

// render returns what changed. A reader whose page is older than the stream gets everything, since what it has is unknown.
func (f *follower) render(ctx context.Context, since int64) (live.Update, error) {
	seq, err := f.head(ctx)
	if err != nil {
		return live.Update{}, err
	}
	es, err := f.look(ctx)
	if err != nil {
		return live.Update{}, err
	}
	up := live.Update{Seq: seq}
	now := map[string][sha256.Size]byte{}
	for _, e := range es {
		sum := sha256.Sum256([]byte(e.text))
		now[e.id] = sum
		was, known := f.sent[e.id]
		switch {
		case !known:
			up.Reload = true // a new part: only the whole page knows its place
		case was != sum || since < f.seq:
			up.Fragments = append(up.Fragments, live.Fragment{ID: e.id, Body: templ.Raw(e.text)})
		}
	}
	for id := range f.sent {
		if _, ok := now[id]; !ok {
			up.Fragments = append(up.Fragments, live.Fragment{ID: id})
		}
	}
	f.sent = now
	return up, nil
}

// look draws the page as its viewer and returns its live elements, outermost ones only.
func (f *follower) look(ctx context.Context) ([]element, error) {
	var topics []string
	ctx = context.WithValue(ctx, topicsKey{}, &topics)
	r := f.request.Clone(ctx)
	r.Method, r.URL, r.RequestURI, r.Pattern = http.MethodGet, f.page, f.page.RequestURI(), ""
	r.Body, r.ContentLength = http.NoBody, 0
	for h := range r.Header {
		if strings.HasPrefix(h, "Hx-") {
			r.Header.Del(h)
		}
	}
	w := &sketch{header: http.Header{}}
	f.site.mux.ServeHTTP(w, r)
	if w.status >= http.StatusInternalServerError {
		return nil, errs.Internal("live.page_failed", fmt.Errorf("web: %s answered %d", f.page.Path, w.status))
	}
	if w.status != 0 && w.status != http.StatusOK {
		return nil, errs.NotFound("live.gone", "This page is not there any more, or not for you.").Because(fmt.Errorf("web: %s answered %d", f.page.Path, w.status))
	}
	f.topics = topics
	return elements(&w.body)
}

type topicsKey struct{}

// tell leaves the topics of a page to the stream that draws it, if one does.
func tell(ctx context.Context, topics []string) {
	if t, ok := ctx.Value(topicsKey{}).(*[]string); ok {
		*t = topics
	}
}

// sketch takes an answer that nobody is sent.
type sketch struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (s *sketch) Header() http.Header         { return s.header }
func (s *sketch) Write(b []byte) (int, error) { return s.body.Write(b) }
func (s *sketch) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
}

func elements(r io.Reader) ([]element, error) {
	doc, err := html.Parse(r)
	if err != nil {
		return nil, errs.Internal("live.page_malformed", err)
	}
	var out []element
	var fault error
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if id, ok := liveID(n); ok {
			var b strings.Builder
			fault = errors.Join(fault, html.Render(&b, n))
			out = append(out, element{id, b.String()})
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(doc)
	return out, fault
}

func liveID(n *html.Node) (id string, ok bool) {
	if n.Type != html.ElementNode {
		return "", false
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "id":
			id = a.Val
		case "data-live":
			ok = true
		}
	}
	return id, ok && id != ""
}
