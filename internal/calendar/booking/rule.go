package booking

import (
	"context"

	"slipway/internal/calendar/booked"
	"slipway/internal/errs"
	"slipway/internal/platform/auth"
	"slipway/internal/platform/db"
	"slipway/internal/platform/ledger"
)

// RuleSpec is what a person states about how a thing may be booked.
type RuleSpec struct {
	Capacity int64  `json:"capacity" yaml:"capacity" doc:"How many units of it there are: 1 is exclusive, more may be shared"`
	Approval bool   `json:"approval" yaml:"approval" doc:"Whether somebody confirms a booking; without it a booking stands at once"`
	Owner    string `json:"owner,omitempty" yaml:"owner,omitempty" doc:"Key or identifier of the person who confirms besides the owner of the environment"`
	Rev      int64  `json:"rev,omitempty" yaml:"-" doc:"Version of the row as it was read; 0 for a thing that says nothing yet"`
}

// Rule returns how a thing may be booked. It fails with errs.NotFound for a thing that the caller may not see.
func (s *Bookings) Rule(ctx context.Context, k booked.Kind, ref string) (booked.Rule, error) {
	var out booked.Rule
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if _, _, err := auth.Scopes(tx, "calendar.read"); err != nil {
			return err
		}
		t, err := ThingOf(tx, k, ref)
		if err != nil {
			return err
		}
		out, err = booked.RuleOf(tx, k, t.ID)
		return err
	})
	return out, err
}

// Units returns how many units of a thing, by identifier, can be used at once. It checks no permission.
func Units(tx *db.Tx, k booked.Kind, thing string) (int64, error) {
	r, err := booked.RuleOf(tx, k, thing)
	return r.Capacity, err
}

// SetRule says how a thing may be booked from now on. What is confirmed stays so; where it is too much now, that is a conflict. It
// needs who answers for the thing. It fails with errs.Conflict if the row has another version.
func (s *Bookings) SetRule(ctx context.Context, k booked.Kind, ref string, in RuleSpec) (booked.Rule, error) {
	var out booked.Rule
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		t, err := ThingOf(tx, k, ref)
		if err != nil {
			return err
		}
		b := Booking{Kind: t.Kind, Thing: t.ID, ThingKey: t.Key, ThingName: t.Name}
		was, err := s.turn(tx, b)
		if err != nil {
			return err
		}
		if err := mayAnswer(tx, b, was); err != nil {
			return err
		}
		if was.Rev != in.Rev {
			return errs.Conflict("row.stale", was, "Not saved. How %s may be booked was changed by somebody else. Compare with what it is now, then save again.", t.Name)
		}
		if out, err = in.check(tx, t); err != nil {
			return err
		}
		if _, err := booked.PutRule(tx, out); err != nil {
			return err
		}
		out.Rev++
		ledger.Append(tx, ledger.Entry{Action: RuleChanged, Subject: ledger.Subject{Kind: string(t.Kind), ID: t.ID},
			Payload: map[string]any{"kind": t.Kind, "thing": t.Key, "name": t.Name, "capacity": out.Capacity, "approval": out.Approval, "owner": in.Owner}})
		return s.conflicts.RecheckThing(tx, t.Kind, t.ID)
	})
	return out, err
}

func (in RuleSpec) check(tx *db.Tx, t booked.Thing) (booked.Rule, error) {
	r := booked.Rule{Kind: t.Kind, Thing: t.ID, Capacity: in.Capacity, Approval: in.Approval, Rev: in.Rev, ChangedAt: tx.Now, ChangedBy: actor(tx)}
	var bad errs.Faults
	if in.Capacity < 1 || in.Capacity > capacityMax {
		bad.Say("capacity", "booking.capacity", "There are 1 to %d units of a thing.", capacityMax)
	}
	if in.Owner != "" {
		who, err := auth.PersonByRef(tx, in.Owner)
		if errs.Is(err, errs.CodeNotFound) {
			bad.Say("owner", "owner.unknown", "There is no person %.60q.", in.Owner)
		} else if err != nil {
			return r, err
		}
		r.Owner = who.ID
	}
	return r, bad.Err("The input is not valid.", 0)
}
