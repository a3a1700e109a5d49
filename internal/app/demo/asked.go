package demo

import (
	"time"

	"slipway/internal/clearance"
	"slipway/internal/platform/db"
)

// asked are questions of may-deploy whose answers were recorded, and the one override of the month.
func (s *story) asked() {
	ask := func(t time.Time, service, version, environment string) {
		s.at(t, func() error {
			_, err := s.app.Clearance.MayDeploy(s.as("lukasz"), clearance.Question{Service: service, Version: version,
				Digest: item(service, version).Digest, Environment: environment, Record: true})
			return err
		})
	}
	ask(day(10, 11, 20), "cards-auth", "9.3.9-broken", "pre-prod")
	ask(day(12, 9, 58), "fraud-scoring", "2.17.3", "prod-north")
	ask(day(12, 10, 1), "fraud-scoring", "2.17.3", "prod-north")
	ask(day(16, 9, 12), "cards-auth", "9.3.9-broken", "prod-west")
	ask(day(18, 13, 4), "fraud-scoring", "2.18.0", "staging")
	s.at(day(18, 7, 5), func() error {
		_, err := s.app.Clearance.Override(s.as("maya"), clearance.NewOverride{Service: "web-bank", Environment: "prod-west", Digest: item("web-bank", "7.3.1").Digest,
			Reason: "One of six pods kept 7.3.0 when its node was drained; it gets what the others run.", Until: db.At(day(20, 7, 0))})
		return err
	})
	ask(day(18, 7, 9), "web-bank", "7.3.1", "prod-west")
	ask(day(19, 13, 50), "ledger", "5.15.0", "prod-north")
}
