package decide_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"slipway/internal/decide"
	"slipway/internal/decide/decidetest"
	"slipway/internal/gate"
	"slipway/internal/plan"
	"slipway/internal/platform/auth/authtest"
	"slipway/internal/platform/db"
	"slipway/internal/platform/db/dbtest"
	"slipway/internal/platform/ledger/ledgertest"
)

func TestPoll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := ledgertest.Open(t, d)
		w := decidetest.New(t, d)
		planned := w.Release(t, "payments-26.12.0", plan.Planned)
		_, err := w.Decisions.OpenPoll(w.Maya, planned.Key, decide.NewPoll{})
		is(t, err, "poll.not_now")
		r := w.Release(t, "payments-26.11.0", plan.Active)
		_, err = w.Decisions.Answer(w.Priya, r.Key, "qa", decide.NewAnswer{Answer: "go"})
		is(t, err, "poll.not_open")
		_, err = w.Decisions.OpenPoll(w.Priya, r.Key, decide.NewPoll{})
		is(t, err, "auth.permission_missing")
		p := w.Open(t, r)
		if p.Round != 1 || p.Calling != "qa" || p.Digest == "" || !strings.Contains(string(p.Snapshot), `"verdict":"no-go"`) {
			t.Errorf("%+v %s", p, p.Snapshot)
		}
		_, err = w.Decisions.OpenPoll(w.Maya, r.Key, decide.NewPoll{})
		is(t, err, "poll.open_already")
		for _, c := range []struct {
			who    context.Context
			role   string
			in     decide.NewAnswer
			reason string
		}{
			{w.Maya, "database", decide.NewAnswer{Answer: "go"}, "approval.not_yours"}, // the chair answers for nobody
			{w.Priya, "qa", decide.NewAnswer{Answer: "maybe"}, "input.invalid"},
			{w.Priya, "qa", decide.NewAnswer{Answer: "go-if"}, "input.invalid"},
			{w.Priya, "qa", decide.NewAnswer{Answer: "go", Conditions: []decide.NewCondition{{Text: "x"}}}, "input.invalid"},
			{w.Priya, "legal", decide.NewAnswer{Answer: "go"}, "poll.role_unknown"},
		} {
			_, err := w.Decisions.Answer(c.who, r.Key, c.role, c.in)
			is(t, err, c.reason)
		}
		w.Answer(t, w.Priya, r, "qa", "no-go")
		w.Answer(t, w.Elena, r, "database", "go-if")
		room := must[decide.Room](t)(w.Decisions.RoomOf(w.Maya, r.Key))
		if room.Poll.Calling != "service-operations" || room.Result.NoGoes != 1 || room.Result.GoIfs != 1 || room.Result.Suggested != "no-go" {
			t.Errorf("%+v", room.Result)
		}
		// GO is not closed while the verdict is NO-GO, whatever was answered.
		decideAs := func(in decide.NewDecision) error {
			if in.Reason == "" {
				in.Reason = "For the test."
			}
			_, err := w.Decisions.Decide(w.Maya, r.Key, in)
			return err
		}
		is(t, decideAs(decide.NewDecision{Decision: "go"}), "poll.verdict_no_go")
		w.Answer(t, w.Priya, r, "qa", "go") // changeable until the decision
		w.Answer(t, w.Aisha, r, "service-operations", "go")
		w.Answer(t, w.Daniel, r, "security", "no-go") // dissent
		is(t, decideAs(decide.NewDecision{Decision: "go"}), "poll.verdict_no_go")
		w.Confirm(t, r)
		is(t, decideAs(decide.NewDecision{Decision: "go"}), "poll.condition_open")
		is(t, decideAs(decide.NewDecision{Decision: "go-if", Reason: " "}), "input.invalid")
		is(t, decideAs(decide.NewDecision{Decision: "go-if", Rev: 1}), "poll.moved")
		_, err = w.Decisions.Decide(w.Priya, r.Key, decide.NewDecision{Decision: "go-if", Reason: "Mine"})
		is(t, err, "auth.permission_missing")
		dec := must[decide.Decision](t)(w.Decisions.Decide(w.Maya, r.Key, decide.NewDecision{Decision: "go-if", Reason: "Build 4474 is on its way.\n# and more",
			Conditions: []decide.NewCondition{{Text: "Second DBA on the bridge", Owner: "elena", Verifier: "aisha"}}}))
		if got := stateOf(t, w, r.Key); got != plan.Active {
			t.Errorf("with conditions open the release is %s", got)
		}
		_, err = w.Decisions.Answer(w.Priya, r.Key, "qa", decide.NewAnswer{Answer: "no-go"})
		is(t, err, "poll.decided")
		// Conditions block until their verifiers say so.
		room = must[decide.Room](t)(w.Decisions.RoomOf(w.Maya, r.Key))
		list := room.Poll.Standing()
		if len(list) != 2 {
			t.Fatalf("%+v", list)
		}
		_, err = w.Decisions.Done(w.Maya, r.Key, list[0].ID, "")
		is(t, err, "condition.not_yours")
		for _, c := range list {
			who := w.Elena
			if c.Verifier == authtest.Me(t, w.Aisha) {
				who = w.Aisha
			}
			if got := stateOf(t, w, r.Key); got != plan.Active {
				t.Errorf("before %q is done the release is %s", c.Text, got)
			}
			must[decide.Asking](t)(w.Decisions.Done(who, r.Key, c.ID, "Seen"))
			_, err = w.Decisions.Done(who, r.Key, c.ID, "")
			is(t, err, "condition.done_already")
		}
		if got := stateOf(t, w, r.Key); got != plan.Approved {
			t.Errorf("with all conditions done the release is %s", got)
		}
		v, err := verdictOf(w, r)
		if err != nil || v.Word != gate.Pending || len(v.Reasons) != 4 {
			t.Errorf("decided, and four roles have not signed: %v %s %+v", err, v.Word, v.Reasons)
		}
		for _, x := range v.Reasons {
			if x.Code != "approval.missing" {
				t.Errorf("decided, and yet %s: %s", x.Code, x.Text)
			}
		}
		// The seal holds what it says.
		s := must[decide.Sealed](t)(dec.Unseal())
		if s.Format != decide.SealedFormat || len(s.Answers) != 5 || len(s.Standing) != 4 || len(s.Dissent) == 0 || len(s.Conditions) != 2 || s.Verdict.Word == "" {
			t.Errorf("%+v", s)
		}
		var free any
		if json.Unmarshal(dec.Snapshot, &free) != nil {
			t.Error("the snapshot is no JSON")
		}
		if c, err := db.Canonical(free); err != nil || string(c) != string(dec.Snapshot) {
			t.Error("the snapshot is not canonical")
		}
		_, text, err := w.Decisions.Minutes(w.Maya, r.Key)
		if err != nil || !strings.Contains(text, "**GO IF**, decided by Maya") || !strings.Contains(text, dec.Digest) || !strings.Contains(text, `> \# and more`) || !strings.Contains(text, "has no veto") {
			t.Errorf("%v\n%s", err, text)
		}
		// Another round takes the approval back.
		p = w.Open(t, r)
		if got := stateOf(t, w, r.Key); p.Round != 2 || got != plan.Active {
			t.Errorf("round %d, %s", p.Round, got)
		}
		is(t, decideAs(decide.NewDecision{Decision: "hold", Again: db.At(dbtest.Start.Add(2 * time.Hour))}), "")
		if v, err := verdictOf(w, r); err != nil || v.Word == gate.Go {
			t.Errorf("after a hold the verdict is %s, %v", v.Word, err)
		}
		w.Open(t, r)
		if _, err := w.Plans.Cancel(w.Maya, r.Key, "Not this year"); err != nil {
			t.Fatal(err)
		}
		room = must[decide.Room](t)(w.Decisions.RoomOf(w.Maya, r.Key))
		if room.Poll.Open() || room.Poll.Decision != nil || room.Poll.Closing == "" {
			t.Errorf("%+v", room.Poll)
		}
		ledgertest.Verify(t, l)
	})
}

func TestContentThatChangesDuringARoundIsNotDecided(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := decidetest.New(t, d)
		r := w.Release(t, "payments-26.11.0", plan.Active)
		w.Confirm(t, r)
		w.Open(t, r)
		w.Answer(t, w.Priya, r, "qa", "go")
		w.Answer(t, w.Elena, r, "database", "go")
		if _, err := w.Plans.Set(w.Maya, r.Key, 0, plan.Edit{Objectives: &[]string{"Another one"}}); err != nil {
			t.Fatal(err)
		}
		_, err := w.Decisions.Decide(w.Maya, r.Key, decide.NewDecision{Decision: "go", Reason: "All well"})
		is(t, err, "poll.content_changed")
		must[decide.Poll](t)(w.Decisions.ClosePoll(w.Maya, r.Key, "The plan changed"))
		w.Open(t, r)
		w.Answer(t, w.Priya, r, "qa", "go")
		w.Answer(t, w.Elena, r, "database", "go")
		must[decide.Decision](t)(w.Decisions.Decide(w.Maya, r.Key, decide.NewDecision{Decision: "go", Reason: "All well"}))
	})
}
