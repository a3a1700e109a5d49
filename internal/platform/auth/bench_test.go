package auth_test

import (
	"net/http"
	"testing"

	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/auth/credential"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// BenchmarkCheck measures a check in a read of its own beside that read without it.
func BenchmarkCheck(b *testing.B) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(e), func(b *testing.B) {
			d := dbtest.Open(b, e)
			authtest.Service(b, d, riskPermissions)
			ctx := authtest.Person(b, d, "maya", "contributor@product/a", "viewer", "approver@product/b")
			for name, fn := range map[string]func(tx *db.Tx) error{
				"empty": func(*db.Tx) error { return nil },
				"one":   func(tx *db.Tx) error { return auth.Check(tx, "risk.open", "product/a") },
				"hundred": func(tx *db.Tx) error {
					for range 100 {
						if err := auth.Check(tx, "risk.open", "product/a"); err != nil {
							return err
						}
					}
					return nil
				},
			} {
				b.Run(name, func(b *testing.B) {
					for b.Loop() {
						if err := d.Read(ctx, fn); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		})
	}
}

// BenchmarkIdentify measures what a bearer token costs a request.
func BenchmarkIdentify(b *testing.B) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(e), func(b *testing.B) {
			d := dbtest.Open(b, e)
			s := authtest.Service(b, d, riskPermissions)
			_, text, err := s.MakeToken(authtest.Admin(b, d), credential.NewToken{Name: "ci", Roles: []string{auth.RolePipeline}})
			if err != nil {
				b.Fatal(err)
			}
			r, _ := http.NewRequestWithContext(b.Context(), http.MethodGet, "/", http.NoBody)
			r.Header.Set("Authorization", "Bearer "+text)
			for b.Loop() {
				if _, err := s.Identify(r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
