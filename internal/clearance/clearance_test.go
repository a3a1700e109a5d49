package clearance_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"slipway/internal/calendar"
	"slipway/internal/calendar/calendartest"
	"slipway/internal/catalog"
	"slipway/internal/clearance"
	"slipway/internal/clock"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

// stand is a standing that tests set; every change goes with an entry, as in real life.
type stand struct {
	mu sync.Mutex
	of map[id.Release]clearance.Standing
}

func (s *stand) standing(_ *db.Tx, r plan.Release) (clearance.Standing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.of[r.ID], nil
}

func (s *stand) set(r id.Release, x clearance.Standing) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.of[r] = x
}

type world struct {
	calendartest.World
	c     *clearance.Clearance
	stand *stand
}

func newWorld(t *testing.T, d *db.DB) world {
	t.Helper()
	authtest.Service(t, d, catalog.Permissions, plan.Permissions, calendar.Permissions, clearance.Permissions)
	l := ledgertest.Open(t, d)
	s := &stand{of: map[id.Release]clearance.Standing{}}
	c := clearance.New(d, clearance.Options{Standing: s.standing, Ledger: l})
	w := world{calendartest.New(t, d), c, s}
	e, err := w.Catalog.Environment(w.Admin, "prod-north")
	must(t, err)
	_, err = w.Catalog.SetEnvironment(w.Admin, "prod-north", e.Rev, catalog.EnvironmentSpec{Key: "prod-north", Name: "Prod north", Tier: "production", Default: "open", Rule: "release-only"})
	must(t, err)
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func ask(t *testing.T, c *clearance.Clearance, ctx context.Context, service, version, environment string, more ...func(*clearance.Question)) clearance.Answer {
	t.Helper()
	q := clearance.Question{Service: service, Version: version, Environment: environment}
	for _, f := range more {
		f(&q)
	}
	a, err := c.MayDeploy(ctx, q)
	must(t, err)
	return a
}

func codes(a clearance.Answer) string {
	var out []string
	for _, r := range a.Reasons {
		out = append(out, strings.TrimPrefix(r.Code, "clearance."))
	}
	return fmt.Sprint(a.Allowed, " ", strings.Join(out, " "))
}

func want(t *testing.T, a clearance.Answer, text string) {
	t.Helper()
	t.Helper()
	if got := codes(a); got != text {
		t.Fatalf("answer %q, want %q: %+v", got, text, a)
	}
}

func digest(q *clearance.Question) { q.Digest = plantest.Digest }

func TestAnswers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		want(t, ask(t, w.c, w.Admin, "payments-core", "1.0", "pre-prod"), "true environment_open")
		want(t, ask(t, w.c, w.Admin, "nope", "1.0", "pre-prod"), "false service_unknown")
		want(t, ask(t, w.c, w.Admin, "payments-core", "1.0", "moon"), "false environment_unknown")
		want(t, ask(t, w.c, w.Admin, "payments-core", "8.32.0", "prod-north"), "false no_release")

		r, err := w.Plans.Create(w.Admin, plantest.Spec("payments-1"))
		must(t, err)
		want(t, ask(t, w.c, w.Admin, "payments-core", "8.32.0", "prod-north"), "false release_not_approved verdict_no_go undecided release_window_ahead")
		for _, f := range []func(context.Context, string) (plan.Release, error){w.Plans.Plan, w.Plans.Activate} {
			_, err = f(w.Admin, r.Key)
			must(t, err)
		}
		w.stand.set(r.ID, clearance.Standing{Verdict: "go", Decision: "go"})
		must(t, d.Write(w.Admin, func(tx *db.Tx) error { return plan.MarkApproved(tx, r.ID, "GO") }))
		a := ask(t, w.c, w.Admin, "payments-core", "8.32.0", "prod-north")
		want(t, a, "false release_window_ahead")
		if a.NextOpening == nil || db.At(*a.NextOpening) != r.Window.Start {
			t.Errorf("next opening %v, want %v", a.NextOpening, r.Window.Start)
		}
		d.Clock().(*clock.Fake).Set(r.Window.Start.Add(time.Minute).Std())
		want(t, ask(t, w.c, w.Admin, "payments-core", "8.32.0", "prod-north"), "true release_ready")
		want(t, ask(t, w.c, w.Admin, "payments-core", "", "prod-north", digest), "true release_ready")
		want(t, ask(t, w.c, w.Admin, "payments-core", "8.32.0", "prod-north", func(q *clearance.Question) { q.Digest = "sha256:" + strings.Repeat("0", 64) }), "false digest_mismatch")
		want(t, ask(t, w.c, w.Admin, "ledger", "5.15.0", "prod-north", func(q *clearance.Question) { q.Release = "other" }), "false no_release")
		must(t, d.Read(w.Admin, func(tx *db.Tx) error { return w.c.MayStart(tx, r.ID, nil) }))

		// A freeze, a bar, a stale decision: each binds the next answer and the start of the run.
		f := calendartest.Freeze(t, w.Calendar, w.Admin, "Peak", "2026-11-19T00:00", "2026-11-21T00:00", calendartest.For("payments-core"))
		want(t, ask(t, w.c, w.Admin, "payments-core", "8.32.0", "prod-north"), "false calendar.freeze_hard")
		want(t, ask(t, w.c, w.Admin, "ledger", "5.15.0", "prod-north"), "true release_ready")
		err = d.Read(w.Admin, func(tx *db.Tx) error { return w.c.MayStart(tx, r.ID, nil) })
		if e := errs.As(err); e == nil || e.Code != errs.CodeBlocked || len(e.Fields) != 1 || e.Fields[0].Reason != "calendar.freeze_hard" || e.Fields[0].Name != "prod-north" {
			t.Errorf("start in a freeze: %v", err)
		}
		o, err := w.c.Override(w.Admin, clearance.NewOverride{Service: "payments-core", Environment: "prod-north", Digest: plantest.Digest, Reason: "It stops the fraud.", Until: r.Window.End})
		must(t, err)
		want(t, ask(t, w.c, w.Admin, "payments-core", "8.32.0", "prod-north", digest), "true overridden")
		_, err = w.c.WithdrawOverride(w.Admin, o.ID)
		must(t, err)
		want(t, ask(t, w.c, w.Admin, "payments-core", "8.32.0", "prod-north", digest), "false calendar.freeze_hard")
		_, err = w.Calendar.Withdraw(w.Admin, calendar.Freeze, f.Key, f.Rev, "Over")
		must(t, err)
		want(t, ask(t, w.c, w.Admin, "payments-core", "8.32.0", "prod-north"), "true release_ready")
		b, err := w.Catalog.BarVersion(w.Admin, catalog.NewBar{Service: "payments-core", Version: "8.32.0", Reason: "It loses postings"})
		must(t, err)
		want(t, ask(t, w.c, w.Admin, "payments-core", "8.32.0", "pre-prod"), "false version_barred")
		_, err = w.Catalog.LiftVersion(w.Admin, b.ID, "Fixed by configuration")
		must(t, err)
		want(t, ask(t, w.c, w.Admin, "payments-core", "8.32.0", "pre-prod"), "true environment_open")
		_, err = w.Plans.Hold(w.Admin, r.Key, "Wait for the bank")
		must(t, err)
		want(t, ask(t, w.c, w.Admin, "payments-core", "8.32.0", "prod-north"), "false release_on_hold")
		_, err = w.Plans.Cancel(w.Admin, r.Key, "Not wanted")
		must(t, err)
		want(t, ask(t, w.c, w.Admin, "payments-core", "8.32.0", "prod-north"), "false release_ended")
		_, err = w.Catalog.RecordDeployment(w.Admin, catalog.NewDeployment{Service: "payments-core", Environment: "prod-north", Version: "8.32.0", Digest: plantest.Digest})
		must(t, err)
		want(t, ask(t, w.c, w.Admin, "payments-core", "8.32.0", "prod-north", digest), "true already_running")
	})
}

func TestLaterInstant(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := newWorld(t, d)
	calendartest.Freeze(t, w.Calendar, w.Admin, "Next winter", "2028-11-19T00:00", "2028-12-21T00:00")
	at := func(text string) func(*clearance.Question) {
		return func(q *clearance.Question) { must(t, q.At.UnmarshalText([]byte(text))) }
	}
	want(t, ask(t, w.c, w.Admin, "ledger", "1", "pre-prod"), "true environment_open")
	want(t, ask(t, w.c, w.Admin, "ledger", "1", "pre-prod", at("2028-12-01T00:00:00Z")), "false calendar.freeze_hard")
	want(t, ask(t, w.c, w.Admin, "ledger", "1", "pre-prod", at("2028-12-21T00:00:00Z")), "true environment_open")
}

func TestRights(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		cards := authtest.Person(t, d, "carl", "pipeline@"+string(catalog.Scope(w.Cards.ID)))
		want(t, ask(t, w.c, cards, "cards-core", "1", "pre-prod"), "true environment_open")
		want(t, ask(t, w.c, cards, "payments-core", "1", "pre-prod"), "false service_unknown")
		want(t, ask(t, w.c, w.Admin, "payments-core", "1", "pre-prod"), "true environment_open")
		nobody := authtest.Person(t, d, "nils")
		if _, err := w.c.MayDeploy(nobody, clearance.Question{Service: "cards-core", Version: "1", Environment: "pre-prod"}); !errs.Is(err, errs.CodeForbidden) {
			t.Errorf("without a role: %v", err)
		}
		for _, c := range []struct {
			field string
			q     clearance.Question
		}{{"service", clearance.Question{Version: "1", Environment: "e"}}, {"environment", clearance.Question{Version: "1", Service: "e"}},
			{"version", clearance.Question{Service: "s", Environment: "e"}}, {"digest", clearance.Question{Service: "s", Environment: "e", Digest: "md5:1"}}} {
			_, err := w.c.MayDeploy(w.Admin, c.q)
			if e := errs.As(err); e == nil || len(e.Fields) != 1 || e.Fields[0].Name != c.field {
				t.Errorf("%s: %v", c.field, err)
			}
		}
	})
}

func TestRecorded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		a := ask(t, w.c, w.Admin, "ledger", "1", "prod-north", func(q *clearance.Question) { q.Record = true })
		rs, err := w.c.Answers(w.Admin, clearance.AnswerFilter{Service: "ledger"})
		must(t, err)
		if a.Record == "" || len(rs) != 1 || rs[0].ID != a.Record || rs[0].Allowed {
			t.Errorf("recorded: %+v %+v", a, rs)
		}
		cards := authtest.Person(t, d, "carl", "viewer@"+string(catalog.Scope(w.Cards.ID)))
		if rs, err := w.c.Answers(cards, clearance.AnswerFilter{}); err != nil || len(rs) != 0 {
			t.Errorf("answers on another product: %+v %v", rs, err)
		}
	})
}

// A published freeze binds the very next answer, while others ask all the time.
func TestFreezeBindsTheNextAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		binds(t, w, w.c, w.c)
	})
}

// The same with two replicas: what one publishes binds the next answer of the other.
func TestFreezeBindsTheNextAnswerOfAnotherReplica(t *testing.T) {
	p := dbtest.New(t, db.Postgres)
	one := dbtest.Reopen(t, p, clock.NewFake(dbtest.Start))
	two := dbtest.Reopen(t, p, clock.NewFake(dbtest.Start))
	w := newWorld(t, one)
	authtest.Service(t, two, catalog.Permissions, plan.Permissions, calendar.Permissions, clearance.Permissions)
	other := clearance.New(two, clearance.Options{Standing: w.stand.standing})
	binds(t, w, w.c, other)
}

func binds(t *testing.T, w world, cs ...*clearance.Clearance) {
	ctx, stop := context.WithCancel(w.Admin)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for ctx.Err() == nil {
				_, err := cs[i%len(cs)].MayDeploy(ctx, clearance.Question{Service: "ledger", Version: "1", Environment: "pre-prod"})
				if err != nil && ctx.Err() == nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for i := range 12 {
		for _, c := range cs {
			want(t, ask(t, c, w.Admin, "ledger", "1", "pre-prod"), "true environment_open")
		}
		f := calendartest.Freeze(t, w.Calendar, w.Admin, fmt.Sprintf("Freeze %d", i), "2026-11-19T00:00", "2026-11-21T00:00")
		for _, c := range cs {
			want(t, ask(t, c, w.Admin, "ledger", "1", "pre-prod"), "false calendar.freeze_hard")
		}
		_, err := w.Calendar.Withdraw(w.Admin, calendar.Freeze, f.Key, f.Rev, "Enough")
		must(t, err)
	}
	stop()
	wg.Wait()
}

func TestSoftFreezeAsksItsOwner(t *testing.T) {
	d := dbtest.Open(t, db.SQLite)
	w := newWorld(t, d)
	_, err := w.Plans.Create(w.Admin, plantest.Spec("payments-1"))
	must(t, err)
	f := calendartest.Freeze(t, w.Calendar, w.Admin, "Quiet", "2026-11-19T00:00", "2026-11-21T00:00", calendartest.Soft)
	want(t, ask(t, w.c, w.Admin, "ledger", "5.15.0", "pre-prod"), "false calendar.freeze_soft")
	_, err = w.Calendar.Permit(w.Admin, f.Key, calendar.PermitSpec{Release: "payments-1", Reason: "Small"})
	must(t, err)
	want(t, ask(t, w.c, w.Admin, "ledger", "5.15.0", "pre-prod"), "true environment_open")
	want(t, ask(t, w.c, w.Admin, "ledger", "5.16.0", "pre-prod"), "false calendar.freeze_soft")
}

// In production a version that a release under way carries goes with that release, also where the calendar alone decides
// for others.
func TestOpenProductionHeedsTheRelease(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for _, tier := range []string{"production", "pre-production"} {
			_, err := w.Catalog.AddEnvironment(w.Admin, catalog.EnvironmentSpec{Key: "open-" + tier, Name: tier, Tier: tier, Default: "open"})
			must(t, err)
		}
		want(t, ask(t, w.c, w.Admin, "payments-core", "8.32.0", "open-production"), "true environment_open")
		in := plantest.Spec("payments-1")
		in.Environments = []string{"open-pre-production", "open-production"}
		r, err := w.Plans.Create(w.Admin, in)
		must(t, err)
		want(t, ask(t, w.c, w.Admin, "payments-core", "8.32.0", "open-production"), "true environment_open") // a draft claims nothing
		for _, f := range []func(context.Context, string) (plan.Release, error){w.Plans.Plan, w.Plans.Activate} {
			_, err = f(w.Admin, r.Key)
			must(t, err)
		}
		want(t, ask(t, w.c, w.Admin, "payments-core", "8.32.0", "open-production"), "false release_not_approved verdict_no_go undecided release_window_ahead")
		want(t, ask(t, w.c, w.Admin, "payments-core", "8.32.0", "open-pre-production"), "true environment_open")
		want(t, ask(t, w.c, w.Admin, "payments-core", "9.9.9", "open-production"), "true environment_open")
		// A release authorises nothing where it does not go.
		w.stand.set(r.ID, clearance.Standing{Verdict: "go", Decision: "go"})
		must(t, d.Write(w.Admin, func(tx *db.Tx) error { return plan.MarkApproved(tx, r.ID, "GO") }))
		d.Clock().(*clock.Fake).Set(r.Window.Start.Add(time.Minute).Std())
		want(t, ask(t, w.c, w.Admin, "payments-core", "8.32.0", "open-production"), "true release_ready")
		want(t, ask(t, w.c, w.Admin, "payments-core", "8.32.0", "prod-north"), "false release_elsewhere")
		_, err = w.Plans.Cancel(w.Admin, r.Key, "Not wanted")
		must(t, err)
		want(t, ask(t, w.c, w.Admin, "payments-core", "8.32.0", "open-production"), "true environment_open")
	})
}
