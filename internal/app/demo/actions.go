package demo

import (
	"time"

	"slipway/internal/plan/register"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// promise is an action of the story and what became of it.
type promise struct {
	register.Spec
	added      time.Time
	started    time.Time      // by its owner; zero for not yet
	done       time.Time      // said by its owner
	shown      register.Shown // then
	file, body string         // with it
	closed     time.Time
	closer     string
}

// actions is the register of what was promised: in reviews, an audit, for risks, in meetings.
func (s *story) actions() {
	at := func(d, hour int) db.Time { return db.At(day(d, hour, 0)) }
	for _, p := range []promise{
		{Spec: register.Spec{Title: "Lower the batch size in the migration template", Owner: "elena", Source: "review", Ref: "Payments 26.10.3", Product: "payments", ClosesWith: "template v9", Verifier: "lukasz", Due: at(13, 17)},
			added: day(5, 16, 0), started: day(9, 9, 30), done: day(13, 11, 20), shown: register.Shown{Text: "Template v9 migrates in batches of 5,000 rows."}},
		{Spec: register.Spec{Title: "Put the on-call plan of the peak weeks where everybody finds it", Owner: "aisha", Source: "meeting", Ref: "Operations weekly, 4 Nov", ClosesWith: "a link that works", Due: at(11, 17)},
			added: day(5, 16, 10), done: day(10, 15, 0), shown: register.Shown{URL: "https://handbook.aldermoor.example/on-call/peak"}, closed: day(11, 9, 0), closer: "maya"},
		{Spec: register.Spec{Title: "Name a deputy for the ledger's database", Owner: "elena", Source: "audit", Ref: "Q3, finding 2", Product: "payments", ClosesWith: "a deputy in the register", Due: at(6, 17)},
			added: day(5, 16, 20), done: day(9, 10, 0), shown: register.Shown{Text: "Łukasz stands in for me."}, closed: day(9, 14, 0), closer: "hannah"},
		{Spec: register.Spec{Title: "Reconcile 2 fail-open deployments of Statements", Owner: "hannah", Source: "audit", Ref: "Q3, finding 4", Product: "documents", ClosesWith: "2 entries", Due: at(18, 12)}, added: day(9, 14, 0)},
		{Spec: register.Spec{Title: "Book extra capacity until 2 December", Owner: "jonas", Source: "risk", Ref: "R-4", ClosesWith: "the provider's confirmation", Due: at(17, 12)},
			added: day(9, 15, 0), started: day(10, 9, 0), done: day(16, 13, 30), shown: register.Shown{Text: "Confirmed for 12 nodes until 2 December."}, closed: day(16, 13, 50), closer: "maya"},
		{Spec: register.Spec{Title: "Alert on lock wait over 1 s on ledger-db", Owner: "jonas", Source: "review", Ref: "Cards 26.11.0", Product: "cards", ClosesWith: "the alert fires in a test, seen by another person", Due: at(17, 17)},
			added: day(11, 10, 0), started: day(12, 9, 15), done: day(17, 15, 12), file: "alert-testfire-1117.json",
			body: `{"alert":"ledger-db lock wait over 1 s","firedAt":"2026-11-17T14:09:12Z","resolvedAt":"2026-11-17T14:11:40Z","test":true}` + "\n"},
		{Spec: register.Spec{Title: "Record who rotated the scheme certificate, with steps", Owner: "lukasz", Source: "review", Ref: "Cards 26.11.0", Product: "cards", ClosesWith: "runbook v5", Verifier: "jonas", Due: at(16, 12)}, added: day(11, 10, 5)},
		{Spec: register.Spec{Title: "Pairing on certificate rotation", Owner: "lukasz", Source: "risk", Ref: "R-3", ClosesWith: "2 names in the runbook", Due: at(20, 17)}, added: day(11, 10, 10), started: day(18, 9, 0)},
		{Spec: register.Spec{Title: "Catch-up job for the disaster-recovery site", Owner: "jonas", Source: "risk", Ref: "R-7", ClosesWith: "drift 0 for 7 d", Due: at(27, 17)}, added: day(13, 16, 0)},
		{Spec: register.Spec{Title: "Get the time limits of two partner banks in writing", Owner: "tomas", Source: "meeting", Ref: "Partner call, 16 Nov", Release: "payments-26.11.0", ClosesWith: "two letters", Due: at(24, 17)}, added: day(16, 16, 0)},
		{Spec: register.Spec{Title: "Retest day for the penetration test", Owner: "daniel", Source: "plan", Ref: "Open banking 26.12.0", Release: "open-banking-26.12.0", ClosesWith: "booking", Due: at(20, 17)}, added: day(17, 10, 0)},
		{Spec: register.Spec{Title: "Brief support on the wording of the payee check", Owner: "sofia", Source: "risk", Ref: "R-8", ClosesWith: "attendance list", Due: at(19, 16)}, added: day(17, 10, 10)},
		{Spec: register.Spec{Title: "Rehearse the back-out of the ledger migration", Owner: "elena", Source: "risk", Ref: "R-1", ClosesWith: "rehearsal 32 passes", Verifier: "lukasz", Due: db.At(day(19, 15, 10))}, added: day(18, 10, 10), started: day(19, 12, 30)},
		{Spec: register.Spec{Title: "Move Ledger 26.11.2 or accept the overlap", Owner: "maya", Source: "conflict", Ref: "Ledger 26.11.2 and Payments 26.11.0", Release: "ledger-26.11.2", ClosesWith: "new window", Due: at(19, 18)}, added: day(18, 17, 30)},
	} {
		s.promise(p)
	}
	for _, t := range []time.Time{day(15, 18, 0), day(16, 12, 30), day(18, 12, 30), day(19, 12, 40)} {
		s.at(t, func() error { return s.app.Actions.Chase(auth.WithSystem(s.ctx)) })
	}
}

// promise tells what became of one action.
func (s *story) promise(p promise) {
	var key string
	s.at(p.added, func() error {
		a, err := s.app.Actions.Add(s.as("maya"), p.Spec)
		key = a.Key
		return err
	})
	step := func(t time.Time, do func() error) {
		if !t.IsZero() {
			s.at(t, do)
		}
	}
	step(p.started, func() error { _, err := s.app.Actions.Start(s.as(p.Owner), key, 0); return err })
	step(p.done, func() error {
		_, err := s.app.Actions.Prove(s.as(p.Owner), key, 0, p.shown, p.file, []byte(p.body))
		return err
	})
	step(p.closed, func() error { _, err := s.app.Actions.Close(s.as(p.closer), key, 0, ""); return err })
}
