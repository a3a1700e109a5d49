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
	"slipway/internal/work/agenda"
	"slipway/internal/work/capacity"
	"slipway/internal/work/outlook"
	"slipway/internal/work/resource"
	"slipway/internal/work/worktest"
)

// BenchmarkReadPage reads half a year of 500 people with 10,000 open tasks in a hundred releases, where their schedules have them, and the
// first week that is over, as the page does.
func BenchmarkReadPage(b *testing.B) {
	const (
		persons  = 500
		releases = 100
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
				rel := w.Release(b, key, plan.Draft)
				puts := make([]work.Put, tasks)
				for i := range puts {
					n := r*tasks + i
					name, owner, due := "Task", fmt.Sprintf("person-%d", n%persons), db.At(start.Add(time.Duration(n%150)*24*time.Hour))
					puts[i] = work.Put{Key: fmt.Sprintf("task-%d", i), Change: work.Change{Name: &name, Owner: &owner, Due: &due, Estimate: &work.Estimate{Likely: int64(300 + n%40*60)}}}
					if i%10 > 0 {
						puts[i].Needs = &[]string{fmt.Sprintf("task-%d", i-1)}
					}
				}
				if err := d.Write(w.Admin, func(tx *db.Tx) error {
					_, err := work.PutAll(tx, rel, puts)
					return err
				}); err != nil {
					b.Fatal(err)
				}
			}
			people := resource.New(d, resource.Options{})
			c := capacity.New(d, people, capacity.Options{Spans: scheduled{agenda.New(outlook.New(d, outlook.Options{Resources: people}))}})
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
