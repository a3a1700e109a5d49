package book

import "slices"

// Scope is what a period applies to. A place matches if it is in every list that is not empty; no list at all is the
// whole organisation. Products, services and environments are named by key, which never changes.
type Scope struct {
	Products     []string `json:"products,omitempty" yaml:"products,omitempty" doc:"Keys of products; their services match"`
	Services     []string `json:"services,omitempty" yaml:"services,omitempty" doc:"Keys of services"`
	ServiceTiers []int    `json:"serviceTiers,omitempty" yaml:"serviceTiers,omitempty" doc:"Importance of services, 1 the highest"`
	Environments []string `json:"environments,omitempty" yaml:"environments,omitempty" doc:"Keys of environments"`
	Tiers        []string `json:"tiers,omitempty" yaml:"tiers,omitempty" doc:"Tiers of environments: development, test, staging, pre-production, production"`
}

// Place is one service in one environment, by key. A place without a service is the environment as such.
type Place struct {
	Product, Service string
	ServiceTier      int
	Environment      string
	Tier             string
	Open             bool // what the environment is when no window matches
}

// Takes reports whether the place is in every list that is not empty. A place without a service is in no list of products
// or services.
func (s *Scope) Takes(p Place) bool {
	return in(s.Environments, p.Environment) && in(s.Tiers, p.Tier) && in(s.Products, p.Product) && in(s.Services, p.Service) &&
		(len(s.ServiceTiers) == 0 || p.Service != "" && slices.Contains(s.ServiceTiers, p.ServiceTier))
}

// Meets reports whether some place of which only the members that are not empty are known may be in the scope.
func (s *Scope) Meets(p Place) bool {
	may := func(list []string, key string) bool { return key == "" || in(list, key) }
	return may(s.Products, p.Product) && may(s.Services, p.Service) && may(s.Environments, p.Environment) && may(s.Tiers, p.Tier) &&
		(p.Service == "" || len(s.ServiceTiers) == 0 || slices.Contains(s.ServiceTiers, p.ServiceTier))
}

// Shares reports whether some place may be in both scopes, as far as their lists tell.
func (s *Scope) Shares(o *Scope) bool {
	return common(s.Products, o.Products) && common(s.Services, o.Services) && common(s.Environments, o.Environments) && common(s.Tiers, o.Tiers)
}

// Whole reports whether the scope is the whole organisation.
func (s Scope) Whole() bool { return s.Everywhere() && len(s.Environments)+len(s.Tiers) == 0 }

// Everywhere reports whether the scope takes in every service of the environments it names.
func (s Scope) Everywhere() bool { return len(s.Products)+len(s.Services)+len(s.ServiceTiers) == 0 }

func in(list []string, key string) bool {
	return len(list) == 0 || key != "" && slices.Contains(list, key)
}

func common(a, b []string) bool {
	return len(a) == 0 || len(b) == 0 || slices.ContainsFunc(a, func(x string) bool { return slices.Contains(b, x) })
}
