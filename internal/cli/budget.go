package cli

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"slipway/client"
)

type budgetCommand struct {
	Show   budgetShow   `cmd:"" help:"Show the budget of a release, planned against actual."`
	Add    budgetAdd    `cmd:"" help:"Add a line."`
	Set    budgetSet    `cmd:"" help:"Change a line."`
	Book   budgetBook   `cmd:"" help:"Book effort or cost to a line."`
	Remove budgetRemove `cmd:"" help:"Remove a line."`
}

// amountOf reads hours of effort as minutes, or money as minor units of two digits.
func amountOf(flag, kind, text string) (int64, error) {
	x, err := strconv.ParseFloat(strings.TrimSuffix(text, "h"), 64)
	if err != nil || math.IsNaN(x) || math.Abs(x) > 1e9 {
		return 0, Usage("%s %s: give hours of work as 12.5, or money as 1250.00", flag, text)
	}
	if kind == "effort" {
		return int64(math.Round(x * 60)), nil
	}
	return int64(math.Round(x * 100)), nil
}

// shown writes an amount as people read it.
func shown(kind, currency string, n int64) string {
	if kind == "effort" {
		return fmt.Sprintf("%g h", math.Round(float64(n)/6)/10)
	}
	return fmt.Sprintf("%.2f %s", float64(n)/100, currency)
}

type budgetShow struct {
	Release string `arg:"" help:"Key of the release."`
}

// Run shows a budget.
func (c *budgetShow) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	b, err := api.Budget(s.Context(), c.Release)
	if err != nil {
		return err
	}
	return s.Print(b, func() *Table {
		t := &Table{Heads: []string{"KEY", "NAME", "KIND", "PLANNED", "ACTUAL", "VARIANCE", "NOTE"}, Empty: "No budget. Add a line with slipway budget add."}
		for _, l := range b.Lines {
			t.Add(l.Key, l.Name, l.Kind, shown(l.Kind, l.Currency, l.Planned), shown(l.Kind, l.Currency, l.Actual), shown(l.Kind, l.Currency, l.Actual-l.Planned), l.Note)
		}
		if len(b.Lines) == 0 {
			return t
		}
		t.Add("", "All effort", "", shown("effort", "", b.Effort.Planned), shown("effort", "", b.Effort.Actual), shown("effort", "", b.Effort.Variance), "")
		for _, p := range b.Cost {
			t.Add("", "All cost", "", shown("cost", p.Currency, p.Planned), shown("cost", p.Currency, p.Actual), shown("cost", p.Currency, p.Variance), "")
		}
		return t
	})
}

type budgetAdd struct {
	part     `embed:""`
	Name     string `required:"" help:"What it is for."`
	Kind     string `enum:"effort,cost" default:"effort" help:"effort or cost."`
	Planned  string `required:"" placeholder:"AMOUNT" help:"Hours of effort such as 12.5, or money such as 1250.00."`
	Actual   string `default:"0" placeholder:"AMOUNT" help:"What it took so far."`
	Currency string `placeholder:"EUR" help:"Currency of the cost or of the rate."`
	Rate     string `default:"0" placeholder:"AMOUNT" help:"What an hour of effort costs."`
	Role     string `help:"Whose effort it is."`
	Note     string `help:"A note."`
}

// Run adds a line.
func (c *budgetAdd) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	in := client.NewBudgetLine{Key: c.Key, Name: c.Name, Kind: c.Kind, Currency: c.Currency, Role: c.Role, Note: c.Note}
	if in.Planned, err = amountOf("--planned", c.Kind, c.Planned); err != nil {
		return err
	}
	if in.Actual, err = amountOf("--actual", c.Kind, c.Actual); err != nil {
		return err
	}
	if in.Rate, err = amountOf("--rate", "cost", c.Rate); err != nil {
		return err
	}
	l, err := api.AddBudgetLine(s.Context(), c.Release, in)
	if err != nil {
		return err
	}
	return s.Say(l, "%s is in the budget of %s.", l.Key, c.Release)
}

func budgetLine(s *Session, api *client.Client, p part) (client.BudgetLine, error) {
	b, err := api.Budget(s.Context(), p.Release)
	for _, l := range b.Lines {
		if l.Key == p.Key || l.ID == p.Key {
			return l, nil
		}
	}
	if err == nil {
		err = &client.Problem{Status: 404, Reason: "budget_line.not_found", Detail: "There is no line " + p.Key + " in this budget."}
	}
	return client.BudgetLine{}, err
}

type budgetSet struct {
	part     `embed:""`
	Name     *string `help:"What it is for."`
	Planned  *string `placeholder:"AMOUNT" help:"Hours of effort, or money."`
	Actual   *string `placeholder:"AMOUNT" help:"What it took, in place of what was booked."`
	Currency *string `help:"Currency of the cost or of the rate."`
	Rate     *string `placeholder:"AMOUNT" help:"What an hour of effort costs."`
	Role     *string `help:"Whose effort it is."`
	Note     *string `help:"A note."`
	Reason   string  `help:"Why, as the record will say."`
}

// Run changes a line.
func (c *budgetSet) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	now, err := budgetLine(s, api, c.part)
	if err != nil {
		return err
	}
	e := client.BudgetEdit{Rev: now.Rev, Name: c.Name, Currency: c.Currency, Role: c.Role, Note: c.Note, Reason: c.Reason}
	for _, x := range []struct {
		flag, kind string
		from       *string
		to         **int64
	}{{"--planned", now.Kind, c.Planned, &e.Planned}, {"--actual", now.Kind, c.Actual, &e.Actual}, {"--rate", "cost", c.Rate, &e.Rate}} {
		if x.from == nil {
			continue
		}
		n, err := amountOf(x.flag, x.kind, *x.from)
		if err != nil {
			return err
		}
		*x.to = &n
	}
	l, err := api.EditBudgetLine(s.Context(), c.Release, c.Key, e)
	if err != nil {
		return err
	}
	return s.Say(l, "%s is changed.", l.Key)
}

type budgetBook struct {
	part   `embed:""`
	Amount string `arg:"" help:"Hours of effort such as 12.5, or money such as 1250.00."`
	Back   bool   `help:"Take it back."`
	Note   string `help:"What for, as the record will say."`
}

// Run books effort or cost.
func (c *budgetBook) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	now, err := budgetLine(s, api, c.part)
	if err != nil {
		return err
	}
	n, err := amountOf("AMOUNT", now.Kind, c.Amount)
	if err != nil {
		return err
	}
	if c.Back {
		n = -n
	}
	l, err := api.BookBudget(s.Context(), c.Release, c.Key, n, c.Note)
	if err != nil {
		return err
	}
	return s.Say(l, "%s took %s of %s.", l.Name, shown(l.Kind, l.Currency, l.Actual), shown(l.Kind, l.Currency, l.Planned))
}

type budgetRemove struct {
	part   `embed:""`
	Reason string `help:"Why, as the record will say."`
}

// Run removes a line.
func (c *budgetRemove) Run(s *Session) error {
	api, err := s.Client()
	if err != nil {
		return err
	}
	l, err := budgetLine(s, api, c.part)
	if err != nil {
		return err
	}
	if err := api.RemoveBudgetLine(s.Context(), c.Release, c.Key, l.Rev, c.Reason); err != nil {
		return err
	}
	return s.Say(l, "%s is no longer in the budget.", l.Key)
}
