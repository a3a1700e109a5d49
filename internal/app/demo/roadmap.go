package demo

import (
	"time"

	"slipway/internal/plan"
	"slipway/internal/plan/intake"
	"slipway/internal/plan/roadmap"
	"slipway/internal/plan/train"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
)

// ahead is what the bank plans over quarters: trains, dates that are agreed, proposed or discussed, and what people ask releases for.
func (s *story) ahead() {
	s.trains()
	s.dates()
	s.requests()
}

func window(from, to time.Time) plan.Window {
	return plan.Window{Start: db.At(from), End: db.At(to)}
}

func (s *story) trains() {
	add := func(in train.Spec) {
		in.Zone, in.Template = "Europe/Stockholm", "routine"
		s.at(day(3, 9, 0), func() error {
			_, err := s.app.Trains.Add(s.as("maya"), in)
			return err
		})
	}
	every := func(start, rrule, length string) train.Cadence {
		return train.Cadence{Start: start, RRule: rrule, Length: plan.Span(length)}
	}
	add(train.Spec{Key: "payments-train", Product: "payments", Cadence: every("2027-01-21T21:00", "FREQ=WEEKLY;INTERVAL=6", "150m"), Lead: "52d", Pattern: "{yy}.{m}.0", Frozen: train.Shift,
		Environments: []string{"prod-north"}, Services: []train.Carried{{Service: "payments-core"}, {Service: "ledger"}}, Owner: "tomas"})
	add(train.Spec{Key: "web-bank-train", Product: "channels", Name: "Web bank", Cadence: every("2027-01-13T06:30", "FREQ=WEEKLY;INTERVAL=4", "90m"), Lead: "8w", Pattern: "{yy}.{n}.0",
		Environments: []string{"prod-west"}, Owner: "kenji"})
	add(train.Spec{Key: "identity-train", Product: "identity", Cadence: every("2026-12-04T07:00", "FREQ=WEEKLY;INTERVAL=2", "40m"), Lead: "10d", Pattern: "{yy}.{m}.{d}",
		Skips: []string{"2026-12-04"}, Owner: "daniel", Text: "The first one waits until the queue behind peak trading is through."})
	s.at(day(18, 7, 0), func() error { return s.app.Trains.OpenDue(auth.WithSystem(s.ctx)) })
}

func (s *story) dates() {
	propose := func(t time.Time, who string, in roadmap.Proposal) {
		s.at(t, func() error {
			_, err := s.app.Roadmaps.Propose(s.as(who), in)
			return err
		})
	}
	agree := func(t time.Time, who, key, role string) {
		s.at(t, func() error {
			_, err := s.app.Roadmaps.Agree(s.as(who), key, 0, roadmap.Word{Role: role})
			return err
		})
	}
	operations := []string{"service-operations"}
	agreed := func(t time.Time, who, key string, from, to time.Time) {
		propose(t, who, roadmap.Proposal{Release: key, Window: window(from, to), Roles: operations})
		agree(t.Add(2*time.Hour), "aisha", key, "service-operations")
	}
	agreed(day(13, 12, 0), "tomas", "payments-26.11.0", day(19, 21, 0), day(19, 23, 30))
	agreed(day(16, 12, 0), "daniel", "identity-26.11.3", day(20, 7, 0), day(20, 7, 40))
	agreed(day(17, 12, 0), "kenji", "web-bank-26.12.0", day(32, 6, 30), day(32, 8, 0))
	agreed(day(18, 10, 0), "oskar", "accounts-26.12.0", day(33, 21, 0), day(33, 22, 30))

	const consent = "open-banking-26.12.0"
	propose(day(4, 17, 0), "ines", roadmap.Proposal{Release: consent, Window: window(day(38, 21, 0), day(38, 23, 0)), Roles: []string{"service-operations", "information-security", "product-management"},
		AnswerBy: db.At(day(23, 12, 0)), Reason: "Earliest date that keeps the regulator’s 31 Dec."})
	agree(day(5, 9, 0), "aisha", consent, "service-operations")
	s.at(day(17, 15, 0), func() error {
		_, err := s.app.Roadmaps.Counter(s.as("daniel"), consent, 0, roadmap.Word{Role: "information-security", Window: window(day(45, 21, 0), day(45, 23, 0)),
			Reason: "Step-up authentication ends 30 Nov at the earliest. No retest day before 8 Dec."})
		return err
	})
	agree(day(18, 11, 0), "aisha", consent, "service-operations")

	propose(day(17, 13, 0), "hannah", roadmap.Proposal{Release: "fraud-26.11.4", Window: window(day(23, 10, 0), day(23, 10, 30)), Roles: operations, AnswerBy: db.At(day(20, 12, 0)), Reason: "New takeover pattern since Monday."})
	s.at(day(18, 15, 0), func() error {
		_, err := s.app.Roadmaps.Refuse(s.as("aisha"), "fraud-26.11.4", 0, roadmap.Word{Role: "service-operations", Reason: "Peak trading begins that morning. Ask for leave from the freeze first."})
		return err
	})
	version := func(who, product, v, title string, from time.Time, vendor string) {
		propose(day(12, 10, 0), who, roadmap.Proposal{Product: product, Version: v, Title: title, Window: window(from, from.Add(2*time.Hour)), Vendor: vendor, Roles: operations, AnswerBy: db.At(day(30, 12, 0))})
	}
	at := func(month time.Month, d, hour int) time.Time {
		return time.Date(2027, month, d, hour, 0, 0, 0, stockholm)
	}
	version("lukasz", "cards", "27.2.0", "Wallet tokens", at(time.February, 18, 21), "")
	version("ines", "open-banking", "27.2.0", "Payment initiation", at(time.February, 11, 21), "")
	version("hannah", "fraud", "27.1.0", "Scoring model 3", at(time.January, 26, 10), "")
	version("oskar", "accounts", "27.2.0", "Savings goals", at(time.February, 3, 21), "")
	version("maya", "accounts", "core-14.2", "Core platform 14.2", at(time.March, 20, 2), "Core platform vendor")
	s.at(day(19, 9, 0), func() error {
		_, err := s.app.Roadmaps.Publish(s.as("maya"), roadmap.Publication{})
		return err
	})
}

func (s *story) requests() {
	file := func(t time.Time, who string, in intake.Spec, then func(key string) error) {
		s.at(t, func() error {
			r, err := s.app.Requests.File(s.as(who), in)
			if err == nil && then != nil {
				err = then(r.Key)
			}
			return err
		})
	}
	accept := func(trainKey, why string) func(string) error {
		return func(key string) error {
			_, err := s.app.Requests.Accept(s.as("maya"), key, 0, intake.Answer{Train: trainKey, Reason: why})
			return err
		}
	}
	file(day(9, 10, 0), "chloe", intake.Spec{Product: "payments", Title: "Instant payments for business accounts", Goal: "Shops settle with suppliers on the same evening.",
		Requirements: []string{"Limits by account type", "A receipt for the bookkeeping"}, Wanted: db.At(time.Date(2027, 3, 1, 0, 0, 0, 0, stockholm))}, accept("payments-train", "It fits the January train."))
	file(day(18, 9, 0), "sofia", intake.Spec{Product: "channels", Title: "Show why a payment waits", Goal: "A third of the calls on Mondays ask only this.",
		Requirements: []string{"The reason in plain words", "When it will be through"}, Wanted: db.At(time.Date(2027, 1, 31, 0, 0, 0, 0, stockholm))}, accept("web-bank-train", ""))
	file(day(10, 14, 0), "hannah", intake.Spec{Product: "open-banking", Title: "Keep consent records for ten years", Goal: "The supervisor asked for it in the October review."}, func(key string) error {
		_, err := s.app.Requests.Defer(s.as("maya"), key, 0, intake.Answer{Until: db.At(time.Date(2027, 1, 11, 0, 0, 0, 0, stockholm)), Reason: "Storage is being rebuilt until the new year. We look at it then."})
		return err
	})
	file(day(11, 16, 0), "oskar", intake.Spec{Product: "cards", Title: "Card numbers on the lock screen", Goal: "Customers type them often."}, func(key string) error {
		_, err := s.app.Requests.Decline(s.as("maya"), key, 0, intake.Answer{Reason: "The card schemes do not allow it, whatever the phone."})
		return err
	})
	file(day(18, 16, 30), "greta", intake.Spec{Product: "identity", Title: "A report of sign-ins without a passkey", Goal: "Evidence for the yearly audit.", Wanted: db.At(time.Date(2027, 2, 15, 0, 0, 0, 0, stockholm))}, nil)
}
