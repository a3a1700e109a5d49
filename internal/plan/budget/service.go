package budget

import (
	"context"
	"errors"

	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/plan/fault"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Spent returns the minutes of work that the tasks of a release say were spent; ok is false where they do not say.
type Spent func(tx *db.Tx, r plan.Release) (minutes int64, ok bool, err error)

// Budgets is the service of the wing.
type Budgets struct {
	db    *db.DB
	spent Spent
}

// New returns the service. spent may be nil.
func New(d *db.DB, spent Spent) *Budgets { return &Budgets{d, spent} }

// NewLine states a line.
type NewLine struct {
	Key      string  `json:"key" doc:"Its key within the release" example:"testing"`
	Name     string  `json:"name" doc:"What it is for"`
	Kind     string  `json:"kind" enum:"effort,cost" doc:"effort in minutes of work, or cost in minor units of the currency"`
	Role     string  `json:"role,omitempty" doc:"Whose effort it is"`
	Currency string  `json:"currency,omitempty" doc:"Of the cost or of the rate" example:"EUR"`
	Rate     int64   `json:"rate,omitempty" doc:"Minor units of the currency for an hour of effort"`
	Planned  int64   `json:"planned" doc:"Minutes or minor units"`
	Actual   int64   `json:"actual,omitempty" doc:"Minutes or minor units"`
	Note     string  `json:"note,omitempty"`
	At       db.Time `json:"at,omitzero" doc:"When it is or was due"`
}

// Edit says what to change of a line; what is nil stays.
type Edit struct {
	Name     *string  `json:"name,omitempty" doc:"What it is for"`
	Role     *string  `json:"role,omitempty" doc:"Whose effort it is"`
	Currency *string  `json:"currency,omitempty" doc:"Of the cost or of the rate"`
	Rate     *int64   `json:"rate,omitempty" doc:"Minor units of the currency for an hour of effort"`
	Planned  *int64   `json:"planned,omitempty" doc:"Minutes or minor units"`
	Actual   *int64   `json:"actual,omitempty" doc:"Minutes or minor units"`
	Note     *string  `json:"note,omitempty"`
	At       *db.Time `json:"at,omitempty" doc:"When it is or was due"`
	Reason   string   `json:"reason,omitempty" doc:"Why, as the record will say"`
}

// Booking is effort or cost that came up.
type Booking struct {
	Amount int64  `json:"amount" doc:"Minutes or minor units; a negative one takes back"`
	Note   string `json:"note,omitempty" doc:"What for, as the record will say"`
}

// Get returns the budget of a release. It fails with errs.NotFound if the caller may not see it.
func (b *Budgets) Get(ctx context.Context, release string) (Budget, error) {
	return db.Reading(ctx, b.db, func(tx *db.Tx) (Budget, error) {
		r, err := plan.ReleaseByRef(tx, release)
		if err != nil {
			return Budget{}, err
		}
		if err := auth.CheckSeen(tx, "budget.read", plan.Scope(r), "budget"); err != nil {
			return Budget{}, err
		}
		return b.Of(tx, r)
	})
}

// Of returns the budget of a release. It checks no permission.
func (b *Budgets) Of(tx *db.Tx, r plan.Release) (Budget, error) {
	out := Budget{Release: r.Key}
	var err error
	if out.Lines, err = lines(tx, r.ID); err != nil {
		return out, err
	}
	out.Effort, out.Cost = Sum(out.Lines)
	if b.spent == nil {
		return out, nil
	}
	n, ok, err := b.spent(tx, r)
	if ok {
		out.Spent = &n
	}
	return out, err
}

// Add adds a line. It fails with errs.Conflict for a key that is taken and errs.Invalid for faulty fields.
func (b *Budgets) Add(ctx context.Context, release string, in NewLine) (Line, error) {
	return b.write(ctx, release, "budget.edit", func(tx *db.Tx, r plan.Release) (Line, error) {
		l := Line{ID: id.New[string](), Release: r.ID, Key: in.Key, Name: in.Name, Kind: in.Kind, Role: in.Role, Currency: in.Currency, Rate: in.Rate,
			Planned: in.Planned, Actual: in.Actual, Note: in.Note, At: in.At, Rev: 1, ChangedAt: tx.Now, ChangedBy: actor(tx)}
		all, err := lines(tx, r.ID)
		if err != nil {
			return l, err
		}
		if err := l.check(len(all) + 1); err != nil {
			return l, err
		}
		if now, err := lineBy(tx, r.ID, in.Key); err == nil {
			return l, errs.Conflict("key.taken", now, "The budget of %s has a line %s already.", r.Name, in.Key)
		} else if !errors.Is(err, db.ErrNone) {
			return l, err
		}
		entry(tx, r, LineAdded, map[string]any{"after": l})
		return l, insertLine(tx, l)
	})
}

// Set changes a line. rev is the version that the caller read, 0 for any. It fails with errs.Conflict, carrying the present
// row, if that version is gone, and errs.Invalid for faulty fields.
func (b *Budgets) Set(ctx context.Context, release, line string, rev int64, in Edit) (Line, error) {
	return b.write(ctx, release, "budget.edit", func(tx *db.Tx, r plan.Release) (Line, error) {
		was, err := b.line(tx, r, line, rev)
		if err != nil {
			return was, err
		}
		n := in.over(was)
		var f fault.List
		f.Text("reason", in.Reason, fault.ReasonMax, false)
		f.Add(n.check(1))
		if err := f.Err(); err != nil || n == was {
			return n, err
		}
		n.Rev, n.ChangedAt, n.ChangedBy = was.Rev+1, tx.Now, actor(tx)
		entry(tx, r, LineChanged, map[string]any{"before": was, "after": n, "reason": in.Reason})
		return n, updateLine(tx, n)
	})
}

// Book adds to what a line actually took. It fails with errs.Invalid for nothing, or where less than nothing would be left.
func (b *Budgets) Book(ctx context.Context, release, line string, in Booking) (Line, error) {
	return b.write(ctx, release, "budget.book", func(tx *db.Tx, r plan.Release) (Line, error) {
		l, err := b.line(tx, r, line, 0)
		if err != nil {
			return l, err
		}
		var f fault.List
		f.Text("note", in.Note, fault.ReasonMax, false)
		if in.Amount == 0 || in.Amount > amountMax || in.Amount < -amountMax {
			f.Say("amount", "budget.amount_out_of_range", "Book an amount that is not nothing, and at most %d.", int64(amountMax))
		} else if l.Actual += in.Amount; l.Actual < 0 {
			f.Say("amount", "budget.amount_out_of_range", "%s has less booked than that. At most what is booked can be taken back.", l.Name)
		} else if l.Actual > amountMax {
			f.Say("amount", "budget.amount_out_of_range", "%s would have more booked than a line can hold.", l.Name)
		}
		if err := f.Err(); err != nil {
			return l, err
		}
		l.Rev, l.ChangedAt, l.ChangedBy = l.Rev+1, tx.Now, actor(tx)
		entry(tx, r, LineBooked, map[string]any{"line": l.Key, "name": l.Name, "kind": l.Kind, "amount": in.Amount, "actual": l.Actual, "note": in.Note})
		return l, updateLine(tx, l)
	})
}

// Remove takes a line out for a reason. It fails as Set does.
func (b *Budgets) Remove(ctx context.Context, release, line string, rev int64, reason string) error {
	_, err := b.write(ctx, release, "budget.edit", func(tx *db.Tx, r plan.Release) (Line, error) {
		l, err := b.line(tx, r, line, rev)
		if err != nil {
			return l, err
		}
		var f fault.List
		f.Text("reason", reason, fault.ReasonMax, false)
		if err := f.Err(); err != nil {
			return l, err
		}
		entry(tx, r, LineRemoved, map[string]any{"before": l, "reason": reason})
		return l, deleteLine(tx, l.ID)
	})
	return err
}

func (b *Budgets) write(ctx context.Context, release, permission string, do func(*db.Tx, plan.Release) (Line, error)) (Line, error) {
	return db.Writing(ctx, b.db, func(tx *db.Tx) (Line, error) {
		r, err := plan.ReleaseByRef(tx, release)
		if err != nil {
			return Line{}, err
		}
		if err := auth.Check(tx, permission, plan.Scope(r)); err != nil {
			return Line{}, err
		}
		return do(tx, r)
	})
}

func (b *Budgets) line(tx *db.Tx, r plan.Release, ref string, rev int64) (Line, error) {
	l, err := lineBy(tx, r.ID, ref)
	switch {
	case errors.Is(err, db.ErrNone):
		return l, auth.Unseen("budget_line")
	case err == nil && rev != 0 && l.Rev != rev:
		err = errs.Conflict("row.stale", l, "Not saved. %s was changed by somebody else. Compare with what it is now, then save again.", l.Name)
	}
	return l, err
}

func (in Edit) over(l Line) Line {
	for _, s := range []struct{ to, from *string }{{&l.Name, in.Name}, {&l.Role, in.Role}, {&l.Currency, in.Currency}, {&l.Note, in.Note}} {
		if s.from != nil {
			*s.to = *s.from
		}
	}
	for _, s := range []struct{ to, from *int64 }{{&l.Rate, in.Rate}, {&l.Planned, in.Planned}, {&l.Actual, in.Actual}} {
		if s.from != nil {
			*s.to = *s.from
		}
	}
	if in.At != nil {
		l.At = *in.At
	}
	return l
}

func actor(tx *db.Tx) string { return ledger.ActorOf(tx.Context()).ID }

func entry(tx *db.Tx, r plan.Release, action string, payload any) {
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: "release", ID: string(r.ID)}, Release: r.ID, Scope: string(plan.Scope(r)), Payload: payload})
}
