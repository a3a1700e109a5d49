package app

import (
	"path/filepath"

	"slipway/internal/decide"
	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/budget"
	"slipway/internal/plan/planapi"
	"slipway/internal/plan/repository"
	"slipway/internal/plan/scope"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/dial"
	"slipway/internal/platform/git"
	"slipway/internal/platform/secret"
	"slipway/internal/work"
	"slipway/internal/work/target"
)

// scopeWings are what the plan offers about the scope of a release and what it costs.
type scopeWings struct {
	ScopeChanges *scope.Changes
	Budgets      *budget.Budgets
	Repositories *repository.Repositories
}

func scopePermissions() [][]auth.Permission {
	return [][]auth.Permission{scope.Permissions, budget.Permissions, repository.Permissions}
}

// scopeParts makes the wings. A machine without git keeps repositories, and says why it reads none.
func (a *App) scopeParts() error {
	a.ScopeChanges = scope.New(a.DB, a.Plans, scope.Sources{Consequences: a.scopeConsequences, Delay: a.scopeDelay, Tasks: scopeTasks})
	a.Budgets = budget.New(a.DB, nil)
	c := a.o.Config
	out, err := dial.New(c.AllowCalls...)
	if err != nil {
		return err
	}
	secrets, err := secret.New(c.Secret, c.Secrets)
	if err != nil {
		return err
	}
	g, err := git.New(git.Options{Dir: filepath.Join(c.Data, "git"), Dial: out})
	if err != nil && !errs.Is(err, errs.CodeUnavailable) {
		return err
	}
	a.Repositories = repository.New(a.DB, repository.Options{Git: g, Secret: secrets.Look})
	a.Repositories.Jobs(a.Jobs)
	return nil
}

func (a *App) scopeRoutes() {
	planapi.RegisterScopeChanges(a.api, a.ScopeChanges)
	planapi.RegisterBudgets(a.api, a.Budgets)
	planapi.RegisterRepositories(a.api, a.Repositories)
}

// scopeConsequences are the signatures that cover the scope, and the decision.
func (a *App) scopeConsequences(tx *db.Tx, r plan.Release) ([]scope.Consequence, error) {
	roles, err := a.Decisions.RoleStates(tx, r)
	if err != nil {
		return nil, err
	}
	var out []scope.Consequence
	for _, s := range roles {
		switch {
		case s.State != decide.Valid:
		case covers(s.Sections, plan.SectionScope):
			out = append(out, scope.Consequence{Kind: "approval", Name: s.Name, Text: "signed the scope as it is; the signature would be void", Outcome: scope.Voids})
		default:
			out = append(out, scope.Consequence{Kind: "approval", Name: s.Name, Text: "signed, but not the scope", Outcome: scope.Stands})
		}
	}
	polls, err := a.Decisions.Polls(tx, []plan.Release{r})
	if p, ok := polls[r.ID]; ok && p.Decided && p.Outcome != "no-go" {
		out = append(out, scope.Consequence{Kind: "decision", Name: "Go/no-go decision", Text: "rests on the content as it is; it would be stale until it is decided again", Outcome: scope.Stale})
	}
	return out, err
}

// covers reports whether a signature over sections covers one; over none it covers all.
func covers(sections []string, section string) bool {
	for _, s := range sections {
		if s == section {
			return true
		}
	}
	return len(sections) == 0
}

// scopeDelay schedules the release anew. The outlook is made after the scope.
func (a *App) scopeDelay(tx *db.Tx, r plan.Release, changes []scope.Work) (scope.Delay, error) {
	items := make([]target.ItemShift, len(changes))
	for i, c := range changes {
		items[i] = target.ItemShift{Item: c.Key, Title: c.Title, Owner: c.Owner, Hours: c.Hours, Gone: c.Gone}
	}
	s, err := a.Targets.Shift(tx, r, items)
	if err != nil || !s.Known {
		return scope.Delay{}, err
	}
	return scope.Delay{Days: s.Days(), Ready: s.Ready, Text: s.Text}, nil
}

// scopeTasks names the open tasks of a release by the items that they serve.
func scopeTasks(tx *db.Tx, r plan.Release) (map[string][]string, error) {
	tasks, err := work.TasksOf(tx, r.ID)
	out := map[string][]string{}
	for _, t := range tasks {
		for _, key := range t.Items {
			if !t.Status.Ended() {
				out[key] = append(out[key], t.Name)
			}
		}
	}
	return out, err
}
