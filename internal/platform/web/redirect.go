package web

import (
	"net/http"
	"net/url"
	"strings"

	"slipway/internal/platform/ui"
)

// Toast is a short word after something was done. It is never the only place that tells of it.
type Toast = ui.Toast

// Redirect ends a form that was carried out: the browser gets the page at to, a path of this site, with the toast on it.
// Of several toasts the last is shown.
func (s *Site) Redirect(w http.ResponseWriter, r *http.Request, to string, toasts ...Toast) error {
	if err := passed(r); err != nil {
		return err
	}
	if n := len(toasts); n > 0 {
		// A page follows in either case, so the toast travels as a cookie, never as an event of htmx.
		whole := r.Clone(r.Context())
		whole.Header.Del("HX-Request")
		ui.SendToast(w, whole, toasts[n-1])
	}
	send(w, r, Local(to))
	return nil
}

// send redirects a browser; htmx is told to go there itself, since a fetch would follow silently.
func send(w http.ResponseWriter, r *http.Request, to string) {
	if r.Header.Get("HX-Request") == "true" {
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusOK)
		return
	}
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
}

// Local returns to if it is a path of this site, and "/" otherwise, so that no address from outside can lead away.
func Local(to string) string {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.IndexFunc(to, astray) >= 0 {
		return "/"
	}
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || strings.HasPrefix(u.Path, "//") {
		return "/"
	}
	return to
}

// astray finds what browsers read as a slash or drop.
func astray(c rune) bool { return c == '\\' || c <= ' ' || c == 0x7f }
