package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"slipway/internal/catalog"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// Who asks for one row more than the greatest page learns that there is another page.
func TestTheGreatestPageIsNotTheLast(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		var file strings.Builder
		for i := range 200 {
			fmt.Fprintf(&file, "---\nkind: service\nkey: s%03d\nname: Service\nproduct: cards\n", i)
		}
		r, err := apply.New(d, append(authtest.Service(t, d).Kinds(catalog.Scopes{}), w.Kinds()...)...)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Apply(w.admin, []apply.File{{Name: "services.yaml", Text: file.String()}}, false); err != nil {
			t.Fatal(err)
		}
		rows, err := w.Services(w.admin, catalog.Filter{Limit: 201})
		if err != nil || len(rows) != 201 {
			t.Errorf("%d services of 202, %v, wanted 201", len(rows), err)
		}
		m, err := w.Matrix(w.admin, catalog.MatrixFilter{Filter: catalog.Filter{Limit: 200}})
		if err != nil || len(m.Rows) != 200 || m.Next == "" {
			t.Errorf("%d rows of the matrix, next %q, %v, wanted 200 and another page", len(m.Rows), m.Next, err)
		}
	})
}
