package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"slipway/internal/platform/api"
	"slipway/internal/platform/db"
)

// rows reads the rows of one statement as they come.
func (w *world) rows(ctx context.Context, query string, args ...any) ([][]any, error) {
	rs, err := w.DB.Raw().QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rs.Close()
	names, err := rs.Columns()
	if err != nil {
		return nil, err
	}
	var out [][]any
	for rs.Next() {
		row, into := make([]any, len(names)), make([]any, len(names))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rs.Scan(into...); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, rs.Err()
}

// bareJSON answers with the rows of one statement as JSON, and fails unless there are n.
func (w *world) bareJSON(b *testing.B, n int, query string, args ...any) string {
	return serve(b, func(out http.ResponseWriter, r *http.Request) error {
		rows, err := w.rows(r.Context(), query, args...)
		if err == nil && len(rows) != n {
			err = fmt.Errorf("%d rows, want %d", len(rows), n)
		}
		if err != nil {
			return err
		}
		return json.NewEncoder(out).Encode(map[string]any{"items": rows})
	})
}

// barePage answers with a constant page of so many bytes after one statement.
func (w *world) barePage(b *testing.B, bytes int, query string, args ...any) string {
	page := make([]byte, bytes)
	return serve(b, func(out http.ResponseWriter, r *http.Request) error {
		if _, err := w.rows(r.Context(), query, args...); err != nil {
			return err
		}
		_, err := out.Write(page)
		return err
	})
}

const releaseRows = `SELECT r.id, r.key, r.name, r.title, r.version, r.product, p.key AS product_key, p.name AS product_name, r.template, r.template_version, r.state, r.state_at, r.state_by,
	r.owner, r.window_start, r.window_end, r.manifest_digest, r.rev, r.created_at, r.created_by, r.changed_at, r.changed_by,
	(SELECT e.key FROM release_environment t JOIN environment e ON e.id = t.environment WHERE t.release = r.id ORDER BY t.position LIMIT 1) AS environment
	FROM release r JOIN product p ON p.id = r.product `

// BenchmarkReleaseList is the JSON list of 50 releases out of all, beside the bare query; both through net/http over loopback.
// The aim is 2.5 times.
func BenchmarkReleaseList(b *testing.B) {
	w := open(b, bulkDir(b))
	limit := w.bareJSON(b, 50, releaseRows+`ORDER BY r.sort_at, r.id LIMIT 50`)
	beside(b, 1, func() { w.get(b, w.server.URL+"/api/v1/releases?limit=50") }, func() { w.get(b, limit) })
}

// BenchmarkEntries is the JSON page of 50 entries out of all, the first and a deep one, beside the bare query; both through
// net/http over loopback. The aim is 2.5 times, and deep at most 1.5 times first.
func BenchmarkEntries(b *testing.B) {
	w := open(b, bulkDir(b))
	head, err := w.Ledger.Head(w.admin)
	must(b, err)
	deep := head.Size / 20
	after, err := api.EncodeCursor("record", struct {
		Seq int64 `json:"s"`
	}{deep})
	must(b, err)
	const entries = `SELECT e.seq, e.header, p.payload FROM ledger_entry e LEFT JOIN ledger_payload p ON p.seq = e.seq WHERE e.seq < $1 ORDER BY e.seq DESC LIMIT 50`
	first, page := w.server.URL+"/api/v1/record?newest=true&limit=50", w.server.URL+"/api/v1/record?newest=true&limit=50&after="+after
	b.Run("first", func(b *testing.B) {
		limit := w.bareJSON(b, 50, entries, head.Size)
		beside(b, 1, func() { w.get(b, first) }, func() { w.get(b, limit) })
	})
	b.Run("deep", func(b *testing.B) {
		limit := w.bareJSON(b, 50, entries, deep)
		beside(b, 1, func() { w.get(b, page) }, func() { w.get(b, limit) })
	})
	b.Run("deep-by-first", func(b *testing.B) {
		beside(b, 1, func() { w.get(b, page) }, func() { w.get(b, first) })
	})
}

// BenchmarkReleasesPage is the page of 50 releases, beside the bare query and a constant page of the same size; both through
// net/http over loopback, not compressed. The aim is 3 times.
func BenchmarkReleasesPage(b *testing.B) {
	w := open(b, bulkDir(b))
	page := w.server.URL + "/releases"
	limit := w.barePage(b, w.get(b, page), releaseRows+`ORDER BY r.sort_at, r.id LIMIT 50`)
	beside(b, 1, func() { w.get(b, page) }, func() { w.get(b, limit) })
}

// BenchmarkCalendarPage is the page of a month with 300 releases, beside the bare query for them and a constant page of the same
// size; both through net/http over loopback, not compressed. The aim is 5 times.
func BenchmarkCalendarPage(b *testing.B) {
	w := open(b, bulkDir(b))
	now := w.DB.Clock().Now()
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	page := w.server.URL + "/calendar?month=" + month.Format("2006-01")
	limit := w.barePage(b, w.get(b, page), releaseRows+`WHERE r.window_end > $1 AND r.window_start < $2 ORDER BY r.sort_at, r.id`, db.At(month), db.At(month.AddDate(0, 1, 0)))
	beside(b, 1, func() { w.get(b, page) }, func() { w.get(b, limit) })
}
