package roadmap_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"slipway/internal/catalog"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/plantest"
	"slipway/internal/plan/roadmap"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

type world struct {
	plantest.World
	roads             *roadmap.Roadmaps
	ines, ruth, aisha context.Context // contributor who proposes; release manager; approver
}

type frozen struct{}

func (frozen) Frozen(_ *db.Tx, ps []catalog.Product, _, _ db.Time) (map[id.Product][]roadmap.Freeze, error) {
	out := map[id.Product][]roadmap.Freeze{}
	for _, p := range ps {
		out[p.ID] = []roadmap.Freeze{{Key: "year-end", Name: "Year end", Hard: true, Window: at(20)}}
	}
	return out, nil
}

// at is two hours in the evening of a day of December.
func at(day int) plan.Window {
	start := db.At(time.Date(2026, 12, day, 20, 0, 0, 0, time.UTC))
	return plan.Window{Start: start, End: start.Add(2 * time.Hour)}
}

func open(t *testing.T, d *db.DB) world {
	t.Helper()
	authtest.Service(t, d, catalog.Permissions, plan.Permissions, roadmap.Permissions)
	w := world{World: plantest.New(t, d)}
	w.roads = roadmap.New(d, w.Plans, nil, frozen{})
	w.Plans.Follow(w.roads)
	on := "@product/" + string(w.Payments.ID)
	w.ines, w.ruth, w.aisha = authtest.Person(t, d, "ines", "contributor"+on), authtest.Person(t, d, "ruth", "release-manager"+on), authtest.Person(t, d, "aisha", "approver"+on)
	return w
}

func must[T any](t *testing.T) func(T, error) T {
	return func(x T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatalf("%v %+v", err, errs.As(err).Fields)
		}
		return x
	}
}

func said(d roadmap.Date) []string {
	var out []string
	for _, s := range d.Statements {
		out = append(out, strings.TrimSpace(s.Name+" "+string(s.Kind)+" "+s.Role+" "+s.Window.Start.Std().Format("2 Jan")))
	}
	return out
}

// A date is proposed, countered and agreed; the last agreement sets the window of the release in the same transaction.
func TestNegotiation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := open(t, d)
		ok := must[roadmap.Date](t)
		r := w.Release(t, "payments-26.11.0", plan.Active)
		before := len(ledgertest.Actions(t, l))
		x := ok(w.roads.Propose(w.ines, roadmap.Proposal{Release: r.Key, Window: at(8), Roles: []string{"release-manager", "approver"}, Reason: "Earliest", AnswerBy: at(1).Start}))
		if x.Key != "payments-26.11.0" || x.State != roadmap.StateProposed || x.Round != 1 {
			t.Errorf("%+v", x)
		}
		if _, err := w.roads.Agree(w.ines, x.Key, 0, roadmap.Word{}); errs.ReasonOf(err) != "roadmap.role_missing" {
			t.Errorf("who holds no role agrees: %v", err)
		}
		if _, err := w.roads.Agree(w.ruth, x.Key, 0, roadmap.Word{Role: "approver"}); errs.ReasonOf(err) != "roadmap.role_missing" {
			t.Errorf("for another's role: %v", err)
		}
		x = ok(w.roads.Agree(w.ruth, x.Key, x.Rev, roadmap.Word{}))
		if _, err := w.roads.Counter(w.aisha, x.Key, x.Rev, roadmap.Word{Window: at(15)}); len(errs.As(err).Fields) != 1 {
			t.Errorf("without a reason: %v", err)
		}
		x = ok(w.roads.Counter(w.aisha, x.Key, x.Rev, roadmap.Word{Window: at(15), Reason: "No retest before"}))
		if x.State != roadmap.StateNegotiation || x.Round != 2 || len(x.Answers) != 3 {
			t.Errorf("%+v", x)
		}
		if _, err := w.roads.Agree(w.ruth, x.Key, x.Rev-1, roadmap.Word{}); errs.ReasonOf(err) != "row.stale" {
			t.Errorf("agrees to what was read: %v", err)
		}
		x = ok(w.roads.Agree(w.ruth, x.Key, x.Rev, roadmap.Word{}))
		if x.State == roadmap.StateAgreed {
			t.Error("agreed without who proposed it")
		}
		x = ok(w.roads.Agree(w.ines, x.Key, x.Rev, roadmap.Word{Reason: "Fine"}))
		if x.State != roadmap.StateAgreed || x.Window != at(15) {
			t.Errorf("%+v", x)
		}
		if diff := cmp.Diff([]string{"Ines proposed  8 Dec", "Ruth agreed release-manager 8 Dec", "Aisha countered approver 15 Dec", "Ruth agreed release-manager 15 Dec", "Ines agreed  15 Dec"}, said(x)); diff != "" {
			t.Errorf("said (-want +got):\n%s", diff)
		}
		now, err := w.Plans.Get(w.Admin, r.Key)
		if err != nil || now.Window != at(15) {
			t.Errorf("the window is %+v: %v", now.Window, err)
		}
		want := []string{"roadmap.proposed", "roadmap.consented", "roadmap.countered", "roadmap.consented", "roadmap.settled", "release.changed"}
		got := ledgertest.Actions(t, l)[before:]
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("entries (-want +got):\n%s", diff)
		}
		// A window that is changed behind the agreement is a proposal again.
		win := at(18)
		if _, err := w.Plans.Set(w.Admin, r.Key, 0, plan.Edit{Window: &win}); err != nil {
			t.Fatal(err)
		}
		if x = ok(w.roads.Get(w.Admin, x.Key)); x.State != roadmap.StateProposed || x.Window != win || x.Round != 3 {
			t.Errorf("after a move: %+v", x)
		}
		if _, err := w.Plans.Cancel(w.Admin, r.Key, "for the test"); err != nil {
			t.Fatal(err)
		}
		if x = ok(w.roads.Get(w.Admin, x.Key)); x.State != roadmap.StateWithdrawn {
			t.Errorf("after the release was cancelled: %s", x.State)
		}
	})
}

// Only agreed dates are published; a date of a version finds its release; a vendor's date needs nobody.
func TestRoad(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := open(t, d)
		ok := must[roadmap.Date](t)
		w.Release(t, "payments-26.11.0", plan.Approved)
		x := ok(w.roads.Propose(w.ruth, roadmap.Proposal{Product: "payments", Version: "27.1.0", Title: "Next", Window: at(10), Role: "release-manager"}))
		if x.State != roadmap.StateAgreed || x.Release != "" {
			t.Errorf("who holds the only role proposes: %+v", x)
		}
		forced := ok(w.roads.Propose(w.ruth, roadmap.Proposal{Product: "payments", Version: "tls", Window: at(12), Vendor: "Card scheme"}))
		if forced.State != roadmap.StateAgreed || len(forced.Roles) != 0 {
			t.Errorf("%+v", forced)
		}
		ok(w.roads.Propose(w.ines, roadmap.Proposal{Product: "payments", Version: "27.2.0", Window: at(14)}))
		road, err := w.roads.Road(w.ruth, roadmap.Span{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range road.Rows[0].Marks {
			got = append(got, m.Kind+" "+m.Version+" "+string(m.State)+" "+m.Vendor)
		}
		if diff := cmp.Diff([]string{"release 26.11.0 agreed ", "version 27.1.0 agreed ", "version tls agreed Card scheme", "version 27.2.0 proposed "}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if len(road.Rows) != 1 || len(road.Rows[0].Freezes) != 1 || len(road.Open) != 1 {
			t.Errorf("%+v", road)
		}
		pub, err := w.roads.Publish(w.ruth, roadmap.Publication{})
		if err != nil || len(pub) != 2 {
			t.Fatalf("%v %d", err, len(pub))
		}
		if pub, err = w.roads.Publish(w.ruth, roadmap.Publication{Product: "payments"}); err != nil || len(pub) != 0 {
			t.Errorf("again: %v %d", err, len(pub))
		}
		if _, err := w.roads.Publish(w.ines, roadmap.Publication{}); errs.ReasonOf(err) != "auth.permission_missing" {
			t.Errorf("a contributor publishes: %v", err)
		}
		// What is discussed anew stays published as it was.
		ok(w.roads.Propose(w.ines, roadmap.Proposal{Product: "payments", Version: "27.1.0", Window: at(11)}))
		road, err = w.roads.Road(w.ines, roadmap.Span{Published: true})
		if err != nil || len(road.Rows[0].Marks) != 2 || road.Rows[0].Marks[0].Window != at(10) || len(road.Open) != 0 {
			t.Errorf("%v %+v", err, road)
		}
		spec := plantest.Spec("payments-27.1.0")
		spec.Version = "27.1.0"
		if _, err := w.Plans.Create(w.Admin, spec); err != nil {
			t.Fatal(err)
		}
		if x = ok(w.roads.Get(w.ruth, "payments-27.1.0")); x.ReleaseKey != "payments-27.1.0" {
			t.Errorf("%+v", x)
		}
		if _, err := w.roads.Withdraw(w.ines, x.Key, 0, "Not needed"); err != nil {
			t.Error(err)
		}
		carl := authtest.Person(t, d, "carl", "viewer@product/"+string(w.Cards.ID))
		if _, err := w.roads.Get(carl, x.Key); !errs.Is(err, errs.CodeNotFound) {
			t.Errorf("a stranger: %v", err)
		}
		if _, err := w.roads.Road(w.ruth, roadmap.Span{From: at(5).Start, To: at(4).Start}); errs.As(err).Code != errs.CodeInvalid {
			t.Errorf("an empty span: %v", err)
		}
	})
}
