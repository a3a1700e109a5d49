package planapi

import (
	"slipway/internal/plan/budget"
	"slipway/internal/plan/repository"
	"slipway/internal/plan/scope"
	"slipway/internal/platform/api"
)

// RegisterScopeChanges adds the operations on proposed changes of the scope.
func RegisterScopeChanges(a *api.API, c *scope.Changes) { scopeChanges(a, c) }

// RegisterBudgets adds the operations on budgets.
func RegisterBudgets(a *api.API, b *budget.Budgets) { budgets(a, b) }

// RegisterRepositories adds the operations on repositories and the commits of releases.
func RegisterRepositories(a *api.API, s *repository.Repositories) {
	repositories(a, s)
	commits(a, s)
}
