package verdict

import (
	"strings"
	"testing"
	"time"
)

var now = time.Date(2026, 11, 19, 13, 7, 0, 0, time.UTC)

func ago(d time.Duration) time.Time   { return now.Add(-d) }
func ahead(d time.Duration) time.Time { return now.Add(d) }

const day = 24 * time.Hour

// one is a mandatory criterion "c" that binds to manifest m1.
func one(k Kind, change ...func(*Criterion)) Criterion {
	c := Criterion{Key: "c", Title: "All regression suites green", Kind: k, Mandatory: true, Owner: "priya", Since: ago(10 * day), Question: Tested}
	for _, f := range change {
		f(&c)
	}
	return c
}

func report(id string, at time.Time, tests, failures, errors, skipped int) Evidence {
	return Evidence{ID: id, Criterion: "c", At: at, Manifest: "m1", JUnit: &Counts{tests, failures, errors, skipped}}
}

func roles(r ...RoleRule) func(*Criterion) { return func(c *Criterion) { c.Roles = r } }

func due(t time.Time) func(*Criterion) { return func(c *Criterion) { c.Due = t } }

func signed(id, role, by string) Approval { return Approval{ID: id, Role: role, By: by, At: ago(day)} }

func TestCompute(t *testing.T) {
	void := signed("a1", "Database", "elena")
	void.Void = []string{"runbook", "back-out"}
	expired := signed("a1", "Database", "elena")
	expired.Until = ago(time.Hour)
	refused := signed("a1", "Database", "elena")
	refused.Refused, refused.Text = true, "No proven way back."
	barred := signed("a1", "Database", "elena")
	barred.Barred = "elena wrote the runbook"
	withdrawn := signed("a1", "Database", "elena")
	withdrawn.Withdrawn = true
	again := signed("a2", "Database", "elena")
	again.At = ago(time.Hour)
	window := Window{Start: ahead(7 * time.Hour), End: ahead(9 * time.Hour)}
	db := RoleRule{Role: "Database"}
	for _, c := range []struct {
		name  string
		s     Snapshot
		word  Word
		state State
		codes string
		text  string // part of the first reason
	}{
		{"no criteria", Snapshot{}, NoGo, "", "criteria.none", "nothing is proven"},
		{"advisory only", Snapshot{Criteria: []Criterion{one(Confirmed, func(c *Criterion) { c.Mandatory = false })}}, NoGo, NotMet, "criteria.none", ""},
		{"unknown kind", Snapshot{Criteria: []Criterion{one("prayer")}}, NoGo, NotMet, "criterion.kind_unknown", "\"prayer\""},

		{"confirmation missing, due now", Snapshot{Criteria: []Criterion{one(Confirmed)}}, NoGo, NotMet, "confirmation.missing", "Nobody"},
		{"confirmation missing, due later", Snapshot{Criteria: []Criterion{one(Confirmed, due(ahead(1)))}}, Pending, Awaited, "confirmation.missing", ""},
		{"confirmation missing, due at this instant", Snapshot{Criteria: []Criterion{one(Confirmed, due(now))}}, NoGo, NotMet, "confirmation.missing", ""},
		{"confirmed", Snapshot{Criteria: []Criterion{one(Confirmed)}, Confirmations: []Confirmation{{Criterion: "c", By: "priya", At: ago(1), Manifest: "m1"}}}, Go, Met, "", ""},
		{"confirmed for another manifest", Snapshot{Criteria: []Criterion{one(Confirmed)}, Confirmations: []Confirmation{{Criterion: "c", By: "priya", At: ago(1), Manifest: "m0"}}}, NoGo, NotMet, "confirmation.missing", "manifest changed after priya"},
		{"confirmed for the release", Snapshot{Criteria: []Criterion{one(Confirmed, func(c *Criterion) { c.Binding = ToRelease })}, Confirmations: []Confirmation{{Criterion: "c", By: "priya", At: ago(1), Manifest: "m0"}}}, Go, Met, "", ""},
		{"denied before due", Snapshot{Criteria: []Criterion{one(Confirmed, due(ahead(day)))}, Confirmations: []Confirmation{{Criterion: "c", By: "priya", At: ago(1), Manifest: "m1", Denied: true, Text: "Two alerts are dead."}}}, NoGo, NotMet, "confirmation.denied", "“Two alerts are dead”"},
		{"denied, then confirmed", Snapshot{Criteria: []Criterion{one(Confirmed)}, Confirmations: []Confirmation{{Criterion: "c", By: "priya", At: ago(1), Manifest: "m1"}, {Criterion: "c", By: "priya", At: ago(2), Manifest: "m1", Denied: true}}}, Go, Met, "", ""},
		{"one of two persons", Snapshot{Criteria: []Criterion{one(Confirmed, func(c *Criterion) { c.Persons = 2 })}, Confirmations: []Confirmation{{Criterion: "c", By: "priya", At: ago(1), Manifest: "m1"}, {Criterion: "c", By: "priya", At: ago(2), Manifest: "m1"}}}, NoGo, NotMet, "confirmation.missing", "1 of 2"},

		{"no evidence", Snapshot{Criteria: []Criterion{one(Proven)}}, NoGo, NotMet, "evidence.missing", ""},
		{"passing report", Snapshot{Criteria: []Criterion{one(Proven)}, Evidence: []Evidence{report("e1", ago(1), 2914, 0, 0, 0)}}, Go, Met, "", ""},
		{"failing report before due", Snapshot{Criteria: []Criterion{one(Proven, due(ahead(day)))}, Evidence: []Evidence{report("e1", ago(1), 2914, 1, 0, 0)}}, NoGo, NotMet, "evidence.failed", "1 failure, 0 allowed"},
		{"no tests is no proof", Snapshot{Criteria: []Criterion{one(Proven)}, Evidence: []Evidence{report("e1", ago(1), 0, 0, 0, 0)}}, NoGo, NotMet, "evidence.failed", "0 tests, 1 asked for"},
		{"everything skipped is no proof", Snapshot{Criteria: []Criterion{one(Proven, func(c *Criterion) { c.Evidence.MaxSkipped = -1 })}, Evidence: []Evidence{report("e1", ago(1), 5, 0, 0, 5)}}, NoGo, NotMet, "evidence.failed", "all 5 tests skipped"},
		{"errors", Snapshot{Criteria: []Criterion{one(Proven, func(c *Criterion) { c.Evidence.MaxFailures = -1 })}, Evidence: []Evidence{report("e1", ago(1), 9, 3, 1, 0)}}, NoGo, NotMet, "evidence.failed", "1 error"},
		{"newest wins: good after bad", Snapshot{Criteria: []Criterion{one(Proven)}, Evidence: []Evidence{report("e1", ago(1), 9, 0, 0, 0), report("e0", ago(2), 9, 1, 0, 0)}}, Go, Met, "", ""},
		{"newest wins: bad after good", Snapshot{Criteria: []Criterion{one(Proven)}, Evidence: []Evidence{report("e1", ago(1), 9, 1, 0, 0), report("e0", ago(2), 9, 0, 0, 0)}}, NoGo, NotMet, "evidence.failed", ""},
		{"the same instant: bad wins", Snapshot{Criteria: []Criterion{one(Proven)}, Evidence: []Evidence{report("e0", ago(1), 9, 0, 0, 0), report("e1", ago(1), 9, 1, 0, 0)}}, NoGo, NotMet, "evidence.failed", ""},
		{"evidence of another manifest", Snapshot{Criteria: []Criterion{one(Proven)}, Evidence: []Evidence{{ID: "e0", Criterion: "c", At: ago(1), Manifest: "m0", JUnit: &Counts{9, 0, 0, 0}}}}, NoGo, NotMet, "evidence.stale", "of another manifest"},
		{"bad evidence of another manifest does not count either", Snapshot{Criteria: []Criterion{one(Proven, due(ahead(day)))}, Evidence: []Evidence{{ID: "e0", Criterion: "c", At: ago(1), Manifest: "m0", JUnit: &Counts{9, 9, 0, 0}}}}, Pending, Awaited, "evidence.stale", ""},
		{"too old", Snapshot{Criteria: []Criterion{one(Proven, func(c *Criterion) { c.Evidence.MaxAge = 14 * day })}, Evidence: []Evidence{report("e0", ago(14*day), 9, 0, 0, 0)}}, NoGo, NotMet, "evidence.too_old", "older than 14 days"},
		{"bad news does not age", Snapshot{Criteria: []Criterion{one(Proven, func(c *Criterion) { c.Evidence.MaxAge = day }, due(ahead(day)))}, Evidence: []Evidence{report("e0", ago(14*day), 9, 1, 0, 0)}}, NoGo, NotMet, "evidence.failed", ""},
		{"each service needs its own", Snapshot{Criteria: []Criterion{one(Proven, func(c *Criterion) { c.Evidence.Services = []string{"ledger", "payments-core"} })},
			Evidence: []Evidence{{ID: "e0", Criterion: "c", Service: "ledger", At: ago(1), Manifest: "m1", JUnit: &Counts{9, 0, 0, 0}}}}, NoGo, NotMet, "evidence.missing", "for payments-core"},
		{"fact", Snapshot{Criteria: []Criterion{one(Proven)}, Evidence: []Evidence{{ID: "e", Criterion: "c", Source: "k6 run 1107", At: ago(1), Manifest: "m1", Fact: &Outcome{Text: "p99 is 412 ms."}}}}, NoGo, NotMet, "evidence.failed", "K6 run 1107 of Thu 19 Nov 2026, 13:06 UTC: p99 is 412 ms."},
		{"fact met", Snapshot{Criteria: []Criterion{one(Proven)}, Evidence: []Evidence{{ID: "e", Criterion: "c", At: ago(1), Manifest: "m1", Fact: &Outcome{Met: true}}}}, Go, Met, "", ""},
		{"neither report nor fact", Snapshot{Criteria: []Criterion{one(Proven)}, Evidence: []Evidence{{ID: "e", Criterion: "c", At: ago(1), Manifest: "m1"}}}, NoGo, NotMet, "evidence.failed", "neither"},
		{"lapses before the window ends", Snapshot{Window: window, Criteria: []Criterion{one(Proven, func(c *Criterion) { c.Evidence.MaxAge = 5 * time.Hour })}, Evidence: []Evidence{report("e", ago(1), 9, 0, 0, 0)}}, Go, AtRisk, "", ""},

		{"approval missing", Snapshot{Criteria: []Criterion{one(Approved, roles(db))}}, NoGo, NotMet, "approval.missing", "Database has not signed"},
		{"approved", Snapshot{Criteria: []Criterion{one(Approved, roles(db))}, Approvals: []Approval{signed("a", "Database", "elena")}}, Go, Met, "", ""},
		{"void", Snapshot{Criteria: []Criterion{one(Approved, roles(db))}, Approvals: []Approval{void}}, NoGo, NotMet, "approval.void", "back-out and runbook changed since"},
		{"void, signed again", Snapshot{Criteria: []Criterion{one(Approved, roles(db))}, Approvals: []Approval{void, again}}, Go, Met, "", ""},
		{"expired", Snapshot{Criteria: []Criterion{one(Approved, roles(db))}, Approvals: []Approval{expired}}, NoGo, NotMet, "approval.expired", ""},
		{"refused before due", Snapshot{Criteria: []Criterion{one(Approved, roles(db), due(ahead(day)))}, Approvals: []Approval{refused, signed("a9", "Database", "igor")}}, NoGo, NotMet, "approval.refused", "“No proven way back”"},
		{"four eyes", Snapshot{Criteria: []Criterion{one(Approved, roles(db))}, Approvals: []Approval{barred}}, NoGo, NotMet, "approval.barred", "wrote the runbook"},
		{"withdrawn", Snapshot{Criteria: []Criterion{one(Approved, roles(db), due(ahead(day)))}, Approvals: []Approval{withdrawn}}, Pending, Awaited, "approval.missing", ""},
		{"two of one role, once by each person", Snapshot{Criteria: []Criterion{one(Approved, roles(RoleRule{"Director", 2}))}, Approvals: []Approval{signed("a", "Director", "x"), signed("b", "Director", "x")}}, NoGo, NotMet, "approval.missing", "1 of 2"},
		{"every role is named", Snapshot{Criteria: []Criterion{one(Approved, roles(db, RoleRule{Role: "Compliance"}))}}, NoGo, NotMet, "approval.missing approval.missing", ""},

		{"no risk", Snapshot{Criteria: []Criterion{one(NoRisk)}, Risks: []Risk{{ID: "R-1", Blocking: true}, {ID: "R-2", Open: true}}}, Go, Met, "", ""},
		{"blocking risks", Snapshot{Criteria: []Criterion{one(NoRisk, due(ahead(day)))}, Risks: []Risk{{ID: "R-1", Title: "Vendor slips", Open: true, Blocking: true}, {ID: "R-2", Title: "x", Open: true, Blocking: true}}}, NoGo, NotMet, "risk.blocking risk.blocking", "Vendor slips"},

		{"no back-out", Snapshot{Criteria: []Criterion{one(BackedOut)}}, NoGo, NotMet, "back_out.missing", ""},
		{"back-out", Snapshot{Criteria: []Criterion{one(BackedOut)}, BackOut: BackOut{Present: true}}, Go, Met, "", ""},
		{"not rehearsed", Snapshot{Criteria: []Criterion{one(BackedOut, func(c *Criterion) { c.RehearsedWithin = 14 * day })}, BackOut: BackOut{Present: true}}, NoGo, NotMet, "back_out.not_rehearsed", ""},
		{"rehearsal failed", Snapshot{Criteria: []Criterion{one(BackedOut, func(c *Criterion) { c.RehearsedWithin = 14 * day }, due(ahead(day)))}, BackOut: BackOut{Present: true, Rehearsed: ago(7 * day), RehearsalFailed: "lock timeout 60 s"}}, NoGo, NotMet, "back_out.rehearsal_failed", "lock timeout"},
		{"changed since the rehearsal", Snapshot{Criteria: []Criterion{one(BackedOut, func(c *Criterion) { c.RehearsedWithin = 14 * day })}, BackOut: BackOut{Present: true, Rehearsed: ago(7 * day), Changed: ago(day)}}, NoGo, NotMet, "back_out.changed", ""},
		{"rehearsal too old", Snapshot{Criteria: []Criterion{one(BackedOut, func(c *Criterion) { c.RehearsedWithin = 14 * day })}, BackOut: BackOut{Present: true, Rehearsed: ago(21 * day)}}, NoGo, NotMet, "back_out.rehearsal_old", "14 days"},

		{"no window", Snapshot{Criteria: []Criterion{one(InWindow)}}, NoGo, NotMet, "window.none", ""},
		{"booked", Snapshot{Criteria: []Criterion{one(InWindow)}, Window: window}, Go, Met, "", ""},
		{"frozen", Snapshot{Criteria: []Criterion{one(InWindow, due(ahead(day)))}, Window: Window{Start: window.Start, End: window.End, Closed: true, Text: "Freeze Peak trading is in force."}}, NoGo, NotMet, "window.closed", "Peak trading"},
		{"soft freeze", Snapshot{Criteria: []Criterion{one(InWindow, due(ahead(day)))}, Window: Window{Start: window.Start, End: window.End, NeedsApproval: true}}, Pending, Awaited, "window.needs_approval", ""},
		{"over", Snapshot{Criteria: []Criterion{one(InWindow)}, Window: Window{Start: ago(2 * time.Hour), End: now}}, NoGo, NotMet, "window.passed", ""},
		{"must be open now", Snapshot{Criteria: []Criterion{one(InWindow, func(c *Criterion) { c.WindowNow = true })}, Window: window}, Pending, Awaited, "window.not_open", ""},
		{"is open now", Snapshot{Criteria: []Criterion{one(InWindow, func(c *Criterion) { c.WindowNow = true })}, Window: Window{Start: now, End: ahead(1)}}, Go, Met, "", ""},

		{"poll to come", Snapshot{Criteria: []Criterion{one(Polled, due(ahead(1)))}}, Pending, Awaited, "poll.undecided", ""},
		{"poll no-go", Snapshot{Criteria: []Criterion{one(Polled, due(ahead(1)))}, Poll: Poll{Decided: true, Outcome: "no-go", By: "maya", At: ago(1)}}, NoGo, NotMet, "poll.no_go", "maya"},
		{"poll go", Snapshot{Criteria: []Criterion{one(Polled)}, Poll: Poll{Decided: true, Outcome: "go"}}, Go, Met, "", ""},
		{"poll stale", Snapshot{Criteria: []Criterion{one(Polled)}, Poll: Poll{Decided: true, Outcome: "go", Stale: []string{"manifest"}}}, NoGo, NotMet, "poll.stale", "manifest changed"},
		{"poll with open and overdue conditions", Snapshot{Criteria: []Criterion{one(Polled)}, Poll: Poll{Decided: true, Outcome: "go-if", Conditions: []Condition{{Text: "Second DBA on the bridge.", Due: ahead(1)}, {Text: "Build 4474", Due: ago(1)}, {Text: "x", Done: true}}}}, NoGo, NotMet, "poll.condition_overdue poll.condition_open", "Build 4474"},
		{"poll with an open condition", Snapshot{Criteria: []Criterion{one(Polled)}, Poll: Poll{Decided: true, Outcome: "go-if", Conditions: []Condition{{Text: "Second DBA", Due: ahead(1)}}}}, Pending, Awaited, "poll.condition_open", ""},
		{"poll of an unknown outcome", Snapshot{Criteria: []Criterion{one(Polled)}, Poll: Poll{Decided: true, Outcome: "maybe"}}, NoGo, NotMet, "poll.unknown", ""},

		{"custom missing", Snapshot{Criteria: []Criterion{one(Custom, due(ahead(1)))}}, Pending, Awaited, "finding.missing", ""},
		{"custom met", Snapshot{Criteria: []Criterion{one(Custom)}, Findings: []Finding{{Criterion: "c", Met: true, Until: ahead(1)}}}, Go, Met, "", ""},
		{"custom lapsed", Snapshot{Criteria: []Criterion{one(Custom)}, Findings: []Finding{{Criterion: "c", Met: true, Until: now}}}, NoGo, NotMet, "finding.lapsed", ""},
		{"custom against", Snapshot{Criteria: []Criterion{one(Custom, due(ahead(1)))}, Findings: []Finding{{Criterion: "c", Code: "slo.budget_spent", Text: "The error budget is spent."}}}, NoGo, NotMet, "slo.budget_spent", "budget"},

		{"waived", Snapshot{Criteria: []Criterion{one(Proven)}, Waivers: []Waiver{{ID: "w", Criterion: "c", From: ago(1), Until: ahead(1)}}}, Go, Waived, "", ""},
		{"waived while bad", Snapshot{Criteria: []Criterion{one(Proven)}, Evidence: []Evidence{report("e", ago(1), 9, 1, 0, 0)}, Waivers: []Waiver{{ID: "w", Criterion: "c", From: ago(1), Until: ahead(1)}}}, Go, Waived, "", ""},
		{"a waiver that ended", Snapshot{Criteria: []Criterion{one(Proven)}, Waivers: []Waiver{{ID: "w", Criterion: "c", By: "aisha", From: ago(day), Until: now}}}, NoGo, NotMet, "evidence.missing", "The waiver by aisha ended Thu 19 Nov 2026, 13:07 UTC."},
		{"a waiver to come", Snapshot{Criteria: []Criterion{one(Proven)}, Waivers: []Waiver{{ID: "w", Criterion: "c", From: ahead(1), Until: ahead(2)}}}, NoGo, NotMet, "evidence.missing", ""},
		{"a waiver without end", Snapshot{Criteria: []Criterion{one(Proven)}, Waivers: []Waiver{{ID: "w", Criterion: "c", From: ago(1)}}}, NoGo, NotMet, "evidence.missing", ""},
		{"a waiver withdrawn", Snapshot{Criteria: []Criterion{one(Proven)}, Waivers: []Waiver{{ID: "w", Criterion: "c", From: ago(1), Until: ahead(1), Withdrawn: true}}}, NoGo, NotMet, "evidence.missing", ""},
		{"met needs no waiver", Snapshot{Criteria: []Criterion{one(NoRisk)}, Waivers: []Waiver{{ID: "w", Criterion: "c", From: ago(1), Until: ahead(1)}}}, Go, Met, "", ""},

		{"a required question nobody asks", Snapshot{Criteria: []Criterion{one(NoRisk)}, Require: []Question{Tested, Secure}}, NoGo, Met, "question.not_asked", "secure"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.s.At, c.s.Manifest = now, "m1"
			v := Compute(c.s)
			var codes []string
			for _, r := range v.Reasons {
				codes = append(codes, r.Code)
				if r.Next == "" || r.Text == "" {
					t.Errorf("a reason without text or next action: %+v", r)
				}
			}
			state := State("")
			if len(v.Answers) > 0 {
				state = v.Answers[0].State
			}
			if v.Word != c.word || state != c.state || strings.Join(codes, " ") != c.codes {
				t.Errorf("%s, %s, %v; want %s, %s, %s\n%+v", v.Word, state, codes, c.word, c.state, c.codes, v.Reasons)
			}
			if c.text != "" && !strings.Contains(v.Reasons[0].Text, c.text) {
				t.Errorf("text %q lacks %q", v.Reasons[0].Text, c.text)
			}
		})
	}
}

func TestSummaries(t *testing.T) {
	crit := func(key string, pos int, k Kind, q Question, mandatory bool, d time.Time) Criterion {
		return Criterion{Key: key, Title: key, Kind: k, Question: q, Mandatory: mandatory, Position: pos, Owner: "priya", Due: d, Since: ago(day)}
	}
	s := Snapshot{At: now, Manifest: "m1", Window: Window{Start: ahead(day), End: ahead(2 * day)},
		Criteria: []Criterion{
			crit("trace", 1, NoRisk, Traceable, true, time.Time{}),
			crit("later", 2, Confirmed, Tested, true, ahead(3*time.Hour)),
			crit("waived", 3, Proven, Secure, true, time.Time{}),
			crit("tests", 4, Proven, Tested, true, time.Time{}),
			crit("more tests", 5, Proven, Tested, true, time.Time{}),
			crit("nice", 6, Confirmed, Tested, false, time.Time{}),
		},
		Waivers: []Waiver{{ID: "w", Criterion: "waived", By: "aisha", From: ago(day), Until: ahead(5 * time.Hour)}},
	}
	v := Compute(s)
	if v.Word != NoGo || v.All != (Tally{Met: 1, Waived: 1, NotMet: 3, Pending: 1}) || v.Mandatory != (Tally{Met: 1, Waived: 1, NotMet: 2, Pending: 1}) || v.All.Passing() != 2 || v.All.Total() != 6 {
		t.Errorf("%s %+v %+v", v.Word, v.All, v.Mandatory)
	}
	want := []Summary{{Traceable, Met, 1, 1}, {Secure, Waived, 1, 1}, {Tested, NotMet, 0, 3}, {Authorised, NotAsked, 0, 0}}
	for i, q := range v.Questions {
		if q != want[i] {
			t.Errorf("%+v, want %+v", q, want[i])
		}
	}
	if len(v.Reasons) != 3 || v.Reasons[0].Criterion != "tests" || v.Reasons[2].Criterion != "later" || v.Reasons[2].State != Awaited {
		t.Errorf("reasons %+v", v.Reasons)
	}
	if len(v.Steps) != 2 || strings.Join(v.Steps[0].Criteria, " ") != "tests more tests" || !v.Steps[1].By.Equal(ahead(3*time.Hour)) {
		t.Errorf("steps %+v", v.Steps)
	}
	if len(v.Warnings) != 2 || v.Warnings[0].Code != "confirmation.missing" || v.Warnings[1].Code != "waiver.lapses" {
		t.Errorf("warnings %+v", v.Warnings)
	}
	if !v.ValidUntil.Equal(ahead(3 * time.Hour)) {
		t.Errorf("valid until %s", v.ValidUntil)
	}
	if a := v.Answers[2]; a.Waiver != "w" || len(a.Reasons) != 1 || !a.Until.Equal(ahead(5*time.Hour)) {
		t.Errorf("under the waiver: %+v", a)
	}
	if w := Compute(s.Without(Proven, Confirmed)); w.Word != Go || len(s.Criteria) != 6 {
		t.Errorf("without: %+v", w)
	}
	if Go.String() != "GO" || NoGo.String() != "NO-GO" || Pending.String() != "PENDING" {
		t.Error("the words are not those of people")
	}
}
