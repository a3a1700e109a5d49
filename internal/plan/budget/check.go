package budget

import (
	"regexp"

	"slipway/internal/plan/fault"
)

// amountMax bounds amounts, so that sums and products of them stay exact.
const amountMax = 1_000_000_000_000

// rateMax bounds what an hour costs, in minor units.
const rateMax = 10_000_000

// linesMax is how many lines a budget has at most.
const linesMax = 200

var currency = regexp.MustCompile(`^[A-Z]{3}$`)

// check judges a line by itself; count is how many lines the budget would have.
func (l Line) check(count int) error {
	var f fault.List
	f.Count("lines", count, linesMax)
	f.Key("key", l.Key)
	f.Text("name", l.Name, 200, true)
	f.Text("note", l.Note, fault.ReasonMax, false)
	f.Instant("at", l.At)
	f.Choice("kind", l.Kind, []string{Effort, Cost})
	if l.Role != "" {
		f.Role("role", l.Role)
	}
	if l.Kind == "" {
		f.Say("kind", "budget.kind_missing", "A line is effort or cost.")
	}
	priced := l.Kind == Cost || l.Rate != 0
	switch {
	case priced && l.Currency == "":
		f.Say("currency", "budget.currency_missing", "Money needs a currency, such as EUR.")
	case l.Currency != "" && !currency.MatchString(l.Currency):
		f.Say("currency", "budget.currency_malformed", "A currency is three capital letters, such as EUR.")
	}
	if l.Kind == Cost && l.Rate != 0 {
		f.Say("rate", "budget.rate_unused", "Only effort has a rate.")
	}
	if l.Rate < 0 || l.Rate > rateMax {
		f.Say("rate", "budget.amount_out_of_range", "A rate is 0 to %d.", rateMax)
	}
	for _, x := range []struct {
		name   string
		amount int64
	}{{"planned", l.Planned}, {"actual", l.Actual}} {
		if x.amount < 0 || x.amount > amountMax {
			f.Say(x.name, "budget.amount_out_of_range", "An amount is 0 to %d.", int64(amountMax))
		}
	}
	return f.Err()
}
