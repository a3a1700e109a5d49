package demo

import (
	"time"

	"slipway/internal/calendar/booking"
	"slipway/internal/calendar/publication"
	"slipway/internal/platform/db"
)

// bookings are who has asked for what, and the November calendar as it was published: Elena is needed tonight, staging is asked for twice.
func (s *story) bookings() {
	s.at(day(2, 9, 0), func() error {
		v, err := s.app.Versions.Publish(s.as("maya"), publication.Spec{Name: "November 2026", Note: "Peak trading begins on the 23rd; what is to go out before goes out by the 20th.",
			From: db.At(day(1, 0, 0)), To: db.At(day(31, 0, 0))})
		if err != nil {
			return err
		}
		for _, who := range []string{"jonas", "elena", "aisha", "priya", "tomas", "daniel", "hannah", "ines", "sofia", "kenji", "lukasz"} {
			if _, err := s.app.Versions.Acknowledge(s.as(who), v.Number); err != nil {
				return err
			}
		}
		return nil
	})
	for _, b := range []struct {
		at   time.Time
		who  string
		spec booking.Spec
		from time.Time
		to   time.Time
	}{
		{day(16, 10, 0), "elena", booking.Spec{Key: "elena-payments-night", Person: "elena", Release: "payments-26.11.0", Purpose: "The migration of the postings"}, day(19, 20, 30), day(20, 0, 0)},
		{day(19, 9, 5), "priya", booking.Spec{Key: "staging-web-bank", Environment: "staging", Release: "web-bank-26.12.0", Purpose: "Regression"}, day(24, 8, 0), day(25, 17, 0)},
		{day(19, 9, 20), "kenji", booking.Spec{Key: "staging-mobile", Environment: "staging", Purpose: "Beta of the mobile app"}, day(25, 9, 0), day(26, 12, 0)},
		{day(17, 15, 0), "jonas", booking.Spec{Key: "load-rig-consent", Item: "Load rig", Release: "open-banking-26.12.0", Purpose: "Consent at twice the peak"}, day(31, 9, 0), day(33, 17, 0)},
	} {
		s.at(b.at, func() error {
			in := b.spec
			in.From, in.To = db.At(b.from), db.At(b.to)
			_, err := s.app.Bookings.Request(s.as(b.who), in)
			return err
		})
	}
	s.at(day(18, 10, 5), func() error {
		b, err := s.app.Bookings.Request(s.as("ines"), booking.Spec{Key: "pre-prod-fraud", Environment: "pre-prod", Purpose: "Replaying last week's payments", From: db.At(day(27, 9, 0)), To: db.At(day(27, 12, 0))})
		if err != nil {
			return err
		}
		_, err = s.app.Bookings.Decline(s.as("jonas"), b.Key, b.Rev, "The rehearsals need it from Monday on. Take the Thursday after.")
		return err
	})
}
