package planapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"slipway/internal/plan"
	"slipway/internal/plan/planapi"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/api"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// BenchmarkReleases lists 50 out of 10,000 releases, and beside it the same columns by the bare query through net/http.
func BenchmarkReleases(b *testing.B) {
	d := dbtest.Open(b, db.SQLite)
	w := plantest.New(b, d)
	in := make([]plan.Imported, 10_000)
	for i := range in {
		s := plantest.Spec(fmt.Sprintf("r-%05d", i))
		s.Window = &plan.Window{Start: plantest.Window.Start + db.Time(i)*3600e6, End: plantest.Window.End + db.Time(i)*3600e6}
		in[i].Spec = s
	}
	if _, err := w.Plans.Import(w.Admin, in); err != nil {
		b.Fatal(err)
	}
	s := authtest.Service(b, d)
	a := api.New(api.Options{DB: d, Guard: s.Guard()})
	planapi.Register(a, w.Plans)
	h, err := a.Handler()
	if err != nil {
		b.Fatal(err)
	}
	_, token, err := s.MakeToken(auth.WithSystem(b.Context()), credential.NewToken{Owner: authtest.Me(b, w.Admin), Name: "bench", Roles: auth.BuiltIn})
	if err != nil {
		b.Fatal(err)
	}
	ask := func(b *testing.B, h http.Handler) {
		for range b.N {
			r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/api/v1/releases", nil)
			r.Header.Set("Authorization", "Bearer "+token)
			r.RemoteAddr = "127.0.0.1:40000"
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, r)
			if rec.Code != http.StatusOK || rec.Body.Len() < 20_000 {
				b.Fatalf("%d %.200s", rec.Code, rec.Body)
			}
		}
	}
	b.Run("list", func(b *testing.B) { ask(b, h) })
	b.Run("bare", func(b *testing.B) {
		ask(b, http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
			rows, err := d.Raw().QueryContext(r.Context(), `SELECT r.id, r.key, r.name, r.title, r.version, r.product, p.key, p.name, r.template, r.template_version, r.state, r.state_at, r.state_by,
				r.owner, r.window_start, r.window_end, r.manifest_digest, r.rev, r.created_at, r.created_by, r.changed_at, r.changed_by,
				(SELECT e.key FROM release_environment t JOIN environment e ON e.id = t.environment WHERE t.release = r.id ORDER BY t.position LIMIT 1)
				FROM release r JOIN product p ON p.id = r.product ORDER BY r.sort_at, r.id LIMIT 50`)
			if err != nil {
				b.Error(err)
				return
			}
			defer rows.Close()
			var all []plan.Release
			for rows.Next() {
				x := plan.Release{EnvironmentKeys: []string{""}}
				if err := rows.Scan(&x.ID, &x.Key, &x.Name, &x.Title, &x.Version, &x.Product, &x.ProductKey, &x.ProductName, &x.Template, &x.TemplateVersion, &x.State, &x.StateAt, &x.StateBy,
					&x.Owner, &x.Window.Start, &x.Window.End, &x.ManifestDigest, &x.Rev, &x.CreatedAt, &x.CreatedBy, &x.ChangedAt, &x.ChangedBy, &x.EnvironmentKeys[0]); err != nil {
					b.Error(err)
				}
				all = append(all, x)
			}
			if err := json.NewEncoder(out).Encode(api.Page[plan.Release]{Items: all}); err != nil {
				b.Error(err)
			}
		}))
	})
}
