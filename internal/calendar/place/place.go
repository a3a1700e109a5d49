package place

import (
	"slipway/internal/calendar/book"
	"slipway/internal/catalog"
)

// At is a service in an environment; the zero service is the environment as such.
func At(s catalog.Service, e catalog.Environment) book.Place {
	return book.Place{Product: s.ProductKey, Service: s.Key, ServiceTier: s.Tier, Environment: e.Key, Tier: e.Tier.String(), Open: Opens(e.Rule, e.DefaultOpen)}
}

// Opens is what an environment is when no window matches.
func Opens(r catalog.Rule, byDefault bool) bool { return byDefault && r != catalog.RuleWindow }
