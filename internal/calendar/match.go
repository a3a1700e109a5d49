package calendar

import (
	"errors"
	"slices"
	"strconv"

	"slipway/internal/catalog"
	"slipway/internal/platform/db"
)

func itoa(n int) string { return strconv.Itoa(n) }

func (r placeRow) place() place {
	return place{product: r.Product, service: r.Service, serviceTier: r.ServiceTier, environment: r.Environment, tier: catalog.Tier(r.Tier),
		open: opens(catalog.Environment{Rule: catalog.Rule(r.Rule), DefaultOpen: r.DefaultOpen})}
}

// matches reports whether the place is in every list that is not empty. A place without a service is in no list of
// products or services.
func (s *Scope) matches(p place) bool {
	return in(s.Environments, p.environment) && (len(s.Tiers) == 0 || slices.Contains(s.Tiers, p.tier.String())) && in(s.Products, p.product) && in(s.Services, p.service) &&
		(len(s.ServiceTiers) == 0 || p.service != "" && slices.Contains(s.ServiceTiers, p.serviceTier))
}

// Whole reports whether the scope is the whole organisation.
func (s Scope) Whole() bool {
	return len(s.Products)+len(s.Services)+len(s.ServiceTiers)+len(s.Environments)+len(s.Tiers) == 0
}

func placeOf(s catalog.Service, e catalog.Environment) place {
	return place{product: s.ProductKey, service: s.Key, serviceTier: s.Tier, environment: e.Key, tier: e.Tier, open: opens(e)}
}

func in(list []string, key string) bool {
	return len(list) == 0 || key != "" && slices.Contains(list, key)
}

func missing(err error) bool { return errors.Is(err, db.ErrNone) }

// Everywhere reports whether the scope takes in every service of every environment of some tier; nothing narrower.
func (s Scope) Everywhere() bool {
	return len(s.Products)+len(s.Services)+len(s.ServiceTiers) == 0
}
