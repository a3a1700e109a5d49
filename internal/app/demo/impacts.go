package demo

import (
	"slipway/internal/calendar"
	"slipway/internal/calendar/impact"
	"slipway/internal/platform/db"
)

// impacts are the busy times of the bank and what releases ahead do to users: accounts answers slowly on the evening on which salaries
// are paid, and its users are still to be told; the consent of open banking is down for half an hour, and the partners know.
func (s *story) impacts() {
	s.at(day(2, 9, 10), func() error {
		for _, b := range []calendar.Spec{
			{Key: "month-end", Name: "Month-end closing", Reason: "The books of the month are closed.", Start: "2026-10-30T18:00", End: "2026-11-02T06:00", RRule: "FREQ=MONTHLY;BYMONTHDAY=30",
				Scope: calendar.Scope{Services: []string{"accounts", "ledger", "statements"}, Tiers: []string{"production"}}},
			{Key: "salary-run", Name: "Salary run", Reason: "Salaries and pensions are paid in the evening; customers look at their accounts.", Start: "2026-11-03T17:00", End: "2026-11-04T01:00", RRule: "FREQ=MONTHLY;BYMONTHDAY=3",
				Scope: calendar.Scope{Services: []string{"accounts", "payments-core"}, Tiers: []string{"production"}}},
		} {
			b.Owner, b.Zone = "aisha", "Europe/Stockholm"
			if _, err := s.app.Calendar.Add(s.as("maya"), calendar.Busy, b); err != nil {
				return err
			}
		}
		return nil
	})
	s.at(day(18, 9, 30), func() error {
		_, err := s.app.Impacts.Set(s.as("oskar"), "accounts-26.12.0", "accounts", impact.Spec{Kind: impact.Degradation, Minutes: 25, Users: "Everybody who looks up a balance in the web bank, the mobile app or a branch", NoticeHours: 14 * 24})
		return err
	})
	s.at(day(18, 9, 40), func() error {
		_, err := s.app.Impacts.Set(s.as("ines"), "open-banking-26.12.0", "open-banking-api", impact.Spec{Kind: impact.Downtime, Minutes: 30, Users: "Partners of the consent API", NoticeHours: 10 * 24, NoticeAt: db.At(day(17, 10, 0))})
		return err
	})
	s.at(day(18, 9, 45), func() error {
		_, err := s.app.Impacts.Set(s.as("kenji"), "web-bank-26.12.0", "web-bank", impact.Spec{Kind: impact.Downtime, Minutes: 5, Users: "Customers who are signed in to the web bank", NoticeHours: 72})
		return err
	})
}
