package uiverdict_test

import (
	"testing"

	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uitest"
	"slipway/internal/platform/ui/uiverdict"
)

func TestVerdictShowsWordReasonsAndWayOut(t *testing.T) {
	owner := ui.Person{ID: "1", Name: "Elena Petrova"}
	d := uitest.Render(t, uiverdict.VerdictBox(uiverdict.Verdict{
		State: ui.NoGo, Word: "NO-GO", Cause: "One criterion is not met", Foot: "Computed 14:07.\nFrom 14 criteria.",
		Reasons: []uiverdict.Reason{{State: ui.NoGo, Title: "Rollback is not proven", Text: "Rehearsal 31 failed.", Link: "Evidence", Href: "/e/1", Code: "gate.unmet"}},
		Steps:   []uiverdict.Step{{State: ui.Live, Text: "Rehearsal 32 passes", Note: "about 15:10", Owner: &owner}},
	}))
	d.Says(".verdict[data-s=nogo] .slab .word", "NO-GO")
	d.Has(".foot br")
	d.Has(`.why a[href="/e/1"]`)
	d.Has(`.why li[data-reason="gate.unmet"]`)
	d.Says(".path small", "about 15:10, EP Elena")
	uitest.Render(t, uiverdict.VerdictBox(uiverdict.Verdict{State: ui.Go, Word: "GO"})).None(".path")
}

func TestFourQuestionsSayYesAndNo(t *testing.T) {
	d := uitest.Render(t, uiverdict.FourQuestions(uiverdict.Four{Traceable: uiverdict.Answer{State: ui.Go}, Tested: uiverdict.Answer{State: ui.NoGo}, Load: ui.Load{Met: 1}}))
	if got := d.Count(`svg[aria-label=Yes]`) + 10*d.Count(`svg[aria-label=No]`); got != 11 {
		t.Errorf("yes and no: %d", got)
	}
	d.Says(".sum", "1 met of 1")
}

func TestPollSeats(t *testing.T) {
	d := uitest.Render(t, uiverdict.PollList([]uiverdict.Seat{{Role: "Quality assurance", State: ui.NoGo, Say: "No."}, {Role: "Fraud", State: ui.Now}, {Role: "Support", State: ui.Wait}}))
	d.Says("li#seat-quality-assurance .plate", "NO-GO")
	d.Says("li.calling .plate", "Calling")
	d.Says("li.later .plate", "Not polled")
}

func TestDiffAndVoid(t *testing.T) {
	d := uitest.Render(t, uiverdict.VoidedRow(uiverdict.Void{Role: "Database", Voided: "12:58", What: "Back-out v3 became v4", Parts: []uiverdict.DiffPart{{Section: "step 6", Del: []string{"<one>"}, Ins: []string{"many"}}}}))
	d.Says("del", "<one>")
	d.Says(".tag.vd", "voided 12:58")
	d.Says(".since > p:first-child", "Back-out v3 became v4 after the signature.")
}
