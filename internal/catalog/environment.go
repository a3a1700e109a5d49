package catalog

import (
	"context"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// EnvironmentSpec is what a person states about an environment.
type EnvironmentSpec struct {
	Key     string `json:"key" yaml:"key" doc:"Human key, unique among environments" example:"prod-north"`
	Name    string `json:"name" yaml:"name" doc:"Name as pages show it" example:"Prod north"`
	Text    string `json:"text,omitempty" yaml:"text,omitempty" doc:"What it is for"`
	Tier    string `json:"tier" yaml:"tier" enum:"development,test,staging,pre-production,production" doc:"How near to users it is"`
	Rank    int    `json:"rank,omitempty" yaml:"rank,omitempty" doc:"Order among environments of the same tier"`
	Owner   string `json:"owner,omitempty" yaml:"owner,omitempty" doc:"Key or identifier of the person who answers for it"`
	Default string `json:"default,omitempty" yaml:"default,omitempty" enum:"open,closed" doc:"Whether deployments are allowed when no window matches; closed unless stated"`
	Rule    string `json:"rule,omitempty" yaml:"rule,omitempty" enum:"open,window-only,release-only" doc:"What a deployment needs: only the calendar, an open window, or a release that may go; open unless stated"`
}

// AddEnvironment adds an environment. It fails with errs.Invalid for a faulty field and errs.Conflict for a key that is
// taken.
func (c *Catalog) AddEnvironment(ctx context.Context, in EnvironmentSpec) (Environment, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Environment, error) {
		if err := auth.Check(tx, "environment.edit", ""); err != nil {
			return Environment{}, err
		}
		if err := free(tx, "environment", in.Key, environmentByKey); err != nil {
			return Environment{}, err
		}
		return addEnvironment(tx, in)
	})
}

// SetEnvironment replaces what is stated about an environment; its key stays. It fails with errs.Conflict, carrying the
// present row, if the version the caller read is gone.
func (c *Catalog) SetEnvironment(ctx context.Context, ref string, rev int64, in EnvironmentSpec) (Environment, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Environment, error) {
		if err := auth.Check(tx, "environment.edit", ""); err != nil {
			return Environment{}, err
		}
		e, err := EnvironmentByRef(tx, ref)
		if err != nil {
			return Environment{}, err
		}
		if e.Rev != rev {
			return Environment{}, stale(e, e.Name, e.ChangedAt)
		}
		e, _, err = changeEnvironment(tx, e, in)
		return e, err
	})
}

// Environment returns an environment by key or identifier. It fails with errs.NotFound if it does not exist.
func (c *Catalog) Environment(ctx context.Context, ref string) (Environment, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) (Environment, error) {
		if _, _, err := auth.Scopes(tx, "catalog.read"); err != nil {
			return Environment{}, err
		}
		return EnvironmentByRef(tx, ref)
	})
}

// Environments returns every environment from development to production, by rank and key. There are hundreds at most.
func (c *Catalog) Environments(ctx context.Context) ([]Environment, error) {
	return db.Reading(ctx, c.db, func(tx *db.Tx) ([]Environment, error) {
		if _, _, err := auth.Scopes(tx, "catalog.read"); err != nil {
			return nil, err
		}
		return Environments(tx)
	})
}

// row checks the statement and returns what it says as a row without identity.
func (in EnvironmentSpec) row(tx *db.Tx) (Environment, error) {
	e := Environment{Key: in.Key, Name: in.Name, Text: in.Text, Rank: in.Rank, Rule: Rule(in.Rule)}
	var tier, def, rule error
	if err := e.Tier.UnmarshalText([]byte(in.Tier)); err != nil {
		tier = errs.InvalidField("tier", "tier.unknown", "A tier is one of development, test, staging, pre-production, production.")
	}
	switch in.Default {
	case "open":
		e.DefaultOpen = true
	case "", "closed":
	default:
		def = errs.InvalidField("default", "default.unknown", "The default is open or closed.")
	}
	switch e.Rule {
	case "":
		e.Rule = RuleOpen
	case RuleOpen, RuleWindow, RuleRelease:
	default:
		rule = errs.InvalidField("rule", "rule.unknown", "The rule is open, window-only or release-only.")
	}
	if in.Rank < 0 || in.Rank > 10_000 {
		rule = errs.InvalidField("rank", "rank.out_of_range", "A rank is 0 to 10000.")
	}
	who, err := stated(tx, in.Key, in.Name, in.Text, in.Owner, tier, def, rule)
	e.Owner = who
	return e, err
}

func addEnvironment(tx *db.Tx, in EnvironmentSpec) (Environment, error) {
	e, err := in.row(tx)
	if err != nil {
		return e, err
	}
	e.ID, e.Rev, e.ChangedAt, e.ChangedBy = id.New[id.Environment](), 1, tx.Now, actor(tx)
	if err := insertEnvironment(tx, e); err != nil {
		return e, err
	}
	ledger.Append(tx, ledger.Entry{Action: EnvironmentAdded, Subject: ledger.Subject{Kind: "environment", ID: string(e.ID)}, Payload: in})
	return e, nil
}

func changeEnvironment(tx *db.Tx, e Environment, in EnvironmentSpec) (Environment, apply.Outcome, error) {
	in.Key = e.Key
	n, err := in.row(tx)
	if err != nil {
		return e, "", err
	}
	n.ID, n.Rev, n.ChangedAt, n.ChangedBy = e.ID, e.Rev, e.ChangedAt, e.ChangedBy
	if n == e {
		return e, apply.Unchanged, nil
	}
	n.Rev, n.ChangedAt, n.ChangedBy = e.Rev+1, tx.Now, actor(tx)
	if err := updateEnvironment(tx, n); err != nil {
		return e, "", err
	}
	ledger.Append(tx, ledger.Entry{Action: EnvironmentChanged, Subject: ledger.Subject{Kind: "environment", ID: string(e.ID)}, Payload: changed(e, n)})
	return n, apply.Changed, nil
}
