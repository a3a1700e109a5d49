package decide_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"slipway/internal/clock"
	"slipway/internal/decide"
	"slipway/internal/decide/decidetest"
	"slipway/internal/errs"
	"slipway/internal/gate"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

func is(t *testing.T, err error, reason string) {
	t.Helper()
	if errs.ReasonOf(err) != reason {
		t.Errorf("got %v (%s), want %s", err, errs.ReasonOf(err), reason)
	}
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func pass(d *db.DB, by time.Duration) { d.Clock().(*clock.Fake).Advance(by) }

func states(t *testing.T, w decidetest.World, key string) map[string]decide.State {
	t.Helper()
	a, err := w.Decisions.ApprovalsOf(w.Maya, key)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]decide.State{}
	for _, s := range a.Roles {
		out[s.Role] = s.State
	}
	return out
}

func verdictOf(w decidetest.World, r plan.Release) (gate.Verdict, error) {
	x, err := w.Gate.Verdict(w.Maya, r.Key)
	return x.Verdict, err
}

func stateOf(t *testing.T, w decidetest.World, key string) plan.State {
	t.Helper()
	return must[plan.Detail](t)(w.Plans.Get(w.Maya, key)).State
}

func TestSigning(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := decidetest.New(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Draft)
		_, err := w.Decisions.Sign(w.Priya, r.Key, "qa", decide.NewSignature{})
		is(t, err, "approval.not_now")
		r = w.Bring(t, r.ID, plan.Planned) // long before the window
		for _, c := range []struct {
			who    context.Context
			role   string
			in     decide.NewSignature
			reason string
		}{
			{w.Elena, "qa", decide.NewSignature{}, "approval.not_yours"},
			{w.Tomas, "qa", decide.NewSignature{}, "approval.not_yours"},
			{w.Admin, "qa", decide.NewSignature{}, "approval.not_yours"}, // an administrator holds no other role by being one
			{w.Priya, "legal", decide.NewSignature{}, "approval.role_not_asked"},
			{w.Priya, "qa", decide.NewSignature{Content: "sha256:00"}, "approval.content_changed"},
			{w.Priya, "qa", decide.NewSignature{Until: db.At(dbtest.Start)}, "input.invalid"},
			{w.Aisha, "service-operations", decide.NewSignature{}, "approval.order"},
		} {
			_, err := w.Decisions.Sign(c.who, r.Key, c.role, c.in)
			is(t, err, c.reason)
		}
		content := must[decide.Approvals](t)(w.Decisions.ApprovalsOf(w.Maya, r.Key)).Content
		s := must[decide.Signature](t)(w.Decisions.Sign(w.Priya, r.Key, "qa", decide.NewSignature{Content: content.Digest, Comment: "212 tests"}))
		if len(s.Sections) != 2 || s.Content != content.Digest || s.State != decide.Valid {
			t.Errorf("%+v", s)
		}
		_, err = w.Decisions.Sign(w.Priya, r.Key, "qa", decide.NewSignature{})
		is(t, err, "approval.signed_already")
		w.Sign(t, w.Elena, r, "database")
		w.Sign(t, w.Daniel, r, "security")
		w.Sign(t, w.Aisha, r, "service-operations")
		for role, s := range states(t, w, r.Key) {
			if s != decide.Valid {
				t.Errorf("%s is %s", role, s)
			}
		}
		pass(d, time.Minute)
		_, err = w.Decisions.Withdraw(w.Quinn, r.Key, "qa", "")
		is(t, err, "approval.nothing_to_withdraw")
		must[decide.Signature](t)(w.Decisions.Withdraw(w.Priya, r.Key, "qa", "PAY-2291 is open"))
		_, err = w.Decisions.Decline(w.Elena, r.Key, "database", decide.NewRefusal{})
		is(t, err, "input.invalid")
		must[decide.Signature](t)(w.Decisions.Decline(w.Elena, r.Key, "database", decide.NewRefusal{Ground: "evidence", Wanted: "A rehearsal that passes"}))
		must[decide.Ask](t)(w.Decisions.Ask(w.Maya, r.Key, "qa", decide.NewAsk{Person: "quinn", Note: "Before noon"}))
		_, err = w.Decisions.Ask(w.Maya, r.Key, "security", decide.NewAsk{})
		is(t, err, "approval.signed_already")
		got := states(t, w, r.Key)
		if got["qa"] != decide.Withdrawn || got["database"] != decide.Declined || got["security"] != decide.Valid {
			t.Errorf("%v", got)
		}
		pass(d, time.Minute)
		must[decide.Signature](t)(w.Decisions.Sign(w.Elena, r.Key, "database", decide.NewSignature{Until: db.At(dbtest.Start.Add(time.Hour))}))
		if got := states(t, w, r.Key); got["database"] != decide.Valid {
			t.Errorf("who signs after declining has signed: %v", got)
		}
		pass(d, time.Hour)
		if got := states(t, w, r.Key); got["database"] != decide.Expired {
			t.Errorf("%v", got)
		}
		want := "approval.signed approval.signed approval.signed approval.signed approval.withdrawn approval.declined approval.asked approval.signed"
		var actions []string
		for _, a := range ledgertest.Actions(t, l) {
			if strings.HasPrefix(a, "approval.") {
				actions = append(actions, a)
			}
		}
		if got := strings.Join(actions, " "); got != want {
			t.Errorf("entries %s", got)
		}
		ledgertest.Verify(t, l)
	})
}

// Journey 4 in small: a change of the manifest voids exactly the approvals that cover it, shows what changed and by whom, and
// makes the decision stale; the release is active again.
func TestAChangeVoidsWhatCoversIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := decidetest.New(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Active)
		w.Confirm(t, r)
		w.Sign(t, w.Elena, r, "database")
		w.Sign(t, w.Priya, r, "qa")
		w.Sign(t, w.Daniel, r, "security")
		w.Sign(t, w.Aisha, r, "service-operations")
		w.Open(t, r)
		for role, who := range map[string]context.Context{"qa": w.Priya, "database": w.Elena} {
			w.Answer(t, who, r, role, "go")
		}
		dec := must[decide.Decision](t)(w.Decisions.Decide(w.Maya, r.Key, decide.NewDecision{Decision: "go", Reason: "All is ready."}))
		if stateOf(t, w, r.Key) != plan.Approved {
			t.Fatalf("after GO the release is %s", stateOf(t, w, r.Key))
		}
		pass(d, time.Minute)
		items := []plan.ItemSpec{{Service: "payments-core", Version: "8.33.0"}}
		if _, err := w.Plans.Set(w.Maya, r.Key, 0, plan.Edit{Carry: items, Reason: "A fix for PAY-2291"}); err != nil {
			t.Fatal(err)
		}
		if stateOf(t, w, r.Key) != plan.Active {
			t.Errorf("after the change the release is %s", stateOf(t, w, r.Key))
		}
		a := must[decide.Approvals](t)(w.Decisions.ApprovalsOf(w.Maya, r.Key))
		want := map[string]decide.State{"database": decide.Void, "qa": decide.Void, "security": decide.Valid, "service-operations": decide.Void}
		for _, s := range a.Roles {
			if s.State != want[s.Role] {
				t.Errorf("%s is %s, want %s", s.Role, s.State, want[s.Role])
			}
			if s.State != decide.Void {
				continue
			}
			list := a.Differences[s.Signatures[0].ID]
			if len(list) != 1 || list[0].Section != "manifest" || len(list[0].By) != 1 || list[0].By[0].Person != authtest.Me(t, w.Maya) || list[0].By[0].Reason != "A fix for PAY-2291" {
				t.Fatalf("%+v", list)
			}
			found := false
			for _, c := range list[0].Changes {
				found = found || c.Path == "[payments-core].version" && c.Before == "8.32.0" && c.After == "8.33.0"
			}
			if !found {
				t.Errorf("%+v", list[0].Changes)
			}
		}
		room := must[decide.Room](t)(w.Decisions.RoomOf(w.Maya, r.Key))
		if len(room.Stale) != 1 || room.Stale[0].Section != "manifest" {
			t.Errorf("stale: %+v", room.Stale)
		}
		v, err := verdictOf(w, r)
		if err != nil || v.Word != gate.NoGo || !slices.ContainsFunc(v.Reasons, func(x gate.Reason) bool { return x.Code == "poll.stale" }) {
			t.Errorf("%v %+v", err, v.Reasons)
		}
		again, _, err := w.Decisions.DecisionOf(w.Maya, r.Key)
		if err != nil || again.Digest != dec.Digest || string(again.Snapshot) != string(dec.Snapshot) {
			t.Error("the sealed decision changed")
		}
		// Back to the former content everything holds again.
		pass(d, time.Minute)
		items = []plan.ItemSpec{{Service: "payments-core", Version: "8.32.0", Digest: r.ManifestDigest, Commit: "9c1f2ab"}}
		manifest := must[plan.Detail](t)(w.Plans.Get(w.Maya, r.Key))
		_ = manifest
		items[0].Digest = "sha256:7be1000000000000000000000000000000000000000000000000000000c09d00"
		if _, err := w.Plans.Set(w.Maya, r.Key, 0, plan.Edit{Carry: items}); err != nil {
			t.Fatal(err)
		}
		for role, s := range states(t, w, r.Key) {
			if s != decide.Valid {
				t.Errorf("%s is %s", role, s)
			}
		}
		if room := must[decide.Room](t)(w.Decisions.RoomOf(w.Maya, r.Key)); len(room.Stale) != 0 {
			t.Errorf("still stale: %+v", room.Stale)
		}
	})
}

func TestFourEyes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := decidetest.New(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Active)
		scope := "@product/" + string(w.Payments.ID)
		maya := authtest.Person(t, d, "maya", "qa"+scope)
		pass(d, time.Minute)
		edit := func(version string) {
			t.Helper()
			if _, err := w.Plans.Set(maya, r.Key, 0, plan.Edit{Carry: []plan.ItemSpec{{Service: "ledger", Version: version}}}); err != nil {
				t.Fatal(err)
			}
			pass(d, time.Minute)
		}
		edit("5.15.1")
		_, err := w.Decisions.Sign(maya, r.Key, "qa", decide.NewSignature{})
		is(t, err, "approval.author")
		// Delegation does not get round it, in either direction.
		until := db.At(dbtest.Start.Add(24 * time.Hour))
		must[decide.Delegation](t)(w.Decisions.Delegate(maya, decide.NewDelegation{Role: "qa", Product: "payments", Delegate: "tomas", Until: until}))
		must[decide.Delegation](t)(w.Decisions.Delegate(w.Quinn, decide.NewDelegation{Role: "qa", Product: "payments", Delegate: "elena", Until: until}))
		_, err = w.Decisions.Sign(authtest.Person(t, d, "tomas", auth.RoleApprover+scope), r.Key, "qa", decide.NewSignature{})
		is(t, err, "approval.author")
		// Who declines need not be somebody else.
		must[decide.Signature](t)(w.Decisions.Decline(maya, r.Key, "qa", decide.NewRefusal{Wanted: "Another reviewer"}))
		must[decide.Signature](t)(w.Decisions.Withdraw(maya, r.Key, "qa", ""))
		// Elena signs in Quinn's name; once others have seen what Maya wrote and it changed again, Maya may sign what she did not write.
		s := w.Sign(t, w.Elena, r, "qa")
		if s.Principal != authtest.Me(t, w.Quinn) {
			t.Errorf("%+v", s)
		}
		_, err = w.Decisions.Sign(w.Quinn, r.Key, "qa", decide.NewSignature{})
		is(t, err, "approval.signed_already")
		pass(d, time.Minute)
		if _, err := w.Plans.Set(w.Admin, r.Key, 0, plan.Edit{Carry: []plan.ItemSpec{{Service: "ledger", Version: "5.15.2"}}}); err != nil {
			t.Fatal(err)
		}
		pass(d, time.Minute)
		w.Sign(t, maya, r, "qa")
		if got := states(t, w, r.Key)["qa"]; got != decide.Valid {
			t.Errorf("%s", got)
		}
		// The template without the policy lets authors sign, and its signatures approve the release.
		open := w.Of(t, "signed", "payments-26.12.0", plan.Active)
		if _, err := w.Plans.Set(maya, open.Key, 0, plan.Edit{Carry: []plan.ItemSpec{{Service: "ledger", Version: "5.16.0"}}}); err != nil {
			t.Fatal(err)
		}
		w.Sign(t, maya, open, "qa")
		if got := stateOf(t, w, open.Key); got != plan.Approved {
			t.Errorf("signed by all, the release is %s", got)
		}
		must[decide.Signature](t)(w.Decisions.Withdraw(maya, open.Key, "qa", "Not yet"))
		if got := stateOf(t, w, open.Key); got != plan.Active {
			t.Errorf("withdrawn, the release is %s", got)
		}
	})
}

func TestDelegation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := decidetest.New(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Active)
		at := func(h int) db.Time { return db.At(dbtest.Start.Add(time.Duration(h) * time.Hour)) }
		for _, c := range []struct {
			who    context.Context
			in     decide.NewDelegation
			reason string
		}{
			{w.Priya, decide.NewDelegation{Role: "database", Product: "payments", Delegate: "quinn", Until: at(2)}, "input.invalid"}, // does not hold it
			{w.Priya, decide.NewDelegation{Role: "qa", Delegate: "elena", Until: at(2)}, "input.invalid"},                            // holds it for one product
			{w.Priya, decide.NewDelegation{Role: "qa", Product: "payments", Delegate: "priya", Until: at(2)}, "input.invalid"},
			{w.Priya, decide.NewDelegation{Role: "qa", Product: "payments", Delegate: "elena", From: at(3), Until: at(2)}, "input.invalid"},
			{w.Priya, decide.NewDelegation{Role: "qa", Product: "payments", Delegate: "elena"}, "input.invalid"},
			{w.Priya, decide.NewDelegation{Role: "qa", Product: "payments", Delegate: "nobody", Until: at(2)}, "input.invalid"},
			{w.Priya, decide.NewDelegation{Role: "qa", Product: "payments", Person: "quinn", Delegate: "elena", Until: at(2)}, "auth.permission_missing"},
		} {
			_, err := w.Decisions.Delegate(c.who, c.in)
			is(t, err, c.reason)
		}
		x := must[decide.Delegation](t)(w.Decisions.Delegate(w.Priya, decide.NewDelegation{Role: "qa", Product: "payments", Delegate: "elena", From: at(1), Until: at(3)}))
		_, err := w.Decisions.Sign(w.Elena, r.Key, "qa", decide.NewSignature{})
		is(t, err, "approval.not_yours") // not yet
		pass(d, time.Hour)
		// What was delegated is not delegated again.
		_, err = w.Decisions.Delegate(w.Elena, decide.NewDelegation{Role: "qa", Product: "payments", Delegate: "daniel", Until: at(2)})
		is(t, err, "input.invalid")
		w.Sign(t, w.Elena, r, "qa")
		// One pair of eyes signs once, also where it holds the role by itself.
		elena := authtest.Person(t, d, "elena", "qa@product/"+string(w.Payments.ID))
		_, err = w.Decisions.Sign(elena, r.Key, "qa", decide.NewSignature{})
		is(t, err, "approval.signed_already")
		if _, err := w.Decisions.EndDelegation(w.Daniel, x.ID); errs.CodeOf(err) != errs.CodeForbidden {
			t.Errorf("%v", err)
		}
		must[decide.Delegation](t)(w.Decisions.EndDelegation(w.Priya, x.ID))
		_, err = w.Decisions.EndDelegation(w.Priya, x.ID)
		is(t, err, "delegation.ended")
		if list := must[[]decide.Delegation](t)(w.Decisions.Delegations(w.Elena, decide.DelegationFilter{Ended: true})); len(list) != 1 {
			t.Errorf("%+v", list)
		}
		if list := must[[]decide.Delegation](t)(w.Decisions.Delegations(w.Daniel, decide.DelegationFilter{Ended: true})); len(list) != 0 {
			t.Errorf("%+v", list)
		}
	})
}

func TestAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := decidetest.New(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Active)
		w.Confirm(t, r)
		w.Open(t, r)
		// Two answers at once: both are there, with numbers of their own.
		var wg sync.WaitGroup
		for role, who := range map[string]context.Context{"qa": w.Priya, "database": w.Elena, "security": w.Daniel, "service-operations": w.Aisha} {
			wg.Go(func() {
				if _, err := w.Decisions.Answer(who, r.Key, role, decide.NewAnswer{Answer: "go"}); err != nil {
					t.Errorf("%s: %v", role, err)
				}
			})
		}
		wg.Wait()
		room := must[decide.Room](t)(w.Decisions.RoomOf(w.Maya, r.Key))
		if room.Result.Goes != 4 || len(room.Poll.Answers) != 4 || room.Poll.Answers[3].Ordinal != 4 {
			t.Errorf("%+v", room.Poll.Answers)
		}
		// A decision against an answer: either the answer came first and stands against it, or it came too late and says so.
		var said, closed error
		wg.Go(func() {
			_, said = w.Decisions.Answer(w.Elena, r.Key, "database", decide.NewAnswer{Answer: "no-go"})
		})
		wg.Go(func() {
			_, closed = w.Decisions.Decide(w.Maya, r.Key, decide.NewDecision{Decision: "go", Reason: "All well"})
		})
		wg.Wait()
		switch {
		case said == nil && errs.ReasonOf(closed) == "poll.role_no_go":
		case closed == nil && errs.ReasonOf(said) == "poll.decided":
		default:
			t.Errorf("answer %v, decision %v", said, closed)
		}
		// Two decisions: one wins.
		if closed != nil {
			must[decide.Answer](t)(w.Decisions.Answer(w.Elena, r.Key, "database", decide.NewAnswer{Answer: "go"}))
			results := make([]error, 2)
			for i := range results {
				wg.Go(func() {
					_, results[i] = w.Decisions.Decide(w.Maya, r.Key, decide.NewDecision{Decision: "go", Reason: "All well"})
				})
			}
			wg.Wait()
			if (results[0] == nil) == (results[1] == nil) {
				t.Errorf("%v", results)
			}
		}
	})
}

func TestVisibility(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := decidetest.New(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Active)
		w.Open(t, r)
		cards := authtest.Person(t, d, "carla", auth.RoleReleaseManager+"@product/"+string(w.Cards.ID))
		if _, err := w.Decisions.RoomOf(cards, r.Key); errs.CodeOf(err) != errs.CodeNotFound {
			t.Errorf("%v", err)
		}
		if _, err := w.Decisions.Sign(cards, r.Key, "qa", decide.NewSignature{}); errs.CodeOf(err) != errs.CodeNotFound {
			t.Errorf("%v", err)
		}
		if list := must[[]decide.Round](t)(w.Decisions.Rounds(cards, decide.PollFilter{Open: true})); len(list) != 0 {
			t.Errorf("%+v", list)
		}
		if list := must[[]decide.Round](t)(w.Decisions.Rounds(w.Tomas, decide.PollFilter{Open: true})); len(list) != 1 {
			t.Errorf("%+v", list)
		}
	})
}
