package capacity_test

import (
	"fmt"
	"testing"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/plan"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/work"
	"slipway/internal/work/capacity"
	"slipway/internal/work/resource"
	"slipway/internal/work/worktest"
)

// BenchmarkReadPage reads half a year of 200 people with 2,000 open tasks in twenty releases, and the first week that is
// over, as the page does.
func BenchmarkReadPage(b *testing.B) {
	const (
		persons  = 200
		releases = 20
		tasks    = 100
	)
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(e), func(b *testing.B) {
			d := dbtest.Open(b, e)
			authtest.Service(b, d, catalog.Permissions, plan.Permissions, work.Permissions, resource.Permissions)
			w := worktest.New(b, d)
			for i := range persons {
				authtest.Person(b, d, fmt.Sprintf("person-%d", i))
			}
			for r := range releases {
				key := fmt.Sprintf("release-%d", r)
				w.Release(b, key, plan.Draft)
				for i := range tasks {
					n := r*tasks + i
					due := db.At(start.Add(time.Duration(n%150) * 24 * time.Hour))
					w.Add(b, key, work.Spec{Key: fmt.Sprintf("task-%d", i), Name: "Task", Owner: fmt.Sprintf("person-%d", n%persons), Estimate: work.Estimate{Likely: int64(300 + n%40*60)}, Due: due})
				}
			}
			c := capacity.New(d, resource.New(d, resource.Options{}), capacity.Options{})
			b.ReportAllocs()
			for b.Loop() {
				if err := d.Read(w.Admin, func(tx *db.Tx) error {
					_, _, err := c.ReadPage(tx, capacity.Query{}, "", "", "")
					return err
				}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
