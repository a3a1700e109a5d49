package agenda_test

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
	"slipway/internal/work/outlook"
	"slipway/internal/work/resource"
	"slipway/internal/work/worktest"
)

// BenchmarkTaskSpans schedules a hundred releases of a hundred tasks each, in chains of ten, over 500 people.
func BenchmarkTaskSpans(b *testing.B) {
	const persons, releases, tasks = 500, 100, 100
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		b.Run(string(e), func(b *testing.B) {
			d := dbtest.Open(b, e)
			authtest.Service(b, d, catalog.Permissions, plan.Permissions, work.Permissions, resource.Permissions, outlook.Permissions)
			w := worktest.New(b, d)
			a := agenda.New(outlook.New(d, outlook.Options{Resources: resource.New(d, resource.Options{})}))
			for i := range persons {
				authtest.Person(b, d, fmt.Sprintf("person-%d", i))
			}
			for r := range releases {
				rel := w.Release(b, fmt.Sprintf("release-%d", r), plan.Draft)
				puts := make([]work.Put, tasks)
				for i := range puts {
					name, owner, due := "Task", fmt.Sprintf("person-%d", (r*tasks+i)%persons), db.At(d.Clock().Now().Add(time.Duration(i)*24*time.Hour))
					puts[i] = work.Put{Key: fmt.Sprintf("task-%d", i), Change: work.Change{Name: &name, Owner: &owner, Due: &due, Estimate: &work.Estimate{Likely: int64(300 + i%40*60)}}}
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
			b.ReportAllocs()
			for b.Loop() {
				if err := d.Read(w.Admin, func(tx *db.Tx) error {
					spans, err := a.TaskSpans(tx)
					if len(spans) < releases*tasks {
						b.Errorf("%d spans", len(spans))
					}
					return err
				}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
