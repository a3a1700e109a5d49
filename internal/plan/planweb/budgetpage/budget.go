package budgetpage

import (
	"math"
	"net/http"
	"strconv"
	"strings"

	"slipway/internal/errs"
	"slipway/internal/plan"
	"slipway/internal/plan/budget"
	"slipway/internal/plan/planweb/frame"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ui"
	"slipway/internal/platform/ui/uifigure"
	"slipway/internal/platform/web"
)

type pages struct{ *frame.Frame }

// Mount adds the pages to the site, where budgets are kept.
func Mount(f *frame.Frame) {
	p := &pages{f}
	if p.Options.Budgets == nil {
		return
	}
	p.Site.Handle("GET /releases/{ref}/budget", "budget.read", p.show)
	p.Site.Handle("GET /releases/{ref}/budget/new", "budget.read", p.ask)
	p.Site.Handle("POST /releases/{ref}/budget/new", "budget.edit", p.add)
	p.Site.Handle("GET /releases/{ref}/budget/{line}", "budget.read", p.ask)
	p.Site.Handle("POST /releases/{ref}/budget/{line}", "budget.edit", p.set)
	p.Site.Handle("POST /releases/{ref}/budget/{line}/book", "budget.book", p.book)
	p.Site.Handle("POST /releases/{ref}/budget/{line}/remove", "budget.edit", p.remove)
}

// view is the budget with the ways to change it.
type view struct {
	frame.Look
	release plan.Release
	budget  budget.Budget
	editWhy string
}

func (p *pages) show(w http.ResponseWriter, r *http.Request) error {
	v := view{Look: p.Look(r)}
	var err error
	if v.budget, err = p.Options.Budgets.Get(r.Context(), r.PathValue("ref")); err != nil {
		return err
	}
	err = p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if v.release, err = plan.ReleaseByRef(tx, r.PathValue("ref")); err != nil {
			return err
		}
		v.editWhy, err = mayNot(tx, v.release, "budget.edit")
		return err
	})
	if err != nil {
		return err
	}
	return p.ReleasePage(w, r, v.release.Key, "plan", web.Page{Title: "Budget", Body: body(v)})
}

// mayNot says why the viewer may not; a budget is kept on after a release has ended.
func mayNot(tx *db.Tx, r plan.Release, permission string) (string, error) {
	may, err := auth.Allowed(tx, permission, plan.Scope(r))
	if err != nil || may {
		return "", err
	}
	return "your roles do not carry " + permission + " here.", nil
}

// hours writes minutes of work as people say them.
func hours(minutes int64) string {
	return strings.Replace(strconv.FormatFloat(math.Round(float64(minutes)/6)/10, 'f', -1, 64), "-", "−", 1) + " h"
}

// money writes minor units of a currency.
func money(currency string, n int64) string {
	d := budget.Digits(currency)
	s := strconv.FormatFloat(float64(n)/math.Pow10(d), 'f', d, 64)
	return strings.Replace(s, "-", "−", 1) + " " + currency
}

func amount(l budget.Line, n int64) string {
	if l.Kind == budget.Effort {
		return hours(n)
	}
	return money(l.Currency, n)
}

// tile compares planned and actual.
func tile(label string, a budget.Amount, write func(int64) string) uifigure.Tile {
	t := uifigure.Tile{Label: label, Value: write(a.Actual), Unit: "of " + write(a.Planned), State: ui.Go, Note: write(-a.Variance) + " left"}
	switch {
	case a.Variance > 0:
		t.State, t.Note = ui.Hold, write(a.Variance)+" more than planned"
	case a.Planned == 0 && a.Actual == 0:
		t.State, t.Note = ui.Wait, "nothing planned"
	}
	return t
}

func (v view) tiles() []uifigure.Tile {
	out := []uifigure.Tile{tile("Effort", v.budget.Effort, hours)}
	for _, c := range v.budget.Cost {
		out = append(out, tile("Cost in "+c.Currency, c.Amount, func(n int64) string { return money(c.Currency, n) }))
	}
	if v.budget.Spent != nil {
		out = append(out, uifigure.Tile{Label: "Spent by its tasks", Value: hours(*v.budget.Spent), Note: "as the tasks say"})
	}
	return out
}

func variance(l budget.Line) (ui.State, string) {
	switch d := l.Actual - l.Planned; {
	case d > 0:
		return ui.Hold, amount(l, d) + " over"
	case d == 0:
		return ui.Go, "as planned"
	default:
		return ui.Go, amount(l, -d) + " left"
	}
}

// form is a line as it is typed: hours, or money with its decimals.
type form struct {
	Rev      int64  `form:"rev"`
	Key      string `form:"key"`
	Name     string `form:"name"`
	Kind     string `form:"kind"`
	Role     string `form:"role"`
	Currency string `form:"currency"`
	Rate     string `form:"rate"`
	Planned  string `form:"planned"`
	Actual   string `form:"actual"`
	Note     string `form:"note"`
	Reason   string `form:"reason"`
}

var fields = []string{"key", "name", "kind", "role", "currency", "rate", "planned", "actual", "note", "reason"}

// typed reads an amount; nothing typed is nothing.
func typed(field, kind, currency, text string) (int64, error) {
	text = strings.ReplaceAll(strings.TrimSpace(text), ",", ".")
	if text == "" {
		return 0, nil
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(x) || math.Abs(x) > 1e10 {
		return 0, errs.InvalidField(field, "budget.amount_malformed", "Write hours as 12.5, or money as 1250.00.")
	}
	if kind == budget.Effort {
		return int64(math.Round(x * 60)), nil
	}
	return int64(math.Round(x * math.Pow10(budget.Digits(currency)))), nil
}

func (f form) line() (budget.NewLine, error) {
	out := budget.NewLine{Key: f.Key, Name: f.Name, Kind: f.Kind, Role: f.Role, Currency: strings.ToUpper(f.Currency), Note: f.Note}
	var faults frame.Faults
	for _, x := range []struct {
		field, kind, text string
		to                *int64
	}{{"rate", budget.Cost, f.Rate, &out.Rate}, {"planned", f.Kind, f.Planned, &out.Planned}, {"actual", f.Kind, f.Actual, &out.Actual}} {
		n, err := typed(x.field, x.kind, out.Currency, x.text)
		faults.Add(err)
		*x.to = n
	}
	return out, faults.Err()
}

func formOf(l budget.Line) form {
	plain := func(kind string, n int64) string {
		if kind == budget.Effort {
			return strconv.FormatFloat(float64(n)/60, 'f', -1, 64)
		}
		d := budget.Digits(l.Currency)
		return strconv.FormatFloat(float64(n)/math.Pow10(d), 'f', d, 64)
	}
	f := form{Rev: l.Rev, Key: l.Key, Name: l.Name, Kind: l.Kind, Role: l.Role, Currency: l.Currency, Planned: plain(l.Kind, l.Planned), Actual: plain(l.Kind, l.Actual), Note: l.Note}
	if l.Rate != 0 {
		f.Rate = plain(budget.Cost, l.Rate)
	}
	return f
}

// Words says in a few words what a release took of its budget.
func Words(b budget.Budget) string {
	s := hours(b.Effort.Actual) + " of " + hours(b.Effort.Planned)
	for _, c := range b.Cost {
		s += ", " + money(c.Currency, c.Actual) + " of " + money(c.Currency, c.Planned)
	}
	return s
}
