package clearance_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"slipway/internal/catalog"
	"slipway/internal/clearance"
	"slipway/internal/errs"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
)

// Those who share one read are each judged by their own rights, and one who leaves is not missed by the others.
func TestSharedReadKeepsAskersApart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		cards := authtest.Person(t, d, "cas", "pipeline@"+string(catalog.Scope(w.Cards.ID)))
		roleless := authtest.Person(t, d, "rob")
		gone, leave := context.WithCancel(w.Admin)
		leave()
		q := func(service string) clearance.Question {
			return clearance.Question{Service: service, Version: "1.0", Environment: "pre-prod"}
		}
		seen := codes(ask(t, w.c, w.Admin, "cards-core", "1.0", "pre-prod"))
		var wg sync.WaitGroup
		for range 25 {
			wg.Go(func() {
				if a, err := w.c.MayDeploy(cards, q("cards-core")); err != nil || codes(a) != seen {
					t.Errorf("of one's own product: %q, %v; want %q", codes(a), err, seen)
				}
				if a, err := w.c.MayDeploy(cards, q("ledger")); err != nil || codes(a) != "false service_unknown" {
					t.Errorf("of another product: %q, %v", codes(a), err)
				}
			})
			wg.Go(func() {
				if a, err := w.c.MayDeploy(roleless, q("cards-core")); !errs.Is(err, errs.CodeForbidden) {
					t.Errorf("without the right: %q, %v", codes(a), err)
				}
			})
			wg.Go(func() {
				if _, err := w.c.MayDeploy(gone, q("cards-core")); err != nil && !errors.Is(err, context.Canceled) {
					t.Errorf("after leaving: %v", err)
				}
			})
			wg.Go(func() {
				if _, err := w.c.MayDeploy(context.Background(), q("cards-core")); !errs.Is(err, errs.CodeUnauthenticated) && !errs.Is(err, errs.CodeForbidden) {
					t.Errorf("nobody: %v", err)
				}
			})
		}
		wg.Wait()
	})
}

// An answer takes in what was committed before the question, also while many ask and entries wait for their numbers.
func TestSharedReadIsFresh(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		stop := make(chan bool)
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
						if _, err := w.c.MayDeploy(w.Admin, clearance.Question{Service: "cards-core", Version: "1.0", Environment: "probe"}); err != nil {
							t.Error(err)
							return
						}
					}
				}
			})
		}
		e, err := w.Catalog.AddEnvironment(w.Admin, catalog.EnvironmentSpec{Key: "probe", Name: "Probe", Tier: "test", Default: "open"})
		must(t, err)
		for i := range 20 {
			spec, expect := catalog.EnvironmentSpec{Key: "probe", Name: "Probe", Tier: "test", Default: "open"}, "true environment_open"
			if i%2 == 0 {
				spec.Default, expect = "closed", "false calendar.default_closed"
			}
			e, err = w.Catalog.SetEnvironment(w.Admin, "probe", e.Rev, spec)
			must(t, err)
			if got := codes(ask(t, w.c, w.Admin, "cards-core", "1.0", "probe")); got != expect {
				t.Fatalf("after change %d: %q, want %q", i, got, expect)
			}
		}
		close(stop)
		wg.Wait()
	})
}
