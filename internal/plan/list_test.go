package plan_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

func dayOf(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

// many takes n releases over, some without a window and several with the same one.
func many(t testing.TB, w plantest.World, n int) {
	t.Helper()
	states := []plan.State{plan.Draft, plan.Planned, plan.Active, plan.Closed}
	in := make([]plan.Imported, n)
	for i := range in {
		s := plantest.Spec(fmt.Sprintf("r-%05d", i))
		s.Name, s.Scope = fmt.Sprintf("Release %d", i), nil
		if i%10 == 9 {
			s.Window = nil
		} else {
			s.Window = &plan.Window{Start: plantest.Window.Start.Add(dayOf(i / 3)), End: plantest.Window.End.Add(dayOf(i / 3))}
		}
		if i%5 == 0 {
			s.Product, s.Services = "cards", []plan.ItemSpec{{Service: "cards-core", Version: fmt.Sprintf("1.%d", i)}}
		}
		in[i] = plan.Imported{Spec: s, State: states[i%4], Reason: "taken over"}
	}
	if got, err := w.Plans.Import(w.Admin, in); err != nil || got != n {
		t.Fatalf("%d of %d taken over: %v", got, n, err)
	}
}

func TestPaging(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := plantest.New(t, d)
		many(t, w, 120)
		no := false
		for name, f := range map[string]plan.Filter{
			"all": {}, "newest": {Newest: true}, "open": {Ended: &no}, "product": {Product: "cards"}, "states": {States: []plan.State{plan.Active, plan.Closed}},
			"words": {Query: "release 11"}, "environment": {Environment: "prod-north"},
			"span": {From: plantest.Window.Start.Add(dayOf(2)), To: plantest.Window.Start.Add(dayOf(6))},
		} {
			whole, err := w.Plans.List(w.Admin, with(f, 201))
			if err != nil || len(whole) == 0 {
				t.Fatalf("%s: %d, %v", name, len(whole), err)
			}
			var paged []plan.Release
			for f := with(f, 7); ; {
				page, err := w.Plans.List(w.Admin, f)
				if err != nil {
					t.Fatal(err)
				}
				paged = append(paged, page...)
				if len(page) < 7 {
					break
				}
				last := page[len(page)-1]
				f.AfterSort, f.AfterID = last.Order(), string(last.ID)
			}
			keys := func(rs []plan.Release) (out []string) {
				for _, r := range rs {
					out = append(out, r.Key)
				}
				return out
			}
			if !slices.Equal(keys(whole), keys(paged)) {
				t.Errorf("%s: paged\n%v, whole\n%v", name, keys(paged), keys(whole))
			}
			for i := 1; i < len(whole); i++ {
				a, b := whole[i-1].Order(), whole[i].Order()
				if f.Newest {
					a, b = b, a
				}
				if a > b {
					t.Errorf("%s: %s before %s", name, whole[i-1].Key, whole[i].Key)
				}
			}
		}
		// Who may see one product sees its releases alone.
		ctx := authtest.Person(t, d, "carla", "viewer@"+string(catalog.Scope(w.Cards.ID)))
		rs, err := w.Plans.List(ctx, plan.Filter{Limit: 201})
		if err != nil || len(rs) != 24 {
			t.Errorf("%d releases, %v; want the 24 of cards", len(rs), err)
		}
		if _, err := w.Plans.List(ctx, plan.Filter{Product: "payments"}); !errs.Is(err, errs.CodeInvalid) {
			t.Errorf("a product that may not be seen: %v", err)
		}
		if _, err := w.Plans.Get(ctx, "r-00001"); !errs.Is(err, errs.CodeNotFound) {
			t.Errorf("a release that may not be seen: %v", err)
		}
		if _, err := w.Plans.Import(ctx, []plan.Imported{{Spec: plan.Spec{Product: "cards"}}}); !errs.Is(err, errs.CodeForbidden) {
			t.Errorf("taking over without the right: %v", err)
		}
	})
}

func with(f plan.Filter, limit int) plan.Filter { f.Limit = limit; return f }

// A release that names no environment goes to production; one that names an empty list goes nowhere yet.
func TestEnvironments(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := plantest.New(t, d)
		for key, c := range map[string]struct{ in, want []string }{
			"left-out": {nil, []string{"prod-north"}}, "none": {[]string{}, nil}, "stated": {[]string{"prod-north", "pre-prod"}, []string{"prod-north", "pre-prod"}},
		} {
			s := plantest.Spec(key)
			s.Environments = c.in
			r, err := w.Plans.Create(w.Admin, s)
			if err != nil || !slices.Equal(r.EnvironmentKeys, c.want) {
				t.Errorf("%s: %v, %v", key, r.EnvironmentKeys, err)
			}
			if got, err := w.Plans.Get(w.Admin, key); err != nil || !slices.Equal(got.EnvironmentKeys, c.want) {
				t.Errorf("%s, read: %v, %v", key, got.EnvironmentKeys, err)
			}
		}
	})
}

func TestCarrying(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := plantest.New(t, d)
		w.Release(t, "one", plan.Active)
		w.Release(t, "two", plan.Draft)
		w.Release(t, "old", plan.Closed)
		err := d.Read(w.Admin, func(tx *db.Tx) error {
			s, err := catalog.ServiceByRef(tx, "payments-core")
			if err != nil {
				return err
			}
			for _, c := range []struct {
				version, digest string
				ended           bool
				want            int
			}{{"8.32.0", "", false, 2}, {"8.32.0", "", true, 3}, {"", plantest.Digest, false, 2}, {"1.0", plantest.Digest, false, 2}, {"1.0", "", true, 0}} {
				rs, err := plan.Carrying(tx, s.ID, c.version, c.digest, c.ended)
				if err != nil || len(rs) != c.want {
					t.Errorf("%+v: %d, %v", c, len(rs), err)
				}
				for _, r := range rs {
					if len(r.Environments) != 1 {
						t.Errorf("%s goes to %v", r.Key, r.EnvironmentKeys)
					}
				}
			}
			n := 0
			if err := plan.AllCarried(tx, func(plan.Carried) { n++ }); err != nil || n != 4 {
				t.Errorf("%d items carried, %v", n, err)
			}
			r, err := plan.ReleaseByRef(tx, "one")
			if err != nil {
				return err
			}
			digest, err := plan.ManifestDigest(tx, r.ID)
			if want := "sha256:"; err != nil || digest != r.ManifestDigest || digest[:7] != want || len(digest) != 71 {
				t.Errorf("digest %q, %v", digest, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// The second of two who read the same version is told what the first wrote.
func TestConcurrentEdits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := plantest.New(t, d)
		r := w.Release(t, "r", plan.Draft)
		title := []string{"Mine", "Yours"}
		failed := make(chan error, 2)
		for _, s := range title {
			go func() { _, err := w.Plans.Set(w.Admin, "r", r.Rev, plan.Edit{Title: &s}); failed <- err }()
		}
		var lost error
		for range title {
			if err := <-failed; err != nil {
				if lost != nil {
					t.Fatalf("both failed: %v, %v", lost, err)
				}
				lost = err
			}
		}
		now, err := w.Plans.Get(w.Admin, "r")
		if err != nil {
			t.Fatal(err)
		}
		e := errs.As(lost)
		if lost == nil || e.Code != errs.CodeConflict {
			t.Fatalf("nobody was refused: %v", lost)
		}
		if theirs, ok := e.Theirs.(plan.Release); !ok || theirs.Title != now.Title || theirs.Rev != now.Rev {
			t.Errorf("theirs %+v, now %s", e.Theirs, now.Title)
		}
	})
}

// Of several who take the same key at once one gets it, and the others are told.
func TestConcurrentCreates(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := plantest.New(t, d)
		const n = 6
		failed := make(chan error, n)
		for range n {
			go func() { _, err := w.Plans.Create(w.Admin, plantest.Spec("same")); failed <- err }()
		}
		made := 0
		for range n {
			switch err := <-failed; {
			case err == nil:
				made++
			case errs.ReasonOf(err) != "key.taken":
				t.Errorf("refused with %v", err)
			}
		}
		if made != 1 {
			t.Errorf("%d were made", made)
		}
	})
}

func BenchmarkList10000(b *testing.B) {
	d := dbtest.Open(b, db.SQLite)
	w := plantest.New(b, d)
	many(b, w, 10_000)
	for name, f := range map[string]plan.Filter{"first": {}, "deep": {AfterSort: int64(plantest.Window.Start.Add(dayOf(2500))), AfterID: string(id.New[id.Release]())}, "words": {Query: "release 77"}, "product": {Product: "cards"}} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				if rs, err := w.Plans.List(w.Admin, f); err != nil || len(rs) == 0 {
					b.Fatal(len(rs), err)
				}
			}
		})
	}
}
