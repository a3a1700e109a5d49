package web

import (
	"bytes"
	"net/http"

	"github.com/a-h/templ"

	"slipway/internal/errs"
	"slipway/internal/platform/httpx"
	"slipway/internal/platform/ui"
)

// Crumb is one step of the way to a page.
type Crumb struct{ Text, Href string }

// Page is what a handler renders.
type Page struct {
	Title  string          // of the window, without the product's name
	Nav    string          // the entry of the navigation that is current: "releases"
	Crumbs []Crumb         // the way here, outermost first
	Live   []string        // topics whose changes move the page; a refusal (status 400 and above) is never live
	Status int             // 200 if 0
	Body   templ.Component // the content of main
	// Block is the part that htmx asked to replace; Body if nil. On a full request it is not looked at.
	Block templ.Component
	// Bare pages (sign-in, first run) stand without navigation.
	Bare bool
}

// View is a page with what the shell needs to know of the request.
type View struct {
	Page
	Path      string // of the request, with its query, for coming back
	Scheme    ui.Scheme
	Toasts    []Toast
	RequestID string
}

// Render answers with the page: whole in the shell, or its block alone for htmx. Nothing is written if drawing fails.
func (s *Site) Render(w http.ResponseWriter, r *http.Request, p Page) error {
	var b bytes.Buffer
	ctx := r.Context()
	if p.Status >= http.StatusBadRequest {
		p.Live = nil // its address may take POST alone, and what was typed must stay
	}
	tell(ctx, p.Live)
	var c templ.Component
	if ui.Partial(r) {
		if c = p.Block; c == nil {
			c = p.Body
		}
	} else {
		v := View{Page: p, Path: r.URL.RequestURI(), Scheme: ui.SchemeOf(r), RequestID: httpx.RequestID(ctx)}
		if t, ok := ui.TakeToast(w, r); ok {
			v.Toasts = []Toast{t}
		}
		c = s.o.Shell(ctx, v)
	}
	if c == nil {
		c = templ.NopComponent
	}
	if err := c.Render(ctx, &b); err != nil {
		return errs.Internal("page.drawing_failed", err)
	}
	status := p.Status
	if status == 0 {
		status = http.StatusOK
	}
	if status < 400 {
		if err := passed(r); err != nil {
			return err
		}
	}
	ui.Headers(w.Header())
	w.Header().Set("Content-Security-Policy", httpx.Policy)
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes()) // a broken connection has nobody to tell
	}
	return nil
}

// Again answers a form whose input was refused: page, drawn with the person's own input and ui.ErrorsOf(err), under
// the status of err. Errors that a form cannot mend (a failure of ours, nobody signed in) are returned for the error page.
func (s *Site) Again(w http.ResponseWriter, r *http.Request, err error, p Page) error {
	switch code := errs.CodeOf(err); code {
	case errs.CodeInvalid, errs.CodeConflict, errs.CodeBlocked, errs.CodeForbidden, errs.CodeTooLarge, errs.CodeThrottled:
		p.Status = code.Status()
		httpx.Headers(w, err)
		return s.Render(w, r, p)
	}
	return err
}
