package frame

import (
	"context"
	"net/http"
	"net/url"

	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/platform/reader"
)

// Look is for whom a page is drawn, and when.
type Look struct{ reader.Reader }

// LookOf returns the look of the caller at an instant.
func LookOf(ctx context.Context, now db.Time) Look { return Look{reader.Of(ctx, now.Std())} }

// Look returns the look of a request.
func (p *Frame) Look(r *http.Request) Look { return LookOf(r.Context(), db.At(p.DB.Clock().Now())) }

// Period writes a window in the viewer's zone, or that there is none.
func (l Look) Period(w plan.Window) string {
	if w.IsZero() {
		return "No window yet"
	}
	return l.Between(w.Start, w.End)
}

// URL is the address of a release or of something below it.
func URL(r plan.Release, below ...string) string {
	s := "/releases/" + url.PathEscape(r.Key)
	for _, b := range below {
		s += "/" + url.PathEscape(b)
	}
	return s
}

// Since writes an instant inside a sentence: "since today 14:08".
func (l Look) Since(t db.Time) string { return "since " + l.Mid(t) }
