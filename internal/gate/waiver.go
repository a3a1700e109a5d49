package gate

import (
	"context"
	"errors"
	"time"

	"slipway/internal/errs"
	"slipway/internal/gate/fault"
	"slipway/internal/gate/statement"
	"slipway/internal/id"
	"slipway/internal/plan"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// WaiverMax is the longest that a waiver may last.
const WaiverMax = 366 * 24 * time.Hour

// Waiver is a recorded permission to pass a criterion unmet. It is in force from when it was granted until it ends.
type Waiver struct {
	ID        string     `json:"id"`
	Release   id.Release `json:"release"`
	Criterion string     `json:"criterion"` // key
	Reason    string     `json:"reason"`
	Measure   string     `json:"measure"` // what compensates for the criterion meanwhile
	Owner     id.Person  `json:"owner,omitempty"`
	Until     db.Time    `json:"until" db:"until_at"`
	AskedAt   db.Time    `json:"askedAt"`
	AskedBy   id.Person  `json:"askedBy"`
	GrantedAt db.Time    `json:"grantedAt,omitzero"`
	GrantedBy id.Person  `json:"grantedBy,omitempty"`
	EndedAt   db.Time    `json:"endedAt,omitzero"` // refused or withdrawn
	EndedBy   id.Person  `json:"endedBy,omitempty"`
	EndReason string     `json:"endReason,omitempty"`
}

// The states of a waiver.
const (
	WaiverOpen      = "asked"
	WaiverInForce   = "in force"
	WaiverOver      = "expired"
	WaiverRefused   = "refused"
	WaiverWithdrawn = "withdrawn"
)

// State returns where the waiver stands at an instant.
func (w Waiver) State(at db.Time) string {
	switch {
	case !w.EndedAt.IsZero() && w.GrantedAt.IsZero():
		return WaiverRefused
	case !w.EndedAt.IsZero():
		return WaiverWithdrawn
	case !at.Before(w.Until):
		return WaiverOver
	case w.GrantedAt.IsZero():
		return WaiverOpen
	}
	return WaiverInForce
}

// NewWaiver is what is asked for.
type NewWaiver struct {
	Reason  string  `json:"reason" doc:"Why the criterion cannot be met in time"`
	Measure string  `json:"measure" doc:"What compensates for it meanwhile"`
	Until   db.Time `json:"until" doc:"When it ends; the criterion blocks again from then on"`
	Owner   string  `json:"owner,omitempty" doc:"Key or identifier of the person who sees to the measure; who asks unless stated"`
}

// Waive asks for a waiver of a criterion. Whoever may grant it grants it at once, unless the release's policy is four eyes: then
// somebody else does. It fails with errs.Invalid for a missing measure or an end that is past, and with errs.Conflict if a
// waiver of the criterion is asked for or in force.
func (g *Gate) Waive(ctx context.Context, ref, key string, in NewWaiver) (Waiver, error) {
	return db.Writing(ctx, g.db, func(tx *db.Tx) (Waiver, error) {
		r, c, err := g.mine(tx, ref, key, "gate.confirm")
		if errs.Is(err, errs.CodeForbidden) {
			// Who may grant a waiver may ask for it.
			r, c, err = g.mine(tx, ref, key, "gate.waive")
		}
		if err != nil {
			return Waiver{}, err
		}
		owner, err := in.check(tx)
		if err != nil {
			return Waiver{}, err
		}
		standing, err := standingWaiver(tx, r.ID, key)
		if err != nil {
			return Waiver{}, err
		}
		if standing.ID != "" {
			return Waiver{}, errs.Conflict("waiver.standing", standing, "A waiver of %s is %s already. Withdraw it before asking for another.", c.Spec.Name, standing.State(tx.Now))
		}
		out := Waiver{ID: id.New[string](), Release: r.ID, Criterion: key, Reason: in.Reason, Measure: in.Measure, Owner: owner, Until: in.Until, AskedAt: tx.Now, AskedBy: person(tx)}
		grants, err := g.grantsOwn(tx, r)
		if err != nil {
			return Waiver{}, err
		}
		if grants {
			out.GrantedAt, out.GrantedBy = tx.Now, out.AskedBy
		}
		if err := insertWaiver(tx, out); err != nil {
			return Waiver{}, err
		}
		waived(tx, r, WaiverAsked, out)
		if grants {
			waived(tx, r, WaiverGranted, out)
		}
		return out, nil
	})
}

func (in NewWaiver) check(tx *db.Tx) (id.Person, error) {
	var f fault.List
	f.Text("reason", in.Reason, statement.TextMax, true)
	f.Text("measure", in.Measure, statement.TextMax, true)
	switch {
	case in.Until.IsZero():
		f.Say("until", "waiver.until_missing", "Say until when. A waiver without an end is never in force.")
	case !in.Until.After(tx.Now):
		f.Say("until", "waiver.until_past", "The end must be in the future.")
	case in.Until.Sub(tx.Now) > WaiverMax:
		f.Say("until", "waiver.until_late", "A waiver lasts a year at most.")
	}
	owner := person(tx)
	if in.Owner != "" {
		p, err := auth.PersonByRef(tx, in.Owner)
		switch {
		case errs.Is(err, errs.CodeNotFound):
			f.Say("owner", "owner.unknown", "There is no person %.60q.", in.Owner)
		case err != nil:
			return "", err
		}
		owner = p.ID
	}
	return owner, f.Err()
}

// grantsOwn reports whether what the caller asks for is granted by asking.
func (g *Gate) grantsOwn(tx *db.Tx, r plan.Release) (bool, error) {
	may, err := auth.Allowed(tx, "gate.waive", plan.Scope(r))
	if err != nil || !may {
		return false, err
	}
	t, err := plan.TemplateOf(tx, r)
	return !t.Policy.FourEyes, err
}

// Grant puts a waiver that was asked for in force. It fails with errs.Blocked gate.four_eyes if the policy is four eyes and the caller asked
// for it, and waiver.not_open if it was granted, refused or is over.
func (g *Gate) Grant(ctx context.Context, ref, key, waiver string) (Waiver, error) {
	return db.Writing(ctx, g.db, func(tx *db.Tx) (Waiver, error) {
		r, c, w, err := g.waiver(tx, ref, key, waiver, "gate.waive")
		if err != nil {
			return Waiver{}, err
		}
		if s := w.State(tx.Now); s != WaiverOpen {
			return Waiver{}, errs.Blocked("waiver.not_open", "The waiver of %s is %s, so it cannot be granted.", c.Spec.Name, s)
		}
		t, err := plan.TemplateOf(tx, r)
		if err != nil {
			return Waiver{}, err
		}
		if t.Policy.FourEyes && w.AskedBy == person(tx) {
			return Waiver{}, errs.Blocked("gate.four_eyes", "You asked for this waiver. The policy of the release is four eyes, so somebody else grants it.")
		}
		w.GrantedAt, w.GrantedBy = tx.Now, person(tx)
		if err := updateWaiver(tx, w); err != nil {
			return Waiver{}, err
		}
		waived(tx, r, WaiverGranted, w)
		return w, nil
	})
}

// Unwaive ends a waiver: refuses one that was asked for, withdraws one in force. Who asked may take back what is not granted. It fails with
// errs.Invalid without a reason and errs.Blocked if the waiver has ended.
func (g *Gate) Unwaive(ctx context.Context, ref, key, waiver, reason string) (Waiver, error) {
	return db.Writing(ctx, g.db, func(tx *db.Tx) (Waiver, error) {
		r, c, w, err := g.waiver(tx, ref, key, waiver, "gate.waive")
		if errs.Is(err, errs.CodeForbidden) {
			var mine error
			if r, c, w, mine = g.waiver(tx, ref, key, waiver, "gate.confirm"); mine != nil || w.AskedBy != person(tx) || !w.GrantedAt.IsZero() {
				return Waiver{}, err
			}
		} else if err != nil {
			return Waiver{}, err
		}
		if s := w.State(tx.Now); s != WaiverOpen && s != WaiverInForce {
			return Waiver{}, errs.Blocked("waiver.not_open", "The waiver of %s is %s already.", c.Spec.Name, s)
		}
		if err := fault.Text("reason", reason, statement.TextMax, true); err != nil {
			return Waiver{}, err
		}
		w.EndedAt, w.EndedBy, w.EndReason = tx.Now, person(tx), reason
		if err := updateWaiver(tx, w); err != nil {
			return Waiver{}, err
		}
		waived(tx, r, WaiverEnded, w)
		return w, nil
	})
}

// waiver reads a waiver for a write; an empty identifier is the one that is asked for or in force.
func (g *Gate) waiver(tx *db.Tx, ref, key, waiver, permission string) (plan.Release, Criterion, Waiver, error) {
	r, c, err := g.mine(tx, ref, key, permission)
	if err != nil {
		return r, c, Waiver{}, err
	}
	var w Waiver
	if waiver == "" {
		w, err = standingWaiver(tx, r.ID, key)
	} else if w, err = waiverByID(tx, waiver); errors.Is(err, db.ErrNone) {
		err = nil
	}
	if err == nil && (w.ID == "" || w.Release != r.ID || w.Criterion != key) {
		err = auth.Unseen("waiver")
	}
	return r, c, w, err
}

func waived(tx *db.Tx, r plan.Release, action string, w Waiver) {
	entry(tx, r, action, ledger.Subject{Kind: "waiver", ID: w.ID}, w)
}
