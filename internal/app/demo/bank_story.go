package demo

import (
	"time"

	"slipway/internal/catalog"
	"slipway/internal/decide"
	"slipway/internal/deploy"
	"slipway/internal/gate"
	"slipway/internal/plan"
	"slipway/internal/platform/db"
	"slipway/internal/risk"
)

// compose writes the story down: what was closed in November, what runs now, what is to be decided tonight, what comes.
func (s *story) compose() {
	s.at(day(1, 9, 0), s.foundations)
	s.closed()
	s.cards()
	s.payments()
	s.ledger()
	s.identity()
	s.later()
	s.waits()
	s.ahead()
	s.capacity()
	s.bookings()
	s.impacts()
	s.risks()
	s.actions()
	s.asked()
}

// routine is a release of the template Routine that went as it should, or was taken back.
func (s *story) routine(r release, watch time.Duration) {
	r.template = "routine"
	s.create(r, r.from.Add(-9*24*time.Hour), r.from.Add(-8*24*time.Hour))
	s.evidenceRoutine(r.key, r.from.Add(-30*time.Hour))
	s.sign(r.from.Add(-26*time.Hour), "aisha", r.key, "service-operations", "On-call is briefed.")
	s.carry(r.key, r.from.Add(2*time.Minute), 2*time.Minute)
	if watch > 0 {
		s.at(r.from.Add(watch), func() error {
			_, err := s.app.Plans.Close(s.as("maya"), r.key, "Watched and handed over.")
			return err
		})
	}
}

func (s *story) closed() {
	s.routine(release{key: "cards-26.11.0", product: "cards", name: "Cards 26.11.0", title: "tokenised card references", version: "26.11.0", owner: "lukasz",
		from: day(10, 13, 30), to: day(10, 15, 30), services: []plan.ItemSpec{item("cards-auth", "9.3.9-broken")}}, 0)
	s.routine(release{key: "fraud-26.11.3", product: "fraud", name: "Fraud 26.11.3", title: "Rules set 884", version: "26.11.3", owner: "ines",
		from: day(12, 10, 0), to: day(12, 11, 0), services: []plan.ItemSpec{item("fraud-scoring", "2.17.3")}}, 4*24*time.Hour)
	s.routine(release{key: "identity-26.11.2", product: "identity", name: "Identity 26.11.2", title: "Session length", version: "26.11.2", owner: "daniel",
		from: day(17, 7, 0), to: day(17, 8, 0), services: []plan.ItemSpec{item("identity", "6.2.0")}}, 0)
	s.routine(release{key: "statements-26.11.0", product: "documents", name: "Statements 26.11.0", title: "Archive search", version: "26.11.0", owner: "hannah",
		from: day(18, 6, 30), to: day(18, 8, 0), services: []plan.ItemSpec{item("statements", "2.4.0")}}, 27*time.Hour)
}

// cards is the run that is live when the demonstration opens: at the ninth step, waiting for Łukasz.
func (s *story) cards() {
	r := release{key: "cards-26.11.1", product: "cards", name: "Cards 26.11.1", title: "tokenised card references", version: "26.11.1", template: "routine", owner: "lukasz",
		from: day(19, 13, 30), to: day(19, 16, 30), services: []plan.ItemSpec{item("cards-auth", "9.4.0")}, runbook: "cards.yaml",
		scope: []plan.ScopeSpec{
			{Key: "CRD-512", Title: "Card references become tokens", Service: "cards-auth", Owner: "lukasz", State: "done", Commits: []string{"a11f0c2"}},
			{Key: "CRD-530", Title: "Health tells a missing token key", Kind: "defect", Service: "cards-auth", Owner: "lukasz", State: "done", Commits: []string{"0d31b7e"}}}}
	s.create(r, day(11, 10, 0), day(12, 9, 0))
	for _, e := range []string{"staging", "pre-prod"} {
		s.at(day(16, 11, 0), func() error { return s.deployed("cards-auth", e, "9.4.0") })
	}
	s.evidenceRoutine(r.key, day(18, 9, 0))
	s.sign(day(18, 15, 0), "aisha", r.key, "service-operations", "Blue stays up until Friday.")
	s.at(day(19, 13, 30), func() error {
		run, err := s.app.Runs.StartRun(s.as("maya"), r.key, deploy.NewRun{})
		if err != nil {
			return err
		}
		return s.answer(run.ID, 5*time.Minute, "shift-25")
	})
}

// payments is tonight's release, which cannot go as it stands.
func (s *story) payments() {
	const key = "payments-26.11.0"
	r := release{key: key, product: "payments", name: "Payments 26.11.0", title: "Instant payee verification", version: "26.11.0", template: "tier-1", owner: "tomas",
		from: day(19, 21, 0), to: day(19, 23, 30),
		services: []plan.ItemSpec{item("ledger", "5.15.0"), item("payments-core", "8.32.0"), item("mobile-bff", "12.9.0"), item("notifications", "3.9.2")},
		scope: []plan.ScopeSpec{
			{Key: "PAY-2188", Title: "Ask the payee bank for the name before an instant payment", Service: "payments-core", Owner: "tomas", State: "done", Commits: []string{"9c1f2ab", "e77d014"}},
			{Key: "PAY-2190", Title: "Show match, close match, no match to the payer", Service: "payments-core", Owner: "tomas", State: "done", Commits: []string{"b20c9d1"}},
			{Key: "PAY-2204", Title: "Drop payee answers that arrive after 10 s", Service: "payments-core", Owner: "tomas", State: "done", Commits: []string{"4fd03e8"}},
			{Key: "PAY-2291", Title: "A late payee answer can release a payment twice", Kind: "defect", Service: "payments-core", Owner: "priya", State: "open"},
			{Key: "LED-810", Title: "Store the payee answer with the posting", Service: "ledger", Owner: "elena", State: "done", Commits: []string{"d1c88f0"}},
			{Key: "LED-822", Title: "Migrate postings in batches", Kind: "change", Service: "ledger", Owner: "elena", State: "done", Commits: []string{"0be7713"}},
			{Key: "MOB-1544", Title: "Payee check in the transfer form", Service: "mobile-bff", Owner: "kenji", State: "done", Commits: []string{"a93f0e2"}},
			{Key: "MOB-1549", Title: "Copy for close match, four languages", Service: "mobile-bff", Owner: "chloe", State: "done", NoCommit: "Text is in the content store."},
			{Key: "NOT-377", Title: "Two templates for refused payments", Service: "notifications", Owner: "lukasz", State: "done", Commits: []string{"5e02c1d"}}}}
	s.create(r, day(3, 10, 0), day(4, 9, 0))
	s.paymentsProgress(key)
	for _, d := range []struct{ service, version string }{{"payments-core", "8.32.0"}, {"ledger", "5.15.0"}, {"mobile-bff", "12.9.0"}, {"notifications", "3.9.2"}} {
		for _, e := range []string{"staging", "pre-prod"} {
			s.at(day(16, 9, 0), func() error { return s.deployed(d.service, e, d.version) })
		}
	}
	s.sign(day(17, 16, 20), "elena", key, "database", "Back-out read.")
	s.sign(day(18, 10, 12), "hannah", key, "compliance", "PSD2 notice filed 16 Nov.")
	s.sign(day(18, 11, 0), "daniel", key, "information-security", "")
	s.confirm(day(18, 12, 0), "elena", key, "runbook-reviewed", "Read with Łukasz.")
	s.confirm(day(18, 14, 0), "jonas", key, "alerts-live", "6 alerts, all test-fired.")
	s.at(day(18, 16, 0), func() error { // the back-out changes after Elena has signed it
		book := rolling(key, "Payments 26.11.0", s.bank.Address, []string{"ledger", "payments-core", "mobile-bff", "notifications"}, []string{"prod-north", "prod-west"})
		if err := s.text(s.as("lukasz"), key+".yaml", batched(book, "ledger", "prod-north", "prod-west")); err != nil {
			return err
		}
		b, err := s.app.Runbooks.Binding(s.as("maya"), key)
		if err != nil {
			return err
		}
		_, err = s.app.Runbooks.SetRunbook(s.as("maya"), key, b.Rev, deploy.Choice{Version: new(int), Reason: "The way back of the ledger goes in batches, so that no lock stands longer than 3 s"})
		return err
	})
	s.fact(day(19, 11, 42), "tomas", key, "traceable", "trace 4471", `{"commits": 61, "unmatched": 0}`)
	s.fact(day(19, 11, 50), "daniel", key, "provenance", "attestations", `{"artefacts": 4, "verified": 4, "level": 3}`)
	s.fact(day(19, 11, 58), "daniel", key, "no-critical", "scan 4471", `{"critical": 0, "medium": 2}`)
	s.tests(day(19, 12, 1), key, "pipeline 88213", 2914)
	s.fact(day(19, 12, 5), "jonas", key, "latency", "k6 run 1107", `{"p99": 412, "peak": "2x"}`)
	s.at(day(19, 12, 6), func() error {
		w, err := s.app.Gate.Waive(s.as("jonas"), key, "latency", gate.NewWaiver{Reason: "412 ms against 400 ms, inside what customers notice",
			Measure: "Extra capacity until the index is rebuilt", Until: db.At(day(33, 12, 0)), Owner: "jonas"})
		if err != nil {
			return err
		}
		_, err = s.app.Gate.Grant(s.as("aisha"), key, "latency", w.ID)
		return err
	})
	s.fact(day(19, 13, 20), "priya", key, "no-severe-defect", "tracker", `{"severity1": 1, "severity2": 0, "keys": ["PAY-2291"]}`)
	s.sign(day(19, 13, 40), "aisha", key, "service-operations", "With a second database administrator on the bridge.")
	s.at(day(19, 14, 0), func() error {
		_, err := s.app.Decisions.OpenPoll(s.as("maya"), key, decide.NewPoll{})
		return err
	})
	vote := func(minute int, who, role, answer, comment string, conditions ...decide.NewCondition) {
		s.at(day(19, 14, minute), func() error {
			_, err := s.app.Decisions.Answer(s.as(who), key, role, decide.NewAnswer{Answer: answer, Comment: comment, Conditions: conditions})
			return err
		})
	}
	vote(1, "chloe", "product-management", "go", "Partners have been told either way.")
	vote(2, "priya", "quality-assurance", "no-go", "PAY-2291 can pay twice. No.")
	vote(3, "elena", "database", "no-go", "Not without a proven way back.")
	vote(4, "aisha", "service-operations", "go-if", "", decide.NewCondition{Text: "Second database administrator on the bridge 21:00 to 23:30", Owner: "elena", Due: db.At(day(19, 20, 30)), Verifier: "aisha"})
	vote(5, "daniel", "information-security", "go", "")
	s.checkpoint(day(19, 14, 5).Add(30 * time.Second))
	vote(6, "hannah", "compliance", "go", "PSD2 notice filed 16 Nov.")
}

// ledger overlaps Payments on the same service.
func (s *story) ledger() {
	const key = "ledger-26.11.2"
	r := release{key: key, product: "payments", name: "Ledger 26.11.2", title: "Posting index rebuild", version: "26.11.2", template: "routine", owner: "elena",
		from: day(19, 21, 30), to: day(19, 22, 15), services: []plan.ItemSpec{item("ledger", "5.14.1")}}
	s.create(r, day(12, 14, 0), day(13, 9, 0))
	s.fact(day(18, 10, 0), "elena", key, "traceable", "trace", `{"commits": 3, "unmatched": 0}`)
	s.fact(day(18, 10, 5), "daniel", key, "no-critical", "scan", `{"critical": 0}`)
	s.tests(day(18, 11, 0), key, "pipeline 88190", 402)
	s.confirm(day(18, 15, 0), "jonas", key, "alerts-live", "")
}

// identity is ready for tomorrow morning.
func (s *story) identity() {
	const key = "identity-26.11.3"
	r := release{key: key, product: "identity", name: "Identity 26.11.3", title: "Passkey fallback fix", version: "26.11.3", template: "routine", owner: "daniel",
		from: day(20, 7, 0), to: day(20, 7, 40), services: []plan.ItemSpec{item("identity", "6.2.1")},
		scope: []plan.ScopeSpec{{Key: "IDN-341", Title: "Fall back when the platform has no passkey", Kind: "defect", Service: "identity", Owner: "daniel", State: "done", Commits: []string{"77c0de1"}}}}
	s.create(r, day(13, 9, 0), day(16, 9, 0))
	for _, e := range []string{"staging", "pre-prod"} {
		s.at(day(18, 9, 0), func() error { return s.deployed("identity", e, "6.2.1") })
	}
	s.evidenceRoutine(key, day(19, 9, 0))
	s.sign(day(19, 11, 0), "aisha", key, "service-operations", "Rehearsed on 17 Nov.")
}

// later are the releases that lie ahead.
func (s *story) later() {
	ahead := func(key, product, name, title, version, owner string, from, to time.Time, planned, active time.Time, items ...plan.ItemSpec) {
		s.create(release{key: key, product: product, name: name, title: title, version: version, template: "routine", owner: owner, from: from, to: to, services: items}, planned, active)
	}
	ahead("fraud-26.11.4", "fraud", "Fraud 26.11.4", "Takeover rules", "26.11.4", "hannah", day(23, 10, 0), day(23, 10, 30), day(16, 10, 0), day(17, 9, 0), item("fraud-scoring", "2.18.0"))
	ahead("web-bank-26.12.0", "channels", "Web bank 26.12.0", "Statements search", "26.12.0", "kenji", day(32, 6, 30), day(32, 8, 0), day(13, 10, 0), day(17, 10, 0), item("web-bank", "7.4.0"), item("statements", "2.5.0"))
	ahead("notifications-26.12.0", "channels", "Notifications 26.12.0", "Push for card blocks", "26.12.0", "lukasz", day(32, 9, 0), day(32, 9, 30), day(16, 11, 0), time.Time{}, item("notifications", "3.10.0"))
	ahead("accounts-26.12.0", "accounts", "Accounts 26.12.0", "Joint account closing", "26.12.0", "oskar", day(33, 21, 0), day(33, 22, 30), day(17, 11, 0), day(18, 9, 0), item("accounts", "4.9.0"))
	const consent = "open-banking-26.12.0"
	s.create(release{key: consent, product: "open-banking", name: "Open banking 26.12.0", title: "PSD3 consent API", version: "26.12.0", template: "feature", owner: "ines", from: day(38, 21, 0), to: day(38, 23, 0),
		services: []plan.ItemSpec{item("open-banking-api", "5.0.0"), item("identity", "6.3.0")}}, day(2, 8, 0), day(4, 16, 0))
	s.consent(consent)
	s.at(day(18, 13, 0), func() error { return s.deployed("accounts", "staging", "4.9.0") })
	s.at(day(18, 13, 5), func() error { return s.deployed("fraud-scoring", "staging", "2.18.0") })
	s.at(day(18, 13, 10), func() error { return s.deployed("web-bank", "staging", "7.4.0-rc2") })
	s.at(day(18, 6, 41), func() error {
		_, err := s.app.Catalog.RecordDeployment(s.as("jonas"), catalog.NewDeployment{Service: "web-bank", Environment: "prod-west", Version: "7.3.0", Source: "1 of 6 pods, stuck drain"})
		return err
	})
}

func (s *story) risks() {
	open := func(d, hour int, in risk.NewRisk) {
		s.at(day(d, hour, 0), func() error { _, err := s.app.Risks.Open(s.as("maya"), in); return err })
	}
	assess := func(d, hour int, ref string, probability, impact int, reason string) {
		s.at(day(d, hour, 0), func() error {
			_, err := s.app.Risks.Assess(s.as("maya"), ref, 0, probability, impact, reason)
			return err
		})
	}
	open(5, 10, risk.NewRisk{Release: "payments-26.11.0", Title: "Ledger migration cannot be rolled back inside the window", Text: "If the reverse migration meets a lock, payments stop until the table is repaired by hand.",
		Cause: "Exclusive lock on the postings of this year", Category: "technical", Probability: 2, Impact: 4, Response: risk.Reduce, Mitigation: "Batches of 5,000 rows", ResidualProbability: 1, ResidualImpact: 4,
		Owner: "elena", Review: "2026-11-19", Blocks: risk.BlocksGate})
	open(6, 10, risk.NewRisk{Release: "payments-26.11.0", Title: "Payee answers of two partner banks arrive late", Category: "partner", Probability: 3, Impact: 3, Response: risk.Reduce, Mitigation: "Late answers are dropped", ResidualProbability: 2, ResidualImpact: 3, Owner: "tomas", Review: "2026-11-19"})
	open(9, 9, risk.NewRisk{Product: "cards", Title: "One engineer knows the card-scheme certificate rotation", Category: "people", Probability: 3, Impact: 4, Response: risk.Reduce, Mitigation: "Pairing from 24 Nov", ResidualProbability: 1, ResidualImpact: 4, Owner: "lukasz", Review: "2026-11-26"})
	open(9, 11, risk.NewRisk{Title: "Peak load test covers 1.6× not 2× of last November", Category: "capacity", Probability: 3, Impact: 5, Response: risk.Accept, Mitigation: "Extra capacity booked to 2 Dec", Owner: "jonas", Review: "2026-11-20"})
	open(12, 9, risk.NewRisk{Product: "open-banking", Title: "Step-up authentication late for PSD3 consent", Category: "dependency", Probability: 2, Impact: 3, Response: risk.Reduce, Mitigation: "Second engineer asked", ResidualProbability: 1, ResidualImpact: 3, Owner: "daniel", Review: "2026-11-23"})
	open(13, 9, risk.NewRisk{Product: "fraud", Title: "Fraud rules block good payments in peak week", Category: "quality", Probability: 3, Impact: 3, Response: risk.Reduce, Mitigation: "Shadow mode for 48 h", ResidualProbability: 1, ResidualImpact: 3, Owner: "ines", Review: "2026-11-23"})
	open(13, 15, risk.NewRisk{Title: "Disaster-recovery site one version behind", Category: "technical", Probability: 2, Impact: 3, Response: risk.Reduce, Mitigation: "Catch-up job each night", ResidualProbability: 1, ResidualImpact: 3, Owner: "jonas", Review: "2026-11-27"})
	open(16, 9, risk.NewRisk{Release: "payments-26.11.0", Title: "Support not briefed on the wording of the payee check", Category: "people", Probability: 2, Impact: 2, Response: risk.Reduce, Mitigation: "Briefing 19 Nov 16:00", ResidualProbability: 1, ResidualImpact: 2, Owner: "sofia", Review: "2026-11-19"})
	assess(10, 10, "R-1", 3, 4, "The table has grown to 410 million rows")
	assess(12, 11, "R-1", 4, 4, "The rehearsal met a lock")
	assess(18, 10, "R-1", 4, 5, "No rehearsal of the way back has passed yet")
	s.at(day(18, 10, 5), func() error {
		_, err := s.app.Risks.Mitigate(s.as("maya"), "R-1", 0, risk.Plan{Response: risk.Reduce, Mitigation: "Batches of 5,000 rows, rehearsal today", ResidualProbability: 2, ResidualImpact: 5})
		return err
	})
	assess(17, 9, "R-2", 5, 3, "A second bank answers after 10 s")
	assess(16, 14, "R-4", 2, 5, "Extra capacity is booked")
	assess(17, 11, "R-5", 3, 3, "The specification moved again")
}
