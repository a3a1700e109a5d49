package web

import (
	"context"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"slipway/internal/errs"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/ui"
)

// Failure is an error as a page tells it.
type Failure struct {
	Status    int
	Title     string // a few words: "Not found"
	Msg       string // what happened and what to do
	Reason    string
	Fields    []errs.Field
	Theirs    any
	RequestID string
	Fragment  bool
}

var titles = map[int]string{
	http.StatusNotFound: "Not found", http.StatusForbidden: "Not allowed", http.StatusUnauthorized: "Sign in first",
	http.StatusConflict: "Not done", http.StatusUnprocessableEntity: "Not saved", http.StatusRequestEntityTooLarge: "Too large",
	http.StatusTooManyRequests: "Too many tries", http.StatusServiceUnavailable: "Not available now",
	http.StatusMethodNotAllowed: "Not possible here",
}

// Fail answers with the error page of err, or sends a person without a session to sign in and back.
func (s *Site) Fail(w http.ResponseWriter, r *http.Request, err error) {
	s.failStatus(w, r, errs.CodeOf(err).Status(), err)
}

func (s *Site) failStatus(w http.ResponseWriter, r *http.Request, status int, err error) {
	e := errs.As(err)
	if e.Code == errs.CodeInternal && r.Context().Err() == nil { // nobody waits for what a closed connection asked
		s.o.Log.ErrorContext(r.Context(), "a page failed", "reason", e.Reason, "path", httpx.Path(r, r.Pattern), "error", e.Err)
	}
	if e.Code == errs.CodeUnauthenticated && s.o.SignIn != "" && r.URL.Path != s.o.SignIn {
		s.toSignIn(w, r)
		return
	}
	title := titles[status]
	switch {
	case title == "":
		title = "Slipway failed"
	case status == http.StatusUnprocessableEntity && r.Method == http.MethodGet:
		title = "Not shown"
	}
	msg := e.Msg
	if status == http.StatusUnprocessableEntity {
		msg = ui.WhyNotSaved(msg) // the title says the rest
	}
	f := Failure{Status: status, Title: title, Msg: msg, Reason: e.Reason, Fields: e.Fields, Theirs: e.Theirs,
		RequestID: httpx.RequestID(r.Context()), Fragment: ui.Partial(r)}
	httpx.Headers(w, err)
	body := s.o.Failure(r.Context(), f)
	p := Page{Title: title, Status: status, Body: body, Block: body}
	if s.o.Shell != nil && s.Render(w, r, p) == nil {
		return
	}
	// The shell itself fails: say so without it.
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_ = plain(r.Context(), f).Render(r.Context(), w)
	}
}

// toSignIn sends a browser to the sign-in page. Only the address of a page is kept for afterwards, never that of a form.
func (s *Site) toSignIn(w http.ResponseWriter, r *http.Request) {
	to := s.o.SignIn
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		if back := Local(r.URL.RequestURI()); !ui.Partial(r) && back != "/" {
			to += "?next=" + url.QueryEscape(back)
		}
	}
	send(w, r, to)
}

// plain draws a failure with nothing but HTML.
func plain(_ context.Context, f Failure) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		fmt.Fprintf(&b, `<section class="empty" role="alert" data-reason="%s"><h1>%s</h1><p>%s</p>`, html.EscapeString(f.Reason), html.EscapeString(f.Title), html.EscapeString(f.Msg))
		if len(f.Fields) > 0 {
			b.WriteString("<ul>")
			for _, x := range f.Fields {
				fmt.Fprintf(&b, "<li>%s</li>", html.EscapeString(strings.TrimPrefix(x.Name+": "+x.Msg, ": ")))
			}
			b.WriteString("</ul>")
		}
		if f.RequestID != "" {
			fmt.Fprintf(&b, `<p><small>Request %s</small></p>`, html.EscapeString(f.RequestID))
		}
		b.WriteString("</section>")
		_, err := io.WriteString(w, b.String())
		return err
	})
}
