package client

import (
	"context"
	"time"
)

// BudgetLine is one line of a release's budget: effort in minutes of work, or cost in minor units of a currency.
type BudgetLine struct {
	ID        string     `json:"id"`
	Release   string     `json:"release"`
	Key       string     `json:"key"`
	Name      string     `json:"name"`
	Kind      string     `json:"kind"`
	Role      string     `json:"role,omitempty"`
	Currency  string     `json:"currency,omitempty"`
	Rate      int64      `json:"rate,omitempty"` // minor units for an hour
	Planned   int64      `json:"planned"`
	Actual    int64      `json:"actual"`
	Note      string     `json:"note,omitempty"`
	At        *time.Time `json:"at,omitempty"`
	Rev       int64      `json:"rev"`
	ChangedAt time.Time  `json:"changedAt"`
	ChangedBy string     `json:"changedBy"`
}

// BudgetAmount is planned against actual.
type BudgetAmount struct {
	Planned  int64 `json:"planned"`
	Actual   int64 `json:"actual"`
	Variance int64 `json:"variance"` // more than planned is positive
}

// BudgetPrice is an amount of money in minor units.
type BudgetPrice struct {
	Currency string `json:"currency"`
	BudgetAmount
}

// Budget is what a release was to cost and what it costs.
type Budget struct {
	Release string        `json:"release"`
	Effort  BudgetAmount  `json:"effort"`
	Spent   *int64        `json:"spent,omitempty"`
	Cost    []BudgetPrice `json:"cost"`
	Lines   []BudgetLine  `json:"lines"`
}

// NewBudgetLine states a line.
type NewBudgetLine struct {
	Key      string     `json:"key"`
	Name     string     `json:"name"`
	Kind     string     `json:"kind"`
	Role     string     `json:"role,omitempty"`
	Currency string     `json:"currency,omitempty"`
	Rate     int64      `json:"rate,omitempty"`
	Planned  int64      `json:"planned"`
	Actual   int64      `json:"actual,omitempty"`
	Note     string     `json:"note,omitempty"`
	At       *time.Time `json:"at,omitempty"`
}

// BudgetEdit says what to change of a line; what is nil stays.
type BudgetEdit struct {
	Rev      int64      `json:"rev,omitempty"`
	Name     *string    `json:"name,omitempty"`
	Role     *string    `json:"role,omitempty"`
	Currency *string    `json:"currency,omitempty"`
	Rate     *int64     `json:"rate,omitempty"`
	Planned  *int64     `json:"planned,omitempty"`
	Actual   *int64     `json:"actual,omitempty"`
	Note     *string    `json:"note,omitempty"`
	At       *time.Time `json:"at,omitempty"`
	Reason   string     `json:"reason,omitempty"`
}

// Budget returns the budget of a release.
func (c *Client) Budget(ctx context.Context, release string) (Budget, error) {
	var out Budget
	return out, c.Get(ctx, Path("releases", release, "budget"), nil, &out)
}

// AddBudgetLine adds a line.
func (c *Client) AddBudgetLine(ctx context.Context, release string, in NewBudgetLine) (BudgetLine, error) {
	var out BudgetLine
	return out, c.Post(ctx, Path("releases", release, "budget"), in, &out)
}

// EditBudgetLine changes a line.
func (c *Client) EditBudgetLine(ctx context.Context, release, line string, in BudgetEdit) (BudgetLine, error) {
	var out BudgetLine
	return out, c.Patch(ctx, Path("releases", release, "budget", line), in, &out)
}

// BookBudget adds an amount to what a line actually took.
func (c *Client) BookBudget(ctx context.Context, release, line string, amount int64, note string) (BudgetLine, error) {
	var out BudgetLine
	in := struct {
		Amount int64  `json:"amount"`
		Note   string `json:"note,omitempty"`
	}{amount, note}
	return out, c.Post(ctx, Path("releases", release, "budget", line, "book"), in, &out)
}

// RemoveBudgetLine takes a line out that was read at a version.
func (c *Client) RemoveBudgetLine(ctx context.Context, release, line string, rev int64, reason string) error {
	return c.removed(ctx, Path("releases", release, "budget", line), rev, reason)
}
