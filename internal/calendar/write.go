package calendar

import (
	"cmp"
	"context"

	"slipway/internal/calendar/period"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/apply"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Stated is a period with what its author should know of it.
type Stated struct {
	Period
	Notes []Note `json:"notes,omitempty"`
}

// Add publishes a window or a freeze. It fails with errs.Invalid for faulty fields, errs.Conflict for a key that is taken,
// and errs.Forbidden unless the caller may edit periods of that kind on everything that the scope takes in.
func (c *Calendar) Add(ctx context.Context, k Kind, in Spec) (Stated, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Stated, error) {
		p, notes, err := c.add(tx, k, in)
		return Stated{p, notes}, err
	})
}

func (c *Calendar) add(tx *db.Tx, k Kind, in Spec) (Period, []Note, error) {
	p, notes, err := in.Check(tx, k)
	if err != nil {
		// Who may add nothing learns that first; the faults are for those who may somewhere.
		return p, nil, cmp.Or(mayAny(tx, k), err)
	}
	if err := may(tx, p); err != nil {
		return p, nil, err
	}
	p.ID, p.Rev = id.New[ID](), 1
	p.CreatedAt, p.CreatedBy, p.ChangedAt, p.ChangedBy = tx.Now, actor(tx), tx.Now, actor(tx)
	fresh, err := period.Insert(tx, p)
	if err != nil {
		return p, nil, err
	}
	if !fresh {
		return p, nil, taken(tx, k, p.Key)
	}
	if err := record(tx, added(k), p, p.Spec()); err != nil {
		return p, nil, err
	}
	return p, notes, c.changed(tx, Period{}, p)
}

// Set replaces what is stated about a window or a freeze, also while it is active; its key stays. rev is the version that
// the caller read. It fails with errs.Conflict, carrying the present row, if that is gone, and with errs.Blocked if the
// period was withdrawn.
func (c *Calendar) Set(ctx context.Context, k Kind, ref string, rev int64, in Spec) (Stated, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Stated, error) {
		p, err := PeriodByRef(tx, k, ref)
		if err != nil {
			return Stated{}, err
		}
		if err := may(tx, p); err != nil {
			return Stated{}, err
		}
		if p.Rev != rev {
			return Stated{}, stale(p)
		}
		p, notes, _, err := c.change(tx, p, in)
		return Stated{p, notes}, err
	})
}

func (c *Calendar) change(tx *db.Tx, p Period, in Spec) (Period, []Note, apply.Outcome, error) {
	if !p.Withdrawn.IsZero() {
		return p, nil, "", errs.Blocked(string(p.Kind)+".withdrawn", "%s was withdrawn at %s. Add a new one instead.", p.Name, p.Withdrawn)
	}
	in.Key = p.Key
	if in.Owner == "" {
		in.Owner = string(p.Owner)
	}
	n, notes, err := in.Check(tx, p.Kind)
	if err != nil {
		return p, nil, "", err
	}
	n.ID, n.Rev, n.CreatedAt, n.CreatedBy = p.ID, p.Rev, p.CreatedAt, p.CreatedBy
	if err := may(tx, n); err != nil {
		return p, nil, "", err
	}
	if same(p, n) {
		return p, notes, apply.Unchanged, nil
	}
	n.ChangedAt, n.ChangedBy = tx.Now, actor(tx)
	if err := save(tx, &n); err != nil {
		return p, nil, "", err
	}
	active, err := activeAt(p, tx.Now)
	if err != nil {
		return p, nil, "", err
	}
	if err := record(tx, changed(p.Kind), n, map[string]any{"before": p.Spec(), "after": n.Spec(), "whileActive": active}); err != nil {
		return p, nil, "", err
	}
	return n, notes, apply.Changed, c.changed(tx, p, n)
}

// Withdraw ends a window or a freeze for a reason; from then on it counts no more. It fails as Set does.
func (c *Calendar) Withdraw(ctx context.Context, k Kind, ref string, rev int64, reason string) (Period, error) {
	return db.Writing(ctx, c.db, func(tx *db.Tx) (Period, error) {
		p, err := PeriodByRef(tx, k, ref)
		if err != nil {
			return Period{}, err
		}
		if err := may(tx, p); err != nil {
			return Period{}, err
		}
		if p.Rev != rev && rev != 0 {
			return Period{}, stale(p)
		}
		if !p.Withdrawn.IsZero() {
			return Period{}, errs.Blocked(string(k)+".withdrawn", "%s was withdrawn already, at %s.", p.Name, p.Withdrawn)
		}
		if err := CheckReason(reason); err != nil {
			return Period{}, err
		}
		was := p
		p.Withdrawn, p.WithdrawnW, p.ChangedAt, p.ChangedBy = tx.Now, reason, tx.Now, actor(tx)
		if err := save(tx, &p); err != nil {
			return Period{}, err
		}
		if err := record(tx, withdrawn(k), p, map[string]any{"key": p.Key, "reason": reason}); err != nil {
			return Period{}, err
		}
		return p, c.changed(tx, was, p)
	})
}

// editor is the permission to change periods of a kind.
func editor(k Kind) string { return string(k) + ".edit" }

// may checks that the caller may edit the period on everything it takes in.
func may(tx *db.Tx, p Period) error {
	products, err := p.Products()
	if err != nil {
		return err
	}
	for _, s := range period.Scopes(products) {
		if err := auth.Check(tx, editor(p.Kind), s); err != nil {
			return err
		}
	}
	return nil
}

func mayAny(tx *db.Tx, k Kind) error {
	all, sc, err := auth.Scopes(tx, editor(k))
	if err == nil && !all && len(sc) == 0 {
		err = auth.Check(tx, editor(k), auth.Everywhere)
	}
	return err
}

func save(tx *db.Tx, p *Period) error {
	ok, err := period.Update(tx, *p)
	if err != nil {
		return err
	}
	if !ok {
		now, err := period.By(tx, p.Kind, string(p.ID))
		if err != nil {
			return err
		}
		return stale(now)
	}
	p.Rev++
	return nil
}

func same(a, b Period) bool {
	return a.Name == b.Name && a.Reason == b.Reason && a.Owner == b.Owner && a.Start == b.Start && a.End == b.End && a.Zone == b.Zone && a.RRule == b.RRule && string(a.DatesJSON) == string(b.DatesJSON) &&
		a.Hard == b.Hard && a.Running == b.Running && string(a.ScopeJSON) == string(b.ScopeJSON) && string(a.SeenJSON) == string(b.SeenJSON)
}

func stale(p Period) error {
	return errs.Conflict("row.stale", p, "Not saved. %s was changed at %s by somebody else. Compare with what it is now, then save again.", p.Name, p.ChangedAt.Std().Format("15:04:05 MST on 2 Jan"))
}

// taken refuses a key that a period has. It carries the period where the caller may see it.
func taken(tx *db.Tx, k Kind, key string) error {
	var theirs any
	p, err := PeriodByRef(tx, k, key)
	switch {
	case err == nil:
		theirs = p
	case !errs.Is(err, errs.CodeNotFound):
		return err
	}
	return errs.Conflict("key.taken", theirs, "There is a %s with the key %s already. Choose another key.", k, key)
}

// CheckReason fails with errs.Invalid, naming the field "reason", if a reason is missing or too long.
func CheckReason(reason string) error {
	switch {
	case reason == "":
		return errs.InvalidField("reason", "reason.missing", "Say why; the record keeps it.")
	case len(reason) > period.ReasonMax:
		return errs.InvalidField("reason", "reason.too_long", "At most %d bytes fit here.", period.ReasonMax)
	}
	return nil
}

func activeAt(p Period, at db.Time) (bool, error) {
	r, err := p.Rule()
	if err != nil {
		return false, err
	}
	_, active := r.ActiveUntil(at.Std())
	return active, nil
}

// record appends the entry. A period of one product belongs to that product's record, any other to nobody's.
func record(tx *db.Tx, action string, p Period, payload any) error {
	products, err := p.Products()
	if err != nil {
		return err
	}
	scope := ""
	if len(products) == 1 {
		scope = string(period.Scopes(products)[0])
	}
	ledger.Append(tx, ledger.Entry{Action: action, Subject: ledger.Subject{Kind: string(p.Kind), ID: string(p.ID)}, Scope: scope, Payload: payload})
	return nil
}
