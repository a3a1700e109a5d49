package deputy

import (
	"time"

	"slipway/internal/catalog"
	"slipway/internal/decide/fault"
	"slipway/internal/errs"
	"slipway/internal/id"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// Delegation lets somebody act for the holder of a role between two instants. It gives no more than the holder has: it ends
// with the role, is no role to delegate again, and whoever the holder could not approve for, the delegate cannot either.
type Delegation struct {
	ID       string     `json:"id"`
	Role     string     `json:"role"`
	Scope    auth.Scope `json:"scope,omitempty"`
	Person   id.Person  `json:"person"`
	Delegate id.Person  `json:"delegate"`
	From     db.Time    `json:"from" db:"from_at"`
	Until    db.Time    `json:"until" db:"until_at"`
	Reason   string     `json:"reason,omitempty"`
	MadeAt   db.Time    `json:"madeAt"`
	MadeBy   id.Person  `json:"madeBy,omitempty"`
	EndedAt  db.Time    `json:"endedAt,omitzero"`
	EndedBy  id.Person  `json:"endedBy,omitempty"`
}

// NewDelegation states a delegation.
type NewDelegation struct {
	Role     string  `json:"role" doc:"Key of the role"`
	Product  string  `json:"product,omitempty" doc:"Key or identifier of the product it is narrowed to; wherever the role is held unless stated"`
	Person   string  `json:"person,omitempty" doc:"Key or identifier of the holder; the caller unless stated"`
	Delegate string  `json:"delegate" doc:"Key or identifier of who acts for them"`
	From     db.Time `json:"from,omitzero" doc:"Now unless stated"`
	Until    db.Time `json:"until" doc:"When it ends"`
	Reason   string  `json:"reason,omitempty" doc:"Why"`
}

// delegationMax bounds how long a delegation lasts: longer absences need another holder.
const delegationMax = 366 * 24 * time.Hour

// Filter narrows the list of delegations, which is in the order of their ends.
type Filter struct {
	Person     id.Person // who gave it or received it
	Role       string
	Ended      bool // also those that are over
	AfterUntil db.Time
	AfterID    string
	Limit      int // 1 to 201; 0 means 50
}

// Made and Ended are the entries of delegations.
const (
	Made  = "delegation.made"
	Ended = "delegation.ended"
)

// textMax bounds texts, in bytes.
const textMax = 4_000

// Make lets somebody act for the holder of a role. For another holder than the caller the permission delegation.manage is
// needed. It fails with errs.Invalid for faulty fields, among them a holder who does not hold the role there.
func Make(tx *db.Tx, in NewDelegation) (Delegation, error) {
	who, err := Acting(tx)
	if err != nil && !auth.IsSystem(tx.Context()) {
		return Delegation{}, err
	}
	var f fault.List
	f.Text("reason", in.Reason, textMax, false)
	out := Delegation{ID: id.New[string](), Role: in.Role, Person: who.Person, From: in.From, Until: in.Until, Reason: in.Reason, MadeAt: tx.Now, MadeBy: who.Person}
	if in.Person != "" {
		if out.Person, err = f.Person(tx, "person", in.Person); err != nil {
			return out, err
		}
	}
	if out.Delegate, err = f.Person(tx, "delegate", in.Delegate); err != nil {
		return out, err
	}
	if in.Product != "" {
		p, err := catalog.ProductByRef(tx, in.Product)
		switch {
		case errs.Is(err, errs.CodeNotFound):
			f.Say("product", "product.unknown", "There is no product %.60q, or you may not see it.", in.Product)
		case err != nil:
			return out, err
		default:
			out.Scope = catalog.Scope(p.ID)
		}
	}
	if err := mayDelegate(tx, out.Scope, out.Person == who.Person && out.Person != ""); err != nil {
		return out, err
	}
	if err := out.check(tx, &f, in); err != nil {
		return out, err
	}
	if err := insert(tx, out); err != nil {
		return out, err
	}
	ledger.Append(tx, ledger.Entry{Action: Made, Subject: ledger.Subject{Kind: "delegation", ID: out.ID}, Scope: string(out.Scope), Payload: out})
	return out, nil
}

// mayDelegate checks the right to make and end delegations, and for those of others the right to manage them.
func mayDelegate(tx *db.Tx, scope auth.Scope, own bool) error {
	if err := checkSomewhere(tx, "delegation.make", scope); err != nil || own {
		return err
	}
	return checkSomewhere(tx, "delegation.manage", scope)
}

// checkSomewhere checks a permission on a scope, or anywhere at all where the scope is everything.
func checkSomewhere(tx *db.Tx, permission string, scope auth.Scope) error {
	if scope != auth.Everywhere {
		return auth.Check(tx, permission, scope)
	}
	all, some, err := auth.Scopes(tx, permission)
	if err != nil || all || len(some) > 0 {
		return err
	}
	return auth.Check(tx, permission, scope)
}

func (d *Delegation) check(tx *db.Tx, f *fault.List, in NewDelegation) error {
	if d.From.IsZero() {
		d.From = tx.Now
	}
	switch {
	case in.Delegate == "":
		f.Say("delegate", "input.missing", "Name who acts for you.")
	case d.Delegate != "" && d.Delegate == d.Person:
		f.Say("delegate", "delegation.self", "Nobody is their own delegate.")
	}
	switch {
	case d.Until.IsZero():
		f.Say("until", "input.missing", "Say when the delegation ends.")
	case !d.Until.After(d.From):
		f.Say("until", "delegation.backwards", "The delegation ends before it begins.")
	case !d.Until.After(tx.Now):
		f.Say("until", "delegation.past", "The delegation would be over already.")
	case d.Until.Sub(d.From) > delegationMax:
		f.Say("until", "delegation.too_long", "A delegation lasts a year at most. Give the role to somebody else for longer.")
	}
	if _, err := auth.RoleByKey(tx, d.Role); errs.Is(err, errs.CodeNotFound) {
		f.Say("role", "role.unknown", "There is no role %.60q.", d.Role)
	} else if err != nil {
		return err
	} else if d.Person != "" {
		holds, err := auth.Holds(tx, d.Person, d.Role, d.Scope)
		if err != nil {
			return err
		}
		if !holds {
			f.Say("role", "delegation.not_held", "Only who holds a role themselves can delegate it, and not one that was delegated to them. Who holds it for some products names one.")
		}
	}
	return f.Err()
}

// End ends a delegation now. Holder and delegate may; for anybody else's the permission delegation.manage is needed. It fails
// with errs.Blocked if it is over.
func End(tx *db.Tx, ref string) (Delegation, error) {
	x, err := by(tx, ref)
	me := auth.Me(tx)
	if fault := mayDelegate(tx, x.Scope, me != "" && (me == x.Person || me == x.Delegate) || err != nil); fault != nil {
		return x, fault
	}
	if err != nil {
		return x, err
	}
	if !x.EndedAt.IsZero() || !x.Until.After(tx.Now) {
		return x, errs.Blocked("delegation.ended", "This delegation is over already.")
	}
	x.EndedAt, x.EndedBy = tx.Now, me
	if _, err := end(tx, x); err != nil {
		return x, err
	}
	ledger.Append(tx, ledger.Entry{Action: Ended, Subject: ledger.Subject{Kind: "delegation", ID: x.ID}, Scope: string(x.Scope), Payload: map[string]any{"delegation": x.ID}})
	return x, nil
}

// List returns one page of the delegations in which the caller has a part; those of everybody to who has the permission
// delegation.manage.
func List(tx *db.Tx, f Filter) ([]Delegation, error) {
	if _, _, err := auth.Scopes(tx, "approval.read"); err != nil {
		return nil, err
	}
	manages, err := auth.Allowed(tx, "delegation.manage", auth.Everywhere)
	if err != nil {
		return nil, err
	}
	if !manages {
		f.Person = auth.Me(tx)
	}
	return list(tx, f, tx.Now)
}
